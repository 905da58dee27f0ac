import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi import encoder
from surfacebridge.protocols.rtpmidi import journal
from surfacebridge.protocols.rtpmidi.journal import JournalWriter, Memory
from tests.protocols.midi.strategies import channel_messages

# Parameters have a chapter of their own, which is not written.
messages = channel_messages.map(encoder.encode).filter(
    lambda message: message[0] & 0xF0 != 0xB0 or message[1] not in range(96, 102)
)
TOUCH, RELEASE = b"\x90\x68\x7f", b"\x90\x68\x00"


def written(*packets: list[bytes], first: int = 0) -> bytes:
    """Return the journal that follows ``packets``."""
    writer = JournalWriter(first)
    for sequence, said in enumerate(packets, first):
        for message in said:
            writer.add(sequence, message)
    return writer.encode(first + len(packets))


def read(data: bytes) -> journal.Journal:
    said = journal.decode(data)
    assert isinstance(said, journal.Journal)
    assert said.malformed is None
    return said


def state(messages: list[bytes]) -> dict[tuple[int, int], bytes]:
    """Return where the controls are after ``messages``; a note that ended is at 0."""
    places: dict[tuple[int, int], bytes] = {}
    for status, number, *rest in messages:
        if status < 0x90:
            places[status | 0x10, number] = b"\0"
        elif status < 0xC0:
            places[status, number] = bytes(rest)
        else:
            places[status, 0] = bytes((number, *rest))
    return places


@settings(max_examples=40)
@given(st.lists(st.lists(messages, max_size=6), max_size=10))
def test_a_journal_restores_all_that_was_lost(packets: list[list[bytes]]) -> None:
    said = [message for packet in packets for message in packet]
    data = written(*packets)
    restored = Memory().restore(read(data), len(packets)) if data else []
    assert state(restored) == state(said)


@given(st.binary(max_size=80), st.booleans())
def test_no_bytes_raise(data: bytes, has_channels: bool) -> None:
    said = journal.decode((b"\x60\0\0" if has_channels else b"") + data)
    if isinstance(said, journal.Journal):
        Memory().restore(said, 2)


def test_each_chapter_has_its_bytes() -> None:
    data = written(
        [b"\xc1\x05", b"\xb1\x07\x64", b"\xb1\x27\x01"],
        [b"\xe1\x12\x34", b"\x91\x40\x7f", b"\x91\x41\x00", b"\x91\x52\x00", b"\xd1\x1c"],
        [b"\xa1\x40\x33"],
        first=0x0102,
    )
    assert data.hex(" ") == (
        "20 01 02"  # one channel, since packet 0102
        " 08 18 db"  # channel 2, 24 bytes, P C W N T A; the packet before is in it
        " 85 00 00"
        " 81 87 64 a7 01"
        " 92 34"
        " 81 8a c0 ff 40 00 20"
        " 9c"
        " 00 40 33"
    )


def test_128_notes_have_a_length_of_their_own() -> None:
    data = written([bytes((0x90, note, 1)) for note in range(128)])
    assert data[6:8] == b"\xff\xf0"
    assert len(Memory().restore(read(data), 1)) == 128


def test_only_what_differs_is_restored() -> None:
    memory = Memory()
    memory.hear(TOUCH)
    memory.hear(b"\xe0\0\x40")
    data = written([TOUCH, b"\xe0\0\x40"], [b"\xe1\0\x10", RELEASE])
    assert memory.restore(read(data), 2) == [b"\xe1\0\x10", RELEASE]
    assert memory.restore(read(data), 2) == []


def test_a_lost_tick_of_a_knob_is_restored_though_it_equals_the_one_before() -> None:
    memory = Memory()
    tick = b"\xb0\x10\x01"
    memory.hear(tick)
    assert memory.restore(read(written([tick])), 1) == [tick]
    assert memory.restore(read(written([tick], [b"\xe0\0\0"])), 1) == [b"\xe0\0\0"]
    assert memory.restore(read(written([tick], [tick])), 2) == []


def test_a_coarse_value_brings_its_fine_one() -> None:
    memory = Memory()
    memory.hear(b"\xb0\x00\x10")
    memory.hear(b"\xb0\x20\x05")
    data = written([b"\xb0\x00\x11", b"\xb0\x20\x05"], [b"\x90\x40\x01"])
    assert b"\xb0\x20\x05" in memory.restore(read(data), 2)


def test_what_has_arrived_is_forgotten() -> None:
    writer = JournalWriter(10)
    writer.add(10, TOUCH)
    writer.add(11, b"\xe0\0\x40")
    writer.acknowledge(10)
    said = read(writer.encode(12))
    assert (said.checkpoint, [each.place for each in said.entries]) == (11, [(0xE0, 0)])
    writer.acknowledge(11)
    assert writer.encode(12) == b""


def test_a_parameter_is_not_restored_in_pieces_but_a_hui_fader_is() -> None:
    hui = [b"\xb0\x06\x40", b"\xb0\x26\x01"]
    assert Memory().restore(read(written(hui)), 1) == hui
    choice = [b"\xb1\x63\x01", b"\xb1\x62\x08"]
    value = [b"\xb1\x06\x40", b"\xb1\x26\x01"]
    assert written(choice + value) == b""
    assert written(value + choice, value) == b""
    assert Memory().restore(read(written(choice + hui)), 1) == hui


def test_time_and_sysex_leave_nothing_to_restore() -> None:
    assert written([b"\xf8", b"\xf0\x7e\xf7", b"\xf1\x20", b"\xf7\x01\xf7"]) == b""


def test_a_peer_that_confirms_nothing_does_not_make_it_grow() -> None:
    writer = JournalWriter(0)
    for sequence in range(400):
        channel, number = sequence % 16, sequence // 16 % 128
        writer.add(sequence, bytes((0x90 | channel, number, sequence & 1)))
        assert len(writer.encode(sequence + 1)) <= 750
    assert len(writer) == journal.MOST_ENTRIES
    assert read(writer.encode(400)).checkpoint == 400 - journal.MOST_ENTRIES


@pytest.mark.parametrize(
    ("data", "places"),
    [
        ("60 00 00 00 06 12 34 56 78 00 05 10 00 40", [(0xE0, 0)]),
        ("20 00 00 00 09 30 00 04 11 22 12 34", [(0xE0, 0)]),
        ("20 00 00 00 09 06 01 40 7F 41 10 1C", [(0xD0, 0)]),
        ("20 00 00 08 06 40 00 10 05", [(0xB1, 16)]),
        ("20 00 00 00 06 40 00 10 85", []),
    ],
)
def test_what_we_do_not_restore_is_skipped(data: str, places: list[tuple[int, int]]) -> None:
    assert [each.place for each in read(bytes.fromhex(data)).entries] == places


@pytest.mark.parametrize(
    ("data", "places"),
    [
        ("20 00 00 00 05 20 00 00", []),
        ("20 00 00 00 05 40 00 10", []),
        ("20 00 00 00 05 08 01 F0", []),
        ("20 00 00 00 02 00", []),
        ("21 00 00 00 05 10 00 40", [(0xE0, 0)]),
        ("60 00 00 00 01", []),
        ("60 00 00 00 09 00", []),
    ],
)
def test_what_breaks_off_is_told(data: str, places: list[tuple[int, int]]) -> None:
    said = journal.decode(bytes.fromhex(data))
    assert isinstance(said, journal.Journal)
    assert said.malformed is not None
    assert [each.place for each in said.entries] == places


def test_less_than_a_header_is_no_journal() -> None:
    assert journal.decode(b"\x20\0") == Malformed(b"\x20\0", "journal cut short")
