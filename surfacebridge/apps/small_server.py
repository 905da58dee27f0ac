"""A server of short questions that nobody can stall.

Owns: accepting, and the bounds of every visit.  Does not own: what is asked or
answered, or the listening socket's place and rights.

Rules: one question and one answer a visit.  A visitor has two seconds and a few
bytes to ask, and two seconds to take the answer; there are eight at once, and
the others wait at the door, so that faders never wait for any of them.
"""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Final

# A person and a few programs that look on.
MOST_VISITORS: Final = 8
# A hundred visits a second, whoever comes: each costs the faders' loop some of its time.
PAUSE: Final = 0.01
PATIENCE: Final = 2.0

Answer = Callable[[bytes], bytes]


class SmallServer:
    """Answers whoever comes to ``listening``, a socket that listens and does not block.

    A question is over with ``end`` (which it keeps), at most ``longest`` bytes.
    """

    def __init__(
        self, listening: socket.socket, answer: Answer, *, end: bytes, longest: int
    ) -> None:
        self.answered = 0
        self.refused = 0
        """Visits that brought no question in time, too long a one, or did not take the answer."""
        self._listening = listening
        self._answer = answer
        self._end = end
        self._longest = longest

    async def run(self) -> None:
        """Serve until cancelled; then close the socket and every visit."""
        loop = asyncio.get_running_loop()
        places = asyncio.Semaphore(MOST_VISITORS)
        visits: set[asyncio.Task[None]] = set()
        try:
            while True:
                await places.acquire()
                try:
                    visitor, _ = await loop.sock_accept(self._listening)
                except OSError:
                    # Gone before it came in, or no file descriptor is left: look again later.
                    places.release()
                    await asyncio.sleep(PATIENCE)
                    continue
                visit = loop.create_task(self._visit(visitor))
                visits.add(visit)
                visit.add_done_callback(visits.discard)
                visit.add_done_callback(lambda _: places.release())
                await asyncio.sleep(PAUSE)
        finally:
            for visit in visits:
                visit.cancel()
            self._listening.close()

    async def _visit(self, visitor: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        with visitor:
            visitor.setblocking(False)
            try:
                async with asyncio.timeout(PATIENCE):
                    question = await self._question(visitor)
                if question is None:
                    self.refused += 1
                    return
                async with asyncio.timeout(PATIENCE):
                    await loop.sock_sendall(visitor, self._answer(question))
                self.answered += 1
                with suppress(OSError):
                    visitor.shutdown(socket.SHUT_WR)
            except (OSError, TimeoutError):
                self.refused += 1

    async def _question(self, visitor: socket.socket) -> bytes | None:
        """Return the question, or ``None`` where the visitor left or would not end."""
        loop = asyncio.get_running_loop()
        question = b""
        while self._end not in question:
            if len(question) >= self._longest:
                return None
            data = await loop.sock_recv(visitor, self._longest - len(question))
            if not data:
                return None
            question += data
        return question
