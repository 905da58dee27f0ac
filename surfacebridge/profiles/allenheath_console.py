"""What Allen & Heath's consoles have in common: MIDI messages on a TCP connection.

Owns: taking the stream apart, scenes by bank and program, and answers that are older
than what was written since.
Does not own: which numbers and messages stand for a parameter (``consoles`` and
their sheets), or reading, renewing and silence at all (``profiles.console``).

Rules.  An answer looks like any change, so answers under way are counted, for a second
at most: what was asked before a write is older than it.  A recall tells its number and
nothing else; all that is watched is read again a second later.
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import ClassVar, Final, TypeVar

from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.sheets import ParameterSpec, TargetSheet
from surfacebridge.model.values import OFF, Colour, Value
from surfacebridge.profiles.console import Console, Heard, Leaf
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi.decoder import MidiDecoder
from surfacebridge.protocols.midi.encoder import encode
from surfacebridge.protocols.midi.messages import ControlChange, MidiMessage, ProgramChange

_BANK: Final = 0x00
_BANK_LOW: Final = 0x20

# A recall is over by then (assumed).
RECALL_TAKES: Final = 1.0

# Over a network an answer takes milliseconds; what comes later is a hand.
_ANSWER_WITHIN: Final = 1.0

_TOP: Final = 0x7F


@dataclass(slots=True)
class MidiLeaf(Leaf):
    """One parameter; ``asked`` and ``stale`` count the answers to come of ``asked_at``."""

    asked: int = 0
    stale: int = 0
    asked_at: float = 0.0

    def age(self, now: float) -> None:
        """Wait no longer for what has not come by ``now``."""
        if now > self.asked_at + _ANSWER_WITHIN:
            self.asked = self.stale = 0


MidiLeafT = TypeVar("MidiLeafT", bound=MidiLeaf)


class AllenHeathConsole(Console[MidiLeafT]):
    """One desk, as a target; ``channel`` is the MIDI channel it is set to, from 0."""

    # Nobody has said what these desks bear; a quarter of what an X32 does.
    window = 16

    is_bank_of_two: ClassVar[bool] = False
    """Whether a scene's bank takes both controllers."""

    def __init__(self, name: str, sheet: TargetSheet) -> None:
        """Build the tables of everything in ``sheet``."""
        channel = sheet.facts.get("midi channel", 1)
        self._channel = channel - 1 if isinstance(channel, int) else 0
        self._decoder = MidiDecoder()
        self._bank = 0
        # What recalls a scene, and what tells the current one.
        self._scenes: dict[ParameterId, ParameterSpec] = {}
        super().__init__(name, sheet)

    # What a desk says for itself.

    @abstractmethod
    def hear(self, message: MidiMessage, now: float) -> None:
        """Take any message but a scene's."""

    # Tables.

    def add_other(self, parameter: ParameterId, spec: ParameterSpec) -> None:
        """Note what scenes go by; leave out what has no number."""
        if spec.wire.get("scene") is True:
            self._scenes[parameter] = spec

    def watch_others(self, parameters: Sequence[ParameterId], now: float) -> None:
        """Follow nothing: scenes are told without being asked for, and there are no meters."""

    def note_asked(self, leaf: MidiLeafT) -> None:
        """Expect one more answer."""
        leaf.age(self._now)
        leaf.asked += 1
        leaf.asked_at = self._now

    # The console speaks.

    def receive(self, data: bytes, now: float) -> Sequence[Heard]:
        """Return what the messages in ``data`` mean."""
        self._now = now
        for message in self._decoder.receive(data):
            match message:
                case Malformed():
                    self.health.malformed += 1
                case ControlChange(self._channel, controller, bank) if controller == _BANK:
                    self._bank = bank
                case ProgramChange(self._channel, program):
                    self._note_life(now)
                    self._hear_scene(self._bank * 128 + program + 1)
                case _:
                    self.hear(message, now)
        if not self.health.synced:
            self._read(now)
        return self._take_pending()

    def hear_answer(self, address: str, value: Value | None) -> None:
        """Take ``value`` for what is at ``address``, unless it is older than what was written."""
        leaf = self._by_address.get(address)
        if leaf is None:
            self.health.unknown += 1
            return
        leaf.age(self._now)
        if leaf.asked:
            leaf.asked -= 1
            if leaf.stale:
                leaf.stale -= 1
                self._note_answer(leaf.address)
                return
        if value is None:
            self.health.malformed += 1
        else:
            self.hear_value(leaf, value)

    def spec_at(self, address: str) -> ParameterSpec | None:
        """Return what is at ``address``; None where nothing is."""
        leaf = self._by_address.get(address)
        return None if leaf is None else leaf.spec

    def _hear_scene(self, number: int) -> None:
        self._pending += (
            Report(parameter, float(number))
            for parameter, spec in self._scenes.items()
            if not spec.writable
        )
        self._reread_at = self._now + RECALL_TAKES

    def forget(self) -> None:
        """Know nothing, and wait for no answer."""
        super().forget()
        for leaf in self._leaves.values():
            leaf.asked = leaf.stale = 0

    # The bridge speaks.

    def send(self, item: Write, now: float) -> None:
        """Queue what writes ``item``, or recalls it; what the desk lacks is counted."""
        spec = self._scenes.get(item.parameter)
        if spec is None or not spec.writable:
            super().send(item, now)
            return
        self._now = now
        if isinstance(item.value, bool | str | Colour) or isnan(item.value):
            self.health.unknown += 1
        else:
            self._recall(round(min(max(item.value, spec.low), spec.high)) - 1)

    def _recall(self, scene: int) -> None:
        bank, program = divmod(scene, 128)
        said = [encode(ControlChange(self._channel, _BANK, bank))]
        if self.is_bank_of_two:
            said.append(encode(ControlChange(self._channel, _BANK_LOW, 0)))
        said.append(encode(ProgramChange(self._channel, program)))
        self._out.append(b"".join(said))
        self._reread_at = self._now + RECALL_TAKES

    def note_written(self, leaf: MidiLeafT) -> None:
        """Take every answer under way for older than what was just written."""
        leaf.age(self._now)
        leaf.stale = leaf.asked


def whole(wire: Mapping[str, object], key: str) -> int:
    """Return the number at ``key`` of a parameter's ``wire``; 0 where there is none."""
    value = wire.get(key, 0)
    return value if isinstance(value, int) else 0


def to_seven_bits(spec: ParameterSpec, value: Value) -> int | None:
    """Return ``value`` as 0…127: a place on the desk's own grid, or 7F and 3F for a switch.

    None where it cannot be.  A level that is off is 0, as is all below the lowest step.
    """
    if spec.kind == "switch":
        return _TOP if bool(value) != (spec.wire.get("inverted") is True) else _TOP >> 1
    if spec.kind == "choice":
        return spec.choices.index(str(value)) if value in spec.choices else None
    if isinstance(value, bool | str | Colour) or isnan(value):
        return None
    place = spec.index(value)
    return max(place, 0) if isinstance(place, int) else None


def from_seven_bits(spec: ParameterSpec, raw: int) -> Value | None:
    """Return what 0…127 means; None where it means nothing.

    Levels are told to the hundredth, so that 0 dB is 0 whatever line of a law it lies on.
    """
    if spec.kind == "switch":
        return (raw > _TOP >> 1) != (spec.wire.get("inverted") is True)
    if spec.kind == "choice":
        return spec.choices[raw] if raw < len(spec.choices) else None
    if spec.kind == "level" and raw == 0:
        return OFF
    if raw >= spec.steps:
        return None
    return round(spec.from_position(raw / (spec.steps - 1)), 2)
