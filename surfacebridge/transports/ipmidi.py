"""Plain MIDI for everybody on a network: ipMIDI.

Owns: the group, its sockets, and hearing everybody but ourselves.
Does not own: the bytes (``protocols.rtpmidi.plain``).

Rule: one chunk is one whole MIDI message, both ways.  Nobody confirms anything
and nothing is paced: there is no session and no end of one.
"""

import socket
import struct
import sys
from typing import Final

from surfacebridge.errors import LinkUnavailable
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.rtpmidi.plain import FIRST_PORT, GROUP, PlainStream
from surfacebridge.transports.address import IpMidiAddress
from surfacebridge.transports.link import OpenLink
from surfacebridge.transports.peers import Peers

LONGEST: Final = 65_535
# Bounded, so that a flood on one link does not starve another.
MOST_AT_ONCE: Final = 256


class IpMidiLink(OpenLink):
    """One port of ipMIDI."""

    def __init__(
        self,
        address: str,
        inward: socket.socket,
        outward: socket.socket,
        allowed: Peers | None = None,
    ) -> None:
        """Take over a socket that is in the group and one that is connected to it.

        With ``allowed`` nobody else is heard.
        """
        super().__init__(address)
        self.malformed = 0
        """Pieces that were no message; they count as dropped, too."""
        self._inward = inward
        self._outward = outward
        self._ours = outward.getsockname()
        self._allowed = allowed
        self._stream = PlainStream()

    def _start(self) -> None:
        self._loop.add_reader(self._inward, self._read)

    def _stop(self) -> None:
        self._loop.remove_reader(self._inward)
        self._inward.close()
        self._outward.close()

    def _read(self) -> None:
        for _ in range(MOST_AT_ONCE):
            try:
                data, sender = self._inward.recvfrom(LONGEST)
            except BlockingIOError:
                break
            except OSError as error:
                self.lose(f"The network said: {error.strerror}.")
                return
            # Others on this machine must hear us, so we hear ourselves as well.
            if sender != self._ours:
                if self._allowed is None or self._allowed.admits(sender[0]):
                    self._hand_on(data)
                else:
                    self.strangers += 1
            if not self.is_open:
                return
        self._rested()

    def _hand_on(self, data: bytes) -> None:
        for message in self._stream.receive(data):
            if isinstance(message, Malformed):
                self.malformed += 1
                self.dropped += 1
            elif self.is_open:
                self.received += 1
                self._arrived(message)

    def _send(self, data: bytes) -> None:
        try:
            self._outward.send(data)
        except OSError:
            self.dropped += 1
        else:
            self.sent += 1


def open_ipmidi(address: IpMidiAddress) -> IpMidiLink:
    """Join the group.  Raises ``LinkUnavailable``."""
    port = FIRST_PORT + address.number - 1
    interface = socket.inet_aton(address.interface or "0.0.0.0")  # noqa: S104 - the system's choice
    inward = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    outward = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        for sock in (inward, outward):
            sock.setblocking(False)
        inward.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Bound to the group, it hears nothing sent to us alone; Windows has no such thing.
        inward.bind(("" if sys.platform == "win32" else GROUP, port))
        group = struct.pack("4s4s", socket.inet_aton(GROUP), interface)
        inward.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group)
        outward.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, interface)
        outward.connect((GROUP, port))
    except OSError as error:
        inward.close()
        outward.close()
        raise LinkUnavailable(
            str(address),
            f"The network lets us into no group: {error.strerror}. "
            "Write interface= and one of this machine's numbers.",
        ) from error
    allowed = Peers(address.allow) if address.allow else None
    return IpMidiLink(str(address), inward, outward, allowed)
