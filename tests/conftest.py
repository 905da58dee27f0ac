"""Options every test module may use."""

from pathlib import Path

import pytest

# One JACK server for the whole session: a process can only ever reach one.
from tests.helpers.ardour import ardour, ardour_with_windows
from tests.helpers.jack import jack

__all__ = ["ardour", "ardour_with_windows", "jack"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--vectors",
        type=Path,
        default=Path(__file__).parent / "vectors",
        help="a folder of *.jsonl test vectors to try the codecs on",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Ardour may only be stopped after the JACK server, and its ports would be in the way
    # of tests that look at all there are.
    items.sort(key=lambda item: "ardour" in getattr(item, "fixturenames", ()))
