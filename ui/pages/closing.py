"""The supervisor's end of the day: the drawer, what is still open, the closing, the daily log and the days before."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from counter_app.text import N_
from ui.daily_log import DailyLog
from ui.day_acts import DayActs
from ui.session import Session
from ui.stepped import SteppedPage
from ui.theme.current import theme
from ui.theme.density import ROOMY
from ui.theme.tokens import GRID
from ui.widgets.badge import Badge, State
from ui.widgets.buttons import Button
from ui.widgets.card import Card, Columns
from ui.widgets.day_cards import CashCard, OpenPoints
from ui.widgets.day_lists import ListStep, irregular_list, unsigned_list, voucher_list
from ui.widgets.labels import label
from ui.widgets.table import Column, Rows, Table

if TYPE_CHECKING:
    from counter_app.service.closing import DayRow, DaySoFar

_DAYS: Final = {
    "open": State(N_("Day in progress"), "info", "sun"),
    "not_closed": State(N_("NOT CLOSED"), "bad", "alert-triangle"),
    "closed": State(N_("Day closed"), "ok", "lock"),
    "reopened": State(N_("Day reopened"), "warn", "lock-open"),
}


class ClosingPage(SteppedPage):
    """The day so far; an earlier day of the list below is shown and closed in the same way."""

    def __init__(self, session: Session) -> None:
        self._day: DaySoFar | None = None
        super().__init__(session)
        self._wanted: date | None = None
        self.log = DailyLog(self, QFileDialog.getSaveFileName)
        self.acts = DayActs(self, self.log.show)
        self._build_head()
        self._build_cards()
        self._build_days()
        text = self.text
        self.key("F9", text("Count and close the day"), self.close_day)
        self.key("Ctrl+O", text("Open the day"), self.open_day)
        self.key("Ctrl+B", text("Bring cash into the drawer"), self.bring_cash)
        self.key("Ctrl+P", text("Daily log"), self.show_log)
        self.key("Ctrl+J", text("Other days of this counter"), self.show_days)
        self.key("Ctrl+R", text("Read the day again"), self.refresh)

    def activated(self, **args: object) -> None:
        """Another page may name a day; today otherwise."""
        day = args.get("day")
        self._wanted = day if isinstance(day, date) else None

    def main_focus(self) -> QWidget:
        """Closing, which is what one comes here for."""
        return self.close_button

    def refresh(self) -> None:
        """Ask for the day."""
        workstation, wanted = self.workstation, self._wanted

        def read() -> DaySoFar:
            from counter_app.service.closing import day_so_far

            return day_so_far(workstation, wanted)

        self.ask(read, self._show, question="day")

    # --- acts

    def close_day(self) -> None:
        """Count the drawer, review, close."""
        if self._day is not None:
            self.acts.count(self._day)

    def open_day(self) -> None:
        """Count the float."""
        if self._day is not None:
            self.acts.open_day(self._day)

    def bring_cash(self) -> None:
        """Record what the treasury brought."""
        if self._day is not None:
            self.acts.bring_cash(self._day)

    def show_log(self) -> None:
        """The daily log of the day that is shown."""
        if self._day is not None:
            self.log.show(self._day.day)

    def _look(self, what: str) -> None:
        day, configuration = self._day, self.workstation.configuration
        if day is None:
            return
        if what == "pending":
            self.navigate("approvals")
        elif what == "forgotten":
            self._turn_to(day.forgotten[0])
        elif what == "irregular":
            self.open(
                irregular_list(self.text, configuration, day.irregular, self.acts.regularise, self.back),
                whole=True,
            )
        elif what == "unsigned":
            self.open(unsigned_list(self.text, configuration, day.unsigned, self.back), whole=True)
        else:
            self.open(voucher_list(self.text, day.vouchers, self.back), whole=True)

    def _turn_to(self, day: date) -> None:
        self._wanted = day
        self.refresh()
        self.main_focus().setFocus()

    # --- the view

    def _build_head(self) -> None:
        text = self.text
        self.title = label("", "heading")
        self.sub = label("", "meta")
        self.badge = Badge(_DAYS["open"])
        self.today_button = Button(text("Today"), "link", icon="arrow-right", press=self._show_today)
        self.log_button = Button(
            text("Daily log"), "secondary", icon="file-text", key="Ctrl+P", press=self.show_log
        )
        self.close_button = Button(
            text("Close the day"), "primary", icon="lock", key="F9", press=self.close_day
        )
        about, buttons = QWidget(), QWidget()
        words = QVBoxLayout(about)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(0)
        line = QHBoxLayout()
        line.setSpacing(GRID)
        line.addWidget(self.title)
        line.addWidget(self.badge)
        line.addStretch(1)
        words.addLayout(line)
        words.addWidget(self.sub)
        row = QHBoxLayout(buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addStretch(1)
        for button in (self.today_button, self.log_button, self.close_button):
            row.addWidget(button)
        self.view.addWidget(Columns(about, buttons, stretch=(1, 0), threshold=700))

    def _build_cards(self) -> None:
        text = self.text
        self.open_button = Button(
            text("Open the day"), "secondary", icon="sun", key="Ctrl+O", press=self.open_day
        )
        bring = Button(text("Bring cash"), "secondary", icon="coins", key="Ctrl+B", press=self.bring_cash)
        self.cash = CashCard(text, (self.open_button, bring))
        names = ("forgotten", "pending", "irregular", "unsigned", "vouchers")
        look = {name: partial(self._look, name) for name in names}
        self.days_button = Button(
            text("Other days"), "secondary", icon="list-check", key="Ctrl+J", press=self.show_days
        )
        self.points = OpenPoints(text, self.workstation.configuration, look, self.days_button)
        self.view.addWidget(Columns(self.cash, self.points, stretch=(4, 7), threshold=900))

    def take_density(self) -> None:
        """Where the window is low, the other days have a list of their own."""
        super().take_density()
        self._place_days()

    def _place_days(self) -> None:
        if self._day is not None:
            self.points.show_day(self._day)
            there = bool(self._day.days)
            self.days_card.setVisible(there and theme.density is ROOMY)
            self.days_button.setVisible(there and theme.density is not ROOMY)

    def _days_table(self) -> Table[DayRow]:
        rows: Rows[DayRow] = Rows(self._columns(), key=lambda row: row.day.isoformat())
        return Table(self.text("Days of this counter"), rows)

    def show_days(self) -> None:
        """Every day of this counter; Enter turns to one."""
        if self._day is None:
            return
        text, table = self.text, self._days_table()
        table.opened.connect(lambda row: self._leave_to(row.day))
        table.show_rows(self._day.days)
        title, act = text("Days of this counter"), (text("Turn to this day"), "arrow-right")
        self.open(ListStep(text, title, "", table, self.back, act), whole=True)

    def _leave_to(self, day: date) -> None:
        self._wanted = day
        self.back()

    def _build_days(self) -> None:
        self.days_card = Card(bare=True)
        self.days = self._days_table()
        self.days.hold(least=2)
        self.days.opened.connect(lambda row: self._turn_to(row.day))
        self.days_card.body.addWidget(self.days, 1)
        self.view.addWidget(self.days_card, 1)

    def _show_today(self) -> None:
        self._wanted = None
        self.refresh()
        self.main_focus().setFocus()

    def _show(self, day: DaySoFar) -> None:
        text = self.text
        self._day = day
        acts = text.plural("{n} act", "{n} acts", day.acts)
        self.title.setText(text.date(day.day, "full"))
        self.sub.setText(text("{acts}, {granted} granted", acts=acts, granted=day.granted))
        state = _DAYS[day.state]
        self.badge.show_state(State(text(state.words), state.tone, state.icon))
        self.today_button.setVisible(self._wanted is not None)
        unopened = day.opened_at is None and day.state != "closed"
        self.open_button.setVisible(self._wanted is None and unopened)
        self.close_button.name(text("Close the day") if day.state != "closed" else text("Close again"))
        self.cash.show_day(day)
        self.days.show_rows(day.days)
        self._place_days()

    def _columns(self) -> list[Column[DayRow]]:
        text = self.text
        return [
            Column(text("Day"), lambda row: text.date(row.day, "full"), "strong", stretch=2, least=150),
            Column(text("State"), self._state),
            Column(text("Acts"), lambda row: text.number(row.acts), "figures", right=True, drop=1),
            Column(
                text("Difference"),
                lambda row: "—" if row.difference is None else text.signed(row.difference),
                "figures",
                right=True,
                drop=2,
            ),
            Column(text("Closed by"), self._closed_by, "muted", stretch=2, least=140, drop=3),
        ]

    def _state(self, row: DayRow) -> State:
        state = _DAYS[row.state]
        return State(self.text(state.words), state.tone, state.icon)

    def _closed_by(self, row: DayRow) -> str:
        if row.closed_at is None:
            return "—"
        person = self.workstation.configuration.person(row.closed_by)
        name = row.closed_by if person is None else person.name
        return self.text("{person}, {time}", person=name, time=row.closed_at)
