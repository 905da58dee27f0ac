import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial

import pytest

from surfacebridge.errors import LinkLost, LinkUnavailable
from surfacebridge.transports.address import UdpAddress
from surfacebridge.transports.udp import UdpLink, open_udp
from tests.helpers.loops import LOOPS, run_on
from tests.helpers.waiting import until


@pytest.fixture
def peer() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        sock.settimeout(5)
        yield sock


def port_of(sock: socket.socket) -> int:
    return int(sock.getsockname()[1])


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return port_of(sock)


@asynccontextmanager
async def opened(address: UdpAddress) -> AsyncIterator[tuple[UdpLink, list[bytes]]]:
    link = await open_udp(address)
    heard: list[bytes] = []
    losses: list[LinkLost] = []
    link.listen(heard.append, losses.append)
    try:
        yield link, heard
    finally:
        await link.close()
    assert not losses


async def test_datagrams_go_both_ways_whole(peer: socket.socket) -> None:
    async with opened(UdpAddress("127.0.0.1", port_of(peer))) as (link, heard):
        link.send(b"/xremote\0\0\0\0")
        data, sender = peer.recvfrom(100)
        assert data == b"/xremote\0\0\0\0"
        assert sender == ("127.0.0.1", link.local_port())
        longest = b"m" * 60_000
        for answer in (b"", b"/info", longest):
            peer.sendto(answer, sender)
        await until(lambda: len(heard) == 3)
        assert heard == [b"", b"/info", longest]
        assert (link.sent, link.received, link.dropped) == (1, 3, 0)


def has_at_least(heard: list[bytes], count: int) -> bool:
    return len(heard) >= count


async def test_a_burst_of_4000_arrives_whole_and_in_order(peer: socket.socket) -> None:
    async with opened(UdpAddress("127.0.0.1", port_of(peer))) as (link, heard):
        burst = [b"/ch/01/mix/fader\0\0\0\0,f\0\0" + step.to_bytes(4) for step in range(4_000)]
        target = ("127.0.0.1", link.local_port())
        # In ten parts, as the kernel's default buffer (208 KiB) holds 500 datagrams.
        for start in range(0, 4_000, 400):
            for data in burst[start : start + 400]:
                peer.sendto(data, target)
            await until(partial(has_at_least, heard, start + 400))
        assert heard == burst
        assert link.overrun == 0


async def test_one_busy_link_lets_others_have_their_turn(peer: socket.socket) -> None:
    async with opened(UdpAddress("127.0.0.1", port_of(peer))) as (link, heard):
        for _ in range(300):
            peer.sendto(b"x", ("127.0.0.1", link.local_port()))
        most_per_turn = before = 0
        while len(heard) < 300:
            await asyncio.sleep(0)
            most_per_turn = max(most_per_turn, len(heard) - before)
            before = len(heard)
        assert most_per_turn <= 256


@pytest.mark.parametrize("listens", [False, True])
async def test_a_desk_that_is_off_is_no_error_and_is_heard_when_it_comes(listens: bool) -> None:
    port = free_port()
    listen = free_port() if listens else None
    async with opened(UdpAddress("127.0.0.1", port, listen)) as (link, heard):
        for _ in range(20):
            link.send(b"/xremote")
            await asyncio.sleep(0)
        assert link.is_open
        assert link.sent + link.dropped == 20
        assert link.refused > 0 or listens
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as desk:
            desk.bind(("127.0.0.1", port))
            desk.settimeout(5)
            link.send(b"/status")
            data, sender = desk.recvfrom(100)
            assert data == b"/status"
            desk.sendto(b"active", sender)
            await until(lambda: heard)
        assert heard == [b"active"]


async def test_a_refusal_told_late_does_not_cost_the_first_word_to_a_desk_that_came() -> None:
    port = free_port()
    async with opened(UdpAddress("127.0.0.1", port)) as (link, _):
        link.send(b"to nobody")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as desk:
            desk.bind(("127.0.0.1", port))
            desk.settimeout(5)
            link.send(b"first word")
            assert desk.recv(100) == b"first word"
        assert (link.sent, link.refused, link.dropped) == (2, 1, 0)


async def test_a_connected_link_hears_its_peer_only(peer: socket.socket) -> None:
    async with opened(UdpAddress("127.0.0.1", port_of(peer))) as (link, heard):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.sendto(b"stranger", ("127.0.0.1", link.local_port()))
        peer.sendto(b"friend", ("127.0.0.1", link.local_port()))
        await until(lambda: heard)
        assert heard == [b"friend"]


@pytest.mark.skipif(sys.platform != "linux", reason="127.0.0.2 is ours on Linux only")
async def test_a_listening_link_hears_every_port_of_its_host_and_no_other_host(
    peer: socket.socket,
) -> None:
    listen = free_port()
    async with opened(UdpAddress("127.0.0.1", port_of(peer), listen)) as (link, heard):
        with (
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other_host,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other_port,
        ):
            other_host.bind(("127.0.0.2", 0))
            other_port.bind(("127.0.0.1", 0))
            for _ in range(3):
                other_host.sendto(b"stranger", ("127.0.0.1", listen))
            other_port.sendto(b"its other port", ("127.0.0.1", listen))
        await until(lambda: heard)
        assert heard == [b"its other port"]
        assert (link.strangers, link.received) == (3, 1)
        link.send(b"hello")
        assert peer.recvfrom(100) == (b"hello", ("127.0.0.1", listen))


@pytest.mark.skipif(sys.platform != "linux", reason="127.0.0.2 is ours on Linux only")
async def test_a_listening_link_also_hears_who_is_allowed_and_counts_the_rest(
    peer: socket.socket,
) -> None:
    listen = free_port()
    address = UdpAddress("127.0.0.1", port_of(peer), listen, allow=("127.0.0.2", "127.0.4.0/24"))
    async with opened(address) as (link, heard):
        for host in ("127.0.0.2", "127.0.0.3", "127.0.4.9"):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
                other.bind((host, 0))
                other.sendto(host.encode(), ("127.0.0.1", listen))
        peer.sendto(b"peer", ("127.0.0.1", listen))
        await until(lambda: len(heard) == 3)
        assert heard == [b"127.0.0.2", b"127.0.4.9", b"peer"]
        assert link.strangers == 1


@pytest.mark.parametrize("listens", [False, True])
async def test_a_loopback_peers_link_cannot_be_reached_from_outside(
    peer: socket.socket, listens: bool
) -> None:
    listen = free_port() if listens else None
    async with opened(UdpAddress("localhost", port_of(peer), listen)) as (link, _):
        link.send(b"x")
        assert peer.recvfrom(10)[1][0] == "127.0.0.1"
        assert link._socket.getsockname()[0] == "127.0.0.1"


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
@pytest.mark.parametrize("listens", [False, True])
async def test_ipv6_goes_both_ways(listens: bool) -> None:
    listen = free_port() if listens else None
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as peer:
        try:
            peer.bind(("::1", 0))
        except OSError:
            pytest.skip("no IPv6 loopback here")
        peer.settimeout(5)
        async with opened(UdpAddress("::1", port_of(peer), listen)) as (link, heard):
            link.send(b"hello")
            data, sender = peer.recvfrom(100)
            assert data == b"hello"
            peer.sendto(b"welcome", sender)
            await until(lambda: heard)
            assert heard == [b"welcome"]


async def test_a_port_in_use_is_named_with_what_to_do(peer: socket.socket) -> None:
    with pytest.raises(LinkUnavailable) as refused:
        await open_udp(UdpAddress("127.0.0.1", 9, port_of(peer)))
    assert f"UDP port {port_of(peer)} is held by " in refused.value.reason
    assert "write another number after listen=" in refused.value.reason


async def test_a_host_nobody_knows_is_unavailable_and_not_lost() -> None:
    with pytest.raises(LinkUnavailable, match=r"no host named 'desk\.invalid'"):
        await open_udp(UdpAddress("desk.invalid", 9))


async def test_an_address_that_is_not_ours_is_named() -> None:
    with pytest.raises(LinkUnavailable, match=r"no address 192\.0\.2\.1 now"):
        await open_udp(UdpAddress("127.0.0.1", 9, None, "192.0.2.1"))


def lengths(step: int) -> int:
    return 28 if step % 50 < 45 else step % 7


@pytest.mark.parametrize("has_segmentation", [True, False])
@pytest.mark.parametrize("listens", [True, False])
@pytest.mark.parametrize(
    ("count", "length"),
    [(130, lambda _: 28), (130, lengths), (40, lambda _: 1_400), (4, lambda _: 30_000)],
)
async def test_many_datagrams_leave_in_order_with_offload_and_without(
    peer: socket.socket,
    has_segmentation: bool,
    listens: bool,
    count: int,
    length: Callable[[int], int],
) -> None:
    listen = free_port() if listens else None
    async with opened(UdpAddress("127.0.0.1", port_of(peer), listen)) as (link, _):
        link.send_many([b"is there offload?"] * 2)
        assert peer.recv(100) == peer.recv(100)
        link.sent = 0
        link._has_segmentation &= has_segmentation
        offloads = link._has_segmentation and length(0) < 1_400
        burst = [bytes([step % 256]) * length(step) for step in range(count)]
        link.send_many(burst)
        assert link.sent == count
        assert [peer.recv(65_535) for _ in burst] == burst
        assert link._has_segmentation or not offloads


async def test_many_datagrams_to_a_desk_that_is_off_are_no_error() -> None:
    async with opened(UdpAddress("127.0.0.1", free_port())) as (link, _):
        for _ in range(20):
            link.send_many([b"x" * 28] * 10)
            await asyncio.sleep(0)
        assert link.sent + link.dropped == 200


@asynccontextmanager
async def narrow() -> AsyncIterator[tuple[UdpLink, socket.socket]]:
    """A link whose peer takes few datagrams at a time: on UDP loopback none would wait."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    ours.setblocking(False)
    theirs.setblocking(False)
    link = UdpLink("udp://narrow:1", ours, None)
    link._has_segmentation = False
    try:
        with theirs:
            yield link, theirs
    finally:
        await link.close()


async def test_what_cannot_leave_at_once_leaves_later_in_order() -> None:
    async with narrow() as (link, peer):
        link.send_many([step.to_bytes(2) for step in range(4_000)])
        assert 0 < link.sent < 4_000
        heard = [int.from_bytes(peer.recv(10))]
        link.send((4_000).to_bytes(2))
        while len(heard) < 4_001:
            try:
                heard.append(int.from_bytes(peer.recv(10)))
            except BlockingIOError:
                await asyncio.sleep(0)
        assert heard == list(range(4_001))
        assert (link.sent, link.dropped) == (4_001, 0)


async def test_when_too_much_waits_the_oldest_goes_and_the_last_value_arrives() -> None:
    async with narrow() as (link, peer):
        count = 3_000
        for step in range(count):
            link.send(step.to_bytes(2) * 100)
        last = -1
        heard = 0
        while last != count - 1:
            try:
                last = int.from_bytes(peer.recv(1_000)[:2])
                heard += 1
            except BlockingIOError:
                await asyncio.sleep(0)
        assert link.dropped == count - heard > 0


async def test_a_datagram_too_long_for_the_wire_is_dropped_and_counted(
    peer: socket.socket,
) -> None:
    async with opened(UdpAddress("127.0.0.1", port_of(peer))) as (link, _):
        link.send(b"x" * 70_000)
        link.send(b"next")
        assert peer.recv(10) == b"next"
        assert (link.sent, link.dropped) == (1, 1)


async def test_the_first_of_a_burst_goes_its_way_before_the_rest_is_read(
    peer: socket.socket,
) -> None:
    link = await open_udp(UdpAddress("127.0.0.1", port_of(peer)))
    told: list[bytes | str] = []
    for number in range(5):
        peer.sendto(b"%d" % number, ("127.0.0.1", link.local_port()))
    link.listen(told.append, lambda _: None, lambda: told.append("rested"))
    try:
        await until(lambda: len(told) == 7)
    finally:
        await link.close()

    assert told == [b"0", "rested", b"1", b"2", b"3", b"4", "rested"]


async def _heard_after_a_refusal() -> None:
    """Send to a port where nobody is, and hear who comes there later."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as late:
        late.bind(("127.0.0.1", 0))
        port = late.getsockname()[1]
    link = await open_udp(UdpAddress("127.0.0.1", port))
    heard: list[bytes] = []
    link.listen(heard.append, lambda _: None)
    for number in (1, 2):
        link.send(b"anybody?")
        await until(lambda: link.refused >= number)  # noqa: B023 - awaited here
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as late:
        late.bind(("127.0.0.1", port))
        late.setblocking(False)
        link.send(b"and now?")
        late.sendto(b"here", ("127.0.0.1", link.local_port()))
        await until(heard.__len__)
    await link.close()


@pytest.mark.parametrize("loop", LOOPS)
def test_who_comes_after_a_refusal_is_heard_on_every_loop(loop: str) -> None:
    run_on(loop, _heard_after_a_refusal)
