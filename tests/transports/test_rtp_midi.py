import asyncio
import random
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from select import select
from types import FrameType

import pytest

from surfacebridge.errors import LinkLost, LinkUnavailable, MissingExtra, ProtocolMisuse
from surfacebridge.protocols.rtpmidi import commands, payload
from surfacebridge.transports.address import RtpAddress, RtpListenAddress
from surfacebridge.transports.bonjour import FoundSession, sessions
from surfacebridge.transports.rtp_midi import RtpLink, open_rtp, open_rtp_listener
from tests.helpers.bonjour import session_is_found
from tests.helpers.loops import LOOPS, run_on
from tests.helpers.lossy import free_pair, lossy_wire
from tests.helpers.waiting import until

FADER, HIGHER = b"\xe0\x00\x40", b"\xe0\x00\x50"
TOUCH, RELEASE = b"\x90\x68\x7f", b"\x90\x68\x00"
TEXT = b"\xf0\x00\x00\x66\x14\x12\x00" + b"Kick   " * 8 + b"\xf7"


class End:
    """A link and what it told."""

    def __init__(self, link: RtpLink) -> None:
        self.link = link
        self.heard: list[bytes] = []
        self.losses: list[LinkLost] = []
        self.rests = 0
        link.listen(self.heard.append, self.losses.append, self._rest)

    def _rest(self) -> None:
        self.rests += 1


@asynccontextmanager
async def joined(
    rate: int | None = None, through: int | None = None
) -> AsyncIterator[tuple[End, End]]:
    """Yield an initiator and a listener with a session between them."""
    port = through or free_pair()
    listener = End(await open_rtp_listener(RtpListenAddress("Desk", port, rate=rate)))
    initiator = End(await open_rtp(RtpAddress("127.0.0.1", port, rate)))
    await until(lambda: listener.link.session.state == "open")
    try:
        yield initiator, listener
    finally:
        await initiator.link.close()
        await listener.link.close()


async def test_messages_go_both_ways_one_by_one() -> None:
    async with joined() as (initiator, listener):
        initiator.link.send_many([TOUCH, FADER, TEXT])
        listener.link.send(HIGHER)
        await until(lambda: len(listener.heard) == 3 and initiator.heard)
        assert listener.heard == [TOUCH, FADER, TEXT]
        assert initiator.heard == [HIGHER]
        assert (initiator.link.sent, initiator.link.received, initiator.link.dropped) == (3, 1, 0)
        assert initiator.rests > 0
        assert initiator.link.session.peer_name == "Desk"
        assert listener.link.session.peer_name == "surfacebridge"


async def test_halves_that_belong_together_arrive_one_by_one() -> None:
    async with joined() as (initiator, listener):
        initiator.link.send(bytes.fromhex("b00f02 b02f42"))
        await until(lambda: len(listener.heard) == 2)
        assert listener.heard == [b"\xb0\x0f\x02", b"\xb0\x2f\x42"]


async def test_what_comes_before_somebody_listens_is_kept() -> None:
    port = free_pair()
    listening = await open_rtp_listener(RtpListenAddress("Desk", port))
    initiator = await open_rtp(RtpAddress("127.0.0.1", port))
    initiator.send(FADER)
    await until(lambda: listening.session.incoming.latest is not None)
    assert listening.received == 0
    assert await anext(listening.chunks()) == FADER
    await initiator.close()
    await listening.close()


async def test_a_wire_that_loses_a_third_leaves_faders_where_they_were_put() -> None:
    await ride_over_a_bad_wire()


async def ride_over_a_bad_wire() -> None:
    chance = random.Random(5)  # noqa: S311 - a seeded wire
    port = free_pair()
    with lossy_wire(port) as wire:
        listener = End(await open_rtp_listener(RtpListenAddress("Desk", port, rate=1_000_000)))
        initiator = End(await open_rtp(RtpAddress("127.0.0.1", wire.port, rate=1_000_000)))
        wire.passes = lambda _, data: data[:2] == b"\xff\xff" or chance.random() > 0.33
        for step in range(1, 121):
            initiator.link.send(bytes((0xE0 | step % 4, 0, step)))
            listener.link.send(bytes((0x90, 0x68 + step % 4, step)))
            await asyncio.sleep(0)
        await until(lambda: ends_well(listener.heard, 0xE0), within=8)
        await until(lambda: ends_well(initiator.heard, 0x90), within=8)
        assert wire.lost > 0
        assert listener.link.session.incoming.restored > 0
        await initiator.link.close()
        await listener.link.close()


def ends_well(heard: list[bytes], status: int) -> bool:
    if status == 0x90:
        last = {message[1] - 0x68: message[2] for message in heard}
    else:
        last = {message[0] & 0xF: message[2] for message in heard}
    return last == {0: 120, 1: 117, 2: 118, 3: 119}


async def test_a_goodbye_loses_the_other_end_with_a_sentence() -> None:
    async with joined() as (initiator, listener):
        await initiator.link.close()
        await until(lambda: listener.losses)
        assert listener.losses[0].reason == '"surfacebridge" ended the session.'
        listener.link.send(FADER)
        assert listener.link.dropped == 1
        assert not initiator.losses


async def test_what_was_sent_before_closing_still_arrives() -> None:
    async with joined() as (initiator, listener):
        lines = [TEXT] * 12
        for line in lines:
            initiator.link.send(line)
        await initiator.link.close()
        await until(lambda: listener.losses)
        assert listener.heard == lines
        assert initiator.link.sent == 12


async def test_what_a_device_does_not_take_within_a_second_is_counted() -> None:
    async with joined(rate=400) as (initiator, listener):
        for _ in range(12):
            initiator.link.send(TEXT)
        await initiator.link.close()
        await until(lambda: listener.losses)
        assert 1 < len(listener.heard) < 12
        assert initiator.link.sent == len(listener.heard)
        assert initiator.link.dropped == 12 - len(listener.heard)


async def test_what_waits_for_the_pace_leaves_as_soon_as_it_may() -> None:
    now = asyncio.get_running_loop().time
    async with joined() as (initiator, listener):
        # Nothing else wakes it: the next clock exchange is far away.
        await until(lambda: initiator.link.session.wake() > now() + 2)
        await until(lambda: (timer := initiator.link._timer) and timer.when() > now() + 2)
        for _ in range(4):
            initiator.link.send(TEXT)
        # 0.08 s at the speed of a MIDI cable.
        await until(lambda: len(listener.heard) == 4, within=1.0)


async def test_nothing_is_handed_on_once_we_are_closing() -> None:
    async with joined(rate=400) as (initiator, listener):
        for _ in range(4):
            initiator.link.send(TEXT)
        closing = asyncio.create_task(initiator.link.close())
        await until(lambda: len(listener.heard) > 1)
        listener.link.send(FADER)
        await closing
        assert initiator.heard == []
        assert initiator.link.dropped == 1


async def test_only_whole_messages_are_sent() -> None:
    async with joined() as (initiator, _):
        with pytest.raises(ProtocolMisuse):
            initiator.link.send(b"\x40\x7f")


async def test_before_anybody_invited_us_messages_are_dropped_and_counted() -> None:
    link = await open_rtp_listener(RtpListenAddress("Desk", free_pair()))
    link.send(FADER)
    assert (link.sent, link.dropped) == (0, 1)
    await link.close()
    await link.close()


async def test_garbage_is_counted_and_the_session_goes_on() -> None:
    port = free_pair()
    with lossy_wire(port) as wire, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        listener = End(await open_rtp_listener(RtpListenAddress("Desk", port)))
        initiator = End(await open_rtp(RtpAddress("127.0.0.1", wire.port)))
        for data in (b"", b"\xff\xffXX", b"\x80\x61", commands.encode(commands.Ended(1, 2))):
            stranger.sendto(data, ("127.0.0.1", port))
            stranger.sendto(data, ("127.0.0.1", port + 1))
        await until(lambda: listener.link.malformed == 6)
        assert listener.link.dropped == 6
        initiator.link.send(FADER)
        await until(lambda: listener.heard)
        await initiator.link.close()
        await listener.link.close()


async def test_who_turns_us_down_makes_the_link_unavailable() -> None:
    port = free_pair()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as host:
        host.bind(("127.0.0.1", port))
        host.setblocking(False)
        opening = asyncio.create_task(open_rtp(RtpAddress("127.0.0.1", port)))
        data, sender = await asyncio.get_running_loop().sock_recvfrom(host, 100)
        invitation = commands.decode(data)
        assert isinstance(invitation, commands.Invitation)
        host.sendto(commands.encode(commands.Rejected(invitation.token, 7)), sender)
        with pytest.raises(LinkUnavailable, match="turned the invitation down"):
            await opening


async def test_an_initiator_has_neighbouring_ports_as_some_peers_expect() -> None:
    async with joined() as (initiator, _):
        sockets = initiator.link._sockets
        control, data = (int(sock.getsockname()[1]) for sock in sockets.values())
        assert data == control + 1 == initiator.link.local_port() + 1


async def test_an_opening_that_is_given_up_leaves_no_socket() -> None:
    opening = asyncio.create_task(open_rtp(RtpAddress("127.0.0.1", free_pair())))
    await asyncio.sleep(0)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening


async def test_a_taken_port_and_an_unknown_host_say_what_to_do() -> None:
    port = free_pair()
    link = await open_rtp_listener(RtpListenAddress("Desk", port))
    with pytest.raises(LinkUnavailable, match="another number after port="):
        await open_rtp_listener(RtpListenAddress("Desk", port))
    await link.close()
    with pytest.raises(LinkUnavailable, match="one of its own after bind="):
        await open_rtp_listener(RtpListenAddress("Desk", port, bind="192.0.2.1", announce=False))
    with pytest.raises(LinkUnavailable, match="no host named"):
        await open_rtp(RtpAddress("no such host"))


async def test_an_announced_session_is_found_and_gone_after_its_loss() -> None:
    pytest.importorskip("zeroconf")
    port = free_pair()
    offered = await open_rtp_listener(RtpListenAddress("Stage", port, announce=True))
    stage = FoundSession("Stage", "127.0.0.1", port)
    assert await session_is_found(stage)
    await offered.close()
    assert stage not in await asyncio.to_thread(sessions, 0.1, "127.0.0.1")


async def test_announcing_without_the_package_names_the_extra(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "zeroconf", None)
    address = RtpListenAddress("Stage", free_pair(), announce=True)
    with pytest.raises(MissingExtra) as missing:
        await open_rtp_listener(address)
    assert missing.value.extra == "network"
    await (await open_rtp_listener(RtpListenAddress("Stage", address.port))).close()


async def test_only_who_is_allowed_may_begin_a_session() -> None:
    port = free_pair()
    address = RtpListenAddress("Desk", port, allow=("192.0.2.0/24",))
    listener = await open_rtp_listener(address)
    begins = asyncio.create_task(open_rtp(RtpAddress("127.0.0.1", port)))
    await until(lambda: listener.strangers > 0)
    assert not begins.done()
    begins.cancel()
    await asyncio.gather(begins, return_exceptions=True)
    assert listener.session.state == "waiting"
    await listener.close()


def test_a_wire_that_loses_a_third_is_borne_on_uvloop_as_well() -> None:
    failures: list[dict[str, object]] = []

    async def ride() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: failures.append(context))
        await ride_over_a_bad_wire()

    run_on("uvloop", ride)

    assert failures == []


async def _joins_who_comes_late() -> None:
    port = free_pair()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as before:
        before.bind(("127.0.0.1", port))
        before.setblocking(False)
        joining = asyncio.ensure_future(open_rtp(RtpAddress("127.0.0.1", port)))
        await until(lambda: _has_come(before))
    # Nobody is there for the second invitation, a quarter of a second after the first.
    asked_again = asyncio.get_running_loop().time() + 0.4
    await until(lambda: asyncio.get_running_loop().time() > asked_again)
    listener = await open_rtp_listener(RtpListenAddress("Desk", port))
    link = await joining
    assert link.refused
    await link.close()
    await listener.close()


def _has_come(sock: socket.socket) -> bool:
    try:
        return bool(sock.recv(64))
    except BlockingIOError:
        return False


@pytest.mark.parametrize("loop", LOOPS)
def test_who_comes_after_a_refused_invitation_is_joined_on_every_loop(loop: str) -> None:
    run_on(loop, _joins_who_comes_late)


# Python calls and calls of built-ins from the socket to whoever listens, as counted when this
# was written: a lonely fader pays for each before anything leaves.
MOST_CALLS = 3


def _are_more_than(heard: list[tuple[bytes, int]], number: int) -> bool:
    return len(heard) > number


async def test_a_lonely_move_costs_no_more_calls_than_it_did() -> None:
    calls = 0
    heard: list[tuple[bytes, int]] = []

    def count(_frame: FrameType, event: str, what: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}
        if event == "c_call" and getattr(what, "__name__", "") == "recvfrom":
            calls = 1

    port = free_pair()
    listener = await open_rtp_listener(RtpListenAddress("Desk", port))
    listener.listen(lambda message: heard.append((message, calls)), lambda _: None)
    initiator = await open_rtp(RtpAddress("127.0.0.1", port))
    for number, message in enumerate((TOUCH, FADER, HIGHER)):
        sys.setprofile(count if message == HIGHER else None)
        initiator.send(message)
        try:
            await until(partial(_are_more_than, heard, number))
        finally:
            sys.setprofile(None)
    message, took = heard[-1]
    assert message == HIGHER
    # The last call is that of this test.
    assert took - 1 <= MOST_CALLS
    await initiator.close()
    await listener.close()


async def test_packets_that_come_together_are_told_together_from_the_second_time_on() -> None:
    port = free_pair()
    link = await open_rtp_listener(RtpListenAddress("Desk", port))
    heard: list[bytes] = []
    rests: list[int] = []
    link.listen(heard.append, lambda _: None, lambda: rests.append(len(heard)))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mac:
        for at in (port, port + 1):
            mac.sendto(commands.encode(commands.Invitation(77, 5, "Mac")), ("127.0.0.1", at))
            await until(lambda: not select([*link._sockets.values()], [], [], 0)[0])
        assert link.session.state == "open"
        told = []
        for count in (4, 4, 1, 1, 4):
            rests.clear()
            begun = len(heard)
            for step in range(begun, begun + count):
                packet = payload.Packet(step, 0, 5, (payload.TimedCommand(bytes((0xE0, 0, step))),))
                mac.sendto(payload.encode(packet), ("127.0.0.1", port + 1))
            await until(partial(_is_told, rests, begun + count))
            told.append([rest - begun for rest in rests])
    assert told == [[1, 4], [4], [1], [1], [1, 4]]
    assert heard == [bytes((0xE0, 0, step)) for step in range(14)]
    await link.close()


def _is_told(rests: list[int], number: int) -> bool:
    return bool(rests) and rests[-1] == number
