"""Stories as people write them, and what they are told when they mistype."""

import pytest

from surfacebridge.mapping.document import Story, StoryStep
from surfacebridge.mapping.problems import Problem
from surfacebridge.mapping.source import Span
from surfacebridge.model.laws import LAWS
from surfacebridge.model.parameters import ParameterId
from surfacebridge.model.sheets import ControlSpec, ParameterSpec
from surfacebridge.rehearsal.story import (
    Action,
    Anything,
    Expect,
    Lose,
    MidiSaid,
    Move,
    OscSaid,
    ParameterSaid,
    Plug,
    Press,
    Receive,
    Release,
    Restart,
    Send,
    Sent,
    Shown,
    Step,
    Tap,
    TextSaid,
    TopicSaid,
    Touch,
    Turn,
    Unplug,
    Wait,
    Words,
    read_stories,
    read_story,
    words_of,
)
from tests.rehearsal.stage import DESK, load

FADER = ControlSpec("fader", "fader", True, law=LAWS["x32"], touch=True, motor=True)

WORDS = Words(
    controls={
        "x.fader.1": FADER,
        "x.fader.2": FADER,
        "x.mute.1": ControlSpec("mute", "key", True, lamp=True),
        "x.lcd.1.top": ControlSpec("lcd.top", "text", True),
        "x.vpot.1": ControlSpec("vpot", "vpot", True),
        "x.ring.1": ControlSpec("ring", "ring", True),
        "x.pedal": ControlSpec("pedal", "knob", False),
        "x.trim.1": ControlSpec("trim", "fader", True),
        "x.f1": ControlSpec("f1", "key", False),
        "x.jog": ControlSpec("jog", "jog", False),
    },
    surfaces=["x", "box"],
    targets=["desk", "daw", "logic", "kbd", "hub"],
    parameters={
        "desk": {
            "ch.1.fader": ParameterSpec(ParameterId("ch.1.fader"), "level", LAWS["x32"], 1024),
            "ch.1.meter": ParameterSpec(ParameterId("ch.1.meter"), "meter"),
            "ch.1.on": ParameterSpec(ParameterId("ch.1.on"), "switch"),
        }
    },
    midi=["kbd"],
    topics=["hub"],
)


def read(*steps: str) -> tuple[list[Step], list[Problem]]:
    written = tuple(
        StoryStep(text, Span("rig.yaml", at, 7)) for at, text in enumerate(steps, start=10)
    )
    return read_story(Story("a story", written, Span("rig.yaml", 9, 3)), WORDS)


def action(text: str) -> Action:
    steps, problems = read(text)
    assert problems == []
    (step,) = steps
    assert step.text == text
    return step.action


def complaint(text: str) -> str:
    _, problems = read(text)
    (problem,) = problems
    return str(problem)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("touch x.fader.1", Touch("x.fader.1")),
        ("recv hub:desk/solo true", Receive("hub", TopicSaid("desk/solo", b"true"))),
        ('recv hub:lamp "go on"', Receive("hub", TopicSaid("lamp", b"go on"))),
        ("expect hub:a 0.5 ~0.01", Expect(Sent("hub", TopicSaid("a", b"0.5"), 0.01))),
        ("recv kbd:cc 1 74 64", Receive("kbd", MidiSaid(b"\xb0\x4a\x40"))),
        (
            "expect kbd:nrpn 1 900 300 within 50ms",
            Expect(
                Sent("kbd", MidiSaid(bytes.fromhex("B06307 B06204 B00602 B0262C")), None),
                False,
                0.05,
            ),
        ),
        ("release x.fader.1", Release("x.fader.1")),
        ("press x.mute.1", Press("x.mute.1")),
        ("up x.mute.1", Release("x.mute.1")),
        ("tap x.mute.1", Tap("x.mute.1", 0.05)),
        ("hold x.mute.1 1s", Tap("x.mute.1", 1.0)),
        ("turn x.vpot.1 +3", Turn("x.vpot.1", 3)),
        ("turn x.vpot.1 -12", Turn("x.vpot.1", -12)),
        ("wait 300ms", Wait(0.3)),
        ("unplug x", Unplug("x")),
        ("plug desk", Plug("desk")),
        ("restart daw", Restart("daw")),
        ("lose 5% of x", Lose("x", 0.05)),
        ("send x 90 10 7F", Send("x", MidiSaid(b"\x90\x10\x7f"))),
        ("send x midi e0 00 40", Send("x", MidiSaid(b"\xe0\x00\x40"))),
        ('send box "F1 512"', Send("box", TextSaid("F1 512"))),
        ("recv logic midi E2 00 40", Receive("logic", MidiSaid(b"\xe2\x00\x40"))),
        ("expect nothing", Expect(Anything(), never=True)),
        ("expect nothing within 1s", Expect(Anything(), never=True, within=1.0)),
        ("expect no x.fader.1", Expect(Shown("x.fader.1", None, None), never=True)),
        ("expect no x", Expect(Sent("x", None, None), never=True)),
        (
            "expect no desk within 2s",
            Expect(Sent("desk", None, None), never=True, within=2.0),
        ),
        ("expect x midi E0 00 40", Expect(Sent("x", MidiSaid(b"\xe0\x00\x40"), None))),
        ('expect box "M3 512"', Expect(Sent("box", TextSaid("M3 512"), None))),
    ],
)
def test_a_step_says_what_it_does(text: str, expected: Action) -> None:
    assert action(text) == expected


def test_a_move_has_a_place_and_may_take_its_time() -> None:
    move = action("move x.fader.1 0dB in 300ms")
    assert isinstance(move, Move)
    assert (move.to, move.over) == (0.75, 0.3)
    at_once = action("move x.fader.1 -oo")
    assert isinstance(at_once, Move)
    assert (at_once.to, at_once.over) == (0.0, 0.0)


def test_an_osc_message_keeps_its_arguments_in_order() -> None:
    heard = action('recv daw:/strip/name 16 "Strings L"')
    assert isinstance(heard, Receive)
    assert isinstance(heard.said, OscSaid)
    assert (heard.endpoint, heard.said.address) == ("daw", "/strip/name")
    number, name = heard.said.args
    assert (number.number, name.word, name.quoted) == (16.0, "Strings L", True)


def test_an_expectation_takes_a_tolerance_and_a_time_in_any_order() -> None:
    for text in (
        "expect desk:/ch/01/mix/fader 0.75 ~0.001 within 50ms",
        "expect desk:/ch/01/mix/fader 0.75 within 50ms ~0.001",
    ):
        expect = action(text)
        assert isinstance(expect, Expect)
        assert isinstance(expect.what, Sent)
        assert (expect.what.tolerance, expect.within) == (0.001, 0.05)


def test_a_parameter_may_be_named_instead_of_its_address() -> None:
    heard = action("recv desk.ch.1.meter -12dB")
    assert isinstance(heard, Receive)
    assert isinstance(heard.said, ParameterSaid)
    assert (heard.said.name, heard.said.value.number) == ("desk.ch.1.meter", -12.0)


def test_a_control_shows_a_place_a_lamp_state_or_a_text() -> None:
    for text, word in (("lit", "lit"), ('"Kick 1"', "Kick 1")):
        expect = action(f"expect x.lcd.1.top {text}")
        assert isinstance(expect, Expect)
        assert isinstance(expect.what, Shown)
        assert expect.what.value is not None
        assert expect.what.value.word == word


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("toutch x.fader.1", "10:7: no step 'toutch'; did you mean 'touch'?"),
        ("touch x.fadr.1", "10:13: x has no control 'fadr.1'; did you mean 'x.fader.1'"),
        ("touch y.fader.1", "10:13: no surface 'y'; there is x, box"),
        ("touch", "10:12: a control such as x.fader.1 is missing here"),
        ("touch x.fader.1 now", "10:23: 'now' is too much here"),
        ("move x.fader.1", "10:21: a place such as 0dB or 0.5 is missing here"),
        ("move x.fader.1 0dB in soon", "10:29: a time is written 300ms or 2s, not 'soon'"),
        ("turn x.vpot.1 lots", "10:21: ticks are written +3 or -3, not 'lots'"),
        ("recv dsk:/ch 1", "10:12: no target 'dsk'; did you mean 'desk'?"),
        ("recv desk.ch.1.fadr 0", "10:12: desk has no parameter 'ch.1.fadr'; did you mean"),
        ("recv daw:play 1", "10:12: an OSC address begins with '/', as in 'daw:/…'"),
        ("send x E0 100", "10:17: a byte is two hex digits, not '100'"),
        ("send x", "10:13: a message such as 90 68 7F is missing here"),
        ("expect x.fader.1", "10:23: say what it shows"),
        ("expect", "10:13: what is expected is missing here"),
        ("expect x.mutt.1 lit", "10:14: x has no control 'mutt.1'; did you mean 'x.mute.1'"),
        ("expect daw:/play 1 ~near", "10:26: a tolerance is written ~0.01, not '~near'"),
        ("lose some of x", "10:12: a share is written 5%, not 'some'"),
        ("lose 5% x", "'of' and a name are missing here"),
        ('expect box "M3 512', "10:18: this quotation mark is never closed"),
        ("expect nothing ~1", "10:22: nothing has no tolerance"),
        ("expect daw", "10:17: a message such as 90 68 7F is missing here"),
        ("", "10:7: a step is missing here"),
    ],
)
def test_a_wrong_word_is_blamed_where_it_stands(text: str, message: str) -> None:
    assert message in complaint(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("move x.fader.1 0dBB", "10:22: '0dBB' is no place; a fader moves to 0dB, 75% or 0.5"),
        ("move x.pedal half", "10:20: 'half' is no place; a knob moves to 75% or 0.5"),
        ("move x.mute.1 0.5", "10:12: x.mute.1 cannot be moved; a fader or a knob can"),
        ("expect x.fader.1 0.7x", "10:24: '0.7x' is never shown here; a fader is at 0dB"),
        ("expect no x.fader.1 0.7x", "10:27: '0.7x' is never shown here; a fader is at 0dB"),
        ("expect no x.mute.1 on", "10:26: 'on' is never shown here; a lamp is lit, dark or blink"),
        ("expect no x.ring.1 left", "10:26: 'left' is never shown here; a ring is at 0.5"),
        ("recv desk.ch.1.fader 0.7x", "10:28: '0.7x' is no value of this; a level is written"),
        ("expect no desk.ch.1.fader 0dBB", "10:33: '0dBB' is no value of this; a level"),
        ("expect no desk.ch.1.on lit", "10:30: 'lit' is no value of this; a switch is on or off"),
    ],
)
def test_what_is_never_said_or_shown_there_is_refused_with_what_is(text: str, message: str) -> None:
    assert message in complaint(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("touch x.mute.1", "10:13: x.mute.1 cannot be touched; a fader that senses touch can"),
        ("touch x.trim.1", "10:13: x.trim.1 cannot be touched; a fader that senses touch can"),
        ("release x.jog", "10:15: x.jog cannot be let go; a key or a fader that senses touch can"),
        ("press x.fader.1", "10:13: x.fader.1 cannot be pressed; a key can"),
        ("tap x.ring.1", "10:11: x.ring.1 cannot be pressed; a key can"),
        ("hold x.fader.1 1s", "10:12: x.fader.1 cannot be pressed; a key can"),
        ("turn x.mute.1 +1", "10:12: x.mute.1 cannot be turned; an encoder or a jog wheel can"),
    ],
)
def test_a_hand_does_to_a_control_what_can_be_done_to_it(text: str, message: str) -> None:
    assert message in complaint(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("expect no x.vpot.1", "10:17: an encoder shows nothing; expect x.ring.1 or what a target"),
        ("expect no x.jog", "10:17: a jog wheel shows nothing; expect what a target is sent"),
        ("expect no x.f1 lit", "10:17: a key without a lamp shows nothing; expect what"),
        ("expect x.f1 dark", "10:14: a key without a lamp shows nothing; expect what"),
        ("expect no x.pedal", "10:17: a knob shows nothing; expect what"),
        ("expect no x.trim.1 0dB", "10:17: a fader without a motor shows nothing; expect what"),
    ],
)
def test_nothing_is_expected_of_a_control_that_can_show_nothing(text: str, message: str) -> None:
    assert message in complaint(text)


def test_all_problems_of_all_stories_come_in_one_run_by_place() -> None:
    def story(name: str, line: int, *texts: str) -> Story:
        steps = (StoryStep(text, Span("rig.yaml", line, 7)) for text in texts)
        return Story(name, tuple(steps), Span("rig.yaml", line - 1, 3))

    stories = [story("late", 30, "tuch x.fader.1"), story("early", 20, "wait 1s", "expct nothing")]
    found, problems = read_stories(stories, WORDS)
    assert [problem.span.line for problem in problems] == [20, 30]
    assert [step.action for step in found["early"]] == [Wait(1.0)]


@pytest.mark.parametrize(
    "step",
    [
        "recv desk:/ch/03/mix/fadr 0.5",
        "expect desk:/ch/03/mix/fadr",
        "expect no desk:/ch/03/mix/fadr",
    ],
)
def test_an_address_that_a_desk_has_not_is_refused_with_the_one_that_was_meant(step: str) -> None:
    words = words_of(load(DESK)[1])
    story = Story("a story", (StoryStep(step, Span("rig.yaml", 9, 7)),), Span("rig.yaml", 8, 3))
    _, (problem,) = read_story(story, words)
    assert "desk has no address '/ch/03/mix/fadr'; did you mean '/ch/03/mix/fader'" in str(problem)
    assert problem.span.column == 7 + step.index("desk:")


@pytest.mark.parametrize(
    "step",
    ["recv desk:/ch/03/mix/fader 0.5", "recv desk:/-stat/selidx 3", "expect no desk:/xremote"],
)
def test_an_address_that_a_desk_has_or_a_word_of_its_protocol_is_none_the_worse(step: str) -> None:
    words = words_of(load(DESK)[1])
    story = Story("a story", (StoryStep(step, Span("rig.yaml", 9, 7)),), Span("rig.yaml", 8, 3))
    assert read_story(story, words)[1] == []
