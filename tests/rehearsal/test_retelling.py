"""Events of a replay, told in the words of stories."""

from collections.abc import Sequence

import pytest

from surfacebridge.model.controls import (
    ControlId,
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
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.values import EIGHT_COLOURS, OFF, Value
from surfacebridge.protocols.osc.messages import OscMessage
from surfacebridge.protocols.osc.packet import encode
from surfacebridge.rehearsal.retelling import MOST_STEPS, Line, Told, quoted, retell, story_file
from surfacebridge.routing.plan import Plan
from surfacebridge.routing.running import Effect, Event
from tests.helpers.rigs import plan_of, rig

FADER, MUTE, VPOT = (ControlId(f"x.{name}.1") for name in ("fader", "mute", "vpot"))
LEVEL = ParameterId("desk.ch.1.fader")
STRIP = "- fader <> .fader | db"
PLAN = plan_of(rig(STRIP))
MOTORLESS = plan_of(rig(STRIP, device="bench/motorless"))


class Tape:
    """Events in the order they are put on."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        self.at = 10.0

    def __call__(
        self, what: Event | Effect, *, after: float = 0.0, data: bytes = b"", cause: str = "in"
    ) -> None:
        self.at += after
        name = "desk" if isinstance(what, Report) else "x"
        self.told.append(Told(self.at, name, what, cause, data))

    def says(self, plan: Plan = PLAN) -> list[str]:
        return [line.text for line in retell(self.told, plan)]


def osc(value: float) -> bytes:
    return encode(OscMessage("/ch/01/mix/fader", (value,), "f"))


def report(value: Value, name: ParameterId = LEVEL) -> Report:
    return Report(name, value)


def test_a_ride_is_one_move_and_only_the_last_of_what_followed_is_expected() -> None:
    tape = Tape()
    tape(Touched(FADER))
    for step in range(1, 6):
        tape(Moved(FADER, step / 8), after=0.1)
        tape(Write("desk", LEVEL, -step * 2.5))
    tape(LetGo(FADER), after=0.05)
    tape(ShowMotor("x", FADER, 0.625))
    assert tape.says() == [
        "touch x.fader.1",
        "wait 100ms",
        "move x.fader.1 0.62500 in 400ms",
        "expect desk.ch.1.fader -12.5dB",
        "wait 50ms",
        "release x.fader.1",
        "expect x.fader.1 0.62500",
    ]


def test_a_long_rest_makes_two_rides() -> None:
    tape = Tape()
    tape(Touched(FADER))
    tape(Moved(FADER, 0.5))
    tape(Moved(FADER, 0.75), after=1.0)
    assert tape.says() == [
        "touch x.fader.1",
        "move x.fader.1 0.50000",
        "wait 1000ms",
        "move x.fader.1 0.75000",
    ]


def test_a_cap_that_nobody_senses_begins_where_it_was_first_heard() -> None:
    tape = Tape()
    tape(Arrived("x"), cause="open")
    for place in (0.5, 0.4, 0.25):
        tape(Moved(FADER, place), after=0.1)
    tape(Moved(FADER, 0.3), after=1.0)
    tape(Gone("x"), after=1.0, cause="lost")
    tape(Arrived("x"), cause="open")
    tape(Moved(FADER, 0.75), after=0.1)
    assert [one for one in tape.says(MOTORLESS) if not one.startswith("wait")] == [
        "move x.fader.1 0.50000",
        "move x.fader.1 0.25000 in 100ms",
        "move x.fader.1 0.30000",
        "unplug x",
        "plug x",
        "move x.fader.1 0.75000",
    ]


def test_keys_encoders_and_cables_have_their_words() -> None:
    tape = Tape()
    tape(Arrived("x"), cause="open")
    tape(Pressed(MUTE))
    tape(ShowLamp("x", MUTE, "lit"))
    tape(Released(MUTE), after=0.1)
    tape(Turned(VPOT, -3))
    tape(Gone("x"), after=1.0, cause="lost")
    tape(Arrived("x"), after=0.5, cause="open")
    assert tape.says() == [
        "press x.mute.1",
        "expect x.mute.1 lit",
        "wait 100ms",
        "up x.mute.1",
        "turn x.vpot.1 -3",
        "wait 1000ms",
        "unplug x",
        "wait 500ms",
        "plug x",
    ]


def test_a_hand_that_went_with_the_cable_is_not_let_go_again() -> None:
    tape = Tape()
    tape(Arrived("x"))
    tape(Touched(FADER))
    tape(Gone("x"), cause="lost")
    tape(Arrived("x"), cause="open")
    tape(LetGo(FADER))
    assert tape.says() == ["touch x.fader.1", "unplug x", "plug x"]


def test_a_move_that_no_hand_made_is_told_in_its_bytes() -> None:
    tape = Tape()
    tape(Moved(FADER, 0.5), data=bytes.fromhex("E00040"))
    assert tape.says() == ["send x E0 00 40"]


def test_what_was_there_before_is_told_once_and_only_what_is_not_the_default() -> None:
    tape = Tape()
    tape(report(-20.0), data=osc(0.25))
    tape(report(-10.0), data=osc(0.5))
    tape(report(OFF, ParameterId("desk.ch.2.fader")), data=osc(0.0))
    tape(ShowMotor("x", FADER, 0.5))
    tape(Pressed(MUTE))
    lines = retell(tape.told, PLAN)
    assert lines == [
        Line("recv desk:/ch/01/mix/fader 0.5", is_before=True),
        Line("wait 1s"),
        Line("press x.mute.1"),
    ]


def test_later_only_what_was_not_known_is_told() -> None:
    tape = Tape()
    tape(Pressed(MUTE))
    tape(Write("desk", LEVEL, -10.0))
    tape(report(-10.0), data=osc(0.5))
    tape(report(-5.0), after=0.3, data=osc(0.625))
    assert tape.says() == [
        "press x.mute.1",
        "expect desk.ch.1.fader -10dB",
        "wait 300ms",
        "recv desk:/ch/01/mix/fader 0.625",
    ]


def test_osc_keeps_every_bit_of_its_numbers() -> None:
    tape = Tape()
    tape(Pressed(MUTE))
    tape(report(-5.0), data=osc(0.6251221895217896))
    (step,) = (one for one in tape.says() if one.startswith("recv"))
    assert encode(OscMessage("/ch/01/mix/fader", (float(step.split()[-1]),), "f")) == osc(
        0.6251221895217896
    )


@pytest.mark.parametrize(
    ("name", "value", "written"),
    [
        ("ch.1.fader", -5.25, "-5.25dB"),
        ("ch.1.fader", OFF, "-oo"),
        ("ch.1.on", False, "off"),
        ("ch.1.pan", -1.0, "0"),
        ("ch.1.name", "Kick: in", '"Kick: in"'),
        ("ch.1.trim", -6.0, "-6"),
        ("ch.1.mode", "post", '"post"'),
    ],
)
def test_what_is_no_osc_is_told_in_the_bridges_own_words(
    name: str, value: Value, written: str
) -> None:
    tape = Tape()
    tape(Pressed(MUTE))
    tape(report(value, ParameterId(f"desk.{name}")), data=b"?")
    assert tape.says()[1:] == [f"recv desk.{name} {written}"]


def test_shows_are_expected_in_the_words_of_stories() -> None:
    tape = Tape()
    tape(Pressed(MUTE))
    for show in (
        ShowText("x", ControlId("x.lcd.1.top"), "Kick   "),
        ShowRing("x", ControlId("x.ring.1"), 0.5, "pan"),
        ShowRing("x", ControlId("x.ring.2"), None, "pan"),
        ShowColour("x", ControlId("x.lcd.1.color"), EIGHT_COLOURS[1]),
        ShowMeter("x", ControlId("x.meter.1"), -10.0),
        ShowText("x", ControlId("x.lcd.1.bottom"), 'a "quoted" one'),
    ):
        tape(show)
    tape(ShowText("x", ControlId("x.timecode"), "12.00.00"), cause="tick")
    assert tape.says()[1:] == [
        'expect x.lcd.1.top "Kick"',
        "expect x.ring.1 0.500",
        "expect x.ring.2 dark",
        "expect x.lcd.1.color red",
    ]


def test_the_goodbye_of_the_recording_is_no_part_of_it() -> None:
    tape = Tape()
    tape(Arrived("x"))
    tape(Pressed(MUTE))
    tape(Gone("x"), cause="close")
    assert tape.says() == ["press x.mute.1"]


def test_a_story_has_an_end() -> None:
    tape = Tape()
    for _ in range(MOST_STEPS):
        tape(Pressed(MUTE), after=1.0)
        tape(Released(MUTE), after=1.0)
    assert len(tape.says()) <= MOST_STEPS + 10


def written(lines: Sequence[Line]) -> str:
    return story_file(
        lines, name="it: went wrong", rig="rig.yaml", settings=[("ip", "host", "::1")]
    )


def test_the_file_includes_the_rig_and_gives_its_settings() -> None:
    text = written([Line("press x.mute.1"), Line("expect x.mute.1 lit", True, is_apart=True)])
    assert text.endswith(
        "surfacebridge: 1\n"
        "include: rig.yaml\n"
        "settings:\n"
        "  ip: {type: host, default: ::1}\n"
        "tests:\n"
        "  'it: went wrong':\n"
        "    - press x.mute.1\n"
        "    # only then: expect x.mute.1 lit\n"
    )


def test_a_story_without_steps_waits() -> None:
    assert written([]).endswith("    - wait 1s\n")


@pytest.mark.parametrize(
    ("text", "yaml"),
    [
        ("press x.mute.1", "press x.mute.1"),
        ('recv desk:/name "a: b"', "'recv desk:/name \"a: b\"'"),
        ("it's", "'it''s'"),
        ("recv desk:/ch/1/$solo 1", "recv desk:/ch/1/$$solo 1"),
        ("ends:", "'ends:'"),
        ("", "''"),
    ],
)
def test_yaml_reads_what_was_meant(text: str, yaml: str) -> None:
    assert quoted(text) == yaml
