import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi import encoder
from surfacebridge.protocols.midi.decoder import LONGEST_SYSEX
from surfacebridge.protocols.rtpmidi import payload
from tests.protocols.midi.strategies import midi_messages

messages = midi_messages.map(encoder.encode)
commands = st.builds(payload.TimedCommand, messages, st.integers(0, 0x0FFF_FFFF))
packets = st.builds(
    payload.Packet,
    st.integers(0, 0xFFFF),
    st.integers(0, 2**32 - 1),
    st.integers(0, 2**32 - 1),
    st.lists(commands, max_size=8).map(tuple),
    st.binary(max_size=20),
)
HEADER = bytes.fromhex("80 61 00 01 00 00 00 02 00 00 00 03")


def commands_in(midi_list: str, flags: int = 0) -> list[bytes | str]:
    data = bytes.fromhex(midi_list)
    packet = payload.decode(HEADER + bytes((flags | len(data),)) + data)
    assert isinstance(packet, payload.Packet)
    return [each.reason if isinstance(each, Malformed) else each.data for each in packet.commands]


@settings(max_examples=50)
@given(packets)
def test_what_is_written_is_read_again(packet: payload.Packet) -> None:
    assert payload.decode(payload.encode(packet)) == packet


@given(st.binary(max_size=60))
def test_no_bytes_raise(data: bytes) -> None:
    joiner = payload.SysExJoiner()
    for start in (b"", HEADER, b"\xb3" + HEADER[1:]):
        packet = payload.decode(start + data)
        if isinstance(packet, payload.Packet):
            for command in packet.commands:
                if isinstance(command, payload.TimedCommand):
                    joiner.receive(command.data)


@pytest.mark.parametrize(
    ("midi_list", "expected"),
    [
        ("90 40 7F 00 40 00", [b"\x90\x40\x7f", b"\x90\x40\x00"]),
        ("90 40 7F 00 F8 00 41 7F", [b"\x90\x40\x7f", b"\xf8", b"\x90\x41\x7f"]),
        ("D0 0C 00 1C", [b"\xd0\x0c", b"\xd0\x1c"]),
        ("90 40 7F 05", [b"\x90\x40\x7f"]),
        ("90 40 7F 00 F3 01 00 40 7F", [b"\x90\x40\x7f", b"\xf3\x01", "broken"]),
        ("90 40 7F 00 90 40", [b"\x90\x40\x7f", "broken"]),
        ("90 40 7F 80 80 80 80 00 F8", [b"\x90\x40\x7f", "broken"]),
        ("90 40 7F 00 F4 00 F8", [b"\x90\x40\x7f", "broken"]),
        ("40 7F", ["broken"]),
        ("F0 01 02", ["broken"]),
        ("F0 01 90 40 7F", ["broken"]),
        ("90 80 40", ["broken"]),
    ],
)
def test_a_list_is_read_to_where_it_breaks(midi_list: str, expected: list[bytes | str]) -> None:
    broken = "broken command in a MIDI list"
    assert commands_in(midi_list) == [broken if each == "broken" else each for each in expected]


def test_a_first_command_may_have_a_delta() -> None:
    assert commands_in("05 F8", flags=0x20) == [b"\xf8"]


def test_sources_extension_and_padding_are_passed_over() -> None:
    start = bytes((0x80 | 0x20 | 0x10 | 2, 0x61)) + HEADER[2:]
    data = start + b"srcAsrcB" + b"\0\1\0\1extn" + b"\x01\xf8" + b"\0\0\3"
    packet = payload.decode(data)
    assert isinstance(packet, payload.Packet)
    assert packet.commands == (payload.TimedCommand(b"\xf8"),)


def test_the_marker_bit_is_read_and_never_written() -> None:
    packet = payload.decode(HEADER[:1] + b"\xe1" + HEADER[2:] + b"\x01\xf8")
    assert isinstance(packet, payload.Packet)
    assert payload.encode(packet)[1] == 0x61


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x40" + HEADER[1:] + b"\0", "no RTP MIDI packet"),
        (b"\x80\x60" + HEADER[2:] + b"\0", "no RTP MIDI packet"),
        (HEADER, "RTP packet cut short"),
        (HEADER + b"\x80", "RTP packet cut short"),
        (HEADER + b"\x03\x90\x40", "MIDI list longer than its packet"),
        (b"\x90" + HEADER[1:], "RTP packet cut short"),
    ],
)
def test_what_is_no_packet_is_refused(data: bytes, reason: str) -> None:
    assert payload.decode(data) == Malformed(data[:32], reason)


@pytest.mark.parametrize(
    "packet",
    [
        payload.Packet(0x10000, 0, 0, ()),
        payload.Packet(0, 0, 0, (payload.TimedCommand(b"\x40"),)),
        payload.Packet(0, 0, 0, (payload.TimedCommand(b"\xf8", -1),)),
        payload.Packet(0, 0, 0, (payload.TimedCommand(b"\xf0" + b"\1" * 5000 + b"\xf7"),)),
        payload.Packet(0, 0, 0, (Malformed(b"", "x"),)),
    ],
)
def test_what_cannot_be_said_is_our_mistake(packet: payload.Packet) -> None:
    with pytest.raises(ProtocolMisuse):
        payload.encode(packet)


@given(st.binary(max_size=900).map(lambda data: bytes(byte & 0x7F for byte in data)))
def test_a_sysex_in_segments_is_joined_again(data: bytes) -> None:
    message = b"\xf0" + data + b"\xf7"
    joiner = payload.SysExJoiner()
    parts = payload.segments(message)
    assert max(map(len, parts)) <= payload.SEGMENT
    *before, last = [joiner.receive(part) for part in parts]
    assert set(before) <= {None}
    assert last == message


def test_other_messages_pass_between_two_segments() -> None:
    joiner = payload.SysExJoiner()
    assert joiner.receive(b"\xf0\x01\xf0") is None
    assert joiner.receive(b"\xf8") == b"\xf8"
    assert joiner.receive(b"\xf7\x02\xf7") == b"\xf0\x01\x02\xf7"


def test_a_sysex_without_its_other_part_is_refused() -> None:
    joiner = payload.SysExJoiner()
    orphan = Malformed(b"\xf7\x02\xf7", "end of SysEx without a start")
    assert joiner.receive(b"\xf7\x02\xf7") == orphan
    joiner.receive(b"\xf0\x01\xf0")
    assert joiner.lose() == Malformed(b"\xf0\x01", "SysEx lost a packet")
    assert joiner.lose() is None
    joiner.receive(b"\xf0\x01\xf0")
    assert isinstance(joiner.receive(b"\xf0\x02\xf0"), Malformed)
    assert joiner.receive(b"\xf7\xf7") == b"\xf0\x02\xf7"


def test_a_cancelled_sysex_leaves_nothing() -> None:
    joiner = payload.SysExJoiner()
    joiner.receive(b"\xf0\x01\xf0")
    assert joiner.receive(b"\xf7\xf4") is None
    assert joiner.lose() is None
    assert joiner.receive(b"\xf0\x01\xf4") is None


def test_a_sysex_without_an_end_is_given_up() -> None:
    joiner = payload.SysExJoiner()
    joiner.receive(b"\xf0\xf0")
    part = b"\xf7" + b"\1" * 4000 + b"\xf0"
    said = [joiner.receive(part) for _ in range(LONGEST_SYSEX // 4000 + 1)]
    assert said[:-1] == [None] * (len(said) - 1)
    assert isinstance(said[-1], Malformed)
    assert joiner.receive(b"\xf0\x01\xf7") == b"\xf0\x01\xf7"


@given(
    st.integers(0, 255),
    st.binary(min_size=2, max_size=2),
    st.binary(max_size=20),
    st.booleans(),
)
def test_a_message_that_comes_alone_is_read_as_one_among_others_is(
    status: int, data: bytes, journal: bytes, has_journal: bool
) -> None:
    header = bytes.fromhex("8061000100000002 00000003".replace(" ", ""))
    flag = 0x40 if has_journal else 0
    command = bytes((status,)) + data
    alone = payload.decode(header + bytes((flag | 3,)) + command + journal)
    # The same, and a first delta time of nought before it.
    other = payload.decode(header + bytes((flag | 0x20 | 4, 0)) + command + journal)

    assert isinstance(alone, payload.Packet)
    assert isinstance(other, payload.Packet)
    assert alone.journal == other.journal
    assert len(alone.commands) == len(other.commands)
    for one, another in zip(alone.commands, other.commands, strict=True):
        assert type(one) is type(another)
        assert isinstance(one, Malformed) or one == another
