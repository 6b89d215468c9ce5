"""The real window by keys alone, under a window manager."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from counter_app.bootstrap import open_workstation
from counter_app.service.drafts import drafts_of
from tests.end2end.counters import in_this_process
from tests.unit.counters import AGENT, PASSPHRASE, Templates
from tests.window.conftest import Opener
from tests.window.screen import PINS, Screen
from tests.window.told import journal, recorded

_REGISTER = """id,given_name,surname,date_of_birth,postcode,national_id
R-1,Anne-Lise,Lefèvre,19870314,44000,
R-2,Marcel,Lefort,19520600,44100,
R-3,Samira,Benali,19900102,44000,
"""
CASH, VOUCHER = "FR-SECURG", "FR-CAP"
EVIDENCE = {CASH: "interview", VOUCHER: "identity"}
# As the office lists them, from the first of the box.
REASONS = (
    ("ceiling_reached", "The ceiling"),
    ("resources_too_high", "The resources"),
    ("evidence_not_given", "A paper"),
)


@dataclass(frozen=True)
class Citizen:
    """One of forty: what is typed for them, and what the journal has to say afterwards."""

    place: int

    @property
    def surname(self) -> str:
        return f"Léger{'abcdefgh'[self.place // 5]}{'vwxyz'[self.place % 5]}"

    @property
    def born(self) -> tuple[str, str]:
        """As typed, and as the journal writes it."""
        day, month, year = 1 + self.place % 28, 1 + self.place % 12, 1950 + self.place
        return f"{day:02d}{month:02d}{year}", f"{year}-{month:02d}-{day:02d}"

    @property
    def aid(self) -> str:
        return (CASH, VOUCHER)[self.place % 2]

    @property
    def cents(self) -> int:
        return 1000 + 45 * self.place

    @property
    def kind(self) -> str:
        """Every tenth is refused, every eighth only asks."""
        if self.place % 10 == 9:
            return "aid_refused"
        return "request_recorded" if self.place % 8 == 7 else "aid_granted"

    @property
    def reason(self) -> int:
        return self.place // 10 % len(REASONS)

    def entry(self) -> dict[str, Any]:
        """What has to stand in the journal, as `recorded` reads it."""
        told: dict[str, Any] = {"kind": self.kind, "aid": self.aid, "agent": AGENT, "channel": "window"}
        told["person"] = {
            "surname": self.surname,
            "given_names": ["Zoé", "Françoise"],
            "birth_date": self.born[1],
            "identity": "document",
        }
        if self.kind == "aid_refused":
            return told | {"reason": REASONS[self.reason][0]}
        amount = {"aid_granted": "cents", "request_recorded": "asked_cents"}[self.kind]
        return told | {amount: self.cents, "circumstances": {"evidence": [EVIDENCE[self.aid]]}}


def enter(screen: Screen) -> None:
    """Past the passphrase, to the PIN of the first colleague of the list."""
    screen.unlock()
    screen.hands.pressed = 0
    screen.hands.do(PINS[AGENT], "<Return>")
    screen.reader.wait_for_focus("Find a person")


def serve(screen: Screen, citizen: Citizen) -> None:
    """From the search box with somebody new before the desk to the search box for the next."""
    hands, reader = screen.hands, screen.reader
    hands.do(citizen.surname)
    reader.wait_for_typed(citizen.surname)
    hands.do("<ctrl+n>")
    reader.wait_for_focus("Given names")
    hands.do("Zoé Françoise", "<Tab>", citizen.born[0], "<Tab>", "<Down>")
    reader.wait_for_focus("Seen on a document")
    hands.do("<ctrl+Return>")
    reader.wait_for_focus("Voucher")
    if citizen.aid == CASH:
        hands.do("<Down>")
        reader.wait_for_focus("Emergency cash")
    if citizen.kind == "aid_refused":
        refuse(screen, citizen.reason)
    else:
        key = "<F9>" if citizen.kind == "aid_granted" else "<shift+F9>"
        answer(screen, citizen.cents, key, is_ticked=citizen.aid != CASH)
    reader.wait_for_words(f"A1-{citizen.place + 1:04d}")
    reader.wait_for_focus("Next citizen")
    hands.do("<Return>")
    reader.wait_for_focus("Find a person")


def answer(screen: Screen, cents: int, key: str, *, is_ticked: bool = False) -> None:
    """From the aid: an amount, the one tick unless the document that was seen has set it, and the key that records."""
    screen.hands.do(
        "<Tab>", f"{cents // 100},{cents % 100:02d}", "<Tab>", *([] if is_ticked else ["<space>"])
    )
    screen.reader.wait_for_tick()
    screen.hands.do(key)


def refuse(screen: Screen, reason: int) -> None:
    """From the aid: so many reasons down the list."""
    screen.hands.do("<ctrl+F9>")
    screen.reader.wait_for_focus("Please choose")
    screen.hands.do(*["<Down>"] * (reason + 1))
    screen.reader.wait_for_focus(REASONS[reason][1])
    screen.hands.do("<F9>")


def test_found_taken_down_granted_printed_and_the_next_one_in_25_keys(
    open_screen: Opener, templates: Templates, tmp_path: Path
) -> None:
    data = templates.copy("A1", tmp_path / "data")
    register, words = tmp_path / "register.csv", tmp_path / "passphrase"
    register.write_text(_REGISTER, encoding="utf-8")
    words.write_bytes(PASSPHRASE)
    told = ("register", "import", str(register), "--data", str(data), "--passphrase-file", str(words))
    assert in_this_process(*told).status == 0
    screen = open_screen(data)
    hands, reader = screen.hands, screen.reader
    enter(screen)
    for record, said, first in (
        ("<shift+F9>", "The request is recorded. A1-0001", "New act"),
        ("<F9>", "Granted. A1-0002", "Requests, grants and refusals"),
    ):
        hands.do("Lefèv", "<Return>")
        reader.wait_for_focus(first)
        hands.do("<F3>")
        reader.wait_for_focus("Voucher")
        hands.do("<Down>")
        answer(screen, 4550, record)
        reader.wait_for_words(said)
        reader.wait_for_focus("Next citizen")
        if record == "<F9>":
            hands.do("<p>")
            reader.wait_for_words("A1-0002.pdf")
        hands.do("<Return>")
        reader.wait_for_focus("Find a person")
    assert hands.pressed <= 25
    screen.close()
    assert (data / "papers" / "A1-0002.pdf").read_bytes().startswith(b"%PDF")
    asked, granted = recorded(journal(data, tmp_path))
    assert (asked["kind"], asked["asked_cents"]) == ("request_recorded", 4550)
    assert (granted["kind"], granted["cents"], granted["aid"]) == ("aid_granted", 4550, CASH)
    assert granted["person"]["surname"] == "Lefèvre"


def test_forty_citizens_in_a_row_leave_in_the_journal_exactly_what_was_typed(
    open_screen: Opener, templates: Templates, tmp_path: Path
) -> None:
    data = templates.copy("A1", tmp_path / "data")
    citizens = [Citizen(place) for place in range(40)]
    screen = open_screen(data)
    enter(screen)
    for citizen in citizens:
        serve(screen, citizen)
    screen.close()
    assert recorded(journal(data, tmp_path)) == [citizen.entry() for citizen in citizens]
    workstation = open_workstation(data, PASSPHRASE, write=False)
    try:
        assert drafts_of(workstation, AGENT) == []
    finally:
        workstation.close()
