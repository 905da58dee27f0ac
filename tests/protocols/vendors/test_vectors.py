import pytest

from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi import encoder
from surfacebridge.protocols.midi.decoder import MidiDecoder
from surfacebridge.protocols.midi.messages import MidiMessage
from tests.helpers.streams import assert_stream
from tests.protocols.vectors import Vector, agrees
from tests.protocols.vendors.meaning import READERS

PROTOCOLS = READERS.keys()


def midi_of(vector: Vector) -> list[MidiMessage]:
    received = MidiDecoder().receive(vector.data)
    assert_stream(MidiDecoder, vector.data, received)
    return [message for message in received if not isinstance(message, Malformed)]


def test_a_vector_means_what_it_says_and_is_written_again(vector: Vector) -> None:
    if vector.protocol in {"xtouch_compact", "xtouch_mini"} and vector.from_device:
        pytest.skip("these send plain controllers and notes; a sheet names them")
    messages = midi_of(vector)
    read = READERS[vector.protocol](messages, from_device=vector.from_device)
    assert len(read) == len(vector.events)
    for (meaning, _), expected in zip(read, vector.events, strict=True):
        assert agrees(meaning, expected), meaning
    written = b"".join(data for _, data in read)
    wanted = b"".join(map(encoder.encode, messages))
    # 00..3F all switch a lamp off; we say 00.
    assert written == wanted or vector.meaning.get("state") == "off"
