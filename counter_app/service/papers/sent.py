"""What became of a receipt's paper: how often it was sent to a printer, and whether somebody saw it come out.

A queue that is dead accepts silently, so that only a person knows; whatever is sent again says that it is a duplicate.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from counter_app.clock import from_wire, to_wire
from counter_app.domain.errors import BadInput
from counter_app.service.lanes import Lane
from counter_app.service.papers.receipts import is_of_epoch_before, receipt_pdf
from counter_app.service.session import Session
from counter_app.service.workstation import Workstation
from counter_app.storage.database import translated
from counter_app.text import Text

FOLDER = "papers"


@dataclass(frozen=True, slots=True)
class SavedPaper:
    """A receipt ready to be printed: its file, its bytes, and whether it says that it is a duplicate."""

    number: str
    path: Path
    pdf: bytes
    is_duplicate: bool


@dataclass(frozen=True, slots=True)
class PaperState:
    """How often a paper was sent, when last, and when somebody saw it; times in the office's zone."""

    sent: int
    sent_at: datetime
    came_out_at: datetime | None


def paper_state(workstation: Workstation, number: str) -> PaperState | None:
    """What is known of the paper of a receipt, `None` where it was never sent."""
    with workstation.reading() as connection:
        row = connection.execute(
            "SELECT sent, sent_at, came_out_at FROM paper WHERE number = ?", (number,)
        ).fetchone()
    if row is None:
        return None
    zone = workstation.office.zone
    seen = None if row[2] is None else from_wire(row[2]).astimezone(zone)
    return PaperState(int(row[0]), from_wire(row[1]).astimezone(zone), seen)


def save_receipt(workstation: Workstation, number: str, text: Text) -> SavedPaper:
    """Render the receipt, save it beside the journal, and count it as sent; from the second time on a duplicate.

    A receipt names nobody, so its file may lie there. Raises what `receipt_pdf` raises, and `disk_failed`.
    """
    again = paper_state(workstation, number) is not None or is_of_epoch_before(workstation, number)
    pdf = receipt_pdf(workstation, number, text, duplicate=again)
    path = workstation.data / FOLDER / f"{number}.pdf"
    with translated(path):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(pdf)

    def job(session: Session) -> None:
        session.connection.execute(
            "INSERT INTO paper (number, sent, sent_at) VALUES (?, 1, ?)"
            " ON CONFLICT (number) DO UPDATE SET sent = sent + 1, sent_at = excluded.sent_at, came_out_at = NULL",
            (number, to_wire(session.now)),
        )

    workstation.writer.do(job, Lane.PEOPLE)
    return SavedPaper(number, path, pdf, again)


def paper_came_out(workstation: Workstation, number: str) -> None:
    """Somebody holds the paper; raises `unknown_number` where it was never sent."""

    def job(session: Session) -> None:
        cursor = session.connection.execute(
            "UPDATE paper SET came_out_at = ? WHERE number = ?", (to_wire(session.now), number)
        )
        if cursor.rowcount == 0:
            raise BadInput("unknown_number", number=number)

    workstation.writer.do(job, Lane.PEOPLE)
