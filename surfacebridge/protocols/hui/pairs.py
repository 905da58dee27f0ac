"""What a HUI says with two controllers: zone then port, high byte then low.

Owns: putting the two halves together, and taking them apart.
Does not own: what a zone's ports are (``layout``).
"""

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.hui import layout
from surfacebridge.protocols.hui.messages import FaderMoved
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi import encoder
from surfacebridge.protocols.midi.messages import ControlChange

_ON = 4
_OFF = 0


class Pairs:
    """The halves heard last; one for each direction of a connection."""

    def __init__(self) -> None:
        # The chosen zone stays chosen, so several ports may follow it.
        self._zone: int | None = None
        self._high: dict[int, int] = {}

    def choose_zone(self, zone: int) -> None:
        """Hear a zone."""
        self._zone = zone

    def port(self, message: ControlChange) -> tuple[layout.Place, bool] | Malformed | None:
        """Hear a port: return its place and whether it is on."""
        if self._zone is None:
            return Malformed(encoder.encode(message), "port without a zone")
        state, port = message.value >> 4, message.value & 0xF
        # Pro Tools sends state 2 with automation modes; it means neither.
        if state not in {_ON, _OFF}:
            return None
        return (self._zone, port), state == _ON

    def high(self, strip: int, value: int) -> None:
        """Hear the high half of a fader's place."""
        self._high[strip] = value

    def low(self, strip: int, message: ControlChange) -> FaderMoved | Malformed:
        """Hear the low half, which completes a move."""
        high = self._high.get(strip)
        if high is None:
            return Malformed(encoder.encode(message), "fader's low byte without its high byte")
        return FaderMoved(strip, high << 7 | message.value)


def fader_pair(move: FaderMoved) -> bytes:
    """Return both halves of a fader's move."""
    if not 0 <= move.strip < layout.FADERS or not 0 <= move.value <= 0x3FFF:
        raise ProtocolMisuse(f"a HUI cannot say {move}")
    return _two(
        (layout.FADER_HIGH[move.strip], move.value >> 7),
        (layout.FADER_LOW[move.strip], move.value & 0x7F),
    )


def port_pair(
    zone_controller: int, port_controller: int, place: layout.Place, *, on: bool
) -> bytes:
    """Return zone and port of a switch or lamp."""
    zone, port = place
    return _two((zone_controller, zone), (port_controller, (_ON if on else _OFF) << 4 | port))


def _two(*halves: tuple[int, int]) -> bytes:
    return b"".join(encoder.encode(ControlChange(0, *half)) for half in halves)
