from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.mcu import layout
from surfacebridge.protocols.midi import encoder
from surfacebridge.protocols.midi.decoder import MidiDecoder
from surfacebridge.protocols.midi.messages import (
    ControlChange,
    MidiMessage,
    NoteOff,
    NoteOn,
    RealTime,
    SysEx,
)
from tests.helpers.streams import assert_stream
from tests.protocols.mcu.meaning import heard, rewritten
from tests.protocols.vectors import Vector, agrees

# ipMIDI carries them as they are, a datagram at a time.
PROTOCOLS = {"mcu", "xtouch_mcu", "ipmidi"}

KNOWN_UNITS = {
    layout.LOGIC_CONTROL,
    layout.LOGIC_CONTROL_XT,
    layout.MACKIE_CONTROL,
    layout.MACKIE_CONTROL_XT,
}

LAST_LAMP = 11

# What a vector says when its bytes are understood but not what we would write.
NOT_CANONICAL = {"quirk", "tolerate"}


def midi_of(vector: Vector) -> list[MidiMessage]:
    """Return the MIDI of a vector, without clocks; one of a single message holds it whole."""
    received = MidiDecoder().receive(vector.data)
    assert_stream(MidiDecoder, vector.data, received)
    messages = [message for message in received if not isinstance(message, Malformed)]
    if "events" not in vector.meaning:
        assert len(received) - len(messages) == int(vector.meaning.get("trailing_f7", False))
    return [message for message in messages if not isinstance(message, RealTime)]


def is_as_we_write(message: MidiMessage) -> bool:
    """Return whether ``message`` is in the form we choose where the protocol has several."""
    match message:
        case NoteOff():
            return False
        case NoteOn(0, note, velocity):
            return velocity in {0x00, 0x01, 0x7F} and note != layout.OTHER_RELAY
        case ControlChange(_, controller, value) if controller in layout.RING:
            return value & 0xF <= LAST_LAMP
        case SysEx(data) if data[4:5] == bytes((layout.LCD_TEXT,)):
            return data[5] + len(data[6:]) <= layout.LCD_CELLS
        case _:
            return True


def test_a_vector_means_what_it_says(vector: Vector) -> None:
    said = [heard(message, from_device=vector.from_device) for message in midi_of(vector)]
    if vector.meaning["type"].startswith("ignored") or vector.meaning.get("valid") is False:
        for meaning in said:
            assert meaning["type"] == "ignored" or meaning["device_id"] not in KNOWN_UNITS
        return
    assert len(said) == len(vector.events)
    for meaning, expected in zip(said, vector.events, strict=True):
        assert agrees(meaning, expected), meaning


def test_a_vector_is_written_byte_for_byte(vector: Vector) -> None:
    if not NOT_CANONICAL & vector.meaning.keys():
        for message in midi_of(vector):
            written = rewritten(message, from_device=vector.from_device)
            if is_as_we_write(message):
                assert written in {None, encoder.encode(message)}
            elif written is not None:
                (again,) = MidiDecoder().receive(written)
                assert not isinstance(again, Malformed)
                meanings = [
                    heard(each, from_device=vector.from_device) for each in (again, message)
                ]
                assert meanings[0] == meanings[1]
