"""Lines of a capture: exact both ways, and nothing that stands there raises."""

import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surfacebridge.protocols.capture import (
    CARRIES_BYTES,
    FILE_PIECE,
    HAPPENINGS,
    LARGEST_CHUNK,
    LONGEST_LINE,
    BadLine,
    CaptureDecoder,
    CapturedFile,
    CapturedLink,
    CaptureEnd,
    CaptureHeader,
    Line,
    Moment,
    encode_line,
    pieces_of,
)
from tests.helpers.streams import assert_stream

NAMES = st.from_regex(r"[a-z][\w-]{0,12}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
TIMES = st.floats(allow_nan=False, allow_infinity=False)
MOMENTS = st.sampled_from(HAPPENINGS).flatmap(
    lambda what: st.builds(
        Moment,
        TIMES,
        st.just(what),
        NAMES,
        st.binary(max_size=60) if what in CARRIES_BYTES else TEXTS.map(str.encode),
    )
)
HEADERS = st.builds(
    CaptureHeader,
    TEXTS,
    TEXTS.filter(bool),
    TIMES,
    TEXTS,
    st.booleans(),
    st.dictionaries(TEXTS, TEXTS, max_size=3),
    st.lists(TEXTS, max_size=3).map(tuple),
    st.lists(st.builds(CapturedLink, NAMES, TEXTS, TEXTS, TEXTS), max_size=3).map(tuple),
)
LINES = st.one_of(
    MOMENTS,
    HEADERS,
    st.builds(CapturedFile, TEXTS.filter(bool), TEXTS),
    st.builds(CaptureEnd, TEXTS),
)
FIRST = CaptureHeader("0.1.0", "rig.yaml", 12.5)
MOVE = Moment(13.25, "in", "x", b"\xe0\x00\x48")


def read(data: bytes) -> list[Line | BadLine]:
    decoder = CaptureDecoder()
    return [*decoder.receive(data), *decoder.finish()]


def reason(text: str) -> str:
    (line,) = read(text.encode() + b"\n")
    assert isinstance(line, BadLine)
    return line.reason


@given(st.lists(LINES, max_size=6))
def test_what_was_written_is_read_exactly(lines: list[Line]) -> None:
    assert read(b"".join(map(encode_line, lines))) == lines


@given(st.binary(max_size=300), st.integers(0, 300))
def test_any_bytes_are_told_and_the_next_line_is_understood(noise: bytes, cut: int) -> None:
    data = noise + b"\n" + encode_line(MOVE)
    assert read(data)[-1] == MOVE
    decoder = CaptureDecoder()
    assert [*decoder.receive(data[:cut]), *decoder.receive(data[cut:])] == read(data)


def test_a_capture_means_the_same_however_it_is_cut() -> None:
    lines: list[Line | BadLine] = [
        FIRST,
        CapturedFile("rig.yaml", "a: b\n"),
        MOVE,
        CaptureEnd("Done."),
    ]
    data = b"".join(encode_line(line) for line in lines if not isinstance(line, BadLine))
    assert_stream(CaptureDecoder, data, lines)


def test_a_line_is_one_line_that_people_can_read() -> None:
    assert encode_line(MOVE) == b'{"t":13.25,"in":"x","data":"e00048"}\n'
    assert read(b'{"t":13.25,"in":"x","data":"E0 00 48"}\n') == [MOVE]


def test_a_line_that_was_cut_off_by_a_crash_is_told() -> None:
    data = encode_line(FIRST) + encode_line(MOVE)[:-9]
    assert read(data) == [FIRST, BadLine(2, "no JSON")]


@pytest.mark.parametrize("chunk", [1 << 20, 1000])
def test_a_line_of_a_megabyte_is_left_out_and_never_kept(chunk: int) -> None:
    data = b'{"file":"a","text":"' + b"x" * (1 << 20) + b'"}\n' + encode_line(MOVE)
    decoder = CaptureDecoder()
    found: list[Line | BadLine] = []
    for at in range(0, len(data), chunk):
        found += decoder.receive(data[at : at + chunk])
        assert sys.getsizeof(decoder._rest) < 3 * LONGEST_LINE
    assert found == [BadLine(1, f"a line of more than {LONGEST_LINE} bytes"), MOVE]


def test_the_largest_chunk_and_the_longest_piece_fit_on_a_line() -> None:
    assert len(encode_line(Moment(1e-300, "with", "n" * 64, bytes(LARGEST_CHUNK)))) < LONGEST_LINE
    (first, last) = pieces_of("rig.yaml", "\x01" * (FILE_PIECE + 1))
    assert len(encode_line(first)) < LONGEST_LINE
    assert last.text == "\x01"
    assert pieces_of("rig.yaml", "") == [CapturedFile("rig.yaml", "")]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("hello", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("[1]", "no JSON object"),
        ('{"what":1}', "nothing that a capture says"),
        ('{"t":1e999,"in":"x","data":""}', "a time that is no number"),
        ('{"t":NaN,"in":"x","data":""}', "a time that is no number"),
        ('{"t":true,"in":"x","data":""}', "a time that is no number"),
        (f'{{"t":1{"0" * 400},"in":"x","data":""}}', "a time that is no number"),
        ('{"t":1}', "a moment in which nothing happens"),
        ('{"t":1,"in":"../x","data":""}', "a link that has no name"),
        ('{"t":1,"in":["x"],"data":""}', "a link that has no name"),
        ('{"t":1,"in":"x","data":"9"}', "data that is not hexadecimal"),
        ('{"t":1,"in":"x","data":"9g"}', "data that is not hexadecimal"),
        ('{"t":1,"in":"x"}', "data that is not hexadecimal"),
        ('{"t":1,"lost":"x","text":"\\ud800"}', "a text that is none"),
        ('{"file":"a"}', "a file without name or text"),
        ('{"end":1}', "an end that is no text"),
        ('{"surfacebridge-capture":1}', "a first line that lacks something"),
        (
            '{"surfacebridge-capture":1,"rig":"a","links":[{"name":"x"}]}',
            "a first line that lacks something",
        ),
        (
            '{"surfacebridge-capture":1,"rig":"a","settings":{"a":1}}',
            "a first line with settings that are no texts",
        ),
        (
            '{"surfacebridge-capture":1,"rig":"a","code":7}',
            "a first line with settings that are no texts",
        ),
    ],
)
def test_what_is_no_line_is_left_out_with_its_reason(text: str, why: str) -> None:
    assert reason(text) == why


def test_a_capture_of_another_format_says_what_to_use() -> None:
    assert "use the surfacebridge that wrote it" in reason('{"surfacebridge-capture":2,"rig":"a"}')


@given(st.recursive(st.none() | st.booleans() | TIMES | TEXTS, lambda x: st.lists(x, max_size=3)))
def test_any_value_in_any_place_never_raises(value: object) -> None:
    keys = ("t", "in", "data", "text", "file", "end", "rig", "links", "settings", "code", "began")
    for key in keys:
        for frame in (
            {"t": 1, "in": "x", "data": ""},
            {"surfacebridge-capture": 1, "rig": "a"},
            {"file": "a", "text": ""},
        ):
            assert len(read(json.dumps({**frame, key: value}).encode() + b"\n")) == 1
