"""What one may do right now, in words: the sheet behind the banner's button, by role and by central system."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from counter_app.service.office_words import of_office
from counter_app.text import N_, Text
from ui import shortcuts
from ui.frame.banner import SERVICE_STATES
from ui.pages import PAGES
from ui.theme.current import theme
from ui.widgets.durations import moment
from ui.widgets.labels import Icon, label
from ui.widgets.overlay import Overlay
from ui.widgets.words import aid_name

if TYPE_CHECKING:
    from counter_app.domain.catalogue import Configuration
    from counter_app.service.what_now import AidNow, ServiceNow, WhatNow

_ICON = 18
_ICONS: Final = {
    "down": "plug-connected-x",
    "unstable": "activity",
    "back": "plug-connected",
    "": "circle-check",
}
_TONES: Final = {"down": "bad", "unstable": "warn", "back": "ok", "": "muted"}
_ADVICE: Final = {
    "down": N_("Record here: what concerns it is kept, and sent to it later."),
    "unstable": N_("Record here first, even while it seems to answer."),
    "back": N_("It answers again, and IT sends what waits. Record here until the outage is ended."),
    "": N_("No outage is declared for it."),
}
Line = tuple[str, str]


class WhatNowSheet(Overlay):
    """Two columns: what the reader may do, and how each central system stands."""

    def __init__(self, window: QWidget, text: Text, configuration: Configuration, role: str) -> None:
        super().__init__(window, text, text("What may I do now?"))
        self._text, self._configuration, self._role = text, configuration, role
        self._keys = {spec.id: spec.key for spec in PAGES}

    def show_now(self, found: WhatNow, now: datetime) -> None:
        """Lay the sheet over the window."""
        duties = list(self._duties(found))
        systems = [self._system(service, now) for service in found.services]
        sheet = QWidget()
        across = QHBoxLayout(sheet)
        across.setContentsMargins(0, 8, 8, 0)
        across.setSpacing(32)
        across.addLayout(
            _column(self._text("You"), [(icon, "accent", words, "") for icon, words in duties]), 5
        )
        across.addLayout(_column(self._text("The central systems"), systems), 4)
        spoken = [words for _, words in duties]
        spoken += [f"{title} {advice}" for _, _, title, advice in systems]
        self.lay(sheet, " ".join(spoken))

    def _system(self, service: ServiceNow, now: datetime) -> tuple[str, str, str, str]:
        text, known = self._text, self._configuration.service(service.service)
        name = service.service if known is None else of_office(text, self._configuration, known.names)
        title = name
        if service.since is not None:
            title = text(
                "{service}: {state} since {time}",
                service=name,
                state=text(SERVICE_STATES.get(service.state, service.state)),
                time=moment(text, service.since, now),
            )
        words = text(_ADVICE.get(service.state, _ADVICE["down"]))
        if service.waiting:
            words += " " + text.plural(
                "{n} message waits for it.", "{n} messages wait for it.", service.waiting
            )
        icon = _ICONS.get(service.state, "plug-connected-x")
        return icon, _TONES.get(service.state, "bad"), title, words

    def _duties(self, found: WhatNow) -> Iterator[Line]:
        text = self._text
        if not found.is_outage:
            yield (
                "flag",
                text(
                    "No outage is declared. If a central system does not answer, record here; a supervisor or IT"
                    " declares it ({key}).",
                    key=self._keys["incident"],
                ),
            )
        if self._role == "agent":
            yield from self._agent(found)
        elif self._role == "supervisor":
            yield from self._supervisor(found)
        elif self._role == "it":
            yield from self._it(found)
        else:
            yield "eye", text("Read what was recorded ({key}). You record nothing.", key=self._keys["today"])

    def _agent(self, found: WhatNow) -> Iterator[Line]:
        text = self._text
        yield "file-plus", text("Take down every request: the right counts from today.")
        yield from self._grants(found)
        yield (
            ("cash", text("Pay at once from the drawer, or later."))
            if found.has_cash
            else ("cash", text("The books see no cash in the drawer: pay by other means, or later."))
        )
        yield (
            "receipt",
            text("Give the receipt, and type nothing a second time: IT sends what you recorded."),
        )
        yield from self._twice(found, self._keys["today"])
        if found.directive:
            yield (
                "shield-check",
                text("You are covered: “{directive}”", directive=found.directive.rstrip(".")),
            )

    def _supervisor(self, found: WhatNow) -> Iterator[Line]:
        text, keys = self._text, self._keys
        if found.approvals:
            waits = text.plural(
                "{n} grant waits for approval ({key}).",
                "{n} grants wait for approval ({key}).",
                found.approvals,
                key=keys["approvals"],
            )
        else:
            waits = text("Nothing waits for approval ({key}).", key=keys["approvals"])
        yield "clipboard-check", waits
        yield from self._grants(found)
        yield (
            "gauge",
            text("Give budget to another counter, or raise it on a decision ({key}).", key=keys["limits"]),
        )
        yield "plug-connected-x", self._follow()
        yield from self._twice(found, keys["differences"])
        yield "lock", text("Count and close the day, and print its log ({key}).", key=keys["closing"])

    def _it(self, found: WhatNow) -> Iterator[Line]:
        text, keys = self._text, self._keys
        yield (
            "send",
            text(
                "Send what waits as soon as a system answers ({key}): trying too early loses nothing.",
                key=keys["recovery"],
            ),
        )
        yield "plug-connected-x", self._follow()
        yield (
            "scale",
            text("Decide what a centre rejects or shows otherwise ({key}).", key=keys["differences"]),
        )
        yield from self._twice(found, keys["differences"])
        yield (
            "stethoscope",
            text("See what this workstation lacks, and prove its journal ({key}).", key=keys["doctor"]),
        )
        yield "users", text("Requests, grants and payments are recorded by agents and supervisors.")

    def _twice(self, found: WhatNow, key: str) -> Iterator[Line]:
        """Only where somebody's word is wanted."""
        if found.doubles:
            yield (
                "copy",
                self._text.plural(
                    "{n} pair seems to be asked or paid twice: say whether it is ({key}, then {twice}).",
                    "{n} pairs seem to be asked or paid twice: say which are ({key}, then {twice}).",
                    found.doubles,
                    key=key,
                    twice=shortcuts.shown("Ctrl+T"),
                ),
            )

    def _follow(self) -> str:
        return self._text(
            "Say how each system stands, as news comes in ({key}): the banner follows.",
            key=self._keys["incident"],
        )

    def _grants(self, found: WhatNow) -> Iterator[Line]:
        text = self._text
        for aid in found.aids:
            yield "coins", self._aid(aid)
        if found.left.cents:
            yield "gauge", text("This counter may still grant {amount} in all.", amount=found.left)
        else:
            yield (
                "gauge",
                text(
                    "This counter has nothing left to grant: a supervisor gives it budget ({key}).",
                    key=self._keys["limits"],
                ),
            )

    def _aid(self, aid: AidNow) -> str:
        text, above = self._text, aid.approved_above
        name = aid_name(text, self._configuration, aid.aid.code)
        if aid.register_only:
            return text("{aid}: take the request down only; the centre decides later.", aid=name)
        bounds = []
        if aid.most is not None:
            bounds.append(text("up to {amount} a grant", amount=aid.most))
        if above is not None and not above.cents:
            bounds.append(text("a second person approves each"))
        elif above is not None:
            bounds.append(text("above {amount} a second person approves", amount=above))
        return text(
            "{aid}: {bounds}.", aid=name, bounds="; ".join(bounds) or text("as far as its rules allow")
        )


def _column(heading: str, lines: list[tuple[str, str, str, str]]) -> QVBoxLayout:
    """A heading, then an icon and words a line; a second part of the words stands under the first."""
    column = QVBoxLayout()
    column.setSpacing(theme.density.gap // 2)
    column.addWidget(label(heading, "label"))
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(theme.density.gap // 2)
    grid.setColumnStretch(1, 1)
    for place, (icon, tone, words, more) in enumerate(lines):
        grid.addWidget(Icon(icon, tone, _ICON), 2 * place, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(label(words, "strong" if more else "body", wrap=True), 2 * place, 1)
        if more:
            grid.addWidget(label(more, wrap=True), 2 * place + 1, 1)
    column.addLayout(grid)
    column.addStretch(1)
    return column
