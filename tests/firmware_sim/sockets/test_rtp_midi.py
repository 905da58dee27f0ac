import asyncio
import socket

import pytest

from firmware_sim.sockets.rtp_midi import RtpMidiPort
from firmware_sim.xtouch import XTouch
from surfacebridge.transports.address import RtpAddress
from surfacebridge.transports.rtp_midi import RtpLink, open_rtp
from tests.helpers.lossy import lossy_wire
from tests.helpers.waiting import until


async def invite(port: int) -> tuple[RtpLink, list[bytes]]:
    link = await open_rtp(RtpAddress("127.0.0.1", port, rate=100_000))
    heard: list[bytes] = []
    link.listen(heard.append, lambda _: None)
    return link, heard


async def test_a_surface_is_heard_and_driven_through_a_session_of_the_bridge() -> None:
    surface = XTouch()
    async with RtpMidiPort(surface, "X-Touch") as port:
        link, heard = await invite(port.address[1])
        assert link.session.peer_name == "X-Touch"
        link.send(b"\xf0\x00\x00\x66\x14\x12\x00" + b"Kick   " * 8 + b"\xf7")
        link.send(b"\x90\x5e\x7f")
        await until(lambda: surface.lamp("play") == "lit")
        assert surface.lcd_text(8)[0] == "Kick   "
        surface.touch(1)
        surface.move(1, 0.75)
        await until(lambda: len(heard) == 2)
        assert heard[0] == b"\x90\x68\x7f"
        await link.close()
        await until(lambda: not port.session.partners)


async def test_two_hosts_share_a_surface() -> None:
    surface = XTouch()
    async with RtpMidiPort(surface, "X-Touch") as port:
        one, first = await invite(port.address[1])
        other, second = await invite(port.address[1])
        await until(lambda: all(each.synced for each in port.session.partners.values()))
        surface.press("play")
        await until(lambda: first and second)
        assert first == second == [b"\x90\x5e\x7f"]
        await one.close()
        await other.close()


async def test_a_host_learns_that_the_surface_went() -> None:
    port = RtpMidiPort(XTouch(), "X-Touch")
    async with port:
        link = await open_rtp(RtpAddress("127.0.0.1", port.address[1]))
        losses: list[object] = []
        link.listen(lambda _: None, losses.append)
    await until(lambda: losses)
    await link.close()


async def test_the_hosts_journal_is_passed_over_and_lost_packets_are_counted() -> None:
    surface = XTouch()
    async with RtpMidiPort(surface, "X-Touch") as port:
        with lossy_wire(port.address[1]) as wire:
            link, _ = await invite(wire.port)
            seen = 0

            def passes(toward_server: bool, data: bytes) -> bool:
                nonlocal seen
                seen += toward_server and data[:2] != b"\xff\xff"
                return not toward_server or data[:2] == b"\xff\xff" or seen % 3 != 0

            wire.passes = passes
            for step in range(30):
                link.send(bytes((0x90, 0x10, step % 2 * 0x7F)))
                await asyncio.sleep(0)
                await until(lambda step=step: link.sent > step)  # type: ignore[misc]
            await until(lambda: port.session.counts.lost > 3)
            assert port.session.counts.malformed == 0
            await link.close()


async def test_a_pair_of_ports_that_is_taken_is_an_error() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(OSError, match="in use"):
            async with RtpMidiPort(XTouch(), "X", taken.getsockname()[1]):
                pass
