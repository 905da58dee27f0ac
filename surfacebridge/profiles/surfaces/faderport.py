"""PreSonus FaderPort 8 and 16 in their native mode as a surface.

Owns: gestures out of the unit's bytes, bytes out of shows, its coloured keys,
its strips' text, bars and meters, and the host's sign of life.
Does not own: the one-fader units (``faderport_classic``, and a Mackie clone),
or who it is and whether it is there (``midi_surface``).

Rules: a coloured key has no colour until it is told one, so each has its own
from the sheet at the start.  Text is the slow part: it leaves at ``pace``.
"""

from collections.abc import Sequence
from typing import Final

from surfacebridge.model.controls import Gesture, Moved, Turned
from surfacebridge.model.feedback import (
    LampState,
    RingMode,
    Show,
    ShowColour,
    ShowLamp,
    ShowMeter,
    ShowMotor,
    ShowRing,
    ShowText,
)
from surfacebridge.model.sheets import DeviceSheet
from surfacebridge.model.values import Colour
from surfacebridge.profiles.midi_surface import MidiSurface, Place
from surfacebridge.protocols.mcu.text import lcd_text
from surfacebridge.protocols.midi.messages import MidiMessage
from surfacebridge.protocols.vendors import faderport
from surfacebridge.protocols.vendors.faderport import BarStyle, Component

_STEP: Final = 4
_PLACES: Final = faderport.FADER_TOP >> _STEP
_CLEAR: Final = 0x10
_METER_TOP: Final = 127
_PER_DB: Final = 2.0

_LAMPS: Final[dict[LampState, faderport.LampState]] = {"dark": "off", "lit": "on", "blink": "blink"}
_BARS: Final[dict[RingMode, BarStyle]] = {
    "dot": "normal",
    "pan": "bipolar",
    "fill": "fill",
    "spread": "spread",
}
# What a strip's display is wide, and of how many groups a time is.
_CELLS: Final = 9
_GROUPS: Final = 4


class FaderPortSurface(MidiSurface):
    """A FaderPort 8 or 16, whichever ``model`` in its sheet says."""

    def __init__(self, name: str, sheet: DeviceSheet) -> None:
        """Build every table."""
        super().__init__(name, sheet)
        self._model = int(self.fact("model", faderport.FADERPORT_8))
        self._mode = int(self.fact("strip mode", 0))
        self._keep_alive = self.fact("keep alive", 0.0)
        self._styles: dict[int, BarStyle] = {}

    # The unit speaks.

    def hear(self, message: MidiMessage) -> Sequence[Gesture] | None:
        """Return the gestures in ``message``; None for one that means nothing here."""
        match faderport.from_surface(message, self._model):
            case faderport.FaderMoved(strip, value):
                fader = self.at("fader", strip)
                return (Moved(fader, min((value >> _STEP) / _PLACES, 1.0)),) if fader else None
            case faderport.FaderTouched(strip, down):
                return self.touched(self.at("fader", strip), down=down)
            case faderport.ButtonChanged(note, down):
                return self.pressed(self.at("key", note), down=down)
            case faderport.EncoderTurned(number, ticks):
                knob = self.at("vpot", number)
                return (Turned(knob, ticks),) if knob and ticks else None
            case None:
                return None

    # Time.

    def greet(self) -> None:
        """Clear the strips, and give each coloured key its own colour."""
        self._styles.clear()
        has_displays = any(self.places("text"))
        for strip in range(self.sheet.strips if has_displays else 0):
            self._tell(faderport.StripMode(strip, self._mode | _CLEAR, self._model))
            self._style(strip, "off")
        for place in self.places("key"):
            own = place.spec.wire.get("colour")
            if isinstance(own, int):
                self._paint(place, Colour(own >> 16 & 0xFF, own >> 8 & 0xFF, own & 0xFF))

    def beat(self, now: float) -> float | None:
        """Say that the host is there, to a unit that wants to hear it."""
        if not self._keep_alive:
            return None
        self._tell(faderport.KeepAlive())
        return now + self._keep_alive

    # The bridge speaks.

    def show(self, item: Show, place: Place) -> None:
        """Queue what shows ``item`` at ``place``."""
        number = int(place.number)
        match item:
            case ShowMotor(position=position):
                spot = round(min(max(position, 0.0), 1.0) * _PLACES)
                self._tell(faderport.FaderMoved(number, spot << _STEP))
            case ShowLamp(state=state):
                self._tell(faderport.LampSet(number, _LAMPS[state]))
            case ShowColour(colour=colour):
                self._paint(place, colour)
            case ShowMeter(level=level):
                self._tell(faderport.MeterLevel(number, _meter(level)))
            case ShowRing(position=position, mode=mode):
                self._style(number, "off" if position is None else _BARS[mode])
                if position is not None:
                    self._tell(faderport.BarSet(number, round(position * 127)))
            case ShowText(text=text):
                self._write(place, text)

    def _write(self, place: Place, text: str) -> None:
        line = place.spec.wire.get("line")
        groups = [text]
        if not place.spec.per_strip:
            # A time stands over several strips, a group on each.
            groups = [*text.replace(":", ".").split("."), "", "", ""][:_GROUPS]
        for at, group in enumerate(groups):
            words = lcd_text(group)[:_CELLS]
            told = faderport.StripText(
                int(place.number) + at, line if isinstance(line, int) else 0, words,
                model=self._model,
            )  # fmt: skip
            self.write((place.control, at), faderport.encode(told))

    def _style(self, strip: int, style: BarStyle) -> None:
        if self._styles.get(strip) != style:
            self._styles[strip] = style
            self._tell(faderport.BarStyled(strip, style))

    def _paint(self, place: Place, colour: Colour) -> None:
        parts: tuple[tuple[Component, int], ...] = (
            ("red", colour.red),
            ("green", colour.green),
            ("blue", colour.blue),
        )
        for component, value in parts:
            self._tell(faderport.LampColour(int(place.number), component, value >> 1))

    def _tell(self, message: faderport.Told) -> None:
        self.out.append(faderport.encode(message))


def _meter(level: float) -> int:
    """Return a level in dB below full scale on the unit's 127 steps of half a decibel."""
    return round(min(max(_METER_TOP + _PER_DB * max(level, -_METER_TOP), 0), _METER_TOP))
