from dataclasses import replace

import pytest

from firmware_sim.faults import (
    FAULTS,
    Fault,
    FaultyLink,
    Line,
)
from firmware_sim.hands import Hands
from firmware_sim.xtouch import XTouch


class Echo:
    """A device that says back what it heard."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self._said: list[bytes] = []

    def receive(self, data: bytes) -> None:
        self.heard.append(data)
        self._said.append(data)

    def take_output(self) -> list[bytes]:
        said, self._said = self._said, []
        return said

    def advance(self, seconds: float) -> None:
        """Nothing happens by itself."""


def joined(link: FaultyLink) -> bytes:
    return b"".join(link.take_output())


def test_a_clean_link_is_a_cable() -> None:
    link = FaultyLink(Echo())
    link.receive(b"hello")
    assert link.take_output() == [b"hello"]
    assert link.counts.carried == 10


def test_din_carries_3125_bytes_a_second() -> None:
    echo = Echo()
    link = FaultyLink(echo, FAULTS["din"])
    link.receive(bytes(64))
    link.advance(0.0201)
    assert 60 <= len(echo.heard) <= 63
    link.advance(0.001)
    assert len(echo.heard) == 64


def test_a_repaint_of_a_surface_takes_din_more_than_half_a_second() -> None:
    surface = XTouch()
    link = FaultyLink(surface, FAULTS["din"])
    link.receive(bytes.fromhex("90 10 7F") * 600 + bytes.fromhex("90 5E 7F"))
    link.advance(0.55)
    assert surface.lamp("play") == "dark"
    link.advance(0.05)
    assert surface.lamp("play") == "lit"


def test_usb_delivers_in_bursts_each_millisecond() -> None:
    link = FaultyLink(Echo(), Fault(from_device=Line(burst=0.01)))
    link.advance(0.001)
    for _ in range(3):
        link.receive(b"x")
        link.advance(0.001)
    assert link.take_output() == []
    link.advance(0.006)
    assert link.take_output() == [b"x"] * 3


def test_a_stall_holds_everything_up_and_loses_nothing() -> None:
    link = FaultyLink(Echo(), Fault(from_device=Line(stall_every=1.0, stall_for=0.3)))
    link.advance(1.1)
    link.receive(b"late")
    link.advance(0.15)
    assert joined(link) == b""
    link.advance(0.1)
    assert joined(link) == b"late"


def test_a_full_queue_drops_what_does_not_fit() -> None:
    echo = Echo()
    link = FaultyLink(echo, Fault(to_device=Line(rate=1000.0, queue=10)))
    link.receive(bytes(range(16)))
    link.advance(0.1)
    assert b"".join(echo.heard) == bytes(range(10))
    assert link.counts.overflowed == 6
    link.receive(b"again")
    link.advance(0.1)
    assert b"".join(echo.heard).endswith(b"again")


@pytest.mark.parametrize(("line", "shorter"), [(Line(lose=0.1), True), (Line(double=0.1), False)])
def test_bytes_are_lost_or_doubled_about_as_often_as_asked(line: Line, shorter: bool) -> None:
    link = FaultyLink(Echo(), Fault(to_device=line), seed=1)
    for _ in range(100):
        link.receive(bytes(10))
    length = len(joined(link))
    assert (850 < length < 950) if shorter else (1050 < length < 1150)
    assert link.counts.lost + link.counts.doubled == abs(1000 - length)


def test_split_chunks_arrive_whole_but_apart() -> None:
    link = FaultyLink(Echo(), Fault(from_device=Line(split=1.0)), seed=2)
    link.receive(bytes(range(20)))
    assert link.take_output() == []
    link.advance(0.1)
    pieces = link.take_output()
    assert len(pieces) > 2
    assert b"".join(pieces) == bytes(range(20))


def test_a_late_chunk_holds_up_what_follows_and_never_swaps() -> None:
    link = FaultyLink(Echo(), Fault(from_device=Line(late=0.3, late_by=0.05)), seed=3)
    sent = b"".join(bytes((n,)) for n in range(100))
    arrived = b""
    for n in range(100):
        link.receive(sent[n : n + 1])
        link.advance(0.001)
        arrived += joined(link)
    assert len(arrived) < 20
    link.advance(3.0)
    assert arrived + joined(link) == sent


@pytest.mark.parametrize("count", range(7))
def test_the_plug_can_come_out_after_any_byte(count: int) -> None:
    surface = XTouch()
    link = FaultyLink(surface)
    link.unplug_after(count)
    surface.tap("play")
    assert len(joined(link)) == count
    assert link.plugged == (count == 7)
    surface.tap("stop")
    assert joined(link) == b""


def test_a_host_can_be_cut_off_in_mid_message() -> None:
    surface = XTouch()
    link = FaultyLink(surface)
    link.unplug_after(5, from_device=False)
    link.receive(bytes.fromhex("90 5E 7F 90 5D 7F"))
    assert (surface.lamp("play"), surface.lamp("stop")) == ("lit", "dark")
    assert not link.plugged
    link.receive(b"\x90\x5d\x7f")
    assert link.counts.lost == 4


def test_what_was_on_its_way_is_lost_with_the_plug_and_with_the_power() -> None:
    for pull in (FaultyLink.unplug, FaultyLink.power_off):
        echo = Echo()
        link = FaultyLink(echo, FAULTS["din"])
        link.receive(bytes(32))
        link.advance(0.005)
        pull(link)
        link.replug()
        link.power_on()
        link.advance(1.0)
        assert len(echo.heard) == 15
        assert link.counts.lost >= 17


def test_the_device_lives_on_while_unplugged() -> None:
    surface = XTouch()
    link = FaultyLink(surface, Fault(noise=2), seed=1)
    link.take_output()
    link.unplug()
    Hands(surface).perform("grab 1, slide 1 to 0.5 in 100ms")
    link.advance(0.1)
    link.replug()
    assert len(joined(link)) == 2
    Hands(surface).perform("release 1")
    assert joined(link) == b"\x90\x68\x00"
    assert surface.fader_position(1) == 0.5


def test_power_comes_back_with_garbage_and_caps_somewhere_else() -> None:
    surface = XTouch(answers_query=True)
    link = FaultyLink(surface, replace(FAULTS["boot-noise"], brown_out_every=0.0), seed=4)
    assert len(joined(link)) == 40
    link.receive(b"\x90\x5e\x7f")
    link.power_cycle(off=0.5, caps={3: 0.8})
    link.receive(b"\x90\x5d\x7f")
    link.advance(0.4)
    assert joined(link) == b""
    link.advance(0.2)
    said = joined(link)
    assert len(said) == 40 + 18
    assert said[40:46] == b"\xf0\x00\x00\x66\x14\x01"
    assert surface.fader_position(3) == 0.8
    assert (surface.lamp("play"), surface.lamp("stop")) == ("dark", "dark")


def test_a_loose_plug_and_a_brown_out_come_round_by_themselves() -> None:
    loose, brown = FaultyLink(Echo(), FAULTS["loose-plug"]), FaultyLink(Echo(), FAULTS["brown-out"])
    loose.advance(7.1)
    brown.advance(12.1)
    assert (loose.plugged, brown.powered) == (False, False)
    loose.advance(1.5)
    brown.advance(0.5)
    assert (loose.plugged, brown.powered) == (True, True)


@pytest.mark.parametrize("name", FAULTS)
def test_every_named_fault_is_the_same_when_repeated(name: str) -> None:
    def session(seed: int) -> list[bytes]:
        surface = XTouch()
        link = FaultyLink(surface, FAULTS[name], seed)
        surface.touch(1)
        heard = []
        for n in range(30):
            surface.move(1, n / 30)
            link.receive(bytes.fromhex("90 5E 7F F0 00 00 66 14 13 00 F7"))
            link.advance(0.05)
            heard += link.take_output()
        return heard

    assert session(1) == session(1)
