"""A pretend surface at the end of a pseudo-terminal, as if on a serial or raw MIDI cable.

Owns: the terminal, its stable name, and pulling the plug at any moment.
Does not own: the device; it goes on living while unplugged, and nobody hears it.
"""

import asyncio
import os
import pty
import tty
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from firmware_sim.device import Device
from firmware_sim.sockets.pace import Pace

# As much as a terminal itself holds. A real cable keeps nothing for a host that does not listen.
_BACKLOG: Final = 4096


class PtySocket:
    """Runs a device on a pseudo-terminal; use it as ``async with PtySocket(device) as socket``.

    With ``link``, the terminal of the moment is always found at that path while plugged.
    """

    def __init__(self, device: Device, link: Path | None = None) -> None:
        self.device = device
        self.link = link
        self.lost = 0
        self._pace = Pace(device.advance, self._flush)
        self._master = -1
        self._slave = -1
        self._path = ""
        self._pending = bytearray()

    @property
    def path(self) -> str:
        """Return where to open the other end: the link, or the terminal's own path."""
        return str(self.link) if self.link is not None else self._path

    @property
    def plugged(self) -> bool:
        """Return whether there is a terminal."""
        return self._master >= 0

    async def __aenter__(self) -> Self:
        """Plug in and let time run."""
        self.plug()
        self._pace.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop time and pull the plug."""
        await self._pace.stop()
        self.unplug()

    def plug(self) -> str:
        """Open a fresh terminal, in raw mode, and return its path."""
        if not self.plugged:
            # Our own hold on the far end keeps a host's closing from looking like a hang-up.
            self._master, self._slave = pty.openpty()
            tty.setraw(self._slave)
            os.set_blocking(self._master, False)
            self._path = os.ttyname(self._slave)
            asyncio.get_running_loop().add_reader(self._master, self._read)
            self._point_link()
        return self.path

    def unplug(self) -> None:
        """Close the terminal under whoever has it open; what was not read yet is gone."""
        if not self.plugged:
            return
        asyncio.get_running_loop().remove_reader(self._master)
        if self.link is not None:
            self.link.unlink(missing_ok=True)
        os.close(self._master)
        os.close(self._slave)
        self._master = self._slave = -1
        self._path = ""
        self.lost += len(self._pending)
        self._pending.clear()

    def _point_link(self) -> None:
        if self.link is None:
            return
        # Renamed into place, so that nobody ever sees a link to a terminal that is gone.
        fresh = self.link.with_name(self.link.name + ".new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(self._path)
        fresh.replace(self.link)

    def _read(self) -> None:
        with suppress(BlockingIOError):
            data = os.read(self._master, 4096)
            self._pace.catch_up()
            self.device.receive(data)
            self._flush()

    def _flush(self) -> None:
        for message in self.device.take_output():
            if self.plugged and len(self._pending) + len(message) <= _BACKLOG:
                self._pending += message
            else:
                self.lost += len(message)
        if self.plugged and self._pending:
            with suppress(BlockingIOError):
                del self._pending[: os.write(self._master, self._pending)]
