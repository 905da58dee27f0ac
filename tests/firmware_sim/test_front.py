import pytest

from firmware_sim.ardour_osc import ArdourOsc
from firmware_sim.bcf2000 import Bcf2000
from firmware_sim.daw_host import DawHost
from firmware_sim.faderport import FaderPort
from firmware_sim.front import ROWS, picture
from firmware_sim.hui import Hui
from firmware_sim.hui_host import HuiHost
from firmware_sim.mcu import MackieControl
from firmware_sim.rcp import Rcp
from firmware_sim.reaper import Reaper
from firmware_sim.serial_box import SerialBox
from firmware_sim.wing import Wing
from firmware_sim.x32 import X32
from firmware_sim.xctl import XTouchXctl
from firmware_sim.xtouch import XTouch
from firmware_sim.xtouch_standard import XTouchCompact, XTouchMini

FRONTS = (
    XTouch, XTouchXctl, XTouchCompact, XTouchMini, Bcf2000, MackieControl, Hui, FaderPort,
    SerialBox, DawHost, HuiHost, X32, Wing, ArdourOsc, Reaper, Rcp,
)  # fmt: skip


@pytest.mark.parametrize("make", FRONTS)
def test_everything_has_a_front_that_fits_a_terminal(make: type) -> None:
    lines = picture(make())
    assert lines
    assert len(lines) <= 24
    assert all(len(line) <= 100 and line.isprintable() for line in lines)


def test_a_surface_shows_text_colours_lamps_caps_and_fingers() -> None:
    surface = XTouch()
    surface.receive(b"\xf0\x00\x00\x66\x14\x12\x00Kick   Snare  \xf7")
    surface.receive(b"\xf0\x00\x00\x66\x14\x72\x01\x02\x07\x07\x07\x07\x07\x07\xf7")
    surface.receive(b"\x90\x10\x7f\x90\x5e\x7f")
    surface.touch(2)
    surface.move(2, 1.0)
    lines = picture(surface)
    assert lines[0].split() == ["Kick", "Snare"]
    assert lines[2].split()[:3] == ["red", "green", "white"]
    assert lines[4].split()[:2] == ["··M·", "····"]
    assert lines[5][8:11] == "╞▓╡"
    assert lines[5 + ROWS - 1][:3] == "╞█╡"
    assert "[play]" in lines[-2]


def test_a_meter_grows_from_below() -> None:
    surface = XTouch()
    surface.receive(b"\xd0\x06")
    column = [line[4] if len(line) > 4 else " " for line in picture(surface)[5 : 5 + ROWS]]
    assert "".join(column).strip() == "▄████"


def test_a_desk_shows_names_mutes_faders_and_who_listens() -> None:
    desk = X32()
    desk.set_from_desk("/ch/01/config/name", "Kick")
    desk.set_from_desk("/ch/01/mix/on", 0)
    desk.receive(b"/xremote\0\0\0\0", ("127.0.0.1", 1))
    lines = picture(desk)
    assert lines[0].split()[:3] == ["Kick", "ch", "2"]
    assert lines[1].split()[0] == "muted"
    assert lines[-1].startswith("1 clients  datagrams in 1")


def test_a_daw_shows_its_bank() -> None:
    daw = DawHost("logic")
    daw.show_bank(8)
    assert picture(daw)[0].startswith("Choir 1")


def test_what_nobody_can_draw_is_left_out() -> None:
    assert picture(object()) == []
