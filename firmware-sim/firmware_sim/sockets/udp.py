"""A pretend console on a datagram socket of this machine.

Owns: the socket. Does not own: the console. Bound to 127.0.0.1 unless told otherwise, so that a
test never meets a real desk.
"""

import asyncio
from types import TracebackType
from typing import Self

from firmware_sim.device import Client, Console
from firmware_sim.sockets.pace import Pace


class _Receiver(asyncio.DatagramProtocol):
    def __init__(self, server: "UdpServer") -> None:
        self._server = server

    def datagram_received(self, data: bytes, addr: Client) -> None:
        self._server.take(data, addr)


class UdpServer:
    """Runs a console on a UDP port; use it as ``async with UdpServer(console) as server``.

    With port 0 the system picks a free one; ``address`` says which.
    """

    def __init__(self, console: Console, port: int = 0, host: str = "127.0.0.1") -> None:
        self.console = console
        self.address: Client = (host, port)
        self._pace = Pace(console.advance, self._flush)
        self._transport: asyncio.DatagramTransport | None = None

    async def __aenter__(self) -> Self:
        """Open the port and let time run; OSError where the port is taken."""
        self._transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: _Receiver(self), local_addr=self.address
        )
        host, port = self._transport.get_extra_info("sockname")[:2]
        self.address = (host, port)
        self._pace.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop time and close the port."""
        await self._pace.stop()
        if self._transport is not None:
            self._transport.close()
            self._transport = None
            # The loop closes the socket at its next turn.
            await asyncio.sleep(0)

    def take(self, data: bytes, client: Client) -> None:
        """Give the console one datagram, now."""
        self._pace.catch_up()
        self.console.receive(data, client)
        self._flush()

    def _flush(self) -> None:
        for data, client in self.console.take_output():
            if self._transport is not None:
                self._transport.sendto(data, client)
