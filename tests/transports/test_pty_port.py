import asyncio
import os
import random
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from operator import eq
from pathlib import Path

import pytest

from surfacebridge.errors import LinkLost, LinkUnavailable
from surfacebridge.transports.address import PtyAddress
from surfacebridge.transports.pty_port import PtyLink, open_pty
from tests.helpers.waiting import until

pty = pytest.importorskip("pty")


class Terminal:
    """The far side of a pseudo-terminal."""

    def __init__(self) -> None:
        self.far, near = pty.openpty()
        self.path = os.ttyname(near)
        self.near = near
        os.set_blocking(self.far, False)

    def write(self, data: bytes) -> int:
        with suppress(BlockingIOError):
            return os.write(self.far, data)
        return 0

    def read(self) -> bytes:
        with suppress(BlockingIOError):
            return os.read(self.far, 65_536)
        return b""

    def release_near(self) -> None:
        if self.near >= 0:
            os.close(self.near)
            self.near = -1

    def unplug(self) -> None:
        self.release_near()
        if self.far >= 0:
            os.close(self.far)
            self.far = -1


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    one = Terminal()
    yield one
    one.unplug()


def opened(terminal: Terminal) -> tuple[PtyLink, bytearray, list[LinkLost]]:
    link = open_pty(PtyAddress(terminal.path))
    heard = bytearray()
    losses: list[LinkLost] = []
    link.listen(heard.extend, losses.append)
    return link, heard, losses


async def test_a_megabyte_of_noise_passes_both_ways_unchanged(terminal: Terminal) -> None:
    link, heard, _ = opened(terminal)
    noise = random.Random(1).randbytes(1 << 20)  # noqa: S311 - noise, not a secret
    there = 0
    back = bytearray()
    sent_back = 0
    while len(heard) < len(noise) or len(back) < len(noise):
        if there < len(noise):
            there += terminal.write(noise[there : there + 4_096])
        if sent_back < len(noise) and sent_back - len(back) < 32_768:
            link.send(noise[sent_back : sent_back + 4_096])
            sent_back += 4_096
        back += terminal.read()
        await asyncio.sleep(0)
    assert heard == noise
    assert back == noise
    assert (link.sent, link.dropped) == (256, 0)
    await link.close()


async def test_a_burst_of_4000_messages_leaves_whole_though_nobody_reads_at_first(
    terminal: Terminal,
) -> None:
    link, _, _ = opened(terminal)
    burst = [b"\xf0scribble" + step.to_bytes(2) + b"\xf7" for step in range(4_000)]
    link.send_many(burst)
    assert link.sent < 4_000
    back = bytearray()
    while len(back) < 48_000:
        back += terminal.read()
        await asyncio.sleep(0)
    assert back == b"".join(burst)
    assert (link.sent, link.dropped) == (4_000, 0)
    await link.close()


async def test_when_nobody_reads_the_oldest_go_and_whole_messages_remain(
    terminal: Terminal,
) -> None:
    link, _, _ = opened(terminal)
    message = 1_000
    for step in range(200):
        link.send(step.to_bytes(2) + bytes(message - 2))
    back = bytearray()
    while link._outbox or link._rest or len(back) % message or not back:
        back += terminal.read()
        await asyncio.sleep(0)
    steps = [int.from_bytes(back[at : at + 2]) for at in range(0, len(back), message)]
    assert steps == sorted(steps)
    assert steps[-1] == 199
    assert link.dropped == 200 - len(steps) > 0
    await link.close()


async def test_a_terminal_that_goes_is_a_loss_and_may_be_opened_again_20_times() -> None:
    for _ in range(20):
        terminal = Terminal()
        link, heard, losses = opened(terminal)
        terminal.write(b"hello")
        await until(partial(eq, heard, b"hello"))
        terminal.unplug()
        await until(losses.__len__)
        link.send(b"to nobody")
        assert (link.is_open, link.dropped, link.sent) == (False, 1, 0)
        await link.close()


async def test_sending_to_a_terminal_that_went_loses_it_without_raising(
    terminal: Terminal,
) -> None:
    link = open_pty(PtyAddress(terminal.path))
    terminal.unplug()
    link.send(b"to nobody")
    losses: list[LinkLost] = []
    link.listen(lambda _: None, losses.append)
    await until(lambda: losses)
    assert "gone" in losses[0].reason


async def test_a_hang_up_told_as_an_error_is_a_loss_too(terminal: Terminal) -> None:
    link = PtyLink("pty:/dev/ptmx", os.dup(terminal.far))
    losses: list[LinkLost] = []
    link.listen(lambda _: None, losses.append)
    terminal.release_near()
    await until(losses.__len__)


async def test_bytes_a_terminal_would_eat_pass(terminal: Terminal) -> None:
    link, heard, _ = opened(terminal)
    every = bytes(range(256))
    terminal.write(every)
    await until(lambda: len(heard) == 256)
    assert heard == every
    await link.close()


async def test_what_is_not_a_device_or_not_there_is_said(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(LinkUnavailable, match="is not a device"):
        open_pty(PtyAddress(str(file)))
    with pytest.raises(LinkUnavailable, match="Start the other program"):
        open_pty(PtyAddress(str(tmp_path / "nothing")))
