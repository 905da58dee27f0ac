"""A box by the patterns of a mapping: on a serial line, or a plain one on a MIDI port.

Owns: lines of words to gestures, shows to words, the greeting and the sign of
life.  Does not own: how words become bytes (``box_speech``), the serial line
itself (``transports``), or units beyond a pattern's ends.

Rules: a board may be deaf while it boots, so it is asked until it greets; what
it says before that is left.  A greeting that nobody asked for means it has
forgotten everything (docs/protocols/serial.md, rule 1).  States are said
again and again on such lines; a gesture is what changes one.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.model.controls import (
    ControlId,
    Gesture,
    LetGo,
    Moved,
    Pressed,
    Released,
    Touched,
    Turned,
    plain_control,
    strip_control,
)
from surfacebridge.model.feedback import (
    Show,
    ShowColour,
    ShowLamp,
    ShowMeter,
    ShowMotor,
    ShowRing,
    ShowText,
)
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.sheets import ControlKind, ControlSpec, DeviceSheet
from surfacebridge.profiles.base import Health
from surfacebridge.profiles.box_speech import Gap, Said, speech_of
from surfacebridge.protocols.framing.fields import LinePattern, Word
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi.relative import CODINGS, Coding
from surfacebridge.protocols.midi.relative import ticks as turned

# A board has booted within half a second; asking each second is soon enough.
ASK_EVERY: Final = 1.0
# Two answers in a row may be lost to noise; three are a cable.
MISSED: Final = 3
# Mending is answered by more than was lost; on a bad line it must not feed itself.
MEND_EVERY: Final = 0.25
METER_RANGE: Final = 60.0
_ENDS: Final = (0.0, 1.0)

_NEVER_SPOKE: Final = "It has not said hello; check the port, the baud rate and its firmware."
_SILENT: Final = "Nothing has been heard from it yet; move a control on it."
_NO_ANSWER: Final = "It stopped answering; check its cable and power."

Heard = Gesture | Arrived | Gone


@dataclass(frozen=True, slots=True)
class _Ear:
    """What one pattern means: a kind of control, or the touch of one.

    ``rest`` is how far a cap trembles, ``senses`` whether it feels a finger,
    ``coding`` how an encoder puts a turn into a controller's value.
    """

    pattern: LinePattern
    kind: ControlKind | Literal["touch"]
    controls: Mapping[int, ControlId]
    rest: float
    senses: bool = False
    coding: Coding | None = None


class SerialBox:
    """One box on one port; dialects ``serial_box`` and ``plain_midi``."""

    def __init__(self, name: str, sheet: DeviceSheet) -> None:
        """Read every pattern; ProtocolMisuse for one that its framing cannot say."""
        is_midi = sheet.dialect == "plain_midi"
        reason = _SILENT if is_midi else _NEVER_SPOKE
        self.health = Health(synced=True, reason=reason, peer=sheet.title)
        self._name = name
        self._framing = str(sheet.facts.get("framing", "midi" if is_midi else "lines"))
        self._speech = speech_of(self._framing)
        manners = self._speech.manners
        self._ears: list[_Ear] = []
        self._outs: dict[ControlId, tuple[LinePattern, int]] = {}
        for spec in sheet.controls.values():
            self._add(spec, sheet.strips, manners.deadband)
        self._hello = self._words(sheet.facts.get("hello", manners.hello))
        self._expect = _expression(str(sheet.facts.get("expect", manners.expect)))
        alive = sheet.facts.get("alive", manners.alive)
        self._alive = alive if isinstance(alive, Mapping) else {}
        self._ask = self._words(self._alive.get("ask"))
        self._answer = str(self._alive.get("answer") or "")
        within = self._alive.get("within")
        self._within = float(within) if isinstance(within, int | float) else ASK_EVERY
        self._refresh = self._words(manners.refresh)
        # Where each fader was last said to be, by either side.
        self._last: dict[ControlId, float] = {}
        self._down: set[ControlId] = set()
        # What each control was last told, as long as no hand has changed it.
        self._shown: dict[ControlId, Sequence[Word]] = {}
        self._greeted = self._expect is None and not self._answer
        self._asked = False
        self._gone = False
        self._due: float | None = None
        self._torn = False
        self._mend_from = 0.0
        # What each cap said of itself since it was last asked.
        self._told: dict[ControlId, float] = {}
        self._heard_at: float | None = None
        self._out: list[bytes] = []

    def _add(self, spec: ControlSpec, strips: int, deadband: float) -> None:
        numbers = range(1, strips + 1) if spec.per_strip else (0,)
        controls = {number: self._control(spec, number) for number in numbers}
        shown = spec.wire.get("led") if spec.kind == "key" else spec.wire.get("out")
        if "in" in spec.wire:
            pattern = self._speech.pattern(str(spec.wire["in"]))
            extent = abs(pattern.high - pattern.low) or 1.0
            said = spec.wire.get("deadband", deadband)
            # Half a reading less, so that no rounding decides.
            readings = max(float(said) - 0.5, 0.0) if isinstance(said, int | float) else 0.0
            senses = "touch" in spec.wire
            coding = _coding(spec.wire.get("relative"))
            self._ears.append(_Ear(pattern, spec.kind, controls, readings / extent, senses, coding))
        if "touch" in spec.wire:
            pattern = self._speech.pattern(str(spec.wire["touch"]))
            # Before the readings, of which a loose pattern might take it for one.
            self._ears.insert(0, _Ear(pattern, "touch", controls, 0.0))
        if shown:
            pattern = self._speech.pattern(str(shown))
            for number, control in controls.items():
                # What cannot be said is better known now than in the middle of a show.
                speech_of(self._framing).say(pattern.words(number, _sample(pattern)))
                self._outs[control] = pattern, number

    def _control(self, spec: ControlSpec, number: int) -> ControlId:
        if number:
            return strip_control(self._name, spec.name, number)
        return plain_control(self._name, spec.name)

    def _words(self, text: object) -> Sequence[Word]:
        """Return the words of a question; ProtocolMisuse if it cannot be said."""
        if not isinstance(text, str) or not text:
            return ()
        words = self._speech.pattern(text).words(0, 0.0)
        speech_of(self._framing).say(words)
        return words

    # The box speaks.

    def receive(self, data: bytes, now: float) -> Sequence[Heard]:
        """Return the gestures in ``data``, and ``Arrived`` where the box started anew."""
        heard: list[Heard] = []
        if not self._ask and self._is_silent(now):
            self._lose()
        for said in self._speech.receive(data):
            self._take(said, heard, now)
        return heard

    def _take(self, said: Said, heard: list[Heard], now: float) -> None:
        match said:
            case Malformed():
                self.health.malformed += 1
            case Gap():
                self.health.malformed += 1
                self._torn = True
                self._mend(now)
            case _ if self._expect is not None and self._expect.search(said):
                self._note_hello(heard, now)
            case _ if said == self._answer and (self._greeted or self._expect is None):
                self._gone |= not self._greeted
                self._greeted = True
                self._note_life(heard, now)
            case _ if not self._greeted:
                # What a board said before it booted: opening its port restarts most of them.
                self.health.unknown += 1
            case _:
                self._take_gesture(said, heard, now)

    def _mend(self, now: float) -> None:
        """Say everything and ask for everything: what got lost may have been either."""
        if not self._torn or now < self._mend_from:
            return
        self._torn = False
        self._mend_from = now + MEND_EVERY
        for control, words in self._shown.items():
            # A motor that is told something under a finger goes there afterwards.
            if control not in self._down:
                self._say(words)
        self._say(self._refresh)
        self._told.clear()

    def _note_hello(self, heard: list[Heard], now: float) -> None:
        answered = self._asked and self._greeted and not self._gone
        self._asked = False
        self._greeted = True
        self._mark_alive(now)
        if not answered:
            self._start_anew(heard)

    def _note_life(self, heard: list[Heard], now: float) -> None:
        self._mark_alive(now)
        if self._gone:
            self._start_anew(heard)

    def _start_anew(self, heard: list[Heard]) -> None:
        self._gone = False
        self._down.clear()
        self._shown.clear()
        self._last.clear()
        self._torn = False
        heard.append(Arrived(self._name))

    def _mark_alive(self, now: float) -> None:
        self._heard_at = now
        self.health.alive, self.health.answered, self.health.reason = True, now, ""

    def _take_gesture(self, line: str, heard: list[Heard], now: float) -> None:
        for ear in self._ears:
            found = ear.pattern.match(line)
            if found is None or isinstance(found[1], str):
                continue
            control = ear.controls.get(found[0])
            if control is not None:
                self._note_life(heard, now)
                if not self._is_told(ear, control, found[1], now):
                    heard += self._gestures(ear, control, found[1])
                return
        # Boards chatter for people; that does no harm and is not counted.
        self.health.unknown += not line.startswith("#")

    def _is_told(self, ear: _Ear, control: ControlId, position: float, now: float) -> bool:
        """Return whether a reading was asked for, and no hand moved the cap.

        A box says where every cap is; one whose motor has yet to obey stands
        elsewhere, and that must not move anything.  A hand says more than one
        place, even if the news of its touch got lost.
        """
        if not ear.senses or control in self._down or control not in self._shown:
            return False
        return now < self._mend_from and (
            abs(self._told.setdefault(control, position) - position) <= ear.rest
        )

    def _gestures(self, ear: _Ear, control: ControlId, position: float) -> Sequence[Gesture]:
        match ear.kind:
            case "fader" | "knob":
                return self._move(control, position, ear.rest)
            case "vpot" | "jog":
                ticks = _ticks(ear, position)
                return (Turned(control, ticks),) if ticks else ()
            case "touch":
                return self._change(control, Touched(control), LetGo(control), position)
            case _ if not ear.pattern.has_value:
                return Pressed(control), Released(control)
            case _:
                return self._change(control, Pressed(control), Released(control), position)

    def _move(self, control: ControlId, position: float, rest: float) -> Sequence[Gesture]:
        last = self._last.get(control)
        # A converter trembles at rest; under a finger every step counts, and so does the
        # last one to an end: a fader that was pulled down is off.
        is_end = position in _ENDS and position != last and control not in self._shown
        is_free = control in self._down or is_end
        if last is not None and not is_free and abs(position - last) < rest:
            return ()
        self._last[control] = position
        self._shown.pop(control, None)
        return (Moved(control, position),)

    def _change(
        self, control: ControlId, down: Gesture, up: Gesture, position: float
    ) -> Sequence[Gesture]:
        is_down = position > 0.5
        if is_down == (control in self._down):
            return ()
        if is_down:
            self._down.add(control)
            return (down,)
        self._down.discard(control)
        return (up,)

    # Time.

    def open(self, now: float) -> None:
        """Ask the box who it is; one that promises no greeting counts as there."""
        self._ask_hello()
        self._due = now + ASK_EVERY if self._hello or self._alive else None

    def wake(self, now: float) -> Sequence[Heard]:
        """Ask again, mend what is still missing, and notice silence."""
        self._mend(now)
        if self._due is None or now < self._due:
            return ()
        if not self._greeted:
            self._due = now + ASK_EVERY
            self._ask_hello()
            self._say(() if self._hello else self._ask)
            return ()
        if not self._alive:
            self._due = None
            return ()
        self._due = now + self._within
        self._say(self._ask)
        if not self._is_silent(now):
            return ()
        self._lose()
        return (Gone(self._name),)

    def _is_silent(self, now: float) -> bool:
        """Return whether it has just been silent for too long."""
        if self._gone or self._heard_at is None or not self._alive:
            return False
        return now - self._heard_at >= MISSED * self._within

    def _lose(self) -> None:
        self._gone = True
        # Without a greeting, a sign of life is what tells words from a boot loader's noise.
        self._greeted = self._expect is not None or not self._answer
        self.health.alive, self.health.reason = False, _NO_ANSWER

    def next_wakeup(self) -> float | None:
        """Return when the next question or mending is due."""
        if self._torn and (self._due is None or self._mend_from < self._due):
            return self._mend_from
        return self._due

    # The bridge speaks.

    def send(self, item: Show, now: float) -> None:
        """Queue what shows ``item``; a control without a way out is left."""
        del now
        out = self._outs.get(item.control)
        if out is None:
            return
        pattern, number = out
        value = _value(item)
        if isinstance(value, str) != pattern.is_text:
            return
        words = pattern.words(number, value)
        if isinstance(item, ShowMotor):
            self._last[item.control] = item.position
        self._shown[item.control] = words
        self._say(words)

    def _ask_hello(self) -> None:
        self._asked = bool(self._hello)
        self._say(self._hello)

    def _say(self, words: Sequence[Word]) -> None:
        if words:
            self._out.append(self._speech.say(words))

    def data_to_send(self) -> list[bytes]:
        """Return and forget the queued messages."""
        out, self._out = self._out, []
        return out

    def close(self, now: float) -> None:
        """Leave the box as it is: its own watchdog takes the power from its motors."""
        del now


def _expression(text: str) -> re.Pattern[str] | None:
    """Return what finds the greeting, ``/^FADERBOX 2/`` or ``^FADERBOX 2``."""
    try:
        return re.compile(text.removeprefix("/").removesuffix("/")) if text else None
    except re.error as error:
        raise ProtocolMisuse(f"{text!r} is no regular expression: {error}") from error


def _sample(pattern: LinePattern) -> float | str:
    return "A" if pattern.is_text else 1.0


def _coding(said: object) -> Coding | None:
    """Return a coding by its name in a sheet; ProtocolMisuse if there is none of that name."""
    match said:
        case None:
            return None
        case "twos_complement" | "binary_offset" | "bit6_up" | "bit6_down":
            return said
        case _:
            raise ProtocolMisuse(f"no coding {said!r} of turns; there are {', '.join(CODINGS)}")


def _ticks(ear: _Ear, position: float) -> int:
    """Return how far an encoder turned: the number it says, or one step up or down."""
    pattern = ear.pattern
    if pattern.choices:
        return 1 if position > 0.5 else -1
    number = round(pattern.low + position * (pattern.high - pattern.low))
    return number if ear.coding is None else turned(ear.coding, number)


def _value(item: Show) -> float | str:
    match item:
        case ShowMotor(position=position):
            return position
        case ShowLamp(state=state):
            return 0.0 if state == "dark" else 1.0
        case ShowText(text=text):
            # A name from a console must not end the line it stands in.
            return "".join(char if char.isprintable() else "?" for char in text)
        case ShowRing(position=place):
            return 0.0 if place is None else place
        case ShowMeter(level=level):
            return min(max(1.0 + level / METER_RANGE, 0.0), 1.0)
        case ShowColour(colour=colour):
            return f"{colour.red:02x}{colour.green:02x}{colour.blue:02x}"
