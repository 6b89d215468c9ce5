"""What a bundle holds, that it names nobody needlessly, and that standard programs open it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from pyrage import x25519

from counter_app.bootstrap import adopt_configuration
from counter_app.domain.errors import AppError
from counter_app.journal import store
from counter_app.service.bundles.giving import export_bundle
from counter_app.service.bundles.inspecting import inspect_bundle
from counter_app.service.bundles.keys import own_recipient, recipients_for
from counter_app.service.bundles.taking import import_bundle
from counter_app.service.custody import give_back, take_back
from counter_app.service.export import export_journal
from counter_app.sync.port import Outcome
from tests.unit.counters import AGENT, AUDITOR, CASH, IT, Desk, person
from tests.unit.service.bundles.opened import manifest, members, published
from tests.unit.service.scripted import Centre, Deliverer, accepts, said


@pytest.fixture
def served(desk: Desk) -> Desk:
    """Counter A1 with a request and a paid grant."""
    desk.fill_drawer()
    desk.do("record_request", person=person("Quatremère"), aid="FR-SECURG", note="private")
    desk.grant(payment=CASH)
    return desk


def code(call: Callable[[], Any]) -> str:
    with pytest.raises(AppError) as caught:
        call()
    return caught.value.code


def test_the_manifest_counts_entries_euros_and_heads(served: Desk, tmp_path: Path) -> None:
    told = manifest(export_bundle(served.workstation, tmp_path / "b", AGENT, to="A2").path)
    assert (told["office"], told["maker"], told["to"], told["custody"]) == ("EX-CCAS", "A1", "A2", "")
    assert (told["entries"], told["currency"], told["attachments"]) == (5, "EUR", [])
    assert told["services"] == [
        {"service": "aid-file", "units": 2, "cents": 4000},
        {"service": "treasury", "units": 1, "cents": 4000},
    ]
    with served.workstation.reading() as connection:
        head = store.head(connection, "A1")
    (part,) = told["ranges"]
    assert (part["chain"], part["first"], part["last"], part["head"]) == ("A1", 1, head.seq, head.hash.hex())


def test_facts_travel_without_a_name_and_custody_with_those_of_its_messages_alone(
    served: Desk, tmp_path: Path
) -> None:
    facts = b"".join(members(export_bundle(served.workstation, tmp_path / "f", AGENT).path).values())
    assert b"Quatrem" not in facts
    assert b"private_body" not in facts
    given = members(export_bundle(served.workstation, tmp_path / "g", IT, to="A2", custody=True).path)
    rows = [json.loads(line) for line in given["entries.jsonl"].splitlines()]
    named = [json.loads(row["content"])["header"]["kind"] for row in rows if "private" in row]
    assert named == ["request_recorded", "aid_granted"]


def test_age_tar_and_ssh_keygen_open_and_verify_it(served: Desk, tmp_path: Path) -> None:
    bundle = export_bundle(served.workstation, tmp_path / "b", IT, to="A2", custody=True).path
    key, signers = tmp_path / "key", tmp_path / "export" / "allowed_signers"
    key.write_text(f"{published()}\n", encoding="ascii")
    export_journal(served.workstation, signers.parent)
    plain = subprocess.run(["age", "-d", "-i", str(key), str(bundle)], capture_output=True, check=True).stdout
    subprocess.run(["tar", "-x", "-C", str(tmp_path)], input=plain, check=True)
    raw = (tmp_path / "manifest.json").read_bytes()
    command = ["ssh-keygen", "-Y", "verify", "-f", str(signers), "-I", "A1", "-n", "counter-app/bundle"]
    command += ["-s", str(tmp_path / "manifest.json.sig")]
    assert subprocess.run(command, input=raw, capture_output=True, check=False).returncode == 0
    assert subprocess.run(command, input=raw + b" ", capture_output=True, check=False).returncode != 0
    entries = (tmp_path / "entries.jsonl").read_bytes()
    assert json.loads(raw)["members"]["entries.jsonl"]["sha256"] == sha256(entries).hexdigest()


def test_the_bundle_is_whole_or_not_there(
    served: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("counter_app.service.bundles.giving.tar_bytes", broken)
    assert code(lambda: export_bundle(served.workstation, tmp_path / "b", AGENT)) == "file_unwritable"
    assert not list(tmp_path.glob("*b*"))


def test_an_office_of_its_own_closes_bundles_for_those_whom_its_configuration_names(
    served: Desk, tmp_path: Path
) -> None:
    safe, counter = x25519.Identity.generate(), x25519.Identity.generate()
    raw = (served.data / "office.toml").read_text(encoding="utf-8").replace("sample = true", "sample = false")
    config = tmp_path / "office.toml"
    config.write_text(raw, encoding="utf-8")
    adopt_configuration(served.workstation, config, IT)
    workstation = served.reopen()
    assert code(lambda: export_bundle(workstation, tmp_path / "b", AGENT, to="A2")) == "bundle_no_recipient"
    assert code(lambda: export_bundle(workstation, tmp_path / "b", AGENT)) == "bundle_no_recipient"
    raw = raw.replace('id = "A2"', f'id = "A2"\nrecipient = "{counter.to_public()}"')
    raw = f'{raw}\n[bundles]\nrecipients = ["{safe.to_public()}"]\n'
    config.write_text(raw, encoding="utf-8")
    adopt_configuration(workstation, config, IT)
    workstation = served.reopen()
    own = own_recipient(workstation)
    assert recipients_for(workstation, "A2") == [str(counter.to_public()), str(safe.to_public()), own]
    assert code(lambda: recipients_for(workstation, "A3")) == "bundle_no_recipient"
    path = export_bundle(workstation, tmp_path / "b", AGENT, to="A2").path
    for identity in (safe, counter):
        assert inspect_bundle(workstation, path, [str(identity)]).manifest.maker == "A1"
    assert inspect_bundle(workstation, path).manifest.maker == "A1"


def test_the_own_age_key_outlives_a_restart(desk: Desk) -> None:
    recipient = own_recipient(desk.workstation)
    assert recipient.startswith("age1")
    assert own_recipient(desk.reopen()) == recipient


def test_messages_that_were_sent_before_travel_byte_for_byte(
    open_desk: Callable[..., Desk], served: Desk, tmp_path: Path
) -> None:
    other = open_desk("A2")
    centre = Centre(said(Outcome.UNKNOWN))
    Deliverer(served, centre).exchange()
    sent = {message.key: message.body for message in centre.sent}
    path = export_bundle(served.workstation, tmp_path / "b", IT, to="A2", custody=True).path
    for _ in range(2):
        import_bundle(other.workstation, path, IT)
    with other.workstation.reading() as connection:
        rows = connection.execute("SELECT units, bodies FROM rendered_body").fetchall()
    assert len(rows) == 1
    theirs = Centre(said(Outcome.ABSENT), accepts())
    desk = Deliverer(other, theirs)
    other.clock.jump(3600)
    desk.run()
    assert {message.key: message.body for message in theirs.sent} == sent
    assert set(sent) == {message.key for message in theirs.asked}


def test_who_may_give_custody_and_who_may_carry_facts(served: Desk, tmp_path: Path) -> None:
    assert code(lambda: export_bundle(served.workstation, tmp_path / "b", AUDITOR)) == "not_allowed"
    given = lambda: export_bundle(served.workstation, tmp_path / "b", AGENT, to="A2", custody=True)  # noqa: E731
    assert code(given) == "not_allowed"
    assert (
        code(lambda: export_bundle(served.workstation, tmp_path / "b", IT, custody=True))
        == "bundle_custody_to"
    )
    assert code(lambda: export_bundle(served.workstation, tmp_path / "b", IT, to="A1")) == "bundle_to_itself"


def test_what_a_centre_said_goes_home_to_the_counter_it_is_about_alone(
    open_desk: Callable[..., Desk], served: Desk, tmp_path: Path
) -> None:
    it, other = open_desk("A3"), open_desk("A2")
    other.do("record_request", person=person("Elsewhere"), aid="FR-SECURG")
    for one in (served, other):
        path = export_bundle(one.workstation, tmp_path / "in", IT, to="A3", custody=True).path
        import_bundle(it.workstation, path, IT)
    Deliverer(it, Centre(said(Outcome.REJECTED, reason="over", words="trop tard"))).run()
    home = export_bundle(it.workstation, tmp_path / "home", IT, to="A2").path
    rows = [json.loads(line) for line in members(home)["entries.jsonl"].splitlines()]
    words = [json.loads(row["private"]) for row in rows if "private" in row]
    (request,) = [entry.entry_id for entry in other.entries() if entry.kind == "request_recorded"]
    assert [list(one["words"]) for one in words] == [[f"{request}/main"]]
    import_bundle(other.workstation, home, IT)
    (unit,) = other.units(request)
    assert (unit.state.value, unit.reason) == ("rejected", "over")


def test_custody_comes_back_by_bundle_with_what_was_sent(
    open_desk: Callable[..., Desk], served: Desk, tmp_path: Path
) -> None:
    it = open_desk("A3")
    import_bundle(
        it.workstation, export_bundle(served.workstation, tmp_path / "in", IT, to="A3", custody=True).path, IT
    )
    centre = Centre(said(Outcome.UNKNOWN))
    Deliverer(it, centre).exchange()
    assert give_back(it.workstation, "A1", IT) == 3
    home = export_bundle(it.workstation, tmp_path / "home", IT, to="A1").path
    import_bundle(served.workstation, home, IT)
    mine = Centre(said(Outcome.ABSENT), accepts())
    served.clock.jump(3600)
    Deliverer(served, mine).run()
    assert [message.body for message in mine.sent] == [message.body for message in centre.sent]
    assert {unit.state.value for unit in served.units() if unit.service == "aid-file"} == {"accepted"}
    assert code(lambda: take_back(served.workstation, "A3", "too late", "hgarcia")) == "custody_not_given"
