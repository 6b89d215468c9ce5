"""The banner across every page: since when, how old the copy is, how much waits, whom we last heard of; in words."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget

from counter_app.text import N_, Text
from ui.theme.current import theme
from ui.theme.density import ROOMY
from ui.widgets.buttons import Button
from ui.widgets.durations import duration, moment
from ui.widgets.labels import Icon, label, show_if

if TYPE_CHECKING:
    from counter_app.domain.catalogue import Configuration
    from counter_app.service.standing import Standing

SERVICE_STATES: Final = {"down": N_("down"), "unstable": N_("unstable"), "back": N_("back")}
_NARROW: Final = 1000
_RIGHT: Final = 20
_BESIDE: Final = 12


def _copy(text: Text, days: int, dated: date) -> str:
    if days <= 0:
        return text("copy of the files: today")
    if days == 1:
        return text("copy of the files: yesterday")
    return text.plural(
        "copy of the files: {n} day old ({day})", "copy of the files: {n} days old ({day})", days, day=dated
    )


class Banner(QWidget):
    """Loud while an incident is open, calm otherwise."""

    def __init__(self, text: Text, configuration: Configuration) -> None:
        super().__init__()
        self._text = text
        self._configuration = configuration
        self.setObjectName("banner")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(self)
        self._row = row
        row.setSpacing(14)
        self._icon = Icon("plug-connected-x", "banner_text", 26)
        row.addWidget(self._icon)
        self._words = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._words.setSpacing(1)
        self.title = label("")
        self.title.setProperty("role", "banner")
        self.meta = label("", wrap=True)
        self.meta.setProperty("role", "banner_meta")
        self._beside = label("")
        self._beside.setProperty("role", "banner_meta")
        first = QHBoxLayout()
        first.setSpacing(_BESIDE)
        first.addWidget(self.title)
        first.addWidget(self._beside, 1)
        self._words.addLayout(first)
        self._words.addWidget(self.meta, 1)
        row.addLayout(self._words, 1)
        self._act: Button | None = None
        self._said: list[str] = []
        self._heard: list[str] = []
        self._waiting: list[str] = []
        self._copies = ""
        theme.changed.connect(self._fit)
        self._fit()

    def offer(self, button: Button) -> None:
        """Put a button of kind `banner` at the right, shown while an incident is open."""
        self._act = button
        self._row.addWidget(button)
        button.hide()

    def show_standing(self, standing: Standing, now: datetime) -> None:
        """Say how the counter stands."""
        text, incident = self._text, standing.incident
        calm = incident is None
        if self.property("calm") is not calm:
            self.setProperty("calm", calm)
            for part in (self, self.title, self._beside, self.meta):
                part.style().unpolish(part)
                part.style().polish(part)
            self._icon.show_icon(
                "plug-connected" if calm else "plug-connected-x", "muted" if calm else "banner_text"
            )
        if incident is None:
            self.title.setText(self._text("No outage is declared"))
        else:
            since = moment(self._text, incident.since, now)
            self.title.setText(self._text("Degraded mode since {time}", time=since))
        self._waiting = self._waits(standing)
        self._said = self._parts(standing, now)
        self._heard = [
            text(
                "counter {counter} last heard {time}",
                counter=text.counter(heard.chain),
                time=moment(text, heard.at, now),
            )
            for heard in standing.heard
        ]
        self._tell()

    def show_copies(self, words: str) -> None:
        """Say that no second copy is being kept up; an empty sentence takes it back."""
        if words != self._copies:
            self._copies = words
            self._tell()

    def _tell(self) -> None:
        """What a screen reader reads, and what fits of it."""
        spoken = " · ".join(self._parts_in_order())
        self.setAccessibleName(f"{self.title.text()}. {spoken}")
        self.setToolTip(spoken)
        self._fit()

    def _parts(self, standing: Standing, now: datetime) -> list[str]:
        text = self._text
        parts = []
        if standing.clock_behind is not None:
            much = duration(text, standing.clock_behind)
            parts.append(text("this computer’s clock is {much} behind the journal: have it set", much=much))
        if standing.incident is not None:
            parts += [
                text(
                    "{service}: {state}",
                    service=self._service(service),
                    state=text(SERVICE_STATES.get(state, state)),
                )
                for service, state in standing.incident.services.items()
            ]
        if standing.copy_dated is None:
            parts.append(text("no copy of the files here"))
        else:
            parts.append(_copy(text, (now.date() - standing.copy_dated).days, standing.copy_dated))
        return parts

    def _parts_in_order(self) -> list[str]:
        copies = [self._copies] if self._copies else []
        return [*copies, *self._said, *self._waiting, *self._heard]

    def _waits(self, standing: Standing) -> list[str]:
        text, parts = self._text, []
        if standing.approvals:
            parts.append(
                text.plural(
                    "{n} grant waits for approval", "{n} grants wait for approval", standing.approvals
                )
            )
        if standing.waiting:
            parts.append(
                text.plural(
                    "{n} message waits for a centre", "{n} messages wait for a centre", standing.waiting
                )
            )
        return parts or [text("nothing waits")]

    def _service(self, service_id: str) -> str:
        service = self._configuration.service(service_id)
        names = {} if service is None else service.names
        return names.get(self._text.language) or names.get("en") or service_id

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """Less air and fewer words where there is little room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """What waits stands beside the title, the rest in one line under it: what does not fit there is left out.

        The tip has all of it. A second line would push the pages down until they scroll.
        """
        roomy = theme.density is ROOMY
        tight = not roomy or self.width() < _NARROW or bool(self.property("calm"))
        side, above = theme.density.margin, 5 if tight else 9
        self._row.setContentsMargins(side, above, _RIGHT, above)
        room = self.width() - side - _RIGHT - self._icon.width() - self._row.spacing()
        letters = self.meta.fontMetrics()
        title = self.title.fontMetrics().horizontalAdvance(self.title.text())
        if self._act is not None:
            wide = self._act.sizeHint().width() + self._row.spacing()
            # Its key works where there is no room for it.
            is_shown = self.property("calm") is False and title + wide <= room
            self._act.setVisible(is_shown)
            room -= wide if is_shown else 0
        waiting = " · ".join(self._waiting)
        beside = title + _BESIDE + letters.horizontalAdvance(waiting) <= room
        self._beside.setText(waiting if beside else "")
        show_if(self._beside, beside)
        said = [*self._said, *self._heard] if beside else [*self._waiting, *self._said, *self._heard]
        said = [self._copies, *said] if self._copies else said
        while len(said) > 1 and letters.horizontalAdvance(" · ".join(said)) > room:
            said.pop()
        self.meta.setText(" · ".join(said))
