"""The bridge as a HUI: what a host says, what hands make us say, and the pings between."""

from collections.abc import Sequence
from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_sim.hui_host import HUI_HOSTS, HuiHost
from surfacebridge.errors import ProtocolMisuse
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.sheets import ParameterSpec, TargetSheet, emulated
from surfacebridge.model.values import OFF, Value
from surfacebridge.profiles.daws.hui_device import HOLD_AFTER_MOVE, HuiDevice
from tests.profiles.shipped import shipped

PING = b"\x90\x00\x00"
ANSWER = b"\x90\x00\x7f"
POWER = b"\xff"
TOUCH_3 = "b00f02b02f40"
RELEASE_3 = "b00f02b02f00"


def p(name: str) -> ParameterId:
    return ParameterId(f"tools.{name}")


def made() -> HuiDevice:
    device = HuiDevice("tools", emulated(shipped().device("mackie/hui")))
    device.open(0.0)
    return device


def pinged(now: float = 0.5) -> HuiDevice:
    """Return a device whose host has just pinged it for the first time."""
    device = made()
    device.receive(PING, now)
    device.data_to_send()
    return device


def said(device: HuiDevice) -> str:
    return b"".join(device.data_to_send()).hex()


def write(device: HuiDevice, name: str, value: Value, now: float = 1.0) -> str:
    device.send(Write("tools", p(name), value), now)
    return said(device)


# What hands do.


@pytest.mark.parametrize(
    ("name", "value", "data"),
    [
        ("fader.3.touch", True, TOUCH_3),
        ("fader.3.touch", False, RELEASE_3),
        ("mute.1", True, "b00f00b02f42"),
        ("mute.1", False, "b00f00b02f02"),
        ("select.8", 1.0, "b00f07b02f41"),
        ("rec.2", True, "b00f01b02f47"),
        ("vpot.2.push", True, "b00f01b02f45"),
        ("auto.4", True, "b00f03b02f44"),
        ("auto.read", True, "b00f18b02f42"),
        ("bank.right", True, "b00f0ab02f43"),
        ("channel.left", True, "b00f0ab02f40"),
        ("play", True, "b00f0eb02f44"),
        ("f8", True, "b00f1bb02f47"),
        ("foot.1", True, "b00f1db02f40"),
        ("num.0", True, "b00f13b02f40"),
        ("param.select.4", True, "b00f1cb02f45"),
        ("vpot.1", 1.0, "b04041"),
        ("vpot.1", -1.0, "b04001"),
        ("vpot.8", -3.0, "b04703"),
        ("vpot.1", 50.0, "b0406db04045"),
        ("vpot.1", 0.0, ""),
        ("param.knob.1", 2.0, "b04842"),
        ("param.page", -1.0, "b04c01"),
        ("jog", 1.0, "b00d41"),
        ("jog", -20.0, "b00d0fb00d05"),
    ],
)
def test_what_a_hand_does_is_what_a_hui_says(name: str, value: Value, data: str) -> None:
    assert write(pinged(), name, value) == data


@pytest.mark.parametrize(
    ("position", "halves"),
    [(0.0, "b00200b02200"), (0.5, "b00240b02200"), (1.0, "b0027fb0227f"), (7.0, "b0027fb0227f")],
)
def test_a_held_fader_says_its_place_in_halves_the_high_one_first(
    position: float, halves: str
) -> None:
    device = pinged()
    write(device, "fader.3.touch", value=True)
    assert write(device, "fader.3", position) == halves


@pytest.mark.parametrize(
    ("name", "value"), [("fader.1", nan), ("fader.1", "up"), ("vpot.1", nan), ("jog", 1e9)]
)
def test_values_of_the_wrong_kind_say_nothing(name: str, value: Value) -> None:
    assert write(pinged(), name, value) == ""


def test_what_a_hui_cannot_say_is_counted() -> None:
    device = pinged()
    for name in ("lcd.1", "ring.1", "rude.solo", "relay.1", "smpte", "fader.99"):
        assert write(device, name, 1.0) == ""
    assert device.health.unknown == 6


def test_a_move_that_no_finger_made_is_given_a_touch_of_its_own() -> None:
    device = pinged()
    first = write(device, "fader.3", 0.5, 1.0)
    second = write(device, "fader.3", 1.0, 1.1)
    assert (first, second) == (f"{TOUCH_3}b00240b02200", "b0027fb0227f")
    assert device.next_wakeup() == 1.1 + HOLD_AFTER_MOVE
    device.wake(1.1 + HOLD_AFTER_MOVE - 0.01)
    assert said(device) == ""
    device.wake(1.1 + HOLD_AFTER_MOVE)
    assert said(device) == RELEASE_3


def test_a_finger_takes_over_a_touch_that_was_made_for_it() -> None:
    device = pinged()
    write(device, "fader.3", 0.5, 1.0)
    write(device, "fader.3.touch", value=True, now=1.1)
    device.wake(1.1 + HOLD_AFTER_MOVE)
    assert said(device) == ""
    assert write(device, "fader.3.touch", value=False, now=1.5) == RELEASE_3


def test_a_throw_that_goes_on_after_the_finger_left_still_arrives() -> None:
    device = pinged()
    write(device, "fader.3.touch", value=True)
    write(device, "fader.3.touch", value=False)
    assert write(device, "fader.3", 1.0) == f"{TOUCH_3}b0027fb0227f"


# What the host says.


@pytest.mark.parametrize(
    ("data", "name", "value"),
    [
        ("b0027fb0227f", "fader.3", 1.0),
        ("b00200b02200", "fader.3", 0.0),
        ("b00240b02200", "fader.3", 8192 / 16383),
        ("b00c00b02c42", "mute.1", True),
        ("b00c00b02c02", "mute.1", False),
        ("b00c01b02c45", "vpot.2.push", True),
        ("b00c18b02c45", "auto.touch", True),
        ("b00c16b02c40", "smpte", True),
        ("b00c1db02c41", "relay.2", True),
        ("b01006", "ring.1", 0.5),
        ("b0111b", "ring.2", 1.0),
        ("b01736", "ring.8", 1.0),
        ("b01811", "param.ring.1", 0.0),
        ("b01000", "ring.1", "dark"),
        ("a0000c", "meter.1", 0.0),
        ("a00700", "meter.8", OFF),
        ("a00117", "meter.2", -10.0),
        ("f000006605001000 4b69636b f7", "lcd.1", "Kick"),
        ("f000006605001008 50616e20 f7", "assignment", "Pan"),
        ("f00000660500110413020106f7", "timecode", "   6123.4"),
    ],
)
def test_what_the_host_shows_is_reported(data: str, name: str, value: Value) -> None:
    device = pinged()
    assert list(device.receive(bytes.fromhex(data), 1.0)) == [Report(p(name), value)]


def test_a_report_is_the_same_however_the_bytes_are_cut() -> None:
    data = bytes.fromhex("b00c02b02c42 b00240b02200 f000006605001002 4b69636b f7 a00208")
    whole = list(pinged().receive(data, 1.0))
    assert len(whole) == 4
    for cut in range(1, len(data)):
        device = pinged()
        halves = [*device.receive(data[:cut], 1.0), *device.receive(data[cut:], 1.1)]
        assert halves == whole
    device = pinged()
    assert [one for byte in data for one in device.receive(bytes((byte,)), 1.0)] == whole


def test_several_lamps_of_one_zone_are_all_heard() -> None:
    heard = pinged().receive(bytes.fromhex("b00c082c402c412c02"), 1.0)
    names = ("control", "shift", "edit.mode")
    assert list(heard) == [
        Report(p(name), value=lit) for name, lit in zip(names, (True, True, False), strict=True)
    ]


def test_the_names_of_all_strips_come_in_one_message() -> None:
    groups = b"".join(bytes((n,)) + b"Tr %d" % n for n in range(8))
    heard = pinged().receive(b"\xf0\x00\x00\x66\x05\x00\x10" + groups + b"\xf7", 1.0)
    assert list(heard) == [Report(p(f"lcd.{n + 1}"), f"Tr {n}") for n in range(8)]


def test_a_blank_name_is_reported_so_that_an_old_one_goes() -> None:
    heard = pinged().receive(bytes.fromhex("f000006605001003 20202020 f7"), 1.0)
    assert list(heard) == [Report(p("lcd.4"), "")]


def test_the_rows_of_the_main_display_are_put_together_from_slices() -> None:
    device = pinged()
    head = b"\xf0\x00\x00\x66\x05\x00\x12"
    first = device.receive(head + b"\x00Insert: EQ\x01 3-Band   \xf7", 1.0)
    assert list(first) == [
        Report(p("display.top"), "Insert: EQ 3-Band"),
        Report(p("display.top.1"), "Insert: EQ"),
        Report(p("display.top.2"), " 3-Band"),
    ]
    second = device.receive(head + b"\x03     right\x05lower text\xf7", 1.1)
    assert list(second) == [
        Report(p("display.top"), "Insert: EQ 3-Band".ljust(35) + "right"),
        Report(p("display.bottom"), " " * 10 + "lower text"),
        Report(p("display.top.4"), "     right"),
        Report(p("display.bottom.2"), "lower text"),
    ]


def test_a_meter_shows_the_louder_of_its_two_sides() -> None:
    device = pinged()
    levels = []
    for data in ("a00008", "a00013", "a00002", "a00010"):
        (heard,) = device.receive(bytes.fromhex(data), 1.0)
        assert isinstance(heard, Report)
        levels.append(heard.value)
    assert levels == [-8.0, -8.0, -40.0, -50.0]


def test_time_keeps_the_digits_it_was_not_told() -> None:
    device = pinged()
    head = bytes.fromhex("f0000066050011")
    device.receive(head + bytes.fromhex("0402130012001101f7"), 1.0)
    (heard,) = device.receive(head + b"\x05\xf7", 1.1)
    assert heard == Report(p("timecode"), "11.02.03.25")


def test_a_lamp_state_of_two_means_nothing() -> None:
    assert list(pinged().receive(bytes.fromhex("b00c18b02c23"), 1.0)) == []


# Pings.


def test_before_the_first_ping_nothing_is_said_and_the_reason_says_what_to_choose() -> None:
    device = made()
    assert device.data_to_send() == []
    assert device.next_wakeup() is None
    assert not device.health.alive
    assert "Setup > Peripherals > MIDI Controllers" in device.health.reason


def test_the_first_ping_makes_the_host_arrive_and_is_answered_after_a_power_up() -> None:
    device = made()
    assert list(device.receive(PING, 0.5)) == [Arrived("tools")]
    assert device.data_to_send() == [POWER, ANSWER]
    assert device.health.alive
    assert (device.health.reason, device.health.answered) == ("", 0.5)


def test_every_further_ping_is_answered_at_once_and_alone() -> None:
    device = pinged(0.5)
    for second in range(1, 20):
        now = 0.5 + second
        assert list(device.receive(PING, now)) == []
        assert device.data_to_send() == [ANSWER]
        assert list(device.wake(now)) == []


def test_two_seconds_without_a_ping_are_a_loss_with_a_reason() -> None:
    device = pinged(0.5)
    assert device.next_wakeup() == 2.5
    assert list(device.wake(2.49)) == []
    assert list(device.wake(2.5)) == [Gone("tools")]
    assert not device.health.alive
    assert "stopped pinging" in device.health.reason
    assert device.next_wakeup() is None
    assert list(device.wake(9.0)) == []


def test_other_words_of_the_host_are_no_ping() -> None:
    device = pinged(0.5)
    for tenth in range(1, 20):
        device.receive(bytes.fromhex("a00008"), 0.5 + tenth / 10)
    assert list(device.wake(2.5)) == [Gone("tools")]


def test_what_a_host_says_unpinged_is_counted_and_not_believed() -> None:
    device = made()
    assert list(device.receive(bytes.fromhex("b00c00b02c42 a00008"), 0.1)) == []
    assert device.health.unknown == 2


def test_a_host_that_is_back_arrives_anew_and_is_asked_to_paint() -> None:
    device = pinged(0.5)
    device.receive(bytes.fromhex("f0000066050011 14 f7"), 1.0)
    device.wake(2.5)
    assert list(device.receive(PING, 7.0)) == [Arrived("tools")]
    assert device.data_to_send() == [POWER, ANSWER]
    # Nothing of the time before is left on the displays.
    (heard,) = device.receive(bytes.fromhex("f0000066050011 2005 f7"), 7.1)
    assert heard == Report(p("timecode"), "5".rjust(7) + " ")


def test_silence_is_noticed_even_if_nobody_woke_the_device_in_time() -> None:
    device = pinged(0.5)
    assert list(device.receive(PING, 60.0)) == [Gone("tools"), Arrived("tools")]
    assert device.data_to_send() == [POWER, ANSWER]


def test_a_finger_that_held_on_through_a_loss_is_told_to_the_host_again() -> None:
    device = pinged(0.5)
    write(device, "fader.3.touch", value=True)
    device.wake(2.5)
    device.receive(PING, 3.0)
    device.data_to_send()
    assert write(device, "fader.3", 1.0, 3.1) == f"{TOUCH_3}b0027fb0227f"


def test_leaving_lets_go_of_faders_and_says_that_the_power_goes() -> None:
    device = pinged()
    write(device, "fader.3.touch", value=True)
    device.close(1.0)
    assert said(device) == f"{RELEASE_3}ff"


def test_leaving_a_host_that_never_came_says_nothing() -> None:
    device = made()
    device.close(1.0)
    assert device.data_to_send() == []


# Anything at all.


def test_garbage_is_counted_and_the_next_message_survives() -> None:
    device = pinged()
    heard = device.receive(bytes.fromhex("45 f0000066 b00c00b02c42 b02200"), 1.0)
    assert list(heard) == [Report(p("mute.1"), value=True)]
    assert device.health.malformed == 3


@given(st.lists(st.binary(max_size=40), max_size=6))
def test_any_bytes_never_raise_and_the_next_lamp_is_understood(chunks: list[bytes]) -> None:
    device = pinged()
    for chunk in chunks:
        device.receive(chunk, 1.0)
    device.receive(b"\xf7" + PING, 1.0)
    heard = list(device.receive(bytes.fromhex("b00c00b02c42"), 1.1))
    assert heard[-1:] == [Report(p("mute.1"), value=True)]


@pytest.mark.parametrize("key", ["warp", "mute.9", "fader.9", "vpot.12", "fader.9.touch"])
def test_a_sheet_with_what_no_hui_has_is_our_mistake(key: str) -> None:
    kind = "number" if key in {"fader.9", "vpot.12"} else "switch"
    spec = ParameterSpec(ParameterId(key), kind)  # type: ignore[arg-type]
    with pytest.raises(ProtocolMisuse):
        HuiDevice("tools", TargetSheet("e", "hui_device", "E", {key: spec}))


def test_a_main_fader_that_a_clone_has_moves_without_a_touch() -> None:
    keys = {"main.fader": "number", "main.fader.touch": "switch"}
    parameters = {
        key: ParameterSpec(ParameterId(key), kind)  # type: ignore[arg-type]
        for key, kind in keys.items()
    }
    device = HuiDevice("tools", TargetSheet("e", "hui_device", "E", parameters))
    device.receive(PING, 0.0)
    device.data_to_send()
    assert write(device, "main.fader", 1.0) == "b0087fb0287f"
    assert write(device, "main.fader.touch", value=True) == ""


# Against a host that somebody else wrote.


class Stage:
    """A simulated host and the device, on one clock, byte for byte."""

    def __init__(self, host: str) -> None:
        self.host = HuiHost(host)
        self.device = made()
        self.now = 0.0
        self.heard: list[object] = []
        self.is_cut = False

    def live(self, seconds: float) -> None:
        for _ in range(round(seconds / 0.01)):
            self.now += 0.01
            self.host.advance(0.01)
            self._carry()
            due = self.device.next_wakeup()
            if due is not None and due <= self.now:
                self.heard += self.device.wake(self.now)

    def _carry(self) -> None:
        for data in self.host.take_output():
            if not self.is_cut:
                self.heard += self.device.receive(data, self.now)
        for data in self.device.data_to_send():
            if not self.is_cut:
                self.host.receive(data)

    def do(self, name: str, value: Value) -> None:
        self.device.send(Write("tools", p(name), value), self.now)

    def last(self, name: str) -> Value | None:
        values = [
            one.value for one in self.heard if isinstance(one, Report) and one.parameter == p(name)
        ]
        return values[-1] if values else None

    def comings(self) -> Sequence[object]:
        return [one for one in self.heard if isinstance(one, Arrived | Gone)]


@pytest.mark.parametrize("host", HUI_HOSTS)
def test_a_host_paints_us_follows_our_hands_and_moves_our_motors(host: str) -> None:
    stage = Stage(host)
    stage.live(0.5)
    assert stage.host.online
    assert stage.last("lcd.1") == "Kick"
    assert stage.last("fader.1") == pytest.approx(0.75, abs=0.001)
    assert stage.last("stop") is True
    stage.do("fader.2.touch", value=True)
    stage.do("fader.2", 0.25)
    stage.live(0.1)
    assert stage.host.touched(2)
    stage.do("fader.2.touch", value=False)
    stage.do("mute.4", value=True)
    stage.do("mute.4", value=False)
    stage.do("vpot.1", 5.0)
    stage.live(0.1)
    assert not stage.host.touched(2)
    assert stage.host.session.tracks[1].position == pytest.approx(0.25, abs=0.001)
    assert stage.host.session.tracks[3].mute
    assert stage.last("mute.4") is True
    assert stage.host.session.tracks[0].pan > 0.5
    stage.host.move(4, 0.1)
    stage.live(0.1)
    assert stage.last("fader.5") == pytest.approx(0.1, abs=0.001)
    assert stage.host.distrusted == 0
    assert stage.host.counts.malformed == 0


def test_pro_tools_believes_a_fader_that_senses_no_touch() -> None:
    stage = Stage("protools")
    stage.live(0.5)
    for place in (0.2, 0.3, 0.4):
        stage.do("fader.1", place)
        stage.live(0.02)
    assert stage.host.touched(1)
    stage.live(HOLD_AFTER_MOVE + 0.1)
    assert not stage.host.touched(1)
    assert stage.host.session.tracks[0].position == pytest.approx(0.4, abs=0.001)
    assert stage.host.distrusted == 0


def test_a_cut_cable_is_a_loss_at_both_ends_and_a_repaint_when_it_is_mended() -> None:
    stage = Stage("protools")
    stage.live(1.5)
    stage.do("fader.3.touch", value=True)
    stage.live(0.1)
    stage.is_cut = True
    stage.live(4.0)
    assert list(stage.comings()) == [Arrived("tools"), Gone("tools")]
    assert (stage.host.online, stage.host.lost, stage.host.touched(3)) == (False, 1, False)
    stage.host.set(0, name="Solo Vocal")
    stage.heard.clear()
    stage.is_cut = False
    stage.live(1.5)
    assert list(stage.comings()) == [Arrived("tools")]
    assert stage.host.online
    assert stage.last("lcd.1") == "SlVc"
    assert stage.last("lcd.8") == "LdVc"


def test_a_host_that_is_read_again_paints_everything_again() -> None:
    stage = Stage("protools")
    stage.live(1.5)
    stage.heard.clear()
    stage.device.begin_again(stage.now)
    stage.live(1.5)
    assert stage.last("lcd.8") == "LdVc"
    assert list(stage.comings()) == []
    silent = made()
    silent.begin_again(1.0)
    assert silent.data_to_send() == []


def test_a_device_that_starts_anew_beside_a_running_host_is_painted_whole() -> None:
    stage = Stage("protools")
    stage.live(3.5)
    stage.device = made()
    stage.heard.clear()
    stage.live(1.5)
    assert stage.host.lost == 0
    assert stage.last("lcd.8") == "LdVc"
    assert stage.last("fader.8") == pytest.approx(0.75, abs=0.001)
