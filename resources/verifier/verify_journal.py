#!/usr/bin/env python3
"""Checks an exported journal of counter-app with nothing but Python's standard library (3.8 or newer).

    python3 -I verify_journal.py [FOLDER] [--hash HASH]...

Each chain (the journal of one counter) is a file `CHAIN.jsonl`, one entry a line:

    content       header and facts as one JSON text, exactly as it was hashed (RFC 8785, text in NFC)
    private_hash  SHA-256(salt + private part), or SHA-256 of nothing where there is none
    hash          SHA-256(hash of the entry before + content + private_hash); before the first stand 32 zero bytes
    salt, private the private part itself, where it was exported

So a changed, left out, added or moved entry no longer fits the hash of the one behind it. Whoever makes every
hash anew still fails against what left the machine before: signed heads (`CHAIN.SEQ.head` and its `.sig`), and
the hash printed on a daily log or a receipt (`--hash`, 16 to 64 hexadecimal digits).

Exit status: 0 nothing is wrong, 1 something is wrong, 2 it could not be checked.
"""

from __future__ import annotations

import argparse
import base64
import json
import re
import shutil
import subprocess
import sys
import unicodedata
from hashlib import sha256
from pathlib import Path

# What moves the drawer, and in which direction.
CASH = {"cash_replenished": 1, "money_received": 1, "money_returned": 1, "aid_granted": -1, "grant_paid": -1}
FAULTS = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


class Chain:
    """One chain: its entries by place, and in `wrong` a sentence for whatever does not fit."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.wrong: list[str] = []
        self.rows: dict[int, dict] = {}
        self.numbers = self.drawer = self.quarantined_from = 0

    @property
    def last(self) -> int:
        return max(self.rows, default=0)

    def say(self, words: str) -> None:
        self.wrong.append(f"chain {self.name}: {words}")

    def read(self, path: Path) -> None:
        """Read the lines of one file; what is no entry is named by its line."""
        raw, before = path.read_bytes(), 0
        if raw and not raw.endswith(b"\n"):
            self.say(f"{path.name} is cut off in the middle of its last line")
        for line, text in enumerate(raw.split(b"\n"), 1):
            if not text:
                continue
            try:
                place, row = entry(text)
            except FAULTS as error:
                self.say(f"line {line} of {path.name} is no entry ({error!r})")
                continue
            if place in self.rows:
                self.say(f"line {line} of {path.name} says that it is entry {place}, as another line does")
                continue
            if place < before:
                self.say(f"entry {place} stands behind entry {before}: lines have changed places")
            before = self.rows.setdefault(place, row) and place
            if path.name.endswith(".quarantine.jsonl") and not self.quarantined_from:
                self.quarantined_from = place

    def check(self, key: bytes | None) -> None:
        """Every entry against its own bytes, the one before it, and what receipts and drawer should be."""
        first = self.rows.get(1, {}).get("value", {"header": {}, "facts": {}})
        if first["header"].get("kind") != "journal_opened" or key is None:
            self.say("it does not begin with its opening, or allowed_signers lacks its key")
        elif first["facts"].get("public_key") != key.hex():
            self.say("it was opened with another key than that of allowed_signers")
        gap = 0
        for place in range(1, self.last + 1):
            if place not in self.rows:
                gap = gap or place
                continue
            if gap:
                self.say(f"missing: entry {gap}" + (f" to {place - 1}" if gap < place - 1 else ""))
            before, gap = self.rows.get(place - 1, {}).get("hash"), 0
            try:
                self.check_bytes(place, self.rows[place], "00" * 32 if place == 1 else before)
                self.check_facts(place, self.rows[place]["value"])
            except FAULTS as error:
                self.say(f"entry {place} lacks what every entry has ({error!r})")

    def check_bytes(self, place: int, row: dict, before: str | None) -> None:
        content = row["content"].encode("utf-8", "surrogatepass")
        if canonical(row["value"]) != content:
            self.say(f"entry {place} is not written in the one canonical way")
        if before is not None:
            made = sha256(bytes.fromhex(before) + content + bytes.fromhex(row["private_hash"])).hexdigest()
            row["proved"] = made == row["hash"]
            if not row["proved"]:
                self.say(
                    f"entry {place} is not what was recorded: its hash does not fit it and entry {place - 1}"
                )
        if "private" in row:
            made = sha256(bytes.fromhex(row["salt"]) + row["private"].encode("utf-8")).hexdigest()
            if made != row["private_hash"]:
                self.say(f"the private part of entry {place} is not what was recorded")

    def check_facts(self, place: int, value: dict) -> None:
        header, facts, kind = value["header"], value["facts"], value["header"]["kind"]
        if header["chain"] != self.name:
            self.say(f"entry {place} says that it belongs to chain {header['chain']!a}")
        if "number" in facts:
            self.numbers += 1
            due, told = f"{self.name}-{self.numbers:04d}", str(facts["number"])
            if told != due:
                self.say(f"entry {place} has the receipt number {told!a}, and {due} is due")
                digits = re.search(r"-(\d{1,9})$", told)
                self.numbers = int(digits.group(1)) if digits else self.numbers
        if kind in ("day_opened", "day_closed"):
            counted = facts["float_cents" if kind == "day_opened" else "counted_cents"]
            pieces = sum(int(face) * count for face, count in facts.get("counted", {}).items())
            if facts["book_cents"] != self.drawer:
                self.say(
                    f"entry {place} says {facts['book_cents']} cents in the books, they make {self.drawer}"
                )
            sums = counted == facts["book_cents"] + facts["difference_cents"]
            if not sums or (kind == "day_closed" and (pieces != counted or facts["head_seq"] != place - 1)):
                self.say(f"the count at entry {place} does not add up")
            self.drawer = counted
        paid = facts.get("payment") or (facts if CASH.get(kind) == 1 else {})
        if kind == "cash_replenished" or (kind in CASH and paid.get("means") == "cash"):
            self.drawer += CASH[kind] * facts["cents"]


def entry(text: bytes) -> tuple[int, dict]:
    """The place and the row of one line; `value` is what its content says."""
    row = json.loads(text.decode("utf-8"))
    row["value"] = json.loads(row["content"], parse_float=no_number, parse_constant=no_number)
    place = row["value"]["header"]["seq"]
    if type(place) is not int or place < 1 or type(row["value"]["facts"]) is not dict:
        raise ValueError("no place, or no facts")
    if {len(bytes.fromhex(row["hash"])), len(bytes.fromhex(row["private_hash"]))} != {32}:
        raise ValueError("no hash")
    return place, row


def no_number(word: str) -> float:
    raise ValueError(f"{word} is no whole number")


def canonical(value: object) -> bytes:
    """RFC 8785 for text, whole numbers, truth values, lists and objects."""
    text = json.dumps(ordered(value), ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def ordered(value: object) -> object:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        items = sorted(value.items(), key=lambda item: item[0].encode("utf-16-be", "surrogatepass"))
        return {unicodedata.normalize("NFC", name): ordered(item) for name, item in items}
    return [ordered(item) for item in value] if isinstance(value, list) else value


def signers(folder: Path, wrong: list[str]) -> dict[str, bytes]:
    """The public keys of `allowed_signers`; compare the fingerprints printed here with those of the office."""
    found = {}
    try:
        for line in (folder / "allowed_signers").read_text(encoding="ascii").splitlines():
            words = line.split()
            blob = base64.b64decode(words[words.index("ssh-ed25519") + 1])
            found[words[0]] = blob[-32:]
            print(f"key of {words[0]}: SHA256:{base64.b64encode(sha256(blob).digest()).decode().rstrip('=')}")
    except (OSError, ValueError, IndexError) as error:
        wrong.append(f"allowed_signers cannot be read ({error!r})")
    return found


def check_signed(folder: Path, chains: dict[str, Chain], wrong: list[str]) -> None:
    """Every signed head against its chain, and every signature with OpenSSH where that is installed."""
    tool = shutil.which("ssh-keygen")
    if tool is None:
        print("signatures: not checked, for ssh-keygen is not installed here")
    for path in sorted(path for kind in ("head", "range", "suspect") for path in folder.glob(f"*.{kind}")):
        name, kind = path.name.split(".")[0], path.suffix[1:]
        if kind != "suspect":
            check_head(path, chains.get(name), wrong)
        if tool is not None:
            who = "office" if kind == "suspect" else name
            words = [tool, "-Y", "verify", "-f", "allowed_signers", "-I", who, "-n", f"counter-app/{kind}"]
            words += ["-s", path.name + ".sig"]
            done = subprocess.run(
                words, cwd=folder, input=path.read_bytes(), capture_output=True, check=False
            )
            if done.returncode:
                wrong.append(f"the signature of {path.name} does not hold, or is missing")


def check_head(path: Path, chain: Chain | None, wrong: list[str]) -> None:
    told = re.fullmatch(
        r"(\S+) (\d{1,15}) ([0-9a-f]{64})", path.read_text(encoding="ascii", errors="replace")
    )
    if told is None or chain is None or told.group(1) != chain.name:
        wrong.append(f"{path.name} is no head of a chain that is here")
        return
    place = int(told.group(2))
    if place > chain.last:
        chain.say(f"it ends at entry {chain.last}, but {path.name} was signed: its end was cut off")
    elif place in chain.rows and chain.rows[place]["hash"] != told.group(3):
        chain.say(f"entry {place} is not the one that was signed in {path.name}: it was made anew")


def check_printed(digits: str, chains: dict[str, Chain], wrong: list[str]) -> None:
    """A hash as printed on paper."""
    for chain in chains.values():
        for place, row in sorted(chain.rows.items()):
            if row["hash"].startswith(digits) and row.get("proved"):
                header = row["value"]["header"]
                when = shown(f"{header['kind']}, {header['recorded_at']}")
                print(f"{digits}: entry {place} of {chain.name}, {when}")
                return
    wrong.append(f"no entry has the printed hash {digits}: another journal, an older copy, or one made anew")


def shown(words: str) -> str:
    """Words of the export as a terminal may print them: nothing in them moves the cursor or turns the line."""
    return "".join(letter if letter.isprintable() else "?" for letter in words)


def verify(folder: Path, printed: list[str]) -> list[str]:
    """Everything that is wrong with the export in `folder`, one sentence each."""
    wrong: list[str] = []
    chains: dict[str, Chain] = {}
    for path in sorted(folder.glob("*.jsonl")):
        name = path.name.split(".")[0]
        chains.setdefault(name, Chain(name)).read(path)
    if not chains:
        wrong.append(f"no chain lies in {folder}")
    keys = signers(folder, wrong)
    for chain in chains.values():
        chain.check(keys.get(chain.name))
    check_signed(folder, chains, wrong)
    for digits in printed:
        check_printed(digits, chains, wrong)
    for name, chain in chains.items():
        held = f"{len(chain.rows)} entries, {chain.numbers} receipts, {chain.drawer} cents in the drawer"
        print(f"chain {shown(name)}: {held}")
        print(f"  ends at entry {chain.last}, hash {chain.rows.get(chain.last, {}).get('hash')}")
        if chain.quarantined_from:
            print(f"  in quarantine from entry {chain.quarantined_from} on: its workstation is suspect")
        wrong += chain.wrong
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description="Checks an exported journal.")
    parser.add_argument("folder", type=Path, nargs="?", default=Path(__file__).resolve().parent)
    parser.add_argument("--hash", action="append", default=[], help="as printed on a daily log or a receipt")
    arguments = parser.parse_args()
    printed = ["".join(words.split()).lower() for words in arguments.hash]
    if not all(re.fullmatch(r"[0-9a-f]{16,64}", digits) for digits in printed):
        parser.error("a hash has 16 to 64 hexadecimal digits")
    try:
        wrong = verify(arguments.folder, printed)
    except OSError as error:
        parser.exit(2, f"It could not be checked: {error}\n")
    for words in wrong:
        print(f"WRONG: {shown(words)}")
    print(f"{len(wrong)} things are wrong." if wrong else "Nothing is wrong.")
    return 1 if wrong else 0


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(main())
