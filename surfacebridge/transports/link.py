"""An open byte path: the contract every transport keeps.

Owns: ``Link``, and ``OpenLink``, the part of it that every transport shares:
who listens, what a loss is, how a queue for ``chunks`` is bounded.
Does not own: addresses (``address``), opening (``opener``), reopening (the
bridge's supervisor).

Rule: everything happens on one event loop.  ``listen`` is the primitive and
calls straight from the reader; ``chunks`` is built on it for those who would
rather wait.
"""

import asyncio
import socket
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Final, Protocol

from surfacebridge.errors import LinkLost, ProtocolMisuse

# A whole repaint of a large surface is about 2,000 chunks; a reader further
# behind than this is not reading at all.
MOST_WAITING: Final = 16_384


class Link(Protocol):
    """Bytes in, bytes out, on one event loop.

    A stream link yields chunks of any size; a datagram or MIDI link yields
    whole datagrams or messages and sends each ``data`` as one.
    """

    address: str
    """Where this leads, as a person wrote it: ``udp://127.0.0.1:10023``."""
    received: int
    """Chunks that arrived and were handed on."""
    sent: int
    """Chunks handed to the system whole."""
    dropped: int
    """Chunks that should have gone either way and did not."""
    strangers: int
    """Chunks of peers that are not allowed here, dropped unread."""

    def listen(
        self,
        arrived: Callable[[bytes], None],
        lost: Callable[[LinkLost], None],
        rested: Callable[[], None] = ...,
    ) -> None:
        """Call ``arrived`` with each chunk and ``lost`` at most once, both on the loop.

        ``rested`` follows the last of the chunks that came together, so that
        what they led to can leave together.
        What came before is handed on first.  None is called after
        ``close``, nor from inside ``listen`` or ``send``.  One listener per
        link: a second ``listen``, or ``chunks`` beside it, is ``ProtocolMisuse``.
        """
        ...

    def chunks(self) -> AsyncIterator[bytes]:
        """Yield what arrives until the path ends; raise ``LinkLost`` when it is lost."""
        ...

    def send(self, data: bytes) -> None:
        """Queue ``data`` and return at once.  After a loss it is dropped and counted."""
        ...

    def send_many(self, chunks: Sequence[bytes]) -> None:
        """Send ``chunks`` in their order, in fewer system calls where the path can."""
        ...

    async def close(self) -> None:
        """Close the path; safe to call twice.  ``chunks`` then ends."""
        ...


def _nobody_listens(_: bytes) -> None:
    """Stand in until ``listen``; no reader runs before it."""


def _nobody_waits() -> None:
    """Stand in for a listener that takes each chunk by itself."""


class OpenLink(ABC):
    """What all links share.  Make one while the loop runs."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.received = 0
        self.sent = 0
        self.dropped = 0
        self.strangers = 0
        self.is_open = True
        self._loop = asyncio.get_running_loop()
        self._is_heard = False
        self._arrived: Callable[[bytes], None] = _nobody_listens
        self._rested: Callable[[], None] = _nobody_waits
        self._lost: Callable[[LinkLost], None] | None = None
        self._loss: LinkLost | None = None
        self._is_closed = False
        self._news = asyncio.Event()

    def listen(
        self,
        arrived: Callable[[bytes], None],
        lost: Callable[[LinkLost], None],
        rested: Callable[[], None] = _nobody_waits,
    ) -> None:
        """Call ``arrived`` with each chunk and ``lost`` at most once (see ``Link``)."""
        if self._is_heard:
            raise ProtocolMisuse(f"{self.address} has a listener already")
        self._is_heard = True
        self._arrived = arrived
        self._rested = rested
        self._lost = lost
        if self.is_open:
            self._start()
        elif self._loss is not None:
            self._loop.call_soon(self._tell_loss)

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield what arrives until the path ends; raise ``LinkLost`` when it is lost.

        A reader too slow for its peer loses the newest and sees ``dropped`` grow.
        """
        waiting: deque[bytes] = deque()

        def keep(data: bytes) -> None:
            if len(waiting) < MOST_WAITING:
                waiting.append(data)
            else:
                self.dropped += 1
            self._news.set()

        self.listen(keep, lambda _: self._news.set())
        while True:
            while waiting:
                yield waiting.popleft()
            if self._is_closed:
                return
            if self._loss is not None:
                raise self._loss
            self._news.clear()
            await self._news.wait()

    def send(self, data: bytes) -> None:
        """Queue ``data`` and return at once.  After a loss it is dropped and counted."""
        if self.is_open:
            self._send(data)
        else:
            self.dropped += 1

    def send_many(self, chunks: Sequence[bytes]) -> None:
        """Send ``chunks`` in their order."""
        for data in chunks:
            self.send(data)

    async def close(self) -> None:
        """Close the path; safe to call twice.  ``chunks`` then ends."""
        self._is_closed = True
        self._news.set()
        if self.is_open:
            self.is_open = False
            self._stop()
        # Whoever listened holds this link: apart both go at once, without the collector.
        self._arrived, self._rested, self._lost = _nobody_listens, _nobody_waits, None

    def lose(self, reason: str) -> None:
        """Stop, and tell the listener why on the loop's next turn."""
        if not self.is_open:
            return
        self.is_open = False
        self._loss = LinkLost(self.address, reason)
        self._stop()
        self._loop.call_soon(self._tell_loss)

    def _tell_loss(self) -> None:
        lost, self._lost = self._lost, None
        if lost is not None and self._loss is not None and not self._is_closed:
            lost(self._loss)

    def _watch(self, sock: socket.socket, read: Callable[[], None]) -> None:
        """Call ``read`` whenever something came; to be said again after an error of the socket.

        libuv, under uvloop, watches a socket no more that had one.
        """
        self._loop.remove_reader(sock)
        self._loop.add_reader(sock, read)

    @abstractmethod
    def _start(self) -> None:
        """Begin to call ``self._arrived``, first with what waits already.

        Call ``self._rested`` after the last chunk of each wake-up.
        """

    @abstractmethod
    def _stop(self) -> None:
        """Give back what the system lent.  Called once, while the loop runs."""

    @abstractmethod
    def _send(self, data: bytes) -> None:
        """Send, keep or drop ``data``, and count it."""
