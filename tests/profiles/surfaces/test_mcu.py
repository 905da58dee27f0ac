"""Mackie Control as a surface: bytes and times in, gestures and bytes out."""

from math import inf

import pytest

from firmware_sim.mcu import MackieControl
from surfacebridge.errors import ProtocolMisuse
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
from surfacebridge.model.values import EIGHT_COLOURS, Colour
from surfacebridge.profiles.surfaces.mcu import (
    ASK_EVERY,
    MISSED_AFTER,
    OVERLOAD_HOLD,
    QUESTIONS,
    MackieSurface,
)
from tests.profiles.shipped import shipped

ORANGE = Colour(255, 128, 0)

STRIP: dict[str, ControlKind] = {
    "fader": "fader",
    "mute": "key",
    "select": "key",
    "vpot": "vpot",
    "vpot.push": "key",
    "ring": "ring",
    "meter": "meter",
    "lcd.top": "text",
    "lcd.bottom": "text",
    "lcd.color": "colour",
}
REST: dict[str, ControlKind] = {
    "main.fader": "fader",
    "bank.left": "key",
    "play": "key",
    "rude.solo": "lamp",
    "jog": "jog",
    "pedal": "knob",
    "timecode": "text",
    "assignment": "text",
}
VERSION_REQUEST = bytes.fromhex("f0000066141300f7")
VERSION_REPLY = bytes.fromhex("f000006614 14 56332e3020 f7")
CONNECTION_QUERY = bytes.fromhex("f000006614 01 4c433031323334 01020304 f7")
CONNECTION_REPLY = bytes.fromhex("f000006614 02 4c433031323334 05057b2f f7")
CONFIRMED = bytes.fromhex("f000006610 03 4c433031323334 f7")


def sheet(**facts: object) -> DeviceSheet:
    controls = {name: ControlSpec(name, kind, per_strip=True) for name, kind in STRIP.items()}
    controls |= {name: ControlSpec(name, kind, per_strip=False) for name, kind in REST.items()}
    named = {name.replace("_", " "): value for name, value in facts.items()}
    return DeviceSheet("behringer/x-touch", "mcu", "X-Touch", 8, controls, named)


def opened(**facts: object) -> MackieSurface:
    surface = MackieSurface("x", sheet(**facts))
    surface.open(0.0)
    surface.data_to_send()
    return surface


def is_alive(surface: MackieSurface) -> bool:
    return surface.health.alive


def control(name: str) -> ControlId:
    return ControlId(f"x.{name}")


@pytest.mark.parametrize(
    ("data", "gesture"),
    [
        ("e00000", Moved(control("fader.1"), 0.0)),
        ("e77c7f", Moved(control("fader.8"), 1.0)),
        ("e80040", Moved(control("main.fader"), 512 / 1023)),
        ("90687f", Touched(control("fader.1"))),
        ("906f00", LetGo(control("fader.8"))),
        ("90707f", Touched(control("main.fader"))),
        ("90117f", Pressed(control("mute.2"))),
        ("901100", Released(control("mute.2"))),
        ("80117f", Released(control("mute.2"))),
        ("90207f", Pressed(control("vpot.1.push"))),
        ("902e7f", Pressed(control("bank.left"))),
        ("b01001", Turned(control("vpot.1"), 1)),
        ("b01747", Turned(control("vpot.8"), -7)),
        ("b03c41", Turned(control("jog"), -1)),
        ("b02e7f", Moved(control("pedal"), 1.0)),
    ],
)
def test_what_a_hand_does_becomes_a_gesture(data: str, gesture: object) -> None:
    surface = opened()
    assert list(surface.receive(bytes.fromhex(data), 1.0)) == [gesture]
    assert is_alive(surface)
    assert surface.health.reason == ""
    assert surface.health.answered == 1.0


def test_gestures_keep_their_order_however_the_bytes_are_cut() -> None:
    surface = opened()
    data = bytes.fromhex("90687f e00048 1048 906800")
    heard = [gesture for byte in data for gesture in surface.receive(bytes((byte,)), 1.0)]
    fader = control("fader.1")
    assert heard == [
        Touched(fader),
        Moved(fader, 576 / 1023),
        Moved(fader, 577 / 1023),
        LetGo(fader),
    ]


@pytest.mark.parametrize(("top", "full"), [(16383, "e07f7f"), (16380, "e07c7f"), (15300, "e04477")])
def test_the_top_of_the_travel_is_exactly_one_both_ways(top: int, full: str) -> None:
    surface = opened(top=top)
    assert list(surface.receive(bytes.fromhex(full), 1.0)) == [Moved(control("fader.1"), 1.0)]
    surface.send(ShowMotor("x", control("fader.1"), 1.0), 1.0)
    assert surface.data_to_send() == [bytes.fromhex(full)]


def test_beyond_the_top_is_still_one() -> None:
    surface = opened(top=15300)
    assert list(surface.receive(bytes.fromhex("e07f7f"), 1.0)) == [Moved(control("fader.1"), 1.0)]


def test_every_position_of_ten_bits_survives_the_way_to_the_motor_and_back() -> None:
    surface = opened(top=16380)
    fader = control("fader.3")
    for place in range(1024):
        surface.send(ShowMotor("x", fader, place / 1023), 1.0)
        (motor,) = surface.data_to_send()
        assert list(surface.receive(motor, 1.0)) == [Moved(fader, place / 1023)]


def test_half_way_is_the_middle_of_the_wire_and_out_of_range_is_the_end() -> None:
    surface = opened()
    for position in (0.5, -1.0, 7.0):
        surface.send(ShowMotor("x", control("main.fader"), position), 1.0)
    assert surface.data_to_send() == [
        bytes.fromhex("e80040"),
        bytes.fromhex("e80000"),
        bytes.fromhex("e87f7f"),
    ]


def test_lamps_are_dark_lit_and_blinking() -> None:
    surface = opened()
    for name, state in (("mute.2", "lit"), ("mute.2", "blink"), ("rude.solo", "dark")):
        surface.send(ShowLamp("x", control(name), state), 1.0)  # type: ignore[arg-type]
    assert surface.data_to_send() == [
        bytes.fromhex("90117f"),
        bytes.fromhex("901101"),
        bytes.fromhex("907300"),
    ]


def test_a_unit_that_cannot_blink_lights_instead() -> None:
    surface = opened(blink=False)
    surface.send(ShowLamp("x", control("play"), "blink"), 1.0)
    assert surface.data_to_send() == [bytes.fromhex("905e7f")]


@pytest.mark.parametrize(
    ("position", "mode", "value"),
    [
        (0.0, "dot", 0x01),
        (1.0, "dot", 0x0B),
        (0.5, "pan", 0x56),
        (0.0, "pan", 0x11),
        (1.0, "fill", 0x2B),
        (0.0, "spread", 0x31),
        (1.0, "spread", 0x36),
        (None, "fill", 0x20),
    ],
)
def test_a_ring_shows_its_position_in_its_mode(
    position: float | None, mode: str, value: int
) -> None:
    surface = opened()
    surface.send(ShowRing("x", control("ring.2"), position, mode), 1.0)  # type: ignore[arg-type]
    assert surface.data_to_send() == [bytes((0xB0, 0x31, value))]


@pytest.mark.parametrize(
    ("level", "segments"),
    [(-inf, 0), (-60.1, 0), (-60.0, 1), (-30.0, 4), (-14.5, 5), (-10.0, 7), (-2.0, 11), (-0.1, 11)],
)
def test_a_meter_shows_decibels_in_segments(level: float, segments: int) -> None:
    surface = opened()
    surface.send(ShowMeter("x", control("meter.3"), level), 1.0)
    assert surface.data_to_send() == [bytes((0xD0, 0x20 | segments))]


def test_silence_is_told_once_because_the_bar_falls_by_itself() -> None:
    surface = opened()
    meter = control("meter.1")
    for _ in range(3):
        surface.send(ShowMeter("x", meter, -inf), 1.0)
    assert surface.data_to_send() == [b"\xd0\x00"]
    surface.send(ShowMeter("x", meter, -10.0), 1.1)
    surface.send(ShowMeter("x", meter, -10.0), 1.2)
    surface.send(ShowMeter("x", meter, -inf), 1.3)
    assert surface.data_to_send() == [b"\xd0\x07", b"\xd0\x07", b"\xd0\x00"]


def test_a_level_that_stands_is_held_up_against_the_units_own_fall() -> None:
    surface, unit = MackieSurface("x", sheet()), MackieControl()
    surface.open(0.0)
    surface.send(ShowMeter("x", control("meter.1"), -10.0), 0.0)
    now, seen = 0.0, set()
    for _ in range(300):
        for message in surface.data_to_send():
            unit.receive(message)
        now += 0.01
        unit.advance(0.01)
        due = surface.next_wakeup()
        if due is not None and due <= now:
            surface.wake(now)
        seen.add(unit.meter(1).level)
    assert seen == {7}
    surface.send(ShowMeter("x", control("meter.1"), -inf), now)
    for message in surface.data_to_send():
        unit.receive(message)
    assert unit.meter(1).level == 0


def test_an_overload_is_marked_once_and_cleared_after_a_while() -> None:
    surface = opened()
    for now in (1.0, 1.5):
        surface.send(ShowMeter("x", control("meter.1"), 0.0), now)
    assert surface.data_to_send() == [b"\xd0\x0e", b"\xd0\x0c", b"\xd0\x0c"]
    due = 1.5 + OVERLOAD_HOLD
    surface.wake(due - 0.01)
    assert b"\xd0\x0f" not in surface.data_to_send()
    assert surface.next_wakeup() == due
    surface.wake(due)
    assert b"\xd0\x0f" in surface.data_to_send()


def test_texts_of_one_moment_share_messages() -> None:
    surface = opened()
    surface.send(ShowText("x", control("lcd.1.top"), "Kick"), 1.0)
    surface.send(ShowText("x", control("lcd.2.top"), "Snare"), 1.0)
    surface.send(ShowText("x", control("lcd.1.bottom"), "-10.0"), 1.0)
    assert surface.data_to_send() == [
        b"\xf0\x00\x00\x66\x14\x12\x00Kick   Snare\xf7",
        b"\xf0\x00\x00\x66\x14\x12\x38-10.0\xf7",
    ]


def test_time_assignment_and_colour_reach_their_displays() -> None:
    surface = opened()
    surface.send(ShowText("x", control("timecode"), "7"), 1.0)
    surface.send(ShowText("x", control("assignment"), "3"), 1.0)
    surface.send(ShowColour("x", control("lcd.1.color"), EIGHT_COLOURS[4]), 1.0)
    surface.data_to_send()
    surface.send(ShowColour("x", control("lcd.2.color"), EIGHT_COLOURS[1]), 1.0)
    (colours,) = surface.data_to_send()
    assert colours.hex() == "f00000661472" + "0401070707070707" + "f7"


def test_what_the_unit_lacks_is_dropped() -> None:
    surface = opened()
    for item in (
        ShowMotor("x", control("fader.9"), 0.5),
        ShowLamp("x", control("record"), "lit"),
        ShowRing("x", control("ring.9"), 0.5, "dot"),
        ShowMeter("x", control("meter.9"), 0.0),
        ShowText("x", control("lcd.9.top"), "?"),
        ShowColour("x", control("lcd.9.color"), EIGHT_COLOURS[1]),
    ):
        surface.send(item, 1.0)
    assert surface.data_to_send() == []


def test_garbage_is_counted_and_the_next_gesture_survives() -> None:
    surface = opened()
    heard = surface.receive(bytes.fromhex("45 f0 00 00 66 14 14 90 68 7f"), 1.0)
    assert list(heard) == [Touched(control("fader.1"))]
    assert surface.health.malformed == 2


def test_controls_that_are_not_on_the_sheet_are_counted() -> None:
    surface = opened()
    assert list(surface.receive(bytes.fromhex("905f7f e90000 b05001 c001"), 1.0)) == []
    assert surface.health.unknown == 4
    assert surface.health.answered is None


def test_a_sheet_with_a_key_no_mackie_has_is_our_mistake() -> None:
    wrong = ControlSpec("warp", "key", per_strip=False)
    with pytest.raises(ProtocolMisuse, match="warp"):
        MackieSurface("x", DeviceSheet("a/b", "mcu", "B", 8, {"warp": wrong}))


def test_the_greeting_asks_darkens_lamps_and_blanks_the_display() -> None:
    surface = MackieSurface("x", sheet(device_id=0x15))
    surface.open(0.0)
    sent = surface.data_to_send()
    assert sent[:2] == [bytes.fromhex("f00000661500f7"), bytes.fromhex("f0000066151300f7")]
    assert bytes.fromhex("901000") in sent
    assert bytes.fromhex("b03000") in sent
    assert bytes.fromhex("f000006615200001f7") in sent
    assert bytes.fromhex("f00000661512 00") + b" " * 56 + b"\xf7" in sent
    assert not any(message[0] >= 0xE0 and message[0] < 0xF0 for message in sent)


def test_a_unit_that_never_spoke_counts_as_there_and_says_so() -> None:
    surface = opened()
    for now in range(100):
        assert list(surface.wake(float(now))) == []
    assert is_alive(surface)
    assert surface.health.answered is None
    assert "silent until a control is touched" in surface.health.reason


def test_a_unit_that_never_answers_is_asked_a_few_times_and_then_left_alone() -> None:
    surface = MackieSurface("x", sheet())
    surface.open(0.0)
    asked = 0
    for now in range(60):
        surface.wake(float(now))
        asked += surface.data_to_send().count(VERSION_REQUEST)
    assert asked == QUESTIONS
    assert surface.next_wakeup() is None


def test_a_unit_that_always_answers_is_not_there_before_it_did() -> None:
    surface = opened(answers_queries=True)
    assert not is_alive(surface)
    assert "check its cable" in surface.health.reason
    surface.receive(VERSION_REPLY, 1.0)
    assert is_alive(surface)
    assert surface.health.peer == "X-Touch, version V3.0"


def test_a_unit_that_answered_is_missed_when_it_stops_and_welcome_when_it_is_back() -> None:
    surface = opened()
    surface.receive(VERSION_REPLY, 1.0)
    now = 1.0
    heard: list[object] = []
    while not heard and now < 60.0:
        now = surface.next_wakeup() or 60.0
        heard = list(surface.wake(now))
    assert heard == [Gone("x")]
    assert MISSED_AFTER <= now - 1.0 <= MISSED_AFTER + ASK_EVERY
    assert not is_alive(surface)
    assert "cable" in surface.health.reason
    assert list(surface.wake(now + 60.0)) == []
    assert list(surface.receive(VERSION_REPLY, now + 61.0)) == [Arrived("x")]
    assert is_alive(surface)


def test_answers_keep_a_unit_alive() -> None:
    surface = opened()
    for now in range(1, 60):
        surface.receive(VERSION_REPLY, float(now))
        assert list(surface.wake(now + 0.5)) == []


def test_a_power_up_is_answered_and_makes_everything_shown_void() -> None:
    surface = opened()
    surface.send(ShowText("x", control("lcd.1.top"), "Kick"), 1.0)
    surface.data_to_send()
    assert list(surface.receive(CONNECTION_QUERY, 5.0)) == [Arrived("x")]
    sent = surface.data_to_send()
    assert sent[:2] == [CONNECTION_REPLY, VERSION_REQUEST]
    assert bytes.fromhex("901000") in sent
    assert b"\xf0\x00\x00\x66\x14\x12\x00Kick" + b" " * 52 + b"\xf7" in sent


def test_a_unit_that_greets_while_a_hand_is_on_it_is_painted_when_the_hand_is_gone() -> None:
    surface = opened()
    surface.receive(b"\x90\x68\x7f", 0.001)
    assert list(surface.receive(CONNECTION_QUERY, 0.002)) == []
    assert list(surface.receive(b"\x90\x68\x00", 0.5)) == [
        LetGo(control("fader.1")),
        Arrived("x"),
    ]


def test_a_unit_that_starts_anew_under_a_hand_has_arrived_at_once() -> None:
    surface = opened()
    surface.receive(CONNECTION_QUERY, 0.002)
    surface.receive(b"\x90\x68\x7f", 1.0)
    assert list(surface.receive(CONNECTION_QUERY, 2.0)) == [Arrived("x")]
    assert list(surface.receive(b"\x90\x68\x00", 3.0)) == [LetGo(control("fader.1"))]


def test_a_logic_control_has_arrived_only_when_it_confirms() -> None:
    surface = opened(device_id=0x10, answers_queries=True)
    query = CONNECTION_QUERY.replace(b"\x66\x14", b"\x66\x10")
    assert list(surface.receive(query, 1.0)) == []
    assert surface.data_to_send() == [CONNECTION_REPLY.replace(b"\x66\x14", b"\x66\x10")]
    assert list(surface.receive(CONFIRMED, 1.1)) == [Arrived("x")]


def test_a_logic_control_that_forgets_to_confirm_is_used_all_the_same() -> None:
    surface = opened(device_id=0x10, answers_queries=True)
    surface.receive(CONNECTION_QUERY.replace(b"\x66\x14", b"\x66\x10"), 1.0)
    assert list(surface.wake(2.0)) == [Arrived("x")]


def test_a_unit_that_refuses_its_host_says_what_to_do() -> None:
    surface = opened()
    assert list(surface.receive(CONFIRMED.replace(b"\x10\x03", b"\x14\x04"), 1.0)) == []
    assert not is_alive(surface)
    assert "switch it off and on" in surface.health.reason


def test_a_unit_missed_and_powered_up_again_arrives_once() -> None:
    surface = opened()
    surface.receive(VERSION_REPLY, 1.0)
    assert list(surface.wake(20.0)) == [Gone("x")]
    assert list(surface.receive(CONNECTION_QUERY, 30.0)) == [Arrived("x")]


def test_text_waits_while_the_unit_draws_its_meters_anew() -> None:
    surface = MackieSurface("x", sheet(meter_bars="vertical", redraw=0.6))
    surface.open(0.0)
    sent = surface.data_to_send()
    assert bytes.fromhex("f0000066142101f7") in sent
    assert bytes.fromhex("f000006614200707f7") in sent
    surface.send(ShowText("x", control("lcd.1.top"), "Kick"), 0.1)
    assert surface.data_to_send() == []
    assert surface.next_wakeup() == 0.6
    surface.wake(0.6)
    assert any(b"Kick" in message for message in surface.data_to_send())


def test_motors_and_lamps_do_not_wait_for_the_display() -> None:
    surface = MackieSurface("x", sheet(meter_bars="horizontal"))
    surface.open(0.0)
    assert bytes.fromhex("f0000066142100f7") in surface.data_to_send()
    surface.send(ShowMotor("x", control("fader.1"), 0.0), 0.1)
    assert surface.data_to_send() == [bytes.fromhex("e00000")]


def test_leaving_says_so_and_leaves_the_motors_where_they_are() -> None:
    surface = opened(meter_bars="vertical")
    surface.wake(0.7)
    surface.data_to_send()
    surface.send(ShowLamp("x", control("play"), "lit"), 0.8)
    surface.data_to_send()
    surface.close(0.9)
    sent = surface.data_to_send()
    assert any(b"surfacebridge stopped" in message for message in sent)
    assert bytes.fromhex("905e00") in sent
    assert not any(0xE0 <= message[0] < 0xF0 for message in sent)


def test_leaving_does_not_wait_for_the_display() -> None:
    surface = MackieSurface("x", sheet(meter_bars="vertical"))
    surface.open(0.0)
    surface.close(0.1)
    assert any(b"surfacebridge stopped" in message for message in surface.data_to_send())


def test_an_extender_is_told_nothing_of_clocks() -> None:
    strips = {name: ControlSpec(name, kind, per_strip=True) for name, kind in STRIP.items()}
    surface = MackieSurface("x", DeviceSheet("mackie/mcu-xt", "mcu", "XT", 8, strips))
    surface.open(0.0)
    assert not any(message[:2] == b"\xb0\x40" for message in surface.data_to_send())


def product(name: str) -> MackieSurface:
    one = MackieSurface("x", shipped().device(name))
    one.open(0.0)
    one.wake(1.0)
    one.data_to_send()
    return one


def told(one: MackieSurface, *items: Show) -> str:
    for item in items:
        one.send(item, 1.0)
    return b"".join(one.data_to_send()).hex(" ").upper()


def test_a_second_display_and_master_meters_are_told_of_units_that_have_them() -> None:
    qcon = product("icon/qcon-pro-x")
    text = ShowText("x", ControlId("x.lcd2.1.top"), "Kick")
    assert told(qcon, text) == "F0 00 00 67 15 13 01 4B 69 63 6B F7"
    main = ShowText("x", ControlId("x.main.lcd2.bottom"), "-6.0")
    assert told(qcon, main) == "F0 00 00 67 15 13 69 2D 36 2E 30 F7"
    meters = [ShowMeter("x", ControlId(f"x.main.meter.{side}"), 0.0) for side in ("left", "right")]
    assert told(qcon, *meters) == "D1 0C D1 1C"


def test_a_unit_with_one_lamp_a_ring_and_no_blinking_gets_dots_and_steady_lamps() -> None:
    qcon = product("icon/qcon-pro")
    assert told(qcon, ShowRing("x", ControlId("x.ring.1"), 0.5, "fill")) == "B0 30 06"
    assert told(qcon, ShowLamp("x", ControlId("x.mute.1"), "blink")) == "90 10 7F"


def test_a_unit_with_every_colour_is_told_the_colour_itself() -> None:
    colours = told(product("icon/v1-m"), ShowColour("x", ControlId("x.lcd.1.color"), ORANGE))
    assert colours.startswith("F0 00 02 4E 16 14 7F 40 00 7F 7F 7F")


def test_wide_strips_get_twelve_characters() -> None:
    text = ShowText("x", ControlId("x.lcd.2.top"), "Lead Vocals")
    assert told(product("asparion/d700"), text) == (
        "F0 00 00 66 14 1A 0C 01 4C 65 61 64 20 56 6F 63 61 6C 73 20 F7"
    )


def test_a_unit_without_displays_is_sent_no_text() -> None:
    one = MackieSurface("x", shipped().device("behringer/bcf2000-mc"))
    one.open(0.0)
    one.close(1.0)
    assert not [data for data in one.data_to_send() if data[5:6] == b"\x12"]


def test_of_places_of_one_fader_that_came_together_the_last_counts() -> None:
    together = [bytes.fromhex(data) for data in ("E00010", "E10020", "E00030")]

    heard = opened().receive_all(together, 1.0)

    assert [type(gesture) for gesture in heard] == [Moved, Moved]
    assert heard[0] == opened().receive(bytes.fromhex("E00030"), 1.0)[0]


def test_a_touch_between_two_places_of_a_fader_stays_between_them() -> None:
    together = [bytes.fromhex(data) for data in ("90687F", "E00010", "906800", "E00030", "90687F")]

    heard = opened().receive_all(together, 1.0)

    assert [type(gesture) for gesture in heard] == [Touched, Moved, LetGo, Moved, Touched]


def test_chunks_that_came_together_may_cut_a_message_anywhere() -> None:
    whole = bytes.fromhex("90687FE00010E00030906800")
    cut = [whole[:4], whole[4:5], whole[5:10], whole[10:]]

    assert list(opened().receive_all(cut, 1.0)) == list(opened().receive(whole, 1.0))
