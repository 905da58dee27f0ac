"""Allen & Heath dLive and Avantis, by MIDI over TCP.

Owns: their messages: levels and processing by NRPN of seven bits, mutes as notes,
sends, names, colours and preamps in SysEx, gains as pitch bend.
Does not own: which channels a desk has (its sheet), MIDI (``protocols.midi``), or
scenes and the age of answers (``profiles.allenheath_console``).

Rules.  A desk has five MIDI channels in a row, one for each sort of channel strip, and a
note in it for each strip; preamps and scenes are on the first.  A note with velocity 0 says
that a key was let go, and nothing of a mute.  A desk of which the sheet says ``answers:
names`` tells levels and mutes only when they change.

Source: Allen & Heath, "dLive MIDI Over TCP/IP Protocol", firmware V2.0, and "Avantis
TCP/IP Protocol", firmware V1.10, as the Companion modules allenheath-dlive and
allenheath-avantis keep them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from surfacebridge.model.parameters import ParameterId
from surfacebridge.model.sheets import ParameterSpec, TargetSheet
from surfacebridge.model.values import EIGHT_COLOURS, Colour, Value, nearest_colour
from surfacebridge.profiles.allenheath_console import (
    AllenHeathConsole,
    MidiLeaf,
    from_seven_bits,
    to_seven_bits,
    whole,
)
from surfacebridge.profiles.console import Renewal
from surfacebridge.protocols.midi.encoder import encode
from surfacebridge.protocols.midi.messages import (
    ControlChange,
    MidiMessage,
    NoteOn,
    PitchBend,
    SysEx,
)
from surfacebridge.protocols.midi.numbers import Parameters, ParameterSet, parameter_messages

_SAYS: Final = frozenset({"nrpn", "mute", "send", "name", "colour", "gain", "phantom", "pad"})

_HEADER: Final = bytes.fromhex("00001A50100100")
_GAIN: Final = 0x19
_DATA_HIGH: Final = 0x06
_SENDS: Final = 0x0D

# The name of the first input: every desk has one, and answers.
_LIFE: Final = bytes((0x01, 0x00))
_LIFE_EVERY: Final = 1.5

# Longer than any name a desk holds; a SysEx could fill a page.
_LONGEST_NAME: Final = 64


@dataclass(slots=True, kw_only=True)
class DLiveLeaf(MidiLeaf):
    """How one parameter is said: on which MIDI channel above the first, for which note.

    ``more`` is the number of an NRPN, or where a send goes to: a MIDI channel above the
    first, and a note.
    """

    say: str
    above: int
    note: int
    more: tuple[int, ...] = ()


class DLive(AllenHeathConsole[DLiveLeaf]):
    """One MixRack or desk, as a target."""

    def __init__(self, name: str, sheet: TargetSheet) -> None:
        """Build the tables of everything in ``sheet``."""
        self._parameters = Parameters()
        self._answers_all = sheet.facts.get("answers", "all") == "all"
        super().__init__(name, sheet)
        self.advice = (
            "check its IP address, network cable and that its MIDI channels "
            f"(Utility, Control, MIDI) begin at {self._channel + 1}"
        )

    # Tables.

    def leaf_of(self, parameter: ParameterId, spec: ParameterSpec) -> DLiveLeaf | None:
        """Return how ``parameter`` is said: its sort of strip, and its place among them."""
        wire = spec.wire
        say = wire.get("say")
        if say not in _SAYS:
            return None
        above, note = whole(wire, "above"), whole(wire, "first") + whole(wire, "place")
        more: tuple[int, ...] = ()
        if say == "nrpn":
            more = (whole(wire, "id") + whole(wire, "step") * whole(wire, "band"),)
        elif say == "send":
            more = (whole(wire, "to"), whole(wire, "to first") + whole(wire, "to place"))
        readable = self._answers_all or say in {"name", "colour"}
        address = _address(str(say), above, note, *more)
        return DLiveLeaf(
            address, parameter, spec, readable, say=str(say), above=above, note=note, more=more
        )

    # Bytes.

    def question(self, address: str) -> bytes:
        """Return what asks for one parameter."""
        leaf = self._by_address[address]
        if leaf.say not in {"name", "colour"}:
            # These are asked for as a sign of life too, where nobody counts.
            self.note_asked(leaf)
        return self._sysex(leaf.above, *self._asks(leaf))

    def _asks(self, leaf: DLiveLeaf) -> tuple[int, ...]:
        match leaf.say:
            case "nrpn":
                return 0x05, 0x0B, *leaf.more, leaf.note
            case "gain":
                return 0x05, 0x0B, _GAIN, leaf.note
            case "mute":
                return 0x05, 0x09, leaf.note
            case "send":
                to, note = leaf.more
                return 0x05, 0x0F, _SENDS, leaf.note, self._channel + to, note
            case "name":
                return 0x01, leaf.note
            case "colour":
                return 0x04, leaf.note
            case "phantom":
                return 0x0A, leaf.note
            case _:
                return 0x07, leaf.note

    def _sysex(self, above: int, *body: int) -> bytes:
        return encode(SysEx(_HEADER + bytes((self._channel + above, *body))))

    def stream(self, streams: Iterable[Renewal], now: float) -> None:
        """Keep ``streams`` flowing beside the question whether anybody is there."""
        super().stream((Renewal(self._sysex(0, *_LIFE), _LIFE_EVERY), *streams), now)

    # The console speaks.

    def hear(self, message: MidiMessage, now: float) -> None:
        """Take what one message says of a strip or a preamp."""
        match message:
            case ControlChange(channel, controller, _) if channel >= self._channel:
                change = self._parameters.receive(message)
                if controller == _DATA_HIGH and isinstance(change, ParameterSet):
                    note, number = divmod(change.number, 0x80)
                    address = _address("nrpn", channel - self._channel, note, number)
                    self._hear_bits(address, change.value >> 7, now)
            case NoteOn(channel, note, velocity) if velocity and channel >= self._channel:
                self._hear_bits(_address("mute", channel - self._channel, note), velocity, now)
            case PitchBend(channel, value) if channel >= self._channel:
                address = _address("gain", channel - self._channel, value & 0x7F)
                self._hear_bits(address, value >> 7, now)
            case SysEx(data) if data.startswith(_HEADER) and len(data) > len(_HEADER) + 2:
                channel, command, note, *rest = data[len(_HEADER) :]
                self._hear_sysex(channel - self._channel, command, note, bytes(rest), now)
            case _:
                pass

    def _hear_bits(self, address: str, raw: int, now: float) -> None:
        self._note_life(now)
        spec = self.spec_at(address)
        self.hear_answer(address, None if spec is None else from_seven_bits(spec, raw))

    def _hear_sysex(self, above: int, command: int, note: int, rest: bytes, now: float) -> None:
        match command, *rest:
            case [0x02, *_]:
                self._note_life(now)
                name = rest[:_LONGEST_NAME].decode("ascii", "replace")
                self._hear_label(_address("name", above, note), name.strip("\0 "))
            case [0x05, colour]:
                self._note_life(now)
                value = EIGHT_COLOURS[colour] if colour < len(EIGHT_COLOURS) else None
                self._hear_label(_address("colour", above, note), value)
            case [0x08, raw]:
                self._hear_bits(_address("pad", above, note), raw, now)
            case [0x0B, raw]:
                self._hear_bits(_address("phantom", above, note), raw, now)
            case [0x0D, to, place, raw]:
                address = _address("send", above, note, to - self._channel, place)
                self._hear_bits(address, raw, now)
            case _:
                self.health.unknown += 1

    def _hear_label(self, address: str, value: Value | None) -> None:
        if self.spec_at(address) is not None or address != _address("name", 0, 0):
            self.hear_answer(address, value)

    # The bridge speaks.

    def write(self, leaf: DLiveLeaf, value: Value, now: float) -> bool:
        """Queue what sets ``leaf``; return False where it cannot be ``value``."""
        said = self._says(leaf, value)
        if said is None:
            return False
        self._out.append(said)
        self.note_written(leaf)
        return True

    def _says(self, leaf: DLiveLeaf, value: Value) -> bytes | None:
        match leaf.say, value:
            case "name", str():
                text = value.encode("ascii", "replace")[: leaf.spec.length or None]
                return self._sysex(leaf.above, 0x03, leaf.note, *text.replace(b"\0", b""))
            case "colour", Colour():
                colour = nearest_colour(value, EIGHT_COLOURS)
                return self._sysex(leaf.above, 0x06, leaf.note, colour)
            case "name" | "colour", _:
                return None
            case _:
                raw = to_seven_bits(leaf.spec, value)
                return None if raw is None else self._says_bits(leaf, raw)

    def _says_bits(self, leaf: DLiveLeaf, raw: int) -> bytes:
        channel = self._channel + leaf.above
        match leaf.say:
            case "nrpn":
                number = leaf.note << 7 | leaf.more[0]
                change = ParameterSet(channel, "nrpn", number, raw << 7)
                return b"".join(map(encode, parameter_messages(change)[:-1]))
            case "mute":
                key = NoteOn(channel, leaf.note, raw), NoteOn(channel, leaf.note, 0)
                return b"".join(map(encode, key))
            case "gain":
                return encode(PitchBend(channel, raw << 7 | leaf.note))
            case "send":
                to, note = leaf.more
                return self._sysex(leaf.above, _SENDS, leaf.note, self._channel + to, note, raw)
            case "phantom":
                return self._sysex(leaf.above, 0x0C, leaf.note, raw)
            case _:
                return self._sysex(leaf.above, 0x09, leaf.note, raw)


def _address(say: str, above: int, note: int, *more: int) -> str:
    return " ".join((say, *map(str, (above, note, *more))))
