"""What holds whatever hands, desks and cables do, in whatever order."""

from dataclasses import dataclass
from math import isnan
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surfacebridge.model.controls import (
    LetGo,
    Moved,
    Pressed,
    Released,
    Touched,
    Turned,
)
from surfacebridge.model.feedback import (
    ShowColour,
    ShowLamp,
    ShowMeter,
    ShowMotor,
    ShowRing,
    ShowText,
)
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.parameters import Write
from surfacebridge.model.values import Colour
from surfacebridge.routing.engine import Effect, Event
from tests.helpers.rigs import Bench, control, plan_of, report, rig

STRIP = """
    - fader <> .fader | db
    - fader.touch > desk.talk
    - mute <> .on | invert
    - solo > .solo | momentary
    - lcd.top < "{.name:7}"
    - vpot <> .trim | rel(1/36)
    - when layer sends:
        - fader <> .send.1.level | db
    - when touched fader:
        - lcd.bottom < "{.fader:dB}"
"""
MORE = """
    paging: {page: [x.left, x.right], nudge: [x.down, x.up], edge: blank}
    modifiers: {shift: x.shift}
    layers: {pan: {button: x.pan, default: true}, sends: {button: x.sends}}
"""
DESKS: Final = ("desk", "chatty", "slow", "coarse")


def plan(device: str, desk: str) -> str:
    return rig(
        STRIP,
        more=MORE,
        device=device,
        target=f"profile: bench/{desk}, host: 127.0.0.1",
        banks="{inputs: {items: 'desk.ch.{1..4}'}}",
    )


@dataclass(frozen=True)
class Wait:
    seconds: float


@dataclass(frozen=True)
class Reload:
    pass


strips = st.integers(1, 2)
faders = strips.map(lambda n: control(f"x.fader.{n}"))
keys = st.sampled_from(
    [*(f"x.{key}.{n}" for key in ("mute", "solo") for n in (1, 2)),
     "x.left", "x.right", "x.up", "x.down", "x.shift", "x.pan", "x.sends"]
).map(control)  # fmt: skip
positions = st.integers(0, 1023).map(lambda step: step / 1023)
steps = st.one_of(
    st.builds(Wait, st.sampled_from([0.001, 0.01, 0.05, 0.3])),
    st.builds(Touched, faders),
    st.builds(Moved, faders, positions),
    st.builds(Moved, faders, positions),
    st.builds(LetGo, faders),
    st.builds(Pressed, keys),
    st.builds(Released, keys),
    st.builds(Turned, strips.map(lambda n: control(f"x.vpot.{n}")), st.integers(-5, 5)),
    st.builds(
        report,
        st.integers(1, 4).map(lambda n: f"desk.ch.{n}.fader"),
        st.floats(-100.0, 20.0) | st.just(float("-inf")),
    ),
    st.builds(report, st.integers(1, 4).map(lambda n: f"desk.ch.{n}.on"), st.booleans()),
    st.builds(report, st.integers(1, 4).map(lambda n: f"desk.ch.{n}.name"), st.text(max_size=12)),
    st.sampled_from([Gone("x"), Arrived("x"), Gone("desk"), Arrived("desk"), Reload()]),
)


class Watched(Bench):
    """A bench that looks at every effect and remembers whose each fader is."""

    def __init__(self, text: str, servo: bool) -> None:
        super().__init__(text)
        self.text = text
        self.servo = servo
        self.present = True

    def play(self, step: Event | Wait | Reload) -> None:
        match step:
            case Wait(seconds=seconds):
                self.check(self.wait(seconds), None)
            case Reload():
                self.check(self.adopt(plan_of(self.text)), None)
            case Arrived(endpoint="x") | Gone(endpoint="x"):
                self.present = isinstance(step, Arrived)
                self.check(self.do(step), step)
            case _:
                self.check(self.do(step), step)

    def check(self, effects: list[Effect], event: Event | None) -> None:
        for effect in effects:
            match effect:
                case ShowMotor(control=name, position=position):
                    assert 0.0 <= position <= 1.0
                    if self.engine.wiring.controls[name].held:
                        assert self.servo
                        assert isinstance(event, Moved)
                        assert event.control == name
                        assert event.position == position
                case Write(parameter=name, value=value):
                    target, _, rest = name.partition(".")
                    spec = self.plan.spec(target, rest)
                    assert spec is not None
                    if spec.kind == "level":
                        assert isinstance(value, float)
                        assert value <= 10.0
                    if spec.kind == "number":
                        assert isinstance(value, float)
                        assert -18.0 <= value <= 18.0
                case _:
                    pass


@pytest.mark.parametrize("device", ["two", "servo", "blind", "motorless"])
@given(desk=st.sampled_from(DESKS), script=st.lists(steps, max_size=30))
@settings(max_examples=40)
def test_no_script_breaks_a_rule_and_everything_comes_to_rest(
    device: str, desk: str, script: list[Event | Wait | Reload]
) -> None:
    rigged = Watched(plan(f"bench/{device}", desk), device == "servo")
    for step in script:
        rigged.play(step)
    for n in range(1, 9):
        rigged.play(LetGo(control(f"x.fader.{n}")))
    rigged.play(Wait(1.0))
    assert rigged.engine.next_wakeup() is None
    assert not any(one.held for one in rigged.engine.wiring.controls.values())
    for one in rigged.engine.wiring.controls.values():
        if isinstance(one.wanted, float) and one.spec.motor and rigged.present:
            assert isinstance(one.shown, float)
            assert one.index(one.shown) == one.index(one.wanted)


@given(
    desk=st.sampled_from(DESKS),
    moves=st.lists(st.tuples(positions, st.sampled_from([0.0, 0.002, 0.03])), min_size=1),
    meanwhile=st.lists(st.floats(-90.0, 10.0), max_size=3),
)
@settings(max_examples=60)
def test_the_last_place_of_the_hand_is_the_last_word_to_the_target(
    desk: str, moves: list[tuple[float, float]], meanwhile: list[float]
) -> None:
    rigged = Bench(plan("bench/two", desk))
    rigged.know(ch_1_fader=-10.0)
    fader = control("x.fader.1")
    rigged.do(Touched(fader))
    for level in meanwhile:
        rigged.do(report("desk.ch.1.fader", level))
    for position, pause in moves:
        rigged.do(Moved(fader, position))
        rigged.wait(pause)
    rigged.do(LetGo(fader))
    rigged.wait(1.0)
    spec = rigged.plan.spec("desk", "ch.1.fader")
    assert spec is not None
    held = rigged.engine.wiring.parameters[report("desk.ch.1.fader", 0.0).parameter]
    told = [*meanwhile[-1:], *rigged.written("desk.ch.1.fader")] or [-10.0]
    expected = spec.from_position(moves[-1][0])
    assert held.value is not None
    assert spec.index(held.value) == spec.index(expected)
    assert spec.index(told[-1]) == spec.index(expected)


ODD = """
    - fader <> desk:/fader {n:i} {v:f}
    - mute <> desk:/mute {n:i} {v:i}
    - lcd.top < desk:/name {n:i} {v:s} | text(6)
    - lcd.color < desk:/color {n:i} {v:i}
    - meter < desk:/meter {n:i} {v:f}
    - vpot <> desk:/pan {n:i} {v:f} | rel(1/100)
"""
odd_values = st.one_of(
    st.floats(), st.booleans(), st.text(max_size=20), st.integers(-(2**63), 2**63).map(float)
)


@given(
    heard=st.lists(
        st.tuples(
            st.sampled_from(
                ["fader 1 {v:f}", "mute 1 {v:i}", "name 1 {v:s}", "color 1 {v:i}", "meter 1 {v:f}",
                 "pan 1 {v:f}"]
            ),
            odd_values,
        ),
        max_size=20,
    )
)  # fmt: skip
@settings(max_examples=60)
def test_no_report_however_odd_takes_a_surface_out_of_its_range(
    heard: list[tuple[str, float | bool | str]],
) -> None:
    target = "osc: 'udp://127.0.0.1:3819'"
    rigged = Bench(rig(ODD, target=target, banks="{a: {items: '1..8'}}"))
    for name, value in heard:
        rigged.do(report(f"desk:/{name}", value))
        rigged.wait(0.03)
        rigged.do(Turned(control("x.vpot.1"), 1))
    rigged.wait(1.0)
    assert rigged.engine.next_wakeup() is None
    for shown in rigged.told:
        match shown:
            case Write(value=float(value)):
                assert not isnan(value)
            case ShowMotor(position=position):
                assert 0.0 <= position <= 1.0
            case ShowRing(position=place):
                assert place is None or 0.0 <= place <= 1.0
            case ShowMeter(level=level):
                assert not isnan(level)
            case ShowText(text=text):
                assert len(text) <= 7
            case ShowLamp(state=state):
                assert state in {"lit", "dark", "blink"}
            case ShowColour(colour=colour):
                assert isinstance(colour, Colour)
            case _:
                pass
