"""What the engine knows of each control and parameter while it runs.

Rule: three values, never one.  *wanted* is what a control should show, *shown*
what it was last told or did, *reported* what the target last said.  A position
held back under a hand is wanted and not shown.
"""

from collections import deque
from collections.abc import Sequence
from functools import partial
from math import isclose
from typing import Final, Literal

from surfacebridge.model.controls import ControlId
from surfacebridge.model.parameters import ParameterId
from surfacebridge.model.sheets import ControlSpec, EchoClass, EchoPolicy, ParameterSpec
from surfacebridge.model.values import Value
from surfacebridge.routing.plan import PlanLine
from surfacebridge.routing.takeover import Takeover
from surfacebridge.routing.travel import Travel

# A hand sends a hundred values a second and an echo takes tens of milliseconds:
# more own values under way than this means that the target does not echo.
MOST_ECHOES_AWAITED: Final = 64

ECHO_AWAITED_FOR: Final = 1.0
"""Seconds after which a missing echo is not waited for any more."""

LATE_BY: Final = 0.25
"""How far behind the newest echo an older one may come, out of order."""

NEVER: Final = float("-inf")

HOLD_AFTER_MOVE: Final = 0.25
"""Seconds that a fader which senses no touch counts as held after it last moved
(asked for in demand.md, row 1; REAPER's own stand-in of 3 s feels stuck)."""


class Parameter:
    """One parameter of a target, as far as the bridge knows it."""

    __slots__ = (
        "_has_no_grid",
        "awaited",
        "chooses",
        "echo",
        "echoed",
        "id",
        "index",
        "insists",
        "interval",
        "origin",
        "owner",
        "queued",
        "reported",
        "sent_at",
        "setpoint",
        "spec",
        "target",
        "tells",
        "value",
        "views",
        "watchers",
    )

    def __init__(
        self,
        identity: ParameterId,
        target: str,
        spec: ParameterSpec,
        echo: EchoClass,
        rate: float,
        *,
        tells: bool = True,
    ) -> None:
        self.id = identity
        self.target = target
        self.spec = spec
        self._has_no_grid = spec.steps < 2
        self.echo = echo
        self.interval = 1.0 / rate if rate > 0 else 0.0
        self.tells = tells
        """Whether the target can be asked; a plain MIDI port says nothing of itself."""
        self.value: Value | None = None
        """What the target holds as far as we know: the newest report or write."""
        self.index: Value | None = None
        self.reported: Value | None = None
        self.sent_at = NEVER
        self.queued = False
        self.setpoint: Value | None = None
        """A write that waits for its turn: newer than ``value``, and it will go out."""
        self.origin: Control | None = None
        """The control whose gesture made the setpoint."""
        self.owner: ControlId | None = None
        """The fader whose hand has it, if one does (see ``ownership``)."""
        self.insists = False
        """Whether the setpoint goes out even if the target holds it already."""
        self.awaited: deque[tuple[Value, float]] = deque(maxlen=MOST_ECHOES_AWAITED)
        self.echoed = True
        """Whether the newest write has come home; always so where nothing does."""
        self.views: list[Control] = []
        # In the order they were made, so that a capture replays to the same order of bytes.
        self.watchers: dict[ControlId, None] = {}
        self.chooses: tuple[tuple[str, str], ...] = ()
        """Variables that follow this switch, with the values it stands for."""

    @property
    def newest(self) -> Value | None:
        """The value that gestures build upon: what waits to go out, or what is."""
        return self.value if self.setpoint is None else self.setpoint

    def believe(self, value: Value) -> bool:
        """Take ``value`` as what the target holds; return whether that is news on its grid."""
        index = value if self._has_no_grid else self.spec.index(value)
        known = self.index
        # A fader that rides has moved: what is not alike is not asked about at length.
        if type(index) is float is type(known):
            if _is_near(index, known):
                return False
        elif known is not None and index == known:
            return False
        self.value, self.index = value, index
        return True

    def holds(self, value: Value) -> bool:
        """Return whether the target holds ``value``, as far as its own grid can tell."""
        return self.index is not None and _is_alike(self.spec.index(value), self.index)

    def forget(self) -> None:
        """Know nothing, as before the first word of the target."""
        self.value = self.index = self.reported = self.setpoint = self.origin = None
        self.queued = self.insists = False
        self.sent_at = NEVER
        self.echoed = True
        self.awaited.clear()

    def take_over(self, old: "Parameter") -> None:
        """Know what ``old`` knew: a reload changes the mapping, not the desk."""
        if old.value is not None:
            self.believe(old.value)
        self.reported, self.setpoint, self.insists = old.reported, old.setpoint, old.insists
        self.sent_at = old.sent_at
        self.owner = old.owner
        self.awaited, self.echoed = old.awaited, old.echoed

    def wrote(self, value: Value, now: float, *, insists: bool = False) -> bool:
        """Take ``value`` as written now, and as what may come home; return whether to write it.

        What the target holds already is not written, unless somebody ``insists``.
        """
        if not self.believe(value) and not insists:
            return False
        self.sent_at = now
        if self.echo == "all" and self.index is not None:
            self.awaited.append((self.index, now))
            self.echoed = False
        return True

    def echo_of(self, value: Value, now: float) -> Literal["newest", "older"] | None:
        """Return which of our writes comes home with a report of ``value``, if one does.

        By provenance: what we sent is remembered, and a report that equals it
        is ours, in whatever order they come.
        """
        awaited = self.awaited
        while awaited and now - awaited[0][1] > ECHO_AWAITED_FOR:
            awaited.popleft()
        index = self.spec.index(value)
        places = (at for at, (sent, _) in enumerate(awaited) if _is_alike(sent, index))
        place = next(places, None)
        if place is None:
            return None
        newest = not self.echoed and place == len(awaited) - 1
        del awaited[place]
        if newest:
            self.echoed = True
            # What was passed over is lost or late: late ones are near behind.
            while awaited and now - awaited[0][1] > LATE_BY:
                awaited.popleft()
        return "newest" if newest else "older"


def _is_alike(one: Value, other: Value) -> bool:
    """Return whether two places on a grid are one, past what a 32-bit float rounds off."""
    return one == other or (type(one) is float and type(other) is float and _is_near(one, other))


# What a 32-bit float rounds off is no difference.
_is_near: Final = partial(isclose, rel_tol=1e-6, abs_tol=1e-7)


class Binding:
    """One line made concrete for one control: the parameters it reads or writes.

    ``line`` is ``None`` for what the bridge shows by itself, such as the lamp
    of the active layer.
    """

    __slots__ = ("line", "parameters")

    def __init__(self, line: PlanLine | None, parameters: "tuple[Parameter, ...]") -> None:
        self.line = line
        self.parameters = parameters


class Control:
    """One control of a surface: what it shows, and whose it is."""

    __slots__ = (
        "awaits_echo_until",
        "confirms",
        "down",
        "echo",
        "grabbed",
        "held",
        "held_until",
        "id",
        "ins",
        "interval",
        "moved",
        "moved_untouched",
        "outs",
        "pressed_with",
        "queued",
        "sent_at",
        "serves",
        "shown",
        "spec",
        "strip",
        "surface",
        "takeover",
        "touch",
        "travel",
        "wanted",
    )

    def __init__(self, identity: ControlId, surface: str, strip: int, spec: ControlSpec) -> None:
        self.id = identity
        self.surface = surface
        self.strip = strip
        self.spec = spec
        self.shown: object = None
        self.wanted: object = None
        self.ins: Sequence[Binding] = ()
        self.outs: Sequence[Binding] = ()
        self.held = False
        self.held_until = NEVER
        """End of a touch that was made from motion; a sensed touch has none."""
        self.grabbed: Sequence[Binding] = ()
        """What a hand meant when it took hold."""
        self.moved = False
        """Whether the hand that holds it has moved it."""
        self.moved_untouched = NEVER
        """When it last moved though nobody was felt on it."""
        self.down = False
        self.pressed_with: Sequence[Binding] = ()
        self.awaits_echo_until = NEVER
        self.travel = Travel()
        self.sent_at = NEVER
        self.queued = False
        self.confirms = False
        """Whether it is told what it shows already, when its turn comes."""
        self.interval = _INTERVALS.get(spec.kind, 0.0)
        self.echo: EchoPolicy = "none"
        self.serves = False
        """Whether its motor must be told to be where the hand holds it."""
        self.answer(spec.echo)
        self.touch = "required" if spec.touch else "made"
        self.takeover: Takeover | None = None

    def answer(self, policy: EchoPolicy) -> None:
        """Treat the hand's own moves by ``policy`` from now on."""
        self.echo = policy
        self.serves = self.spec.motor and policy == "servo"

    def forget_shown(self) -> None:
        """Know nothing of what the surface shows, as after a power cycle."""
        self.shown = None
        self.queued = self.confirms = False
        self.sent_at = NEVER
        self.travel = Travel()
        self.held = self.down = self.moved = False
        self.held_until = self.awaits_echo_until = NEVER
        self.grabbed = self.pressed_with = ()
        if self.takeover is not None:
            self.takeover.lose()

    def take_over(self, old: "Control") -> None:
        """Know what ``old`` showed and who held it."""
        self.shown, self.wanted = old.shown, old.wanted
        self.held, self.held_until, self.moved = old.held, old.held_until, old.moved
        self.confirms, self.moved_untouched = old.confirms, old.moved_untouched
        self.awaits_echo_until = old.awaits_echo_until
        self.travel = old.travel
        self.sent_at = old.sent_at
        self.down, self.pressed_with = old.down, old.pressed_with

    def index(self, position: float) -> int:
        """Return the place of ``position`` on the control's own grid."""
        return round(position * (self.spec.steps - 1))


# Seconds between two messages to one control.  A cap cannot follow more than a
# hundred positions a second; a display cannot be read faster than it is here.
_INTERVALS: Final[dict[str, float]] = {
    "fader": 0.01,
    "ring": 0.02,
    "text": 0.05,
    "meter": 0.05,
}
