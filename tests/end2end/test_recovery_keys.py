"""Keys by the command line alone: words go into files, and two of three recovery keys and a mirror bring all back."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from pyrage import x25519

from tests.crash.counter import Counter, Said, cheap_counter, run_here
from tests.crash.lines import command_lines


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Counter:
    folder = tmp_path_factory.mktemp("model")
    counter = cheap_counter(folder / "A1")
    file = folder / "lines.jsonl"
    file.write_bytes(b"".join(command_lines(25, 70)))
    assert counter.run_here("journal", "record", str(file)).status == 0
    return counter


@pytest.fixture
def counter(model: Counter, tmp_path: Path) -> Counter:
    shutil.copytree(model.data, tmp_path / "A1")
    return replace(model, data=tmp_path / "A1", passphrase=tmp_path / "A1" / "passphrase")


@pytest.fixture
def identities(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"identity{place}" for place in range(3)]
    for path in paths:
        path.write_text(f"# made for a test\n{x25519.Identity.generate()}\n")
    return paths


def public(path: Path) -> str:
    return str(x25519.Identity.from_str(path.read_text().split("\n")[1]).to_public())


def done(said: Said) -> Said:
    assert said.status == 0, said.err
    return said


def with_recovery(counter: Counter, identities: list[Path]) -> None:
    keys = [public(path) for path in identities]
    done(counter.run_here("keys", "recovery", "add", *keys, "--needed", "2", "--agent", "bnguyen"))


def on_a_stick(counter: Counter, identities: list[Path], stick: Path) -> Path:
    """The counter with recovery keys, and its copy on a stick."""
    stick.mkdir()
    with_recovery(counter, identities)
    done(counter.run_here("mirror", "add", str(stick)))
    done(counter.run_here("mirror", "now"))
    return stick


def rehearsed(counter: Counter, stick: Path, identities: list[Path]) -> dict[str, object]:
    asked = ["keys", "recovery", "rehearse", "--agent", "bnguyen", "--from", str(stick), "--json"]
    told: dict[str, object] = done(counter.run_here(*asked, *holding(identities))).rows[-1]
    return told


def holding(identities: list[Path]) -> list[str]:
    return [word for path in identities for word in ("--identity", str(path))]


def test_new_words_are_written_into_a_new_file_and_nowhere_else(counter: Counter, tmp_path: Path) -> None:
    out = tmp_path / "words"
    asked = ("keys", "add", "hgarcia", "--agent", "bnguyen", "--json")
    refused = counter.run_here(*asked)
    assert (refused.status, refused.out) == (2, "")
    said = done(counter.run_here(*asked, "--words-file", str(out)))
    words = out.read_text(encoding="utf-8").rstrip("\n")
    assert len(words.split(" ")) == 6
    if sys.platform != "win32":
        assert out.stat().st_mode & 0o777 == 0o600
    assert words not in said.out + said.err
    for path in counter.files():
        assert words.encode() not in path.read_bytes()
    done(replace(counter, passphrase=out).run_here("journal", "verify"))
    again = counter.run_here(*asked, "--words-file", str(out))
    assert (again.status, out.read_text(encoding="utf-8").rstrip("\n")) == (2, words)


def test_a_forgotten_passphrase_is_replaced_by_two_of_three(
    counter: Counter, identities: list[Path], tmp_path: Path
) -> None:
    with_recovery(counter, identities)
    out = tmp_path / "words"
    asked = ["keys", "recover", "--agent", "bnguyen", "--words-file", str(out), "--data", str(counter.data)]
    asked += ["--lang", "en"]
    one = run_here([*asked, *holding(identities[:1])])
    assert (one.status, out.exists()) == (2, False)
    assert "1 of the 2 recovery keys" in one.err
    done(run_here([*asked, *holding(identities[1:])]))
    recovered = replace(counter, passphrase=out)
    shown = recovered.show()
    assert shown[-1]["facts"]["change"] == "recovered"
    assert sorted(shown[-1]["facts"]["recipients"]) == sorted(public(path) for path in identities[1:])
    done(recovered.run_here("journal", "verify", "--full"))


def test_nothing_but_the_mirror_and_two_recovery_keys_bring_the_counter_back(
    counter: Counter, identities: list[Path], tmp_path: Path
) -> None:
    stick = on_a_stick(counter, identities, tmp_path / "stick")
    told = rehearsed(counter, stick, identities[:2])
    assert (told["ok"], told["missing"], told["findings"]) == (True, 0, [])
    done(counter.run_here("mirror", "now"))
    before = counter.show()
    shutil.rmtree(counter.data)
    words = tmp_path / "new words"
    words.write_text("six words that nobody has used yet\n")
    new = Counter(tmp_path / "new", words)
    restored = new.run_here("journal", "restore", str(stick), *holding(identities[1:]), "--json")
    assert restored.status in (0, 1), restored.err
    after = new.show()
    kept = {(entry["chain"], entry["seq"]): entry for entry in after}
    for entry in before:
        assert kept[entry["chain"], entry["seq"]] == entry
    done(new.run_here("journal", "verify", "--full"))


def test_a_rotation_reaches_the_mirror_and_the_old_key_opens_neither(
    counter: Counter, identities: list[Path], tmp_path: Path
) -> None:
    stick = on_a_stick(counter, identities, tmp_path / "stick")
    old = (counter.data / "keys.toml").read_bytes()
    done(counter.run_here("keys", "rotate", "--agent", "bnguyen"))
    done(counter.run_here("mirror", "now"))
    on_stick = [path.read_bytes() for path in stick.rglob("keys.toml")]
    assert on_stick == [(counter.data / "keys.toml").read_bytes()]
    assert on_stick != [old]
    assert rehearsed(counter, stick, identities[::2])["ok"]
