"""Texts at fault, and what is said of them, read from the two files beside this one."""

from collections.abc import Iterator
from pathlib import Path

_HERE = Path(__file__).parent


def broken_lines() -> Iterator[tuple[str, list[str]]]:
    """Yield each line at fault with its messages."""
    line, messages = "", []
    for row in (_HERE / "broken_lines.txt").read_text(encoding="utf-8").splitlines():
        if row.startswith("    "):
            messages.append(row.strip())
        elif not row.startswith("#"):
            if messages:
                yield line, messages
            line, messages = row, []
    yield line, messages


def broken_files() -> Iterator[tuple[str, str, list[str]]]:
    """Yield the name, text and messages of each file at fault."""
    whole = (_HERE / "broken_files.txt").read_text(encoding="utf-8")
    for block in whole.split("=== ")[1:]:
        name, _, rest = block.partition("\n")
        text, _, messages = rest.partition("---\n")
        yield name, text, messages.splitlines()
