"""Options every test module may use."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

# One JACK server for the whole session: a process can only ever reach one.
from tests.helpers.ardour import hardour
from tests.helpers.jack import jack

__all__ = ["hardour", "jack"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--vectors",
        type=Path,
        default=Path(__file__).parent / "vectors",
        help="a folder of *.jsonl test vectors to try the codecs on",
    )


@pytest.fixture(scope="session", autouse=True)
def _a_state_folder_of_our_own() -> Iterator[None]:
    """Keep the sockets of bridges that tests start out of the developer's own folders."""
    with tempfile.TemporaryDirectory(prefix="sb-") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", folder)
        patch.delenv("XDG_RUNTIME_DIR", raising=False)
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Ardour may only be stopped after the JACK server, and its ports would be in the way
    # of tests that look at all there are.
    items.sort(key=lambda item: "hardour" in getattr(item, "fixturenames", ()))
