"""Copies on media: complete after each round, usable after any interruption, and never ahead of a journal unnoticed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from counter_app.clock import to_wire
from counter_app.domain.errors import AppError
from counter_app.exchange.mirror_folder import FOLDER, LOG, copies_at, generations
from counter_app.exchange.mirroring import Part, parts
from counter_app.journal.entry import Fact
from counter_app.keys.keyring import open_keys
from counter_app.service.mirror.media import Known, add_medium, media, read_states, remove_medium
from counter_app.service.mirror.now import copy_now
from counter_app.service.mirror.round import copy_round
from counter_app.service.mirror.status import Told, copies_in_words, copies_told, copy_statuses
from counter_app.service.session import Session
from tests.unit.counters import AGENT, MONDAY, PASSPHRASE, Desk


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    place = tmp_path / "stick"
    place.mkdir()
    return place


@pytest.fixture
def still(open_desk: Callable[..., Desk]) -> Desk:
    """A counter whose own thread copies nothing: the rounds are the test's."""
    desk = open_desk()
    desk.workstation.at_close.pop()()
    return desk


def rounds(desk: Desk) -> dict[Path, Known]:
    """One round to every medium; what is known of each afterwards."""
    copy_now(desk.workstation)
    states = read_states(desk.data)
    return {medium.path: states[medium.id] for medium in media(desk.data)}


def kept(place: Path, generation: int = -1) -> list[Part]:
    (copy,) = copies_at(place)
    folder = generations(copy)[generation]
    return list(parts(folder, open_keys(folder, PASSPHRASE).database))


def copied(place: Path) -> list[tuple[str, int]]:
    return [(one.chain, one.seq) for part in kept(place) for one in part.entries]


def test_a_round_copies_every_entry_once_with_its_private_part_and_the_keys_that_open_it(
    still: Desk, stick: Path
) -> None:
    add_medium(still.workstation, stick)
    still.grant()
    known = rounds(still)[stick]
    assert (known.entries, known.problem) == (still.seq, "")
    still.grant()
    rounds(still)
    entries = still.entries()
    assert copied(stick) == [(entry.chain, entry.seq) for entry in entries]
    assert [one.private for part in kept(stick) for one in part.entries] == [e.private_bytes for e in entries]
    (copy,) = copies_at(stick)
    for name in ("keys.toml", "office.toml"):
        assert (generations(copy)[0] / name).read_bytes() == (still.data / name).read_bytes()


def test_a_stick_carries_no_word_of_a_citizen_in_the_clear(still: Desk, stick: Path) -> None:
    add_medium(still.workstation, stick)
    still.grant()
    rounds(still)
    for file in stick.rglob("*"):
        if file.is_file():
            raw = file.read_bytes()
            assert b"Dupont" not in raw
            assert b"FR-SECURG" not in raw or file.name == "office.toml"


def test_an_interrupted_round_is_taken_up_where_it_ended(still: Desk, stick: Path) -> None:
    add_medium(still.workstation, stick)
    rounds(still)
    still.grant()
    rounds(still)
    (copy,) = copies_at(stick)
    log = generations(copy)[0] / LOG
    log.write_bytes(log.read_bytes()[:-2000])
    still.grant()
    assert rounds(still)[stick].problem == ""
    assert copied(stick) == [(entry.chain, entry.seq) for entry in still.entries()]


def test_two_media_take_turns_and_each_keeps_up_when_it_is_there(still: Desk, tmp_path: Path) -> None:
    first, second, drawer = (tmp_path / name for name in ("a", "b", "drawer"))
    first.mkdir()
    second.mkdir()
    add_medium(still.workstation, first)
    add_medium(still.workstation, second)
    rounds(still)
    second.rename(drawer)
    still.grant()
    known = rounds(still)
    assert known[first].entries == still.seq
    assert (known[second].entries, known[second].problem) == (still.seq - 1, "mirror_absent")
    states = {one.path: one for one in copy_statuses(still.workstation)}
    assert states[first].state == "current"
    assert (states[second].state, states[second].lag_entries) == ("absent", 1)
    first.rename(tmp_path / "other drawer")
    drawer.rename(second)
    still.grant()
    known = rounds(still)
    assert known[second].entries == still.seq
    assert copied(second) == [(entry.chain, entry.seq) for entry in still.entries()]


def test_a_stick_that_goes_just_after_it_was_looked_for_leaves_nothing_in_its_place(
    still: Desk, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_medium(still.workstation, stick)
    looks = iter((True, False))
    monkeypatch.setattr("counter_app.service.mirror.round.is_there", lambda _medium: next(looks))
    shutil.move(stick, stick.with_name("away"))
    assert rounds(still)[stick].problem == "mirror_absent"
    assert not stick.exists()


def test_another_stick_under_the_same_name_is_another_medium(still: Desk, stick: Path) -> None:
    add_medium(still.workstation, stick)
    rounds(still)
    shutil.move(stick, stick.with_name("drawer"))
    stick.mkdir()
    still.grant()
    assert rounds(still)[stick].problem == "mirror_absent"
    assert list(stick.iterdir()) == []
    add_medium(still.workstation, stick)
    assert len(media(still.data)) == 2
    rounds(still)
    assert copied(stick) == [(entry.chain, entry.seq) for entry in still.entries()]


def test_erased_words_leave_the_copy(still: Desk, stick: Path) -> None:
    add_medium(still.workstation, stick)
    still.grant(
        person={"surname": "Erased", "given_names": ["A"], "birth_date": "1980-03-05", "identity": "document"}
    )
    still.grant()
    rounds(still)
    assert any(b"Erased" in (one.private or b"") for part in kept(stick) for one in part.entries)
    target = next(entry for entry in still.entries() if b"Erased" in (entry.private_bytes or b""))

    def erase(session: Session) -> None:
        order = session.append(
            Fact("data_erased", {"targets": [target.entry_id]}),
            agent=AGENT,
            channel="window",
            entry_id=session.new_entry_id(),
            command_hash="",
        )
        session.connection.execute(
            "INSERT INTO erasure (arrival, ordered_by) VALUES (?, ?)", (target.arrival, order.arrival)
        )
        session.connection.execute("DELETE FROM private WHERE arrival = ?", (target.arrival,))

    still.workstation.writer.do(erase)
    rounds(still)
    (copy,) = copies_at(stick)
    assert [one.name for one in generations(copy)] == ["000002"]
    assert not any(b"Erased" in (one.private or b"") for part in kept(stick) for one in part.entries)
    assert [one for part in kept(stick) for one in part.erasures]
    assert copied(stick) == [(entry.chain, entry.seq) for entry in still.entries()]


def test_under_another_database_key_the_copy_is_made_anew_and_the_old_one_kept_until_then(
    still: Desk, stick: Path
) -> None:
    add_medium(still.workstation, stick)
    still.grant()
    rounds(still)
    (copy,) = copies_at(stick)
    old = generations(copy)[0]
    before = old.with_name("kept")
    shutil.copytree(old, before)
    log = old / LOG
    log.write_bytes(bytes(64) + log.read_bytes()[64:])
    still.grant()
    rounds(still)
    assert [one.name for one in generations(copy)] == ["000002"]
    assert copied(stick) == [(entry.chain, entry.seq) for entry in still.entries()]


def test_a_copy_that_knows_more_than_the_journal_shows_that_an_older_one_was_put_back(
    still: Desk, stick: Path, tmp_path: Path
) -> None:
    workstation = still.workstation
    add_medium(workstation, stick)
    workstation.close()
    older = tmp_path / "older"
    shutil.copytree(still.data, older)
    still.workstation = still.reopen()
    still.workstation.at_close.pop()()
    still.grant()
    rounds(still)
    put_back = Desk(older)
    try:
        put_back.workstation.at_close.pop()()
        assert rounds(put_back)[stick].problem == "mirror_knows_more"
        state, sentence, _ = copies_in_words(put_back.workstation)
        assert state == "failed"
        assert "journal restore" in sentence
        put_back.grant()
        assert rounds(put_back)[stick].problem == "mirror_differs"
    finally:
        put_back.close()
    assert copied(stick) == [(entry.chain, entry.seq) for entry in still.entries()]


def test_a_medium_that_cannot_be_written_is_told_and_taken_up_again(still: Desk, stick: Path) -> None:
    medium = add_medium(still.workstation, stick)
    (stick / FOLDER / f"A1-{still.workstation.keyring.workstation[:8]}").write_text(
        "in the way", encoding="utf-8"
    )
    with closing(still.workstation.connect_reader()) as connection:
        known = copy_round(still.workstation, connection, medium, Known())
    assert known.problem == "disk_failed"
    state = copy_statuses(still.workstation)[0]
    assert (state.state, state.lag_entries) == ("behind", still.seq)
    (stick / FOLDER / f"A1-{still.workstation.keyring.workstation[:8]}").unlink()
    assert rounds(still)[stick].problem == ""


def test_doctor_and_status_line_say_how_far_behind_and_what_to_do(still: Desk, stick: Path) -> None:
    assert copies_in_words(still.workstation)[0] == "missing"
    assert copies_told(still.workstation) == Told()
    add_medium(still.workstation, stick)
    rounds(still)
    told = copies_told(still.workstation)
    assert (told.line.partition("{")[0], told.warning) == ("Copy: ", "")
    shutil.move(stick, stick.with_name("away"))
    still.grant()
    rounds(still)
    still.clock.jump(600)
    state, sentence, params = copies_in_words(still.workstation)
    assert (state, params["count"], params["minutes"]) == ("warning", 1, 10)
    assert "Plug in" in sentence
    told = copies_told(still.workstation)
    assert told.line.startswith("No copy since")
    assert (told.warning.partition(" since")[0], told.since) == ("no second copy", MONDAY)


def test_media_are_listed_beside_the_journal_and_can_be_taken_off(still: Desk, stick: Path) -> None:
    medium = add_medium(still.workstation, stick)
    assert media(still.data) == [replace(medium)]
    with pytest.raises(AppError, match="mirror_inside"):
        add_medium(still.workstation, still.data)
    with pytest.raises(AppError, match="mirror_no_folder"):
        add_medium(still.workstation, stick / "nowhere")
    with pytest.raises(AppError, match="mirror_unknown"):
        remove_medium(still.workstation, stick / "nowhere")
    assert remove_medium(still.workstation, stick) == [medium]
    assert media(still.data) == []
    (still.data / "mirrors.toml").write_text("medium = 3", encoding="utf-8")
    with pytest.raises(AppError, match="mirror_list_damaged"):
        media(still.data)


def test_the_time_of_a_copy_is_told_in_one_form(still: Desk, stick: Path) -> None:
    add_medium(still.workstation, stick)
    known = rounds(still)[stick]
    assert known.complete_at == to_wire(still.clock.now())
