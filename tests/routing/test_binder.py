import pytest

from surfacebridge.routing.binder import Binder, line_word
from surfacebridge.routing.plan import Subject, ToPattern
from tests.helpers.rigs import Bench, control, plan_of, rig
from tests.helpers.written import loaded

OSC = "osc: 'udp://127.0.0.1:3819'"
SEND = "vars: {send: {range: 1..3, default: 2}}\n"
REAPER = """
surfacebridge: 1
name: reaper
surfaces: {x: {device: behringer/x-touch, port: x}}
targets: {daw: {profile: cockos/reaper, host: 127.0.0.1}}
banks: {tracks: {items: "daw.track.{1..8}"}}
strip:
  map:
    - mute <> .mute
"""
CH5 = Subject("desk.ch.5", 5)


def binder(more: str = SEND) -> Binder:
    return Binder(plan_of(rig("- mute <> .on", more=more)))


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("plain", "plain"),
        ("ch.{n}", "ch.5"),
        ("ch.{n:02}", "ch.05"),
        ("{s}/{strips}", "3/8"),
        (".send.{send}.level", ".send.2.level"),
        ("{v:f} {unheard}", "{v:f} {unheard}"),
    ],
)
def test_placeholders_are_filled_as_far_as_they_can_be(text: str, filled: str) -> None:
    assert binder().fill(text, 3, CH5) == filled


def test_without_a_subject_its_number_stays_open() -> None:
    assert binder().fill("ch.{n}", 3, None) == "ch.{n}"


def test_a_program_that_echoes_only_its_mutes_is_waited_for_there_alone() -> None:
    plan = loaded(REAPER)
    made = Binder(plan)
    echoes = {leaf: made.parameter(f"daw.track.1.{leaf}") for leaf in ("mute", "fader")}
    assert {leaf: one.echo for leaf, one in echoes.items() if one is not None} == {
        "mute": "all",
        "fader": "others",
    }


def test_a_parameter_is_made_once() -> None:
    made = binder()
    assert made.parameter("desk.ch.1.on") is made.parameter("desk.ch.1.on")
    assert made.parameter("desk.ch.99.on") is None
    assert made.parameter("dusk.ch.1.on") is None


def test_a_name_with_a_dot_before_it_is_the_subjects() -> None:
    made = binder()
    parameter = made.named(".on", 3, CH5)
    assert parameter is not None
    assert parameter.id == "desk.ch.5.on"
    assert made.named(".on", 3, None) is None
    assert made.named(".on", 3, Subject("", 5)) is None


@pytest.mark.parametrize(
    ("line", "identity"),
    [
        ("/strip/fader {n:i} {v:f}", "desk:/strip/fader 5 {v:f}"),
        ("/strip/fader {n:f} {v:f}", "desk:/strip/fader 5.0 {v:f}"),
        ("/track/{n}/pan {v:f}", "desk:/track/5/pan {v:f}"),
        ('/say "two words" {v:f}', 'desk:/say "two words" {v:f}'),
        ("/stop", "desk:/stop"),
    ],
)
def test_a_pattern_names_its_parameter_in_its_own_words(line: str, identity: str) -> None:
    plan = plan_of(rig(f"- mute > desk:{line}", target=OSC, banks="{a: {items: '1..8'}}"))
    target = plan.lines[0].target
    assert isinstance(target, ToPattern)
    parameter = Binder(plan).pattern(target, 5, Subject("", 5))
    assert parameter is not None
    assert parameter.id == identity


@pytest.mark.parametrize(
    ("line", "identity", "ends"),
    [
        ("cc {n} 74", "desk:cc 5 74 {v:0..127}", (0, 127, 128)),
        ("cc {n} 74 {v:0..127}", "desk:cc 5 74 {v:0..127}", (0, 127, 128)),
        ("nrpn 1 {n}", "desk:nrpn 1 5 {v:0..16383}", (0, 16_383, 16_384)),
        ("pc 1 {n}", "desk:pc 1 5", (0, 1, 0)),
    ],
)
def test_equal_midi_messages_are_one_parameter_however_written(
    line: str, identity: str, ends: tuple[int, int, int]
) -> None:
    text = rig(f"- mute > desk:{line}", target="midi: Synth", banks="{a: {items: '1..8'}}")
    plan = plan_of(text)
    target = plan.lines[0].target
    assert isinstance(target, ToPattern)
    parameter = Binder(plan).pattern(target, 5, Subject("", 5))
    assert parameter is not None
    assert parameter.id == identity
    assert (parameter.spec.low, parameter.spec.high, parameter.spec.steps) == ends


def test_a_line_is_bound_once_for_each_subject_and_value_of_its_variables() -> None:
    plan = plan_of(rig("- fader <> .send.{send}.level | db", more=SEND))
    bench = Bench(plan)
    made, fader = bench.engine.wiring.binder, bench.engine.wiring.controls[control("x.fader.1")]
    (line,) = plan.lines
    first = made.bound(line, fader, CH5)
    assert made.bound(line, fader, CH5) is first
    made.variables["send"] = "3"
    assert made.bound(line, fader, CH5) is not first
    made.variables["send"] = "2"
    assert made.bound(line, fader, CH5) is first


def test_a_strip_line_without_a_subject_does_nothing() -> None:
    plan = plan_of(rig("- fader <> .fader | db"))
    bench = Bench(plan)
    fader = bench.engine.wiring.controls[control("x.fader.1")]
    assert bench.engine.wiring.binder.bound(plan.lines[0], fader, None) == (None, None)


def test_the_word_of_a_line_is_that_of_its_list_or_of_its_control() -> None:
    lines = "- x.{up,down} > desk.talk\n- x.f1 > desk.talk"
    words = [line_word(line) for line in plan_of(rig("", lines)).lines]
    assert words == ["up", "down", "f1"]
