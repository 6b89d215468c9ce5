"""The PostgreSQL connector against a real server: what a probe refuses, what failures prove, and rows of all kinds."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import msgspec
import psycopg
import pytest

from counter_app.connectors.postgres import NumberedPostgresConnector, PostgresConnector
from counter_app.connectors.postgres_link import Access
from counter_app.connectors.words import WORDS
from counter_app.domain.postgres_way import PostgresWay
from counter_app.sync.port import Cause, Message, Outcome, Reply, UnitReply
from tests.contract.postgres_server import Database, database

PASSWORD = "a secret of the centre"
WAITING = "FROM pg_stat_activity WHERE usename = 'counter' AND wait_event_type = 'Lock'"
Connect = Callable[..., PostgresConnector]


@pytest.fixture(scope="module")
def server() -> Iterator[Database]:
    with database() as started:
        started.run(
            "CREATE TABLE pieces (cle uuid, corps jsonb, montant numeric(10,2) CONSTRAINT low CHECK (montant < 1000),"
            " jour date, etat text, numero text)"
        )
        started.run("GRANT SELECT, INSERT ON pieces TO counter")
        yield started


@pytest.fixture
def table(server: Database) -> Iterator[Database]:
    """An empty table whose key is unique, as every connector may rely on."""
    server.run("CREATE UNIQUE INDEX once ON pieces (cle)")
    yield server
    server.run("TRUNCATE pieces")
    server.run("DROP INDEX IF EXISTS once")


@pytest.fixture
def connect(server: Database) -> Iterator[Connect]:
    made: list[PostgresConnector] = []

    def connector(
        *, deadline_s: float = 5.0, password: str = PASSWORD, **changed: object
    ) -> PostgresConnector:
        way = PostgresWay(
            hosts=("127.0.0.1",),
            port=server.port,
            database="postgres",
            user="counter",
            tls="none",
            table="pieces",
            key="cle",
            rows_stay=True,
            columns={"montant": "cents:amount", "jour": "happened_on"},
            body="corps",
            status="etat",
            verdicts={"OK": "accepted", "KO": "rejected"},
            number="numero",
        )
        changed_way = msgspec.structs.replace(way, **changed)
        made.append(NumberedPostgresConnector(Access(changed_way, password, None, deadline_s)))
        return made[-1]

    yield connector
    for one in made:
        one.close()


def unit(cents: object = 3000, key: str = "", **fields: object) -> Message:
    key = key or str(uuid4())
    body = {"entry_id": key, "part": "main", "kind": "aid_granted", "aid": "FR-CAP", "cents": cents}
    rest = {"currency": "EUR", "happened_on": "2026-03-02", "person": {"surname": "Ébène"}, **fields}
    return Message(key, json.dumps(body | rest, ensure_ascii=False).encode())


def outcomes(units: tuple[UnitReply, ...]) -> list[Outcome]:
    return [one.outcome for one in units]


# --- rows


def test_a_batch_of_new_known_and_impossible_rows_is_told_apart_row_by_row(connect, table):
    connector = connect()
    known, new, high, undated = unit(), unit(), unit(100_000), unit(happened_on="one day")
    connector.send("a", [known])
    reply = connector.send("b", [high, known, new, undated])
    assert outcomes(reply.units) == [Outcome.REJECTED, Outcome.RECEIVED, Outcome.RECEIVED, Outcome.REJECTED]
    assert (reply.units[0].reason, reply.units[3].reason) == ("low", "22007")
    assert reply.units[0].words
    assert table.run("SELECT count(*) FROM pieces") == [(2,)]
    asked = connector.ask([high, known, new, undated])
    assert outcomes(asked.units) == [Outcome.ABSENT, Outcome.RECEIVED, Outcome.RECEIVED, Outcome.ABSENT]


def test_a_trigger_that_refuses_a_row_in_its_own_words_rejects_that_row_alone(connect, table):
    table.run(
        "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF NEW.corps ->> 'aid' = 'FR-X' THEN RAISE EXCEPTION 'aide inconnue'; END IF; RETURN NEW; END $$"
    )
    table.run("CREATE TRIGGER refuse BEFORE INSERT ON pieces FOR EACH ROW EXECUTE FUNCTION refuse()")
    try:
        units = connect().send("a", [unit(), unit(aid="FR-X"), unit()]).units
    finally:
        table.run("DROP TRIGGER refuse ON pieces")
    assert outcomes(units) == [Outcome.RECEIVED, Outcome.REJECTED, Outcome.RECEIVED]
    assert (units[1].reason, units[1].words) == ("P0001", "aide inconnue")


def test_the_centres_verdict_number_and_row_are_read_back(connect, table):
    connector, sent = connect(), unit()
    connector.send("a", [sent])
    table.run("UPDATE pieces SET etat = 'OK', numero = 'N-1' WHERE cle = %s", sent.key)
    (told,) = connector.ask([sent]).units
    assert (told.outcome, told.number, told.echo) == (Outcome.ACCEPTED, "N-1", json.loads(sent.body))


@pytest.mark.parametrize(
    "change",
    ["montant = 31", "jour = NULL", "corps = corps || '{\"cents\": 1}'"],
    ids=["amount", "day", "body"],
)
def test_a_row_that_the_centre_changed_is_a_conflict_that_shows_what_stands_there(connect, table, change):
    connector, sent = connect(), unit()
    connector.send("a", [sent])
    table.run(f"UPDATE pieces SET etat = 'OK', {change}")  # noqa: S608 - written above
    (told,) = connector.ask([sent]).units
    assert told.outcome is Outcome.CONFLICT
    assert told.echo is not None
    assert told.echo != json.loads(sent.body) or change.startswith("jour")
    assert connector.send("b", [sent]).units == (told,)


def test_characters_that_no_column_holds_do_not_stop_a_batch(connect, table):
    connector = connect()
    odd, plain = unit(person={"surname": "a\0b"}), unit()
    assert outcomes(connector.send("a", [odd, plain]).units) == [Outcome.REJECTED, Outcome.RECEIVED]


def test_another_number_of_the_centre_finds_whoever_is_held_under_it(connect, table):
    connector, mine, other = connect(), unit(), unit(4500, person={"surname": "Autre"})
    connector.send("a", [mine, other])
    table.run("UPDATE pieces SET etat = 'OK', numero = 'N-7' WHERE cle = %s", other.key)
    asked = [
        Message(mine.key, mine.body, "N-7"),
        Message(other.key, other.body, "N-8"),
        Message(str(uuid4()), mine.body, None),
    ]
    told = connector.ask_numbers(asked).units
    assert outcomes(told) == [Outcome.ACCEPTED, Outcome.ABSENT, Outcome.UNKNOWN]
    assert told[0].echo is not None
    assert (told[0].key, told[0].echo["person"]) == (mine.key, {"surname": "Autre"})


def test_absence_is_told_only_where_rows_stay(connect, table):
    connector = connect(rows_stay=False)
    assert not connector.proves_absence
    assert outcomes(connector.ask([unit()]).units) == [Outcome.UNKNOWN]


# --- probes


def findings(connector: PostgresConnector) -> dict[str, bool]:
    probe = connector.check()
    assert not probe.idempotent
    assert {(finding.code, finding.ok) for finding in probe.findings} <= WORDS.keys()
    return {finding.code: finding.ok for finding in probe.findings}


@pytest.mark.parametrize(
    "key",
    [
        None,
        "CREATE UNIQUE INDEX once ON pieces (cle, montant)",
        "CREATE UNIQUE INDEX once ON pieces (cle) WHERE montant > 0",
        "CREATE UNIQUE INDEX once ON pieces ((cle::text))",
        "CREATE INDEX once ON pieces (cle)",
        "ALTER TABLE pieces ADD CONSTRAINT once UNIQUE (cle) DEFERRABLE",
    ],
)
def test_a_table_whose_key_is_not_unique_by_itself_is_refused(connect, server, key):
    if key:
        server.run(key)
    try:
        assert findings(connect())["unique_key"] is False
        assert server.run("SELECT count(*) FROM pieces") == [(0,)]
    finally:
        server.run("ALTER TABLE pieces DROP CONSTRAINT IF EXISTS once")
        server.run("DROP INDEX IF EXISTS once")


def test_a_sound_table_is_proved_safe_and_nothing_is_left_in_it(connect, table):
    probe = connect().check()
    assert (probe.reachable, probe.idempotent, probe.askable) == (True, True, True)
    assert {(finding.code, finding.ok) for finding in probe.findings} <= WORDS.keys()
    assert table.run("SELECT count(*) FROM pieces") == [(0,)]


def test_what_is_missing_or_forbidden_is_named(connect, table):
    assert findings(connect(table="nowhere"))["table"] is False
    assert findings(connect(columns={"montant": "cents", "nom": "aid"}))["columns"] is False
    assert findings(connect(answers="nowhere"))["answers_table"] is False
    assert findings(connect(number="dossier"))["answer_columns"] is False
    assert findings(connect(rows_stay=False))["rows_stay"] is False
    table.run("REVOKE INSERT ON pieces FROM counter")
    try:
        assert findings(connect())["rows_writable"] is False
    finally:
        table.run("GRANT INSERT ON pieces TO counter")


def test_a_centre_whose_rules_refuse_a_made_up_row_is_trusted_for_its_key(connect, table):
    table.run("ALTER TABLE pieces ADD CONSTRAINT known CHECK (corps ->> 'aid' = 'FR-CAP')")
    try:
        probe = connect().check()
        assert ("row_tried", True) in [(finding.code, finding.ok) for finding in probe.findings]
        assert probe.idempotent
    finally:
        table.run("ALTER TABLE pieces DROP CONSTRAINT known")


# --- failures


@pytest.mark.parametrize(
    ("changed", "cause"),
    [
        ({"password": "another"}, Cause.NOT_AUTHORISED),
        ({"user": "nobody_here"}, Cause.NOT_AUTHORISED),
        ({"database": "nowhere"}, Cause.NOT_AUTHORISED),
        ({"port": 1}, Cause.REFUSED),
        ({"hosts": ("nowhere.invalid",)}, Cause.NAME_NOT_FOUND),
        ({"tls": "verify"}, Cause.TLS),
    ],
)
def test_a_failure_before_a_statement_proves_that_nothing_was_sent(connect, table, changed, cause):
    reply = connect(**changed).send("a", [unit()])
    assert (outcomes(reply.units), reply.cause) == ([Outcome.NOT_SENT], cause)
    asked = connect(**changed).ask([unit()])
    assert (outcomes(asked.units), asked.cause) == ([Outcome.UNKNOWN], cause)


def test_a_standby_address_is_taken_where_the_first_is_not_there(connect, table):
    reply = connect(hosts=("nowhere.invalid", "127.0.0.1")).send("a", [unit()])
    assert outcomes(reply.units) == [Outcome.RECEIVED]


def test_a_server_that_says_nothing_ends_at_the_deadline_and_proves_that_nothing_was_sent(connect):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        connector = connect(port=silent.getsockname()[1], deadline_s=0.5)
        began = time.monotonic()
        reply = connector.send("a", [unit()])
        assert (outcomes(reply.units), reply.cause) == ([Outcome.NOT_SENT], Cause.DEADLINE)
        assert time.monotonic() - began < 30
        again = connector.send("a", [unit()])
        assert outcomes(again.units) == [Outcome.NOT_SENT]


@contextlib.contextmanager
def locked(server: Database) -> Iterator[None]:
    with psycopg.connect(
        host=str(server.folder), port=server.port, user="postgres", dbname="postgres"
    ) as other:
        other.execute("LOCK TABLE pieces")
        yield
        other.rollback()


def test_a_statement_that_waits_too_long_is_undone_by_the_server_and_never_takes_effect(connect, table):
    connector, sent = connect(deadline_s=1.0), unit()
    connector.ask([sent])
    with locked(table):
        reply = connector.send("a", [sent])
        assert (outcomes(reply.units), reply.cause) == ([Outcome.NOT_SENT], Cause.DEADLINE)
    assert outcomes(connector.ask([sent]).units) == [Outcome.ABSENT]


def interrupted(
    connector: PostgresConnector, sent: Message, server: Database, statement: str, then: Callable[[], None]
) -> Reply:
    """The answer of an exchange to which something happens while its statement waits for a lock."""
    connector.ask([sent])
    replies = []
    with locked(server):
        sending = threading.Thread(target=lambda: replies.append(connector.send("a", [sent])))
        sending.start()
        until = time.monotonic() + 30
        while not server.run(f"{statement} {WAITING}"):
            assert time.monotonic() < until
        then()
        sending.join(15)
        assert not sending.is_alive()
    return replies[0]


def test_a_connection_that_ends_in_mid_statement_proves_nothing(connect, table):
    connector, sent = connect(), unit()
    reply = interrupted(connector, sent, table, "SELECT pg_terminate_backend(pid)", lambda: None)
    assert (outcomes(reply.units), reply.cause) == ([Outcome.UNKNOWN], Cause.RESET)
    assert outcomes(connector.ask([sent]).units) == [Outcome.ABSENT]


def test_what_the_rights_forbid_was_not_sent(connect, table):
    table.run("REVOKE INSERT ON pieces FROM counter")
    try:
        reply = connect().send("a", [unit()])
        assert (outcomes(reply.units), reply.cause) == ([Outcome.NOT_SENT], Cause.NOT_AUTHORISED)
    finally:
        table.run("GRANT INSERT ON pieces TO counter")


def test_closing_ends_a_call_that_waits(connect, table):
    connector = connect(deadline_s=20.0)
    reply = interrupted(connector, unit(), table, "SELECT 1", connector.close)
    assert outcomes(reply.units) == [Outcome.UNKNOWN]


@pytest.mark.parametrize(
    ("host", "certificate", "cause"),
    [
        ("localhost", "localhost-False", Cause.NONE),
        ("localhost", "other.example-False", Cause.WRONG_HOST),
        ("localhost", "localhost-True", Cause.CERTIFICATE),
    ],
)
def test_only_a_server_with_a_certificate_of_the_authority_for_its_name_is_told_anything(
    connect, table, certificates, host, certificate, cause
):
    pem = table.folder / "data" / "server.pem"
    shutil.copy(certificates.authority.parent / f"{certificate}.pem", pem)
    if os.geteuid() == 0:
        shutil.chown(pem, "nobody")
    pem.chmod(0o600)
    table.run("ALTER SYSTEM SET ssl_cert_file = 'server.pem'")
    table.run("ALTER SYSTEM SET ssl_key_file = 'server.pem'")
    table.run("ALTER SYSTEM SET ssl = on")
    table.run("SELECT pg_reload_conf()")
    until = time.monotonic() + 30
    while table.run("SHOW ssl") != [("on",)]:
        assert time.monotonic() < until
    way = msgspec.structs.replace(connect()._access.target, hosts=(host,), tls="verify")
    connector = PostgresConnector(Access(way, PASSWORD, Path(certificates.authority), 5.0))
    try:
        reply = connector.send("a", [unit()])
    finally:
        connector.close()
        table.run("ALTER SYSTEM SET ssl = off")
        table.run("SELECT pg_reload_conf()")
    expected = Outcome.RECEIVED if cause is Cause.NONE else Outcome.NOT_SENT
    assert (outcomes(reply.units), reply.cause) == ([expected], cause)


@contextlib.contextmanager
def narrow(connect, server, columns):
    """A connector to a table of the centre's own, of these columns."""
    server.run(f"CREATE TABLE narrow ({columns})")
    server.run("GRANT SELECT, INSERT ON narrow TO counter")
    try:
        way = {"table": "narrow", "body": None, "status": None, "verdicts": {}, "number": None}
        yield connect(**way, columns={"montant": "cents:amount"})
    finally:
        server.run("DROP TABLE narrow")


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("numeric(10,0)", Outcome.CONFLICT),
        ("numeric(10,1)", Outcome.CONFLICT),
        ("varchar(3)", Outcome.REJECTED),
        ("char(3)", Outcome.REJECTED),
        ("varchar(5)", Outcome.RECEIVED),
        ("char(20)", Outcome.RECEIVED),
        ("numeric(12,4)", Outcome.RECEIVED),
    ],
)
def test_nothing_is_cut_or_rounded_unseen_to_fit_a_column(connect, server, kind, outcome):
    with narrow(connect, server, f"cle uuid PRIMARY KEY, montant {kind}") as connector:
        message = unit(3045)
        assert outcomes(connector.send("a", [message]).units) == [outcome]
        asked = Outcome.ABSENT if outcome is Outcome.REJECTED else outcome
        assert outcomes(connector.ask([message]).units) == [asked]


def test_two_units_whose_keys_begin_alike_never_become_one(connect, server):
    begins = "019cad8f-ac00-7cb4-af72-"
    alike = [unit(key=f"{begins}5f3d697f9c2f"), unit(key=f"{begins}000000000000")]
    with narrow(connect, server, "cle varchar(10) PRIMARY KEY, montant text") as connector:
        assert outcomes(connector.send("a", alike).units) == [Outcome.REJECTED] * 2


def test_a_day_is_read_as_it_was_meant_whatever_order_the_server_prefers(connect, server):
    server.run("CREATE TABLE days (cle uuid PRIMARY KEY, montant text, jour date)")
    server.run("GRANT SELECT, INSERT ON days TO counter")
    server.run("ALTER ROLE counter SET datestyle = 'ISO, MDY'")
    changed = {"table": "days", "body": None, "status": None, "verdicts": {}, "number": None}
    try:
        european, american = unit(happened_on="2026-03-05"), unit(happened_on="2026-03-05")
        for message, form, outcome in (
            (european, "%d/%m/%Y", Outcome.RECEIVED),
            (american, "%m/%d/%Y", Outcome.CONFLICT),
        ):
            columns = {"montant": "cents:amount", "jour": f"happened_on:{form}"}
            assert outcomes(connect(**changed, columns=columns).send("a", [message]).units) == [outcome]
        assert server.run("SELECT jour::text FROM days WHERE cle = %s", european.key) == [("2026-03-05",)]
    finally:
        server.run("ALTER ROLE counter RESET datestyle")
        server.run("DROP TABLE days")


@pytest.mark.parametrize("changed", [{"table": "nowhere"}, {"columns": {"gone": "aid"}}, {"status": "gone"}])
def test_a_table_that_lacks_what_is_configured_is_a_fault_and_no_bug(connect, table, changed):
    connector, message = connect(**changed), unit()
    sent, asked = connector.send("a", [message]), connector.ask([message])
    assert (outcomes(sent.units), sent.cause) == ([Outcome.NOT_SENT], Cause.SERVER_ERROR)
    assert (outcomes(asked.units), asked.cause) == ([Outcome.UNKNOWN], Cause.SERVER_ERROR)
