"""Datagrams to and from one peer.

Owns: the socket, draining it, what a refusal means, segmentation offload.
Does not own: whether the peer is alive (the bridge's health): datagrams have
no connection to lose, and a desk that is off is not an error.

Rule: never wait.  The reader drains the socket until it is empty, and what
cannot leave at once waits in a bounded outbox, the oldest dropped first.
Needs a loop with ``add_reader`` (on Windows the selector loop).
"""

import asyncio
import errno
import socket
import struct
import sys
from collections.abc import Callable, Sequence
from ipaddress import IPv4Network
from itertools import groupby
from typing import Final

from surfacebridge.errors import LinkUnavailable
from surfacebridge.transports.address import UdpAddress
from surfacebridge.transports.link import OpenLink
from surfacebridge.transports.outbox import Outbox
from surfacebridge.transports.packet_filter import attach
from surfacebridge.transports.peers import Peers, networks_of
from surfacebridge.transports.port_holder import holder_of

# asyncio's own transport allocates 256 KiB for each datagram, which costs a
# factor of four; 64 KiB is under malloc's mapping threshold, costs no more than
# 8 KiB does (1.4 and 1.5 microseconds, measured) and cuts no datagram short.
LONGEST: Final = 65_535
# Bounded, so that a flood on one link does not starve another.
MOST_AT_ONCE: Final = 256
# One that is longer holds enough for one wake-up by itself.
FULL: Final = 2048
# A console repainting 512 controls in one burst overran the usual 208 KiB.
RECEIVE_BUFFER: Final = 4 * 1024 * 1024
# Some 10,000 short messages: more than a whole console.
OUTBOX_ROOM: Final = 256 * 1024

# What the network says, late and about an earlier datagram, when nobody is there.
_NOBODY_THERE: Final = frozenset(
    {
        errno.ECONNREFUSED,
        errno.ECONNRESET,
        errno.EHOSTUNREACH,
        errno.EHOSTDOWN,
        errno.ENETUNREACH,
        errno.ENETDOWN,
        errno.ENOBUFS,
        errno.EPERM,
    }
)

# linux/udp.h and linux/socket.h; Python 3.11 has no names for them.
_SOL_UDP: Final = 17
_UDP_SEGMENT: Final = 103
_MOST_SEGMENTS: Final = 64
_LONGEST_SEGMENTED: Final = 60_000
_SO_MEMINFO: Final = 55
_MEMINFO_DROPS: Final = 8

SocketAddress = tuple[str, int] | tuple[str, int, int, int]


class UdpLink(OpenLink):
    """One non-blocking datagram socket and its peer."""

    def __init__(
        self,
        address: str,
        sock: socket.socket,
        peer: SocketAddress | None,
        allow: Sequence[str] = (),
        *,
        is_filtered: bool = False,
    ) -> None:
        """Take over ``sock``: connected when ``peer`` is None, else bound.

        A bound one hears the peer's host and those in ``allow``; all others are strangers.
        ``is_filtered`` says that the system keeps them away, and did so before it was bound.
        """
        self._unheard = 0
        self._is_filtered = is_filtered
        super().__init__(address)
        self.refused = 0
        """Times the network said that nobody was there."""
        self._socket = sock
        self._peer = peer
        self._outbox = Outbox(OUTBOX_ROOM)
        self._has_segmentation = sys.platform == "linux"
        self._peer_host = "" if peer is None else _bare(peer[0])
        self._receive: Callable[[int], bytes | None] = (
            sock.recv if peer is None or is_filtered else self._receive_from_peer
        )
        self._others = Peers(allow)
        self._transmit: Callable[[bytes], int] = (
            sock.send if peer is None else lambda data: sock.sendto(data, peer)
        )

    @property
    def strangers(self) -> int:
        """Datagrams of others that were dropped unread, those the system dropped for us too."""
        return self._unheard + (self._drops() if self._is_filtered else 0)

    @strangers.setter
    def strangers(self, count: int) -> None:
        self._unheard = count

    @property
    def overrun(self) -> int:
        """Datagrams the system dropped because we were late; 0 where it does not say.

        On a filtered socket it does not tell them from strangers'.
        """
        return 0 if self._is_filtered else self._drops()

    def _drops(self) -> int:
        if sys.platform != "linux" or self._socket.fileno() < 0:
            return 0
        figures = self._socket.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, 64)
        return int(struct.unpack_from("=I", figures, 4 * _MEMINFO_DROPS)[0])

    def local_port(self) -> int:
        """Return the port this end has."""
        return int(self._socket.getsockname()[1])

    def send(self, data: bytes) -> None:
        """Queue ``data`` and return at once.  After a loss it is dropped and counted."""
        if not self.is_open or self._outbox.waiting:
            super().send(data)
            return
        try:
            self._transmit(data)
        except OSError as error:
            if not self._try_again(data, error):
                self._wait_with(data)
        else:
            self.sent += 1

    def send_many(self, chunks: Sequence[bytes]) -> None:
        """Send ``chunks`` in order; neighbours of equal length leave in one system call."""
        if not self._has_segmentation or self._outbox or not self.is_open:
            super().send_many(chunks)
            return
        for length, group in groupby(chunks, len):
            run = list(group)
            most = min(_MOST_SEGMENTS, _LONGEST_SEGMENTED // length) if length else 1
            for start in range(0, len(run), max(1, most)):
                self._send_run(run[start : start + max(1, most)])

    def _start(self) -> None:
        self._watch(self._socket, self._read)

    def _stop(self) -> None:
        self._loop.remove_reader(self._socket)
        self._loop.remove_writer(self._socket)
        self.dropped += len(self._outbox)
        self._unheard, self._is_filtered = self.strangers, False
        self._socket.close()

    def _read(self) -> None:
        # A fader that moves alone goes its whole way before the socket is asked
        # again: finding it empty costs as much as the way through the engine.
        try:
            data = self._receive(LONGEST)
        except OSError as error:
            if isinstance(error, BlockingIOError) or not self._bear(error):
                return
        else:
            if data is not None:
                self.received += 1
                self._arrived(data)
                self._rested()
                if len(data) > FULL:
                    return
        if self.is_open:
            self._drain()

    def _drain(self) -> None:
        """Hand on together what else waits, up to a bound."""
        receive, arrived = self._receive, self._arrived
        before = self.received
        for _ in range(MOST_AT_ONCE - 1):
            try:
                data = receive(LONGEST)
            except BlockingIOError:
                break
            except OSError as error:
                if self._bear(error):
                    continue
                break
            if data is not None:
                self.received += 1
                arrived(data)
                if len(data) > FULL:
                    break
        if self.received != before:
            self._rested()

    def _receive_from_peer(self, longest: int) -> bytes | None:
        data, sender = self._socket.recvfrom(longest)
        if sender != self._peer and not self._may_speak(sender[0]):
            self._unheard += 1
            return None
        return data

    def _may_speak(self, host: str) -> bool:
        return _bare(host) == self._peer_host or self._others.admits(host)

    def _bear(self, error: OSError) -> bool:
        """Return whether the socket still serves after ``error``."""
        if error.errno in _NOBODY_THERE:
            self.refused += 1
            self._loop.call_soon(self._listen_on)
            return True
        self.lose(f"The network said: {error.strerror}.")
        return False

    def _listen_on(self) -> None:
        if self.is_open and self._is_heard:
            self._watch(self._socket, self._read)

    def _send(self, data: bytes) -> None:
        if self._outbox:
            self.dropped += self._outbox.put(data)
        elif not self._try(data):
            self._wait_with(data)

    def _wait_with(self, data: bytes) -> None:
        self.dropped += self._outbox.put(data)
        self._loop.add_writer(self._socket, self._flush)

    def _flush(self) -> None:
        while self._outbox and self.is_open:
            if not self._try(self._outbox.first()):
                return
            self._outbox.take()
        self._loop.remove_writer(self._socket)

    def _try(self, data: bytes) -> bool:
        """Return False when ``data`` must wait; else it left, or was dropped and counted."""
        try:
            self._transmit(data)
        except OSError as error:
            return self._try_again(data, error)
        self.sent += 1
        return True

    def _try_again(self, data: bytes, error: OSError) -> bool:
        """Send ``data`` after ``error``; return False when it must wait."""
        if isinstance(error, BlockingIOError):
            return False
        # An error of an earlier datagram is told in place of sending this one:
        # the second attempt is the real one.
        if error.errno != errno.EMSGSIZE and self._bear(error):
            try:
                self._transmit(data)
            except BlockingIOError:
                return False
            except OSError as again:
                if again.errno != errno.EMSGSIZE:
                    self._bear(again)
            else:
                self.sent += 1
                return True
        self.dropped += 1
        return True

    def _send_run(self, run: list[bytes]) -> None:
        if len(run) > 1 and self._has_segmentation and not self._outbox:
            length = struct.pack("=H", len(run[0]))
            try:
                self._socket.sendmsg(
                    [b"".join(run)], [(_SOL_UDP, _UDP_SEGMENT, length)], 0, self._peer
                )
            except OSError as error:
                # Too long for a segment, or no offload here: then never again.
                # A full buffer or an old refusal only sends this run one by one.
                if not isinstance(error, BlockingIOError) and error.errno not in _NOBODY_THERE:
                    self._has_segmentation = False
            else:
                self.sent += len(run)
                return
        for data in run:
            self.send(data)


async def open_udp(address: UdpAddress) -> UdpLink:
    """Open a socket for ``address``.  Raises ``LinkUnavailable``.

    The socket has our number on the way to the peer, unless ``bind`` says
    another: only this host can reach the socket of a peer on this host.
    """
    family, peer = await _resolve(address)
    sock = socket.socket(family, socket.SOCK_DGRAM)
    is_filtered = False
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        if address.listen is None:
            if address.bind is not None:
                sock.bind((address.bind, 0))
            sock.connect(peer)
        else:
            # Before it can be reached, so that nothing of strangers waits in it.
            is_filtered = _keep_strangers_away(sock, peer, address.allow)
            sock.bind((address.bind or _way_out(family, peer), address.listen))
    except OSError as error:
        sock.close()
        raise LinkUnavailable(str(address), _refusal(address, error)) from error
    sender = None if address.listen is None else peer
    return UdpLink(str(address), sock, sender, address.allow, is_filtered=is_filtered)


def _keep_strangers_away(sock: socket.socket, peer: SocketAddress, allow: Sequence[str]) -> bool:
    """Let the system drop what others than ``peer`` and ``allow`` send; return whether it does."""
    if sock.family != socket.AF_INET:
        return False
    hosts = networks_of((_bare(peer[0]), *allow))
    return attach(sock, [one for one in hosts if isinstance(one, IPv4Network)])


async def _resolve(address: UdpAddress) -> tuple[socket.AddressFamily, SocketAddress]:
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(address.host, address.port, type=socket.SOCK_DGRAM)
    except (OSError, UnicodeError):
        raise LinkUnavailable(
            str(address),
            f"There is no host named {address.host!r} now. Write its number, or check the network.",
        ) from None
    # Consoles and DAWs listen on IPv4; "localhost" would lead to ::1 first.
    family, _, _, _, peer = min(found, key=lambda entry: entry[0] != socket.AF_INET)
    return family, (peer[0], peer[1]) if len(peer) == 2 else peer  # type: ignore[return-value]


def _refusal(address: UdpAddress, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        holder = holder_of(address.listen) if address.listen else ""
        held = f"held by {holder}" if holder else "in use by another program here"
        return (
            f"UDP port {address.listen} is {held}. "
            "Stop that program, or write another number after listen= and tell the peer."
        )
    if error.errno == errno.EADDRNOTAVAIL:
        return f"This machine has no address {address.bind} now. Write one of its own after bind=."
    if error.errno == errno.EACCES:
        return f"The system does not let us use this address: {error.strerror}."
    return f"The socket could not be opened: {error.strerror or error}. Check the network."


def _bare(host: str) -> str:
    """Return ``host`` without the IPv6 zone, which the system adds as it likes."""
    return host.partition("%")[0]


def _way_out(family: socket.AddressFamily, peer: SocketAddress) -> str:
    """Return our own number on the way to ``peer``; nothing is sent."""
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect(peer)
        return str(probe.getsockname()[0])
