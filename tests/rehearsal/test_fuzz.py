"""Random episodes find a mind that breaks a rule, and leave a sound one alone."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from surfacebridge.model.controls import LetGo, Moved, Touched
from surfacebridge.model.feedback import ShowMotor
from surfacebridge.model.parameters import Report, Write
from surfacebridge.rehearsal.casting import Casting
from surfacebridge.rehearsal.fuzz import Deed, Finding, fuzz
from surfacebridge.routing.engine import Engine
from surfacebridge.routing.plan import Plan
from surfacebridge.routing.running import Effect, Event
from tests.rehearsal.stage import HEAD, load, rig_text

FADERS = rig_text(
    "- fader <> daw:/fader {n:i} {v:f}: {echo: settle}\n- fader.touch > daw:/touch {n:i} {v:i}"
)

CONSOLE = HEAD.replace(
    '{osc: "udp://127.0.0.1:9", listen: 8000}', "{profile: behringer/x32, host: 127.0.0.1}"
).replace('"1..16"', '"daw.ch.{1..8}"')


class Echoing(Engine):
    """Writes back whatever it hears."""

    def handle(self, event: Event, now: float) -> list[Effect]:
        effects = super().handle(event, now)
        if isinstance(event, Report):
            effects.append(Write("daw", event.parameter, event.value))
        return effects


class Pushy(Engine):
    """Moves the motor under the hand."""

    def handle(self, event: Event, now: float) -> list[Effect]:
        effects = super().handle(event, now)
        if isinstance(event, Moved):
            effects.append(ShowMotor("x", event.control, 0.5))
        return effects


class Restless(Engine):
    """Never lets a motor alone."""

    def wake(self, now: float) -> list[Effect]:
        super().wake(now)
        control = next(iter(self.wiring.mapped))
        return [ShowMotor("x", control.id, 0.0)]

    def next_wakeup(self) -> float | None:
        return self.last + 0.2

    def handle(self, event: Event, now: float) -> list[Effect]:
        self.last = now
        return super().handle(event, now)

    last = 0.0


class Sticky(Engine):
    """Does not hear a finger leave."""

    def handle(self, event: Event, now: float) -> list[Effect]:
        return [] if isinstance(event, LetGo) else super().handle(event, now)


class Lazy(Engine):
    """Moves motors where nobody asked for."""

    def handle(self, event: Event, now: float) -> list[Effect]:
        return [
            replace(one, position=one.position / 2) if isinstance(one, ShowMotor) else one
            for one in super().handle(event, now)
        ]


class Loud(Engine):
    """Says more than a target can hold."""

    def handle(self, event: Event, now: float) -> list[Effect]:
        return [
            replace(one, value=one.value + 100.0)
            if isinstance(one, Write) and isinstance(one.value, float)
            else one
            for one in super().handle(event, now)
        ]


class Failing(Engine):
    """Falls over at the first touch."""

    def handle(self, event: Event, now: float) -> list[Effect]:
        if isinstance(event, Touched):
            raise KeyError("nobody")
        return super().handle(event, now)


def finding(text: str, mind: Callable[[Plan], Engine] = Engine, seed: int = 1) -> Finding:
    """Return the first finding; fails the test if there is none in a few episodes."""
    document, plan = load(text)
    told = fuzz(plan, Casting(document, plan), 500, seed, mind)
    return next(one for one in told if isinstance(one, Finding))


@pytest.mark.parametrize(
    ("mind", "rule"),
    [
        (Echoing, "what a target says must not be written back"),
        (Pushy, "no motor may move under a hand"),
        (Sticky, "no touch may be left behind"),
        (Lazy, "a fader at rest must stand where its target is"),
        (Failing, "the bridge itself failed: KeyError"),
    ],
)
def test_a_mind_that_breaks_a_rule_is_found_out(mind: type[Engine], rule: str) -> None:
    assert finding(FADERS, mind).rule.startswith(rule)


def test_a_broken_rule_says_a_level_in_decibels() -> None:
    text = rig_text("- fader <> .fader", CONSOLE)
    rule = finding(text, Echoing).rule
    level = r"(-oo|-?[\d.]+dB)"
    assert re.search(f"daw\\.ch\\.\\d\\.fader said {level} and was sent {level}$", rule), rule


def test_a_motor_that_never_rests_is_found_out() -> None:
    class Endless(Restless):
        def wake(self, now: float) -> list[Effect]:
            self.last = now
            return super().wake(now)

    rule = finding(FADERS, Endless).rule
    assert rule.startswith(("motors must come to rest", "no motor may move under a hand"))


def test_a_mind_that_leaves_the_targets_range_is_found_out() -> None:
    text = rig_text("- fader > .trim", CONSOLE)
    assert finding(text, Loud).rule.startswith("nothing may be sent outside its range: daw.ch.")


def test_a_finding_is_cut_down_to_the_deeds_that_matter() -> None:
    found = finding(FADERS, Failing)
    assert len(found.deeds) == 1
    assert found.deeds[0].verb in {"touch", "move"}
    assert str(found).splitlines()[-1] == f"  {found.deeds[0]}"
    assert "Seed " in str(found)


def test_a_sound_mind_breaks_no_rule_and_progress_is_told() -> None:
    document, plan = load(rig_text())
    told = list(fuzz(plan, Casting(document, plan), 250, 7))
    assert told == [100, 200, 250]


def test_the_same_seed_finds_the_same() -> None:
    assert finding(FADERS, Failing, 3) == finding(FADERS, Failing, 3)
    assert finding(FADERS, Failing, 3) != finding(FADERS, Failing, 400)


def test_a_mapping_without_controls_has_nothing_to_try() -> None:
    document, plan = load(HEAD.replace("paging", "#").replace("modifiers", "#"))
    assert list(fuzz(plan, Casting(document, plan), 100, 1)) == []


def test_a_deed_reads_like_a_step() -> None:
    assert str(Deed(0.0, "touch", "x.fader.1")) == "touch x.fader.1"
    assert str(Deed(0.1, "move", "x.fader.1", 0.5)) == "move x.fader.1 0.500"
