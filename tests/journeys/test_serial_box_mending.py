"""A box of checked frames and the profile on a cable that loses bytes, in virtual time."""

from random import Random

import pytest

from firmware_sim.serial_box import SerialBox as Firmware
from surfacebridge.apps.mapping_files import SheetFolder, mappings_folder
from surfacebridge.mapping.sheets import catalogue_of
from surfacebridge.model.controls import ControlId, Moved, Touched
from surfacebridge.model.feedback import ShowLamp, ShowMotor
from surfacebridge.model.sheets import DeviceSheet
from surfacebridge.profiles.surfaces.serial_box import SerialBox

TICK = 0.005
SHEET = catalogue_of(SheetFolder(mappings_folder(), mappings_folder())).device("diy/faderbox-cobs")
STRIPS = range(1, 9)


def fader(strip: int) -> ControlId:
    return ControlId(f"box.fader.{strip}")


class Cable:
    """A profile, a box, and what the profile understood; ``loss`` is the share of bytes lost."""

    def __init__(self, seed: int) -> None:
        assert isinstance(SHEET, DeviceSheet)
        self.box = Firmware("cobs", garbage=32, seed=seed)
        self.profile = SerialBox("box", SHEET)
        self.chance = Random(seed)  # noqa: S311 - spoils bytes, guards nothing
        self.loss = 0.0
        self.now = 0.0
        self.moved: dict[ControlId, float] = {}
        self.held: set[ControlId] = set()
        self.profile.open(self.now)

    def run(self, seconds: float) -> None:
        end = self.now + seconds
        while self.now < end:
            self.now += TICK
            self.box.advance(TICK)
            due = self.profile.next_wakeup()
            if due is not None and due <= self.now:
                self.profile.wake(self.now)
            for data in self.profile.data_to_send():
                self.box.receive(self._worn(data))
            for data in self.box.take_output():
                self._hear(self._worn(data))

    def _hear(self, data: bytes) -> None:
        for event in self.profile.receive(data, self.now):
            match event:
                case Moved(control, position):
                    self.moved[control] = position
                case Touched(control):
                    self.held.add(control)
                case _:
                    self.held.discard(getattr(event, "control", fader(0)))

    def _worn(self, data: bytes) -> bytes:
        return bytes(byte for byte in data if self.chance.random() >= self.loss)


@pytest.mark.parametrize("seed", range(12))
def test_after_a_storm_both_sides_know_the_same(seed: int) -> None:
    cable = Cable(seed)
    cable.run(1.5)
    assert cable.profile.health.alive
    for strip in STRIPS:
        cable.profile.send(ShowMotor("box", fader(strip), 0.0), cable.now)
    cable.run(0.5)
    cable.loss = 0.05
    for strip in STRIPS:
        cable.profile.send(ShowMotor("box", fader(strip), strip / 10), cable.now)
        cable.profile.send(ShowLamp("box", ControlId(f"box.mute.{strip}"), "lit"), cable.now)
        cable.run(0.02)
    for strip in (1, 2):
        cable.box.touch(strip)
        cable.box.move(strip, 0.9, 0.3)
        cable.run(0.4)
        cable.box.release(strip)
        cable.run(0.2)
    cable.loss = 0.0
    # A question, an answer, and what they show to be missing.
    cable.run(3.0)
    assert cable.profile.health.malformed
    for strip in STRIPS[2:]:
        assert cable.box.fader_position(strip) == pytest.approx(strip / 10, abs=0.01)
    assert [cable.box.lamp(f"mute.{strip}") for strip in STRIPS] == ["lit"] * 8
    for strip in (1, 2):
        assert cable.box.fader_position(strip) == pytest.approx(0.9, abs=0.01)
        assert cable.moved[fader(strip)] == pytest.approx(0.9, abs=0.01)
    assert not cable.held
    # What was only asked for is no move.
    assert cable.moved.keys() == {fader(1), fader(2)}
