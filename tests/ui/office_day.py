"""A believable day at the sample CCAS: Tuesday, 17 March 2026, told by a clock that is moved forward."""

from __future__ import annotations

import contextlib
import csv
import json
import subprocess
import sys
import uuid
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from counter_app import bootstrap
from counter_app.clock import PracticeClock
from counter_app.domain.commands import parse_command
from counter_app.keys.keyring import new_slot, open_keys, write_keys
from counter_app.practice.centre.faults import Faults
from counter_app.practice.offices import sample_office
from counter_app.service.register import import_register
from counter_app.service.workstation import Workstation
from counter_app.settings import sample_configuration
from tests.ui.stage import AGENT, PEOPLE, SUPERVISOR
from tests.unit.counters import CHEAP, COLLEAGUE, PASSPHRASE, REGISSEUR

ZONE = ZoneInfo("Europe/Paris")
SEED = 7
_SAMPLE_ADDRESS = '"http://127.0.0.1:8765"'
_FAULTS = ("rejection", "wrong-echo")
_PEOPLE = (
    *PEOPLE,
    ("Dupont", "Zoé", "1980-03-05"),
    ("Marchand", "Gilles", "1958-12-11"),
    ("Okoye", "Grace", "1991-07-23"),
    ("Petit", "Noël", "1972-05-09"),
    ("Nguyễn", "Thị Lan", "1969-10-28"),
    ("El Amrani", "Karim", "1998-02-17"),
)
_SURNAMES = (
    "Martin Bernard Benoît Benali Bensaïd Robert Richard Durand Moreau Simon Laurent Lefebvre Michel Garcia David"
    " Bertrand Roux Vincent Fournier Morel Girard André Mercier Blanc Guérin Boyer Garnier Chevalier François Legrand"
).split()
_GIVEN = (
    "Marie Jeanne Françoise Monique Nathalie Isabelle Sylvie Léa Manon Chloé Inès Jean Pierre Michel Alain Nicolas"
    " Samir Rachid Youssef Théo Hugo Lucas Gabriel Louis"
).split()


def at(clock: str, day: int = 17) -> datetime:
    """A time of that week, such as `09:12`."""
    hour, minute = clock.split(":")
    return datetime(2026, 3, day, int(hour), int(minute), tzinfo=ZONE)


@contextlib.contextmanager
def clock_of_the_office(start: datetime) -> Iterator[PracticeClock]:
    """Whatever opens a workstation meanwhile sees this clock."""
    clock = PracticeClock(start)
    real = bootstrap.SystemClock
    bootstrap.SystemClock = lambda: clock  # type: ignore[assignment, misc]
    try:
        yield clock
    finally:
        bootstrap.SystemClock = real  # type: ignore[misc]


@contextlib.contextmanager
def centre(folder: Path) -> Iterator[str]:
    """A practice centre that rejects some acts and shows others wrongly; its address."""
    words = [sys.executable, "-m", "counter_app.practice.centre", "--port", "0", "--seed", str(SEED)]
    words += ["--store", str(folder / "centre.db"), "--faults", ",".join(_FAULTS), "--settling", "0.2"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{json.loads(process.stdout.readline())['port']}"
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


def struck_by(fault: str) -> str:
    """An entry id whose message meets that fault at the centre, or none where it is empty."""
    draw = Faults(set(_FAULTS), SEED)
    while True:
        key = str(uuid.uuid4())
        if [name for name in _FAULTS if draw.strikes(name, key)] == ([fault] if fault else []):
            return key


def make_office(data: Path, address: str, clock: PracticeClock) -> None:
    """Counter A1 on its second day of the outage at 11:04, with a copy of the register of the evening before."""
    raw = sample_configuration("ccas").decode().replace(_SAMPLE_ADDRESS, f'"{address}"')
    raw = raw.replace("settling_s = 2.0", "settling_s = 0.2")
    bootstrap.create_workstation(data, sample_office("ccas", "A1", PASSPHRASE, raw.encode()), clock)
    keyring = open_keys(data, PASSPHRASE)
    write_keys(data, keyring, [new_slot(keyring, "first", PASSPHRASE, CHEAP)])
    workstation = bootstrap.open_workstation(data, PASSPHRASE, write=True)
    try:
        _import_register(workstation, data.parent)
        day = _Day(workstation, clock)
        day.monday()
        day.tuesday()
    finally:
        workstation.close()


def _import_register(workstation: Workstation, folder: Path) -> None:
    draw = Random(SEED)
    file = folder / "register.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(("id", "surname", "given_name", "date_of_birth", "postcode"))
        for number in range(2400):
            born = date(draw.randint(1940, 2006), draw.randint(1, 12), draw.randint(1, 28))
            name = (draw.choice(_SURNAMES), draw.choice(_GIVEN))
            rows.writerow((f"44-{20_000 + number}", *name, born.isoformat(), "44000"))
    import_register(workstation, file, dated=date(2026, 3, 16))


class _Day:
    def __init__(self, workstation: Workstation, clock: PracticeClock) -> None:
        self._workstation, self._clock = workstation, clock
        self._day = 16

    def record(self, time: str, command: str, **fields: Any) -> str:
        self._clock.jump_to(at(time, self._day))
        line = json.dumps({"command": command, "agent": AGENT, **fields})
        return self._workstation.record(parse_command(line), "window").entry.entry_id

    def monday(self) -> None:
        self.record("08:31", "replenish_cash", agent=SUPERVISOR, cents=60_000, document="BX 12")
        self.record("08:40", "open_day", agent=SUPERVISOR, float_cents=60_000)
        self.record(
            "08:45",
            "receive_vouchers",
            agent=SUPERVISOR,
            series="K",
            first=1,
            last=100,
            face_cents=1000,
            year=2026,
        )
        incident = self.record(
            "09:12",
            "declare_incident",
            agent=SUPERVISOR,
            title="Panne de la baie de stockage",
            cause="Baie de stockage du centre",
            source="Appel de la DSI",
            services={"aid-file": "down"},
        )
        self.serve("10:20", 7, 4500, paid=True)
        self.serve("14:05", 9, 3000, paid=True)
        self.record(
            "15:30",
            "update_incident",
            agent=SUPERVISOR,
            incident=incident,
            services={"treasury": "unstable"},
            words="La trésorerie répond par moments",
            source="DSI",
        )
        counted = {"5000": 9, "2000": 2, "1000": 3, "500": 2}
        self.record("17:10", "close_day", agent=SUPERVISOR, approver=SUPERVISOR, counted=counted)
        self._incident = incident

    def tuesday(self) -> None:
        self._day = 17
        self.record("08:36", "open_day", agent=SUPERVISOR, float_cents=53_000)
        self.record(
            "08:50",
            "update_incident",
            agent=SUPERVISOR,
            incident=self._incident,
            words="Pièce livrée à midi, retour espéré demain",
            source="Fournisseur",
        )
        self.serve("09:04", 0, 4000, paid=True)
        self.vouchers("09:11", 1, 3000)
        self.serve("09:20", 2, 5000, fault="rejection", paid=True)
        self.ask("09:32", 3, 3500)
        self.refuse("09:41", 4)
        self.serve("09:55", 5, 3000, fault="wrong-echo")
        self.serve("10:06", 6, 7500)
        self.serve("10:14", 8, 6000)
        self.serve("10:17", 10, 9900, paid=True, form="P-017", already_happened=True)
        self.vouchers("10:36", 11, 2000)
        self.serve("10:47", 7, 5500, agent=SUPERVISOR)
        wrong = self.serve("10:52", 9, 2500)
        self.record("10:55", "cancel_grant", grant=wrong, reason="Erreur de saisie")
        self.serve("11:01", 3, 2500, payment={"means": "cash", "payer": REGISSEUR, "acquit": "missing"})
        self._clock.jump_to(at("11:04"))

    def serve(
        self, time: str, who: int, cents: int, *, paid: bool = False, fault: str = "", **fields: Any
    ) -> str:
        payment = {"payment": {"means": "cash", "payer": COLLEAGUE}} if paid else {}
        return self.record(
            time,
            "grant_aid",
            **payment,
            entry_id=struck_by(fault),
            aid="FR-SECURG",
            cents=cents,
            person=_person(who),
            circumstances={"evidence": ["interview"]},
            note="Deux enfants, loyer en retard" if who == 6 else None,
            **fields,
        )

    def vouchers(self, time: str, who: int, cents: int) -> None:
        grant = {"aid": "FR-CAP", "cents": cents, "person": _person(who), "entry_id": struck_by("")}
        self.record(time, "grant_aid", **grant, circumstances={"evidence": ["identity"]})

    def ask(self, time: str, who: int, cents: int) -> str:
        wish = {"aid": "FR-SECURG", "asked_cents": cents, "person": _person(who)}
        return self.record(time, "record_request", **wish, circumstances={"evidence": ["interview"]})

    def refuse(self, time: str, who: int) -> None:
        reason = next(iter(self._workstation.configuration.reasons))
        request = self.ask("09:40", who, 5000)
        self.record(time, "refuse_aid", request=request, reason=reason)


def _person(who: int) -> dict[str, Any]:
    surname, given, born = _PEOPLE[who]
    return {"surname": surname, "given_names": [given], "birth_date": born, "identity": "document"}
