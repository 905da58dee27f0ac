"""A serial line.

Owns: finding the device, its speed, and what waits when the line is slower
than we are.  Does not own: the bytes' meaning, nor a device without a speed
(``pty_port``).  Stands on pyserial and pyserial-asyncio-fast, the ``serial`` extra.

Rule: one program to a line.  It is opened exclusively, because two programs
would each get half of what the device says.
"""

import asyncio
import contextlib
import errno
import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from surfacebridge.errors import LinkUnavailable, MissingExtra
from surfacebridge.transports.address import NamePattern, SerialAddress, UsbDevice
from surfacebridge.transports.link import OpenLink
from surfacebridge.transports.outbox import Outbox

if TYPE_CHECKING:
    import serial

# 45 ms at 115200 baud.  The rest waits with us, where the oldest can be dropped.
_ON_THE_WAY: Final = 512
# Five seconds at 115200 baud.
OUTBOX_ROOM: Final = 64 * 1024
# Closing flushes in a thread; a device that takes nothing must not hold us up.
_MOST_CLOSING: Final = 2.0


class SerialLink(OpenLink, asyncio.Protocol):
    """One open serial line.  The transport under it starts with ``listen``."""

    def __init__(
        self,
        address: str,
        line: "serial.Serial",
        begin: Callable[[asyncio.Protocol], asyncio.Transport],
    ) -> None:
        """Take over ``line``; ``begin`` starts the transport that runs it."""
        super().__init__(address)
        self._line = line
        self._begin = begin
        self._transport: asyncio.Transport | None = None
        self._outbox = Outbox(OUTBOX_ROOM)
        self._may_write = False
        self._gone = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Write what waited for the line."""
        self.resume_writing()

    def data_received(self, data: bytes) -> None:
        """Hand on what the line brought."""
        if self.is_open:
            self.received += 1
            self._arrived(data)
            self._rested()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell of the loss, unless we closed it."""
        self._gone.set()
        self.lose("The serial device is gone. Plug it in again; the bridge keeps looking.")

    def pause_writing(self) -> None:
        """Keep what is sent from now on."""
        self._may_write = False

    def resume_writing(self) -> None:
        """Write what was kept."""
        self._may_write = True
        while self._may_write and self._outbox and self._transport is not None:
            self.sent += 1
            self._transport.write(self._outbox.take())

    async def close(self) -> None:
        """Close the line; it can be opened again when this returns."""
        await super().close()
        if self._transport is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._gone.wait(), _MOST_CLOSING)

    def _start(self) -> None:
        self._transport = self._begin(self)
        self._transport.set_write_buffer_limits(high=_ON_THE_WAY)

    def _stop(self) -> None:
        self.dropped += len(self._outbox)
        if self._transport is None:
            self._line.close()
        elif not self._transport.is_closing():
            self._transport.close()

    def _send(self, data: bytes) -> None:
        self.dropped += self._outbox.put(data)
        if self._may_write:
            self.resume_writing()


async def open_serial(address: SerialAddress) -> SerialLink:
    """Find and open the line.  Raises ``LinkUnavailable`` or ``MissingExtra``."""
    try:
        import serial  # noqa: PLC0415 - an optional extra
        from serial_asyncio_fast import SerialTransport  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtra(str(address), "serial") from error
    path = await asyncio.to_thread(_find, address)
    try:
        line = await asyncio.to_thread(
            serial.Serial, path, baudrate=address.baud, exclusive=True, timeout=0
        )
    except (serial.SerialException, OSError, ValueError) as error:
        raise LinkUnavailable(str(address), _refusal(address, path, error)) from error
    loop = asyncio.get_running_loop()
    return SerialLink(str(address), line, lambda link: SerialTransport(loop, link, line))


def ports() -> list[str]:
    """Return the serial devices there are now, as path and name.  Needs the extra."""
    from serial.tools import list_ports  # noqa: PLC0415 - an optional extra

    return [f"{port.device} ({port.description})" for port in sorted(list_ports.comports())]


def _find(address: SerialAddress) -> str:
    """Return the one path that fits.  Raises ``LinkUnavailable``."""
    from serial.tools import list_ports  # noqa: PLC0415 - an optional extra

    wanted = address.device
    if isinstance(wanted, str):
        return wanted
    there = sorted(list_ports.comports())
    if isinstance(wanted, UsbDevice):
        fitting = [
            port for port in there if (port.vid, port.pid) == (wanted.vendor, wanted.product)
        ]
    else:
        fitting = [port for port in there if _fits(wanted, (port.device, port.description))]
    if len(fitting) == 1:
        return str(fitting[0].device)
    now = ", ".join(f"{port.device} ({port.description})" for port in there) or "none"
    if fitting:
        raise LinkUnavailable(
            str(address),
            f"{len(fitting)} serial devices match {wanted}. Write the path of one: {now}.",
        )
    raise LinkUnavailable(
        str(address),
        f"No serial device matches {wanted}. Devices now: {now}. "
        "Plug it in; the bridge keeps looking.",
    )


def _fits(pattern: NamePattern, names: Sequence[str]) -> bool:
    return any(pattern.finds(name) for name in names)


def _refusal(address: SerialAddress, path: str, error: Exception) -> str:
    number = getattr(error, "errno", None)
    if number in {errno.ENOENT, errno.ENXIO, errno.ENODEV}:
        return f"There is no device at {path} now. Plug it in; the bridge keeps looking."
    if number in {errno.EACCES, errno.EPERM}:
        return f"You may not open {path}. Join the group that owns it, often dialout."
    if number in {errno.EBUSY, errno.EAGAIN}:
        return f"{path} is in use by another program. Close that; the bridge keeps looking."
    if number == errno.EISDIR:
        return f"{path} is a folder. Name the device in it: serial:/dev/ttyACM0."
    reason = os.strerror(number) if number else f"{error}"
    return f"{path} did not open at {address.baud} baud: {reason}."
