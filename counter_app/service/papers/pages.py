"""The pages of a PDF as pictures, for a preview on the screen and for a printer that is given pixels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock

_POINTS_PER_INCH = 72
# PDFium keeps one state for the whole process and is not made for two threads at once.
_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page: rows of three bytes (red, green, blue) a pixel without padding, its size in pixels and in points."""

    rgb: bytes
    width: int
    height: int
    points: tuple[float, float]


def count_pages(pdf: bytes) -> int:
    """How many pages a PDF of ours has."""
    import pypdfium2

    with _ONE_AT_A_TIME, pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def page_image(pdf: bytes, page: int, dpi: int) -> PageImage:
    """One page, counted from 0, at that many pixels per inch: about 30 ms for a screen, 300 ms for a printer."""
    import pypdfium2

    with _ONE_AT_A_TIME, pypdfium2.PdfDocument(pdf) as document:
        sheet = document[page]
        points = sheet.get_size()
        drawn = sheet.render(scale=dpi / _POINTS_PER_INCH, rev_byteorder=True, prefer_bgrx=False)
        width, height, stride = drawn.width, drawn.height, drawn.stride
        raw, used = bytes(drawn.buffer), width * 3
        drawn.close()
        sheet.close()
    if stride != used:
        raw = b"".join(raw[row * stride : row * stride + used] for row in range(height))
    return PageImage(raw, width, height, (float(points[0]), float(points[1])))


def page_images(pdf: bytes, dpi: int) -> Iterator[PageImage]:
    """Every page in order, each drawn when it is asked for: a long log never stands in memory as pixels."""
    for page in range(count_pages(pdf)):
        yield page_image(pdf, page, dpi)
