from hypothesis import given, settings
from hypothesis import strategies as st

from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi import encoder
from surfacebridge.protocols.rtpmidi import payload
from surfacebridge.protocols.rtpmidi.stream import (
    LONGEST_PACKET,
    IncomingStream,
    OutgoingStream,
)
from tests.protocols.midi.strategies import midi_messages

FADER, HIGHER = b"\xe0\x00\x40", b"\xe0\x00\x50"
TOUCH, RELEASE = b"\x90\x68\x7f", b"\x90\x68\x00"


def sent(stream: OutgoingStream, *messages: bytes, now: float = 0.0) -> list[payload.Packet]:
    return [packet_of(data) for data in stream.send(messages, now)]


def packet_of(data: bytes) -> payload.Packet:
    packet = payload.decode(data)
    assert isinstance(packet, payload.Packet)
    return packet


@settings(max_examples=40)
@given(st.lists(midi_messages.map(encoder.encode), max_size=60), st.integers(0, 0xFFFF))
def test_everything_arrives_in_order_when_nothing_is_lost(
    messages: list[bytes], first: int
) -> None:
    out, into = OutgoingStream(7, first), IncomingStream()
    said = [each for packet in sent(out, *messages) for each in into.receive(packet)]
    assert said == messages


def test_packets_stay_short_however_much_is_said() -> None:
    out = OutgoingStream(7, 0)
    for round_ in range(5):
        everything = [
            bytes((status | channel, number, round_ + 1))
            for number in range(9)
            for channel in range(16)
            for status in (0x90, 0xA0, 0xB0, 0xE0)
        ]
        assert all(len(data) <= LONGEST_PACKET for data in out.send(everything, 0.0))
        assert all(
            len(data) <= LONGEST_PACKET for data in out.send([b"\xf0" + b"a" * 9_999 + b"\xf7"], 0)
        )


def test_what_was_lost_is_restored_before_what_comes_after() -> None:
    out, into = OutgoingStream(7, 0xFFFE), IncomingStream()
    into.receive(sent(out, b"\xf8")[0])
    sent(out, TOUCH, FADER)
    sent(out, HIGHER)
    (packet,) = sent(out, RELEASE)
    assert into.receive(packet) == [TOUCH, HIGHER, RELEASE]
    assert (into.lost, into.restored, into.latest) == (2, 2, 1)


def test_a_lost_move_is_restored_between_its_touch_and_its_release() -> None:
    out, into = OutgoingStream(7, 0), IncomingStream()
    into.receive(sent(out, b"\x90\x69\x7f")[0])
    sent(out, TOUCH, FADER, b"\xe1\0\0", b"\x90\x69\0")
    said = into.receive(sent(out, b"\xf8")[0])
    assert said == [TOUCH, FADER, b"\xe1\0\0", b"\x90\x69\0", b"\xf8"]


def test_the_first_packet_to_arrive_restores_those_before_it() -> None:
    out, into = OutgoingStream(7, 0), IncomingStream()
    sent(out, FADER)
    assert into.receive(sent(out, TOUCH)[0]) == [FADER, TOUCH]


def test_a_journal_captured_from_macos_ends_the_notes_that_hang() -> None:
    capture = bytes.fromhex(
        "80 61 42 7A 4B 9F 30 36 47 D8 10 96 43 90 30 26 20 42 76 00 06 08 00 66 85"
    )
    into = IncomingStream()
    held = tuple(payload.TimedCommand(bytes((0x90, note, 64))) for note in (0x35, 0x36))
    into.receive(payload.Packet(0x4277, 0, 0x47D81096, held))
    said = into.receive(packet_of(capture))
    assert b"\x90\x35\x00" in said
    assert b"\x90\x36\x00" not in said
    assert said[-1] == b"\x90\x30\x26"
    assert into.lost == 2


def test_late_and_doubled_packets_move_nothing_back() -> None:
    out, into = OutgoingStream(7, 0), IncomingStream()
    packets = [sent(out, message)[0] for message in (FADER, HIGHER, RELEASE)]
    said = [into.receive(packets[index]) for index in (0, 2, 1, 2, 0)]
    assert said == [[FADER], [HIGHER, RELEASE], [], [], []]
    assert into.late == 3


def test_a_peer_that_begins_again_is_heard_from_its_second_packet() -> None:
    into = IncomingStream()
    into.receive(sent(OutgoingStream(7, 30_000), FADER)[0])
    again = OutgoingStream(7, 0)
    assert into.receive(sent(again, TOUCH)[0]) == []
    assert into.receive(sent(again, HIGHER)[0]) == [TOUCH, HIGHER]


def test_a_sysex_that_loses_a_part_is_refused_and_the_next_is_whole() -> None:
    out, into = OutgoingStream(7, 0), IncomingStream()
    text = b"\xf0" + b"a" * 600 + b"\xf7"
    packets = sent(out, text)
    assert len(packets) == 3
    into.receive(packets[0])
    reasons = [each.reason for each in into.receive(packets[2]) if isinstance(each, Malformed)]
    assert reasons == ["SysEx lost a packet", "end of SysEx without a start"]
    assert [each for packet in sent(out, text) for each in into.receive(packet)] == [text]


def test_the_loss_of_a_last_move_is_told_by_empty_packets() -> None:
    out, into = OutgoingStream(7, 0), IncomingStream()
    into.receive(sent(out, FADER)[0])
    sent(out, HIGHER, now=1.0)
    assert out.guard(1.04) == []
    (guard,) = out.guard(1.05)
    assert packet_of(guard).commands == ()
    assert into.receive(packet_of(guard)) == [HIGHER]


def test_empty_packets_end_with_a_confirmation_or_after_a_while() -> None:
    out = OutgoingStream(7, 5)
    sent(out, FADER)
    out.confirm(5)
    assert out.guard_at() == float("inf")
    sent(out, HIGHER)
    count = 0
    while (at := out.guard_at()) != float("inf"):
        count += len(out.guard(at))
        assert at < 4.0
    assert count == 6


def test_a_confirmation_of_another_session_is_not_believed() -> None:
    out = OutgoingStream(7, 100)
    sent(out, FADER)
    for sequence in (99, 150, 20_000, 60_000):
        out.confirm(sequence)
        assert packet_of(out.guard(out.guard_at())[0]).journal
    out.confirm(100)
    assert out.guard_at() == float("inf")


def test_a_broken_journal_is_told_and_the_commands_stand() -> None:
    into = IncomingStream()
    into.receive(payload.Packet(1, 0, 7, ()))
    packet = payload.Packet(3, 0, 7, (payload.TimedCommand(FADER),), b"\x20")
    broken, fader = into.receive(packet)
    assert isinstance(broken, Malformed)
    assert fader == FADER
