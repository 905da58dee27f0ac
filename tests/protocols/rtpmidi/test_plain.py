from hypothesis import given, settings
from hypothesis import strategies as st

from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi import encoder
from surfacebridge.protocols.rtpmidi.plain import PlainStream
from tests.helpers.streams import assert_stream
from tests.protocols.midi.strategies import midi_messages
from tests.protocols.vectors import Vector

PROTOCOLS = {"ipmidi"}


def test_a_vector_means_what_it_says_however_it_is_cut(vector: Vector) -> None:
    said = PlainStream().receive(vector.data)
    assert_stream(PlainStream, vector.data, said)
    for message, event in zip(said, vector.events, strict=True):
        assert message == bytes((0x90, event["note"], 0x7F if event["pressed"] else 0))


@settings(max_examples=40)
@given(st.lists(midi_messages.map(encoder.encode), max_size=8))
def test_a_datagram_is_cut_into_its_messages(messages: list[bytes]) -> None:
    assert PlainStream().receive(b"".join(messages)) == messages


@given(st.binary(max_size=60))
def test_no_bytes_raise(data: bytes) -> None:
    stream = PlainStream()
    stream.receive(data)
    assert stream.receive(b"\xff\xf7\x90\x40\x7f")[-1] == b"\x90\x40\x7f"


def test_running_status_is_written_out_and_garbage_is_told() -> None:
    broken = Malformed(b"\x01", "data byte without a status")
    assert PlainStream().receive(b"\x01\x90\x40\x7f\x41\x7f") == [
        broken,
        b"\x90\x40\x7f",
        b"\x90\x41\x7f",
    ]
