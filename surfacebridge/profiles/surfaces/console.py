"""A mixing console used as a surface: its faders, keys and names drive something else.

Owns: turning what a console reports into gestures, and shows into writes.
Does not own: the console's protocol; the profile that speaks it as a target is
given.

Rules.  A hand is known by what it changed: a report that says what the console
holds already is no gesture.  Nothing is a gesture before the console has been
read; then what it was told to show counts.  There is no touch: the engine makes
it from motion.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from surfacebridge.model.controls import (
    ControlId,
    Gesture,
    Moved,
    Pressed,
    Released,
    plain_control,
    strip_control,
)
from surfacebridge.model.feedback import Show, ShowColour, ShowLamp, ShowMotor, ShowText
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.sheets import ControlKind, DeviceSheet, ParameterSpec, TargetSheet
from surfacebridge.model.values import Value
from surfacebridge.profiles.base import BeginsAgain, Health, InBites, TargetEndpoint

# What was written is read back by then, perhaps rounded by the console.
ECHO_FOR: Final = 0.5

# A key of a console has switched by itself when we hear of it.  What it drives
# may take this long to follow; only then is the console put right.
BELIEVE_FOR: Final = 0.5


@dataclass(slots=True, eq=False)
class _Place:
    """One control and the parameter behind it.

    ``held`` is what the console has, ``shown`` what it ought to show.
    """

    control: ControlId
    kind: ControlKind
    parameter: ParameterId
    spec: ParameterSpec
    inverted: bool
    held: Value | None = None
    shown: Value | None = None
    echo_until: float = 0.0
    believed_until: float = 0.0

    def is_alike(self, one: Value, other: Value | None) -> bool:
        return other is not None and self.spec.index(one) == self.spec.index(other)

    def is_near(self, one: Value, other: Value) -> bool:
        """Return whether two values are one step apart, as rounding may put them."""
        if self.kind == "key":
            # On and off are a step apart too, and no rounding makes one of the other.
            return False
        here, there = self.spec.index(one), self.spec.index(other)
        return isinstance(here, int) and isinstance(there, int) and abs(here - there) == 1


class ConsoleSurface:
    """One console on one link, as a surface."""

    def __init__(self, name: str, sheet: DeviceSheet, console: TargetEndpoint) -> None:
        """Stand in front of ``console``, which must have been given ``name`` too."""
        self._name = name
        self._console = console
        self._places: dict[ParameterId, _Place] = {}
        self._settled = False
        target = sheet.facts["console"]
        if isinstance(target, TargetSheet):
            for place in _places(name, sheet, target):
                self._places[place.parameter] = place
        self._by_control = {place.control: place for place in self._places.values()}
        self._doubted: dict[_Place, None] = {}

    @property
    def health(self) -> Health:
        """How the console's own profile feels about it."""
        return self._console.health

    def open(self, now: float) -> None:
        """Greet the console, and ask for everything a hand can move."""
        self._console.open(now)
        self._console.watch(tuple(self._places), now)

    def bites(self, data: bytes) -> Iterator[bytes]:
        """Yield chunks that mean what ``data`` does, as the console's own profile cuts it."""
        return self._console.bites(data) if isinstance(self._console, InBites) else iter((data,))

    def receive(self, data: bytes, now: float) -> Sequence[Gesture | Arrived | Gone]:
        """Return what hands did."""
        return self._hear(self._console.receive(data, now), now)

    def wake(self, now: float) -> Sequence[Gesture | Arrived | Gone]:
        """Do what is due on the console, and put keys right that were not followed."""
        gestures = self._hear(self._console.wake(now), now)
        for place in [one for one in self._doubted if one.believed_until <= now]:
            del self._doubted[place]
            self._put_right(place, now)
        return gestures

    def next_wakeup(self) -> float | None:
        """Return when ``wake`` is due next."""
        due = [place.believed_until for place in self._doubted]
        own = self._console.next_wakeup()
        return min([*due, own] if own is not None else due, default=None)

    def data_to_send(self) -> list[bytes]:
        """Return and forget what is queued for the console."""
        return self._console.data_to_send()

    def close(self, now: float) -> None:
        """Say goodbye to the console."""
        self._console.close(now)

    def begin_again(self, now: float) -> None:
        """Read the console again; it is shown everything when that is done."""
        if isinstance(self._console, BeginsAgain):
            self._console.begin_again(now)

    # The console speaks.

    def _hear(
        self, heard: Iterable[Report | Arrived | Gone], now: float
    ) -> list[Gesture | Arrived | Gone]:
        said: list[Gesture | Arrived | Gone] = []
        for one in heard:
            match one:
                case Report(parameter, value) if parameter in self._places:
                    said += self._reported(self._places[parameter], value, now)
                case Arrived() | Gone():
                    self._forget()
                    said.append(one)
                case _:
                    pass
        if not self._settled and self.health.alive and self.health.synced:
            self._settled = True
            for place in self._places.values():
                self._put_right(place, now)
        return said

    def _forget(self) -> None:
        self._settled = False
        self._doubted.clear()
        for place in self._places.values():
            place.held = place.shown = None

    def _reported(self, place: _Place, value: Value, now: float) -> Iterable[Gesture]:
        held = place.held
        if not self._settled or held is None:
            place.held = value
            return ()
        if place.is_alike(value, held):
            return ()
        if now < place.echo_until and place.is_near(value, held):
            return ()
        place.held = value
        return self._gesture(place, value, now)

    def _gesture(self, place: _Place, value: Value, now: float) -> Iterable[Gesture]:
        match place.kind:
            case "fader":
                place.shown = value
                return (Moved(place.control, place.spec.to_position(value)),)
            case "key" if place.spec.key == "trigger" and not value:
                # Another one was chosen, which says so itself.
                return ()
            case "key" if not place.is_alike(value, place.shown):
                place.shown = value
                place.believed_until = now + BELIEVE_FOR
                return Pressed(place.control), Released(place.control)
            case _:
                return ()

    # The bridge speaks.

    def send(self, item: Show, now: float) -> None:
        """Make the console show ``item``; what it has no place for is left out."""
        place = self._by_control.get(item.control)
        if place is None or not self.health.alive:
            return
        value = _value_of(item, place)
        if value is None:
            return
        place.shown = value
        if now < place.believed_until and not place.is_alike(value, place.held):
            self._doubted[place] = None
        else:
            self._put_right(place, now)

    def _put_right(self, place: _Place, now: float) -> None:
        value = place.shown
        if value is None or place.is_alike(value, place.held):
            return
        place.held, place.echo_until = value, now + ECHO_FOR
        self._console.send(Write(self._name, place.parameter, value), now)


def _places(name: str, sheet: DeviceSheet, console: TargetSheet) -> Iterable[_Place]:
    for control in sheet.controls.values():
        pattern = str(control.wire["parameter"])
        for strip in range(1, sheet.strips + 1) if control.per_strip else (0,):
            parameter = pattern.replace("{s}", str(strip))
            spec = console.parameters.get(parameter)
            if spec is None:
                continue
            identity = (
                strip_control(name, control.name, strip)
                if control.per_strip
                else plain_control(name, control.name)
            )
            yield _Place(
                identity,
                control.kind,
                ParameterId(f"{name}.{parameter}"),
                spec,
                inverted=parameter.endswith(".on"),
            )


def _value_of(show: Show, place: _Place) -> Value | None:
    match show, place.kind:
        case ShowMotor(position=position), "fader":
            return place.spec.snap(place.spec.from_position(position))
        case ShowLamp(state=state), "key":
            return (state != "dark") != place.inverted
        case ShowText(text=text), "text":
            return text.rstrip()
        case ShowColour(colour=colour), "colour":
            return colour
        case _:
            return None
