import socket
import struct
from collections.abc import Iterator

import pytest

from surfacebridge.errors import LinkLost, LinkUnavailable
from surfacebridge.protocols.rtpmidi.plain import FIRST_PORT, GROUP
from surfacebridge.transports.address import IpMidiAddress
from surfacebridge.transports.ipmidi import IpMidiLink, open_ipmidi
from tests.helpers.waiting import until

# Away from the ports that a console on the network uses.
PORT = 93
ADDRESS = IpMidiAddress(PORT, "127.0.0.1")


@pytest.fixture
def somebody() -> Iterator[socket.socket]:
    """Another program on this machine, as it would open the group."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((GROUP, FIRST_PORT + PORT - 1))
        membership = struct.pack("4s4s", socket.inet_aton(GROUP), socket.inet_aton("127.0.0.1"))
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
        sock.settimeout(5)
        yield sock


def listened(link: IpMidiLink) -> list[bytes]:
    heard: list[bytes] = []
    losses: list[LinkLost] = []
    link.listen(heard.append, losses.append)
    return heard


async def test_everybody_hears_us_and_we_hear_everybody_but_ourselves(
    somebody: socket.socket,
) -> None:
    link = open_ipmidi(ADDRESS)
    heard = listened(link)
    link.send(b"\x90\x5e\x7f")
    assert somebody.recv(100) == b"\x90\x5e\x7f"
    somebody.sendto(b"\x90\x5e\x7f\x90\x5e\x00\xf4", (GROUP, FIRST_PORT + PORT - 1))
    await until(lambda: len(heard) == 2)
    assert heard == [b"\x90\x5e\x7f", b"\x90\x5e\x00"]
    assert (link.sent, link.received, link.malformed, link.dropped) == (1, 2, 1, 1)
    await link.close()
    link.send(b"\xf8")
    assert link.dropped == 2


async def test_two_of_our_own_links_hear_each_other() -> None:
    links = [open_ipmidi(ADDRESS) for _ in range(2)]
    heard = [listened(link) for link in links]
    links[0].send(b"\xe0\x00\x40")
    await until(lambda: heard[1])
    assert heard == [[], [b"\xe0\x00\x40"]]
    for link in links:
        await link.close()


async def test_an_interface_that_is_not_ours_is_refused() -> None:
    with pytest.raises(LinkUnavailable, match="Write interface="):
        open_ipmidi(IpMidiAddress(PORT, "192.0.2.1"))


async def test_only_who_is_allowed_is_heard(somebody: socket.socket) -> None:
    link = open_ipmidi(IpMidiAddress(PORT, "127.0.0.1", allow=("192.0.2.7",)))
    heard = listened(link)
    somebody.sendto(b"\x90\x5e\x7f", (GROUP, FIRST_PORT + PORT - 1))
    await until(lambda: link.strangers == 1)
    assert heard == []
    await link.close()
