"""A receipt's QR code as vector squares."""

from __future__ import annotations

from counter_app.documents.kit import MM, WHITE, Paper

QUIET = 4
"""Modules of white around the code (ISO/IEC 18004)."""


def draw_code(paper: Paper, code: str, x: float, top: float, side: float = 38 * MM) -> None:
    """Draw `code` at error level Q, `side` points wide without its white margin, above any watermark.

    Level Q survives worn thermal paper, which level M does not.
    """
    import segno

    matrix = segno.make_qr(code, error="q", boost_error=False).matrix
    module = side / len(matrix)
    runs: list[tuple[float, float, float, float]] = []
    for row, cells in enumerate(matrix):
        start = None
        for column, dark in enumerate((*cells, 0)):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                runs.append((x + start * module, top + row * module, (column - start) * module, module))
                start = None

    def draw() -> None:
        quiet = QUIET * module
        paper.box(x - quiet, top - quiet, side + 2 * quiet, side + 2 * quiet, fill=WHITE)
        paper.squares(runs)

    paper.overlay(draw)
