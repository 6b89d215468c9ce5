"""`document receipt` from the command line."""

from __future__ import annotations

from pathlib import Path

import pypdf
import pytest

from counter_app.cli.main import run
from counter_app.logs import stop_logging
from counter_app.service.papers.sent import save_receipt
from counter_app.text import Text
from tests.unit.counters import PASSPHRASE, Desk


@pytest.mark.parametrize("words", [(), ("--duplicate",)])
def test_a_receipt_that_the_window_printed_is_a_duplicate_by_itself(
    words: tuple[str, ...], desk: Desk, tmp_path: Path
) -> None:
    desk.grant()
    secret, out = tmp_path / "secret", tmp_path / "receipt.pdf"
    secret.write_bytes(PASSPHRASE)

    def document() -> bool:
        told = ("document", "receipt", "A1-0001", "--out", str(out), *words)
        assert run(["--data", str(desk.data), "--passphrase-file", str(secret), *told]) == 0
        stop_logging()
        return "DUPLICAT" in "".join(page.extract_text() for page in pypdf.PdfReader(out).pages)

    assert document() == bool(words)
    save_receipt(desk.workstation, "A1-0001", Text("en"))
    assert document()
