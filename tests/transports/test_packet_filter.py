import socket
import sys
from collections.abc import Iterator
from ipaddress import IPv4Network

import pytest

from surfacebridge.transports.packet_filter import MOST_NETWORKS, attach, program

NETWORKS = [IPv4Network("127.0.0.2/32"), IPv4Network("127.0.4.0/24")]

linux = pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such filter")


@pytest.fixture
def ours() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(2)
        yield sock


def send_from(host: str, to: socket.socket) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((host, 0))
        sock.sendto(host.encode(), to.getsockname())


@linux
def test_only_what_comes_from_the_networks_is_heard(ours: socket.socket) -> None:
    assert attach(ours, NETWORKS)
    for host in ("127.0.0.3", "127.0.0.2", "127.0.3.255", "127.0.4.1", "127.0.4.255", "127.0.5.0"):
        send_from(host, ours)
    assert [ours.recv(99) for _ in range(3)] == [b"127.0.0.2", b"127.0.4.1", b"127.0.4.255"]
    ours.setblocking(False)
    with pytest.raises(BlockingIOError):
        ours.recv(99)


@linux
def test_where_nobody_may_speak_nothing_is_heard(ours: socket.socket) -> None:
    assert attach(ours, [])
    send_from("127.0.0.2", ours)
    ours.setblocking(False)
    with pytest.raises(BlockingIOError):
        ours.recv(99)


def test_a_program_has_four_instructions_a_network_and_one_more() -> None:
    assert len(program(NETWORKS)) == 8 * (4 * 2 + 1)


def test_what_the_filter_cannot_do_is_said(ours: socket.socket) -> None:
    many = [IPv4Network(n << 8) for n in range(MOST_NETWORKS + 1)]
    assert not attach(ours, many)
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as six:
        assert not attach(six, NETWORKS)
