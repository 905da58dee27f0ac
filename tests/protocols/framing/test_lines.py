from hypothesis import given
from hypothesis import strategies as st

from surfacebridge.protocols.framing.lines import EXCERPT, LONGEST_LINE, LineReader
from surfacebridge.protocols.malformed import Malformed
from tests.helpers.streams import assert_stream


def test_lines_are_cut_at_every_kind_of_line_end_however_they_arrive() -> None:
    wanted: list[str | Malformed] = ["F1 512", "T1 1", "B3 0"]
    assert_stream(LineReader, b"F1 512\r\nT1 1\r\n\n\nB3 0\r", wanted)


def test_what_is_no_text_costs_one_line() -> None:
    (bad, good) = LineReader().receive(b"\x00\xffF1 5\nF1 6\n")
    assert isinstance(bad, Malformed)
    assert good == "F1 6"


def test_a_line_without_an_end_is_dropped_whole_and_the_buffer_stays_small() -> None:
    reader = LineReader()
    for _ in range(1000):
        assert reader.receive(b"x" * 1000) == []
    (bad, good) = reader.receive(b"\nF1 6\n")
    assert isinstance(bad, Malformed)
    assert len(bad.data) == EXCERPT
    assert good == "F1 6"


def test_the_longest_line_passes_and_one_more_byte_does_not() -> None:
    assert LineReader().receive(b"x" * LONGEST_LINE + b"\n") == ["x" * LONGEST_LINE]
    (bad,) = LineReader().receive(b"x" * (LONGEST_LINE + 1) + b"\n")
    assert isinstance(bad, Malformed)


@given(st.lists(st.binary(max_size=300), max_size=5))
def test_any_bytes_never_raise_and_the_next_line_is_understood(chunks: list[bytes]) -> None:
    reader = LineReader()
    for chunk in chunks:
        reader.receive(chunk)
    assert reader.receive(b"\nF1 6\n")[-1] == "F1 6"


def test_lines_of_a_network_may_be_longer_and_hold_any_letter() -> None:
    reader = LineReader(1024, unicode=True)
    assert reader.receive("Stadtmitte Süd".encode() + b"\n" + b"\xff" + b"x" * 500 + b"\n") == [
        "Stadtmitte Süd",
        "\ufffd" + "x" * 500,
    ]
    assert isinstance(reader.receive(b"y" * 2000 + b"\n")[0], Malformed)
