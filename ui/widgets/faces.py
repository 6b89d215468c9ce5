"""One of several faces of a page; those that are hidden ask for no room."""

from __future__ import annotations

from PySide6.QtWidgets import QScrollArea, QSizePolicy, QStackedWidget, QWidget

_KEPT = QSizePolicy.Policy.Preferred
_NONE = QSizePolicy.Policy.Ignored


class Faces(QStackedWidget):
    """Turning to another face; one that fills a page scrolls it to its top with `to_top`."""

    def __init__(self, *faces: QWidget) -> None:
        super().__init__()
        for face in faces:
            self.addWidget(face)
        self._make_room()

    def turn(self, place: int, *, to_top: bool = False) -> None:
        """Show the face at that place."""
        if place == self.currentIndex():
            return
        self.setCurrentIndex(place)
        self._make_room()
        if not to_top:
            return
        above = self.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        if isinstance(above, QScrollArea):
            above.verticalScrollBar().setValue(0)

    def _make_room(self) -> None:
        for place in range(self.count()):
            face = self.widget(place)
            policy = _KEPT if place == self.currentIndex() else _NONE
            if face is not None:
                face.setSizePolicy(policy, policy)
        self.updateGeometry()
