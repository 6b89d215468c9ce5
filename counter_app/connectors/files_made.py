"""Makes the connector of a service that takes files: our own form or the centre's, a folder or SFTP."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from counter_app.connectors.kind import Setup
from counter_app.domain.errors import BadInput
from counter_app.domain.files_way import FilesWay, Sftp
from counter_app.sync.port import Connector


def made(setup: Setup) -> Connector:
    """The connector, as the office configured it; raises `secret_missing`."""
    service, way = setup.service, setup.service.files
    if way is None or way == FilesWay():
        from counter_app.connectors.files import FolderConnector

        return FolderConnector(
            setup.folder / (service.folder or ""),
            service.id,
            setup.counter,
            batch_max=service.batch_max,
            deadline_s=service.deadline_s,
        )
    return _drop(setup, way)


def _drop(setup: Setup, way: FilesWay) -> Connector:
    from counter_app.connectors.files_answers import AnswerForm, CentreAnswers, OwnAnswers
    from counter_app.connectors.files_drop import DropConnector
    from counter_app.connectors.files_form import CentreForm, DepositForm, OwnForm, Sender
    from counter_app.connectors.files_place import FolderPlace, Login, Place, SftpPlace

    service = setup.service
    sender = Sender(service.id, setup.counter)
    place: Place
    if way.sftp is None:
        place = FolderPlace(setup.folder / (service.folder or ""))
    else:
        login = Login(
            _secret(setup, way.sftp.password), _key(setup, way.sftp), _secret(setup, way.sftp.key_passphrase)
        )
        place = SftpPlace(service.folder or ".", way.sftp, login, service.deadline_s)
    told = way.acknowledgements
    deposits: DepositForm = (
        OwnForm(sender) if way.deposits is None else CentreForm(way.deposits, sender, way.codes)
    )
    answers: AnswerForm = (
        OwnAnswers(quote(service.id, safe="")) if told is None else CentreAnswers(told, way.codes)
    )
    return DropConnector(
        place,
        deposits,
        answers,
        batch_max=service.batch_max,
        deadline_s=service.deadline_s,
    )


def _secret(setup: Setup, place: str | None) -> str | None:
    return None if place is None else setup.secret(place)


def _key(setup: Setup, server: Sftp) -> Path | None:
    if server.key is None:
        return None
    path = setup.folder / server.key
    if not path.is_file():
        raise BadInput("secret_missing", place=server.key)
    return path
