"""What surfaces that speak a maker's own MIDI dialect have in common.

Owns: a sheet's controls by the numbers of the wire, the way in and out, signs
of life, and text at the speed a unit can take.
Does not own: what a number means (each maker's profile), or when a motor may
move (``routing``).

A sheet says ``wire: {number: 0x18}`` for a key's note, a strip's place and the
like; of a strip's control that is the first of a row, or a list of all.
``lamp`` says where a key's lamp is if its number is another.

Rules: units that never answer a question are many, so silence alone is no
fault; a unit that has answered before is missed when it stops.  Motors stay
where they are when the bridge leaves.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from math import inf
from typing import Final, NamedTuple

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.model.controls import (
    ControlId,
    Gesture,
    LetGo,
    Pressed,
    Released,
    Touched,
    plain_control,
    strip_control,
)
from surfacebridge.model.feedback import Show, ShowLamp, ShowText
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.sheets import ControlKind, ControlSpec, DeviceSheet
from surfacebridge.profiles.base import Health
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi import identity
from surfacebridge.protocols.midi.decoder import MidiDecoder
from surfacebridge.protocols.midi.messages import MidiMessage, SysEx
from surfacebridge.value import as_value

# A unit that answers does so within milliseconds, so three lost in a row are a
# cable or a power supply.
ASK_EVERY: Final = 2.0
MISSED_AFTER: Final = 6.5

_NEVER_SPOKE: Final = (
    "Nothing has been heard from it yet; many units stay silent until a control is touched."
)
_NO_ANSWER: Final = "It stopped answering; check its cable and power, and the mode it is in."

Heard = Gesture | Arrived | Gone
Number = int | str
Display = ControlId | int | tuple[ControlId, int]
"""What names a display: a control, a strip, or a part of a control."""


class Place(NamedTuple):
    """One control with the number its wire knows it by."""

    control: ControlId
    spec: ControlSpec
    number: Number


@as_value
class _Key:
    """What a number in a message belongs to: a kind of control, or the touch of a fader."""

    kind: ControlKind
    number: Number


class MidiSurface(ABC):
    """One unit on one port; a maker's profile says what its messages mean."""

    questions: float = 3
    """How often a unit that never answers is asked, before it is left in peace."""

    def __init__(self, name: str, sheet: DeviceSheet) -> None:
        """Build every table; ProtocolMisuse if the sheet names what the unit lacks."""
        self.health = Health(peer=sheet.title, synced=True, reason=_NEVER_SPOKE)
        self.name: Final = name
        self.sheet: Final = sheet
        self.now = 0.0
        self.out: list[bytes] = []
        self._ins: dict[_Key, ControlId] = {}
        self._outs: dict[ControlId, Place] = {}
        for spec in sheet.controls.values():
            for strip in range(sheet.strips) if spec.per_strip else (None,):
                self._add(spec, strip)
        self._decoder = MidiDecoder()
        self.answers = False
        """Whether the unit has answered a question, and is missed when it stops."""
        self._asked = 0
        self._ask_at: float | None = None
        self._beat_at: float | None = None
        self._gone = False
        # Only the last text of a place is worth sending.
        self._displays: dict[Display, bytes] = {}
        self._pace = self.fact("pace", inf)
        self._text_from = 0.0

    def _add(self, spec: ControlSpec, strip: int | None) -> None:
        if strip is None:
            control = plain_control(self.name, spec.name)
        else:
            control = strip_control(self.name, spec.name, strip + 1)
        number = numbered(spec, "number", strip)
        if number is None:
            number = self.number_of(spec, strip)
        if spec.kind != "lamp":
            self._ins[_Key(spec.kind, number)] = control
        lamp = numbered(spec, "lamp", strip)
        if spec.can_show:
            self._outs[control] = Place(control, spec, number if lamp is None else lamp)

    def number_of(self, spec: ControlSpec, strip: int | None) -> Number:
        """Return the number of a control whose sheet says none: its strip, or 0."""
        return strip if strip is not None and spec.kind != "key" else 0

    def fact(self, name: str, default: float) -> float:
        """Return a figure of the sheet, ``default`` where it states none."""
        value = self.sheet.facts.get(name, default)
        return value if isinstance(value, int | float) else default

    def at(self, kind: ControlKind, number: Number) -> ControlId | None:
        """Return the control of a kind that has this number on the wire."""
        return self._ins.get(_Key(kind, number))

    def places(self, *kinds: ControlKind) -> Iterator[Place]:
        """Yield everything of these kinds that can show something."""
        return (place for place in self._outs.values() if place.spec.kind in kinds)

    # What a maker's profile says.

    @abstractmethod
    def hear(self, message: MidiMessage) -> Sequence[Gesture] | None:
        """Return the gestures in ``message``; None for one that means nothing here."""

    @abstractmethod
    def show(self, item: Show, place: Place) -> None:
        """Queue what shows ``item`` at ``place``, in ``out`` or by ``write``."""

    @abstractmethod
    def greet(self) -> None:
        """Forget what the unit showed, and queue what it needs at its start."""

    def beat(self, now: float) -> float | None:
        """Queue what is due by the clock; return when it is due again."""
        del now
        return None

    # The unit speaks.

    def receive(self, data: bytes, now: float) -> Sequence[Heard]:
        """Return the gestures in ``data``, and ``Arrived`` where the unit is back."""
        self.now = now
        heard: list[Heard] = []
        for message in self._decoder.receive(data):
            if isinstance(message, Malformed):
                self.health.malformed += 1
                continue
            gestures = () if self._introduces(message) else self.hear(message)
            if gestures is None:
                self.health.unknown += 1
                continue
            self.note_life(heard)
            heard += gestures
        return heard

    def _introduces(self, message: MidiMessage) -> bool:
        """Return whether ``message`` answers who it is."""
        if not isinstance(message, SysEx):
            return False
        if not isinstance(identity.decode(message), identity.IdentityReply):
            return False
        self.answers = True
        return True

    def touched(self, fader: ControlId | None, *, down: bool) -> Sequence[Gesture] | None:
        """Return what a finger on or off a cap is; None if there is no such cap."""
        if fader is None:
            return None
        return (Touched(fader) if down else LetGo(fader),)

    def pressed(self, key: ControlId | None, *, down: bool) -> Sequence[Gesture] | None:
        """Return what a key that went down or up is; None if there is no such key."""
        if key is None:
            return None
        return (Pressed(key) if down else Released(key),)

    def note_life(self, heard: list[Heard]) -> None:
        """Take what was heard for a sign of life, and a unit that was gone for new."""
        health = self.health
        health.alive, health.reason, health.answered = True, "", self.now
        self._asked = 0
        if self._gone:
            self._gone = False
            self._start()
            heard.append(Arrived(self.name))

    def return_later(self) -> None:
        """Take a unit for one that was away: it shows nothing we told it."""
        self._gone = True

    # Time.

    def open(self, now: float) -> None:
        """Ask who it is, and make its lamps dark."""
        self.now = now
        self._ask()
        self._start()
        self._beat_at = self.beat(now)

    def wake(self, now: float) -> Sequence[Heard]:
        """Ask again, notice silence, and do what is due."""
        self.now = now
        if self._beat_at is not None and now >= self._beat_at:
            self._beat_at = self.beat(now)
        if self._ask_at is None or now < self._ask_at:
            return ()
        if not self.answers and self._asked >= self.questions:
            self._ask_at = None
            return ()
        self._ask()
        return (Gone(self.name),) if self.answers and self._is_missed() else ()

    def _is_missed(self) -> bool:
        answered = self.health.answered
        if answered is None or self._gone or self.now - answered < MISSED_AFTER:
            return False
        self._gone = True
        self.health.alive, self.health.reason = False, _NO_ANSWER
        return True

    def next_wakeup(self) -> float | None:
        """Return when ``wake`` is due next."""
        dues = [due for due in (self._ask_at, self._beat_at) if due is not None]
        if self._displays:
            dues.append(self._text_from)
        return min(dues, default=None)

    def question(self) -> bytes:
        """Return what a unit is asked to hear whether it is there: the universal inquiry."""
        return identity.encode(identity.IdentityRequest())

    def _ask(self) -> None:
        self._asked += 1
        self._ask_at = self.now + ASK_EVERY
        self.out.append(self.question())

    def _start(self) -> None:
        self._displays.clear()
        self.greet()
        self._darken()

    def _darken(self) -> None:
        for place in self.places("key", "lamp"):
            self.show(ShowLamp(self.name, place.control, "dark"), place)

    # The bridge speaks.

    def send(self, item: Show, now: float) -> None:
        """Queue what shows ``item``; a control this unit lacks is dropped."""
        self.now = now
        place = self._outs.get(item.control)
        if place is not None:
            self.show(item, place)

    def write(self, place: Display, data: bytes) -> None:
        """Queue ``data`` for a display, instead of what waits for the same place, in its turn."""
        self._displays[place] = data

    def data_to_send(self) -> list[bytes]:
        """Return what is queued, and as much text as the unit can take now."""
        out, self.out = self.out, []
        while self._displays and self.now >= self._text_from:
            data = self._displays.pop(next(iter(self._displays)))
            out.append(data)
            self._text_from = max(self._text_from, self.now) + len(data) / self._pace
        return out

    def close(self, now: float) -> None:
        """Make lamps and displays dark; motors stay where they are."""
        self.now = now
        self._pace, self._text_from = inf, now
        self._darken()
        for place in self.places("text"):
            self.show(ShowText(self.name, place.control, ""), place)


def numbered(spec: ControlSpec, key: str, strip: int | None) -> Number | None:
    """Return what the sheet says of a control's number, ``None`` if it says nothing.

    ``key`` is ``number`` or ``lamp``; ``strip`` counts from 0.  Raises
    ProtocolMisuse for a list that has no number for the strip.
    """
    said = spec.wire.get(key)
    match said:
        case int():
            return said + (strip or 0)
        case tuple() if strip is not None and strip < len(said) and isinstance(said[strip], int):
            number: int = said[strip]
            return number
        case str() | tuple():
            raise ProtocolMisuse(f"'{key}: {said}' of {spec.name} is no number for each strip")
        case _:
            return None
