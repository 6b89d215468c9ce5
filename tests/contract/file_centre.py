"""A centre that takes CSV or XML in a folder, as a municipal finance package might: it reads, moves away, answers."""

from __future__ import annotations

import csv
import io
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import msgspec

from counter_app.domain.files_way import FilesWay

_ANSWER = {
    "verdict": "etat",
    "verdicts": {"PRIS EN CHARGE": "accepted", "REJET": "rejected"},
    "number": "dossier",
    "reason": "motif",
    "words": "libelle",
    "shown": {
        "aide": "aid",
        "montant": "cents:amount_comma",
        "nom": "person.surname:upper",
        "prenoms": "person.given_names",
        "naissance": "person.birth_date:%d/%m/%Y",
    },
}
"""What both forms of this centre say of each act, in their columns and elements."""

CSV = msgspec.convert(
    {
        "deposits": {
            "form": "csv",
            "folder": "depot",
            "done": ["depot/lus"],
            "name": "${service}_${counter}_${attempt}",
            "head": "cle;aide;montant;nom;prenoms;naissance",
            "line": "${key};${aid};${cents:amount_comma};${person.surname:upper};${person.given_names};"
            "${person.birth_date:%d/%m/%Y}",
            "end_of_line": "\r\n",
        },
        "acknowledgements": {
            "form": "csv",
            "folder": "retour",
            "names": "AR_*.csv",
            "key": "cle",
            **_ANSWER,
        },
    },
    FilesWay,
)
XML = msgspec.convert(
    {
        "deposits": {
            "form": "xml",
            "folder": "depot",
            "done": ["depot/lus"],
            "head": '<?xml version="1.0"?><lot id="${attempt}" nombre="${count}" total="${total_cents}">',
            "line": '<piece cle="${key}"><aide>${aid}</aide><montant>${cents:amount_comma}</montant>'
            "<nom>${person.surname:upper}</nom><prenoms>${person.given_names}</prenoms>"
            "<naissance>${person.birth_date:%d/%m/%Y}</naissance></piece>",
            "foot": "</lot>",
        },
        "acknowledgements": {
            "form": "xml",
            "folder": "retour",
            "names": "AR_*.xml",
            "element": "piece",
            "key": "@cle",
            **_ANSWER,
        },
    },
    FilesWay,
)
_COLUMNS = ("cle", "aide", "montant", "nom", "prenoms", "naissance")
_TOLD = ("etat", "dossier", "motif", "libelle")


class FileCentre:
    """Holds each key once: what comes again under it, be it another, is answered with the first record."""

    def __init__(self, root: Path, form: str) -> None:
        self.root = root
        self._form = form
        self._records: dict[str, dict[str, str]] = {}
        self._over = threading.Event()
        for folder in ("depot/lus", "retour"):
            (root / folder).mkdir(parents=True)
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def held(self, entry_id: str) -> int:
        """How many records it has of an entry."""
        return int(entry_id in self._records)

    def left(self) -> set[str]:
        """What a probe left."""
        return {path.name for path in self.root.rglob("*") if "probe" in path.name}

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._over.wait(0.02):
            for path in sorted((self.root / "depot").glob(f"*.{self._form}")):
                if path.name.startswith("."):
                    continue
                answers = [self._taken(row) for row in self._rows(path.read_bytes())]
                part = self.root / "retour" / f".{path.name}"
                part.write_bytes(self._written(answers))
                part.replace(self.root / "retour" / f"AR_{path.name}")
                path.replace(self.root / "depot" / "lus" / path.name)

    def _rows(self, data: bytes) -> list[dict[str, str]]:
        text = data.decode()
        if self._form == "csv":
            assert text.endswith("\r\n")
            return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))
        pieces = ElementTree.fromstring(data)
        assert int(pieces.attrib["nombre"]) == len(pieces)
        return [{"cle": one.attrib["cle"], **{part.tag: part.text or "" for part in one}} for one in pieces]

    def _taken(self, row: dict[str, str]) -> dict[str, str]:
        if not re.fullmatch(r"[0-9]+,[0-9]{2}", row["montant"]):
            return {
                **row,
                "etat": "REJET",
                "motif": "malformed",
                "libelle": "le montant n'est pas un montant",
            }
        return self._records.setdefault(
            row["cle"], {**row, "etat": "PRIS EN CHARGE", "dossier": f"F-{len(self._records) + 1}"}
        )

    def _written(self, answers: list[dict[str, str]]) -> bytes:
        if self._form == "csv":
            file = io.StringIO(newline="")
            writer = csv.writer(file, delimiter=";")
            writer.writerow((*_COLUMNS, *_TOLD))
            writer.writerows([[row.get(name, "") for name in (*_COLUMNS, *_TOLD)] for row in answers])
            return file.getvalue().encode("utf-8-sig")
        pieces = "".join(_piece(row) for row in answers)
        return f'<?xml version="1.0"?><ar xmlns="urn:x">{pieces}</ar>'.encode()


def _piece(row: dict[str, Any]) -> str:
    told = "".join(f"<{name}>{escape(row.get(name, ''))}</{name}>" for name in (*_COLUMNS[1:], *_TOLD))
    return f'<piece cle="{row["cle"]}">{told}</piece>'


@contextmanager
def file_centre(root: Path, form: str) -> Iterator[FileCentre]:
    """The centre, at work in a folder until the end."""
    centre = FileCentre(root, form)
    try:
        yield centre
    finally:
        centre.stop()
