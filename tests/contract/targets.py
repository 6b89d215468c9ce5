"""Every way of reaching a centre that must keep the one contract, with the server that it is played against.

A new way adds one `Target`; a new kind of server a module beside `foreign_server.py`, started through `Servers.keep`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from counter_app.connectors.files import FolderConnector
from counter_app.connectors.files_answers import CentreAnswers, OwnAnswers
from counter_app.connectors.files_drop import DropConnector
from counter_app.connectors.files_form import CentreForm, OwnForm, Sender
from counter_app.connectors.files_place import FolderPlace, Login, Place, SftpPlace
from counter_app.connectors.postgres import PostgresConnector
from counter_app.connectors.postgres_link import Access
from counter_app.connectors.rest import RestConnector
from counter_app.connectors.rest_foreign import ForeignConnector, NumberedConnector
from counter_app.domain.files_way import FilesWay, Sftp
from counter_app.domain.postgres_way import PostgresWay
from counter_app.sync.port import Connector
from tests.contract import forms
from tests.contract.file_centre import CSV, XML, file_centre
from tests.contract.foreign_server import Behaviour
from tests.contract.postgres_server import database
from tests.contract.servers import Servers
from tests.contract.sftp_server import SftpServer, sftp_server
from tests.unit.connectors.ways import ways

SERVICE = "aid"
DEADLINE_S = 1.0
NOWHERE = "http://127.0.0.1:1"
PASSWORD = "a secret of the centre"
SENDER = Sender(SERVICE, "A1")
OWN = FilesWay()

WHOLE = PostgresWay(
    hosts=("127.0.0.1",),
    database="postgres",
    user="counter",
    tls="none",
    table="depot",
    key="cle",
    body="corps",
    rows_stay=True,
    status="statut",
    verdicts={"OK": "accepted", "KO": "rejected"},
    number="numero",
    reason="motif",
    words="mots",
)
IN_COLUMNS = PostgresWay(
    hosts=("nowhere.invalid", "127.0.0.1"),
    database="postgres",
    user="counter",
    tls="none",
    table="guichet.depot",
    key="reference",
    rows_stay=True,
    columns={
        "aide": "aid",
        "montant": "cents:amount",
        "nom": "person.surname",
        "prenom": "person.given_names",
        "naissance": "person.birth_date:%d/%m/%Y",
        "acte": "kind",
    },
    answers="guichet.reponses",
    answers_key="ref",
    status="etat",
    verdicts={"inscrit": "accepted", "refus": "rejected"},
    number="numero_dossier",
    reason="motif",
    words="mots",
    shown={"nom_inscrit": "person.surname:upper"},
)


@dataclass(frozen=True)
class Target:
    """One way of reaching a centre.

    `serve` starts its server with faults of the practice centre, `none` or some of those it can be played with;
    `faulty` says that it can. `own_form` is a centre that keeps our bodies as they are, `answers_later` one whose
    business answer never comes with the exchange itself. `by_number` can also be asked by the centre's own numbers.
    """

    name: str
    serve: Callable[[Servers, str], Any]
    connect: Callable[[Any], Connector]
    connect_nowhere: Callable[[Path], Connector]
    faulty: bool = False
    own_form: bool = False
    answers_later: bool = False
    by_number: bool = False


def _practice(servers: Servers, faults: str) -> Any:
    return servers.practice(faults)


def _house(batch_max: int) -> Callable[[str], Connector]:
    return lambda url: RestConnector(ways(url, deadline_s=DEADLINE_S), SERVICE, batch_max=batch_max)


def _of_form(text: str) -> Callable[[str], Connector]:
    def connect(url: str) -> Connector:
        way = forms.way(text)
        assert way.create is not None
        kind = ForeignConnector if way.ask_number is None else NumberedConnector
        return kind(ways(url, deadline_s=DEADLINE_S), way, way.create)

    return connect


def _on_practice(
    name: str, connect: Callable[[str], Connector], path: str = "", *, by_number: bool = True
) -> Target:
    return Target(
        name,
        _practice,
        lambda centre: connect(centre.url + path),
        lambda _: connect(NOWHERE + path),
        faulty=True,
        own_form=True,
        by_number=by_number,
    )


def _on_foreign(name: str, text: str, behaviour: Behaviour = "honest") -> Target:
    connect = _of_form(text)
    return Target(
        name,
        lambda servers, _: servers.foreign(behaviour),
        lambda centre: connect(centre.url),
        lambda _: connect(NOWHERE),
        by_number="ask_number" in text,
    )


def _postgres(way: PostgresWay) -> Callable[[Any], Connector]:
    def connect(centre: Any) -> Connector:
        reached = msgspec.structs.replace(way, port=centre.port)
        return PostgresConnector(Access(reached, PASSWORD, None, 5.0))

    return connect


def _on_postgres(name: str, way: PostgresWay, *, own_form: bool) -> Target:
    return Target(
        name,
        lambda servers, _: servers.keep(("postgres",), lambda stack: stack.enter_context(database())),
        _postgres(way),
        lambda _: PostgresConnector(Access(msgspec.structs.replace(way, port=1), PASSWORD, None, 5.0)),
        own_form=own_form,
    )


def _file_centre(form: str) -> Callable[[Servers, str], Any]:
    def serve(servers: Servers, _: str) -> Any:
        name = f"files-{form}"
        return servers.keep(
            (name,), lambda stack: stack.enter_context(file_centre(servers.folder(name), form))
        )

    return serve


def _sftp(servers: Servers) -> SftpServer:
    started: SftpServer = servers.keep(
        ("sftp",), lambda stack: stack.enter_context(sftp_server(servers.folder("sftp")))
    )
    return started


def _drop(place: Place, way: FilesWay = OWN) -> Connector:
    assert (way.deposits is None) == (way.acknowledgements is None)
    return DropConnector(
        place,
        OwnForm(SENDER) if way.deposits is None else CentreForm(way.deposits, SENDER),
        OwnAnswers(SERVICE) if way.acknowledgements is None else CentreAnswers(way.acknowledgements),
        batch_max=100,
        deadline_s=5.0,
    )


@dataclass(frozen=True)
class Remote:
    """A centre whose folder is reached over SFTP."""

    centre: Any
    folder: Path
    server: SftpServer

    def held(self, entry_id: str) -> int:
        return int(self.centre.held(entry_id))

    def left(self) -> set[str]:
        left: set[str] = self.centre.left()
        return left


def _remote_practice(servers: Servers, faults: str) -> Remote:
    centre = servers.practice(faults)
    for lower, upper in (("in", "IN"), ("ack", "ACK")):
        if not (centre.folder / upper).exists():
            (centre.folder / upper).symlink_to(centre.folder / lower)
    return Remote(centre, centre.folder, _sftp(servers))


def _remote_xml(servers: Servers, faults: str) -> Remote:
    centre = _file_centre("xml")(servers, faults)
    return Remote(centre, centre.root, _sftp(servers))


def _over_sftp(
    name: str, serve: Callable[[Servers, str], Remote], way: FilesWay = OWN, *, own_form: bool = False
) -> Target:
    nowhere = Sftp(
        host="127.0.0.1", port=1, user="nobody", host_keys=("ssh-ed25519 AAAA",), password="env:NONE"
    )
    return Target(
        name,
        serve,
        lambda remote: _drop(remote.server.place(remote.folder), way),
        lambda _: _drop(SftpPlace("gone", nowhere, Login("none", None, None), 2.0), way),
        own_form=own_form,
        answers_later=True,
    )


TARGETS = [
    _on_practice("rest", _house(100)),
    _on_practice("rest one by one", _house(1)),
    _on_practice("key in a header", _of_form(forms.PRACTICE), f"/services/{SERVICE}", by_number=False),
    _on_practice("id of ours in batches", _of_form(forms.PRACTICE_BATCHES), f"/services/{SERVICE}"),
    _on_foreign("id of ours", forms.FOREIGN),
    _on_foreign("id of ours, foreign batches", forms.FOREIGN_BATCHES),
    _on_foreign("if none match", forms.FOREIGN_PUT),
    _on_foreign("the old record for another body", forms.FOREIGN, "old-record"),
    _on_foreign("an error for a duplicate", forms.FOREIGN, "error-for-a-duplicate"),
    Target(
        "folder",
        _practice,
        lambda centre: FolderConnector(centre.folder, SERVICE, "A1", batch_max=100),
        lambda folder: FolderConnector(folder / "gone", SERVICE, "A1", batch_max=100),
        faulty=True,
        own_form=True,
        answers_later=True,
    ),
    Target(
        "folder, CSV",
        _file_centre("csv"),
        lambda centre: _drop(FolderPlace(centre.root), CSV),
        lambda folder: _drop(FolderPlace(folder / "gone"), CSV),
        answers_later=True,
    ),
    _over_sftp("sftp", _remote_practice, own_form=True),
    _over_sftp("sftp, XML", _remote_xml, XML),
    _on_postgres("postgres, whole bodies", WHOLE, own_form=True),
    _on_postgres("postgres, columns and a view", IN_COLUMNS, own_form=False),
]
