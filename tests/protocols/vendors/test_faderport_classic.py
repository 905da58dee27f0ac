import pytest

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi.decoder import MidiDecoder
from surfacebridge.protocols.vendors.faderport_classic import (
    ButtonChanged,
    EncoderTurned,
    FaderMoved,
    HostDecoder,
    LampSet,
    MotorMoved,
    NativeMode,
    Said,
    SurfaceDecoder,
    Told,
    encode,
)


def heard(data: bytes) -> list[Said | None]:
    decoder = SurfaceDecoder()
    midi = [each for each in MidiDecoder().receive(data) if not isinstance(each, Malformed)]
    return [said for each in midi if (said := decoder.receive(each))]


def told(data: bytes) -> list[Told | None]:
    decoder = HostDecoder()
    midi = [each for each in MidiDecoder().receive(data) if not isinstance(each, Malformed)]
    return [said for each in midi if (said := decoder.receive(each))]


def test_what_the_unit_says_arrives() -> None:
    said: list[Said] = [
        ButtonChanged("touch", pressed=True),
        FaderMoved(0),
        FaderMoved(16383),
        ButtonChanged("play", pressed=False),
        EncoderTurned(1),
        EncoderTurned(-1),
    ]
    assert heard(b"".join(map(encode, said))) == said


def test_what_a_host_says_arrives() -> None:
    orders: list[Told] = [NativeMode(), LampSet("play", lit=True), MotorMoved(0), MotorMoved(1023)]
    assert told(b"".join(map(encode, orders))) == orders


def test_a_button_and_its_lamp_have_different_numbers() -> None:
    assert encode(ButtonChanged("mute", pressed=True)) == bytes.fromhex("A0 12 01")
    assert encode(LampSet("mute", lit=True)) == bytes.fromhex("A0 15 01")


def test_half_a_place_means_nothing() -> None:
    assert heard(bytes.fromhex("B0 20 05 B0 00 05")) == []


def test_a_motor_is_never_sent_past_its_top() -> None:
    assert told(bytes.fromhex("B0 00 7F B0 20 7F")) == [MotorMoved(1023)]


def test_other_midi_is_passed_over() -> None:
    assert heard(bytes.fromhex("A0 55 01 90 00 00 B0 10 00")) == []
    assert told(bytes.fromhex("A0 55 01 91 00 00 B0 10 00")) == []


@pytest.mark.parametrize(
    "message",
    [
        ButtonChanged("flip", pressed=True),
        LampSet("touch", lit=True),
        FaderMoved(16384),
        MotorMoved(1024),
    ],
)
def test_what_cannot_be_said_is_our_own_mistake(message: Said | Told) -> None:
    with pytest.raises(ProtocolMisuse):
        encode(message)
