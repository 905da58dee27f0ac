"""Network MIDI sessions as links.

Owns: the two sockets of a session, its clock and its numbers, the Bonjour
announcement.  Does not own: the session (``protocols.rtpmidi``), reopening (the
bridge's supervisor).

Rule: one chunk is one whole MIDI message, both ways, and what leaves is paced
to the device.  A session that ends loses the link; a listener's successor then
listens anew.
"""

import asyncio
import errno
import secrets
import socket
from collections import deque
from collections.abc import Callable, Hashable
from contextlib import ExitStack, suppress
from typing import Final

from surfacebridge.errors import LinkUnavailable
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.rtpmidi.pace import DIN_RATE
from surfacebridge.protocols.rtpmidi.session import NEVER, Initiator, Listener, Port, Session
from surfacebridge.transports.address import RtpAddress, RtpListenAddress
from surfacebridge.transports.bonjour import Announcement, announce
from surfacebridge.transports.link import MOST_WAITING, OpenLink
from surfacebridge.transports.midi_chunk import whole_messages
from surfacebridge.transports.peers import Peers

# What an initiator is called; Arduino-AppleMIDI cuts names after 24 letters.
OUR_NAME: Final = "surfacebridge"
# Packets of ours are shorter, those of others end with the network's.
LONGEST: Final = 65_535
# Bounded, so that a flood on one link does not starve another.
MOST_AT_ONCE: Final = 256
# A goodbye is a few hundred bytes; what a device does not take in this time stays unsaid.
_MOST_CLOSING: Final = 1.0
_PORTS: Final[tuple[Port, Port]] = ("control", "data")
_TRIES: Final = 16

Sender = tuple[str, int] | tuple[str, int, int, int] | None
"""Who sent a datagram; None where it can only be the peer."""


class RtpLink(OpenLink):
    """One session and its sockets.  It runs from the moment it is made."""

    def __init__(self, address: str, session: Session, sockets: dict[Port, socket.socket]) -> None:
        """Take over ``sockets``: connected ones for an initiator, bound ones for a listener."""
        super().__init__(address)
        self.session = session
        """For its figures: ``round_trip``, ``incoming.lost``, ``incoming.restored``."""
        self.malformed = 0
        """Datagrams, commands and SysEx that could not be used; they count as dropped, too."""
        self.refused = 0
        """Times the network did not take a datagram, or said that nobody was there."""
        self.allowed: Peers | None = None
        """Who may speak; everybody who reaches us where it is None."""
        self.announcement: Announcement | None = None
        self._sockets = sockets
        self._midi = sockets["data"]
        self._inbox: deque[bytes] = deque()
        self._has_begun = asyncio.Event()
        self._is_drained = asyncio.Event()
        self._is_closing = False
        self._timer: asyncio.TimerHandle | None = None
        # uvloop's handles of times gone by do not say when.
        self._rings_at = NEVER
        self._soon: asyncio.Handle | None = None
        self._farewell: asyncio.Task[None] | None = None
        self._dropped_before = 0
        # A connected socket hears its peer only, and needs not be told who spoke.
        self._receive: Callable[[socket.socket, int], tuple[bytes, Sender]] = (
            _recv if isinstance(session, Initiator) else socket.socket.recvfrom
        )
        # Whether several packets came together last time.
        self._is_crowded = False
        # Whether the peer may wait for an answer to what was read.
        self._is_asked = False
        # Plain packets take their short way from when somebody listens until we close.
        self._plain: Callable[[bytes, Hashable], bytes | None] = _none_is_plain
        for port in _PORTS:
            self._listen_on(port)
        self._turn()

    def local_port(self) -> int:
        """Return the control port of this end."""
        return int(self._sockets["control"].getsockname()[1])

    async def begin(self) -> None:
        """Wait until the session is open.  Raises ``LinkUnavailable``."""
        await self._has_begun.wait()
        if self.session.state == "ended":
            raise LinkUnavailable(self.address, self.session.reason)

    async def close(self) -> None:
        """Let what was sent leave, for a second at most, say goodbye and close."""
        self._is_closing = True
        self._plain = _none_is_plain
        if self.is_open and self.session.state == "open" and self.session.waiting:
            self._is_drained.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._is_drained.wait(), _MOST_CLOSING)
        if self.is_open:
            self.session.end()
            self._flush()
        await super().close()
        if self._farewell is not None:
            await self._farewell

    def _start(self) -> None:
        self._loop.call_soon(self._hand_on)

    def _stop(self) -> None:
        for handle in (self._timer, self._soon):
            if handle is not None:
                handle.cancel()
        for sock in self._sockets.values():
            self._loop.remove_reader(sock)
            sock.close()
        if self.announcement is not None:
            self._farewell = self._loop.create_task(self.announcement.close())

    def _send(self, data: bytes) -> None:
        for message in whole_messages(data):
            self.session.send(message)
        self._count()
        if self._soon is None:
            # What is sent in one turn of the loop shares a packet.
            self._soon = self._loop.call_soon(self._turn)

    def _read_midi(self) -> None:
        # A fader that moves alone goes its whole way before the socket is asked again, and
        # before anything is noted or said to the peer.  Where several packets came together
        # last time they do so again, and are decided and sent together.
        try:
            data, sender = self._receive(self._midi, LONGEST)
        except BlockingIOError:
            return
        except OSError:
            self._note_refusal("data")
        else:
            message = self._plain(data, sender)
            if message is None:
                self._take_in("data", data, sender)
            else:
                self.received += 1
                self._arrived(message)
            if not self._is_crowded:
                self._rested()
        came_more = self.is_open and self._drain("data")
        if came_more or self._is_crowded:
            self._rested()
        self._is_crowded = came_more
        self._answer()

    def _read_control(self) -> None:
        self._drain("control")
        self._answer()

    def _answer(self) -> None:
        """Note what passed, and say what is due for it."""
        if self.is_open and (self.session.settle(self._loop.time()) or self._is_asked):
            self._turn()

    def _drain(self, port: Port) -> bool:
        """Take in what else waits, up to a bound; return whether there were messages."""
        sock = self._sockets[port]
        before = self.received
        for _ in range(MOST_AT_ONCE - 1):
            try:
                data, sender = self._receive(sock, LONGEST)
            except BlockingIOError:
                break
            except OSError:
                # An error of an earlier datagram; whether the peer lives is the session's to say.
                self._note_refusal(port)
                continue
            message = self._plain(data, sender) if port == "data" else None
            if message is None:
                self._take_in(port, data, sender)
            else:
                self.received += 1
                self._arrived(message)
            if not self.is_open:
                break
        return self.received != before

    def _take_in(self, port: Port, data: bytes, sender: Sender) -> None:
        """Take in a datagram that is no plain packet."""
        if sender is not None and self.allowed is not None and not self.allowed.admits(sender[0]):
            self.strangers += 1
            return
        self._is_asked = True
        for message in self.session.receive(port, data, self._loop.time(), sender):
            self._take(message)

    def _take(self, message: bytes | Malformed) -> None:
        if isinstance(message, Malformed):
            self.malformed += 1
            self.dropped += 1
        elif self._is_closing or not self.is_open:
            self.dropped += 1
        elif self._is_heard and not self._inbox:
            self.received += 1
            self._arrived(message)
        elif len(self._inbox) < MOST_WAITING:
            self._inbox.append(message)
        else:
            self.dropped += 1

    def _hand_on(self) -> None:
        """Hand on what came before somebody listened."""
        while self._inbox and self.is_open and not self._is_closing:
            self.received += 1
            self._arrived(self._inbox.popleft())
        self._rested()
        if not self._is_closing:
            self._plain = self.session.incoming.plain

    def _turn(self) -> None:
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None
        self._is_asked = False
        now = self._loop.time()
        self.session.poll(now)
        self._flush()
        if self.session.state != "waiting":
            self._has_begun.set()
        if not self.session.waiting:
            self._is_drained.set()
        if self.session.state == "ended":
            self.lose(self.session.reason)
            return
        wake = self.session.wake()
        if wake < NEVER and (self._timer is None or wake < self._rings_at):
            if self._timer is not None:
                self._timer.cancel()
            self._rings_at = wake
            self._timer = self._loop.call_at(wake, self._ring)

    def _ring(self) -> None:
        self._timer = None
        self._turn()

    def _flush(self) -> None:
        for datagram in self.session.take():
            sock = self._sockets[datagram.port]
            # An error of an earlier datagram is told in place of sending this one:
            # the second attempt is the real one.
            for _ in range(2):
                try:
                    if datagram.to is None:
                        sock.send(datagram.data)
                    else:
                        sock.sendto(datagram.data, datagram.to)  # type: ignore[call-overload]
                except OSError:
                    # The journal makes up for it, as for any loss.
                    self._note_refusal(datagram.port)
                else:
                    break
        self._count()

    def _note_refusal(self, port: Port) -> None:
        self.refused += 1
        self._loop.call_soon(self._listen_on, port)

    def _listen_on(self, port: Port) -> None:
        if self.is_open:
            read = self._read_midi if port == "data" else self._read_control
            self._watch(self._sockets[port], read)

    def _count(self) -> None:
        dropped = self.session.dropped + self.session.overrun
        self.dropped += dropped - self._dropped_before
        self._dropped_before = dropped
        self.sent = self.session.sent


def _none_is_plain(_data: bytes, _sender: Hashable) -> None:
    """Stand in for the short way while it is closed."""


def _recv(sock: socket.socket, longest: int) -> tuple[bytes, None]:
    return sock.recv(longest), None


async def open_rtp(address: RtpAddress) -> RtpLink:
    """Begin a session; returns when it is open.  Raises ``LinkUnavailable``.

    It takes two round trips, and five to ten seconds to say that nobody is there.
    """
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
    try:
        sockets = _connected(family, str(peer[0]), address.port)
    except OSError as error:
        raise LinkUnavailable(
            str(address), f"The sockets could not be opened: {error.strerror}. Check the network."
        ) from error
    session = Initiator(
        OUR_NAME,
        secrets.randbits(32),
        secrets.randbits(32),
        loop.time(),
        address.rate or DIN_RATE,
    )
    link = RtpLink(str(address), session, sockets)
    try:
        await link.begin()
    except BaseException:
        await link.close()
        raise
    return link


async def open_rtp_listener(address: RtpListenAddress) -> RtpLink:
    """Wait for sessions; returns at once, what is sent before one is dropped and counted.

    Raises ``LinkUnavailable``, and ``MissingExtra`` where Bonjour should tell of it.
    """
    family = socket.AF_INET6 if ":" in address.bind else socket.AF_INET
    try:
        sockets = _bound(family, address.bind, address.port)
    except OSError as error:
        raise LinkUnavailable(str(address), _refusal(address, error)) from error
    session = Listener(
        address.name, secrets.randbits(32), secrets.randbits(32), address.rate or DIN_RATE
    )
    link = RtpLink(str(address), session, sockets)
    if address.allow:
        link.allowed = Peers(address.allow)
    if address.is_announced:
        try:
            link.announcement = await announce(
                str(address), address.name, address.port, address.bind
            )
        except BaseException:
            await link.close()
            raise
    return link


def _connected(family: int, host: str, port: int) -> dict[Port, socket.socket]:
    """Return two sockets with neighbouring numbers, as some peers expect of an initiator."""
    whence = "::" if family == socket.AF_INET6 else ""
    for attempt in range(_TRIES):
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((whence, 0))
            first = int(probe.getsockname()[1])
        try:
            sockets = _bound(family, whence, first)
        except (OSError, OverflowError):
            if attempt == _TRIES - 1:
                raise
            continue
        break
    for offset, sock in enumerate(sockets.values()):
        sock.connect((host, port + offset))
    return sockets


def _bound(family: int, host: str, port: int) -> dict[Port, socket.socket]:
    sockets: dict[Port, socket.socket] = {}
    with ExitStack() as opened:
        for offset, name in enumerate(_PORTS):
            sock = opened.enter_context(socket.socket(family, socket.SOCK_DGRAM))
            sock.setblocking(False)
            sock.bind((host, port + offset))
            sockets[name] = sock
        opened.pop_all()
    return sockets


def _refusal(address: RtpListenAddress, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"UDP port {address.port} or {address.port + 1} is in use by another program here. "
            "Stop that program, or write another number after port=."
        )
    if error.errno == errno.EADDRNOTAVAIL:
        return f"This machine has no address {address.bind} now. Write one of its own after bind=."
    return f"The sockets could not be opened: {error.strerror or error}. Check the network."
