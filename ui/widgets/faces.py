"""One of several faces of a page; those that are hidden ask for no room."""

from __future__ import annotations

from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget


class Faces(QWidget):
    """Turning to another face; one that fills a page scrolls it to its top with `to_top`.

    No stacked layout on purpose: Qt would ask the faces that are hidden how high they must be.
    """

    def __init__(self, *faces: QWidget) -> None:
        super().__init__()
        self._faces = faces
        self._place = 0
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for face in faces:
            column.addWidget(face)
            face.setVisible(face is faces[0])

    @property
    def place(self) -> int:
        """Which face is shown."""
        return self._place

    @property
    def face(self) -> QWidget:
        """The face that is shown."""
        return self._faces[self._place]

    def turn(self, place: int, *, to_top: bool = False) -> None:
        """Show the face at that place."""
        if place == self._place:
            return
        self._place = place
        for other in self._faces:
            if other is not self.face:
                other.hide()
        self.face.show()
        if not to_top:
            return
        above = self.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        if isinstance(above, QScrollArea):
            above.verticalScrollBar().setValue(0)
