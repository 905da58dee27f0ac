"""Learning a line: which control was meant, which parameter, and how to write it.

Owns: picking what moved most out of noise, and proposing the stages that suit
both ends.  Does not own: hearing (``hub``) or the file (``mapping.editing``).

Rule: only a clear winner is taken.  A noisy fader that trembles, a meter that
dances or a second finger make us ask again rather than guess.
"""

from collections import defaultdict
from typing import Final

from surfacebridge.model.controls import LetGo, Moved, Pressed, Released, Touched, Turned
from surfacebridge.model.parameters import Report
from surfacebridge.model.sheets import ControlKind, ControlSpec, ParameterSpec
from surfacebridge.routing.plan import Plan
from surfacebridge.routing.running import Effect, Event

# Dust on a fader gives one or two steps of a thousand; a hand that means it, a fifth.
LEAST: Final = 0.05

# The winner must have moved this many times as much as the next.
CLEARLY: Final = 2.0

_A_PRESS: Final = 0.5
_A_TICK: Final = 1 / 32


class Wiggle:
    """How much each thing changed while somebody moved the one they meant."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._last: dict[str, float] = {}
        self._controls: dict[str, float] = defaultdict(float)
        self._parameters: dict[str, float] = defaultdict(float)
        self._supposed: dict[str, float] = {}
        self._guessed: dict[str, ControlSpec] = {}

    def suppose(self, control: str, kind: ControlKind, amount: float) -> None:
        """Take into account that an undescribed ``control`` (``box.knob.cc74``) went ``amount``.

        What it did counts only if nothing described moved: both may be the same.
        """
        self._guessed[control] = ControlSpec(control, kind, per_strip=False)
        self._supposed[control] = amount

    def hear(self, event: Event | Effect) -> None:
        """Take one event into account; effects are the bridge's own and count for nothing."""
        match event:
            case Moved(control=control, position=position):
                self._controls[control] += self._change(control, position)
            case Turned(control=control, ticks=ticks):
                self._controls[control] += abs(ticks) * _A_TICK
            case Pressed(control=control):
                self._controls[control] += _A_PRESS
            case Report(parameter=parameter, value=value):
                spec = self.parameter(parameter)
                if spec is not None and spec.writable and spec.kind != "meter":
                    change = self._change(parameter, spec.to_position(value))
                    self._parameters[parameter] += change
            case Released() | Touched() | LetGo():
                pass
            case _:
                pass

    def control(self) -> str | None:
        """Return the control that was clearly meant, or ``None``."""
        described = max(self._controls.values(), default=0.0) >= LEAST
        return _winner(self._controls if described else self._supposed)

    def target(self) -> str | None:
        """Return the parameter that was clearly meant, or ``None``."""
        return _winner(self._parameters)

    def parameter(self, name: str) -> ParameterSpec | None:
        """Return the spec of a parameter by its full name."""
        target, _, rest = name.partition(".")
        return self._plan.spec(target, rest)

    def spec(self, control: str) -> ControlSpec | None:
        """Return the spec of a concrete control (``x.fader.3``), or of a supposed one."""
        if control in self._guessed:
            return self._guessed[control]
        surface, _, rest = control.partition(".")
        sheet = self._plan.surfaces.get(surface)
        if sheet is None:
            return None
        words = rest.split(".")
        plain = ".".join(word for word in words if not word.isdigit())
        return sheet.controls.get(rest) or sheet.controls.get(plain)

    def line(self, control: str, parameter: str) -> str:
        """Return the line that joins both, with the stages that suit them."""
        spec, target = self.spec(control), self.parameter(parameter)
        return f"{control} <> {parameter}{_stages(spec, target, control)}"

    def _change(self, name: str, position: float) -> float:
        last = self._last.get(name)
        self._last[name] = position
        return 0.0 if last is None else abs(position - last)


def _winner(moved: dict[str, float]) -> str | None:
    ranked = sorted(moved.items(), key=lambda item: item[1], reverse=True)
    if not ranked or ranked[0][1] < LEAST:
        return None
    if len(ranked) > 1 and ranked[0][1] < CLEARLY * ranked[1][1]:
        return None
    return ranked[0][0]


def _stages(control: ControlSpec | None, target: ParameterSpec | None, name: str) -> str:
    if control is None or target is None:
        return ""
    match control.kind, target.kind:
        case "fader" | "knob", "level":
            return " | db"
        case "vpot", "level":
            return " | rel(0.5dB)"
        case "vpot" | "jog", _:
            return " | rel(1/64)"
        case "key", "switch" if "mute" in name and target.id.endswith(".on"):
            return " | invert"  # the lamp of a mute key is lit when the channel is off
        case _:
            return ""
