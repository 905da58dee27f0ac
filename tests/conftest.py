"""Options every test module may use."""

from pathlib import Path

import pytest

# One JACK server for the whole session: a process can only ever reach one.
from tests.helpers.jack import jack

__all__ = ["jack"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--vectors",
        type=Path,
        default=Path(__file__).parent / "vectors",
        help="a folder of *.jsonl test vectors to try the codecs on",
    )
