import re
from pathlib import Path

import pytest

from surfacebridge.mapping.midi_words import MIDI_KINDS
from surfacebridge.mapping.parser import read_mapping
from surfacebridge.mapping.problems import Problem
from surfacebridge.mapping.sheets import read_device
from surfacebridge.mapping.source import Source, Span

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "mapping-language.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)


def refuse(name: str, span: Span) -> Problem:
    return Problem(span, name, "include")


def as_file(block: str) -> str:
    """Return a block of lines, or of sections, as a whole file."""
    if block.startswith("- "):
        block = "strip:\n  map:\n" + "".join(f"    {row}\n" for row in block.splitlines())
    return block if block.startswith("surfacebridge: 1") else f"surfacebridge: 1\n{block}"


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.splitlines()[0][:30])
def test_every_example_in_the_language_s_document_is_sound(block: str) -> None:
    if block.startswith("surfacebridge-sheet"):
        sheet, problems = read_device(Source("doc", block), lambda _: None)
        assert sheet is not None
    else:
        document, problems = read_mapping(Source("doc", as_file(block)), refuse, {})
        assert document is not None
    assert [str(one) for one in problems] == []


def test_the_document_names_every_word_of_the_language() -> None:
    words = [
        *MIDI_KINDS,
        "latch",
        "delegate",
        "heartbeat",
        "per-scene",
        "takeover",
        "match",
        "with",
    ]
    assert [word for word in words if not re.search(rf"\b{word}\b", TEXT)] == []
