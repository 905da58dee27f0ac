"""Plain MIDI bytes in datagrams, as ipMIDI sends them.

Owns: cutting a datagram into whole messages.
Does not own: sockets, nor who sent what (everybody on a port is one stream).

Source: Ardour's ``ipmidi_port.cc``; docs/protocols/rtpmidi.md.
"""

from typing import Final

from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi import encoder
from surfacebridge.protocols.midi.decoder import MidiDecoder

GROUP: Final = "225.0.0.37"
FIRST_PORT: Final = 21_928


class PlainStream:
    """The datagrams of one port."""

    def __init__(self) -> None:
        self._decoder = MidiDecoder()

    def receive(self, data: bytes) -> list[bytes | Malformed]:
        """Return the whole messages that ``data`` completes.  Never raises."""
        return [
            message if isinstance(message, Malformed) else encoder.encode(message)
            for message in self._decoder.receive(data)
        ]
