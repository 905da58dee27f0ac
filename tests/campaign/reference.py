"""What the machine itself does to anybody who runs on it: the figures to hold a long run's against.

A process of its own does nothing but three things twenty times a second: it lets a bare echo
answer a datagram, it does a fixed piece of work, and it asks to be woken at a time.  How long the
first two take and how late the third comes is the machine's doing, not the bridge's.

Owns: that process, and the percentiles of what it measured since it was asked last.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from surfacebridge.bridge.latency import percentiles

EVERY: Final = 0.05
# About as long as the bridge has one event in hand.
_WORK: Final = 3_000


@dataclass(frozen=True, slots=True)
class Strain:
    """The 99th percentiles of a time, in seconds, and of how many samples."""

    echo: float
    work: float
    late: float
    samples: int


class Reference:
    """Asks the process beside us; ``since`` is told once for each stretch of time."""

    def __init__(self, samples: Path) -> None:
        self._samples = samples
        self._read = 0

    def since(self) -> Strain:
        """Return what was measured since the last call."""
        with self._samples.open() as file:
            file.seek(self._read)
            text = file.read()
        whole = text[: text.rfind("\n") + 1]
        self._read += len(whole)
        rows = [[float(word) for word in line.split()] for line in whole.splitlines()]
        columns = list(zip(*rows, strict=True)) or [(), (), ()]
        echo, work, late = (percentiles(column, 99)[0] for column in columns)
        return Strain(echo, work, late, len(rows))


@contextmanager
def beside() -> Iterator[Reference]:
    """Run the process for as long as this lasts."""
    with TemporaryDirectory(prefix="surfacebridge-") as folder:
        samples = Path(folder) / "samples"
        with samples.open("wb") as sink:
            process = subprocess.Popen([sys.executable, "-m", __name__], stdout=sink)  # noqa: S603 - ours
        try:
            yield Reference(samples)
        finally:
            process.terminate()
            process.wait(5)


def _echo(server: socket.socket) -> None:
    """Answer until nobody is there to ask any more."""
    server.settimeout(60.0)
    while True:
        data, peer = server.recvfrom(64)
        server.sendto(data, peer)


def _work() -> int:
    total = 0
    for number in range(_WORK):
        total += number & 7
    return total


def _measure(client: socket.socket, due: float) -> str:
    clock = time.perf_counter
    time.sleep(max(0.0, due - clock()))
    woken = clock()
    client.send(b"?")
    client.recv(64)
    answered = clock()
    _work()
    return f"{answered - woken:.7f} {clock() - answered:.7f} {max(0.0, woken - due):.7f}\n"


def main() -> None:
    """Measure until told to stop."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    parent = os.getpid()
    if os.fork() == 0:
        try:
            _echo(server)
        finally:
            os._exit(0)
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.connect(server.getsockname())
    client.settimeout(5.0)
    due = time.perf_counter()
    while os.getppid() != 1 and os.getpid() == parent:
        due = max(due + EVERY, time.perf_counter())
        sys.stdout.write(_measure(client, due))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
