"""The command lines that go wrong, as the features name them: the words tried, after what broke the workstation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from counter_app.keys.keyring import open_keys
from counter_app.storage.database import open_database
from tests.end2end.counters import Counter

Words = tuple[str, ...]


def _opened(*words: str) -> Callable[[Counter], Words]:
    return lambda counter: (*_options(counter), *words)


def _options(counter: Counter, passphrase_file: Path | None = None) -> Words:
    file = passphrase_file or counter.passphrase_file
    return ("--data", str(counter.data), "--passphrase-file", str(file))


def _with_passphrase(content: bytes | None) -> Callable[[Counter], Words]:
    def words(counter: Counter) -> Words:
        file = counter.data.parent / "other passphrase"
        if content is not None:
            file.write_bytes(content)
        return (*_options(counter, file), "journal", "verify")

    return words


def _second_recorder(counter: Counter) -> Words:
    counter.keeps_recording = True
    counter.record({"command": "open_day", "agent": "yleroux", "float_cents": 0})
    return (*_options(counter), "journal", "record", "-", "--json")


def _newer(counter: Counter) -> Words:
    keyring = open_keys(counter.data, counter.passphrase_file.read_bytes().rstrip())
    database = open_database(counter.data / "journal.db", keyring.database, write=True)
    row = ("9999_from_the_future", "2099-01-01T00:00:00Z")
    database.conn.execute("INSERT INTO migration (name, applied_at) VALUES (?, ?)", row)
    database.close()
    return _opened("journal", "record", "-", "--json")(counter)


def _no_journal(counter: Counter) -> Words:
    (counter.data / "journal.db").unlink()
    return _opened("journal", "verify")(counter)


def _changed_configuration(counter: Counter) -> Words:
    path = counter.data / "office.toml"
    path.write_bytes(path.read_bytes().replace(b"cents = 8000", b"cents = 9000"))
    return _opened("journal", "record", "-", "--json")(counter)


def _changed_byte(counter: Counter) -> Words:
    path = counter.data / "journal.db"
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    return _opened("journal", "verify")(counter)


def _changed_keys(counter: Counter) -> Words:
    path = counter.data / "keys.toml"
    path.write_bytes(path.read_bytes().replace(b'"first"', b'"First"'))
    return _opened("journal", "verify")(counter)


def _empty_folder(counter: Counter) -> Words:
    empty = counter.data.parent / "empty"
    empty.mkdir(exist_ok=True)
    return ("--data", str(empty), "--passphrase-file", str(counter.passphrase_file), "doctor")


def _new(counter: Counter, name: str, folder: Path) -> Words:
    return ("office", "new", "--sample", "ccas", "--counter", name, "--data", str(folder))


def _receipt_of_the_cash(counter: Counter) -> Words:
    line = {"command": "replenish_cash", "agent": "yleroux", "cents": 100, "document": "Bon 12"}
    counter.record(line)
    out = str(counter.data.parent / "none.pdf")
    return _opened("document", "receipt", "A1-0001", "--out", out)(counter)


def _paper_nowhere(counter: Counter) -> Words:
    out = counter.data.parent / "nowhere" / "log.pdf"
    return _opened("document", "daily-log", "--date", "2026-03-01", "--out", str(out))(counter)


def _declared(state: str, *more: str) -> Callable[[Counter], Words]:
    words = ("--agent", "bnguyen", "--title", "Down", "--service", f"aid-file={state}")
    return _opened("incident", "declare", *words, *more)


_LOG = ("document", "daily-log", "--out", "never-written.pdf")

ATTEMPTS: dict[str, Callable[[Counter], Words]] = {
    "a command that does not exist": lambda _: ("grant", "40"),
    "half a command": lambda _: ("journal",),
    "an option that does not exist": _opened("journal", "verify", "--loudly"),
    "an option without its value": lambda _: ("doctor", "--data"),
    "a word for a number": _opened("journal", "show", "--since", "yesterday"),
    "two options that exclude each other": lambda _: (
        *("office", "new", "--counter", "A1"),
        *("--sample", "ccas", "--config", "office.toml"),
    ),
    "a needed option left out": _opened(*_LOG),
    "a file that is not there": _opened("journal", "record", "nowhere.jsonl"),
    "an empty folder": _empty_folder,
    "a folder that is taken": lambda counter: _new(counter, "A1", counter.data),
    "a counter of an impossible name": lambda counter: _new(
        counter, "a counter", counter.data.parent / "new"
    ),
    "the wrong passphrase": _with_passphrase(b"not these words\n"),
    "no passphrase": lambda counter: ("--data", str(counter.data), "journal", "verify"),
    "a passphrase file that is not there": _with_passphrase(None),
    "an empty passphrase file": _with_passphrase(b"\n"),
    "a day of letters": _opened(*_LOG, "--date", "yesterday"),
    "a service that does not exist": _opened("reconcile", "status", "--service", "coffee"),
    "a chain that does not exist": _opened("journal", "show", "--chain", "Z9"),
    "a receipt number nobody gave": _opened("document", "receipt", "A1-0999", "--out", "never-written.pdf"),
    "a receipt of what is no paper": _receipt_of_the_cash,
    "a state that a service cannot have": _declared("tired"),
    "a time that is none": _declared("down", "--at", "YESTERDAY"),
    "a shared folder that is not there": _opened("exchange", "--folder", "nowhere"),
    "a PDF into a folder that is not there": _paper_nowhere,
    "a second recorder": _second_recorder,
    "the journal of a newer program": _newer,
    "a journal that is gone": _no_journal,
    "a configuration changed by hand": _changed_configuration,
    "a journal with one changed byte": _changed_byte,
    "keys with one changed letter": _changed_keys,
}
"""Each prepares what has to be wrong and returns the command line; `--lang` is added by whoever tries it."""
