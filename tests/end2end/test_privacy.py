"""Steps of privacy: the bytes of everything that can be lost or stolen, read without any key."""

from __future__ import annotations

import json
import shutil
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from pytest_bdd import given, parsers, scenarios, then, when

from tests.end2end.conftest import Story, today
from tests.end2end.counters import files_below
from tests.end2end.words import circumstances

scenarios("privacy.feature")

# Long enough that no encrypted byte spells one by chance.
_SECRETS = (
    "Quenneville",
    "Nadège",
    "1974-11-23",
    "274114423912345",
    "rue des Lavandières",
    "0612873465",
    "demande de ne pas appeler",
    "Kerdoncuff",
)
_NADEGE = {
    "given_names": ["Nadège"],
    "surname": "Quenneville",
    "birth_date": "1974-11-23",
    "numbers": [{"scheme": "nir", "value": "274114423912345"}],
    "address": "7 rue des Lavandières",
    "phone": "0612873465",
    "identity": "document",
}


@given("Nadège Quenneville was served in every way, with her number, address, phone and a note")
def _(story: Story) -> None:
    aid = {"aid": "FR-SECURG", "circumstances": circumstances("FR-SECURG")}
    note = {"note": "Elle demande de ne pas appeler le soir"}
    witnessed = {
        "means": "cash",
        "payer": "abakari",
        "acquit": "cannot_sign",
        "witnesses": ["Yves Kerdoncuff"],
    }
    asked = {"command": "record_request", "person": _NADEGE, **aid, **note}
    (request,) = story.here.record({"agent": "yleroux", **asked})
    granted = {"command": "grant_aid", "person": _NADEGE, **aid, "cents": 4000, "payment": witnessed}
    (grant,) = story.here.record({"agent": "yleroux", **granted})
    refusal = {"command": "refuse_aid", "request": request["entry_id"], "reason": "not_urgent"}
    corrected = {"command": "correct_entry", "target": grant["entry_id"], "person": _NADEGE}
    corrected["reason"] = "Mme Quenneville"
    back = {"command": "return_money", "grant": grant["entry_id"], "cents": 1000}
    words = [{**refusal, "words": "Mme Quenneville reviendra"}, corrected, back]
    answers = story.here.record(*({"agent": "yleroux", **line} for line in words))
    assert all(answer["ok"] for answer in (request, grant, *answers)), answers
    story.last = grant


def _spellings(secret: str) -> Iterator[bytes]:
    """A secret in the encodings and forms in which a program could have left it."""
    for form in ("NFC", "NFD"):
        for word in (secret, secret.upper(), secret.lower(), secret.replace("-", "")):
            told = unicodedata.normalize(form, word)
            yield told.encode()
            yield told.encode("utf-16-le")
            yield json.dumps(told)[1:-1].encode()
    plain = "".join(c for c in unicodedata.normalize("NFD", secret) if not unicodedata.combining(c))
    yield from (plain.encode(), plain.lower().encode(), plain.upper().encode())


def _taken(story: Story) -> Path:
    return story.folder / "taken"


@when("the folder of A1 is taken away while the counter records")
def _(story: Story) -> None:
    assert story.here.desk is not None
    assert (story.here.data / "journal.db-wal").stat().st_size > 0
    shutil.copytree(story.here.data, _taken(story))


@when("the counter has stopped and its folder is taken away")
def _(story: Story) -> None:
    story.here.stand_up()
    shutil.rmtree(_taken(story), ignore_errors=True)
    shutil.copytree(story.here.data, _taken(story))


@when("A1 leaves its facts in the folder and exports its journal for an auditor")
def _(story: Story) -> None:
    taken = _taken(story)
    (taken / "shared").mkdir(parents=True)
    for words in (
        ("exchange", "--folder", str(taken / "shared")),
        ("journal", "export", str(taken / "export")),
    ):
        assert story.here.write(*words).status == 0


@when("the daily log and the receipt of the grant are printed")
def _(story: Story) -> None:
    taken = _taken(story)
    taken.mkdir()
    log = story.here.paper("daily-log", "--date", today(), out=taken / "daily-log.pdf")
    receipt = story.here.paper("receipt", story.last["number"], out=taken / "receipt.pdf")
    (taken / "daily-log.txt").write_text(log, encoding="utf-8")
    (taken / "receipt.txt").write_text(receipt, encoding="utf-8")


@when("a register with Nadège Quenneville in it is imported")
def _(story: Story) -> None:
    rows = "id,given_name,surname,date_of_birth,postcode,national_id\n"
    rows += "P1,Nadège,Quenneville,19741123,44000,274114423912345\nP2,Yves,Kerdoncuff,19500100,44000,\n"
    (story.folder / "register.csv").write_text(rows, encoding="utf-8")
    answer = story.here.write("register", "import", str(story.folder / "register.csv"))
    assert answer.status == 0, answer


@then("nothing in it says who was served")
def _(story: Story) -> None:
    files = list(files_below(_taken(story)))
    assert files
    for path in files:
        content = path.read_bytes() + path.relative_to(story.folder).as_posix().encode()
        for secret in _SECRETS:
            for spelling in _spellings(secret):
                assert spelling not in content, (path, secret)


@then("the counter itself still knows")
def _(story: Story) -> None:
    told = json.dumps(story.here.entries(), ensure_ascii=False)
    for secret in _SECRETS:
        assert secret in told, secret


@then("the same person can be recognised in it by the office's key alone")
def _(story: Story) -> None:
    (chain,) = (_taken(story) / "export").glob("A1.jsonl")
    contents = [json.loads(json.loads(line)["content"]) for line in chain.read_text("utf-8").splitlines()]
    people = [entry["facts"]["person"]["references"] for entry in contents if "person" in entry["facts"]]
    assert len(people) >= 3
    assert len({tuple(references) for references in people}) == 1
    assert all(references for references in people)


@then(parsers.parse('a search for "{words}" finds her'))
def _(story: Story, words: str) -> None:
    answer = story.here.run("register", "search", words, "--json")
    assert answer.row["matches"][0]["id"] == "P1", answer


def test_the_search_for_secrets_would_find_one() -> None:
    """The search itself, against a file that does hold a name."""
    found = [
        secret
        for secret in _SECRETS
        if any(s in "x QUENNEVILLE".encode("utf-16-le") for s in _spellings(secret))
    ]
    assert found == ["Quenneville"]
