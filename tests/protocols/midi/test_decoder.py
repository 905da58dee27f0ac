import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi.decoder import EXCERPT, LONGEST_SYSEX, MidiDecoder
from surfacebridge.protocols.midi.encoder import encode
from surfacebridge.protocols.midi.messages import (
    ActiveSensing,
    ChannelPressure,
    Clock,
    ControlChange,
    MidiMessage,
    NoteOff,
    NoteOn,
    PitchBend,
    SongPosition,
    Stop,
    SysEx,
    TuneRequest,
)
from tests.helpers.streams import assert_stream, receive_all
from tests.protocols.midi.strategies import midi_messages

PRESS_PLAY = NoteOn(0, 0x5E, 0x7F)


def assert_means(text: str, *expected: MidiMessage | Malformed) -> None:
    assert_stream(MidiDecoder, bytes.fromhex(text), expected)


def test_running_status_carries_a_status_over_to_the_next_data() -> None:
    assert_means("B0 10 01 10 02", ControlChange(0, 0x10, 1), ControlChange(0, 0x10, 2))
    assert_means("D0 0C 1C", ChannelPressure(0, 0x0C), ChannelPressure(0, 0x1C))


def test_real_time_is_delivered_at_once_inside_any_message() -> None:
    assert_means("90 5E F8 7F", Clock(), PRESS_PLAY)
    assert_means("F0 00 F8 01 FE F7", Clock(), ActiveSensing(), SysEx(b"\x00\x01"))


def test_real_time_leaves_running_status_alone() -> None:
    assert_means("90 5E 7F FC 5E 00", PRESS_PLAY, Stop(), NoteOn(0, 0x5E, 0))


def test_system_messages_end_running_status() -> None:
    stray = Malformed(b"\x5e", "data byte without a status")
    assert_means("90 5E 7F F6 5E 00", PRESS_PLAY, TuneRequest(), stray)
    assert_means("90 5E 7F F0 F7 5E 00", PRESS_PLAY, SysEx(b""), stray)
    assert_means("F2 10 01 5E", SongPosition(0x90), stray)


def test_a_note_on_without_velocity_stays_a_note_on() -> None:
    assert_means("90 5E 00 80 5E 40", NoteOn(0, 0x5E, 0), NoteOff(0, 0x5E, 0x40))


def test_a_whole_message_that_passes_leaves_the_decoder_as_decoding_would() -> None:
    decoder = MidiDecoder()
    assert decoder.passes(b"\xb0\x10\x01")
    assert decoder.receive(b"\x10\x02") == [ControlChange(0, 0x10, 2)]


@pytest.mark.parametrize("before", [b"", b"\x90", b"\x90\x01", b"\xf0\x01"])
@pytest.mark.parametrize("data", [b"\xe0\x01", b"\xe0\x01\x80", b"\x01\x02\x03", b"\xc0\x01\x02"])
def test_what_is_no_whole_message_does_not_pass(before: bytes, data: bytes) -> None:
    decoder, other = MidiDecoder(), MidiDecoder()
    decoder.receive(before)
    other.receive(before)
    assert not decoder.passes(data)
    assert decoder.receive(data) == other.receive(data)


def test_a_pitch_bend_has_its_low_seven_bits_first() -> None:
    assert_means("E8 40 55", PitchBend(8, 10944))


def test_a_status_inside_a_sysex_ends_it_and_is_obeyed() -> None:
    cut = Malformed(bytes.fromhex("F0 00 00 66"), "SysEx cut short by another message")
    assert_means("F0 00 00 66 90 5E 7F", cut, PRESS_PLAY)
    assert_means("F0 00 00 66 F0 01 F7", cut, SysEx(b"\x01"))


def test_a_message_cut_short_by_another_is_reported() -> None:
    def cut(text: str) -> Malformed:
        return Malformed(bytes.fromhex(text), "message cut short by another")

    assert_means("90 5E 90 5E 7F", cut("90 5E"), PRESS_PLAY)
    assert_means("E0 90 5E 7F", cut("E0"), PRESS_PLAY)
    assert_means("90 5E 7F 5E 90 5E 7F", PRESS_PLAY, cut("90 5E"), PRESS_PLAY)
    assert_means("F2 10 90 5E 7F", cut("F2 10"), PRESS_PLAY)


def test_an_end_without_a_start_is_reported() -> None:
    stray = Malformed(b"\xf7", "end of SysEx without a start")
    assert_means("F0 01 F7 F7 90 5E 7F", SysEx(b"\x01"), stray, PRESS_PLAY)


def test_undefined_statuses_are_reported_once_with_their_data_skipped() -> None:
    assert_means("F5 01 02 90 5E 7F", Malformed(b"\xf5", "undefined status"), PRESS_PLAY)
    assert_means("F4 F7", Malformed(b"\xf4", "undefined status"))
    tick = Malformed(b"\xfd", "undefined real-time status")
    assert_means("90 5E FD 7F", tick, PRESS_PLAY)


def test_a_run_of_stray_data_is_reported_once() -> None:
    stray = Malformed(b"\x01", "data byte without a status")
    assert_means("01 02 03 F8 04 90 5E 7F", stray, Clock(), PRESS_PLAY)
    assert_means("01 02 F6 01 02", stray, TuneRequest(), stray)


def test_a_sysex_may_be_as_long_as_the_bound() -> None:
    data = bytes(LONGEST_SYSEX)
    assert MidiDecoder().receive(b"\xf0" + data + b"\xf7") == [SysEx(data)]


def test_a_sysex_without_an_end_is_given_up_at_the_bound() -> None:
    decoder = MidiDecoder()
    refused = Malformed(b"\xf0" + bytes(EXCERPT - 1), f"SysEx longer than {LONGEST_SYSEX} bytes")
    assert decoder.receive(b"\xf0" + bytes(LONGEST_SYSEX + 1)) == [refused]
    assert decoder.receive(bytes(2 * LONGEST_SYSEX)) == []
    assert decoder.receive(b"\xf7\x90\x5e\x7f") == [PRESS_PLAY]


@given(st.lists(st.binary(max_size=40), max_size=5))
@settings(max_examples=150)
def test_any_bytes_never_raise_and_the_next_message_survives(chunks: list[bytes]) -> None:
    decoder = MidiDecoder()
    receive_all(decoder, chunks)
    assert decoder.receive(encode(PRESS_PLAY))[-1] == PRESS_PLAY


@given(st.lists(midi_messages, max_size=8))
@settings(max_examples=150)
def test_what_is_encoded_is_decoded(messages: list[MidiMessage]) -> None:
    assert MidiDecoder().receive(b"".join(map(encode, messages))) == messages


@given(st.binary(max_size=60), st.integers(0, 60))
@settings(max_examples=100)
def test_garbage_means_the_same_however_it_is_cut(data: bytes, at: int) -> None:
    whole = MidiDecoder().receive(data)
    assert receive_all(MidiDecoder(), [data[:at], data[at:]]) == whole
