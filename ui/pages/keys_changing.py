"""What is shown while the keys of the workstation are changed: nobody is signed in, and nothing can be pressed."""

from __future__ import annotations

from counter_app.text import Text
from ui.gate import Gate
from ui.widgets.card import Card
from ui.widgets.progress import Progress


class KeysChanging(Gate):
    """A card with a bar that only says that work goes on."""

    def __init__(self, text: Text) -> None:
        super().__init__(text)
        card = Card(
            text("The keys are being changed"),
            text(
                "The workstation is closed for it and opens again by itself. Nothing is lost if it is cut off."
            ),
        )
        progress = Progress(text)
        card.add(progress)
        self.column.addWidget(card)
        progress.start(text("Putting the journal under its keys…"))
