import asyncio
import socket as sockets
from collections.abc import Iterator

import pytest

from firmware_sim.sockets.udp import UdpServer
from firmware_sim.wire import OscMessage, decode_osc, encode_osc
from firmware_sim.x32 import X32


@pytest.fixture
def client() -> Iterator[sockets.socket]:
    with sockets.socket(sockets.AF_INET, sockets.SOCK_DGRAM) as client:
        client.bind(("127.0.0.1", 0))
        client.setblocking(False)
        yield client


async def ask(client: sockets.socket, server: UdpServer, data: bytes) -> OscMessage | None:
    loop = asyncio.get_running_loop()
    await loop.sock_sendto(client, data, server.address)
    async with asyncio.timeout(2):
        return decode_osc(await loop.sock_recv(client, 4096))


async def test_a_console_answers_where_it_was_asked_from(client: sockets.socket) -> None:
    async with UdpServer(X32(name="Loop")) as server:
        assert server.address[1] > 0
        answer = await ask(client, server, encode_osc("/status"))
    assert answer == OscMessage("/status", ("active", "127.0.0.1", "Loop"))


async def test_meters_come_by_themselves(client: sockets.socket) -> None:
    async with UdpServer(X32()) as server:
        answer = await ask(client, server, encode_osc("/meters", "/meters/1"))
    assert answer is not None
    assert answer.address == "/meters/1"


async def test_a_hand_on_the_desk_is_heard_without_asking(client: sockets.socket) -> None:
    desk = X32()
    async with UdpServer(desk) as server:
        loop = asyncio.get_running_loop()
        await loop.sock_sendto(client, encode_osc("/xremote"), server.address)
        await ask(client, server, encode_osc("/info"))
        desk.set_from_desk("/ch/01/mix/on", 0)
        async with asyncio.timeout(2):
            heard = decode_osc(await loop.sock_recv(client, 4096))
    assert heard == OscMessage("/ch/01/mix/on", (0,))


async def test_a_port_that_is_taken_is_an_error() -> None:
    async with UdpServer(X32()) as server:
        with pytest.raises(OSError, match="in use"):
            await UdpServer(X32(), server.address[1]).__aenter__()
