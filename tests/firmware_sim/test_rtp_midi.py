"""The invited end of a network MIDI session, against packets written by hand and by pymidi."""

import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_sim.rtp_midi import PARTNERS, SILENCE, RtpMidi

packets: Any = pytest.importorskip("pymidi.packets")

CONTROL, DATA = ("127.0.0.1", 6000), ("127.0.0.1", 6001)
TOKEN, SSRC = 0x6633_4873, 0x47D8_1096


def exchange(command: bytes, token: int = TOKEN, ssrc: int = SSRC, name: str = "Mike") -> bytes:
    built = packets.AppleMIDIExchangePacket.build(
        {
            "preamble": b"\xff\xff",
            "command": command,
            "protocol_version": 2,
            "initiator_token": token,
            "ssrc": ssrc,
            "name": name,
        }
    )
    assert isinstance(built, bytes)
    return built


def clock(count: int = 0, ssrc: int = SSRC, first: int = 77) -> bytes:
    return b"\xff\xffCK" + struct.pack(">IB3xQQQ", ssrc, count, first, 0, 0)


def rtp(section: bytes, sequence: int = 1, ssrc: int = SSRC) -> bytes:
    return b"\x80\x61" + struct.pack(">HII", sequence, 16, ssrc) + section


def joined(session: RtpMidi, ssrc: int = SSRC, control: int = 6000) -> None:
    session.receive("control", exchange(b"IN", ssrc=ssrc), ("127.0.0.1", control))
    session.receive("data", exchange(b"IN", ssrc=ssrc), ("127.0.0.1", control + 1))
    session.receive("data", clock(ssrc=ssrc), ("127.0.0.1", control + 1))
    session.take_output()


@pytest.fixture
def session() -> RtpMidi:
    session = RtpMidi("X-Touch")
    joined(session)
    return session


def test_an_invitation_is_accepted_on_both_ports_with_its_token_and_our_name() -> None:
    session = RtpMidi("X-Touch")
    session.receive("control", exchange(b"IN"), CONTROL)
    session.receive("data", exchange(b"IN"), DATA)
    answers = session.take_output()
    assert [(port, client) for port, _, client in answers] == [("control", CONTROL), ("data", DATA)]
    for _, data, _ in answers:
        answer = packets.AppleMIDIExchangePacket.parse(data)
        assert (answer.command, answer.initiator_token, answer.name) == (b"OK", TOKEN, "X-Touch")
    assert session.partners[SSRC].name == "Mike"


def test_a_clock_is_answered_with_our_own_on_the_data_port(session: RtpMidi) -> None:
    session.advance(1.5)
    session.receive("data", clock(first=123_456), DATA)
    ((port, data, client),) = session.take_output()
    assert (port, client) == ("data", DATA)
    answer = packets.AppleMIDITimestampPacket.parse(data)
    assert (answer.count, answer.timestamp_1, answer.timestamp_2) == (1, 123_456, 15_000)
    session.receive("data", clock(count=2), DATA)
    assert session.take_output() == []


def test_nothing_is_said_to_a_partner_that_has_not_asked_for_the_clock() -> None:
    session = RtpMidi("X-Touch")
    session.receive("control", exchange(b"IN"), CONTROL)
    session.receive("data", exchange(b"IN"), DATA)
    session.take_output()
    session.send(b"\x90\x64\x7f")
    assert session.take_output() == []


def test_what_is_said_is_read_by_pymidi(session: RtpMidi) -> None:
    session.send(b"\x90\x64\x7f\xb0\x10\x01" + b"\x90\x65\x7f" * 6)
    ((_, data, _),) = session.take_output()
    packet = packets.MIDIPacket.parse(data)
    assert [each.command for each in packet.command.midi_list] == [
        "note_on",
        "control_mode_change",
        *["note_on"] * 6,
    ]
    assert packet.header.rtp_header.flags.p is not None
    assert packet.journal is None


def test_many_messages_fill_several_packets_in_order(session: RtpMidi) -> None:
    session.send(b"".join(bytes((0xE0, n & 0x7F, n >> 7)) for n in range(1000)))
    sent = session.take_output()
    assert len(sent) == 3
    assert all(len(data) < 1500 for _, data, _ in sent)
    numbers = [int.from_bytes(data[2:4]) for _, data, _ in sent]
    assert numbers == [1, 2, 3]
    other = RtpMidi("Other")
    joined(other, ssrc=session.ssrc)
    heard = [one for _, data, _ in sent for one in other.receive("data", data, DATA)]
    assert heard == [bytes((0xE0, n & 0x7F, n >> 7)) for n in range(1000)]


@pytest.mark.parametrize(
    ("section", "heard"),
    [
        ("03 90 64 7F", ["90647f"]),
        ("06 90 64 7F 00 68 7F", ["90647f", "90687f"]),
        ("0B 90 64 7F 00 90 7F 71 80 80 00 F8", ["90647f", "907f71", "f8"]),
        ("23 00 D0 1C", ["d01c"]),
        ("80 03 90 64 7F", ["90647f"]),
        ("00", []),
        ("43 90 30 26 20 42 76 00 06 08 00 66 85", ["903026"]),
        ("08 F0 00 00 66 14 13 00 F7", ["f0000066141300f7"]),
        ("06 90 64 7F 00 90 64", ["90647f"]),
    ],
)
def test_a_packet_is_taken_apart(session: RtpMidi, section: str, heard: list[str]) -> None:
    messages = session.receive("data", rtp(bytes.fromhex(section)), DATA)
    assert [message.hex() for message in messages] == heard


def test_running_status_lives_through_a_clock_and_ends_with_a_song_position(
    session: RtpMidi,
) -> None:
    commands = bytes.fromhex("90 64 7F 00 F8 00 65 7F 00 F2 01 02 00 66 7F")
    heard = session.receive("data", rtp(bytes((len(commands),)) + commands), DATA)
    assert heard == [b"\x90\x64\x7f", b"\xf8", b"\x90\x65\x7f", b"\xf2\x01\x02"]
    assert session.counts.malformed == 1


def test_a_sysex_in_three_pieces_is_one(session: RtpMidi) -> None:
    pieces = [b"\xf0\x00\x00\x66\xf0", b"\xf7\x14\x13\xf0", b"\xf7\x00\xf7"]
    heard = [
        session.receive("data", rtp(bytes((len(piece),)) + piece, number), DATA)
        for number, piece in enumerate(pieces, start=1)
    ]
    assert heard == [[], [], [b"\xf0\x00\x00\x66\x14\x13\x00\xf7"]]


@pytest.mark.parametrize("middle", [b"\xf7\x14\xf4", None])
def test_a_sysex_that_is_given_up_or_has_a_hole_is_forgotten(
    session: RtpMidi, middle: bytes | None
) -> None:
    session.receive("data", rtp(b"\x05\xf0\x00\x00\x66\xf0", 1), DATA)
    if middle is not None:
        session.receive("data", rtp(bytes((len(middle),)) + middle, 2), DATA)
    assert session.receive("data", rtp(b"\x03\xf7\x00\xf7", 3), DATA) == []


def test_late_and_repeated_packets_are_not_heard_and_gaps_are_counted(session: RtpMidi) -> None:
    note = b"\x03\x90\x64\x7f"
    heard = [len(session.receive("data", rtp(note, n), DATA)) for n in (65_535, 65_535, 2, 1, 3)]
    assert heard == [1, 0, 1, 0, 1]
    assert (session.counts.late, session.counts.lost) == (2, 2)


def test_a_partner_is_told_how_far_it_was_heard(session: RtpMidi) -> None:
    session.receive("data", rtp(b"\x03\x90\x64\x7f", 513), DATA)
    session.advance(1.1)
    ((port, data, client),) = session.take_output()
    assert (port, client, data[2:4]) == ("control", CONTROL, b"RS")
    assert data[8:10] == b"\x02\x01"
    session.advance(1.1)
    assert session.take_output() == []


def test_everybody_in_the_session_hears_and_one_too_many_is_refused(session: RtpMidi) -> None:
    for number in range(1, PARTNERS):
        joined(session, ssrc=number, control=7000 + 10 * number)
    session.receive("control", exchange(b"IN", ssrc=99), ("127.0.0.1", 9000))
    ((_, refusal, _),) = session.take_output()
    assert refusal[:4] == b"\xff\xffNO"
    session.send(b"\x90\x64\x7f")
    assert len(session.take_output()) == PARTNERS


def test_whoever_comes_back_with_a_new_token_takes_its_own_place(session: RtpMidi) -> None:
    session.receive("control", exchange(b"IN", token=5), CONTROL)
    ((_, answer, _),) = session.take_output()
    assert answer[:4] == b"\xff\xffOK"
    assert session.partners[SSRC].data is None


def test_a_goodbye_and_a_long_silence_end_it(session: RtpMidi) -> None:
    joined(session, ssrc=5, control=7000)
    session.receive("control", exchange(b"BY"), CONTROL)
    assert list(session.partners) == [5]
    session.advance(SILENCE + 1)
    assert session.partners == {}


def test_we_say_goodbye_too(session: RtpMidi) -> None:
    session.goodbye()
    ((port, data, client),) = session.take_output()
    assert (port, client, data[:4]) == ("control", CONTROL, b"\xff\xffBY")
    assert data[12:16] == struct.pack(">I", session.ssrc)


def test_strangers_are_counted_and_not_heard(session: RtpMidi) -> None:
    note = b"\x03\x90\x64\x7f"
    assert session.receive("data", rtp(note, ssrc=1), DATA) == []
    assert session.receive("data", rtp(note), ("127.0.0.1", 1)) == []
    assert session.receive("data", clock(ssrc=1), DATA) == []
    assert session.counts.strangers == 3


@given(st.lists(st.tuples(st.sampled_from(["control", "data"]), st.binary(max_size=60))))
def test_no_bytes_raise(said: list[tuple[Any, bytes]]) -> None:
    session = RtpMidi("X-Touch")
    joined(session)
    for port, data in said:
        session.receive(port, data, DATA)
        session.receive(port, b"\xff\xff" + data, DATA)
        session.receive("data", rtp(data), DATA)
    assert len(session.partners) <= PARTNERS
