"""The Ardours that the tests of this folder drive; each death of one is named."""

import os
from collections.abc import Iterator

import pytest

from tests.helpers import jack as jack_helper
from tests.helpers.ardour import Ardour, ArdourUnavailable, do_without


@pytest.fixture(scope="package")
def _with_windows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ardour]:
    """Run an Ardour with windows, on a JACK server of its own."""
    server = f"surfacebridge-windows-{os.getpid()}"
    running = Ardour(tmp_path_factory.mktemp("ardour"), server, windows=True)
    try:
        with jack_helper.jack_process(server, period=1024):
            running.start()
            yield running
    except (ArdourUnavailable, jack_helper.JackUnavailable) as error:
        do_without(error)
    finally:
        running.stop()


@pytest.fixture
def ardour_with_windows(_with_windows: Ardour) -> Iterator[Ardour]:
    """Lend the folder's Ardour to a test, begun anew if the test before was its death."""
    if _with_windows.epitaph():
        _with_windows.start_again()
    yield _with_windows
    assert not _with_windows.epitaph(), _with_windows.epitaph()


@pytest.fixture
def ardour(hardour: Ardour) -> Iterator[Ardour]:
    """Lend the Ardour without windows to a test, and say so if that was its death."""
    assert not hardour.epitaph(), hardour.epitaph()
    yield hardour
    assert not hardour.epitaph(), hardour.epitaph()
