"""One side of a capture, played to a link that is there."""

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from surfacebridge.apps.captures import Capture
from surfacebridge.apps.playing import play_to_links
from surfacebridge.errors import AddressError, LinkUnavailable
from surfacebridge.protocols.capture import CapturedLink, CaptureHeader, Moment

HEADER = CaptureHeader(
    "0.1.0",
    "rig.yaml",
    5.0,
    links=(
        CapturedLink("x", "surface", "mcu", "midi:X"),
        CapturedLink("desk", "target", "x32", "udp://10.0.0.1:1"),
    ),
)
CAPTURE = Capture(
    HEADER,
    moments=[
        Moment(5.0, "in", "x", b"one"),
        Moment(5.0, "out", "x", b"shown"),
        Moment(5.0, "in", "desk", b"other"),
        Moment(5.2, "with", "x", b"two"),
    ],
)


@pytest.fixture
def peer() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(5)
        yield sock


def where(peer: socket.socket) -> str:
    return f"udp://127.0.0.1:{peer.getsockname()[1]}"


async def play(peer: socket.socket, *, sent: bool = False, speed: float = 1.0) -> list[str]:
    said: list[str] = []
    await play_to_links(CAPTURE, {"x": where(peer)}, sent=sent, speed=speed, say=said.append)
    return said


async def test_a_link_hears_what_was_said_in_its_own_time(peer: socket.socket) -> None:
    began = asyncio.get_running_loop().time()
    said = await play(peer)
    assert asyncio.get_running_loop().time() - began >= 0.2
    assert [peer.recv(100), peer.recv(100)] == [b"one", b"two"]
    assert said == [f"x: 2 chunks sent, 0 dropped, 0 came back from {where(peer)}."]


async def test_or_what_it_was_sent_and_faster(peer: socket.socket) -> None:
    await play(peer, sent=True, speed=100)
    assert peer.recv(100) == b"shown"


async def test_a_name_the_capture_lacks_is_refused_with_what_was_meant(
    peer: socket.socket,
) -> None:
    with pytest.raises(AddressError, match="did you mean 'desk'"):
        await play_to_links(CAPTURE, {"desc": where(peer)}, sent=False, speed=1.0, say=print)


async def test_a_link_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(LinkUnavailable):
        await play_to_links(CAPTURE, {"x": f"pty:{tmp_path}/no"}, sent=False, speed=1.0, say=print)
