from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.mcu import layout
from surfacebridge.protocols.midi import encoder
from surfacebridge.protocols.midi.decoder import MidiDecoder
from surfacebridge.protocols.midi.messages import MidiMessage
from tests.helpers.streams import assert_stream
from tests.protocols.mcu.meaning import heard, rewritten
from tests.protocols.vectors import Vector, agrees

PROTOCOLS = {"mcu", "xtouch_mcu"}

KNOWN_UNITS = {
    layout.LOGIC_CONTROL,
    layout.LOGIC_CONTROL_XT,
    layout.MACKIE_CONTROL,
    layout.MACKIE_CONTROL_XT,
}

# What a vector says when its bytes are understood but not what we would write.
NOT_CANONICAL = {"quirk", "tolerate"}


def midi_of(vector: Vector) -> list[MidiMessage]:
    received = MidiDecoder().receive(vector.data)
    assert_stream(MidiDecoder, vector.data, received)
    messages = [message for message in received if not isinstance(message, Malformed)]
    assert len(received) - len(messages) == int(vector.meaning.get("trailing_f7", False))
    return messages


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
            assert written in {None, encoder.encode(message)}
