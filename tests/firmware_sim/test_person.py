import pytest

from firmware_sim.daw_host import DawHost
from firmware_sim.person import MOST_UNDER_WAY, SHOWS, Person
from firmware_sim.rcp import Rcp
from firmware_sim.serial_box import SerialBox
from firmware_sim.x32 import X32
from firmware_sim.xtouch import XTouch


class Plug:
    def __init__(self) -> None:
        self.done: list[str] = []

    def plug(self) -> str:
        self.done.append("plug")
        return "/tmp/x"  # noqa: S108

    def unplug(self) -> None:
        self.done.append("unplug")


def live(surface: XTouch, person: Person, seconds: float) -> None:
    for _ in range(round(seconds / 0.005)):
        surface.advance(0.005)
        person.advance(0.005)


def test_a_gesture_begins_at_once_and_goes_on_with_time() -> None:
    surface, said = XTouch(), list[str]()
    person = Person(surface, said.append)
    person.do("touch 1, move 1 -10dB in 100ms, release 1")
    assert surface.take_output() == [b"\x90\x68\x7f"]
    live(surface, person, 0.3)
    assert surface.fader_position(1) == pytest.approx(0.5)
    assert surface.take_output()[-1] == b"\x90\x68\x00"
    assert said == []


def test_two_gestures_are_under_way_at_once() -> None:
    surface = XTouch()
    person = Person(surface, print)
    person.do("ride 1 to 0.5 in 200ms")
    person.do("ride 2 to 0.25 in 100ms")
    live(surface, person, 0.5)
    assert (surface.fader_position(1), surface.fader_position(2)) == (0.5, 0.25)


@pytest.mark.parametrize("show", SHOWS)
def test_every_script_can_be_carried_out_and_starts_again(show: str) -> None:
    surface, said = XTouch(), list[str]()
    person = Person(surface, said.append)
    person.repeat(show)
    live(surface, person, 15.0)
    first = len(surface.take_output())
    live(surface, person, 15.0)
    assert first > 0
    assert len(surface.take_output()) > 0
    assert said == []


def test_a_script_that_cannot_be_carried_out_ends_with_a_sentence() -> None:
    box, said = SerialBox(), list[str]()
    person = Person(box, said.append)
    person.repeat("banks")
    for _ in range(400):
        person.advance(0.005)
    assert said == ["There is no 'bank.right' here; type help."]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("ride 12 to 0.5", "There is no 12 here; type help."),
        ("press nonsense", "There is no 'nonsense' here; type help."),
        ("dance", "hands do not know how to 'dance'; type help."),
    ],
)
def test_words_that_make_no_sense_are_answered(words: str, sentence: str) -> None:
    said: list[str] = []
    Person(XTouch(), said.append).do(words)
    assert said == [sentence]


def test_a_novel_is_not_carried_out_whole() -> None:
    surface, said = XTouch(), list[str]()
    person = Person(surface, said.append)
    for _ in range(MOST_UNDER_WAY + 1):
        person.do("hold 1 for 1s")
    assert said == ["These hands are full; wait for what is under way."]


def test_the_cable_is_pulled_and_put_back() -> None:
    plug, said = Plug(), list[str]()
    person = Person(XTouch(), said.append, plug)
    person.do("unplug")
    person.do("plug")
    assert plug.done == ["unplug", "plug"]
    assert said == ["At /tmp/x."]


def test_the_power_is_switched_off_and_on() -> None:
    surface = XTouch()
    surface.receive(b"\x90\x5e\x7f")
    Person(surface, print).do("power")
    assert surface.lamp("play") == "dark"


def test_somebody_at_a_desk_moves_names_and_silences_it() -> None:
    desk, said = X32(), list[str]()
    person = Person(desk, said.append)
    person.do("set /ch/01/config/name Kick")
    person.do("get /ch/01/config/name")
    person.do("set /ch/01/mix/on maybe")
    person.do("silence 5s")
    desk.receive(b"/info\0\0\0", ("127.0.0.1", 1))
    assert said == [
        "/ch/01/config/name Kick",
        "/ch/01/mix/on does not take 'maybe'; type help.",
    ]
    assert desk.take_output() == []


def test_somebody_at_a_daw_moves_a_fader_and_renames_a_track() -> None:
    daw, said = DawHost("logic"), list[str]()
    person = Person(daw, said.append)
    for words in ("move 2 0.25", "mute 3 on", "name 1 Bass", "move 99 0.5"):
        person.do(words)
    tracks = daw.session.tracks
    assert (tracks[1].position, tracks[2].mute, tracks[0].name) == (0.25, True, "Bass")
    assert said == ["There is no track 99; there are 16; type help."]


def test_help_names_only_what_this_one_understands() -> None:
    said: list[str] = []
    Person(XTouch(), said.append).do("help")
    assert any(line.startswith("touch 1") for line in said)
    assert not any("unplug" in line or "/ch/" in line for line in said)
    assert Person(Rcp(), print).help == ["Nothing can be said to this one."]


def test_a_console_has_no_controls_for_hands() -> None:
    with pytest.raises(ValueError, match="no controls here for hands"):
        Person(X32(), print).repeat("ride")
