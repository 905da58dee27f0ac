"""Where a value stands in MIDI: controllers, pairs, parameters, notes, bends, pressure.

Owns: one way to name such places and to say and hear a value in them, for
surfaces and targets alike.  Does not own: bytes (``protocols.midi``), SysEx, or
how a mapping writes a place.

Rule: a pair or a parameter is heard only where it is wanted; else a controller
is just that controller, because nobody else can tell.
"""

from collections.abc import Iterator, Sequence
from typing import Final, Literal, NamedTuple

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.midi import machine
from surfacebridge.protocols.midi import messages as midi
from surfacebridge.protocols.midi.numbers import (
    ControllerPairs,
    ControllerSet,
    Parameters,
    ParameterSet,
    controller_pair,
    parameter_messages,
)


class Place(NamedTuple):
    """Kind, channel (1…16) and number; 0 where the kind counts nothing."""

    kind: str
    channel: int
    number: int = 0


# Choosing an NRPN or RPN, and the halves of its value.
_HALVES: Final = frozenset((0x06, 0x26, 0x60, 0x61, 0x62, 0x63, 0x64, 0x65))


class MidiHearing:
    """What one input port says, as places and values; values as large as the place holds."""

    def __init__(self) -> None:
        self._parameters: Parameters | None = None
        self._paired: set[int] = set()
        self._pairs = ControllerPairs(())

    def want(self, kind: str, number: int) -> None:
        """Hear ``cc14`` pairs of ``number`` (0…31), or ``nrpn`` and ``rpn``, from now on."""
        if kind == "cc14" and number not in self._paired:
            self._paired.add(number)
            self._pairs = ControllerPairs(self._paired)
        elif kind in {"nrpn", "rpn"} and self._parameters is None:
            self._parameters = Parameters()

    def is_half(self, message: midi.MidiMessage) -> bool:
        """Return whether ``message`` may be a part of a parameter that is wanted."""
        match message:
            case midi.ControlChange(_, controller, _):
                return self._parameters is not None and controller in _HALVES
            case _:
                return False

    def places(self, message: midi.MidiMessage) -> Iterator[tuple[Place, int]]:
        """Yield where ``message`` puts which value: nothing, or a controller in several ways."""
        match message:
            case midi.ControlChange(channel, controller, value):
                yield Place("cc", channel + 1, controller), value
                yield from self._numbers(message)
            case midi.NoteOn(channel, note, velocity):
                yield Place("note", channel + 1, note), velocity
            case midi.NoteOff(channel, note):
                yield Place("note", channel + 1, note), 0
            case midi.PitchBend(channel, value):
                yield Place("pb", channel + 1), value
            case midi.ProgramChange(channel, value):
                yield Place("pc", channel + 1), value
            case midi.ChannelPressure(channel, value):
                yield Place("pressure", channel + 1), value
            case midi.KeyPressure(channel, note, value):
                yield Place("keypressure", channel + 1, note), value
            case _:
                pass

    def _numbers(self, message: midi.ControlChange) -> Iterator[tuple[Place, int]]:
        channel = message.channel + 1
        pair = self._pairs.receive(message)
        if pair is not None:
            yield Place("cc14", channel, pair.controller), pair.value
        change = None if self._parameters is None else self._parameters.receive(message)
        if isinstance(change, ParameterSet):
            yield Place(change.kind, channel, change.number), change.value


def messages_at(place: Place, value: int, *, bits: int = 14) -> Sequence[midi.MidiMessage]:
    """Return the messages that put ``value`` at ``place``.

    A parameter of 7 ``bits`` is sent without its low half.  Raises
    ProtocolMisuse for a kind that is none.
    """
    channel, number = place.channel - 1, place.number
    match place.kind:
        case "cc14":
            return controller_pair(ControllerSet(channel, number, value))
        case "nrpn" | "rpn" as kind:
            whole = value if bits == 14 else value << 7
            messages = parameter_messages(ParameterSet(channel, kind, number, whole))
            return messages if bits == 14 else messages[:-1]
        case _:
            return [_single(place.kind, channel, number, value)]


def _single(kind: str, channel: int, number: int, value: int) -> midi.MidiMessage:
    match kind:
        case "cc":
            return midi.ControlChange(channel, number, value)
        case "note":
            return midi.NoteOn(channel, number, value)
        case "pb":
            return midi.PitchBend(channel, value)
        case "pc":
            return midi.ProgramChange(channel, value)
        case "pressure":
            return midi.ChannelPressure(channel, value)
        case "keypressure":
            return midi.KeyPressure(channel, number, value)
        case _:
            raise ProtocolMisuse(f"'{kind}' is no MIDI message that holds a value")


NUMBERED: Final = frozenset(("cc", "cc14", "note", "nrpn", "rpn", "keypressure"))
"""The kinds that have a number after their channel."""

Top = Literal[127, 16_383]
TOPS: Final[dict[str, Top]] = {
    "cc": 127, "note": 127, "pc": 127, "pressure": 127, "keypressure": 127,
    "cc14": 16_383, "pb": 16_383, "nrpn": 16_383, "rpn": 16_383,
}  # fmt: skip
"""The largest value of each kind."""


MACHINE_ACTIONS: Final[dict[str, machine.Action]] = {
    "stop": "stop", "play": "play", "deferred-play": "deferred_play", "forward": "fast_forward",
    "rewind": "rewind", "record": "record_strobe", "record-exit": "record_exit",
    "record-pause": "record_pause", "pause": "pause", "eject": "eject", "chase": "chase",
    "reset": "mmc_reset",
}  # fmt: skip
"""What people call the commands of MIDI Machine Control."""
_MACHINE_WORDS: Final = {action: word for word, action in MACHINE_ACTIONS.items()}


COMMON_WORDS: Final = frozenset(("start", "stop", "continue", "spp", "song", "mmc"))
"""The words of messages to everybody on a cable."""


def common_place(message: midi.MidiMessage) -> tuple[str, int] | None:
    """Return the word and value of a message to everybody; None for any other.

    The transport's words have the value 1; song positions and numbers their own.
    """
    match message:
        case midi.Start():
            return "start", 1
        case midi.Stop():
            return "stop", 1
        case midi.Continue():
            return "continue", 1
        case midi.SongPosition(sixteenths):
            return "spp", sixteenths
        case midi.SongSelect(song):
            return "song", song
        case _:
            return None


def common_message(word: str, value: int) -> midi.MidiMessage:
    """Return the message to everybody of that word; ProtocolMisuse if there is none."""
    match word:
        case "start":
            return midi.Start()
        case "stop":
            return midi.Stop()
        case "continue":
            return midi.Continue()
        case "spp":
            return midi.SongPosition(value)
        case "song":
            return midi.SongSelect(value)
        case _:
            raise ProtocolMisuse(f"'{word}' cannot be sent")


def machine_words(message: midi.SysEx) -> Sequence[str]:
    """Return the words of the commands of MIDI Machine Control in ``message``, for any device."""
    said = machine.decode(message)
    if not isinstance(said, machine.MachineControl):
        return ()
    return [
        word
        for command in said.commands
        if isinstance(command, machine.Transport)
        and (word := _MACHINE_WORDS.get(command.action)) is not None
    ]


def machine_message(word: str) -> bytes:
    """Return the bytes of one command, to every device; ProtocolMisuse if there is no such word."""
    action = MACHINE_ACTIONS.get(word)
    if action is None:
        raise ProtocolMisuse(f"'mmc {word}' is none of {', '.join(MACHINE_ACTIONS)}")
    return machine.encode(machine.MachineControl((machine.Transport(action),)))
