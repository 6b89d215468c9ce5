"""The faults that strike single units, over real sockets."""

from __future__ import annotations

from counter_app.practice.centre.desk import REASONS
from counter_app.practice.centre.faults import Faults

FAULTS = "rejection,late-ack,wrong-echo"


def key_struck_by(fault: str) -> str:
    """A key that meets this fault and no other, at the default seed, and waits long where it waits."""
    names = set(FAULTS.split(","))
    draw = Faults(names, 0)
    keys = (f"k{n}" for n in range(5000))
    return next(
        key
        for key in keys
        if {name for name in names if draw.strikes(name, key)} == {fault} and draw.share("wait", key) > 0.8
    )


def test_a_rejection_is_the_same_every_time_and_no_business_row(service, body):
    key = key_struck_by("rejection")
    answer = service.send({key: body(1), "clean": body(2)}).json()["results"]
    assert [one["status"] for one in answer] == ["rejected", "accepted"]
    assert (answer[0]["reason"], answer[0]["words"]) in REASONS
    assert service.send_one(key, body(1)).json() == service.ask(key)[0] == answer[0]
    assert service.rows("SELECT key FROM business") == [("clean",)]


def test_a_late_acknowledgement_is_received_first_and_accepted_later(service, until, body):
    key = key_struck_by("late-ack")
    answer = service.send_one(key, body())
    assert (answer.status_code, answer.json()["status"]) == (202, "received")
    assert "number" not in answer.json()
    assert service.ask(key)[0]["status"] == "received"
    assert service.rows("SELECT count(*) FROM business") == [(0,)]
    until(lambda: service.rows("SELECT count(*) FROM business") == [(1,)])
    found = service.ask(key)[0]
    assert (found["status"], found["record"]) == ("accepted", body())
    assert service.rows("SELECT number FROM business WHERE accepted_at IS NOT NULL") == [(found["number"],)]
    assert service.send_one(key, body()).status_code == 200


def test_a_wrong_echo_is_wrong_every_time_while_row_and_question_are_right(service, body):
    key = key_struck_by("wrong-echo")
    answer = service.send_one(key, body()).json()
    assert answer["status"] == "accepted"
    differing = {name for name in body() if answer["record"][name] != body()[name]}
    assert differing in ({"cents"}, {"person"})
    assert service.send_one(key, body()).json() == answer
    assert service.ask(key)[0]["record"] == body()
    assert service.rows("SELECT cents FROM business") == [(body()["cents"],)]
