"""Two hosts on this machine with a cable between them: network namespaces and a veth pair.

Linux, as root, with iproute2; ``NoNetworks`` says what is missing.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

HERE: Final = "10.77.0.1"
THERE: Final = "10.77.0.2"


class NoNetworks(Exception):
    """No namespaces can be made here; the text says why."""


class Networks:
    """``here`` and ``there``, each a command's beginning that runs the rest on that host."""

    def __init__(self) -> None:
        self._names = [f"surfacebridge-{os.getpid()}-{end}" for end in ("here", "there")]
        self.here, self.there = (["ip", "netns", "exec", name] for name in self._names)

    def lay(self) -> None:
        """Make both hosts and the cable."""
        here, there = self._names
        for name in self._names:
            _ip("netns", "add", name)
            _ip("-n", name, "link", "set", "lo", "up")
        _ip("link", "add", "cable", "netns", here, "type", "veth", "peer", "cable", "netns", there)
        for name, address in ((here, HERE), (there, THERE)):
            _ip("-n", name, "address", "add", f"{address}/24", "dev", "cable")
            _ip("-n", name, "link", "set", "cable", "up")

    def interface(self, state: str) -> None:
        """Set the interface ``here`` ``up`` or ``down``."""
        _ip("-n", self._names[0], "link", "set", "cable", state)

    def forget_address(self) -> None:
        """Take our address away, as at the end of a lease."""
        _ip("-n", self._names[0], "address", "flush", "dev", "cable")

    def take_address(self, address: str) -> None:
        """Give us another address."""
        _ip("-n", self._names[0], "address", "add", f"{address}/24", "dev", "cable")

    def remove(self) -> None:
        """Take it all away."""
        for name in self._names:
            subprocess.run(  # noqa: S603 - the arguments are ours
                ["ip", "netns", "delete", name],  # noqa: S607 - found on PATH
                capture_output=True,
                check=False,
            )


def _ip(*words: str) -> None:
    done = subprocess.run(  # noqa: S603 - the arguments are ours
        ["ip", *words],  # noqa: S607 - found on PATH
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NoNetworks(f"'ip {' '.join(words)}' said: {done.stderr.strip()}")


@contextmanager
def networks() -> Iterator[Networks]:
    """Have two hosts as long as this lasts.  Raises ``NoNetworks``."""
    if shutil.which("ip") is None:
        raise NoNetworks("there is no 'ip' (Debian: iproute2)")
    if os.geteuid():
        raise NoNetworks("only root may make network namespaces")
    made = Networks()
    try:
        made.lay()
        yield made
    finally:
        made.remove()
