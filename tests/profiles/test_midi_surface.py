"""What all surfaces with a maker's own MIDI dialect do alike."""

from collections.abc import Sequence
from types import MappingProxyType

import pytest

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.model.controls import ControlId, Gesture, Pressed
from surfacebridge.model.feedback import Show, ShowLamp
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.sheets import ControlSpec, DeviceSheet
from surfacebridge.profiles.midi_surface import MidiSurface, Place
from surfacebridge.protocols.midi.messages import MidiMessage, NoteOn

WHO = bytes.fromhex("F0 7E 7F 06 01 F7")
ME = bytes.fromhex("F0 7E 7F 06 02 00 01 06 02 00 01 00 00 00 00 00 F7")


class Keys(MidiSurface):
    """Keys by their notes, and lamps by a byte each."""

    def hear(self, message: MidiMessage) -> Sequence[Gesture] | None:
        match message:
            case NoteOn(0, note, velocity):
                return self.pressed(self.at("key", note), down=velocity > 0)
            case _:
                return None

    def greet(self) -> None:
        self.out.append(b"hello")

    def show(self, item: Show, place: Place) -> None:
        if isinstance(item, ShowLamp):
            self.out.append(f"{place.number}={item.state}".encode())


def sheet(**wire: object) -> DeviceSheet:
    spec = ControlSpec("mute", "key", per_strip=True, lamp=True, wire=MappingProxyType(wire))
    return DeviceSheet("a/b", "keys", "Keys", 3, {"mute": spec})


def keys(**wire: object) -> Keys:
    one = Keys("k", sheet(**wire))
    one.open(0.0)
    return one


def test_a_number_is_the_first_of_a_row_or_one_for_each_strip() -> None:
    assert keys(number=16).at("key", 18) == "k.mute.3"
    assert keys(number=(1, 5, 9)).at("key", 5) == "k.mute.2"


def test_a_lamp_may_have_another_number_than_its_key() -> None:
    one = keys(number=16, lamp=32)
    one.data_to_send()
    one.send(ShowLamp("k", ControlId("k.mute.2"), "lit"), 1.0)
    assert one.data_to_send() == [b"33=lit"]


@pytest.mark.parametrize("number", ["sixteen", (1, 2)])
def test_a_sheet_without_a_number_for_each_strip_is_refused(number: object) -> None:
    with pytest.raises(ProtocolMisuse):
        keys(number=number)


def test_it_is_asked_who_it_is_and_left_in_peace_if_it_does_not_answer() -> None:
    one = keys(number=16)
    asked = one.data_to_send().count(WHO)
    while (due := one.next_wakeup()) is not None:
        one.wake(due)
        asked += one.data_to_send().count(WHO)
    assert asked == 3
    assert not one.health.alive
    assert one.health.reason


def test_one_that_answered_is_missed_and_is_new_when_it_is_back() -> None:
    one = keys(number=16)
    assert list(one.receive(ME, 0.1)) == []
    heard = [list(one.wake(float(second))) for second in (2, 4, 6, 8, 10)]
    assert heard == [[], [], [], [Gone("k")], []]
    one.data_to_send()
    pressed = list(one.receive(bytes.fromhex("90 10 7F"), 11.0))
    assert pressed == [Arrived("k"), Pressed(ControlId("k.mute.1"))]
    assert one.data_to_send() == [b"hello", b"16=dark", b"17=dark", b"18=dark"]


def test_what_cannot_be_used_is_counted() -> None:
    one = keys(number=16)
    one.receive(bytes.fromhex("B0 07 00 90 00 7F"), 1.0)
    one.receive(bytes.fromhex("F0 01 90 10 7F"), 1.0)
    assert [one.health.unknown, one.health.malformed] == [2, 1]
