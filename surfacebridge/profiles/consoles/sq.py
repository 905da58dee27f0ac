"""Allen & Heath SQ, by NRPN in MIDI over TCP.

Owns: SQ's values and its questions.
Does not own: parameter numbers (its sheet), MIDI (``protocols.midi``), or scenes and
the age of answers (``profiles.allenheath_console``).

Rules.  The desk's fader law for NRPN must be set to *linear taper*.  A message is
acted on when its last quarter comes: until then the value is half of an old one.
A set is not answered; what was asked before it is older than it.

Source: Allen & Heath, "SQ MIDI Protocol", issue 3, and the Companion module
allenheath-sq; 0 dB is 76 5C and +10 dB 7F 7F in its table (the worked examples in the
same paper are some 0.6 dB off it).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import isnan
from typing import Final

from surfacebridge.model.parameters import ParameterId
from surfacebridge.model.sheets import ParameterSpec, TargetSheet
from surfacebridge.model.values import OFF, Colour, Value
from surfacebridge.profiles.allenheath_console import AllenHeathConsole, MidiLeaf
from surfacebridge.profiles.console import Renewal
from surfacebridge.protocols.midi.encoder import encode
from surfacebridge.protocols.midi.messages import ControlChange, MidiMessage
from surfacebridge.protocols.midi.numbers import Parameters, ParameterSet, parameter_messages

_TOP: Final = 0x3FFF
_UNITY: Final = 0x76 << 7 | 0x5C
_PER_DECIBEL: Final = (_TOP - _UNITY) / 10.0
_CENTRE: Final = 0x3F << 7 | 0x7F

_SELECT_HIGH: Final = 0x63
_SELECT_LOW: Final = 0x62
_DATA_LOW: Final = 0x26
_INCREMENT: Final = 0x60
_ASK: Final = 0x7F

# The balance of the main: every SQ has one, and no sheet names it.
_LIFE: Final = 0x5F << 7
_LIFE_EVERY: Final = 1.5


@dataclass(slots=True, kw_only=True)
class SqLeaf(MidiLeaf):
    """A parameter's NRPN number."""

    number: int


class Sq(AllenHeathConsole[SqLeaf]):
    """One desk, as a target."""

    def __init__(self, name: str, sheet: TargetSheet) -> None:
        """Build the tables of everything in ``sheet``."""
        self._parameters = Parameters()
        super().__init__(name, sheet)

    # Tables.

    def leaf_of(self, parameter: ParameterId, spec: ParameterSpec) -> SqLeaf | None:
        """Return the number of ``parameter``: a first one, and its place in rows after it."""
        wire = spec.wire
        first, row, rows, place = (wire.get(key, 0) for key in ("nrpn", "row", "of", "place"))
        if "nrpn" not in wire or not all(isinstance(one, int) for one in (first, row, rows, place)):
            return None
        number = int(first + row * rows + place)  # type: ignore[operator]
        return SqLeaf(str(number), parameter, spec, True, number=number)

    # Bytes.

    def question(self, address: str) -> bytes:
        """Return what asks for one parameter."""
        leaf = self._by_address[address]
        self.note_asked(leaf)
        return self._asks(leaf.number)

    def _asks(self, number: int) -> bytes:
        return self._said(
            (_SELECT_HIGH, number >> 7), (_SELECT_LOW, number & 0x7F), (_INCREMENT, _ASK)
        )

    def _said(self, *pairs: tuple[int, int]) -> bytes:
        return b"".join(encode(ControlChange(self._channel, *pair)) for pair in pairs)

    def stream(self, streams: Iterable[Renewal], now: float) -> None:
        """Keep ``streams`` flowing beside the question whether anybody is there."""
        super().stream((Renewal(self._asks(_LIFE), _LIFE_EVERY), *streams), now)

    # The console speaks.

    def hear(self, message: MidiMessage, now: float) -> None:
        """Take the last quarter of a parameter."""
        match message:
            case ControlChange(self._channel, controller, _):
                change = self._parameters.receive(message)
                if controller == _DATA_LOW and isinstance(change, ParameterSet):
                    self._note_life(now)
                    self._hear_parameter(change)
            case _:
                pass

    def _hear_parameter(self, change: ParameterSet) -> None:
        address = str(change.number)
        spec = self.spec_at(address)
        if change.number != _LIFE or spec is not None:
            self.hear_answer(address, None if spec is None else _from_wire(spec, change.value))

    # The bridge speaks.

    def write(self, leaf: SqLeaf, value: Value, now: float) -> bool:
        """Queue what sets ``leaf``; return False where it cannot be ``value``."""
        raw = _to_wire(leaf.spec, value)
        if raw is None:
            return False
        change = ParameterSet(self._channel, "nrpn", leaf.number, raw)
        self._out.append(b"".join(map(encode, parameter_messages(change))))
        self.note_written(leaf)
        return True


def _to_wire(spec: ParameterSpec, value: Value) -> int | None:
    if spec.kind == "switch":
        return int(bool(value) != (spec.wire.get("inverted") is True))
    if isinstance(value, bool | str | Colour) or isnan(value):
        return None
    if spec.kind == "pan":
        # There is no place in the middle of an even number of them: the desk's is the lower.
        return _CENTRE if value == 0.0 else round((min(max(value, -1.0), 1.0) + 1.0) / 2.0 * _TOP)
    # Not by way of the grid: 0 dB is to be the desk's own 0 dB.
    return round(min(max(_UNITY + value * _PER_DECIBEL, 0), _TOP))


def _from_wire(spec: ParameterSpec, raw: int) -> Value | None:
    match spec.kind:
        case "switch":
            return (raw != 0) != (spec.wire.get("inverted") is True)
        case "pan":
            return 0.0 if raw == _CENTRE else raw / _TOP * 2.0 - 1.0
        case "level":
            return OFF if raw == 0 else (raw - _UNITY) / _PER_DECIBEL
        case _:
            return None
