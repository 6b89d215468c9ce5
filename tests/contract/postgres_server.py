"""A PostgreSQL of our own for a test run: a cluster in a folder under /tmp, on loopback, gone with the run."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

_SQL = """
CREATE TABLE business (entry_id text, number text);
CREATE SEQUENCE numbers;
CREATE TABLE depot (cle uuid PRIMARY KEY, corps jsonb NOT NULL, statut text, numero text, motif text, mots text);
CREATE TABLE guichet.depot (
    reference uuid NOT NULL, aide text, montant text CONSTRAINT below_a_million CHECK (length(montant) < 20),
    nom text NOT NULL, prenom text, naissance text, acte text, jour date
);
ALTER TABLE guichet.depot ADD CONSTRAINT une_fois UNIQUE (reference);
CREATE TABLE guichet.suivi (ref text, etat text, numero_dossier text, nom_inscrit text, motif text, mots text);
CREATE FUNCTION take() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF jsonb_typeof(NEW.corps -> 'cents') <> 'number' THEN
        UPDATE depot SET statut = 'KO', motif = 'malformed', mots = 'le montant' WHERE cle = NEW.cle;
    ELSE
        INSERT INTO business VALUES (NEW.corps ->> 'entry_id', 'PG-' || nextval('numbers'));
        UPDATE depot SET statut = 'OK', numero = 'PG-' || currval('numbers') WHERE cle = NEW.cle;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER take AFTER INSERT ON depot FOR EACH ROW EXECUTE FUNCTION take();
CREATE FUNCTION guichet.take() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.montant !~ '^[0-9]+[.][0-9]{2}$' THEN
        INSERT INTO guichet.suivi VALUES (NEW.reference::text, 'refus', NULL, NULL, 'malformed', 'le montant');
        RETURN NULL;
    END IF;
    INSERT INTO business VALUES (NEW.reference::text, 'G-' || nextval('numbers'));
    INSERT INTO guichet.suivi VALUES (NEW.reference::text, 'inscrit', 'G-' || currval('numbers'), upper(NEW.nom));
    RETURN NULL;
END $$;
CREATE TRIGGER take AFTER INSERT ON guichet.depot FOR EACH ROW EXECUTE FUNCTION guichet.take();
CREATE VIEW guichet.reponses AS SELECT * FROM guichet.suivi;
CREATE ROLE counter LOGIN PASSWORD 'a secret of the centre';
GRANT USAGE ON SCHEMA guichet TO counter;
GRANT SELECT, INSERT ON depot, guichet.depot TO counter;
GRANT SELECT ON guichet.reponses TO counter;
GRANT SELECT, UPDATE ON depot TO counter;
GRANT INSERT ON business, guichet.suivi TO counter;
GRANT USAGE ON numbers TO counter;
"""


@dataclass(frozen=True)
class Database:
    """A running server; the administrator is trusted on the socket, everybody else gives a password."""

    folder: Path
    port: int

    def run(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """A statement of the centre's administrator."""
        with psycopg.connect(
            host=str(self.folder), port=self.port, user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            found = connection.execute(statement, values)  # type: ignore[call-overload]
            return found.fetchall() if found.description else []

    def held(self, entry_id: str) -> int:
        """How many rows the centre's business has of an entry."""
        ((rows,),) = self.run("SELECT count(*) FROM business WHERE entry_id = %s", entry_id)
        return int(str(rows))

    def left(self) -> set[str]:
        """What a probe left in the staging tables."""
        rows = self.run(
            "SELECT cle::text FROM depot WHERE corps ->> 'kind' = 'probe'"
            " UNION SELECT reference::text FROM guichet.depot WHERE nom = 'Probe'"
        )
        return {str(key) for (key,) in rows}


@contextmanager
def database() -> Iterator[Database]:
    """The server, started for whoever runs this; PostgreSQL refuses root, who starts it as `nobody`."""
    # Not pytest's own folder: nobody else may enter that.
    folder = Path(tempfile.mkdtemp(prefix="counter-app-pg-"))
    data, port = folder / "data", _free_port()
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody")
    try:
        _run(
            "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "--auth=trust",
            "--no-sync",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        )
        (data / "pg_hba.conf").write_text(
            "local all postgres trust\nhost all all 127.0.0.1/32 scram-sha-256\n", encoding="ascii"
        )
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"
        _run("pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start")
        try:
            served = Database(folder, port)
            served.run("CREATE SCHEMA guichet")
            served.run(_SQL)
            yield served
        finally:
            _run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(program: str, *options: object) -> None:
    found = shutil.which(program) or max(map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{program}")))
    user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.geteuid() == 0 else []
    subprocess.run(
        [*user, found, *map(str, options)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    )


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
