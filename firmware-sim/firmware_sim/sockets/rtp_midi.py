"""A pretend surface as a network MIDI session that others begin.

Owns: the two datagram sockets. Does not own: the session (``rtp_midi``), the device. Bound to
127.0.0.1 unless told otherwise.
"""

import asyncio
from types import TracebackType
from typing import Final, Self

from firmware_sim.device import Client, Device
from firmware_sim.rtp_midi import Port, RtpMidi
from firmware_sim.sockets.pace import Pace

_TRIES: Final = 16


class _Receiver(asyncio.DatagramProtocol):
    def __init__(self, server: "RtpMidiPort", port: Port) -> None:
        self._server = server
        self._port = port

    def datagram_received(self, data: bytes, addr: Client) -> None:
        self._server.take(self._port, data, addr)


class RtpMidiPort:
    """Runs a device at a network MIDI port; use it as ``async with RtpMidiPort(device, name)``.

    The control port is ``address``, the data port the next one. With port 0 the system picks a
    free pair.
    """

    def __init__(self, device: Device, name: str, port: int = 0, host: str = "127.0.0.1") -> None:
        self.device = device
        self.session = RtpMidi(name)
        self.address: Client = (host, port)
        self._pace = Pace(self._advance, self._flush)
        self._transports: dict[Port, asyncio.DatagramTransport] = {}

    async def __aenter__(self) -> Self:
        """Open both ports and let time run; OSError where one is taken."""
        host, port = self.address
        for left in reversed(range(_TRIES if port == 0 else 1)):
            control = await self._open("control", host, port)
            first = int(control.get_extra_info("sockname")[1])
            try:
                await self._open("data", host, first + 1)
            except (OSError, OverflowError):
                control.abort()
                if not left:
                    raise
                continue
            self.address = (host, first)
            break
        self._pace.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Say goodbye, stop time and close both ports."""
        await self._pace.stop()
        self.session.goodbye()
        self._send()
        for transport in self._transports.values():
            transport.close()
        self._transports.clear()
        # The loop closes the sockets at its next turn.
        await asyncio.sleep(0)

    async def _open(self, port: Port, host: str, number: int) -> asyncio.DatagramTransport:
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: _Receiver(self, port), local_addr=(host, number)
        )
        self._transports[port] = transport
        return transport

    def take(self, port: Port, data: bytes, client: Client) -> None:
        """Give the session one datagram, now."""
        self._pace.catch_up()
        for message in self.session.receive(port, data, client):
            self.device.receive(message)
        self._flush()

    def _advance(self, seconds: float) -> None:
        self.device.advance(seconds)
        self.session.advance(seconds)

    def _flush(self) -> None:
        self.session.send(b"".join(self.device.take_output()))
        self._send()

    def _send(self) -> None:
        for port, data, client in self.session.take_output():
            self._transports[port].sendto(data, client)
