"""A bundle before it is read: who made it, for whom, how many entries and euros, and whether that adds up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from counter_app.domain.money import Money
from counter_app.text import Text
from ui.widgets.form_sheet import FormSheet

if TYPE_CHECKING:
    from counter_app.service.bundles.inspecting import Inspected


class BundleSheet(FormSheet):
    """`take` is called with this sheet; what cannot be trusted is told, and refused there once more."""

    def __init__(
        self,
        text: Text,
        path: Path,
        found: Inspected,
        *,
        take: Callable[[BundleSheet], object],
        back: Callable[[], object],
    ) -> None:
        super().__init__(
            text,
            text("A bundle"),
            str(path),
            words=text("Read it in"),
            icon="download",
            record=lambda: take(self),
            back=back,
        )
        self.path = path
        manifest = found.manifest
        self.fact(text("From"), text("Counter {counter}", counter=manifest.maker))
        self.fact(text("For"), manifest.to or text("everybody"))
        self.fact(text("Entries"), text.number(manifest.entries), strong=True)
        for total in manifest.services:
            amount = Money(total.cents, manifest.currency)
            units = text.plural("{n} unit", "{n} units", total.units)
            self.fact(total.service, text("{units}, {amount}", units=units, amount=amount))
        if manifest.custody:
            self.fact(text("Custody"), text("This counter is to send what waits in it"), strong=True)
        self.fact(text("New here"), text.plural("{n} entry", "{n} entries", found.new))
        wrong = found.finding or found.refusal
        if wrong is not None:
            self.messages.post("bad", text.error(wrong))
        elif found.maker_is_suspect:
            self.messages.post("warn", text("Its counter is suspect: what it brings is kept apart."))
        elif found.maker_is_new:
            words = text("Its counter was never heard here: compare the key with what your office knows.")
            self.messages.post("info", words)
        self.finish()
