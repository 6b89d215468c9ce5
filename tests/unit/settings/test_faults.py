"""Everything that can be wrong with an office.toml is told with its file, its line and its key."""

from __future__ import annotations

from pathlib import Path

import pytest

from counter_app.domain.errors import BadInput
from counter_app.domain.sentences import SENTENCES
from counter_app.settings import check_configuration, load_configuration, sample_configuration
from counter_app.text import Text

TABLE = Path(__file__).parents[2] / "data" / "broken_offices.txt"
MARK = "¶"


def blocks() -> list[str]:
    text = TABLE.read_text(encoding="utf-8")
    return [block for block in text.split("\n\n") if not block.startswith("# ")]


def replaced(text: str, changes: list[str]) -> str:
    """The text after each group of `-` lines became the group of `+` lines that follows it, once."""
    old: list[str] = []
    new: list[str] = []
    for line in [*changes, "- "]:
        if line.startswith("- ") and new:
            assert "\n".join(old) in text, old
            text = text.replace("\n".join(old), "\n".join(new), 1)
            old, new = [], []
        (old if line.startswith("- ") else new).append(line[2:])
    return text


@pytest.mark.parametrize("block", blocks(), ids=lambda block: block.split("\n")[0])
def test_the_fault_is_told_with_its_file_line_key_and_sentence(block: str, tmp_path: Path) -> None:
    head, *changes = block.rstrip("\n").split("\n")
    code, sample, key = head.split(" ")
    code = code[1:] if code.startswith("=") else f"configuration_{code}"
    text = replaced(sample_configuration(sample).decode(), changes)
    line = text[: text.index(MARK)].count("\n") + 1
    file = tmp_path / "office.toml"
    file.write_text(text.replace(MARK, "", 1), encoding="utf-8")

    faults = check_configuration(file)

    assert [(fault.file, fault.line, fault.key, fault.code) for fault in faults] == [
        (str(file), line, key, code)
    ]
    with pytest.raises(BadInput, match="configuration_broken") as raised:
        load_configuration(file)
    problem = raised.value.params.pop("problem")
    assert raised.value.params == {"file": str(file), "line": line, "key": key}
    assert isinstance(problem, BadInput)
    assert problem.code == code
    sentence = Text("en")(SENTENCES[code], **problem.params)
    assert "{" not in sentence
    assert sentence.endswith(".")


def test_every_kind_of_fault_is_tried() -> None:
    tried = {f"configuration_{block.split(' ')[0]}" for block in blocks()}
    frame = {
        "broken",
        "changed",
        "not_found",
        "unreadable",
        "unknown_sample",
        "no_utf8",
        "unknown_counter",
        "no_supervisor",
    }
    known = {code for code in SENTENCES if code.startswith("configuration_")}
    assert known - tried <= {f"configuration_{code}" for code in frame}
