"""Whether a service can be reached as configured: an address or a folder, and the settings of its kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from counter_app.domain.catalogue import Configuration, Service
from counter_app.domain.errors import BadInput
from counter_app.settings import forms, plugins
from counter_app.settings.problem import Path, Problem

Judge = Callable[[Service, Path, Configuration], Iterator[Problem]]


def unreachable(
    service: Service, path: Path, configuration: Configuration, *, adopted: bool
) -> Iterator[Problem]:
    """Everything wrong with the ways to a service; with `adopted` a kind of another package is taken as it stands."""
    further = [((*path, "standby", place), address) for place, address in enumerate(service.standby)]
    yield from forms.addresses([((*path, "address"), service.address or None), *further])
    judge = _BUILT_IN.get(service.connector)
    if judge is not None:
        if service.options:
            yield Problem((*path, "options"), "configuration_key_unknown")
        yield from judge(service, path, configuration)
    elif not adopted:
        yield from _brought(service, path)


def _brought(service: Service, path: Path) -> Iterator[Problem]:
    if service.connector not in plugins.kinds():
        choices: dict[str, object] = {"value": service.connector, "choices": plugins.kinds()}
        yield Problem((*path, "connector"), "configuration_no_choice", choices)
        return
    try:
        options = plugins.load(service.connector).options
    except BadInput as error:
        yield Problem((*path, "connector"), error.code, error.params)
        return
    if options is not None:
        from counter_app.settings.shape import misshapen

        yield from misshapen(service.options, options, (*path, "options"))
    elif service.options:
        yield Problem((*path, "options"), "configuration_key_unknown")


def _rest(service: Service, path: Path, configuration: Configuration) -> Iterator[Problem]:
    if not service.address:
        yield Problem((*path, "address"), "configuration_address_missing")
    if service.rest is not None:
        from counter_app.settings.reach_rest import senseless_rest

        yield from senseless_rest(service, service.rest, (*path, "rest"), configuration)


def _files(service: Service, path: Path, configuration: Configuration) -> Iterator[Problem]:
    if not service.folder:
        yield Problem((*path, "folder"), "configuration_folder_missing")
    if service.files is not None:
        from counter_app.settings.reach_files import senseless_files

        yield from senseless_files(service.files, (*path, "files"))
        yield from forms.codes(service, service.files.codes, (*path, "files", "codes"), configuration)


def _postgres(service: Service, path: Path, configuration: Configuration) -> Iterator[Problem]:
    from counter_app.settings.reach_postgres import senseless_postgres

    if service.settling_s < service.deadline_s:
        # What the server still works on when our time is over could appear after an absence was believed.
        least: dict[str, object] = {"seconds": f"{service.deadline_s:g}"}
        yield Problem((*path, "settling_s"), "configuration_settles_too_soon", least)
    if service.postgres is None:
        yield Problem((*path, "postgres"), "configuration_key_missing")
    else:
        yield from senseless_postgres(service.postgres, (*path, "postgres"))
        yield from forms.codes(service, service.postgres.codes, (*path, "postgres", "codes"), configuration)


def _manual(service: Service, path: Path, configuration: Configuration) -> Iterator[Problem]:
    from counter_app.settings.reach_manual import senseless_manual

    if service.manual is not None:
        yield from senseless_manual(service.manual, (*path, "manual"))
        yield from forms.codes(service, service.manual.codes, (*path, "manual", "codes"), configuration)


_BUILT_IN: Final[dict[str, Judge]] = {
    "rest": _rest,
    "files": _files,
    "postgres": _postgres,
    "manual": _manual,
}
