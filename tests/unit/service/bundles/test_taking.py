"""Taking a bundle in: once or twice, in any order, and never what is forged, cut, foreign, oversized or for another."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tarfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pyrage import x25519

from counter_app.bootstrap import adopt_configuration
from counter_app.domain.errors import AppError
from counter_app.exchange import bundle_form
from counter_app.exchange.bundle_form import NAME
from counter_app.journal.codec import canonical
from counter_app.keys.sign import BUNDLE, sign
from counter_app.practice.offices import published_keys
from counter_app.service.board import board
from counter_app.service.bundles.giving import export_bundle
from counter_app.service.bundles.inspecting import inspect_bundle
from counter_app.service.bundles.keys import own_recipient
from counter_app.service.bundles.taking import import_bundle
from counter_app.service.custody import take_back
from counter_app.service.erasure import retention
from counter_app.service.exchange import exchange_by_folder
from counter_app.service.readiness import examine
from counter_app.service.suspicion import declare_suspect
from counter_app.sync.port import Outcome
from tests.unit.counters import AUDITOR, CASH, IT, SUPERVISOR, Desk, person
from tests.unit.service.bundles.opened import Members, closed, encrypted, members
from tests.unit.service.scripted import Centre, Deliverer, accepts, said

LINUX = sys.platform == "linux"


@pytest.fixture
def other(open_desk: Callable[..., Desk]) -> Desk:
    """Counter A2, which recorded a request and a grant."""
    desk = open_desk("A2")
    desk.fill_drawer()
    desk.do("record_request", person=person("Quatremère"), aid="FR-SECURG", note="private")
    desk.grant(payment=CASH)
    return desk


@pytest.fixture
def bundle(other: Desk, tmp_path: Path) -> Path:
    """A2's bundle that gives A1 custody."""
    return export_bundle(other.workstation, tmp_path / "a2.bundle", IT, to="A1", custody=True).path


def code(call: Callable[[], Any]) -> str:
    with pytest.raises(AppError) as caught:
        call()
    return caught.value.code


def nothing_came(desk: Desk) -> None:
    """Nothing of A2 is known, and the journal is whole."""
    with desk.workstation.reading() as connection:
        assert connection.execute("SELECT count(*) FROM entry WHERE chain = 'A2'").fetchone() == (0,)
    assert desk.findings() == []


# --- what comes


def test_a_bundle_brings_every_entry_and_the_names_that_its_messages_need(
    desk: Desk, other: Desk, bundle: Path
) -> None:
    done = import_bundle(desk.workstation, bundle, IT)
    assert (done.taken, done.completed, done.refused, done.parked) == ({"A2": 6}, 0, [], [])
    assert [entry.hash for entry in desk.entries("A2")] == [entry.hash for entry in other.entries()]
    named = {entry.kind for entry in desk.entries("A2") if entry.private is not None}
    assert named == {"request_recorded", "aid_granted"}
    assert desk.entries()[-1].kind == "bundle_imported"
    assert desk.findings() == []


def test_the_reading_process_gave_up_what_this_system_lets_it(desk: Desk, bundle: Path) -> None:
    enforced = inspect_bundle(desk.workstation, bundle).enforced
    assert set(enforced) == ({"network", "programs", "files", "memory", "time"} if LINUX else set())


def test_the_same_bundle_again_changes_nothing(desk: Desk, bundle: Path) -> None:
    import_bundle(desk.workstation, bundle, IT)
    before = desk.seq
    assert import_bundle(desk.workstation, bundle, IT).already
    assert desk.seq == before


def test_an_older_bundle_after_a_newer_one_is_harmless(
    desk: Desk, other: Desk, bundle: Path, tmp_path: Path
) -> None:
    other.grant(person=person("Later"))
    newer = export_bundle(other.workstation, tmp_path / "newer", IT, to="A1", custody=True).path
    assert import_bundle(desk.workstation, newer, IT).taken == {"A2": 8}
    assert import_bundle(desk.workstation, bundle, IT).already


def test_what_the_recipient_said_that_it_holds_is_left_out_and_what_lacks_its_names_is_not(
    desk: Desk, other: Desk, tmp_path: Path
) -> None:
    for one in (other, desk, other):
        exchange_by_folder(one.workstation, tmp_path)
    facts = export_bundle(other.workstation, tmp_path / "facts", IT, to="A1").manifest
    assert facts.entries == 0
    given = export_bundle(other.workstation, tmp_path / "given", IT, to="A1", custody=True)
    assert [(part.chain, part.first, part.last, part.private) for part in given.manifest.ranges] == [
        ("A2", 4, 6, 2)
    ]
    done = import_bundle(desk.workstation, given.path, IT)
    assert (done.taken, done.completed) == ({"A2": 1}, 2)
    assert desk.findings() == []
    assert import_bundle(desk.workstation, given.path, IT).already


def test_names_that_came_later_are_found_by_a_search_and_equal_a_rebuild(
    desk: Desk, other: Desk, bundle: Path, tmp_path: Path
) -> None:
    for one in (other, desk):
        exchange_by_folder(one.workstation, tmp_path)
    assert desk.tables().rows("SELECT count(*) FROM p_name WHERE chain = 'A2'") == [(0,)]
    assert import_bundle(desk.workstation, bundle, IT).completed == 2
    assert desk.tables().rows("SELECT count(*) FROM p_name WHERE chain = 'A2'") == [(2,)]
    assert desk.findings() == []


def test_a_bundle_that_begins_behind_what_is_known_waits_and_says_so(
    open_desk: Callable[..., Desk], desk: Desk, other: Desk, tmp_path: Path
) -> None:
    for one in (other, desk, other):
        exchange_by_folder(one.workstation, tmp_path)
    other.grant(person=person("Later"))
    rest = export_bundle(other.workstation, tmp_path / "rest", IT, to="A1").path
    # A1 was made anew meanwhile, and knows nothing of A2 any more.
    fresh = open_desk("A1", folder="anew")
    done = import_bundle(fresh.workstation, rest, IT)
    assert (done.parked, done.taken) == (["A2"], {})
    everything = export_bundle(other.workstation, tmp_path / "all", IT, to="A1", everything=True).path
    assert import_bundle(fresh.workstation, everything, IT).taken == {"A2": 6}


def test_custody_that_was_given_days_ago_is_asked_about_before_anything_is_sent(
    desk: Desk, bundle: Path
) -> None:
    desk.clock.jump(2 * 24 * 3600)
    done = import_bundle(desk.workstation, bundle, IT)
    assert done.presumed == 3
    assert {unit.state.value for unit in desk.units() if unit.chain == "A2"} == {"unknown"}


@pytest.mark.parametrize("ahead_s", [3600, 400 * 86400])
def test_a_bundle_whose_maker_lives_in_the_future_is_as_suspicious_as_an_old_one(
    desk: Desk, open_desk: Callable[..., Desk], tmp_path: Path, ahead_s: int
) -> None:
    early = open_desk("A2")
    early.do("record_request", person=person("Quatremère"), aid="FR-SECURG")
    early.clock.jump(ahead_s)
    path = export_bundle(early.workstation, tmp_path / "b", IT, to="A1", custody=True).path
    assert import_bundle(desk.workstation, path, IT).presumed == 1
    assert {unit.state.value for unit in desk.units()} == {"unknown"}


def test_what_goes_to_a_target_that_might_take_it_twice_is_asked_about_however_fresh(
    open_desk: Callable[..., Desk], bundle: Path, tmp_path: Path
) -> None:
    desk = open_desk("A1")
    raw = (desk.data / "office.toml").read_text(encoding="utf-8")
    config = tmp_path / "office.toml"
    config.write_text(
        raw.replace('id = "treasury"', 'id = "treasury"\nidempotent = false', 1), encoding="utf-8"
    )
    adopt_configuration(desk.workstation, config, IT)
    done = import_bundle(desk.reopen(), bundle, IT)
    assert done.presumed == 1
    states = {unit.service: unit.state.value for unit in desk.units() if unit.chain == "A2"}
    assert states == {"aid-file": "waiting", "treasury": "unknown"}


def test_a_bundle_of_a_suspect_counter_goes_into_quarantine(
    desk: Desk, other: Desk, bundle: Path, tmp_path: Path
) -> None:
    exchange_by_folder(other.workstation, tmp_path)
    exchange_by_folder(desk.workstation, tmp_path)
    other.grant(person=person("Later"))
    newer = export_bundle(other.workstation, tmp_path / "newer", IT, to="A1").path
    key = published_keys()["office_private_key"]
    declare_suspect(desk.workstation, "A2", "2026-03-01T08:00:00Z", "stolen", IT, key)
    done = import_bundle(desk.workstation, newer, IT)
    assert (done.taken, done.completed, done.quarantined) == ({}, 0, {"A2": 1})
    assert inspect_bundle(desk.workstation, bundle).maker_is_suspect
    assert code(lambda: export_bundle(desk.workstation, tmp_path / "for", IT, to="A2")) == "bundle_to_suspect"


def test_a_medium_is_looked_at_under_the_one_fixed_name(desk: Desk, other: Desk, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    assert export_bundle(other.workstation, stick, IT, to="A1").path == stick / NAME
    assert import_bundle(desk.workstation, stick, IT).taken == {"A2": 5}
    assert [path.name for path in stick.iterdir()] == [NAME]


def test_who_may_only_read_takes_nothing_in(desk: Desk, bundle: Path) -> None:
    assert code(lambda: import_bundle(desk.workstation, bundle, AUDITOR)) == "not_allowed"


# --- what is refused, with its reason


def forged(
    path: Path, desk: Desk, change: Callable[[dict[str, Any], Members], None], *, key: Any = None
) -> Path:
    """The bundle with manifest or members changed, and signed anew with the maker's key or another."""
    content = members(path)
    told = json.loads(content["manifest.json"])
    change(told, content)
    content["manifest.json"] = canonical(told)
    signer = key or desk.workstation.keyring.signing
    content["manifest.json.sig"] = sign(signer, BUNDLE, content["manifest.json"]).encode()
    return closed(path.with_name("forged"), content)


def unchanged(_: dict[str, Any], __: Members) -> None:
    pass


def test_what_its_maker_did_not_sign_is_refused(desk: Desk, other: Desk, bundle: Path) -> None:
    content = members(bundle)
    content["manifest.json"] = content["manifest.json"].replace(b'"entries":6', b'"entries":7')
    mixed = closed(bundle.with_name("mixed"), content)
    assert code(lambda: import_bundle(desk.workstation, mixed, IT)) in ("bundle_broken", "bundle_signature")
    stranger = forged(bundle, other, unchanged, key=Ed25519PrivateKey.generate())
    assert code(lambda: import_bundle(desk.workstation, stranger, IT)) == "bundle_signature"
    nothing_came(desk)


def test_a_maker_whom_nobody_vouches_for_is_refused(desk: Desk, other: Desk, bundle: Path) -> None:
    def without(told: dict[str, Any], _: Members) -> None:
        told["beginnings"] = []

    def other_key(told: dict[str, Any], _: Members) -> None:
        (line,) = told["beginnings"]
        told["beginnings"] = [line.replace(other.workstation.keyring.public_key.hex(), "00" * 32)]

    for change, expected in ((without, "chain_without_beginning"), (other_key, "chain_unknown_key")):
        path = forged(bundle, other, change)
        assert code(lambda path=path: import_bundle(desk.workstation, path, IT)) == expected
    nothing_came(desk)


def _less(told: dict[str, Any], content: Members) -> None:
    """An amount is made smaller, and the digest put right; the entry's own hash is left."""
    raw = content["entries.jsonl"].replace(rb"\"cents\":4000", rb"\"cents\":3999")
    assert raw != content["entries.jsonl"]
    content["entries.jsonl"] = raw
    told["members"]["entries.jsonl"]["sha256"] = sha256(raw).hexdigest()


def _fewer(_: dict[str, Any], content: Members) -> None:
    content["entries.jsonl"] = content["entries.jsonl"].partition(b"\n")[2]


def _head(told: dict[str, Any], _: Members) -> None:
    told["ranges"][0]["head"] = "00" * 32


def _other_chain(told: dict[str, Any], _: Members) -> None:
    told["ranges"][0]["chain"] = "A3"


def _later_epoch(told: dict[str, Any], _: Members) -> None:
    told["ranges"][0]["chain"] = "A2b"


@pytest.mark.parametrize(
    "change", [_less, _fewer, _head, _other_chain, _later_epoch], ids=lambda one: one.__name__
)
def test_entries_that_do_not_prove_themselves_are_refused_even_under_a_good_signature(
    desk: Desk, other: Desk, bundle: Path, change: Callable[[dict[str, Any], Members], None]
) -> None:
    path = forged(bundle, other, change)
    assert code(lambda: import_bundle(desk.workstation, path, IT)) == "bundle_broken"
    nothing_came(desk)


def test_a_private_part_that_was_exchanged_is_refused(desk: Desk, other: Desk, bundle: Path) -> None:
    def renamed(_: dict[str, Any], content: Members) -> None:
        content["entries.jsonl"] = content["entries.jsonl"].replace("Quatremère".encode(), b"Quatremere")

    path = forged(bundle, other, renamed)
    assert code(lambda: import_bundle(desk.workstation, path, IT)) == "bundle_broken"
    nothing_came(desk)


def test_a_sum_that_is_told_wrongly_is_said_and_the_proved_entries_stay(
    desk: Desk, other: Desk, bundle: Path
) -> None:
    def more(told: dict[str, Any], _: Members) -> None:
        told["services"][0]["cents"] += 1

    done = import_bundle(desk.workstation, forged(bundle, other, more), IT)
    assert ([error.code for error in done.refused], done.taken) == (["bundle_sums"], {"A2": 6})


def _with_bodies(*rows: dict[str, Any]) -> Callable[[dict[str, Any], Members], None]:
    def change(told: dict[str, Any], content: Members) -> None:
        raw = b"".join(canonical(row) + b"\n" for row in rows)
        content["bodies.jsonl"] = raw
        told["members"]["bodies.jsonl"] = {"bytes": len(raw), "sha256": sha256(raw).hexdigest()}

    return change


def test_a_maker_gives_no_message_under_the_key_of_anothers_act(
    desk: Desk, other: Desk, open_desk: Callable[..., Desk], bundle: Path, tmp_path: Path
) -> None:
    third = open_desk("A3")
    theirs = third.id("record_request", person=person("Okoye"), aid="FR-SECURG")
    Deliverer(third, Centre(said(Outcome.UNKNOWN))).exchange()
    given = export_bundle(third.workstation, tmp_path / "a3.bundle", IT, to="A1", custody=True).path
    import_bundle(desk.workstation, given, IT)
    row = {"service": "aid-file", "entry_id": theirs, "part": "main", "at": "2030-01-01T00:00:00.000Z"}
    path = forged(
        bundle, other, _with_bodies(row | {"body": '{"cents":1}'}, row | {"entry_id": "none", "body": "{}"})
    )
    assert import_bundle(desk.workstation, path, IT).refused == []
    with desk.workstation.reading() as connection:
        assert connection.execute("SELECT count(*) FROM rendered_body WHERE at LIKE '2030%'").fetchone() == (
            0,
        )
    assert desk.findings() == []


def test_a_message_that_is_no_json_spoils_no_batch(desk: Desk, other: Desk, bundle: Path) -> None:
    (request,) = [entry.entry_id for entry in other.entries() if entry.kind == "request_recorded"]
    row = {"service": "aid-file", "entry_id": request, "part": "main", "at": "2026-03-02T08:00:00.000Z"}
    path = forged(bundle, other, _with_bodies(row | {"body": '{},{"cents":1}'}))
    assert [error.code for error in import_bundle(desk.workstation, path, IT).refused] == ["bundle_broken"]


def test_a_member_longer_than_was_promised_is_not_read_on(desk: Desk, other: Desk, bundle: Path) -> None:
    def longer(_: dict[str, Any], content: Members) -> None:
        content["entries.jsonl"] += (b" " * 1_000_000 + b"\n") * 3

    path = forged(bundle, other, longer)
    assert code(lambda: inspect_bundle(desk.workstation, path)) == "bundle_broken"


def test_another_offices_bundle_is_refused(
    open_desk: Callable[..., Desk], desk: Desk, tmp_path: Path
) -> None:
    paris = open_desk("A2", sample="paris")
    path = export_bundle(paris.workstation, tmp_path / "paris", "skowalski").path
    assert code(lambda: import_bundle(desk.workstation, path, IT)) == "bundle_foreign"


def test_a_bundle_that_was_cut_or_spoilt_is_refused(desk: Desk, bundle: Path) -> None:
    raw = bundle.read_bytes()
    place = len(raw) * 9 // 10
    bundle.write_bytes(raw[:place])
    assert code(lambda: import_bundle(desk.workstation, bundle, IT)) == "bundle_cut"
    bundle.write_bytes(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :])
    assert code(lambda: import_bundle(desk.workstation, bundle, IT)) == "bundle_cut"
    bundle.write_bytes(raw[:40])
    assert code(lambda: import_bundle(desk.workstation, bundle, IT)) == "bundle_no_age"
    nothing_came(desk)


def test_what_was_cut_between_two_ranges_keeps_the_first(
    desk: Desk, other: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("counter_app.service.bundles.giving.RANGE", 2)
    path = export_bundle(other.workstation, tmp_path / "ranges", IT, to="A1").path

    def cut(_: dict[str, Any], content: Members) -> None:
        content["entries.jsonl"] = b"".join(content["entries.jsonl"].splitlines(keepends=True)[:3])

    done = import_bundle(desk.workstation, forged(path, other, cut), IT)
    assert (done.taken, [error.code for error in done.refused]) == ({"A2": 2}, ["bundle_broken"])
    assert import_bundle(desk.workstation, path, IT).taken == {"A2": 3}
    assert desk.findings() == []


def test_what_ends_too_early_behind_a_whole_range_says_that_the_range_stays(
    desk: Desk, other: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Longer than what age opens at once, so that the first range is proved before the end is missed.
    for count in range(60):
        other.do("record_request", person=person(f"Long {count}"), aid="FR-SECURG", note="x" * 4000)
    monkeypatch.setattr("counter_app.service.bundles.giving.RANGE", 2)
    path = export_bundle(other.workstation, tmp_path / "long", IT, to="A1", custody=True).path
    raw = path.read_bytes()
    path.write_bytes(raw[:-100])
    done = import_bundle(desk.workstation, path, IT)
    assert done.taken["A2"] > 0
    assert [error.code for error in done.refused] == ["bundle_cut_after"]
    assert desk.findings() == []


def test_a_bundle_for_another_counter_is_not_taken_for_custody(
    desk: Desk, other: Desk, tmp_path: Path
) -> None:
    path = export_bundle(other.workstation, tmp_path / "a3", IT, to="A3", custody=True).path
    for at, why in ((desk, "bundle_for_another"), (other, "bundle_of_ones_own")):
        assert code(lambda at=at: import_bundle(at.workstation, path, IT)) == why
        # Whoever looks first is told the same.
        refusal = inspect_bundle(at.workstation, path).refusal
        assert refusal is not None
        assert refusal.code == why


def test_facts_alone_for_another_counter_may_be_read_by_anybody(
    desk: Desk, other: Desk, tmp_path: Path
) -> None:
    path = export_bundle(other.workstation, tmp_path / "a3", IT, to="A3").path
    assert inspect_bundle(desk.workstation, path).refusal is None
    assert import_bundle(desk.workstation, path, IT).taken == {"A2": 5}


def test_what_is_not_closed_for_this_counter_does_not_open(
    desk: Desk, other: Desk, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = x25519.Identity.generate()
    monkeypatch.setattr("counter_app.service.bundles.keys._published", lambda: str(stranger))
    assert code(lambda: import_bundle(desk.workstation, bundle, IT)) == "bundle_not_for_us"
    # But for whoever holds a key that it is closed for.
    assert own_recipient(other.workstation) != own_recipient(desk.workstation)


def test_an_oversized_file_is_refused_unread(
    desk: Desk, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bundle.open("r+b") as file:
        file.truncate(bundle_form.MOST_BYTES + 1)
    assert code(lambda: import_bundle(desk.workstation, bundle, IT)) == "bundle_too_large"


def test_an_oversized_member_is_refused_unread(desk: Desk, bundle: Path) -> None:
    content = members(bundle)

    def huge(info: tarfile.TarInfo) -> None:
        if info.name == "manifest.json":
            info.size = bundle_form.MOST_MANIFEST + 1

    content["manifest.json"] = bytes(bundle_form.MOST_MANIFEST + 1)
    path = closed(bundle.with_name("huge"), content, huge)
    assert code(lambda: import_bundle(desk.workstation, path, IT)) == "bundle_too_large"


def _link(info: tarfile.TarInfo) -> None:
    if info.name == "entries.jsonl":
        info.type, info.linkname, info.size = tarfile.SYMTYPE, "/etc/passwd", 0


def _elsewhere(info: tarfile.TarInfo) -> None:
    if info.name == "entries.jsonl":
        info.name = "../entries.jsonl"


@pytest.mark.parametrize("change", [_link, _elsewhere], ids=lambda one: one.__name__)
def test_members_that_are_links_or_have_other_names_are_refused(
    desk: Desk, bundle: Path, change: Callable[[tarfile.TarInfo], None]
) -> None:
    path = closed(bundle.with_name("members"), members(bundle), change)
    assert code(lambda: import_bundle(desk.workstation, path, IT)) == "bundle_broken"
    nothing_came(desk)


@pytest.mark.parametrize("plain", [b"", b"no tar at all", bytes(100_000)], ids=["empty", "words", "zeros"])
def test_an_age_file_that_holds_no_bundle_is_refused(desk: Desk, tmp_path: Path, plain: bytes) -> None:
    path = encrypted(tmp_path / "other", plain)
    assert code(lambda: import_bundle(desk.workstation, path, IT)) == "bundle_broken"


def test_what_is_no_file_is_refused(desk: Desk, bundle: Path, tmp_path: Path) -> None:
    assert code(lambda: import_bundle(desk.workstation, tmp_path / "nowhere", IT)) == "bundle_unreadable"
    if sys.platform == "win32":
        return
    link, pipe = tmp_path / "link", tmp_path / "pipe"
    link.symlink_to(bundle)
    os.mkfifo(pipe)
    for path in (link, pipe):
        assert code(lambda path=path: import_bundle(desk.workstation, path, IT)) == "exchange_no_file"
    (tmp_path / "media").symlink_to(tmp_path, target_is_directory=True)
    behind = tmp_path / "media" / bundle.name
    assert code(lambda: import_bundle(desk.workstation, behind, IT)) == "exchange_link"


def test_a_process_that_says_nothing_is_given_up(
    desk: Desk, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("counter_app.service.bundles.aside._SILENT_S", 0.01)
    assert code(lambda: import_bundle(desk.workstation, bundle, IT)) == "bundle_not_read"


def test_a_newer_form_is_refused_as_newer(desk: Desk, other: Desk, bundle: Path) -> None:
    def newer(told: dict[str, Any], _: Members) -> None:
        told["format"] = 2

    def attached(told: dict[str, Any], _: Members) -> None:
        told["attachments"] = ["attachments/1.age"]

    for change in (newer, attached):
        path = forged(bundle, other, change)
        assert code(lambda path=path: import_bundle(desk.workstation, path, IT)) == "bundle_newer"


def test_another_history_of_a_chain_is_a_fork_that_is_remembered(
    open_desk: Callable[..., Desk], desk: Desk, other: Desk, tmp_path: Path
) -> None:
    other.close()
    twin = Desk(_copy(other.data, tmp_path / "twin"))
    other.reopen()
    other.fill_drawer(100)
    twin.fill_drawer(200)
    try:
        one = export_bundle(other.workstation, tmp_path / "one", IT).path
        two = export_bundle(twin.workstation, tmp_path / "two", IT).path
    finally:
        twin.close()
    import_bundle(desk.workstation, one, IT)
    assert code(lambda: import_bundle(desk.workstation, two, IT)) == "fork"
    (fork,) = board(desk.workstation).forks
    assert (fork.chain, fork.seq, fork.place) == ("A2", 6, "two")
    (check,) = [one for one in examine(desk.workstation) if one.name == "forks"]
    assert (check.state, check.params) == ("failed", {"chain": "A2", "seq": 6})


def _copy(data: Path, to: Path) -> Path:
    shutil.copytree(data, to)
    return to


def test_what_its_counter_erased_goes_here_too_and_does_not_come_back_with_an_older_bundle(
    desk: Desk, other: Desk, bundle: Path, tmp_path: Path
) -> None:
    import_bundle(desk.workstation, bundle, IT)
    take_back(other.workstation, "A1", "done here after all", SUPERVISOR)
    for service in ("aid-file", "treasury"):
        Deliverer(other, Centre(accepts()), service).run()
    other.clock.jump(100 * 24 * 3600)
    assert retention(other.workstation, IT).entries > 0
    for one in (other, desk):
        exchange_by_folder(one.workstation, tmp_path)
    kinds = [entry.kind for entry in desk.entries("A2") if entry.private is not None]
    assert kinds == ["request_recorded"]
    assert import_bundle(desk.workstation, bundle, IT).already
    assert [entry.kind for entry in desk.entries("A2") if entry.private is not None] == kinds
    assert desk.findings() == []
