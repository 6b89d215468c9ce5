"""How money leaves: by which means, who hands it over, how the citizen acknowledges it, which vouchers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QGridLayout, QWidget

from counter_app.domain.catalogue import Configuration, Means
from counter_app.domain.command_shape import NOT_ON_PAPER
from counter_app.domain.commands import Payment
from counter_app.text import Text
from ui.theme.current import theme
from ui.widgets.choice import Choice, ComboBox
from ui.widgets.fields import Field, LineEdit
from ui.widgets.words import ACQUITS, MEANS


class PaymentFields(QWidget):
    """The fields of one payment; `changed` comes with every change. `granter` is who granted or is granting."""

    changed = Signal()

    def __init__(self, text: Text, configuration: Configuration, granter: str) -> None:
        super().__init__()
        self._text, self._configuration, self._granter = text, configuration, granter
        self._proposed: tuple[str, int, int] | None = None
        self.means = ComboBox()
        self.payer = ComboBox()
        self.waiver = LineEdit(most=400)
        self.acquit = ComboBox(
            [
                Choice("", text("Please choose")),
                *[Choice(code, text(words)) for code, words in ACQUITS.items()],
            ]
        )
        self._acquit = Field(text("Receipt of the money"), self.acquit)
        self.witnesses = LineEdit(most=400)
        self.series = LineEdit(most=64)
        self.first, self.last = LineEdit(most=12), LineEdit(most=12)
        for number in (self.first, self.last):
            number.setValidator(QIntValidator(1, 2_000_000_000, number))
        self._waiver = Field(text("Why nobody else pays"), self.waiver)
        self._witnesses = Field(text("Names of the witnesses"), self.witnesses, text("Commas between them"))
        self._vouchers = [
            Field(text("Series"), self.series),
            Field(text("From number"), self.first),
            Field(text("To number"), self.last),
        ]
        for combo in (self.means, self.payer, self.acquit):
            combo.setMinimumContentsLength(6)
        self._lay_out()
        for combo in (self.means, self.payer, self.acquit):
            combo.picked.connect(lambda _value: self._adapt())
        for line in (self.waiver, self.witnesses, self.series, self.first, self.last):
            line.textChanged.connect(lambda _typed: self.changed.emit())
        self._adapt()

    def _lay_out(self) -> None:
        text = self._text
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        self._grid = grid
        grid.addWidget(Field(text("Means of payment"), self.means), 0, 0, 1, 3)
        grid.addWidget(Field(text("Handed over by"), self.payer), 0, 3, 1, 3)
        grid.addWidget(self._waiver, 1, 0, 1, 6)
        for place, field in enumerate(self._vouchers):
            grid.addWidget(field, 2, 2 * place, 1, 2)
        grid.addWidget(self._acquit, 3, 0, 1, 6)
        grid.addWidget(self._witnesses, 4, 0, 1, 6)
        for column in range(6):
            grid.setColumnStretch(column, 1)
        theme.changed.connect(self._take_density)
        self._take_density()

    def _take_density(self) -> None:
        self._grid.setHorizontalSpacing(theme.density.gap)
        self._grid.setVerticalSpacing(theme.density.gap * 3 // 4)

    def offer_means(self, means: Sequence[Means]) -> None:
        """The means that may be chosen, the usual one first."""
        self.means.offer([Choice(code, self._text(MEANS[code])) for code in means])
        self._adapt()

    def offer_payers(self, people: Sequence[str]) -> None:
        """Ids of those who may pay; somebody other than the granter is proposed."""
        names = {person.id: person.name for person in self._configuration.people}
        names[NOT_ON_PAPER] = self._text("Not on the paper")
        fresh = not self.payer.value()
        self.payer.offer([Choice(one, names.get(one, one)) for one in people])
        others = [one for one in people if one != self._granter]
        if fresh and others:
            self.payer.choose(others[0])
        self._adapt()

    def granted_by(self, granter: str) -> None:
        """Who granted, where that is not who was told at first; whoever pays it alone says why."""
        self._granter = granter
        self._adapt()

    def propose(self, run: tuple[str, int, int] | None) -> None:
        """Fill in the vouchers that would pay the amount, unless other numbers were typed."""
        if self.numbers not in (None, self._proposed):
            return
        self._proposed = run
        shown = ("", "", "") if run is None else (run[0], str(run[1]), str(run[2]))
        for line, words in zip((self.series, self.first, self.last), shown, strict=True):
            line.blockSignals(True)
            line.setText(words)
            line.blockSignals(False)

    @property
    def numbers(self) -> tuple[str, int, int] | None:
        """Series, first and last number as they stand here, `None` where one is missing."""
        series, first, last = self.series.value(), self.first.value(), self.last.value()
        return (series, int(first), int(last)) if series and first and last else None

    @property
    def means_chosen(self) -> Means | None:
        """The means chosen."""
        return self.means.value() or None  # type: ignore[return-value]

    def payment(self) -> Payment | None:
        """The payment as typed, for the rules too before all is chosen; `None` where no means is."""
        means = self.means_chosen
        if means is None:
            return None
        numbers = self.numbers if means == "voucher" else None
        cannot = self.acquit.value() == "cannot_sign"
        payer = self.payer.value() or None
        return Payment(
            means=means,
            payer=payer,
            waiver=(self.waiver.value() or None) if payer in (None, self._granter) else None,
            acquit=self.acquit.value() or "signed",  # type: ignore[arg-type]
            witnesses=_names(self.witnesses.value()) if cannot else (),
            series=numbers[0] if numbers else None,
            first=numbers[1] if numbers else None,
            last=numbers[2] if numbers else None,
        )

    def fields(self) -> dict[str, Any]:
        """What stands here, for a draft."""
        combos = {"means": self.means, "payer": self.payer, "acquit": self.acquit}
        lines = self._lines()
        return {name: combo.value() for name, combo in combos.items()} | {
            name: line.value() for name, line in lines.items()
        }

    def restore(self, fields: dict[str, Any]) -> None:
        """Put a draft's values back."""
        for name, combo in (("means", self.means), ("payer", self.payer), ("acquit", self.acquit)):
            combo.choose(str(fields.get(name, "")))
        for name, line in self._lines().items():
            line.setText(str(fields.get(name, "")))
        self._adapt()

    def clear(self) -> None:
        """As at the beginning; the payer stays."""
        self._proposed = None
        for line in self._lines().values():
            line.clear()
        self.acquit.choose("")
        self._acquit.set_error("")
        self._adapt()

    def is_well(self) -> bool:
        """Whether somebody said how the money is acknowledged; else the field asks for it and takes the focus."""
        chosen = bool(self.acquit.value())
        self._acquit.set_error("" if chosen else self._text("Choose how the citizen acknowledges the money."))
        if not chosen:
            self.acquit.setFocus()
        return chosen

    def _lines(self) -> dict[str, LineEdit]:
        return {
            "waiver": self.waiver,
            "witnesses": self.witnesses,
            "series": self.series,
            "first": self.first,
            "last": self.last,
        }

    def _adapt(self) -> None:
        """Show only what the choices ask for."""
        self._waiver.setVisible(self.payer.value() == self._granter != NOT_ON_PAPER)
        if self.acquit.value():
            self._acquit.set_error("")
        self._witnesses.setVisible(self.acquit.value() == "cannot_sign")
        for field in self._vouchers:
            field.setVisible(self.means.value() == "voucher")
        self.changed.emit()


def _names(typed: str) -> tuple[str, ...]:
    return tuple([name.strip() for name in typed.replace(";", ",").split(",") if name.strip()])
