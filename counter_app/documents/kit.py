"""The one PDF kit: a sheet of paper measured from its top left corner, in points.

Same rows, same bytes: documents are written with reportlab's `invariant`, without the time of writing. Every
face is embedded; reportlab's own encryption is not used, for it is weak.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final, Literal

from counter_app.documents import fonts
from counter_app.documents.fitting import shrunk

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

MM: Final = 72 / 25.4
A5: Final = (148 * MM, 210 * MM)
A4_LANDSCAPE: Final = (297 * MM, 210 * MM)

BLACK: Final = "#000000"
INK: Final = "#16202E"
MUTED: Final = "#51607A"
LINE: Final = "#C3CBD6"
SHADE: Final = "#EEF1F5"
WHITE: Final = "#FFFFFF"
ACCENT, ACCENT_TINT = "#1B43B5", "#E7EDFC"
WARN, WARN_TINT = "#5C3700", "#FFE9C2"
GOOD, GOOD_TINT = "#0F6B3E", "#DDF3E6"
BAD, BAD_TINT = "#A3182B", "#FBE1E4"

Align = Literal["left", "right", "centre"]


class Paper:
    """Sheets of one size, drawn one after another; `finish` gives the bytes.

    `watermark` is written across every sheet. `overlay` puts what must stay clear of it, such as a code, on
    top at the end of the sheet.
    """

    def __init__(
        self,
        size: tuple[float, float],
        *,
        title: str,
        language: str,
        author: str,
        watermark: str = "",
    ) -> None:
        from reportlab.pdfgen.canvas import Canvas

        fonts.load()
        self.width, self.height = size
        self._bytes = io.BytesIO()
        self._watermark = watermark
        self._overlays: list[Callable[[], None]] = []
        # Without an initial face of ours Helvetica would be named in the file and not embedded.
        self._canvas: Canvas = Canvas(
            self._bytes,
            pagesize=size,
            invariant=1,
            pageCompression=1,
            initialFontName=fonts.REGULAR,
            lang=language,
        )
        self._canvas.setTitle(title)
        self._canvas.setSubject(title)
        self._canvas.setAuthor(author)
        self._canvas.setCreator("Counter App")
        self._canvas.setViewerPreference("DisplayDocTitle", "true")

    def text(
        self,
        x: float,
        baseline: float,
        text: str,
        font: str = fonts.REGULAR,
        size: float = 9,
        colour: str = INK,
        align: Align = "left",
    ) -> None:
        """Write one line; `x` is its left end, its right end or its middle."""
        if align != "left":
            x -= fonts.width(text, font, size) * (1 if align == "right" else 0.5)
        line = self._canvas.beginText(x, self.height - baseline)
        line.setFont(font, size)
        line.setFillColor(_colour(colour))
        line.textOut(fonts.drawn(text))
        self._canvas.drawText(line)

    def fitted(
        self,
        x: float,
        baseline: float,
        text: str,
        limit: float,
        font: str = fonts.REGULAR,
        size: float = 9,
        colour: str = INK,
        align: Align = "left",
        smallest: float = 6.5,
    ) -> None:
        """Write one line within `limit`: smaller where it is long, cut below `smallest`."""
        shown, fitting = shrunk(text, font, size, limit, smallest)
        self.text(x, baseline, shown, font, fitting, colour, align)

    def words(self, placed: Iterable[tuple[float, float, str, str, str]], size: float) -> None:
        """Write many pieces: left end, base line, words, face and colour of each.

        One text object for all of them, and no face or colour set twice: the rows of a long log pass here.
        """
        line, set_font, set_colour = self._canvas.beginText(), "", ""
        for x, baseline, words, font, colour in placed:
            if font != set_font:
                line.setFont(font, size)
                set_font = font
            if colour != set_colour:
                line.setFillColor(_colour(colour))
                set_colour = colour
            line.setTextOrigin(x, self.height - baseline)
            line.textOut(fonts.drawn(words))
        self._canvas.drawText(line)

    def rule(self, x: float, y: float, length: float, thickness: float = 0.5, colour: str = LINE) -> None:
        """A horizontal line."""
        self.rules(x, (y,), length, thickness, colour)

    def rules(
        self, x: float, heights: Iterable[float], length: float, thickness: float = 0.4, colour: str = LINE
    ) -> None:
        """Horizontal lines of one length under one another."""
        self._canvas.setStrokeColor(_colour(colour))
        self._canvas.setLineWidth(thickness)
        self._canvas.lines([(x, self.height - y, x + length, self.height - y) for y in heights])

    def box(
        self,
        x: float,
        top: float,
        wide: float,
        high: float,
        *,
        fill: str | None = None,
        stroke: str | None = None,
        radius: float = 0,
        thickness: float = 0.75,
    ) -> None:
        """A rectangle, its corners rounded by `radius`."""
        if fill:
            self._canvas.setFillColor(_colour(fill))
        if stroke:
            self._canvas.setStrokeColor(_colour(stroke))
            self._canvas.setLineWidth(thickness)
        self._canvas.roundRect(
            x, self.height - top - high, wide, high, radius, stroke=int(bool(stroke)), fill=int(bool(fill))
        )

    def squares(self, rectangles: Sequence[tuple[float, float, float, float]]) -> None:
        """Fill rectangles (x, top, wide, high) as one path: no hairline shows where two of them touch."""
        path = self._canvas.beginPath()
        for x, top, wide, high in rectangles:
            path.rect(x, self.height - top - high, wide, high)
        self._canvas.setFillColor(_colour(BLACK))
        self._canvas.drawPath(path, stroke=0, fill=1)

    def strokes(
        self,
        lines: Sequence[Sequence[tuple[float, float]]],
        circles: Sequence[tuple[float, float, float]] = (),
        *,
        thickness: float,
        colour: str,
    ) -> None:
        """Draw polylines and circles (x, y, radius) with round ends, as pictograms are made of."""
        canvas = self._canvas
        canvas.saveState()
        canvas.setStrokeColor(_colour(colour))
        canvas.setLineWidth(thickness)
        canvas.setLineCap(1)
        canvas.setLineJoin(1)
        path = canvas.beginPath()
        for points in lines:
            path.moveTo(points[0][0], self.height - points[0][1])
            for x, y in points[1:]:
                path.lineTo(x, self.height - y)
        for x, y, radius in circles:
            path.circle(x, self.height - y, radius)
        canvas.drawPath(path, stroke=1, fill=0)
        canvas.restoreState()

    def overlay(self, draw: Callable[[], None]) -> None:
        """Draw at the end of this sheet, above the watermark."""
        self._overlays.append(draw)

    def next_sheet(self) -> None:
        """Finish this sheet; the next mark opens another."""
        self._draw_watermark()
        for draw in self._overlays:
            draw()
        self._overlays.clear()
        self._canvas.showPage()

    def finish(self) -> bytes:
        """The document, once the last sheet is finished."""
        self._canvas.save()
        return self._bytes.getvalue()

    def _draw_watermark(self) -> None:
        if not self._watermark:
            return
        from math import atan2, cos, degrees, hypot

        canvas, angle = self._canvas, atan2(self.height, self.width)
        words, size = shrunk(self._watermark, fonts.BOLD, 110, 0.8 * hypot(self.width, self.height), 12)
        canvas.saveState()
        canvas.setFillColor(_colour(BAD))
        canvas.setFillAlpha(0.14)
        canvas.translate(self.width / 2, self.height / 2)
        canvas.rotate(degrees(angle))
        line = canvas.beginText(-fonts.width(words, fonts.BOLD, size) / 2, -size * 0.35 * cos(angle))
        line.setFont(fonts.BOLD, size)
        line.textOut(words)
        canvas.drawText(line)
        canvas.restoreState()


_colours: dict[str, object] = {}


def _colour(value: str) -> object:
    if value not in _colours:
        from reportlab.lib.colors import HexColor

        _colours[value] = HexColor(value)
    return _colours[value]
