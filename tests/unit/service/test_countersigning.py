"""The centre's signature under a balance: of a key named beforehand, of these very bytes, and of today's books."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from counter_app.domain.errors import AppError, BadInput
from counter_app.projections import runner
from counter_app.service.balance import read_balance, save_balance
from counter_app.service.countersigning import COUNTERSIGNED, countersign, signings
from counter_app.text import Text
from tests.unit.counters import AGENT, AUDITOR, IT, Desk, person
from tests.unit.service.scripted import Centre, Deliverer, accepts
from tests.unit.signers import NAMESPACE, Signer, name_signers

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")


@pytest.fixture
def files(tmp_path: Path) -> Signer:
    """Who signs for the file of aids."""
    return Signer(tmp_path, "Service des aides")


@pytest.fixture
def counted(desk: Desk, files: Signer, tmp_path: Path) -> Desk:
    """An act that the file of aids accepted; the office names who signs there, and nobody of the treasury."""
    name_signers(desk.workstation, tmp_path, aid_file=[files])
    desk.reopen()
    desk.grant(1000, person=person("Taken"))
    Deliverer(desk, Centre(accepts())).run()
    return desk


def saved(desk: Desk, folder: Path, service: str | None = None) -> Path:
    save_balance(desk.workstation, read_balance(desk.workstation, Text("en"), service), Text("en"), folder)
    return folder


def refusal(desk: Desk, folder: Path, signature: Path, agent: str = IT) -> str:
    before = (desk.seq, sorted(folder.iterdir()) if folder.is_dir() else [])
    with pytest.raises(AppError) as caught:
        countersign(desk.workstation, folder, signature, agent)
    assert (desk.seq, sorted(folder.iterdir()) if folder.is_dir() else []) == before
    assert Text("fr").error(caught.value) != caught.value.code
    return caught.value.code


def state(desk: Desk, service: str = "aid-file") -> str:
    return signings(desk.workstation)[service].state


def test_a_signed_balance_is_recorded_with_its_signer_and_kept_for_openssh(
    counted: Desk, files: Signer, tmp_path: Path
) -> None:
    folder = saved(counted, tmp_path / "out")
    assert (state(counted), state(counted, "treasury")) == ("waiting", "no_key")
    done = countersign(counted.workstation, folder, files.sign_file(folder, tmp_path / "back.sig"), IT)
    assert (done.services, done.signer, done.namespace) == (("aid-file",), "Service des aides", NAMESPACE)
    known = subprocess.run(
        ["ssh-keygen", "-l", "-f", str(files.key)], capture_output=True, check=True, text=True
    )
    assert done.key_print in known.stdout
    entry = counted.entries()[-1]
    assert (entry.kind, entry.header["agent"]) == (COUNTERSIGNED, IT)
    assert (entry.facts["sha256"], entry.facts["key_print"]) == (done.sha256, done.key_print)
    assert entry.facts["statement"].encode() == (folder / "balance.txt").read_bytes()
    assert (entry.private or {})["signer"] == "Service des aides"
    assert (state(counted), state(counted, "treasury")) == ("both", "no_key")
    proof = ["ssh-keygen", "-Y", "verify", "-f", str(folder / "allowed_signers"), "-n", NAMESPACE]
    for who, name in (("A1", "balance.txt.sig"), ("centre", "balance.txt.centre.sig")):
        command = [*proof, "-I", who, "-s", str(folder / name)]
        words = (folder / "balance.txt").read_bytes()
        subprocess.run(command, input=words, check=True, capture_output=True)
    assert counted.findings() == []


def test_what_both_signed_is_never_written_over_and_taken_in_once(
    counted: Desk, files: Signer, tmp_path: Path
) -> None:
    folder = saved(counted, tmp_path / "out")
    # As the README there says: the answer comes under the name under which it is kept.
    answer = files.sign_file(folder, folder / "balance.txt.centre.sig")
    assert countersign(counted.workstation, folder, answer, IT).is_new
    before = counted.seq
    again = countersign(counted.workstation, folder, answer, IT)
    assert (again.is_new, again.kept, counted.seq) == (False, answer, before)
    with pytest.raises(BadInput) as caught:
        saved(counted, folder)
    assert caught.value.code == "balance_signed_there"


def test_an_answer_that_took_the_place_of_our_signature_is_told_from_it(
    counted: Desk, files: Signer, tmp_path: Path
) -> None:
    folder = saved(counted, tmp_path / "out")
    ours = (folder / "balance.txt.sig").read_bytes()
    assert refusal(counted, folder, folder / "balance.txt.sig") == "countersign_ours"
    answer = files.sign_file(folder, folder / "balance.txt.sig")
    countersign(counted.workstation, folder, answer, IT)
    assert (folder / "balance.txt.sig").read_bytes() == ours


def test_a_signature_that_came_through_powershell_is_read(
    counted: Desk, files: Signer, tmp_path: Path
) -> None:
    folder = saved(counted, tmp_path / "out")
    armoured = files.sign((folder / "balance.txt").read_bytes()).decode()
    (tmp_path / "back.sig").write_bytes(armoured.replace("\n", "\r\n").encode("utf-16"))
    kept = countersign(counted.workstation, folder, tmp_path / "back.sig", IT).kept
    assert kept.read_bytes() == armoured.encode()


def test_a_foreign_cut_or_misnamed_signature_is_refused_with_its_reason(
    counted: Desk, files: Signer, tmp_path: Path
) -> None:
    folder, back = saved(counted, tmp_path / "out"), tmp_path / "back.sig"
    stranger = Signer(tmp_path, "Service des aides?")
    assert refusal(counted, folder, stranger.sign_file(folder, back)) == "countersign_foreign"
    assert refusal(counted, folder, files.sign_file(folder, back, "file")) == "countersign_namespace"
    whole = files.sign_file(folder, back).read_bytes()
    for cut in (b"", whole[: len(whole) // 2], whole.replace(b"\n", b"", 3), b"\xff" + whole):
        back.write_bytes(cut)
        assert refusal(counted, folder, back) == "countersign_unreadable"
    back.write_bytes(files.sign((folder / "balance.txt").read_bytes().replace(b" 1 entries", b" 2 entries")))
    assert refusal(counted, folder, back) == "countersign_other_text"
    assert refusal(counted, folder, tmp_path / "missing") == "file_unreadable"
    assert refusal(counted, tmp_path / "nowhere", back) == "balance_missing"
    back.write_bytes(whole)
    assert refusal(counted, folder, back, AUDITOR) == "not_allowed"
    assert refusal(counted, folder, back, AGENT) == "not_allowed"
    assert state(counted) == "waiting"


def test_a_balance_of_before_is_not_taken_for_the_books_of_today(
    counted: Desk, files: Signer, tmp_path: Path
) -> None:
    old = saved(counted, tmp_path / "old")
    answer = files.sign_file(old, tmp_path / "old.sig")
    counted.grant(2000, person=person("Later"))
    assert refusal(counted, old, answer) == "balance_outdated"
    new = saved(counted, tmp_path / "new")
    assert refusal(counted, new, answer) == "countersign_other_text"
    countersign(counted.workstation, new, files.sign_file(new, tmp_path / "new.sig"), IT)
    assert state(counted) == "both"
    counted.grant(3000, person=person("Latest"))
    assert state(counted) == "changed"


def test_a_text_that_was_changed_before_it_was_signed_is_refused(
    counted: Desk, files: Signer, tmp_path: Path
) -> None:
    folder, back = saved(counted, tmp_path / "out"), tmp_path / "back.sig"
    good = (folder / "balance.txt").read_bytes()
    for old, new, code in (
        (b"journal 1 entries", b"journal 9 entries", "balance_outdated"),
        (b"head A1/", b"head A9/", "balance_of_another"),
        (b"head A1/", b"head A1/9", "balance_of_another"),
        (b"made 2026", b"made then", "balance_of_another"),
    ):
        assert old in good
        (folder / "balance.txt").write_bytes(good.replace(old, new))
        assert refusal(counted, folder, files.sign_file(folder, back)) == code


def test_without_a_named_key_nothing_is_believed(desk: Desk, tmp_path: Path) -> None:
    folder = saved(desk, tmp_path / "out")
    answer = Signer(tmp_path, "anybody").sign_file(folder, tmp_path / "back.sig")
    assert refusal(desk, folder, answer) == "countersign_no_signer"


def test_each_service_is_signed_by_its_own_and_one_key_may_sign_for_two(desk: Desk, tmp_path: Path) -> None:
    one, other, both = (Signer(tmp_path, name) for name in ("one", "other", "both"))
    name_signers(desk.workstation, tmp_path, aid_file=[one, both], treasury=[other, both])
    desk.reopen()
    desk.grant(1000)
    folder, back = saved(desk, tmp_path / "out"), tmp_path / "back.sig"
    countersign(desk.workstation, folder, one.sign_file(folder, back), IT)
    assert (state(desk), state(desk, "treasury")) == ("both", "waiting")
    done = countersign(desk.workstation, folder, both.sign_file(folder, back), IT)
    assert (done.services, done.kept.name) == (("aid-file", "treasury"), "balance.txt.centre-2.sig")
    assert (state(desk), state(desk, "treasury")) == ("both", "both")
    alone = saved(desk, tmp_path / "alone", "treasury")
    assert refusal(desk, alone, one.sign_file(alone, back)) == "countersign_foreign"
    done = countersign(desk.workstation, alone, other.sign_file(alone, back), IT)
    assert done.services == ("treasury",)
    with desk.workstation.reading() as connection:
        assert runner.differences(connection) == []
