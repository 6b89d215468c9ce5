"""What a centre forgets: accepted units lost behind everybody's back, and services put back from an old copy."""

from __future__ import annotations

from counter_app.practice.centre.faults import Faults

FAULTS = "lost-accepted"


def key_that(is_lost: bool) -> str:
    draw = Faults({"lost-accepted"}, 0)
    return next(key for key in (f"k{n}" for n in range(1000)) if draw.loses(key) is is_lost)


def test_an_accepted_unit_is_lost_once_its_answer_is_out_and_never_a_second_time(service, body):
    lost, kept = key_that(True), key_that(False)
    answer = service.send({lost: body(1), kept: body(2)}).json()["results"]
    assert [one["status"] for one in answer] == ["accepted", "accepted"]
    assert [one["status"] for one in service.ask(lost, kept)] == ["absent", "accepted"]
    assert service.send_one(lost, body(1)).json()["status"] == "accepted"
    assert [one["status"] for one in service.ask(lost, kept)] == ["accepted", "accepted"]
    assert sorted(service.rows("SELECT key FROM business")) == sorted([(lost,), (kept,)])


def test_it_can_be_asked_by_its_own_numbers(service, body):
    key = key_that(False)
    number = service.send_one(key, body(1)).json()["number"]
    asked = {"numbers": [number, "CC-999999"]}
    found = service.centre.client.post(f"{service.path}/queries", json=asked).json()["results"]
    assert [one["status"] for one in found] == ["accepted", "absent"]
    assert (found[0]["number"], found[0]["record"]) == (number, body(1))
    assert found[1]["number"] == "CC-999999"


def restore(service, **shares):
    answer = service.centre.client.post(f"{service.path}/restored", json=shares)
    return answer.raise_for_status().json()


def test_an_old_copy_loses_forgets_keys_and_gives_numbers_to_other_people(service, body):
    keys = {f"{service.name}-{n}": body(n) for n in range(60)}
    told = {one["key"]: one for one in service.send(keys).json()["results"]}
    service.ask(*keys)
    for key in [one["key"] for one in service.ask(*keys) if one["status"] == "absent"]:
        told[key] = service.send_one(key, keys[key]).json()
    found = restore(service, lost=0.3, forgotten=0.2, reissued=0.5)
    lost, forgotten, reissued = (set(found[name]) for name in ("lost", "forgotten", "reissued"))
    assert lost
    assert forgotten
    assert reissued
    assert reissued < lost
    assert not lost & forgotten
    absent = {key for key, one in zip(keys, service.ask(*keys), strict=True) if one["status"] == "absent"}
    assert absent == lost | forgotten
    numbers = [told[key]["number"] for key in keys]
    asked = service.centre.client.post(f"{service.path}/queries", json={"numbers": numbers}).json()["results"]
    for key, one in zip(keys, asked, strict=True):
        if key in reissued:
            assert one["record"]["person"] != keys[key]["person"]
        elif key in lost:
            assert one["status"] == "absent"
        else:
            assert one["record"] == keys[key]


def test_shares_that_are_none_are_refused(service):
    for shares in ({"lost": 2}, {"lost": "much"}, []):
        answer = service.centre.client.post(f"{service.path}/restored", json=shares)
        assert answer.status_code == 400


def test_every_request_of_a_service_leaves_its_time(service, body):
    service.send({"a": body(1)})
    service.ask("a")
    assert service.rows("SELECT what FROM visit ORDER BY at") == [
        ("POST batches",),
        ("POST queries",),
    ]
