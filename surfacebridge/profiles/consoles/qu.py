"""Allen & Heath Qu, by MIDI over TCP.

Owns: reading all of the mixer at one request, its NRPNs with their index, mutes as
notes, names in SysEx, and active sensing both ways.
Does not own: which channels a mixer has (its sheet), MIDI (``protocols.midi``), or
scenes (``profiles.allenheath_console``).

Rules.  A Qu serves one MIDI client at a time.  It says active sensing three times a
second while it has nothing else to say, and ends a connection whose client began with it
and stopped for twelve seconds.  Nothing can be asked for one by one but names: the mixer
says all it holds, then that this was all, in a second or two (a Qu-SB: 22,020 messages
in 1.6 s).  What was written meanwhile is newer than what it says.  It tells its MIDI
channel in its first answer.

Source: Allen & Heath, "Qu Mixer MIDI Protocol", firmware V1.9, as several drivers cite it
page by page; the table of levels and the numbers are in ``allenheath/qu-16``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.sheets import ParameterSpec, TargetSheet
from surfacebridge.model.values import Value
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
    ActiveSensing,
    ControlChange,
    MidiMessage,
    NoteOn,
    SysEx,
)
from surfacebridge.protocols.midi.numbers import Parameters, ParameterSet, parameter_messages

_HEADER: Final = bytes.fromhex("00001A50110100")
_ANYBODY: Final = 0x7F
_DATA_LOW: Final = 0x26

_ASK_NAME: Final = 0x01
_SET_NAME: Final = 0x03
_ASK_ALL: Final = 0x10
# A client that says it is an iPad must speak within five seconds.
_NO_IPAD: Final = 0x00

# Where there is no index the mixer writes this.
_NO_INDEX: Final = 0x07

# The address all that cannot be asked for by itself is read at.
_ALL: Final = "all"

# Well inside the twelve seconds.
_SENSING: Final = Renewal(encode(ActiveSensing()), every=1.0)

_MIXERS: Final = {1: "Qu-16", 2: "Qu-24", 3: "Qu-32", 4: "Qu-Pac", 5: "Qu-SB"}

_LONGEST_NAME: Final = 64


@dataclass(slots=True, kw_only=True)
class QuLeaf(MidiLeaf):
    """One parameter: the channel's number, the parameter's, and its index."""

    say: str
    note: int
    number: int = 0
    index: int = _NO_INDEX


class Qu(AllenHeathConsole[QuLeaf]):
    """One mixer, as a target."""

    # All of it takes two seconds.
    retry_after = 5.0

    is_bank_of_two = True

    advice = (
        "check its IP address, network cable and that no other program has its one MIDI connection"
    )

    def __init__(self, name: str, sheet: TargetSheet) -> None:
        """Build the tables of everything in ``sheet``."""
        self._parameters = Parameters()
        self._met = False
        # Bounded by the sheet: what the mixer said, and what was written while it said all.
        self._held: dict[ParameterId, Value] = {}
        self._newer: set[ParameterId] = set()
        super().__init__(name, sheet)

    # Tables.

    def leaf_of(self, parameter: ParameterId, spec: ParameterSpec) -> QuLeaf | None:
        """Return how ``parameter`` is said, and of which channel."""
        wire = spec.wire
        say = wire.get("say")
        if say not in {"nrpn", "mute", "name"}:
            return None
        note = whole(wire, "first") + whole(wire, "place")
        number = whole(wire, "id")
        index = whole(wire, "with") if "with" in wire else _NO_INDEX
        address = f"{say} {note} {number}"
        if "index" in wire:
            index = whole(wire, "index") + whole(wire, "to")
            address += f" {index}"
        return QuLeaf(
            address, parameter, spec, True, say=str(say), note=note, number=number, index=index
        )

    def address_of(self, parameter: ParameterId) -> str | None:
        """Return what to ask so that ``parameter`` is told: its name by itself, or all."""
        leaf = self._leaves.get(parameter)
        if leaf is None:
            return None
        return leaf.address if leaf.say == "name" else _ALL

    # Bytes.

    def question(self, address: str) -> bytes:
        """Return what asks for a name, or for all."""
        if address == _ALL:
            self._newer.clear()
            return self._sysex(_ASK_ALL, _NO_IPAD)
        return self._sysex(_ASK_NAME, self._by_address[address].note)

    def _sysex(self, *body: int) -> bytes:
        channel = self._channel if self._met else _ANYBODY
        return encode(SysEx(_HEADER + bytes((channel, *body))))

    def stream(self, streams: Iterable[Renewal], now: float) -> None:
        """Keep ``streams`` flowing beside active sensing."""
        super().stream((_SENSING, *streams), now)

    # Time.

    def report_known(self, parameters: Iterable[ParameterId]) -> None:
        """Report what need not be asked for: constants, and what the mixer has said."""
        listed = tuple(parameters)
        super().report_known(listed)
        self._pending += (Report(one, self._held[one]) for one in listed if one in self._held)

    def forget(self) -> None:
        """Know nothing of what the mixer holds."""
        super().forget()
        self._held.clear()
        self._newer.clear()

    # The console speaks.

    def hear(self, message: MidiMessage, now: float) -> None:
        """Take what one message says of a channel, or of the mixer."""
        match message:
            case ActiveSensing():
                self._note_life(now)
            case ControlChange(self._channel, controller, _):
                change = self._parameters.receive(message)
                if controller == _DATA_LOW and isinstance(change, ParameterSet):
                    self._note_life(now)
                    self._hear_parameter(change)
            case NoteOn(self._channel, note, velocity) if velocity:
                self._note_life(now)
                self._hear_bits(f"mute {note} 0", velocity)
            case SysEx(data) if data.startswith(_HEADER) and len(data) > len(_HEADER) + 1:
                channel, command, *rest = data[len(_HEADER) :]
                self._note_life(now)
                self._hear_sysex(channel, command, bytes(rest))
            case _:
                pass

    def _hear_parameter(self, change: ParameterSet) -> None:
        note, number = divmod(change.number, 0x80)
        address = f"nrpn {note} {number}"
        indexed = f"{address} {change.value & 0x7F}"
        self._hear_bits(indexed if indexed in self._by_address else address, change.value >> 7)

    def _hear_bits(self, address: str, raw: int) -> None:
        leaf = self._by_address.get(address)
        if leaf is not None:
            value = _from_wire(leaf, raw)
            if value is None:
                self.health.malformed += 1
            else:
                self.hear_value(leaf, value)
        elif self.health.synced:
            # Of all it says most is in no sheet.
            self.health.unknown += 1

    def hear_value(self, leaf: QuLeaf, value: Value) -> None:
        """Take ``value`` for what the mixer holds, unless it is older than what was written."""
        if _ALL in self._addresses and _ALL not in self._known and leaf.parameter in self._newer:
            return
        self._held[leaf.parameter] = value
        if leaf.parameter in self._watched:
            super().hear_value(leaf, value)

    def _hear_sysex(self, channel: int, command: int, rest: bytes) -> None:
        match command, *rest:
            case [0x11, box, major, minor, *_]:
                self._channel, self._met = channel & 0x0F, True
                self.health.peer = f"{_MIXERS.get(box, 'Qu')}, firmware {major}.{minor}"
            case [0x14]:
                self._newer.clear()
                self._note_answer(_ALL)
            case [0x02, note, *name] if f"name {note} 0" in self._by_address:
                leaf = self._by_address[f"name {note} 0"]
                text = bytes(name[:_LONGEST_NAME]).decode("ascii", "replace").strip("\0 ")
                self._note_answer(leaf.address)
                self.hear_value(leaf, text)
            case [0x02, _, *_]:
                pass
            case _:
                self.health.unknown += 1

    # The bridge speaks.

    def send(self, item: Write, now: float) -> None:
        """Queue what writes ``item``, and hold it against what is older."""
        super().send(item, now)
        self._newer.add(item.parameter)

    def write(self, leaf: QuLeaf, value: Value, now: float) -> bool:
        """Queue what sets ``leaf``; return False where it cannot be ``value``."""
        if leaf.say == "name":
            if not isinstance(value, str):
                return False
            text = value.encode("ascii", "replace")[: leaf.spec.length or None]
            self._out.append(self._sysex(_SET_NAME, leaf.note, *text.replace(b"\0", b"")))
            return True
        raw = _to_wire(leaf, value)
        if raw is None:
            return False
        self._out.append(self._says(leaf, raw))
        held = _from_wire(leaf, raw)
        if held is not None:
            # Nothing repeats it, and what comes into view later is told from memory.
            self._held[leaf.parameter] = held
        return True

    def _says(self, leaf: QuLeaf, raw: int) -> bytes:
        said: Sequence[MidiMessage]
        if leaf.say == "mute":
            said = NoteOn(self._channel, leaf.note, raw), NoteOn(self._channel, leaf.note, 0)
        else:
            number, value = leaf.note << 7 | leaf.number, raw << 7 | leaf.index
            said = parameter_messages(ParameterSet(self._channel, "nrpn", number, value))
        return b"".join(map(encode, said))


def _to_wire(leaf: QuLeaf, value: Value) -> int | None:
    raw = to_seven_bits(leaf.spec, value)
    # Only a mute's key is struck hard or softly; everything else is 1 or 0.
    return raw >> 6 if raw is not None and _is_flag(leaf) else raw


def _from_wire(leaf: QuLeaf, raw: int) -> Value | None:
    return from_seven_bits(leaf.spec, raw << 6 if _is_flag(leaf) else raw)


def _is_flag(leaf: QuLeaf) -> bool:
    return leaf.say == "nrpn" and leaf.spec.kind == "switch"
