"""The bytes of a pseudo-terminal or another character device, as they are.

Owns: raw mode, reading, writing, and what the end of such a path looks like.
Does not own: serial lines with a speed (``serial_port``).

Rule: an end of file, an input/output error and a hang-up are one thing: the
other side is gone, and the path may come back.
"""

import os
import stat
import sys
from pathlib import Path
from typing import Final

from surfacebridge.errors import LinkUnavailable
from surfacebridge.transports.address import PtyAddress
from surfacebridge.transports.link import OpenLink
from surfacebridge.transports.outbox import Outbox

if sys.platform != "win32":
    import tty

# A pseudo-terminal gives at most 4 KiB a read on Linux; sixteen reads a wake-up
# keep a flood from starving other links.
_READ: Final = 65_536
_MOST_AT_ONCE: Final = 16
# Twenty seconds of a DIN cable: more than a whole repaint.
OUTBOX_ROOM: Final = 64 * 1024


class PtyLink(OpenLink):
    """One open character device, raw and non-blocking."""

    def __init__(self, address: str, descriptor: int) -> None:
        """Take over ``descriptor``, which is open for both ways and non-blocking."""
        super().__init__(address)
        self._descriptor = descriptor
        self._outbox = Outbox(OUTBOX_ROOM)
        # What is left of a chunk that is on its way: it must be finished first.
        self._rest = b""

    def _start(self) -> None:
        self._loop.add_reader(self._descriptor, self._read)

    def _stop(self) -> None:
        self._loop.remove_reader(self._descriptor)
        self._loop.remove_writer(self._descriptor)
        self.dropped += len(self._outbox) + bool(self._rest)
        os.close(self._descriptor)

    def _read(self) -> None:
        self._drain()
        self._rested()

    def _drain(self) -> None:
        for _ in range(_MOST_AT_ONCE):
            if not self.is_open:
                return
            try:
                data = os.read(self._descriptor, _READ)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:
                self.lose("The other side is gone; the bridge keeps looking.")
                return
            self.received += 1
            self._arrived(data)

    def _send(self, data: bytes) -> None:
        self.dropped += self._outbox.put(data)
        if not self._rest and len(self._outbox) == 1:
            self._flush()

    def _flush(self) -> None:
        while self._rest or self._outbox:
            self._rest = self._rest or self._outbox.take()
            try:
                written = os.write(self._descriptor, self._rest)
            except BlockingIOError:
                self._loop.add_writer(self._descriptor, self._flush)
                return
            except OSError:
                self.lose("The other side is gone; the bridge keeps looking.")
                return
            self._rest = self._rest[written:]
            self.sent += not self._rest
        self._loop.remove_writer(self._descriptor)


def open_pty(address: PtyAddress) -> PtyLink:
    """Open the device in raw mode.  Raises ``LinkUnavailable``.  Not on Windows."""
    if sys.platform == "win32":
        raise LinkUnavailable(str(address), "Windows has no pseudo-terminals; write serial:COM3.")
    path = Path(address.path)
    try:
        if not stat.S_ISCHR(path.stat().st_mode):
            raise LinkUnavailable(
                str(address),
                f"{path} is not a device. Write the path the other program prints, as /dev/pts/5.",
            )
        descriptor = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    except FileNotFoundError:
        raise LinkUnavailable(
            str(address),
            f"There is nothing at {path} now. Start the other program; the bridge keeps looking.",
        ) from None
    except OSError as error:
        raise LinkUnavailable(
            str(address),
            f"{path} could not be opened: {error.strerror}. May you read and write it?",
        ) from error
    if os.isatty(descriptor):
        tty.setraw(descriptor)
    return PtyLink(str(address), descriptor)
