"""Scenes: what is stored, and the way to a recalled one.

Owns: the values of each scene, and fades under way.  Does not own: writing to
a target (``engine``) or keeping files (``apps``).

Rules: what is unknown is not stored, and what a scene does not hold is left
alone.  A fade is a straight line on the travel, not in decibels, because that
is what a hand would do; a touched fader leaves it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import translate
from typing import Final

from surfacebridge.model.parameters import ParameterId
from surfacebridge.model.values import Value
from surfacebridge.routing.plan import ScenePlan
from surfacebridge.routing.state import Parameter

# Fifty steps a second look continuous and are half of what a fader link carries.
FADE_STEP: Final = 0.02

MOST_SCENES: Final = 1000
"""A show file has some hundred; a number beyond this is a slip."""

SceneValues = Mapping[str, Value]


@dataclass(slots=True)
class _Fade:
    """One parameter on its way, by position."""

    parameter: Parameter
    start: float
    goal: Value
    end: float
    begun: float
    lasts: float


class Scenes:
    """The scenes of one rig."""

    def __init__(self, plan: ScenePlan) -> None:
        self.plan = plan
        self.current: int | None = None
        self._stored: dict[int, dict[str, Value]] = {}
        self._fades: dict[ParameterId, _Fade] = {}
        self._fresh: dict[int, SceneValues] = {}

    def numbers(self) -> list[int]:
        """Return the numbers of the scenes that hold something."""
        return sorted(self._stored)

    def load(self, number: int, values: SceneValues) -> None:
        """Take ``values`` as scene ``number``, as read from its file."""
        if 0 < number <= MOST_SCENES:
            self._stored[number] = dict(values)

    def store(self, number: int, parameters: Iterable[Parameter]) -> SceneValues | None:
        """Store what is known of ``parameters``; return it, ``None`` if nothing is known."""
        wanted = frozenset(self.plan.parameters)
        values: dict[str, Value] = {
            parameter.id: parameter.value
            for parameter in parameters
            if parameter.id in wanted and parameter.value is not None
        }
        if not values or not 0 < number <= MOST_SCENES:
            return None
        self._stored[number] = self._fresh[number] = values
        self.current = number
        return values

    def take_fresh(self) -> Mapping[int, SceneValues]:
        """Return and forget what was stored since the last call, to be kept in files."""
        fresh, self._fresh = self._fresh, {}
        return fresh

    def recall(
        self, number: int, parameters: Mapping[ParameterId, Parameter], now: float
    ) -> Iterator[tuple[Parameter, Value]]:
        """Begin the way to scene ``number``; yield what is to be written at once.

        Levels and other sliding values fade if the plan says so; switches,
        names and the like change at once.
        """
        values = self._stored.get(number)
        if values is None:
            return
        self.current = number
        lasts = self.plan.per_scene.get(number, self.plan.fade)
        wanted = frozenset(self.plan.parameters)
        for identity, value in values.items():
            parameter = parameters.get(ParameterId(identity))
            if parameter is None or identity not in wanted:
                continue
            self._fades.pop(parameter.id, None)
            if lasts > 0 and parameter.value is not None and _slides(parameter):
                self._begin(parameter, value, now, lasts)
            else:
                yield parameter, value

    def leave(self, parameter: ParameterId) -> None:
        """Take ``parameter`` out of the fade: a hand is on it, or it was written."""
        self._fades.pop(parameter, None)

    @property
    def is_fading(self) -> bool:
        """Whether anything is on its way."""
        return bool(self._fades)

    def step(self, now: float) -> Iterator[tuple[Parameter, Value]]:
        """Yield where each fading parameter should be at ``now``; arrivals exactly."""
        for fade in list(self._fades.values()):
            part = (now - fade.begun) / fade.lasts
            spec = fade.parameter.spec
            if part >= 1.0:
                del self._fades[fade.parameter.id]
                yield fade.parameter, fade.goal
            else:
                yield (
                    fade.parameter,
                    spec.from_position(fade.start + (fade.end - fade.start) * part),
                )

    def forget(self, target: str) -> None:
        """Let nothing fade any more on a target that went."""
        for identity, fade in list(self._fades.items()):
            if fade.parameter.target == target:
                del self._fades[identity]

    def inherit(self, old: "Scenes", parameters: Mapping[ParameterId, Parameter]) -> None:
        """Keep what ``old`` stored; fades under way go on, on ``parameters``."""
        self._stored = old._stored  # noqa: SLF001 - the same class
        self._fresh = old._fresh  # noqa: SLF001
        self.current = old.current
        for identity, fade in old._fades.items():  # noqa: SLF001
            if identity in parameters:
                self._fades[identity] = replace(fade, parameter=parameters[identity])

    def _begin(self, parameter: Parameter, goal: Value, now: float, lasts: float) -> None:
        spec = parameter.spec
        start = spec.to_position(parameter.value) if parameter.value is not None else 0.0
        self._fades[parameter.id] = _Fade(
            parameter, start, goal, spec.to_position(goal), now, lasts
        )  # fmt: skip


def chosen(names: Iterable[str], include: Iterable[str], safe: Iterable[str]) -> Iterator[str]:
    """Yield those of ``names`` that an ``include`` pattern takes and no ``safe`` one keeps.

    In a pattern ``*`` stands for any run of characters (``desk.ch.*.fader``).
    """
    wanted, kept = _any_of(include), _any_of(safe)
    return (name for name in names if wanted.match(name) and not kept.match(name))


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    """Return one pattern for all: a console has thousands of names."""
    return re.compile("|".join(translate(one) for one in patterns) or r"(?!)")


def _slides(parameter: Parameter) -> bool:
    return parameter.spec.kind in {"level", "pan", "number"}
