"""What the engine knows of each control and parameter while it runs.

Rule: three values, never one.  *wanted* is what a control should show, *shown*
what it was last told or did, *reported* what the target last said.  A position
held back under a hand is wanted and not shown.
"""

from collections import deque
from collections.abc import Sequence
from typing import Final

from surfacebridge.model.controls import ControlId
from surfacebridge.model.parameters import ParameterId
from surfacebridge.model.sheets import ControlSpec, EchoClass, EchoPolicy, ParameterSpec
from surfacebridge.model.values import Value
from surfacebridge.routing.plan import PlanLine
from surfacebridge.routing.takeover import Takeover

# A hand sends a hundred values a second and an echo takes tens of milliseconds:
# more own values under way than this means that the target does not echo.
MOST_ECHOES_AWAITED: Final = 64

ECHO_AWAITED_FOR: Final = 1.0
"""Seconds after which a missing echo is not waited for any more."""

NEVER: Final = float("-inf")


class Parameter:
    """One parameter of a target, as far as the bridge knows it."""

    __slots__ = (
        "awaited",
        "echo",
        "id",
        "index",
        "interval",
        "queued",
        "reported",
        "sent_at",
        "setpoint",
        "spec",
        "target",
        "value",
        "views",
        "watchers",
    )

    def __init__(
        self, identity: ParameterId, target: str, spec: ParameterSpec, echo: EchoClass, rate: float
    ) -> None:
        self.id = identity
        self.target = target
        self.spec = spec
        self.echo = echo
        self.interval = 1.0 / rate if rate > 0 else 0.0
        self.value: Value | None = None
        """What the target holds as far as we know: the newest report or write."""
        self.index: Value | None = None
        self.reported: Value | None = None
        self.sent_at = NEVER
        self.queued = False
        self.setpoint: Value | None = None
        """A write that waits for its turn: newer than ``value``, and it will go out."""
        self.awaited: deque[tuple[Value, float]] = deque(maxlen=MOST_ECHOES_AWAITED)
        self.views: list[Control] = []
        self.watchers: set[str] = set()

    def believe(self, value: Value) -> None:
        """Take ``value`` as what the target holds."""
        self.value = value
        self.index = self.spec.index(value)

    def forget(self) -> None:
        """Know nothing, as before the first word of the target."""
        self.value = self.index = self.reported = self.setpoint = None
        self.queued = False
        self.sent_at = NEVER
        self.awaited.clear()

    def take_over(self, old: "Parameter") -> None:
        """Know what ``old`` knew: a reload changes the mapping, not the desk."""
        if old.value is not None:
            self.believe(old.value)
        self.reported, self.setpoint = old.reported, old.setpoint
        self.sent_at = old.sent_at
        self.awaited = old.awaited

    def is_own_echo(self, index: Value, now: float) -> bool:
        """Return whether a report of ``index`` is a write of ours coming home.

        By provenance, not by a time window: what we sent is remembered in
        order, and a report that matches confirms it and all before it.
        """
        while self.awaited and now - self.awaited[0][1] > ECHO_AWAITED_FOR:
            self.awaited.popleft()
        for place, (sent, _) in enumerate(self.awaited):
            if sent == index:
                for _ in range(place + 1):
                    self.awaited.popleft()
                return True
        return False


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
        "down",
        "echo",
        "grabbed",
        "held",
        "held_until",
        "id",
        "ins",
        "interval",
        "motor_from",
        "motor_until",
        "moved",
        "outs",
        "pressed_with",
        "queued",
        "sent_at",
        "shown",
        "spec",
        "strip",
        "surface",
        "takeover",
        "touch",
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
        self.moved = False
        """Whether the hand that holds it has moved it."""
        self.down = False
        self.pressed_with: Sequence[Binding] = ()
        self.awaits_echo_until = NEVER
        self.motor_from = 0.0
        self.motor_until = NEVER
        self.sent_at = NEVER
        self.queued = False
        self.interval = _INTERVALS.get(spec.kind, 0.0)
        self.echo: EchoPolicy = spec.echo
        self.touch = "required" if spec.touch else "made"
        self.takeover: Takeover | None = None

    def forget_shown(self) -> None:
        """Know nothing of what the surface shows, as after a power cycle."""
        self.shown = None
        self.queued = False
        self.sent_at = self.motor_until = NEVER
        self.held = self.down = self.moved = False
        self.held_until = self.awaits_echo_until = NEVER
        self.grabbed = self.pressed_with = ()

    def take_over(self, old: "Control") -> None:
        """Know what ``old`` showed and who held it."""
        self.shown, self.wanted = old.shown, old.wanted
        self.held, self.held_until, self.moved = old.held, old.held_until, old.moved
        self.motor_from, self.motor_until = old.motor_from, old.motor_until
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
