"""A page of OSC controls as a surface: TouchOSC, Open Stage Control, a tablet.

Owns: the addresses a mapping wrote for each control, both ways.
Does not own: units; a position is a number between the ends of its pattern
(0…1 where it names none).

Rule: a page promises no sign of life.  It counts as there while its port is
open, and its health says when it was last heard.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from math import isfinite
from struct import Struct
from typing import Final

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
from surfacebridge.model.sheets import ControlSpec, DeviceSheet
from surfacebridge.profiles.base import Health, Places, ReadPlace
from surfacebridge.profiles.overtaken import without_overtaken
from surfacebridge.profiles.plain_osc import Pattern, pattern_of
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.osc.bites import bites
from surfacebridge.protocols.osc.messages import OscMessage, OscValue, messages_in
from surfacebridge.protocols.osc.packet import Head, decode, encode

# A page draws the top sixty decibels of a meter over its whole length.
METER_RANGE: Final = 60.0

_STRIP: Final = re.compile(r"\{s(?::0?(\d))?\}")
_RANGE: Final = re.compile(r"\{v:(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)\}")
_NUMBERS: Final = {"f": Struct(">f"), "i": Struct(">i")}
_SHORTEST: Final = 12

_SILENT: Final = "Nothing has been heard from it yet; move a control on the page."

Heard = Gesture | Arrived | Gone
Gestures = Callable[[float], Gesture | None]


class OscPage:
    """One page on one UDP port."""

    def __init__(self, name: str, sheet: DeviceSheet) -> None:
        """Build both tables; ProtocolMisuse if a pattern has no address."""
        self.health = Health(synced=True, reason=_SILENT, peer=sheet.title)
        # Everything of a plain message but its last four bytes is the key to
        # what those four bytes mean.
        self._routes: dict[bytes, tuple[Struct, Gestures]] = {}
        # Of these, the ones that are places of a fader; a page may say them as either type.
        self._faders: dict[bytes, ControlId] = {}
        self._places: dict[bytes, tuple[ControlId, ReadPlace]] = {}
        self._readers: dict[tuple[str, float, float], ReadPlace] = {}
        self._by_address: dict[tuple[str, tuple[OscValue, ...]], Gestures] = {}
        self._heads: dict[ControlId, tuple[Head, float, float]] = {}
        self._texts: dict[ControlId, Pattern] = {}
        self._out: list[bytes] = []
        for spec in sheet.controls.values():
            for number in range(1, sheet.strips + 1) if spec.per_strip else (0,):
                self._add(name, spec, number)

    def _add(self, name: str, spec: ControlSpec, number: int) -> None:
        control = (
            strip_control(name, spec.name, number) if number else plain_control(name, spec.name)
        )
        wire = {key: _filled(str(text), number) for key, text in spec.wire.items()}
        if "in" in wire:
            low, high = _ends(wire["in"])
            pattern = _pattern(wire["in"])
            self._hear(pattern, _gestures(spec, control, low, high))
            if spec.kind in {"fader", "knob"} and not pattern.constants:
                self._add_places(pattern, control, low, high)
        if "touch" in wire:
            self._hear(_pattern(wire["touch"]), lambda v: Touched(control) if v else LetGo(control))
        shown = wire.get("led") if spec.kind == "key" else wire.get("out")
        if shown is None:
            return
        pattern = _pattern(shown)
        if spec.kind in {"text", "colour"} or pattern.constants or pattern.tag not in _NUMBERS:
            self._texts[control] = pattern
        else:
            self._heads[control] = (Head(pattern.address, pattern.tag), *_ends(shown))

    def _hear(self, pattern: Pattern, gestures: Gestures) -> None:
        self._by_address[pattern.address, pattern.constants] = gestures
        if not pattern.constants:
            for tag, number in _NUMBERS.items():
                key = _before_value(pattern, tag)
                self._routes[key] = number, gestures
                self._faders.pop(key, None)
                self._places.pop(key, None)

    def _add_places(self, pattern: Pattern, control: ControlId, low: float, high: float) -> None:
        self._faders.update((_before_value(pattern, tag), control) for tag in _NUMBERS)
        # One type of each: two short ways of one fader would not overtake each other.
        if pattern.tag in _NUMBERS:
            key = _before_value(pattern, pattern.tag)
            self._places[key] = control, self._reader(pattern.tag, low, high)

    def _reader(self, tag: str, low: float, high: float) -> ReadPlace:
        """Return the way from a message that ends with a number of ``tag`` to a place.

        Faders with the same ends share one, so that it is in the caches for all of them.
        """
        known = self._readers.get((tag, low, high))
        if known is not None:
            return known
        unpack, health, extent = _NUMBERS[tag].unpack_from, self.health, high - low or 1.0

        def read(data: bytes, now: float) -> float | None:
            (value,) = unpack(data, len(data) - 4)
            place: float = (value - low) / extent
            if not 0.0 <= place <= 1.0:
                if not isfinite(value):
                    return None
                place = min(max(place, 0.0), 1.0)
            health.alive, health.answered = True, now
            return place

        self._readers[tag, low, high] = read
        return read

    def open(self, now: float) -> None:
        """Say nothing: a page is not asked."""
        del now

    def bites(self, data: bytes) -> Iterator[bytes]:
        """Yield a long bundle as short ones."""
        return bites(data)

    def receive(self, data: bytes, now: float) -> Sequence[Heard]:
        """Return what a hand did on the page."""
        health = self.health
        health.alive, health.answered = True, now
        route = self._routes.get(data[:-4]) if len(data) >= _SHORTEST else None
        if route is not None:
            number, gestures = route
            (value,) = number.unpack_from(data, len(data) - 4)
            gesture = gestures(value) if isfinite(value) else None
            return () if gesture is None else (gesture,)
        return self._receive_slowly(data)

    def receive_all(self, chunks: Sequence[bytes], now: float) -> Sequence[Heard]:
        """Return what hands did; of several places of one fader only the last."""
        heard: list[Heard] = []
        for data in without_overtaken(chunks, self._fader_of):
            heard += self.receive(data, now)
        return heard

    def _fader_of(self, data: bytes) -> ControlId | None:
        return self._faders.get(data[:-4])

    def plain_places(self) -> Places:
        """Return the plain moves of this page: the key is all of a message but its value."""
        return Places(4, self._places)

    def _receive_slowly(self, data: bytes) -> Sequence[Heard]:
        packet = decode(data)
        if isinstance(packet, Malformed):
            self.health.malformed += 1
            return ()
        heard: list[Heard] = []
        for message in messages_in(packet):
            gesture = self._gesture(message) if isinstance(message, OscMessage) else None
            if gesture is None:
                self.health.unknown += 1
            else:
                heard.append(gesture)
        return heard

    def _gesture(self, message: OscMessage) -> Gesture | None:
        *constants, value = message.args or (1.0,)
        gestures = self._by_address.get((message.address, tuple(constants)))
        if gestures is None or not isinstance(value, float | int) or not isfinite(value):
            return None
        return gestures(float(value))

    def send(self, item: Show, now: float) -> None:
        """Queue the message that shows ``item``; a control without a way out is left."""
        del now
        head = self._heads.get(item.control)
        if head is not None:
            packer, low, high = head
            position = _position(item)
            if position is not None:
                self._out.append(packer.pack(low + position * (high - low)))
            return
        pattern = self._texts.get(item.control)
        if pattern is not None:
            value = _said(item)
            args = list(pattern.constants)
            args.insert(max(pattern.place, 0), value)
            self._out.append(encode(OscMessage(pattern.address, tuple(args))))

    def wake(self, now: float) -> Sequence[Heard]:
        """Do nothing: a page has no timers."""
        del now
        return ()

    def next_wakeup(self) -> float | None:
        """Return None: nothing is ever due."""
        return None

    def data_to_send(self) -> list[bytes]:
        """Return and forget the queued datagrams."""
        out, self._out = self._out, []
        return out

    def close(self, now: float) -> None:
        """Leave the page as it is."""
        del now


def _before_value(pattern: Pattern, tag: str) -> bytes:
    """Return all of a plain message of ``pattern`` but its value, which is a number of ``tag``."""
    return encode(OscMessage(pattern.address, (0,) if tag == "i" else (0.0,), tag))[:-4]


def _filled(text: str, number: int) -> str:
    return _STRIP.sub(lambda found: f"{number:0{found[1] or 1}}", text)


def _ends(text: str) -> tuple[float, float]:
    found = _RANGE.search(text)
    return (float(found[1]), float(found[2])) if found else (0.0, 1.0)


def _pattern(text: str) -> Pattern:
    whole = _RANGE.search(text)
    if whole is not None:
        tag = "f" if "." in whole[1] + whole[2] else "i"
        text = _RANGE.sub(f"{{v:{tag}}}", text)
    return pattern_of(text)


def _gestures(spec: ControlSpec, control: ControlId, low: float, high: float) -> Gestures:
    match spec.kind:
        case "fader" | "knob":
            extent = high - low or 1.0
            return lambda value: Moved(control, min(max((value - low) / extent, 0.0), 1.0))
        case "vpot" | "jog":
            return lambda value: Turned(control, round(value)) if round(value) else None
        case _:
            middle = (low + high) / 2
            return lambda value: Pressed(control) if value > middle else Released(control)


def _position(item: Show) -> float | None:
    match item:
        case ShowMotor(position=position):
            return position
        case ShowRing(position=place):
            return place if place is not None else 0.0
        case ShowLamp(state=state):
            return 0.0 if state == "dark" else 1.0
        case ShowMeter(level=level):
            return min(max(1.0 + level / METER_RANGE, 0.0), 1.0)
        case _:
            return None


def _said(item: Show) -> OscValue:
    match item:
        case ShowText(text=text):
            return text
        case ShowColour(colour=colour):
            return f"#{colour.red:02x}{colour.green:02x}{colour.blue:02x}"
        case _:
            position = _position(item)
            return 0.0 if position is None else position
