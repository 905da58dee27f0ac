"""The network under a running bridge goes, comes back, and comes back as another one."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.helpers.commands import Running, is_traceback, started
from tests.helpers.networks import THERE, Networks, NoNetworks, networks

DESK = f"udp://{THERE}:10023"
CONNECTED = "desk is connected"


@pytest.fixture
def cable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Networks]:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    laid = networks()
    try:
        found = laid.__enter__()
    except NoNetworks as why:
        pytest.skip(f"Two hosts on one machine are needed: {why}.")
    yield found
    laid.__exit__(None, None, None)


def test_only_root_may_make_them_and_the_reason_is_a_sentence() -> None:
    if os.geteuid() == 0:
        pytest.skip("Root may.")
    with pytest.raises(NoNetworks, match="only root"), networks():
        raise AssertionError("they were made")


@pytest.mark.timeout(90)
def test_a_desk_is_found_again_after_its_interface_and_our_address_went_and_came_back(
    tmp_path: Path, cable: Networks
) -> None:
    at = ("--at", f"x=pty:{tmp_path}/none", "--at", f"desk={DESK}")
    with (
        started(tmp_path / "sim", "sim", "x32", "--at", DESK, on=cable.there),
        started(tmp_path / "log", "run", "xtouch-x32", *at, on=cable.here) as bridge,
    ):
        bridge.wait_for(CONNECTED, within=20)
        cable.interface("down")
        _comes_back(bridge, lambda: cable.interface("up"))
        # The lease ends, and the next one is of another address.
        cable.forget_address()
        _comes_back(bridge, lambda: cable.take_address("10.77.0.9"))
        assert not is_traceback(bridge.said())


def _comes_back(bridge: Running, mend: Callable[[], None]) -> None:
    """Wait until the desk is gone, mend what broke, and wait until it is back."""
    before = bridge.said()
    times = before.count(CONNECTED)
    bridge.wait_until(lambda: _is_gone(bridge.said()[len(before) :]), within=15)
    mend()
    bridge.wait_until(lambda: bridge.said().count(CONNECTED) > times, within=20)


def _is_gone(said: str) -> bool:
    return any(f"desk is {state}" in said for state in ("lost", "silent", "waiting"))
