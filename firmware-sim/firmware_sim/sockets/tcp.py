"""A pretend console on a TCP port of this machine.

Owns: the listening socket and its connections. Does not own: the console. Bound to 127.0.0.1
unless told otherwise, so that a test never meets a real desk.
"""

import asyncio
from types import TracebackType
from typing import Self, cast

from firmware_sim.device import Client, StreamConsole
from firmware_sim.sockets.pace import Pace


class _Connection(asyncio.Protocol):
    def __init__(self, server: "TcpServer") -> None:
        self._server = server
        self._client: Client = ("", 0)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._client = transport.get_extra_info("peername")[:2]
        self._server.let_in(self._client, cast("asyncio.Transport", transport))

    def data_received(self, data: bytes) -> None:
        self._server.take(data, self._client)

    def connection_lost(self, exc: Exception | None) -> None:
        self._server.let_go(self._client)


class TcpServer:
    """Runs a console on a TCP port; use it as ``async with TcpServer(console) as server``.

    With port 0 the system picks a free one; ``address`` says which.
    """

    def __init__(self, console: StreamConsole, port: int = 0, host: str = "127.0.0.1") -> None:
        self.console = console
        self.address: Client = (host, port)
        self._pace = Pace(console.advance, self._flush)
        self._server: asyncio.Server | None = None
        self._transports: dict[Client, asyncio.Transport] = {}

    async def __aenter__(self) -> Self:
        """Open the port and let time run; OSError where the port is taken."""
        host, port = self.address
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), host, port)
        self.address = self._server.sockets[0].getsockname()[:2]
        self._pace.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop time, hang up on everybody and close the port."""
        await self._pace.stop()
        self.hang_up()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None
        # The loop closes the sockets at its next turn.
        await asyncio.sleep(0)

    def hang_up(self) -> None:
        """Cut every connection at once, as a console does that loses power."""
        for transport in list(self._transports.values()):
            transport.abort()

    def let_in(self, client: Client, transport: asyncio.Transport) -> None:
        """Take up a connection."""
        self._transports[client] = transport
        self.console.connect(client)

    def take(self, data: bytes, client: Client) -> None:
        """Give the console bytes, now."""
        self._pace.catch_up()
        self.console.receive(data, client)
        self._flush()

    def let_go(self, client: Client) -> None:
        """Forget a connection."""
        self._transports.pop(client, None)
        self.console.disconnect(client)

    def _flush(self) -> None:
        for data, client in self.console.take_output():
            transport = self._transports.get(client)
            if transport is None:
                continue
            if data:
                transport.write(data)
            else:
                transport.close()
