"""One act in one form: which aid, how much, what was seen and told, and whether it is paid now.

Only what the chosen aid's rules look at is asked for.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from counter_app.domain.catalogue import IDENTITY_PAPER, Aid, Configuration
from counter_app.domain.commands import Circumstances, Payment
from counter_app.domain.needs import Needs, needs_of
from counter_app.service.office_words import of_office
from counter_app.text import Text
from ui.theme.current import theme
from ui.theme.density import ROOMY
from ui.widgets.choice import CheckBox, Choice, ComboBox
from ui.widgets.fields import Field, LineEdit
from ui.widgets.labels import label
from ui.widgets.money_edit import MoneyEdit
from ui.widgets.payment import PaymentFields
from ui.widgets.words import IDENTITY, aid_name, code_name

_LEAST = 130
_ON_PAPER, _AS_DECLARED = "document", "declared"


class ActForm(QWidget):
    """The fields of an act; `changed` comes with every change, `aid_changed` when another aid is chosen."""

    changed = Signal()
    aid_changed = Signal()

    def __init__(self, text: Text, configuration: Configuration, agent: str, day: date) -> None:
        super().__init__()
        self._text, self._configuration, self._day = text, configuration, day
        self._ticks: dict[str, CheckBox] = {}
        self._claims: dict[str, CheckBox] = {}
        aids = [aid for aid in configuration.aids if aid.direction == "out"]
        self.aid = ComboBox([Choice(aid.code, aid_name(text, configuration, aid.code)) for aid in aids])
        self.amount = MoneyEdit(text, configuration.office.currency)
        self.quantity, self.heads = _figures("1", 9999), _figures("1", 30)
        self.couple = CheckBox(text("Couple"))
        self.resources = MoneyEdit(text, configuration.office.currency)
        self.identity = ComboBox([Choice(code, text(words)) for code, words in IDENTITY.items()])
        self.pay_now = CheckBox(text("Pay now"))
        self.payment = PaymentFields(text, configuration, agent)
        self.note = LineEdit(most=2000)
        for combo in (self.aid, self.identity):
            combo.setMinimumContentsLength(8)
        for line in (self.amount, self.note):
            line.setMinimumWidth(_LEAST)
        self._lay_out()
        self._listen()
        self._adapt()

    # --- what it is made of

    def _lay_out(self) -> None:
        text = self._text
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._column = column
        self.aid_field = Field(text("Aid"), self.aid)
        self.amount_field = Field(text("Amount"), self.amount)
        self._quantity = Field(text("How many"), self.quantity)
        self._heads = Field(text("People in the household"), self.heads)
        self._resources = Field(text("Monthly resources"), self.resources)
        top = QGridLayout()
        places = (
            self.aid_field,
            self.amount_field,
            self._quantity,
            self._heads,
            self._resources,
            self.couple,
        )
        for place, widget in enumerate(places):
            top.addWidget(widget, place // 2, place % 2, Qt.AlignmentFlag.AlignTop)
        top.setColumnStretch(0, 3)
        top.setColumnStretch(1, 2)
        column.addLayout(top)
        self._seen_title = label(text("What the rules ask for"), "label")
        column.addWidget(self._seen_title)
        self._seen = QGridLayout()
        self._seen.setVerticalSpacing(0)
        column.addLayout(self._seen)
        column.addWidget(self.pay_now)
        column.addWidget(self.payment)
        last = QGridLayout()
        last.addWidget(Field(text("Identity"), self.identity), 0, 0)
        last.addWidget(Field(text("Note"), self.note), 0, 1)
        last.setColumnStretch(0, 1)
        last.setColumnStretch(1, 1)
        column.addLayout(last)
        self._grids = (top, self._seen, last)
        theme.changed.connect(self._take_density)
        self._take_density()

    def _take_density(self) -> None:
        size = theme.density
        self._column.setSpacing(size.gap * 3 // 4)
        for field in (self.aid_field, self.amount_field):
            field.fold_help(size is not ROOMY)
        for grid in self._grids:
            grid.setHorizontalSpacing(size.gap)
            grid.setVerticalSpacing(size.gap * 3 // 4 if grid is not self._seen else 0)
        self._place_pay_now()

    def _listen(self) -> None:
        self.aid.picked.connect(lambda _code: self._adapt())
        self.identity.picked.connect(self._follow_identity)
        self.pay_now.toggled.connect(lambda _now: self._show_payment())
        for line in (self.amount, self.quantity, self.heads, self.resources, self.note):
            line.textChanged.connect(lambda _typed: self.changed.emit())
        self.couple.toggled.connect(lambda _now: self.changed.emit())
        self.payment.changed.connect(self.changed.emit)

    def _adapt(self) -> None:
        """Ask for what the chosen aid's rules look at, and for nothing else."""
        aid = self.chosen
        needs = self.needs
        if aid is None or needs is None:
            return
        self.aid_field.set_help(of_office(self._text, self._configuration, aid.for_whom))
        self._quantity.setVisible(needs.quantity)
        self._heads.setVisible(needs.heads)
        self._resources.setVisible(needs.resources)
        self.couple.setVisible(needs.couple)
        self._offer_ticks(needs)
        self.payment.offer_means(needs.means)
        self._show_payment()
        self.aid_changed.emit()

    def _offer_ticks(self, needs: Needs) -> None:
        ticked = {code for code, box in (self._ticks | self._claims).items() if box.isChecked()}
        while (item := self._seen.takeAt(0)) is not None:
            if (old := item.widget()) is not None and old is not self.pay_now:
                old.hide()
                old.deleteLater()
        self._ticks = {code: self._tick(code, code in ticked) for code in needs.evidence}
        paper = self._ticks.get(IDENTITY_PAPER)
        if paper is not None:
            self._tie_identity(paper)
        self._claims = {code: self._tick(code, code in ticked) for code in needs.claims}
        boxes = [*self._ticks.values(), *self._claims.values()]
        before: QWidget = self.resources
        for place, box in enumerate(boxes):
            self._seen.addWidget(box, place // 2, place % 2)
            # Tab passes over what the layout has yet to show.
            box.show()
            QWidget.setTabOrder(before, box)
            before = box
        QWidget.setTabOrder(before, self.pay_now)
        self._place_pay_now()

    def _tie_identity(self, paper: CheckBox) -> None:
        """The identity paper and how somebody was identified are one thing seen: neither says otherwise than the other.

        A request says once for all how its citizen was identified.
        """
        if self.identity.value() == _ON_PAPER:
            paper.setChecked(True)
        self._free_paper(paper)
        paper.toggled.connect(self._follow_paper)

    def _free_paper(self, paper: CheckBox) -> None:
        paper.setEnabled(self.identity.isEnabled() or self.identity.value() != _ON_PAPER)

    def _follow_paper(self, seen: bool) -> None:
        if self.signalsBlocked() or not self.identity.isEnabled():
            return
        if seen != (self.identity.value() == _ON_PAPER):
            self.identity.choose(_ON_PAPER if seen else _AS_DECLARED)

    def _follow_identity(self, code: str) -> None:
        paper = self._ticks.get(IDENTITY_PAPER)
        if paper is not None and not self.signalsBlocked():
            paper.setChecked(code == _ON_PAPER)
        self.changed.emit()

    def _place_pay_now(self) -> None:
        """In a line of its own, or beside the ticks where every line counts."""
        count = len(self._ticks) + len(self._claims)
        roomy = theme.density is ROOMY
        self._seen_title.setVisible(bool(count) and roomy)
        if roomy:
            self._column.insertWidget(self._column.indexOf(self.payment), self.pay_now)
        else:
            self._seen.addWidget(self.pay_now, count // 2, count % 2)

    def _tick(self, code: str, ticked: bool) -> CheckBox:
        box = CheckBox(code_name(self._text, self._configuration, code), ticked=ticked)
        box.toggled.connect(lambda _now: self.changed.emit())
        return box

    def _show_payment(self) -> None:
        self.payment.setVisible(self.pay_now.isChecked())
        self.changed.emit()

    # --- what stands in it

    @property
    def chosen(self) -> Aid | None:
        """The aid chosen."""
        return self._configuration.aid(self.aid.value())

    @property
    def needs(self) -> Needs | None:
        """What its rules look at."""
        aid = self.chosen
        return None if aid is None else needs_of(aid, self._configuration, self._day)

    @property
    def evidence(self) -> tuple[str, ...]:
        """Codes of what was seen."""
        return tuple([code for code, box in self._ticks.items() if box.isChecked()])

    def many(self) -> int:
        """How many units; 1 where the aid is not counted."""
        needs = self.needs
        return int(self.quantity.text() or 1) if needs is not None and needs.quantity else 1

    def circumstances(self) -> Circumstances:
        """What the rules ask about, as typed; nothing of what this aid does not ask."""
        needs = self.needs
        return Circumstances(
            evidence=self.evidence,
            claims=tuple([code for code, box in self._claims.items() if box.isChecked()]),
            heads=int(self.heads.text() or 1) if needs is not None and needs.heads else 1,
            couple=self.couple.isChecked() and needs is not None and needs.couple,
            resources_cents=self.resources.cents if needs is not None and needs.resources else None,
        )

    def paid(self) -> Payment | None:
        """The payment, where it is to be paid now."""
        return self.payment.payment() if self.pay_now.isChecked() else None

    def is_untouched(self) -> bool:
        """Whether nothing was typed or ticked."""
        return not (self.amount.value() or self.note.value() or self.evidence or self.resources.value())

    def bind(self, *, to_request: bool) -> None:
        """Whether it answers a recorded request, which says itself what is asked for and by whom."""
        self.aid.setEnabled(not to_request)
        self.identity.setEnabled(not to_request)
        paper = self._ticks.get(IDENTITY_PAPER)
        if paper is not None:
            self._free_paper(paper)

    def fields(self) -> dict[str, Any]:
        """What stands here, for a draft."""
        return {
            "aid": self.aid.value(),
            "amount": self.amount.value(),
            "quantity": self.quantity.value(),
            "heads": self.heads.value(),
            "couple": self.couple.isChecked(),
            "resources": self.resources.value(),
            "identity": self.identity.value(),
            "ticks": [code for code, box in (self._ticks | self._claims).items() if box.isChecked()],
            "pay_now": self.pay_now.isChecked(),
            "payment": self.payment.fields(),
            "note": self.note.value(),
        }

    def restore(self, fields: dict[str, Any]) -> None:
        """Put a draft back in the place of what stands here; what it does not say is as at the beginning."""
        self.blockSignals(True)
        self.aid.choose(str(fields.get("aid", "")) or str(self.aid.itemData(0) or ""))
        for name, line in (("amount", self.amount), ("resources", self.resources), ("note", self.note)):
            line.setText(str(fields.get(name, "")))
        self.quantity.setText(str(fields.get("quantity", "1")))
        self.heads.setText(str(fields.get("heads", "1")))
        self.couple.setChecked(bool(fields.get("couple", False)))
        self.identity.choose(str(fields.get("identity", "")))
        ticks = fields.get("ticks") or ()
        for code, box in (self._ticks | self._claims).items():
            box.setChecked(code in ticks)
        self.payment.clear()
        if fields.get("payment"):
            self.payment.restore(fields["payment"])
        self.pay_now.setChecked(bool(fields.get("pay_now", False)))
        self.amount_field.set_error("")
        self.blockSignals(False)
        self._adapt()


def _figures(value: str, most: int) -> LineEdit:
    made = LineEdit(value, most=len(str(most)))
    made.setValidator(QIntValidator(1, most, made))
    return made
