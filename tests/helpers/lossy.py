"""A wire between two UDP port pairs on this machine that loses what it is told to."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial


def free_pair() -> int:
    """Return the first of two neighbouring free UDP ports."""
    for _ in range(50):
        with ExitStack() as opened:
            first = opened.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            second = opened.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            try:
                second.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port
    raise AssertionError("there is no pair of free ports")


class LossyWire:
    """Carries control and data both ways; ``passes(toward_server, data)`` decides."""

    def __init__(self, server_port: int) -> None:
        self.port = free_pair()
        self.passes: Callable[[bool, bytes], bool] = lambda _toward, _data: True
        self.lost = 0
        self._server_port = server_port
        self._clients: dict[int, tuple[str, int]] = {}
        self._sockets: list[socket.socket] = []

    def open(self) -> None:
        loop = asyncio.get_running_loop()
        for offset in (0, 1):
            near = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            far = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            near.bind(("127.0.0.1", self.port + offset))
            far.connect(("127.0.0.1", self._server_port + offset))
            for sock in (near, far):
                sock.setblocking(False)
                self._sockets.append(sock)
            loop.add_reader(near, partial(self._toward_server, offset, near, far))
            loop.add_reader(far, partial(self._toward_client, offset, near, far))

    def close(self) -> None:
        for sock in self._sockets:
            asyncio.get_running_loop().remove_reader(sock)
            sock.close()

    def _toward_server(self, offset: int, near: socket.socket, far: socket.socket) -> None:
        data, self._clients[offset] = near.recvfrom(2048)
        if self._decide(True, data):
            far.send(data)

    def _toward_client(self, offset: int, near: socket.socket, far: socket.socket) -> None:
        data = far.recv(2048)
        if self._decide(False, data):
            near.sendto(data, self._clients[offset])

    def _decide(self, toward_server: bool, data: bytes) -> bool:
        is_through = self.passes(toward_server, data)
        self.lost += not is_through
        return is_through


@contextmanager
def lossy_wire(server_port: int) -> Iterator[LossyWire]:
    wire = LossyWire(server_port)
    wire.open()
    try:
        yield wire
    finally:
        wire.close()
