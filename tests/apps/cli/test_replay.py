"""``replay`` on captures written by hand; real ones are played by the journeys."""

from pathlib import Path

import pytest

from surfacebridge.protocols.capture import (
    CapturedFile,
    CapturedLink,
    CaptureEnd,
    CaptureHeader,
    Line,
    Moment,
    encode_line,
)
from tests.helpers.commands import is_traceback, surfacebridge

RIG = """\
surfacebridge: 1
surfaces: {x: {device: mackie/mcu, port: X}}
targets: {kbd: {midi: K}}
map: ["x.fader.1 > kbd:cc 1 74"]
"""
HEADER = CaptureHeader(
    "0.0.1",
    "rig.yaml",
    5.0,
    links=(
        CapturedLink("x", "surface", "mcu", "midi:X"),
        CapturedLink("kbd", "target", "plain_midi", "midi:K"),
    ),
)
MOVE: list[Line] = [
    Moment(5.0, "open", "kbd"),
    Moment(6.0, "open", "x"),
    Moment(6.5, "in", "x", bytes.fromhex("90687F")),
    Moment(6.5, "in", "x", bytes.fromhex("E00040")),
]


def written(path: Path, *moments: Line) -> str:
    lines = [HEADER, CapturedFile("rig.yaml", RIG), *moments, CaptureEnd("Done.")]
    path.write_bytes(b"".join(map(encode_line, lines)))
    return str(path)


def test_the_same_bytes_end_with_status_0(tmp_path: Path) -> None:
    file = written(tmp_path / "a.sbcap", *MOVE[:1], Moment(7.0, "in", "kbd", bytes.fromhex("F8")))
    done = surfacebridge("replay", file)
    assert done.returncode == 0, done.stderr
    assert "2 moments in 2.0 s sent the same 0 chunks, to the byte." in done.stdout
    assert "recorded by surfacebridge 0.0.1" in done.stdout


def test_what_is_one_is_said_so(tmp_path: Path) -> None:
    nowhere = Moment(5.0, "in", "ghost", b"a")
    done = surfacebridge("replay", written(tmp_path / "a.sbcap", nowhere))
    assert "\n1 moment in 0.0 s sent the same 0 chunks, to the byte." in done.stdout
    assert "Left out: 1 moment without a place in this rig." in done.stderr


def test_a_difference_is_told_in_words_with_its_cause_and_ends_with_status_1(
    tmp_path: Path,
) -> None:
    file = written(
        tmp_path / "a.sbcap",
        *MOVE,
        Moment(6.5, "out", "kbd", bytes.fromhex("B04A10")),
        Moment(8.0, "tick", "", b"12:00:00"),
    )
    done = surfacebridge("replay", file)
    assert done.returncode == 1
    assert (
        "1.500  after x said fader moved        strip 1, value 8192; [E0 00 40], to kbd:"
        in done.stdout
    )
    assert "- control change" in done.stdout
    assert "value 16" in done.stdout
    assert "+ control change" in done.stdout
    assert "[B0 4A 40]" in done.stdout
    assert not is_traceback(done.stderr)


@pytest.mark.parametrize("text", ["", "not a capture\n", "\x00" * 100])
def test_what_is_no_capture_ends_with_status_2_and_a_sentence(tmp_path: Path, text: str) -> None:
    file = tmp_path / "a.sbcap"
    file.write_text(text)
    done = surfacebridge("replay", str(file))
    assert done.returncode == 2
    assert "is no capture" in done.stderr
    assert not is_traceback(done.stderr)


def test_a_captured_rig_that_is_broken_says_where(tmp_path: Path) -> None:
    file = tmp_path / "a.sbcap"
    lines = [HEADER, CapturedFile("rig.yaml", RIG.replace("x.fader.1", "x.fadr.1")), *MOVE]
    file.write_bytes(b"".join(map(encode_line, lines)))
    done = surfacebridge("replay", str(file))
    assert done.returncode == 2
    assert "rig.yaml:4:" in done.stderr
    assert not is_traceback(done.stderr)


def test_a_wrong_address_says_what_to_write(tmp_path: Path) -> None:
    done = surfacebridge("replay", written(tmp_path / "a.sbcap", *MOVE), "--at", "x=upd://a:1")
    assert done.returncode == 2
    assert "Did you mean udp:?" in done.stderr


def test_a_link_that_only_some_lines_know_is_told_too(tmp_path: Path) -> None:
    ghost = Moment(6.0, "out", "ghost", b"boo")
    file = written(tmp_path / "a.sbcap", *MOVE[:1], ghost, Moment(7.0, "tick", "", b"12:00:00"))
    done = surfacebridge("replay", file)
    assert done.returncode == 1
    assert "to ghost:\n         - 'boo'" in done.stdout
