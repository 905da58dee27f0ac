"""Allen & Heath SQ, by NRPN in MIDI over TCP.

Owns: SQ's values, its questions, and scenes by bank and program.
Does not own: parameter numbers (its sheet), MIDI (``protocols.midi``), or reading,
renewing and silence at all (``profiles.console``).

Rules.  The desk's fader law for NRPN must be set to *linear taper*.  A message is
acted on when its last quarter comes: until then the value is half of an old one.
A set is not answered; what was asked before it is older than it.

Source: Allen & Heath, "SQ MIDI Protocol", issue 3, and the Companion module
allenheath-sq; 0 dB is 76 5C and +10 dB 7F 7F in its table (the worked examples in the
same paper are some 0.6 dB off it).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Final

from surfacebridge.model.parameters import ParameterId, Report
from surfacebridge.model.sheets import ParameterSpec, TargetSheet
from surfacebridge.model.values import OFF, Colour, Value
from surfacebridge.profiles.console import Console, Heard, Leaf, Renewal
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi.decoder import MidiDecoder
from surfacebridge.protocols.midi.encoder import encode
from surfacebridge.protocols.midi.messages import ControlChange, MidiMessage, ProgramChange
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
_BANK: Final = 0x00

# The balance of the main: every SQ has one, and no sheet names it.
_LIFE: Final = 0x5F << 7
_LIFE_EVERY: Final = 1.5

# A recall is over by then (assumed).
_RECALL_TAKES: Final = 1.0


@dataclass(slots=True)
class SqLeaf(Leaf):
    """A parameter's NRPN number; ``asked`` and ``stale`` count answers under way."""

    number: int
    asked: int = 0
    stale: int = 0


class Sq(Console[SqLeaf]):
    """One desk, as a target."""

    # Nobody has said what an SQ bears; a quarter of what an X32 does.
    window = 16

    def __init__(self, name: str, sheet: TargetSheet) -> None:
        """Build the tables of everything in ``sheet``."""
        channel = sheet.facts.get("midi channel", 1)
        self._channel = channel - 1 if isinstance(channel, int) else 0
        self._decoder = MidiDecoder()
        self._parameters = Parameters()
        self._bank = 0
        self._scene: ParameterId | None = None
        super().__init__(name, sheet)

    # Tables.

    def leaf_of(self, parameter: ParameterId, spec: ParameterSpec) -> SqLeaf | None:
        """Return the number of ``parameter``: a first one, and its place in rows after it."""
        wire = spec.wire
        first, row, rows, place = (wire.get(key, 0) for key in ("nrpn", "row", "of", "place"))
        if wire.get("scene") is True:
            return SqLeaf(f"scene {spec.writable}", parameter, spec, False, -1)
        if "nrpn" not in wire or not all(isinstance(one, int) for one in (first, row, rows, place)):
            return None
        number = first + row * rows + place  # type: ignore[operator]
        return SqLeaf(str(number), parameter, spec, True, int(number))

    def add_other(self, parameter: ParameterId, spec: ParameterSpec) -> None:
        """Leave out what has no number."""

    def watch_others(self, parameters: Sequence[ParameterId], now: float) -> None:
        """Follow nothing: there are no others, and no meters."""

    # Bytes.

    def question(self, address: str) -> bytes:
        """Return what asks for one parameter."""
        leaf = self._by_address[address]
        leaf.asked += 1
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

    def receive(self, data: bytes, now: float) -> Sequence[Heard]:
        """Return what the messages in ``data`` mean."""
        self._now = now
        for message in self._decoder.receive(data):
            if isinstance(message, Malformed):
                self.health.malformed += 1
            else:
                self._hear(message, now)
        if not self.health.synced:
            self._read(now)
        return self._take_pending()

    def _hear(self, message: MidiMessage, now: float) -> None:
        match message:
            case ControlChange(self._channel, controller, value):
                if controller == _BANK:
                    self._bank = value
                change = self._parameters.receive(message)
                if controller == _DATA_LOW and isinstance(change, ParameterSet):
                    self._note_life(now)
                    self._hear_parameter(change)
            case ProgramChange(self._channel, program):
                self._note_life(now)
                self._hear_scene(self._bank * 128 + program + 1)
            case _:
                pass

    def _hear_parameter(self, change: ParameterSet) -> None:
        leaf = self._by_address.get(str(change.number))
        if leaf is None:
            self.health.unknown += change.number != _LIFE
            return
        if leaf.asked:
            leaf.asked -= 1
            if leaf.stale:
                leaf.stale -= 1
                self._note_answer(leaf.address)
                return
        value = _from_wire(leaf.spec, change.value)
        if value is None:
            self.health.malformed += 1
        else:
            self.hear_value(leaf, value)

    def _hear_scene(self, number: int) -> None:
        for leaf in self._leaves.values():
            if leaf.number < 0 and not leaf.spec.writable:
                self._pending.append(Report(leaf.parameter, float(number)))
        self._reread_at = self._now + _RECALL_TAKES

    def forget(self) -> None:
        """Know nothing, and wait for no answer."""
        super().forget()
        for leaf in self._leaves.values():
            leaf.asked = leaf.stale = 0

    # The bridge speaks.

    def write(self, leaf: SqLeaf, value: Value, now: float) -> bool:
        """Queue what sets ``leaf``; return False where it cannot be ``value``."""
        if leaf.number < 0:
            return self._recall(leaf.spec, value, now)
        raw = _to_wire(leaf.spec, value)
        if raw is None:
            return False
        change = ParameterSet(self._channel, "nrpn", leaf.number, raw)
        self._out.append(b"".join(map(encode, parameter_messages(change))))
        leaf.stale = leaf.asked
        return True

    def _recall(self, spec: ParameterSpec, value: Value, now: float) -> bool:
        if isinstance(value, bool | str | Colour) or isnan(value):
            return False
        bank, program = divmod(round(min(max(value, spec.low), spec.high)) - 1, 128)
        said = self._said((_BANK, bank)) + encode(ProgramChange(self._channel, program))
        self._out.append(said)
        self._reread_at = now + _RECALL_TAKES
        return True


def _to_wire(spec: ParameterSpec, value: Value) -> int | None:
    if spec.kind == "switch":
        return int(bool(value) != (spec.wire.get("inverted") is True))
    if isinstance(value, bool | str | Colour) or isnan(value):
        return None
    if spec.kind == "pan":
        return round((min(max(value, -1.0), 1.0) + 1.0) / 2.0 * _TOP)
    # Not by way of the grid: 0 dB is to be the desk's own 0 dB.
    return 0 if value == OFF else min(max(round(_UNITY + value * _PER_DECIBEL), 0), _TOP)


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
