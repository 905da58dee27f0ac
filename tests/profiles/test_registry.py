"""Dialects by name, and every shipped sheet through its own profile."""

from itertools import pairwise

import pytest

from surfacebridge.errors import UnknownProduct
from surfacebridge.model.parameters import ParameterId, Write
from surfacebridge.model.sheets import DeviceSheet, TargetSheet, emulated
from surfacebridge.profiles.registry import surface_endpoint, target_endpoint
from surfacebridge.protocols.osc.messages import OscMessage, OscValue
from surfacebridge.protocols.osc.packet import decode
from tests.profiles.shipped import ShippedFiles, shipped

DEVICES = sorted(ShippedFiles().names("devices"))
CONSOLES = sorted(ShippedFiles().names("targets"))
UNITS = [name for name in DEVICES if shipped().device(name).dialect == "mcu"]


def sent_by_x32(name: str, value: float | str) -> tuple[str, str, OscValue]:
    desk = target_endpoint("desk", shipped().target("behringer/x32"), {})
    desk.send(Write("desk", ParameterId(f"desk.{name}"), value), 0.0)
    (data,) = desk.data_to_send()
    message = decode(data)
    assert isinstance(message, OscMessage)
    return message.address, message.tags, message.args[0]


@pytest.mark.parametrize("name", DEVICES)
def test_every_shipped_device_can_be_spoken_to(name: str) -> None:
    sheet = shipped().device(name)
    surface = surface_endpoint("x", sheet)
    surface.open(0.0)
    # The boxes of this kind promise no greeting.
    silent = name in {"diy/deej", "diy/faderbox-midi"}
    assert bool(surface.data_to_send()) != (silent or sheet.dialect == "plain_midi")


@pytest.mark.parametrize("name", CONSOLES)
def test_every_shipped_console_can_be_spoken_to(name: str) -> None:
    target = target_endpoint("desk", shipped().target(name), {})
    target.open(0.0)
    # An SD answers no question, so it is asked none.
    assert bool(target.data_to_send()) != (name == "digico/sd")


@pytest.mark.parametrize("name", UNITS)
def test_every_shipped_mackie_can_be_played(name: str) -> None:
    sheet = emulated(shipped().device(name))
    target = target_endpoint("daw", sheet, {"serial": "SBR0001"})
    target.open(0.0)
    assert b"SBR0001" in target.data_to_send()[0]


def test_a_dialect_nobody_speaks_is_refused_with_a_hint() -> None:
    with pytest.raises(UnknownProduct) as refused:
        surface_endpoint("x", DeviceSheet("a/b", "mcv", "B", 8, {}))
    assert refused.value.near == ("mcu",)
    with pytest.raises(UnknownProduct):
        target_endpoint("x", TargetSheet("a/b", "morse", "B", {}), {})


@pytest.mark.parametrize(
    ("name", "value", "wire"),
    [
        ("ch.32.fader", 10.0, ("/ch/32/mix/fader", "f", 1.0)),
        ("auxin.8.solo", 1.0, ("/-stat/solosw/40", "i", 1)),
        ("fxrtn.1.solo", 1.0, ("/-stat/solosw/41", "i", 1)),
        ("bus.16.solo", 1.0, ("/-stat/solosw/64", "i", 1)),
        ("mtx.6.solo", 1.0, ("/-stat/solosw/70", "i", 1)),
        ("main.st.solo", 1.0, ("/-stat/solosw/71", "i", 1)),
        ("main.m.solo", 1.0, ("/-stat/solosw/72", "i", 1)),
        ("dca.1.solo", 1.0, ("/-stat/solosw/73", "i", 1)),
        ("dca.8.fader", 10.0, ("/dca/8/fader", "f", 1.0)),
        ("ch.1.selected", 1.0, ("/-stat/selidx", "i", 0)),
        ("auxin.1.selected", 1.0, ("/-stat/selidx", "i", 32)),
        ("fxrtn.8.selected", 1.0, ("/-stat/selidx", "i", 47)),
        ("bus.1.selected", 1.0, ("/-stat/selidx", "i", 48)),
        ("mtx.6.selected", 1.0, ("/-stat/selidx", "i", 69)),
        ("main.m.selected", 1.0, ("/-stat/selidx", "i", 71)),
        ("ch.7.send.16.level", 10.0, ("/ch/07/mix/16/level", "f", 1.0)),
        ("ch.7.send.15.pan", 1.0, ("/ch/07/mix/15/pan", "f", 1.0)),
        ("bus.3.send.6.on", 1.0, ("/bus/03/mix/06/on", "i", 1)),
        ("ch.1.eq.4.q", 0.3, ("/ch/01/eq/4/q", "f", 1.0)),
        ("ch.1.dyn.ratio", "4.0", ("/ch/01/dyn/ratio", "i", 6)),
        ("headamp.127.gain", 60.0, ("/headamp/127/gain", "f", 1.0)),
        ("mutegroup.6", 1.0, ("/config/mute/6", "i", 1)),
        ("clearsolo", 1.0, ("/-action/clearsolo", "i", 1)),
        ("scene.recall", 12.0, ("/-action/goscene", "i", 12)),
    ],
)
def test_the_x32_sheet_has_the_desks_own_addresses_and_types(
    name: str, value: float | str, wire: tuple[str, str, OscValue]
) -> None:
    assert sent_by_x32(name, value) == wire


def test_every_strip_of_the_x32_has_what_a_surface_shows() -> None:
    parameters = shipped().target("behringer/x32").parameters
    subjects = {"ch": 32, "auxin": 8, "fxrtn": 8, "bus": 16, "mtx": 6, "dca": 8}
    for kind, count in subjects.items():
        for number in range(1, count + 1):
            for leaf in ("fader", "on", "name", "color", "solo", "id"):
                assert f"{kind}.{number}.{leaf}" in parameters
    assert {"main.st.fader", "main.m.fader", "main.st.meter"} <= set(parameters)
    assert "dca.1.pan" not in parameters
    assert "ch.1.send.2.pan" not in parameters


def test_a_meters_place_is_told_once_for_every_channel() -> None:
    parameters = shipped().target("behringer/x32").parameters
    places = [parameters[f"ch.{n}.meter"].wire["index"] for n in range(1, 33)]
    assert places[0] == 0
    assert all(b == a + 1 for a, b in pairwise(places) if isinstance(a, int))


def test_an_m32_is_an_x32() -> None:
    m32 = shipped().target("midas/m32")
    assert m32.dialect == "x32"
    assert m32.parameters.keys() == shipped().target("behringer/x32").parameters.keys()


def test_an_x_touch_has_what_its_rig_uses() -> None:
    x_touch = shipped().device("behringer/x-touch")
    assert x_touch.facts["top"] == 16380
    assert x_touch.confidence["top"] == "measured"
    assert x_touch.controls["fader"].echo == "settle"
    assert x_touch.controls["fader"].touch
    assert x_touch.controls["lcd.color"].per_strip
    assert x_touch.controls["lcd.top"].cells == 7
    named = {"assign.pan", "bank.left", "global.solo", "timecode", "assignment", "rude.solo", "f8"}
    assert named <= set(x_touch.controls)


def test_a_mackie_servo_wants_its_position_back() -> None:
    assert shipped().device("mackie/mcu").controls["fader"].echo == "servo"


def test_an_extender_has_strips_only() -> None:
    for name in ("mackie/mcu-xt", "behringer/x-touch-ext"):
        sheet = shipped().device(name)
        assert sheet.facts["device id"] == 0x15
        assert all(control.per_strip for control in sheet.controls.values())
