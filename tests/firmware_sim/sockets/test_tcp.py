import asyncio

import pytest

from firmware_sim.rcp import Rcp
from firmware_sim.sockets.tcp import TcpServer
from tests.helpers.waiting import until

GET = b"get MIXER:Current/InCh/Fader/Level 0 0\n"


async def connect(server: TcpServer) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection(*server.address)


async def line(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(2):
        return await reader.readline()


async def close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    await writer.wait_closed()


async def test_a_console_answers_whoever_is_connected() -> None:
    desk = Rcp()
    async with TcpServer(desk) as server:
        reader, writer = await connect(server)
        writer.write(GET)
        assert (await line(reader)).startswith(b"OK get")
        desk.set_from_desk("InCh/Fader/On", 0, 0, 0)
        assert (await line(reader)).startswith(b"NOTIFY set")
        await close(writer)


async def test_a_client_that_goes_is_forgotten_and_may_come_back() -> None:
    desk = Rcp()
    async with TcpServer(desk) as server:
        for _ in range(2):
            reader, writer = await connect(server)
            writer.write(GET)
            assert await line(reader)
            await close(writer)
        await until(lambda: not desk.clients)


async def test_a_client_that_asked_for_it_is_hung_up_on_when_silent() -> None:
    async with TcpServer(Rcp()) as server:
        reader, writer = await connect(server)
        writer.write(b"scpmode keepalive 50\n")
        assert await line(reader) == b"OK scpmode keepalive 50\n"
        assert await line(reader) == b""
        await close(writer)


async def test_a_console_that_loses_power_cuts_everybody_off() -> None:
    async with TcpServer(Rcp()) as server:
        reader, writer = await connect(server)
        writer.write(GET)
        await line(reader)
        server.hang_up()
        assert await line(reader) == b""
        await close(writer)


async def test_a_port_that_is_taken_is_an_error() -> None:
    async with TcpServer(Rcp()) as server:
        with pytest.raises(OSError, match="in use"):
            await TcpServer(Rcp(), server.address[1]).__aenter__()
