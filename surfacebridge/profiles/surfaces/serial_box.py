"""A box that speaks text lines on a serial line, by the patterns of a mapping.

Owns: lines to gestures, shows to lines, the greeting and the sign of life.
Does not own: the line itself (``transports``), or units beyond a pattern's ends.

Rules: a board may be deaf while it boots, so it is asked until it greets; what
it was told before that is lost.  A greeting that nobody asked for means it
has forgotten everything (docs/protocols/serial.md, rule 1).
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

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
from surfacebridge.protocols.framing.fields import LinePattern
from surfacebridge.protocols.framing.lines import LineReader
from surfacebridge.protocols.malformed import Malformed

# A board has booted within half a second; asking each second is soon enough.
ASK_EVERY: Final = 1.0
# Two answers in a row may be lost to noise; three are a cable.
MISSED: Final = 3
METER_RANGE: Final = 60.0

_NEVER_SPOKE: Final = "It has not said hello; check the port, the baud rate and its firmware."
_NO_ANSWER: Final = "It stopped answering; check its cable and power."

Heard = Gesture | Arrived | Gone


class SerialBox:
    """One box on one port; ``framing: lines`` or ``deej``."""

    def __init__(self, name: str, sheet: DeviceSheet) -> None:
        """Read every pattern; ProtocolMisuse for one that cannot be, or another framing."""
        self.health = Health(synced=True, reason=_NEVER_SPOKE, peer=sheet.title)
        self._name = name
        framing = sheet.facts.get("framing", "lines")
        if framing not in {"lines", "deej"}:
            raise ProtocolMisuse(f"a serial box cannot be framed by {framing!r} yet")
        self._ins: list[tuple[LinePattern, dict[int, tuple[ControlKind, ControlId]], float]] = []
        self._touches: list[tuple[LinePattern, dict[int, ControlId]]] = []
        self._outs: dict[ControlId, tuple[LinePattern, int]] = {}
        self._sliders: dict[int, ControlId] = {}
        for spec in sheet.controls.values():
            self._add(spec, sheet.strips, deej=framing == "deej")
        self._lines = LineReader()
        self._hello = str(sheet.facts.get("hello", ""))
        expect = str(sheet.facts.get("expect", ""))
        self._expect = re.compile(expect.strip("/")) if expect else None
        alive = sheet.facts.get("alive")
        self._alive = alive if isinstance(alive, Mapping) else {}
        self._within = float(self._alive.get("within", ASK_EVERY))
        self._last: dict[ControlId, float] = {}
        self._held: set[ControlId] = set()
        self._greeted = self._expect is None
        self._asked = False
        self._gone = False
        self._due: float | None = None
        self._heard_at: float | None = None
        self._out: list[bytes] = []

    def _add(self, spec: ControlSpec, strips: int, *, deej: bool) -> None:
        numbers = range(1, strips + 1) if spec.per_strip else (0,)
        controls = {number: self._control(spec, number) for number in numbers}
        if deej and spec.kind in {"fader", "knob"}:
            self._sliders |= controls
            return
        wire = {key: LinePattern.read(str(spec.wire[key])) for key in _PATTERNS if key in spec.wire}
        if "in" in wire:
            kinds = {number: (spec.kind, control) for number, control in controls.items()}
            deadband = spec.wire.get("deadband", 0.0)
            pattern = wire["in"]
            extent = abs(pattern.high - pattern.low) or 1
            rest = float(deadband) / extent if isinstance(deadband, int | float) else 0.0
            self._ins.append((pattern, kinds, rest))
        if "touch" in wire:
            self._touches.append((wire["touch"], controls))
        shown = wire.get("led") if spec.kind == "key" else wire.get("out")
        if shown is not None:
            self._outs |= {control: (shown, number) for number, control in controls.items()}

    def _control(self, spec: ControlSpec, number: int) -> ControlId:
        if number:
            return strip_control(self._name, spec.name, number)
        return plain_control(self._name, spec.name)

    # The box speaks.

    def receive(self, data: bytes, now: float) -> Sequence[Heard]:
        """Return the gestures in ``data``, and ``Arrived`` where the box started anew."""
        heard: list[Heard] = []
        for line in self._lines.receive(data):
            if isinstance(line, Malformed):
                self.health.malformed += 1
            else:
                self._take(line, heard, now)
        return heard

    def _take(self, line: str, heard: list[Heard], now: float) -> None:
        if self._expect is not None and self._expect.search(line):
            self._note_hello(heard, now)
        elif not self._greeted:
            # What a board said before it booted: opening its port restarts most of them.
            self.health.unknown += 1
        elif line == self._alive.get("answer"):
            self._note_life(heard, now)
        elif self._sliders:
            self._note_sliders(line, heard, now)
        else:
            gestures = self._gestures(line)
            if gestures is None:
                # Boards chatter for people; it is counted and does no harm.
                self.health.unknown += not line.startswith("#")
            else:
                self._note_life(heard, now)
                heard.extend(gestures)

    def _note_hello(self, heard: list[Heard], now: float) -> None:
        answered = self._asked and self._greeted and not self._gone
        self._asked = False
        self._gone = False
        self._greeted = True
        self._mark_alive(now)
        self._held.clear()
        if not answered:
            heard.append(Arrived(self._name))

    def _note_life(self, heard: list[Heard], now: float) -> None:
        self._mark_alive(now)
        if self._gone:
            self._gone = False
            heard.append(Arrived(self._name))

    def _mark_alive(self, now: float) -> None:
        self._heard_at = now
        self.health.alive, self.health.answered, self.health.reason = True, now, ""

    def _gestures(self, line: str) -> list[Gesture] | None:
        for pattern, touched in self._touches:
            found = pattern.match(line)
            if found is not None:
                return self._touch(touched.get(found[0]), bool(found[1]))
        for pattern, controls, rest in self._ins:
            found = pattern.match(line)
            if found is not None and isinstance(found[1], float):
                known = controls.get(found[0])
                return None if known is None else self._gesture(*known, found[1], rest)
        return None

    def _touch(self, control: ControlId | None, down: bool) -> list[Gesture] | None:
        if control is None:
            return None
        if down:
            self._held.add(control)
            return [Touched(control)]
        self._held.discard(control)
        return [LetGo(control)]

    def _gesture(
        self, kind: ControlKind, control: ControlId, position: float, rest: float
    ) -> list[Gesture]:
        if kind in {"fader", "knob"}:
            last = self._last.get(control)
            # A converter trembles at rest; under a finger every step counts.
            if last is not None and control not in self._held and abs(position - last) < rest:
                return []
            self._last[control] = position
            return [Moved(control, position)]
        if kind in {"vpot", "jog"}:
            return [Turned(control, 1 if position > 0.5 else -1)]
        return [Pressed(control) if position > 0.5 else Released(control)]

    def _note_sliders(self, line: str, heard: list[Heard], now: float) -> None:
        words = line.split("|")
        if not all(re.fullmatch(r"\d{1,4}", word) for word in words):
            self.health.malformed += 1
            return
        self._note_life(heard, now)
        for number, word in enumerate(words, 1):
            control = self._sliders.get(number)
            position = min(int(word) / 1023, 1.0)
            # The same readings come a hundred times a second, trembling by one or two.
            if control is not None and abs(position - self._last.get(control, -1.0)) > 2.5 / 1023:
                self._last[control] = position
                heard.append(Moved(control, position))

    # Time.

    def open(self, now: float) -> None:
        """Ask the box who it is; one that promises no greeting counts as there."""
        if self._hello:
            self._say(self._hello)
            self._asked = True
        self._due = now + ASK_EVERY if self._hello or self._alive else None

    def wake(self, now: float) -> Sequence[Heard]:
        """Ask again, and notice silence."""
        if self._due is None or now < self._due:
            return ()
        if not self._greeted:
            self._due = now + ASK_EVERY
            self._say(self._hello)
            self._asked = True
            return ()
        ask = str(self._alive.get("ask", ""))
        if not ask:
            self._due = None
            return ()
        self._due = now + self._within
        self._say(ask)
        last = self._heard_at
        if self._gone or last is None or now - last < MISSED * self._within:
            return ()
        self._gone = True
        self.health.alive, self.health.reason = False, _NO_ANSWER
        return (Gone(self._name),)

    def next_wakeup(self) -> float | None:
        """Return when the next question is due."""
        return self._due

    # The bridge speaks.

    def send(self, item: Show, now: float) -> None:
        """Queue the line that shows ``item``; a control without one is left."""
        del now
        out = self._outs.get(item.control)
        if out is not None:
            pattern, number = out
            value = _value(item)
            if isinstance(value, str) == pattern.is_text:
                self._say(pattern.format(number, value))

    def _say(self, line: str) -> None:
        self._out.append(line.encode("ascii", "replace") + b"\n")

    def data_to_send(self) -> list[bytes]:
        """Return and forget the queued lines."""
        out, self._out = self._out, []
        return out

    def close(self, now: float) -> None:
        """Leave the box as it is: its own watchdog takes the power from its motors."""
        del now


_PATTERNS: Final = ("in", "out", "touch", "led")


def _value(item: Show) -> float | str:
    match item:
        case ShowMotor(position=position):
            return position
        case ShowLamp(state=state):
            return 0.0 if state == "dark" else 1.0
        case ShowText(text=text):
            return text
        case ShowRing(position=place):
            return 0.0 if place is None else place
        case ShowMeter(level=level):
            return min(max(1.0 + level / METER_RANGE, 0.0), 1.0)
        case ShowColour(colour=colour):
            return f"{colour.red:02x}{colour.green:02x}{colour.blue:02x}"
