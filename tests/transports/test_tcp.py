"""Connections over the real loopback."""

import asyncio
import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from surfacebridge.errors import LinkLost, LinkUnavailable
from surfacebridge.transports.address import TcpAddress
from surfacebridge.transports.tcp import OUTBOX_ROOM, TcpLink, open_tcp
from tests.helpers.loops import run_on
from tests.helpers.waiting import until


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[TcpLink, socket.socket]]:
    """Yield a link and the far side of it, which reads only when it is told to."""
    loop = asyncio.get_running_loop()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        link = await open_tcp(TcpAddress("127.0.0.1", server.getsockname()[1]))
        far, _ = await loop.sock_accept(server)
        far.setblocking(False)
        with far:
            yield link, far
        await link.close()
        await asyncio.sleep(0)


def heard_by(link: TcpLink) -> tuple[bytearray, list[LinkLost]]:
    heard = bytearray()
    losses: list[LinkLost] = []
    link.listen(heard.extend, losses.append)
    return heard, losses


def read(far: socket.socket) -> bytes:
    with suppress(BlockingIOError):
        return far.recv(65_536)
    return b""


async def test_a_megabyte_of_noise_passes_both_ways_unchanged() -> None:
    noise = random.Random(1).randbytes(1 << 20)  # noqa: S311 - noise, not a secret
    async with connected() as (link, far):
        heard, _ = heard_by(link)
        back = bytearray()
        there = sent_back = 0
        while len(heard) < len(noise) or len(back) < len(noise):
            with suppress(BlockingIOError):
                there += far.send(noise[there : there + 4_096])
            if sent_back < len(noise) and sent_back - len(back) < 32_768:
                link.send(noise[sent_back : sent_back + 4_096])
                sent_back += 4_096
            back += read(far)
            await asyncio.sleep(0)
        assert heard == noise
        assert back == noise
        assert link.dropped == 0


async def test_nothing_is_read_before_somebody_listens() -> None:
    async with connected() as (link, far):
        far.send(b"early")
        for _ in range(20):
            await asyncio.sleep(0)
        assert link.received == 0
        heard, _ = heard_by(link)
        await until(lambda: heard == b"early")


async def test_one_rest_follows_what_came_together() -> None:
    async with connected() as (link, far):
        order: list[str] = []
        link.listen(
            lambda data: order.append(data.decode()), lambda _: None, lambda: order.append("rest")
        )
        far.send(b"a\nb\n")
        await until(lambda: bool(order))
        assert order == ["a\nb\n", "rest"]


async def test_a_peer_that_hangs_up_is_a_loss_with_a_reason() -> None:
    async with connected() as (link, far):
        _, losses = heard_by(link)
        far.close()
        await until(lambda: bool(losses))
        assert "closed the connection" in losses[0].reason
        link.send(b"late")
        assert link.dropped == 1


async def test_a_peer_that_takes_nothing_loses_whole_messages_and_the_newest_arrive() -> None:
    line = b"set MIXER:Current/InCh/Fader/Level %d 0 -1000\n"
    async with connected() as (link, far):
        heard_by(link)
        count = 0
        while link.dropped == 0:
            link.send(line % count)
            count += 1
            if count % 1_000 == 0:
                await asyncio.sleep(0)
        for _ in range(1_000):
            link.send(line % count)
            count += 1
        kept = bytearray()
        newest = line % (count - 1)
        while not kept.endswith(newest):
            kept += read(far)
            await asyncio.sleep(0)
        lines = bytes(kept).splitlines(keepends=True)
        numbers = [int(one.split()[2]) for one in lines]
        assert lines == [line % number for number in numbers]
        assert numbers == sorted(set(numbers))
        assert numbers[0] == 0
        assert link.dropped == count - len(lines)
        assert link.sent == len(lines)


async def test_what_waits_is_bounded() -> None:
    async with connected() as (link, _):
        heard_by(link)
        for _ in range(400):
            link.send(b"x" * 65_536)
        assert link.dropped > 300
        assert link.sent * 65_536 <= 8 * 1024 * 1024 + OUTBOX_ROOM


async def test_closing_does_not_wait_for_a_peer_that_takes_nothing() -> None:
    async with connected() as (link, far):
        heard_by(link)
        for _ in range(400):
            link.send(b"x" * 65_536)
        await asyncio.wait_for(link.close(), 1.0)
        await link.close()

        got = 0

        def is_over() -> bool:
            nonlocal got
            try:
                while piece := far.recv(65_536):
                    got += len(piece)
            except BlockingIOError:
                return False
            return True

        # What the system had taken arrives; what waited with us is not worth waiting for.
        await until(is_over)
        assert got < link.sent * 65_536


async def test_a_last_word_leaves_before_the_connection_is_closed() -> None:
    async with connected() as (link, far):
        heard_by(link)
        link.send(b"goodbye\n")
        await link.close()
        got = bytearray()

        def is_over() -> bool:
            got.extend(read(far))
            return got == b"goodbye\n"

        await until(is_over)


async def test_nobody_listening_is_said_in_a_sentence() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        with pytest.raises(LinkUnavailable) as missing:
            await open_tcp(TcpAddress("127.0.0.1", port))
    assert f"takes no connection on port {port}" in missing.value.reason


async def test_a_name_that_nobody_has_is_said_in_a_sentence() -> None:
    with pytest.raises(LinkUnavailable) as missing:
        await open_tcp(TcpAddress("no-such-desk.invalid", 1))
    assert "There is no host named 'no-such-desk.invalid' now" in missing.value.reason


def test_the_quicker_loop_carries_connections_too() -> None:
    async def talk() -> None:
        async with connected() as (link, far):
            heard, losses = heard_by(link)
            link.send(b"there?\n")
            got = bytearray()

            def is_asked() -> bool:
                got.extend(read(far))
                return got == b"there?\n"

            await until(is_asked)
            far.send(b"here\n")
            await until(lambda: heard == b"here\n")
            far.close()
            await until(lambda: bool(losses))

    run_on("uvloop", talk)
