"""What every box of faders on a MIDI cable does, seen on the smallest one."""

from firmware_sim.fader_bank import FaderBank
from firmware_sim.midi_unit import MidiUnit


class Box(MidiUnit):
    """Two faders of seven bits on controllers 1 and 2, a key, and lamps nobody sees."""

    def __init__(self) -> None:
        super().__init__(FaderBank(2, servo=False))

    def press(self, name: str) -> None:
        self._say(0x90, int(name), 0x7F)

    def release_button(self, name: str) -> None:
        self._say(0x90, int(name), 0)

    def _wire(self, n: int) -> int:
        return self._faders[n].reading >> 3

    def _say_place(self, n: int, wire: int) -> None:
        self._say(0xB0, n, wire)

    def _say_touch(self, n: int, *, felt: bool) -> None:
        self._say(0xA0, n, felt)

    def _obey(self, message: bytes) -> None:
        if message[0] == 0xB0 and message[1] in self._faders:
            self._drive(message[1], message[2], message[2] / 127)
        else:
            self.counts.ignored += 1


def said(box: Box) -> str:
    return b"".join(box.take_output()).hex(" ").upper()


def test_hands_are_heard_and_a_motor_is_not() -> None:
    box = Box()
    box.touch(1)
    box.move(1, 1.0)
    box.release(1)
    box.tap("5")
    box.receive(b"\xb0\x02\x7f")
    box.advance(1.0)
    assert box.fader_position(2) == 1.0
    assert said(box) == "A0 01 01 B0 01 7F A0 01 00 90 05 7F 90 05 00"
    assert box.counts.messages_out == 5


def test_a_place_that_is_said_again_is_no_move_and_one_under_a_hand_is_a_fight() -> None:
    box = Box()
    box.receive(b"\xb0\x01\x40\xb0\x01\x40")
    assert box.counts.motor_moves == {1: 1, 2: 0}
    box.touch(1)
    assert box.touched(1)
    box.receive(b"\xb0\x01\x20")
    assert box.counts.fought == {1: 1, 2: 0}
    assert not box.motor_powered(1)


def test_what_it_cannot_read_is_counted() -> None:
    box = Box()
    box.receive(b"\xb0\x01\xb0\x09\x00\x05")
    assert box.counts.malformed == 1
    assert box.counts.ignored == 1


def test_without_power_it_forgets_what_it_was_told() -> None:
    box = Box()
    box.receive(b"\xb0\x01\x7f")
    box.power_cycle()
    box.advance(1.0)
    assert box.fader_position(1) == 0.0
    box.receive(b"\xb0\x01\x7f")
    assert box.counts.motor_moves[1] == 2
