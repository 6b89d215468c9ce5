"""The real window as a screen reader has it: every page of every role over AT-SPI, and a grant done through it."""

from __future__ import annotations

from pathlib import Path

from tests.unit.counters import AGENT, AUDITOR, IT, PASSPHRASE, SUPERVISOR, Templates
from tests.window.atspi import Node, Reader, Seen
from tests.window.conftest import Opener
from tests.window.screen import PINS, Screen
from tests.window.told import journal, recorded
from ui.pages import pages_for

ROLES = {AGENT: "agent", SUPERVISOR: "supervisor", IT: "it", AUDITOR: "auditor"}
# In the order in which the sample office lists them.
COLLEAGUES = (AGENT, "abakari", SUPERVISOR, "jmoreau", IT, AUDITOR)
# Buttons of a page that open a form or a paper in its place; Escape leads back.
STEPS = {
    "closing": ("Open the day", "Bring cash", "Daily log", "Close the day"),
    "limits": ("Give budget", "Raise the envelope"),
    "incident": ("Declare an outage",),
}
# What has rows on such an afternoon.
TABLES = {
    "today": ("Today’s acts",),
    "approvals": ("Grants that wait for approval",),
    "closing": ("Days of this counter",),
    "limits": ("Ceilings of each aid",),
    "incident": ("Central services",),
    "recovery": ("Central services and what waits for them", "Balance of each service"),
    "doctor": ("Points of readiness",),
}
# What may take the focus, by what it is to a reader; “filler” is what nobody said anything about.
REACHABLE = {
    "cell",
    "check box",
    "combo box",
    "label",
    "list",
    "list item",
    "panel",
    "push button",
    "radio button",
    "table",
    "text",
}


def unlock(reader: Reader) -> None:
    """The passphrase, through the reader alone."""
    reader.write(reader.find("Passphrase", "text"), PASSPHRASE.decode())
    reader.press(reader.find("Open (Enter)", "push button"))


def sign_in(reader: Reader, person: str) -> None:
    """Choose the colleague, write the PIN, press the button, and wait for the frame."""
    reader.select(reader.find("Colleagues", "list"), COLLEAGUES.index(person))
    reader.write(reader.find("PIN", "text"), PINS[person])
    reader.press(reader.find("Sign in as ", "push button"))
    reader.find("Change agent", "push button")


def choose(reader: Reader, label: str, place: int) -> None:
    """One of a combo box by its place from 0, through the box's list."""
    box = next(
        seen.node for seen in reader.walk() if seen.role == "combo box" and reader.spoken(seen) == label
    )
    (choices,) = reader.children(box)
    reader.select(choices, place)
    wanted = reader.name(reader.children(choices)[place])
    reader.until(lambda: reader.name(box) == wanted, f"{label}: {wanted}")


class Visitor:
    """Looks at one place after the other, and notes what a reader cannot make sense of."""

    def __init__(self, screen: Screen) -> None:
        self._screen, self._reader = screen, screen.reader
        self.wrong: list[str] = []
        self.tables: set[str] = set()

    def look(self, place: str) -> dict[tuple[str, str], Node]:
        """At everything that is shown now, once nothing moves any more; returns it by role and name."""
        shown = self._reader.settled()
        windows = [seen.name for seen in shown if seen.role == "frame"]
        if windows != ["Counter"]:
            self.wrong.append(f"{place}: the windows are {windows}")
        for seen in shown:
            if "focusable" in seen.states:
                self._look_at(seen, place)
            if seen.role == "table":
                self._read(seen, place)
        return {(seen.role, seen.name.partition(" (")[0]): seen.node for seen in reversed(shown)}

    def _look_at(self, seen: Seen, place: str) -> None:
        if not self._reader.spoken(seen):
            self.wrong.append(f"{place}: a {seen.role} without a name")
        if seen.role not in REACHABLE:
            self.wrong.append(f"{place}: “{seen.name}” is a {seen.role}")

    def _read(self, table: Seen, place: str) -> None:
        """A table says how large it is, how its columns are called, and where each cell is."""
        reader, node = self._reader, table.node
        rows, columns = (reader.get(node, "Table", name) for name in ("NRows", "NColumns"))
        titles = [
            reader.call(node, "Table", "GetColumnDescription", "i", column) for column in range(columns)
        ]
        if not titles or not all(titles):
            self.wrong.append(f"{place}: columns of “{table.name}” are {titles}")
        if rows:
            last = Node(*reader.call(node, "Table", "GetAccessibleAt", "ii", rows - 1, columns - 1))
            role = reader.call(last, "Accessible", "GetRoleName")
            if role != "cell" or not reader.name(last):
                self.wrong.append(
                    f"{place}: the last cell of “{table.name}” is a {role} “{reader.name(last)}”"
                )
            self.tables.add(table.name)

    def pages(self, role: str) -> None:
        """Every page of a role by its entry in the navigation, and what its buttons open."""
        reader, shown = self._reader, dict[tuple[str, str], Node]()
        for spec in pages_for(role):
            if not spec.in_navigation:
                continue
            if shown:
                reader.press(shown["radio button", spec.title])
            for table in TABLES.get(spec.id, ()):
                self._wait_for_rows(table)
            shown = self.look(f"{spec.id} of {role}")
            assert ("filler", spec.title) in shown, f"{spec.id} did not open"
            for step in STEPS.get(spec.id, ()):
                button = shown["push button", step]
                reader.press(button)
                reader.until(lambda node=button: not reader.shows(node), f"{step} to open")
                self.look(f"{step} of {role}")
                self._screen.hands.do("<Escape>")
                reader.until(lambda node=button: reader.shows(node), f"{step} to close")

    def _wait_for_rows(self, name: str) -> None:
        reader = self._reader
        table = reader.find(name, "table")
        reader.until(lambda: reader.get(table, "Table", "NRows"), f"rows in {name}")

    def approval(self) -> None:
        """The first grant that waits, opened by Enter in the table."""
        reader = self._reader
        reader.press(reader.find("Approvals", "radio button"))
        reader.call(reader.find("Grants that wait", "table"), "Component", "GrabFocus")
        self._screen.hands.do("<Return>")
        reader.find("Approve", "push button")
        self.look("a grant to approve")
        self._screen.hands.do("<Escape>")


def test_whatever_takes_the_focus_is_named_and_tables_are_tables_on_every_page_of_every_role(
    open_screen: Opener, afternoon: Path
) -> None:
    screen = open_screen(afternoon)
    reader, visitor = screen.reader, Visitor(screen)
    reader.find("Passphrase", "text")
    visitor.look("the passphrase")
    unlock(reader)
    reader.find("Colleagues", "list")
    visitor.look("the sign-in")
    for person, role in ROLES.items():
        sign_in(reader, person)
        visitor.pages(role)
        if role == "supervisor":
            visitor.approval()
        screen.hands.do("<F1>")
        visitor.look(f"the keys of {role}")
        reader.press(reader.find("Change agent", "push button"))
    assert visitor.wrong == []
    assert {name for names in TABLES.values() for name in names} <= visitor.tables


def test_a_first_start_is_named_too(open_screen: Opener, tmp_path: Path) -> None:
    screen = open_screen(tmp_path / "none")
    visitor = Visitor(screen)
    screen.reader.find("Counter", "frame")
    visitor.look("the first start")
    assert visitor.wrong == []


def test_a_grant_is_done_from_passphrase_to_receipt_through_the_reader_alone(
    open_screen: Opener, templates: Templates, tmp_path: Path
) -> None:
    data = templates.copy("A1", tmp_path / "data")
    screen = open_screen(data)
    reader, visitor = screen.reader, Visitor(screen)
    unlock(reader)
    sign_in(reader, AGENT)
    reader.write(reader.find("Find a person", "text"), "Okafor")
    reader.find("Nobody was found.")
    reader.press(reader.find("New citizen", "push button"))
    reader.write(reader.find("Given names", "text"), "Ngozi, Ada")
    reader.write(reader.find("Born on", "text"), "3/1987")
    choose(reader, "Identity", 1)
    visitor.look("new citizen")
    reader.press(reader.find("Go on to the act", "push button"))
    reader.find("Before you record")
    choose(reader, "Aid", 1)
    reader.write(reader.find("Amount", "text"), "45,50")
    tick = reader.find("Interview held at the counter", "check box")
    reader.press(tick)
    assert "checked" in reader.states(tick)
    visitor.look("the act")
    reader.announced.clear()
    reader.press(reader.find("Grant it", "push button"))
    assert reader.wait_for_words("A1-0001").startswith("Granted. A1-0001. Emergency cash · €45.50")
    visitor.look("the confirmation")
    reader.press(reader.find("Print the receipt", "push button"))
    reader.wait_for_words("A1-0001.pdf")
    reader.press(reader.find("Next citizen", "push button"))
    reader.write(reader.find("Find a person", "text"), "Okafor")
    reader.find("O. N.", "cell")
    visitor.look("somebody found")
    screen.close()
    assert visitor.wrong == []
    assert visitor.tables == {"People found"}
    (entry,) = recorded(journal(data, tmp_path))
    assert (entry["kind"], entry["agent"], entry["aid"], entry["cents"]) == (
        "aid_granted",
        AGENT,
        "FR-SECURG",
        4550,
    )
    assert entry["circumstances"] == {"evidence": ["interview"]}
    assert entry["person"] == {
        "surname": "Okafor",
        "given_names": ["Ngozi", "Ada"],
        "birth_date": "1987-03",
        "identity": "document",
    }
