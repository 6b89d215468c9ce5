"""A centre's own files, in a folder and over OpenSSH's SFTP: how they are written, read, and never replaced."""

from __future__ import annotations

import csv
import io
import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4
from xml.etree import ElementTree

import msgspec
import pytest

from counter_app.connectors.files_answers import CentreAnswers, xml_elements
from counter_app.connectors.files_drop import DropConnector
from counter_app.connectors.files_form import CentreForm, Sender
from counter_app.connectors.files_place import FolderPlace, Login, Place, SftpPlace
from counter_app.domain.files_way import Deposits, Sftp
from counter_app.sync.port import Cause, Message, Outcome, UnitReply
from tests.contract.file_centre import CSV, XML
from tests.contract.sftp_server import SftpServer, sftp_server

SENDER = Sender("treasury", "A1")
assert CSV.deposits is not None
assert CSV.acknowledgements is not None
assert XML.deposits is not None
HEAD = "cle;aide;montant;nom;prenoms;naissance;etat;dossier;motif;libelle\r\n"


def unit(key: str = "", **fields: object) -> Message:
    key = key or str(uuid4())
    body = {"entry_id": key, "part": "main", "kind": "aid_granted", "aid": "FR-SECURG", "cents": 4050}
    person = {"surname": "Lefèvre", "given_names": ["Zoë", "Anne"], "birth_date": "1980-03-00"}
    rest = {"currency": "EUR", "refers_to": str(uuid4()), "person": person, **fields}
    return Message(key, json.dumps(body | rest, ensure_ascii=False).encode())


def drop(place: Place, deposits: Deposits = CSV.deposits, *, deadline_s: float = 5.0) -> DropConnector:
    form = CentreForm(deposits, SENDER)
    return DropConnector(place, form, CentreAnswers(CSV.acknowledgements), deadline_s=deadline_s)


def deposited(root: Path) -> list[Path]:
    return sorted(path for path in (root / "depot").iterdir() if path.is_file())


def outcomes(units: tuple[UnitReply, ...]) -> list[Outcome]:
    return [one.outcome for one in units]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "depot" / "lus").mkdir(parents=True)
    (tmp_path / "retour").mkdir()
    return tmp_path


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SftpServer]:
    with sftp_server(tmp_path_factory.mktemp("sftp")) as started:
        yield started


@pytest.fixture(params=["folder", "sftp"])
def place(request: pytest.FixtureRequest, root: Path) -> Iterator[Place]:
    made: Place = FolderPlace(root)
    if request.param == "sftp":
        made = request.getfixturevalue("server").place(root)
    yield made
    made.abort()


# --- what is written


def rows(text: str, form: Deposits = CSV.deposits, **fields: object) -> list[list[str]]:
    message = unit(**{"person": {"surname": text, "given_names": []}, **fields})
    data = CentreForm(form, SENDER).written("a1", [message]).decode()
    return list(csv.reader(io.StringIO(data, newline=""), delimiter=";"))


def test_a_csv_file_has_the_centres_columns_and_forms():
    message = unit()
    data = CentreForm(CSV.deposits, SENDER).written("a1", [message])
    assert data.decode().split("\r\n") == [
        "cle;aide;montant;nom;prenoms;naissance",
        f"{message.key};FR-SECURG;40,50;LEFÈVRE;Zoë Anne;00/03/1980",
        "",
    ]
    assert CentreForm(CSV.deposits, SENDER).name("a1") == "treasury_A1_a1.csv"


@pytest.mark.parametrize("text", ["=1+1", "+CMD", "-1+1", "@SUM(A1)", '=HYPERLINK("http://x";"y")'])
def test_no_spreadsheet_runs_what_a_citizen_is_called(text):
    (_, row) = rows(text)
    assert row[3] == "'" + text.upper()
    assert len(row) == 6


@pytest.mark.parametrize("text", ["A;B", 'A"B', "A\nB", "A\r\nB", " A", "A\tB"])
def test_a_name_never_breaks_the_columns_or_the_line(text):
    (_, row) = rows(text)
    assert len(row) == 6
    assert row[3].split() == text.split()


def test_a_negative_amount_stays_a_number_in_csv():
    assert rows("A", cents=-4050)[1][2] == "-40,50"


def test_an_xml_file_can_be_read_whatever_a_citizen_is_called():
    name = '<!ENTITY x> & "quoted" \' ]]> \x07\ud7ff'
    message = unit(person={"surname": name, "given_names": ["a\nb"], "birth_date": "1980"})
    root = ElementTree.fromstring(CentreForm(XML.deposits, SENDER).written("a1", [message]))
    assert root.attrib == {"id": "a1", "nombre": "1", "total": "4050"}
    (piece,) = root
    told = {one.tag: one.text for one in piece}
    assert told["nom"] == name.replace("\x07", " ").upper()
    assert (told["prenoms"], told["naissance"]) == ("a\nb", "00/00/1980")


def test_a_json_line_holds_the_text_as_json():
    form = Deposits(form="jsonl", line='{"id":"${key}","nom":"${person.surname}","centimes":${cents}}')
    message = unit(person={"surname": 'a"b\\c\nd'})
    (line,) = CentreForm(form, SENDER).written("a1", [message]).splitlines()
    assert json.loads(line) == {"id": message.key, "nom": 'a"b\\c\nd', "centimes": 4050}


def test_a_unit_that_the_centres_characters_cannot_write_stays_and_the_others_go(root):
    western = msgspec.structs.replace(CSV.deposits, encoding="cp1252")
    odd, plain = unit(person={"surname": "Łukasz", "given_names": []}), unit()
    reply = drop(FolderPlace(root), western).send("a1", [odd, plain])
    told = {one.key: (one.outcome, one.reason) for one in reply.units}
    assert told[odd.key] == (Outcome.NOT_SENT, "not_in_encoding")
    assert told[plain.key] == (Outcome.RECEIVED, None)
    (file,) = deposited(root)
    assert "Zoë" in file.read_bytes().decode("cp1252")


# --- where it is left


def test_a_deposit_stands_whole_under_its_name_once(place, root):
    connector, sent = drop(place), [unit(), unit()]
    for _ in range(2):
        assert outcomes(connector.send("a1", sent).units) == [Outcome.RECEIVED] * 2
    (file,) = deposited(root)
    assert (file.name, file.read_bytes()) == (
        "treasury_A1_a1.csv",
        CentreForm(CSV.deposits, SENDER).written("a1", sent),
    )
    file.rename(root / "depot" / "lus" / file.name)
    assert outcomes(connector.send("a1", sent).units) == [Outcome.RECEIVED] * 2
    assert deposited(root) == []


def test_another_file_under_the_name_of_an_attempt_is_never_replaced(place, root):
    standing = root / "depot" / "treasury_A1_a1.csv"
    standing.write_bytes(b"another's")
    reply = drop(place).send("a1", [unit()])
    assert (outcomes(reply.units), reply.cause) == ([Outcome.UNKNOWN], Cause.FOLDER)
    assert standing.read_bytes() == b"another's"
    assert deposited(root) == [standing]


def test_what_an_attempt_left_when_it_died_is_written_anew(place, root):
    (root / "depot" / ".treasury_A1_a1.csv.part").write_bytes(b"half")
    sent = [unit()]
    assert outcomes(drop(place).send("a1", sent).units) == [Outcome.RECEIVED]
    (file,) = deposited(root)
    assert file.read_bytes() == CentreForm(CSV.deposits, SENDER).written("a1", sent)


def test_giving_a_name_never_overwrites(place, root):
    (root / "depot" / "final").write_bytes(b"first")
    place.create("depot/part", b"second")
    with pytest.raises(OSError, match=r".*"):
        place.publish("depot/part", "depot/final")
    assert (root / "depot" / "final").read_bytes() == b"first"
    with pytest.raises(OSError, match=r".*"):
        place.create("depot/final", b"third")
    assert (root / "depot" / "final").read_bytes() == b"first"


class _Overwriting(FolderPlace):
    """A place as some servers are: a rename takes the place of what stands there."""

    def publish(self, part: str, final: str) -> None:
        os.replace(self._path(part), self._path(final))  # noqa: PTH105 - as such a server does


def test_a_place_where_a_file_could_be_replaced_is_refused(root, place):
    sound = drop(place).check()
    assert (sound.reachable, sound.idempotent, sound.askable) == (True, True, True)
    probe = drop(_Overwriting(root)).check()
    assert not probe.idempotent
    assert ("never_overwrites", False) in [(finding.code, finding.ok) for finding in probe.findings]
    assert deposited(root) == []


def test_a_folder_that_is_not_there_is_named_and_nothing_was_sent(place, root):
    (root / "depot" / "lus").rmdir()
    (root / "depot").rmdir()
    reply = drop(place).send("a1", [unit()])
    assert (outcomes(reply.units), reply.cause) == ([Outcome.NOT_SENT], Cause.FOLDER)
    probe = drop(place).check()
    assert ("in_folder", False) in [(finding.code, finding.ok) for finding in probe.findings]


# --- what comes back


def answer(root: Path, *lines: str, name: str = "AR_1.csv", at: float = 0) -> None:
    path = root / "retour" / name
    path.write_bytes((HEAD + "".join(line + "\r\n" for line in lines)).encode("utf-8-sig"))
    if at:
        os.utime(path, (at, at))


def line(message: Message, told: str = "PRIS EN CHARGE;F-1;;", **changed: str) -> str:
    shown = {
        "aide": "FR-SECURG",
        "montant": "40,50",
        "nom": "LEFÈVRE",
        "prenoms": "Zoë Anne",
        "naissance": "00/03/1980",
        **changed,
    }
    return f"{message.key};{';'.join(shown.values())};{told}"


def test_answers_are_matched_line_by_line_whatever_their_order(place, root):
    connector, sent = drop(place), [unit() for _ in range(4)]
    connector.send("a1", sent)
    assert outcomes(connector.ask(sent).units) == [Outcome.RECEIVED] * 4
    answer(
        root,
        line(sent[2]),
        "",
        line(sent[0], "REJET;;doublon;déjà vu"),
        f"{uuid4()};x",
        line(sent[3], "?;;;"),
    )
    told = connector.ask(sent).units
    assert outcomes(told) == [Outcome.REJECTED, Outcome.RECEIVED, Outcome.ACCEPTED, Outcome.RECEIVED]
    assert (told[0].reason, told[0].words, told[2].number) == ("doublon", "déjà vu", "F-1")
    assert told[2].echo is not None
    assert told[2].echo["person"] == json.loads(sent[2].body)["person"]


@pytest.mark.parametrize(
    ("changed", "field", "shown"),
    [
        ({"montant": "400,50"}, "cents", "400,50"),
        ({"nom": "LEFEBVRE"}, "person", "LEFEBVRE"),
        ({"aide": "X"}, "aid", "X"),
    ],
)
def test_another_record_under_the_key_is_a_conflict_that_shows_it(place, root, changed, field, shown):
    connector, sent = drop(place), unit()
    connector.send("a1", [sent])
    answer(root, line(sent, **changed))
    (told,) = connector.ask([sent]).units
    assert told.outcome is Outcome.CONFLICT
    assert told.echo is not None
    assert shown in str(told.echo[field])


def test_an_answer_that_is_replaced_within_a_second_by_one_as_long_is_read_again(place, root):
    connector, sent = drop(place), unit()
    connector.send("a1", [sent])
    answer(root, line(sent, "EN ATTENTE....;F-1;;"), at=1_800_000_000)
    assert outcomes(connector.ask([sent]).units) == [Outcome.RECEIVED]
    answer(root, line(sent, "PRIS EN CHARGE;F-1;;"), at=1_800_000_000)
    assert outcomes(connector.ask([sent]).units) == [Outcome.ACCEPTED]


def test_the_newer_of_two_files_counts_and_a_contradiction_is_a_conflict(root):
    connector, sent = drop(FolderPlace(root)), unit()
    connector.send("a1", [sent])
    answer(root, line(sent, "PRIS EN CHARGE;F-2;;"), name="AR_1.csv", at=1_800_000_100)
    answer(root, line(sent, "PRIS EN CHARGE;F-1;;"), name="AR_2.csv", at=1_800_000_000)
    assert connector.ask([sent]).units[0].number == "F-2"
    answer(root, line(sent, "REJET;;tard;"), name="AR_3.csv", at=1_800_000_200)
    assert outcomes(connector.ask([sent]).units) == [Outcome.CONFLICT]


def test_a_last_line_that_is_still_being_written_says_nothing_yet(root):
    connector, sent = drop(FolderPlace(root)), unit()
    path = root / "retour" / "AR_1.csv"
    path.write_bytes((HEAD + line(sent)).encode())
    assert outcomes(connector.ask([sent]).units) == [Outcome.UNKNOWN]


def test_an_entry_that_another_one_refers_to_is_not_taken_for_deposited(root):
    connector, grant = drop(FolderPlace(root)), unit()
    connector.send("a1", [unit(refers_to=grant.key)])
    assert outcomes(connector.ask([grant]).units) == [Outcome.UNKNOWN]


@pytest.mark.parametrize(
    "hostile",
    [
        '<!DOCTYPE l [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;">]><l><piece cle="k">&b;</piece></l>',
        '<!DOCTYPE l [<!ENTITY f SYSTEM "file:///etc/passwd">]><l><piece cle="k">&f;</piece></l>',
        '<l><piece cle="k"><etat>PRIS EN CHARGE</etat></piece>',
        '<l><piece cle="k"/></l><l/>',
        "<l>" + "<piece>" * 5000 + "</piece>" * 5000 + "</l>",
        "not at all",
        "",
    ],
)
def test_no_xml_is_expanded_fetched_or_read_by_half(hostile):
    assert list(xml_elements(hostile.encode(), "piece")) == []


def test_xml_is_read_by_path_and_attribute_whatever_its_namespace():
    data = (
        b'<x:l xmlns:x="u"><x:piece cle="k"><p><nom>A&amp;B</nom></p><etat lib="z">OK</etat></x:piece></x:l>'
    )
    assert list(xml_elements(data, "piece")) == [
        {"@cle": "k", "p/nom": "A&B", "etat/@lib": "z", "etat": "OK"}
    ]


# --- the way there


def attempt_at(place: Place) -> tuple[list[Outcome], Cause]:
    connector = drop(place, deadline_s=3.0)
    reply = connector.send("a1", [unit()])
    connector.close()
    return outcomes(reply.units), reply.cause


def test_a_server_with_another_key_is_told_nothing_and_no_key_is_ever_learned(server, root):
    place = server.place(root, host_keys=(server.other_host_key,))
    assert attempt_at(place) == ([Outcome.NOT_SENT], Cause.OTHER_KEY)
    assert attempt_at(server.place(root, host_keys=(server.other_host_key,))) == (
        [Outcome.NOT_SENT],
        Cause.OTHER_KEY,
    )
    assert deposited(root) == []


@pytest.mark.parametrize(
    ("changed", "cause"),
    [
        ({"user": "nobody_here"}, Cause.NOT_AUTHORISED),
        ({"port": 1}, Cause.REFUSED),
        ({"host": "nowhere.invalid"}, Cause.NAME_NOT_FOUND),
    ],
)
def test_a_way_that_fails_proves_that_nothing_was_sent_and_says_why(server, root, changed, cause):
    assert attempt_at(server.place(root, **changed)) == ([Outcome.NOT_SENT], cause)


def test_a_key_that_is_no_key_and_a_host_that_is_no_name_are_faults_and_no_bugs(server, root, tmp_path):
    garbage = tmp_path / "garbage"
    garbage.write_bytes(bytes(range(256)))
    for changed, cause in (
        ({"key": str(garbage)}, Cause.NOT_AUTHORISED),
        ({"host": "a" * 300}, Cause.NAME_NOT_FOUND),
    ):
        assert attempt_at(server.place(root, **changed)) == ([Outcome.NOT_SENT], cause)


def test_a_server_that_has_no_key_of_a_known_kind_is_told_nothing_and_ends_without_a_traceback(
    server, root, capfd
):
    place = server.place(root, host_keys=("ssh-rsa AAAA",))
    assert attempt_at(place) == ([Outcome.NOT_SENT], Cause.OTHER_KEY)
    assert "Traceback" not in capfd.readouterr().err


def test_a_file_whose_name_is_no_utf_8_hides_no_other_one(server, root):
    place = server.place(root)
    for folder in (root / "depot", root / "retour"):
        (folder / os.fsdecode(b"re\xe7u.txt")).write_bytes(b"x")
    connector = drop(place)
    message = unit()
    assert outcomes(connector.send("a1", [message]).units) == [Outcome.RECEIVED]
    assert outcomes(connector.ask([message]).units) == [Outcome.RECEIVED]
    connector.close()


def test_a_server_that_says_nothing_ends_at_the_deadline(server, root):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = SftpPlace(
            str(root),
            Sftp(host="127.0.0.1", port=silent.getsockname()[1], user="x", host_keys=(server.host_key,)),
            Login("x", None, None),
            20.0,
        )
        connector = drop(place, deadline_s=0.5)
        reply = connector.send("a1", [unit()])
        assert (outcomes(reply.units), reply.cause) == ([Outcome.NOT_SENT], Cause.DEADLINE)
        connector.close()


def test_a_connection_that_was_cut_is_made_anew(server, root):
    place = server.place(root)
    connector = drop(place)
    connector.send("a1", [unit()])
    place._connected.client.get_transport().sock.close()
    replies = [connector.send(f"b{number}", [unit()]) for number in range(3)]
    assert outcomes(replies[-1].units) == [Outcome.RECEIVED]
    connector.close()


def test_an_answer_of_a_rename_that_was_lost_is_found_out(root):
    class Losing(FolderPlace):
        def publish(self, part: str, final: str) -> None:
            super().publish(part, final)
            raise OSError("the answer was lost")

    assert attempt_at(Losing(root)) == ([Outcome.RECEIVED], Cause.NONE)


def test_a_rename_that_did_not_happen_leaves_nothing(root):
    class Refusing(FolderPlace):
        def publish(self, part: str, final: str) -> None:
            raise OSError("no")

    assert attempt_at(Refusing(root)) == ([Outcome.NOT_SENT], Cause.FOLDER)
    assert deposited(root) == []
