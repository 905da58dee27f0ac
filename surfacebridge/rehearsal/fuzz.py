"""Random hands, targets and cables, and what must hold whatever they do.

Owns: making episodes from a seed, the rules, and cutting a failing episode
down to the steps that matter.  Does not own: stories, which say what should
happen; these rules only say what never may.

The rules: nothing goes back to where it came from but a servo's own position;
motors come to rest within a second, never under a hand; whatever the hand let
go of last is what target and motor hold; nothing is sent outside its range;
no touch is left behind.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Final

from surfacebridge.model.controls import (
    ControlId,
    LetGo,
    Moved,
    Pressed,
    Released,
    Touched,
    Turned,
)
from surfacebridge.model.feedback import Show, ShowMotor, ShowRing, ShowText
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.sheets import ParameterSpec
from surfacebridge.model.values import OFF, Value
from surfacebridge.rehearsal.chance import Chance
from surfacebridge.rehearsal.expectations import value_text
from surfacebridge.rehearsal.rig import Cast, Rig, Shown, Written
from surfacebridge.routing.bindings import Out
from surfacebridge.routing.engine import Engine
from surfacebridge.routing.plan import Plan
from surfacebridge.routing.state import Control

# Long enough for a hand to be seen meeting a report, short enough to be read.
# A board restarts when its port is opened, and is deaf for about half a second.
GREETED_WITHIN: Final = 1.0

EPISODE: Final = 100

# So many controls take part in one episode.
_PLAYED: Final = 6

# After that long nothing that was asked for is still under way.
_REST: Final = 1.0
_QUIET: Final = 1.0

# A failing episode is cut down by at most so many tries.
_TRIES: Final = 60


@dataclass(frozen=True, slots=True)
class Deed:
    """One random thing: what is done to whom, and how long after the one before."""

    after: float
    verb: str
    name: str
    amount: float = 0.0

    def __str__(self) -> str:
        amount = f" {self.amount:.3f}" if self.verb in _MEASURED else ""
        return f"{self.verb} {self.name}{amount}"


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that was broken, and the shortest run of deeds found that breaks it."""

    rule: str
    seed: int
    deeds: tuple[Deed, ...]

    def __str__(self) -> str:
        steps = "\n".join(
            line
            for deed in self.deeds
            for line in (f"  wait {deed.after * 1000:.0f}ms", f"  {deed}")
            if not line.endswith(" 0ms")
        )
        return f"{self.rule}\nSeed {self.seed}, cut down to:\n{steps}"


_MEASURED: Final = frozenset({"move", "turn", "report"})
_VERBS: Final = {
    "fader": ("touch", "release", "move", "move", "move"),
    "knob": ("move",),
    "key": ("press", "up"),
    "vpot": ("turn",),
    "jog": ("turn",),
}


def fuzz(
    plan: Plan, cast: Cast, deeds: int, seed: int, mind: Callable[[Plan], Engine] = Engine
) -> Iterator[Finding | int]:
    """Do ``deeds`` random things, an episode at a time, each on a fresh rig.

    Yields how many were done after each good episode, and a finding for each
    that breaks a rule.  ``mind`` makes the engine under trial.
    """
    trial = _Trial(plan, cast, mind)
    done = 0
    while done < deeds:
        episode_seed = seed + done
        chance = Chance(episode_seed)
        episode = tuple(_episode(plan, chance, min(EPISODE, deeds - done)))
        if not episode:
            return
        done += len(episode)
        rule = trial.broken_rule(episode)
        if rule is None:
            yield done
        else:
            yield Finding(rule, episode_seed, trial.shortest(episode, rule))


def _episode(plan: Plan, chance: Chance, length: int) -> Iterator[Deed]:
    wiring = Engine(plan).wiring
    # A touch is felt at the cap; it is no key of its own.
    controls = [one for one in wiring.mapped if not one.id.endswith(".touch")]
    controls += [wiring.controls[name] for name in plan.keys]
    kinds = sorted({one.spec.kind for one in controls} & _VERBS.keys())
    endpoints = [*plan.surfaces, *plan.targets]
    if not kinds or not endpoints:
        return
    # A few at a time and of every kind, so that hands and reports meet on the same thing.
    few = [
        chance.choose([one for one in controls if one.spec.kind == kinds[place % len(kinds)]])
        for place in range(_PLAYED)
    ]
    for _ in range(length):
        after = chance.choose((0.0, 0.0, 0.003, 0.02, 0.1, 0.4))
        control = chance.choose(few)
        match chance.below(40):
            case 0:
                yield Deed(after, "replug", chance.choose(endpoints))
            case number if number < 10:
                whom = control if number < 7 else chance.choose(controls)
                yield Deed(after, "report", whom.id, chance.fraction())
            case _:
                verb = chance.choose(_VERBS[control.spec.kind])
                amount = chance.fraction() if verb == "move" else float(chance.below(9) - 4)
                yield Deed(after, verb, control.id, amount)


def _kind(rule: str) -> str:
    return rule.partition(":")[0]


@dataclass(frozen=True, slots=True)
class _Trial:
    """What is tried: one mapping with one cast and one mind."""

    plan: Plan
    cast: Cast
    mind: Callable[[Plan], Engine]

    def broken_rule(self, deeds: Sequence[Deed]) -> str | None:
        """Do ``deeds`` on a fresh rig; return the first rule they break, as a sentence."""
        rig = Rig(self.plan, self.cast, mind=self.mind)
        rig.start()
        playing = _Playing(rig)
        try:
            for deed in deeds:
                playing.do(deed)
            playing.end()
        except _Broken as broken:
            return str(broken)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            return f"the bridge itself failed: {type(error).__name__}: {error}"
        return None

    def shortest(self, deeds: tuple[Deed, ...], rule: str) -> tuple[Deed, ...]:
        """Return fewer deeds that break the same rule, leaving out ever smaller pieces."""
        tries = _TRIES
        size = len(deeds) // 2
        while size and tries:
            start = 0
            while start < len(deeds) and tries:
                tries -= 1
                fewer = (*deeds[:start], *deeds[start + size :])
                found = self.broken_rule(fewer)
                if found is not None and _kind(found) == _kind(rule):
                    deeds = fewer
                else:
                    start += size
            size //= 2
        return deeds


class _Broken(Exception):
    """The rule that was broken; never leaves this module."""


class _Playing:
    """One episode on one rig, watched."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self._mark = len(rig.log)
        self._on: dict[ControlId, float | None] = {}
        """The caps a finger is on, and where it moved them."""
        self._down: set[ControlId] = set()
        self._places: dict[ControlId, float] = {}
        """Where each cap is: by hand or by motor, whichever was last."""
        self._touch: dict[ParameterId, Value] = {}
        """What targets were last told of touches."""
        for show in rig.shows.values():
            if isinstance(show, ShowMotor):
                self._places[show.control] = show.position

    def do(self, deed: Deed) -> None:
        """Do one thing and look at all that followed."""
        rig = self._rig
        rig.advance(rig.now + deed.after)
        self._look()
        name = ControlId(deed.name)
        match deed.verb:
            case "replug":
                self._replug(deed.name)
            case "report":
                self._report(rig.engine.wiring.controls[name], deed.amount)
            case "touch" if name not in self._on:
                self._touch_cap(name)
            case "release" if name in self._on:
                self._release(name)
            case "move":
                self._move(rig.engine.wiring.controls[name], deed.amount)
            case "press":
                self._down.add(name)
                rig.gesture(Pressed(name))
            case "up":
                self._down.discard(name)
                rig.gesture(Released(name))
            case "turn":
                rig.gesture(Turned(name, round(deed.amount)))
            case _:
                pass
        self._look()

    def _touch_cap(self, name: ControlId) -> None:
        for binding in self._rig.engine.wiring.controls[ControlId(f"{name}.touch")].ins:
            for parameter in binding.parameters:
                self._touch[parameter.id] = False
        self._on[name] = None
        self._rig.gesture(Touched(name))

    def _release(self, name: ControlId) -> None:
        # From this moment on the cap is nobody's, and its motor may run.
        del self._on[name]
        self._rig.gesture(LetGo(name))

    def _move(self, control: Control, amount: float) -> None:
        grabs = control.spec.touch and control.id not in self._on
        if grabs:
            self._touch_cap(control.id)
        steps = max(control.spec.steps - 1, 1)
        place = round(amount * steps) / steps
        self._places[control.id] = place
        if control.id in self._on:
            self._on[control.id] = place
        self._rig.gesture(Moved(control.id, place))
        if grabs:
            self._look()
            self._release(control.id)

    def _report(self, control: Control, amount: float) -> None:
        parameters = [
            one for binding in (*control.outs, *control.ins) for one in binding.parameters
        ]
        if not parameters:
            return
        parameter = parameters[0]
        value = _value(parameter.spec, amount, is_text=control.spec.kind == "text")
        if value is None or not self._rig.is_present(parameter.target):
            return
        mark = len(self._rig.log)
        self._rig.report(Report(parameter.id, value))
        for one in self._rig.log[mark:]:
            if isinstance(one, Written) and one.write.parameter == parameter.id:
                raise _Broken(
                    f"what a target says must not be written back: {parameter.id} said "
                    f"{value_text(value, parameter.spec)} and was sent "
                    f"{value_text(one.write.value, parameter.spec)}"
                )

    def _replug(self, name: str) -> None:
        rig = self._rig
        rig.unplug(name)
        self._look()
        for control in [one for one in self._on if one.startswith(f"{name}.")]:
            del self._on[control]
        self._down -= {one for one in self._down if one.startswith(f"{name}.")}
        for parameter in [one for one in self._touch if _target(one) == name]:
            # What was held in it ended with it.
            del self._touch[parameter]
        rig.advance(rig.now + 0.05)
        rig.plug(name)
        # No hand is back on a cap before the box under it has booted and greeted.
        rig.advance(rig.now + GREETED_WITHIN)

    # The rules

    def _look(self) -> None:
        log = self._rig.log
        for one in log[self._mark :]:
            match one:
                case Written(write=write):
                    self._look_at_write(write)
                case Shown(show=show):
                    self._look_at_show(show)
                case _:
                    pass
        self._mark = len(log)

    def _look_at_write(self, write: Write) -> None:
        if write.parameter in self._touch:
            self._touch[write.parameter] = write.value
        parameter = self._rig.engine.wiring.parameters.get(write.parameter)
        if parameter is not None and not _is_in_range(write.value, parameter.spec):
            raise _Broken(
                f"nothing may be sent outside its range: {write.parameter} was sent "
                f"{value_text(write.value, parameter.spec)}"
            )

    def _look_at_show(self, show: Show) -> None:
        control = self._rig.engine.wiring.controls[show.control]
        match show:
            case ShowMotor(position=position):
                self._look_at_motor(control, position)
            case ShowText(text=text) if control.spec.cells and len(text) > control.spec.cells:
                raise _Broken(f"a text must fit its display: {show.control} was told {text!r}")
            case ShowRing(position=float(position)) if not 0.0 <= position <= 1.0:
                raise _Broken(f"a ring has two ends: {show.control} was told {position}")
            case _:
                pass

    def _look_at_motor(self, control: Control, position: float) -> None:
        if not 0.0 <= position <= 1.0:
            raise _Broken(f"a fader has two ends: {control.id} was told {position}")
        if control.id in self._on:
            hand = self._on[control.id]
            own = hand is not None and abs(hand - position) * (control.spec.steps - 1) <= 1.0
            if control.echo != "servo" or not own:
                raise _Broken(
                    f"no motor may move under a hand: {control.id} was sent to {position:.3f}"
                )
        self._places[control.id] = position

    def end(self) -> None:
        """Take every hand away, wait, and look whether all came to rest where it should."""
        rig = self._rig
        for name in list(self._on):
            self._release(name)
        for name in sorted(self._down):
            rig.gesture(Released(name))
        fade = rig.plan.scenes.fade if rig.plan.scenes is not None else 0.0
        rig.advance(rig.now + _REST + fade)
        self._look()
        mark = len(rig.log)
        rig.advance(rig.now + _QUIET)
        for one in rig.log[mark:]:
            if isinstance(one, Shown) and isinstance(one.show, ShowMotor):
                raise _Broken(
                    f"motors must come to rest within a second: {one.show.control} still moves"
                )
        for parameter, value in self._touch.items():
            if value:
                raise _Broken(f"no touch may be left behind: {parameter} is still on")
        for control in rig.engine.wiring.mapped:
            self._look_at_rest(control)

    def _look_at_rest(self, control: Control) -> None:
        if control.held:
            raise _Broken(f"no touch may be left behind: {control.id} is still held")
        place = self._places.get(control.id)
        if control.spec.kind != "fader" or not control.spec.motor or place is None:
            return
        for binding in control.outs:
            if not isinstance(binding, Out):
                continue
            wanted = binding.render()
            if isinstance(wanted, float) and abs(wanted - place) > _coarser(control, binding):
                raise _Broken(
                    f"a fader at rest must stand where its target is: {control.id} stands at "
                    f"{place:.3f} and should be at {wanted:.3f}"
                )


def _coarser(control: Control, binding: Out) -> float:
    """Return one step of the coarser grid: nearer than that nobody can tell."""
    steps = [control.spec.steps, *(one.spec.steps for one in binding.parameters if one.spec.steps)]
    return 1.0 / max(min(steps) - 1, 1)


def _target(parameter: ParameterId) -> str:
    return parameter.partition(":")[0].partition(".")[0]


def _value(spec: ParameterSpec, amount: float, *, is_text: bool) -> Value | None:
    """Return some value the target may well report."""
    match spec.kind:
        case "level" | "pan" | "number":
            return spec.snap(spec.from_position(amount))
        case "meter":
            return -60.0 * amount
        case "switch":
            return amount > 0.5
        case "text":
            return f"Name {amount:.3f}"
        case "choice":
            return spec.choices[round(amount * (len(spec.choices) - 1))] if spec.choices else None
        case "plain":
            return f"Name {amount:.3f}" if is_text else amount
        case "colour" | "trigger":
            return None


def _is_in_range(value: Value, spec: ParameterSpec) -> bool:
    if isinstance(value, bool) or not isinstance(value, float | int):
        return True
    if isnan(value):
        return False
    match spec.kind:
        case "level":
            return value == OFF or (spec.law is not None and value <= spec.law.top + 1e-9)
        case "pan":
            return -1.0 <= value <= 1.0
        case "number":
            low, high = sorted((spec.low, spec.high))
            return low <= value <= high
        case _:
            return True
