"""A serial box at the level of bytes."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_sim.bcf2000 import Bcf2000
from surfacebridge.apps.mapping_files import load_rig
from surfacebridge.errors import ProtocolMisuse
from surfacebridge.model.controls import (
    ControlId,
    LetGo,
    Moved,
    Pressed,
    Released,
    Touched,
    Turned,
    plain_control,
)
from surfacebridge.model.feedback import (
    Show,
    ShowColour,
    ShowLamp,
    ShowMeter,
    ShowMotor,
    ShowRing,
    ShowText,
)
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.sheets import ControlKind, ControlSpec, DeviceSheet
from surfacebridge.model.values import Colour
from surfacebridge.profiles.surfaces.serial_box import SerialBox
from surfacebridge.protocols.framing import slip
from surfacebridge.protocols.framing.cobs import Frame, FrameReader, encode
from surfacebridge.protocols.osc.messages import OscMessage
from surfacebridge.protocols.osc.packet import encode as osc_bytes
from tests.profiles.shipped import shipped

HELLO = b"FADERBOX 2 8 SBR0001\n"


def on(name: str) -> ControlId:
    return ControlId(f"box.{name}")


@cache
def sheet() -> DeviceSheet:
    plan = load_rig("serial-box-logic", {}).plan
    assert plan is not None
    return plan.surfaces["box"]


def box() -> SerialBox:
    one = SerialBox("box", sheet())
    one.open(0.0)
    return one


def greeted() -> SerialBox:
    one = box()
    one.receive(HELLO, 0.1)
    one.data_to_send()
    return one


def test_it_asks_until_the_box_greets() -> None:
    one = box()
    assert one.data_to_send() == [b"ID?\n"]
    assert one.health.reason.startswith("It has not said hello")
    one.wake(1.0)
    assert one.data_to_send() == [b"ID?\n"]
    assert list(one.receive(b"\x00\x80junk\n# boot power\n" + HELLO, 1.4)) == [Arrived("box")]
    assert one.health.alive
    assert one.health.malformed == 1
    one.wake(2.0)
    assert one.data_to_send() == [b"?\n"]


def test_half_a_line_of_a_booting_board_proves_nothing() -> None:
    one = box()
    assert list(one.receive(b"T1 1\nF1 512\n", 0.2)) == []
    assert not one.health.alive


def test_a_greeting_nobody_asked_for_means_it_forgot_everything() -> None:
    one = greeted()
    assert list(one.receive(HELLO, 5.0)) == [Arrived("box")]


def test_silence_is_noticed_and_the_next_word_is_a_new_start() -> None:
    one = greeted()
    heard: list[object] = []
    now = 1.0
    while now < 6.0 and not heard:
        heard += one.wake(now)
        now += 0.5
    assert heard == [Gone("box")]
    assert 3.0 <= now <= 5.0
    assert not one.health.alive
    assert list(one.receive(b"!\n", 7.0)) == [Arrived("box")]


def test_answers_keep_it_alive() -> None:
    one = greeted()
    for second in range(1, 20):
        assert list(one.wake(float(second))) == []
        one.receive(b"!\n", second + 0.01)
    assert one.health.alive


def test_lines_are_gestures() -> None:
    one = greeted()
    said = b"T1 1\nF1 1023\nF1 0\nT1 0\nB3 1\nB3 0\n"
    assert list(one.receive(said, 1.0)) == [
        Touched(on("fader.1")),
        Moved(on("fader.1"), 1.0),
        Moved(on("fader.1"), 0.0),
        LetGo(on("fader.1")),
        Pressed(on("mute.3")),
        Released(on("mute.3")),
    ]


def test_a_cap_that_trembles_at_rest_says_nothing_and_under_a_finger_everything() -> None:
    one = greeted()
    one.receive(b"F1 500\n", 1.0)
    assert list(one.receive(b"F1 501\nF1 499\nF1 502\n", 1.1)) == []
    assert len(one.receive(b"T1 1\nF1 501\nF1 502\n", 1.2)) == 3


def test_a_cap_pulled_to_its_end_is_there_however_small_the_last_step_was() -> None:
    one = greeted()
    one.receive(b"F1 1\n", 1.0)
    assert list(one.receive(b"F1 0\nF1 1\nF1 0\n", 1.1)) == [Moved(on("fader.1"), 0.0)]
    one.receive(b"F1 1022\n", 1.2)
    assert list(one.receive(b"F1 1023\nF1 1022\nF1 1023\n", 1.3)) == [Moved(on("fader.1"), 1.0)]


def test_a_motor_that_stops_a_step_beside_its_end_is_no_hand() -> None:
    one = greeted()
    one.send(ShowMotor("box", on("fader.1"), 1 / 1023), 1.0)
    assert list(one.receive(b"F1 0\n", 1.1)) == []


def test_what_nobody_mapped_is_counted_and_talk_for_people_is_not() -> None:
    one = greeted()
    one.receive(b"F99 5\nS deadband 2\n# hello\n", 1.0)
    assert one.health.unknown == 2


def test_shows_are_lines() -> None:
    one = greeted()
    one.send(ShowMotor("box", on("fader.3"), 0.5), 1.0)
    one.send(ShowLamp("box", on("mute.1"), "lit"), 1.0)
    one.send(ShowLamp("box", on("mute.1"), "dark"), 1.0)
    one.send(ShowText("box", on("lcd.1"), "no display"), 1.0)
    assert one.data_to_send() == [b"M3 512\n", b"L1 1\n", b"L1 0\n"]


def test_a_name_from_a_console_cannot_end_its_line() -> None:
    text = ControlSpec("lcd", "text", per_strip=True, wire={"out": "N{s} {v:s}"})
    one = SerialBox("box", DeviceSheet("d", "serial_box", "d", 2, {"lcd": text}, {}))
    one.send(ShowText("box", on("lcd.2"), "A\nM1 0\x00 é"), 0.0)
    assert one.data_to_send() == [b"N2 A?M1 0? ?\n"]


def test_what_is_said_twice_is_one_gesture() -> None:
    one = greeted()
    said = b"T1 0\nB3 0\nT1 1\nT1 1\nB3 1\nB3 1\nB3 0\nT1 0\nT1 0\n"
    assert list(one.receive(said, 1.0)) == [
        Touched(on("fader.1")),
        Pressed(on("mute.3")),
        Released(on("mute.3")),
        LetGo(on("fader.1")),
    ]


def test_a_box_that_started_anew_holds_nothing() -> None:
    one = greeted()
    one.receive(b"T1 1\nB3 1\nF1 500\n", 1.0)
    heard = one.receive(HELLO + b"T1 1\nF1 500\nB3 0\n", 2.0)
    assert list(heard) == [
        Arrived("box"),
        Touched(on("fader.1")),
        Moved(on("fader.1"), pytest.approx(500 / 1023)),  # type: ignore[arg-type]
    ]


def test_a_reading_close_to_where_the_motor_was_sent_is_no_move() -> None:
    one = greeted()
    one.send(ShowMotor("box", on("fader.3"), 512 / 1023), 1.0)
    assert list(one.receive(b"F3 514\n", 1.2)) == []
    assert [type(each) for each in one.receive(b"F3 515\n", 1.3)] == [Moved]


def made(framing: str, strips: int = 3, **specs: ControlSpec) -> SerialBox:
    controls = {name.replace("_", "."): spec for name, spec in specs.items()}
    one = SerialBox(
        "box", DeviceSheet("d", "serial_box", "d", strips, controls, {"framing": framing})
    )
    one.open(0.0)
    return one


def test_keys_encoders_and_knobs_of_all_kinds() -> None:
    one = made(
        "lines",
        go=ControlSpec("go", "key", per_strip=False, wire={"in": "GO"}),
        vpot=ControlSpec("vpot", "vpot", per_strip=True, wire={"in": "E{s} {v:-9..9}"}),
        jog=ControlSpec("jog", "jog", per_strip=False, wire={"in": "J {v:left|right}"}),
        knob=ControlSpec("knob", "knob", per_strip=False, wire={"in": "K {v:100..0}"}),
    )
    assert list(one.receive(b"GO\nE2 3\nE2 -1\nE2 0\nJ left\nJ right\nK 25\n", 1.0)) == [
        Pressed(on("go")),
        Released(on("go")),
        Turned(on("vpot.2"), 3),
        Turned(on("vpot.2"), -1),
        Turned(on("jog"), -1),
        Turned(on("jog"), 1),
        Moved(on("knob"), 0.75),
    ]


def test_everything_that_can_be_shown_has_a_word() -> None:
    def out(kind: ControlKind, pattern: str) -> ControlSpec:
        return ControlSpec("x", kind, per_strip=False, wire={"out": pattern})

    shows: list[tuple[ControlSpec, Show, bytes]] = [
        (out("ring", "R {v:0..12}"), ShowRing("box", on("x"), 0.5, "pan"), b"R 6\n"),
        (out("ring", "R {v:0..12}"), ShowRing("box", on("x"), None, "pan"), b"R 0\n"),
        (out("meter", "V {v:0..60}"), ShowMeter("box", on("x"), -20.0), b"V 40\n"),
        (out("colour", "C {v:s}"), ShowColour("box", on("x"), Colour(255, 0, 16)), b"C ff0010\n"),
    ]
    for spec, show, wanted in shows:
        one = made("lines", x=spec)
        one.send(show, 0.0)
        assert one.data_to_send() == [wanted]


def test_a_deej_box_says_all_its_sliders_and_only_moves_count() -> None:
    fader = ControlSpec("fader", "fader", per_strip=True, wire={"in": "slider {s} {v:0..1023}"})
    one = made("deej", fader=fader)
    assert list(one.receive(b"23|0\r\n512|1023|0\r\n", 0.0)) == []  # joined in mid-line
    assert list(one.receive(b"512|1023|0\r\n", 0.0)) == [
        Moved(on("fader.1"), pytest.approx(512 / 1023)),  # type: ignore[arg-type]
        Moved(on("fader.2"), 1.0),
        Moved(on("fader.3"), 0.0),
    ]
    assert list(one.receive(b"513|1021|2\r\n", 0.1)) == []
    assert [type(each) for each in one.receive(b"513|1022|90\r\n", 0.2)] == [Moved]
    assert one.health.alive
    assert one.wake(2.0) == ()
    assert one.wake(4.0) == (Gone("box"),)
    assert one.data_to_send() == []


def midi_box() -> SerialBox:
    return made(
        "midi",
        fader=ControlSpec(
            "fader",
            "fader",
            per_strip=True,
            wire={
                "in": "pb {s} {v:0..16368}",
                "out": "pb {s} {v:0..16368}",
                "touch": "note 104+{s-1}",
            },
        ),
        mute=ControlSpec(
            "mute", "key", per_strip=True, wire={"in": "note 16+{s-1}", "led": "note 16+{s-1}"}
        ),
    )


def test_a_box_behind_a_serial_midi_bridge_speaks_pitch_bend_and_notes() -> None:
    one = midi_box()
    said = bytes.fromhex("90 6A 7F  E2 70 7F  90 6A 00  90 12 40  80 12 40")
    assert list(one.receive(said, 0.0)) == [
        Touched(on("fader.3")),
        Moved(on("fader.3"), 1.0),
        LetGo(on("fader.3")),
        Pressed(on("mute.3")),
        Released(on("mute.3")),
    ]
    one.send(ShowMotor("box", on("fader.3"), 512 / 1023), 0.0)
    one.send(ShowLamp("box", on("mute.3"), "lit"), 0.0)
    assert one.data_to_send() == [bytes.fromhex("E2 00 40"), bytes.fromhex("90 12 7F")]


def test_active_sensing_tells_a_box_from_the_noise_of_its_boot() -> None:
    key = ControlSpec("mute", "key", per_strip=True, wire={"in": "note 16+{s-1}"})
    facts = {"framing": "midi", "alive": {"answer": "sensing", "within": 0.15}}
    one = SerialBox("box", DeviceSheet("d", "serial_box", "d", 1, {"mute": key}, facts))
    one.open(0.0)
    down = bytes.fromhex("90 10 7F")
    assert list(one.receive(down, 0.6)) == []
    assert list(one.receive(b"\xfe" + down, 0.7)) == [Arrived("box"), Pressed(on("mute.1"))]
    assert list(one.receive(b"\xfe", 1.0)) == []
    # A restart nobody was told of: silence, noise, and a sign of life.
    assert list(one.receive(down, 1.6)) == []
    assert not one.health.alive
    assert list(one.receive(b"\xfe", 1.7)) == [Arrived("box")]
    assert one.next_wakeup() == 1.0
    one.wake(1.9)
    assert list(one.wake(2.2)) == [Gone("box")]
    assert list(one.receive(b"\xfe", 2.3)) == [Arrived("box")]


def test_a_box_that_only_answers_is_asked_until_it_does() -> None:
    facts = {"alive": {"ask": "?", "answer": "!", "within": 1.0}}
    one = SerialBox("box", DeviceSheet("d", "serial_box", "d", 1, {}, facts))
    one.open(0.0)
    one.wake(1.0)
    assert one.data_to_send() == [b"?\n"]
    assert list(one.receive(b"!\n", 1.1)) == [Arrived("box")]
    assert one.health.alive


def test_with_a_simulated_bcf2000_each_understands_the_other() -> None:
    one, unit = SerialBox("box", shipped().device("behringer/bcf2000")), Bcf2000()
    one.open(0.0)
    unit.move(8, 1.0)
    unit.tap("mute.3")
    unit.tap("knob.1.push")
    unit.tap("forward")
    unit.turn(2, 127)
    heard = [event for data in unit.take_output() for event in one.receive(data, 1.0)]
    assert heard == [
        Moved(on("fader.8"), 1.0),
        *(
            kind(on(key))
            for key in ("mute.3", "knob.1.push", "forward")
            for kind in (Pressed, Released)
        ),
        Moved(on("knob.2"), 1.0),
    ]
    for item in (
        ShowMotor("box", on("fader.1"), 0.75),
        ShowLamp("box", on("solo.8"), "lit"),
        ShowLamp("box", on("play"), "lit"),
        ShowRing("box", on("ring.7"), 1.0, "dot"),
    ):
        one.send(item, 2.0)
    for data in one.data_to_send():
        unit.receive(data)
    unit.advance(1.0)
    assert unit.fader_position(1) == pytest.approx(0.75, abs=0.005)
    assert unit.lamp("solo.8") == unit.lamp("play") == "lit"
    assert unit.lamp("stop") == "dark"
    assert unit.ring(7) == 127
    assert unit.counts.ignored == 0


def test_a_plain_midi_device_on_a_midi_port_is_such_a_box_too() -> None:
    key = ControlSpec("mute", "key", per_strip=True, wire={"in": "note 16+{s-1}"})
    one = SerialBox("box", DeviceSheet("d", "plain_midi", "d", 8, {"mute": key}, {}))
    one.open(0.0)
    assert one.next_wakeup() is None
    assert list(one.receive(bytes.fromhex("90 17 7F"), 0.0)) == [Pressed(on("mute.8"))]
    assert one.health.alive


@pytest.mark.parametrize(
    ("coding", "right", "left"),
    [
        ("twos_complement", 0x02, 0x7E),
        ("binary_offset", 0x42, 0x3E),
        ("bit6_up", 0x42, 0x02),
        ("bit6_down", 0x02, 0x42),
    ],
)
def test_an_endless_encoder_turns_by_its_coding(coding: str, right: int, left: int) -> None:
    wire = {"in": "cc 1 16", "relative": coding}
    spec = ControlSpec("vpot", "vpot", per_strip=False, wire=wire)
    one = SerialBox("box", DeviceSheet("d", "plain_midi", "d", 0, {"vpot": spec}, {}))
    one.open(0.0)
    turns = [one.receive(bytes((0xB0, 16, value)), 0.0) for value in (right, left)]
    vpot = plain_control("box", "vpot")
    assert [list(turn) for turn in turns] == [[Turned(vpot, 2)], [Turned(vpot, -2)]]


def test_a_coding_that_is_none_is_refused_with_those_there_are() -> None:
    spec = ControlSpec(
        "vpot", "vpot", per_strip=False, wire={"in": "cc 1 16", "relative": "signed"}
    )
    with pytest.raises(ProtocolMisuse, match="there are twos_complement, binary_offset"):
        SerialBox("box", DeviceSheet("d", "plain_midi", "d", 0, {"vpot": spec}, {}))


def cobs_box() -> SerialBox:
    one = made(
        "cobs",
        fader=ControlSpec(
            "fader",
            "fader",
            per_strip=True,
            wire={
                "in": "fader {s} {v:0..1023}",
                "out": "motor {s} {v:0..1023}",
                "touch": "touch {s} {v:0|1}",
            },
        ),
        mute=ControlSpec(
            "mute",
            "key",
            per_strip=True,
            wire={"in": "button {s} {v:0|1}", "led": "lamp {s} {v:0|1}"},
        ),
    )
    assert one.data_to_send() == [bytes.fromhex("00 01 04 81 9C A6 00")]
    return one


def frame(number: int, kind: int, *body: int) -> bytes:
    return encode(Frame(number, kind, bytes(body)))


def kinds(data: list[bytes]) -> list[tuple[int, ...]]:
    """Return kind and body of every frame."""
    found = [FrameReader().receive(each)[0] for each in data]
    return [(one.kind, *one.body) for one in found if isinstance(one, Frame)]


def test_a_box_of_frames_mends_what_got_lost_on_the_way_to_us() -> None:
    one = cobs_box()
    assert list(one.receive(frame(0, 1, 2, 3, 1, 0x53), 0.7)) == [Arrived("box")]
    assert list(one.receive(frame(1, 3, 1, 1), 1.0)) == [Touched(on("fader.1"))]
    assert one.data_to_send() == []
    assert list(one.receive(frame(5, 2, 1, 3, 0xFF), 1.1)) == [Moved(on("fader.1"), 1.0)]
    assert kinds(one.data_to_send()) == [(0x88,)]
    assert list(one.receive(frame(6, 3, 1, 0) * 2, 1.2)) == [LetGo(on("fader.1"))]
    assert one.health.malformed == 1


def test_mending_does_not_feed_itself_on_a_bad_line() -> None:
    one = cobs_box()
    one.receive(frame(0, 1, 2, 3, 1, 0x53), 0.7)
    for step, number in enumerate((5, 10, 15, 20)):
        one.receive(frame(number, 5), 1.0 + step / 100)
    assert kinds(one.data_to_send()) == [(0x88,)]
    assert one.next_wakeup() == 1.0  # the next question
    one.wake(1.04)
    assert kinds(one.data_to_send()) == [(0x85,)]
    assert one.next_wakeup() == 1.25
    one.wake(1.25)
    assert kinds(one.data_to_send()) == [(0x88,)]
    assert one.next_wakeup() == 2.04


def test_a_box_of_frames_hears_again_what_it_missed_but_not_under_a_hand() -> None:
    one = cobs_box()
    one.receive(frame(0, 1, 2, 3, 1, 0x53), 0.7)
    one.send(ShowMotor("box", on("fader.1"), 0.0), 1.0)
    one.send(ShowMotor("box", on("fader.2"), 0.0), 1.0)
    one.send(ShowMotor("box", on("fader.3"), 0.0), 1.0)
    one.send(ShowLamp("box", on("mute.3"), "lit"), 1.0)
    one.receive(frame(1, 3, 1, 1) + frame(2, 2, 2, 1, 0), 1.1)
    one.data_to_send()
    one.receive(frame(3, 0x0F, 1, 3), 1.2)
    # Fader 1 is held, and fader 2 has been moved since by hand.
    assert kinds(one.data_to_send()) == [(0x82, 3, 0, 0), (0x83, 3, 1), (0x88,)]


def test_a_cap_that_is_not_where_its_motor_was_told_to_go_moves_nothing() -> None:
    one = cobs_box()
    one.receive(frame(0, 1, 2, 3, 1, 0x53), 0.7)
    one.send(ShowMotor("box", on("fader.1"), 1.0), 1.0)
    one.send(ShowMotor("box", on("fader.2"), 1.0), 1.0)
    # It missed that, and says so when it is asked for everything.
    assert list(one.receive(frame(1, 0x0F, 1, 3) + frame(2, 2, 1, 0, 0), 1.2)) == []
    assert list(one.receive(frame(3, 2, 2, 0, 9), 1.25)) == []
    # Nobody is sure of a touch on a bad line, but a cap in two places was moved.
    assert list(one.receive(frame(4, 2, 2, 0, 0), 1.3)) == [Moved(on("fader.2"), 0.0)]


def test_a_box_of_frames_that_was_reset_counts_anew() -> None:
    one = cobs_box()
    one.receive(frame(0, 1, 2, 3, 1, 0x53) + frame(1, 5), 0.7)
    assert list(one.receive(frame(0, 1, 2, 3, 2, 0x53) + frame(1, 5), 5.0)) == [Arrived("box")]
    assert one.data_to_send() == []
    one.wake(5.0)
    assert kinds(one.data_to_send()) == [(0x85,)]


def test_a_box_that_speaks_osc_is_greeted_and_heard_in_slip() -> None:
    fader = ControlSpec(
        "fader",
        "fader",
        per_strip=True,
        wire={"in": "/fader {s} {v:0..1023}", "out": "/motor {s} {v:0..1023}"},
    )
    facts = {
        "framing": "slip-osc",
        "hello": "/id",
        "expect": "/^/id FADERBOX 2/",
        "alive": {"ask": "/ping", "answer": "/pong", "within": 0.5},
    }
    one = SerialBox("box", DeviceSheet("d", "serial_box", "d", 8, {"fader": fader}, facts))
    one.open(0.0)
    assert one.data_to_send() == [bytes.fromhex("C0 2F 69 64 00 2C 00 00 00 C0")]
    hello = OscMessage("/id", ("FADERBOX", 2, 8, "SBR0001"))
    assert list(one.receive(slip.encode(osc_bytes(hello)), 0.7)) == [Arrived("box")]
    moved = slip.encode(osc_bytes(OscMessage("/fader", (3, 1023))))
    assert list(one.receive(moved + b"junk\xc0", 0.8)) == [Moved(on("fader.3"), 1.0)]
    assert one.health.malformed == 1
    one.send(ShowMotor("box", on("fader.3"), 192 / 1023), 0.9)
    motor = bytes.fromhex("C0 2F 6D 6F 74 6F 72 00 00 2C 69 69 00 00 00 00 03 00 00 00 DB DC C0")
    assert one.data_to_send() == [motor]


@pytest.mark.parametrize(
    ("framing", "wire"),
    [
        ("morse", {}),
        ("midi", {"in": "F{s} {v:0..1023}"}),
        ("midi", {"out": "pb {s+15}"}),
        ("midi", {"out": "note 1 60 2 {v:0..127}"}),
        ("midi", {"out": "cc 1 7 {v:0.0..1.0}"}),
        ("midi", {"out": "sysex F0 xx {v:0..9}"}),
        ("cobs", {"out": "fader {s} {v:0..1023}"}),
        ("cobs", {"out": "motor {s} {v:0..99999}"}),
        ("slip-osc", {"out": "motor {s} {v:0..1023}"}),
        ("deej", {"out": "M{s} {v:0..1023}"}),
        ("lines", {"in": "F{s} {v:x}"}),
    ],
)
def test_what_a_framing_cannot_say_is_refused_at_once(framing: str, wire: dict[str, str]) -> None:
    spec = ControlSpec("fader", "fader", per_strip=True, wire=wire)
    with pytest.raises(ProtocolMisuse):
        made(framing, fader=spec)


def test_a_greeting_that_is_no_expression_is_refused() -> None:
    with pytest.raises(ProtocolMisuse, match="expression"):
        SerialBox("box", DeviceSheet("d", "serial_box", "d", 1, {}, {"expect": "/(/"}))


@given(st.binary(max_size=100))
def test_any_bytes_never_raise_and_the_next_line_is_understood(data: bytes) -> None:
    one = greeted()
    one.receive(data, 1.0)
    assert list(one.receive(b"\nB3 1\n", 1.1))[-1:] == [Pressed(on("mute.3"))]


@given(st.sampled_from(("deej", "midi", "slip-osc", "cobs")), st.binary(max_size=100))
def test_no_framing_ever_raises(framing: str, data: bytes) -> None:
    one = made(framing)
    one.receive(data, 1.0)
    one.receive(data, 1.1)
