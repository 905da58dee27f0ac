"""Any MIDI message a mapping writes out: ``kbd:cc 1 74``, ``kbd:nrpn 1 900``.

Owns: patterns to messages and messages back to patterns.
Does not own: the words of a pattern (``mapping.midi_words``), or units; values
are the message's own numbers.

Rule: a MIDI port promises no sign of life, so it is used from the start, and
its health says so.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.mapping.midi_words import MidiWords, read_midi
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.values import Colour, Value
from surfacebridge.profiles.base import Health
from surfacebridge.profiles.midi_speech import (
    MidiHearing,
    Place,
    common_message,
    common_place,
    machine_message,
    machine_words,
    messages_at,
)
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi import messages as midi
from surfacebridge.protocols.midi.decoder import MidiDecoder
from surfacebridge.protocols.midi.encoder import encode
from surfacebridge.protocols.midi.tempo import Tempo
from surfacebridge.protocols.midi.timecode import QuarterFrames, Timecode, full_frame, full_frame_of

Heard = Report | Arrived | Gone

_NO_SIGN: Final = "Nothing has been heard from it; MIDI promises no sign of life."
_SPOKE: Final = "It has spoken, but MIDI promises no sign of life."


class PlainMidi:
    """A target that is nothing but the MIDI messages a mapping names."""

    def __init__(self, name: str) -> None:
        """Prepare to speak for the target ``name``."""
        self.health = Health(synced=True, reason=_NO_SIGN)
        self._name = name
        self._decoder = MidiDecoder()
        self._hearing = MidiHearing()
        self._words: dict[ParameterId, MidiWords | None] = {}
        self._readers: dict[Place, list[tuple[ParameterId, MidiWords]]] = {}
        self._exclusive: list[tuple[ParameterId, MidiWords]] = []
        self._common: dict[str, list[tuple[ParameterId, MidiWords]]] = {}
        self._quarters = QuarterFrames()
        self._tempo = Tempo()
        self._pending: list[Heard] = []
        self._out: list[bytes] = []
        self._now = 0.0

    # Time.

    def open(self, now: float) -> None:
        """Count as there: nothing on a MIDI cable could tell."""
        self._now = now
        self._pending.append(Arrived(self._name))

    def wake(self, now: float) -> Sequence[Heard]:
        """Return what is still to be told."""
        self._now = now
        pending, self._pending = self._pending, []
        return pending

    def next_wakeup(self) -> float | None:
        """Return when ``wake`` is due next."""
        return self._now if self._pending else None

    def close(self, now: float) -> None:
        """Say nothing: what is connected is left as it is."""
        self._now = now

    # The target speaks.

    def watch(self, parameters: Sequence[ParameterId], now: float) -> None:
        """Recognise ``parameters`` in what comes; they are patterns after the target's name."""
        self._now = now
        self._readers.clear()
        self._exclusive.clear()
        self._common.clear()
        self._hearing = MidiHearing()
        for parameter in dict.fromkeys(parameters):
            words = self._read(parameter)
            if words is None:
                continue
            if words.kind == "sysex":
                self._exclusive.append((parameter, words))
                continue
            if words.channel == 0:
                # All else that has no channel is told by its words alone.
                key = words.text if words.kind == "mmc" else words.kind
                self._common.setdefault(key, []).append((parameter, words))
                continue
            place = Place(words.kind, words.channel, words.number)
            self._readers.setdefault(place, []).append((parameter, words))
            self._hearing.want(words.kind, words.number)

    def receive(self, data: bytes, now: float) -> Sequence[Heard]:
        """Return the reports in ``data``; never raise."""
        self._now = now
        heard: list[Heard] = list(self.wake(now))
        for message in self._decoder.receive(data):
            if isinstance(message, Malformed):
                self.health.malformed += 1
                continue
            self.health.answered, self.health.alive, self.health.reason = now, True, _SPOKE
            reports = list(self._reports(message))
            heard += reports
            if not (reports or self._hearing.is_half(message) or _is_background(message)):
                self.health.unknown += 1
        return heard

    def _reports(self, message: midi.MidiMessage) -> Iterable[Report]:
        if isinstance(message, midi.SysEx):
            yield from self._exclusives(message.data)
            for word in machine_words(message):
                yield from self._told(f"mmc {word}", 1)
        if self._common:
            yield from self._commons(message)
        for place, value in self._hearing.places(message):
            for parameter, words in self._readers.get(place, ()):
                raw = value >> 7 if words.bits == 7 and place.kind in _FOURTEEN else value
                if words.has_value:
                    yield Report(parameter, min(max(raw, words.low), words.high))
                elif raw == words.fixed:
                    yield Report(parameter, True)

    def _commons(self, message: midi.MidiMessage) -> Iterable[Report]:
        match message:
            case midi.Clock():
                tempo = self._tempo.tick(self._now)
                if tempo is not None:
                    yield from self._told("clock", tempo)
            case midi.QuarterFrame():
                yield from self._time(self._quarters.receive(message))
            case midi.SysEx():
                yield from self._time(full_frame_of(message))
            case _:
                if isinstance(message, midi.Start | midi.Continue):
                    self._tempo.restart()
                said = common_place(message)
                if said is not None:
                    yield from self._told(*said)

    def _time(self, told: Timecode | Malformed | None) -> Iterable[Report]:
        if isinstance(told, Timecode):
            for parameter, _ in self._common.get("mtc", ()):
                text = f"{told.hours:02}:{told.minutes:02}:{told.seconds:02}:{told.frames:02}"
                yield Report(parameter, text)

    def _told(self, key: str, value: float) -> Iterable[Report]:
        for parameter, words in self._common.get(key, ()):
            if words.has_value:
                yield Report(parameter, min(max(value, words.low), words.high))
            elif value == words.fixed:
                yield Report(parameter, True)

    def _exclusives(self, data: bytes) -> Iterable[Report]:
        for parameter, words in self._exclusive:
            size = words.bits // 7
            whole = len(data) == len(words.before) + size + len(words.after)
            if whole and data.startswith(words.before) and data.endswith(words.after):
                value = 0
                for byte in data[len(words.before) : len(words.before) + size]:
                    value = value << 7 | byte
                yield Report(parameter, value if words.has_value else True)

    # The bridge speaks.

    def send(self, item: Write, now: float) -> None:
        """Queue the messages that say ``item``; what cannot be said is counted."""
        self._now = now
        words = self._read(item.parameter)
        if words is None or words.heard_only:
            self.health.unknown += 1
        elif not words.has_value:
            # Nothing but a key that went down sends it.
            if item.value is not False:
                self._out += _messages(words, words.fixed)
        else:
            number = _number(item.value, words)
            if number is None:
                self.health.unknown += 1
            else:
                self._out += _messages(words, number)

    def data_to_send(self) -> list[bytes]:
        """Return and forget the queued messages."""
        out, self._out = self._out, []
        return out

    def _read(self, parameter: ParameterId) -> MidiWords | None:
        if parameter not in self._words:
            try:
                self._words[parameter] = read_midi(parameter.removeprefix(self._name + ":"))
            except ProtocolMisuse as misuse:
                self._words[parameter] = None
                self.health.notes.append(f"{misuse}.")
        return self._words[parameter]


# Places that hold more than a 7-bit pattern asks for.
_FOURTEEN: Final = frozenset(("nrpn", "rpn"))


def _is_background(message: midi.MidiMessage) -> bool:
    """Return whether a message comes all the time, and nothing is lost with it."""
    return isinstance(message, midi.ActiveSensing | midi.Clock | midi.QuarterFrame)


def said_midi(text: str) -> bytes:
    """Return the bytes of ``cc 1 74 127``; ProtocolMisuse if that is no whole message."""
    head, _, rest = text.partition(" ")
    if head == "mtc":
        return _full_frame(rest)
    words = read_midi(text)
    if words.has_value:
        raise ProtocolMisuse(f"'{text}' needs a value at its end")
    return b"".join(_messages(words, words.fixed))


def _full_frame(text: str) -> bytes:
    """Return where a machine that stands is, from ``01:02:03:04`` at 30 frames a second."""
    found = re.fullmatch(r"(\d\d):(\d\d):(\d\d):(\d\d)", text)
    if found is None:
        raise ProtocolMisuse(f"a time is written 01:02:03:04, not '{text}'")
    hours, minutes, seconds, frames = map(int, found.groups())
    return full_frame(Timecode(hours, minutes, seconds, frames))


def _number(value: Value, words: MidiWords) -> int | None:
    """Return ``value`` as the message can hold it, ``None`` if it is no number."""
    if isinstance(value, bool):
        return words.high if value else words.low
    if isinstance(value, str | Colour) or value != value:  # noqa: PLR0124 - not a number
        return None
    return round(min(max(value, words.low), words.high))


def _messages(words: MidiWords, value: int) -> list[bytes]:
    if words.kind == "mmc":
        return [machine_message(words.word)]
    if words.kind == "sysex":
        high = (value >> 7,) if words.bits == 14 else ()
        low = (value & 0x7F,) if words.bits else ()
        return [encode(midi.SysEx(words.before + bytes((*high, *low)) + words.after))]
    if words.channel == 0:
        return [encode(common_message(words.kind, value))]
    place = Place(words.kind, words.channel, words.number)
    return [encode(message) for message in messages_at(place, value, bits=words.bits)]
