"""Learning: what was clearly meant, and how its line is written."""

import pytest

from surfacebridge.apps.mapping_files import load_rig
from surfacebridge.bridge.learning import Wiggle
from surfacebridge.model.controls import ControlId, Moved, Pressed, Touched, Turned
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.routing.plan import Plan


@pytest.fixture(scope="module")
def plan() -> Plan:
    loaded = load_rig("xtouch-x32", {})
    assert loaded.plan is not None, loaded.problems
    return loaded.plan


def slide(wiggle: Wiggle, control: str, *places: float) -> None:
    for place in places:
        wiggle.hear(Moved(ControlId(control), place))


def report(wiggle: Wiggle, parameter: str, *values: float) -> None:
    for value in values:
        wiggle.hear(Report(ParameterId(parameter), value))


def test_the_control_that_moved_most_is_meant(plan: Plan) -> None:
    wiggle = Wiggle(plan)
    slide(wiggle, "x.fader.2", 0.10, 0.11, 0.10, 0.11)
    slide(wiggle, "x.fader.5", 0.2, 0.6, 0.3)
    assert wiggle.control() == "x.fader.5"


def test_dust_is_nobody(plan: Plan) -> None:
    wiggle = Wiggle(plan)
    slide(wiggle, "x.fader.2", 0.10, 0.11, 0.10)
    assert wiggle.control() is None


def test_two_hands_are_asked_again(plan: Plan) -> None:
    wiggle = Wiggle(plan)
    slide(wiggle, "x.fader.2", 0.1, 0.6)
    slide(wiggle, "x.fader.3", 0.1, 0.5)
    assert wiggle.control() is None


def test_where_a_fader_stood_before_is_no_move(plan: Plan) -> None:
    wiggle = Wiggle(plan)
    slide(wiggle, "x.fader.2", 0.9)
    wiggle.hear(Touched(ControlId("x.fader.2")))
    assert wiggle.control() is None


def test_a_key_and_an_encoder_can_be_meant(plan: Plan) -> None:
    wiggle = Wiggle(plan)
    wiggle.hear(Pressed(ControlId("x.mute.4")))
    assert wiggle.control() == "x.mute.4"
    wiggle = Wiggle(plan)
    for _ in range(4):
        wiggle.hear(Turned(ControlId("x.vpot.1"), 1))
    assert wiggle.control() == "x.vpot.1"


def test_meters_and_our_own_writes_are_never_meant(plan: Plan) -> None:
    wiggle = Wiggle(plan)
    report(wiggle, "desk.ch.1.meter", -60.0, 0.0, -60.0, 0.0)
    wiggle.hear(Write("desk", ParameterId("desk.ch.2.fader"), 0.0))
    report(wiggle, "desk.ch.3.fader", -10.0, 0.0)
    assert wiggle.target() == "desk.ch.3.fader"


@pytest.mark.parametrize(
    ("control", "parameter", "line"),
    [
        ("x.fader.1", "desk.ch.1.fader", "x.fader.1 <> desk.ch.1.fader | db"),
        ("x.main.fader", "desk.main.st.fader", "x.main.fader <> desk.main.st.fader | db"),
        ("x.mute.1", "desk.ch.1.on", "x.mute.1 <> desk.ch.1.on | invert"),
        ("x.f1", "desk.ch.1.on", "x.f1 <> desk.ch.1.on"),
        ("x.vpot.1", "desk.ch.1.pan", "x.vpot.1 <> desk.ch.1.pan | rel(1/64)"),
        ("x.vpot.1", "desk.ch.1.fader", "x.vpot.1 <> desk.ch.1.fader | rel(0.5dB)"),
        ("x.fader.1", "desk.ch.1.pan", "x.fader.1 <> desk.ch.1.pan"),
    ],
)
def test_the_line_has_the_stages_that_suit_both_ends(
    plan: Plan, control: str, parameter: str, line: str
) -> None:
    assert Wiggle(plan).line(control, parameter) == line


def test_what_is_not_described_counts_only_if_nothing_described_moved(plan: Plan) -> None:
    wiggle = Wiggle(plan)
    wiggle.suppose("box.knob.cc74", "knob", 2.0)
    wiggle.suppose("box.knob.cc75", "knob", 0.1)
    assert wiggle.control() == "box.knob.cc74"
    assert wiggle.line("box.knob.cc74", "desk.ch.1.fader").endswith("desk.ch.1.fader | db")
    slide(wiggle, "x.fader.2", 0.1, 0.6)
    assert wiggle.control() == "x.fader.2"
