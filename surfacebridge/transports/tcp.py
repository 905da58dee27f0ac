"""A connection to one peer that listens.

Owns: making the connection, what waits when the peer takes nothing, and what
the end of a connection looks like.
Does not own: making it again (the bridge's supervisor), nor messages: a chunk
that arrives may hold half a line or ten.

Rule: what is sent as one chunk leaves whole or not at all, so that a peer that
is too slow loses whole messages, the oldest first, and never half of one.
"""

import asyncio
import errno
from typing import Final, cast

from surfacebridge.errors import LinkUnavailable
from surfacebridge.transports.address import TcpAddress
from surfacebridge.transports.link import OpenLink
from surfacebridge.transports.outbox import Outbox

# A machine on the same network answers in milliseconds; one that is off never does.
PATIENCE: Final = 3.0
# The system keeps more than this by itself; the rest waits with us, where the
# oldest can be dropped.
_ON_THE_WAY: Final = 4 * 1024
# Some 10,000 lines: more than a whole console.
OUTBOX_ROOM: Final = 256 * 1024


class TcpLink(OpenLink, asyncio.Protocol):
    """One connection; nothing is read before ``listen``."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self._transport: asyncio.Transport | None = None
        self._outbox = Outbox(OUTBOX_ROOM)
        self._may_write = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take up the connection, and read nothing yet."""
        # uvloop's has all of a transport's methods and not its base class.
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=_ON_THE_WAY)
        self._transport.pause_reading()
        self._may_write = True

    def data_received(self, data: bytes) -> None:
        """Hand on what arrived."""
        if self.is_open:
            self.received += 1
            self._arrived(data)
            self._rested()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell of the loss, unless we closed it."""
        self.lose("The other side closed the connection; the bridge keeps trying.")

    def pause_writing(self) -> None:
        """Keep what is sent from now on."""
        self._may_write = False

    def resume_writing(self) -> None:
        """Write what was kept."""
        self._may_write = True
        while self._may_write and self._outbox and self._transport is not None:
            self.sent += 1
            self._transport.write(self._outbox.take())

    def _start(self) -> None:
        if self._transport is not None:
            self._transport.resume_reading()

    def _stop(self) -> None:
        self.dropped += len(self._outbox)
        if self._transport is None or self._transport.is_closing():
            return
        if self._may_write:
            self._transport.close()
        else:
            # The peer takes nothing: closing politely would wait for it for ever.
            self._transport.abort()

    def _send(self, data: bytes) -> None:
        self.dropped += self._outbox.put(data)
        if self._may_write:
            self.resume_writing()


async def open_tcp(address: TcpAddress) -> TcpLink:
    """Connect to ``address``.  Raises ``LinkUnavailable`` when nobody takes the call."""
    loop = asyncio.get_running_loop()
    link = TcpLink(str(address))
    try:
        async with asyncio.timeout(PATIENCE):
            await loop.create_connection(lambda: link, address.host, address.port)
    except TimeoutError:
        raise LinkUnavailable(
            str(address),
            f"{address.host} does not answer. Check its IP address, that it is on, and the network "
            "cable; the bridge keeps trying.",
        ) from None
    except (OSError, UnicodeError) as error:
        raise LinkUnavailable(str(address), _refusal(address, error)) from error
    return link


def _refusal(address: TcpAddress, error: OSError | UnicodeError) -> str:
    number = getattr(error, "errno", None)
    if number == errno.ECONNREFUSED:
        return (
            f"{address.host} is there, but takes no connection on port {address.port}. "
            "Switch its remote control on, or check the port; the bridge keeps trying."
        )
    if isinstance(error, UnicodeError) or number is None or number < 0:
        return (
            f"There is no host named {address.host!r} now. Write its number, or check the network."
        )
    return f"The connection could not be made: {error.strerror}. Check the network."
