"""Reading captures, whole, cut or hostile, and laying out what is in them."""

from pathlib import Path

import pytest

from surfacebridge.apps.captures import lay_out, read_capture, replay_capture, sayings
from surfacebridge.errors import MappingRefused, RecordingRefused
from surfacebridge.protocols.capture import (
    CapturedFile,
    CapturedLink,
    CaptureEnd,
    CaptureHeader,
    Line,
    Moment,
    encode_line,
)
from surfacebridge.protocols.osc.messages import OscMessage
from surfacebridge.protocols.osc.packet import encode

RIG = """\
surfacebridge: 1
include: ../shared/lines.yaml
surfaces:
  box: {osc: "udp://127.0.0.1:9", listen: 10, controls: {fader: {in: "/f{s} {v:f}"}}, strips: 1}
targets: {daw: {osc: "udp://127.0.0.1:11"}}
banks: {all: ["1"]}
"""
LINES = 'surfacebridge: 1\nstrip: {map: ["fader > daw:/f {v:f}"]}\n'
HEADER = CaptureHeader(
    "0.1.0",
    "rig.yaml",
    5.0,
    links=(
        CapturedLink("box", "surface", "osc_page", "udp://127.0.0.1:9?listen=10"),
        CapturedLink("daw", "target", "plain_osc", "udp://127.0.0.1:11"),
    ),
)
FILES = (CapturedFile("rig.yaml", RIG), CapturedFile("../shared/lines.yaml", LINES))


def osc(address: str, value: float) -> bytes:
    return encode(OscMessage(address, (value,), "f"))


def a_move(value: float = 0.5) -> list[Line]:
    return [
        Moment(5.0, "open", "box"),
        Moment(5.0, "open", "daw"),
        Moment(6.0, "in", "box", osc("/f1", 0.5)),
        Moment(6.0, "out", "daw", osc("/f", value)),
        Moment(7.0, "in", "box", osc("/f1", 0.75)),
        Moment(7.0, "out", "daw", osc("/f", 0.75)),
    ]


def written(path: Path, *lines: Line) -> Path:
    file = path / "a.sbcap"
    file.write_bytes(b"".join(map(encode_line, lines)))
    return file


async def test_a_captured_rig_with_its_includes_replays_to_the_same_bytes(tmp_path: Path) -> None:
    capture = read_capture(written(tmp_path, HEADER, *FILES, *a_move(), CaptureEnd("Done.")))
    assert not sayings(capture)
    replayed = await replay_capture(capture)
    assert (replayed.moments, replayed.chunks, replayed.different) == (4, 2, 0)


async def test_what_is_sent_otherwise_is_told_with_its_cause(tmp_path: Path) -> None:
    capture = read_capture(written(tmp_path, HEADER, *FILES, *a_move(0.25)))
    replayed = await replay_capture(capture)
    assert replayed.different == 1
    (difference,) = replayed.differences
    assert difference.cause == Moment(6.0, "in", "box", osc("/f1", 0.5))
    assert difference.recorded == (osc("/f", 0.25),)
    assert difference.replayed == (osc("/f", 0.5),)


async def test_another_rig_may_be_tried_on_a_capture(tmp_path: Path) -> None:
    capture = read_capture(written(tmp_path, HEADER, *FILES, *a_move()))
    mended = lay_out({**capture.files}, "rig.yaml", tmp_path / "mended")
    lines = mended.parent / "../shared/lines.yaml"
    lines.write_text(LINES.replace("> daw:/f", "> daw:/g"), encoding="utf-8")
    replayed = await replay_capture(capture, rig=str(mended))
    assert replayed.different == 2


async def test_a_reload_is_replayed_too(tmp_path: Path) -> None:
    lines: list[Line] = [
        HEADER,
        *FILES,
        *a_move(),
        FILES[0],
        CapturedFile("../shared/lines.yaml", LINES.replace("/f {v:f}", "/g {v:f}")),
        Moment(8.0, "reload", "", b"rig.yaml"),
        Moment(9.0, "in", "box", osc("/f1", 0.25)),
        Moment(9.0, "out", "daw", osc("/g", 0.25)),
    ]
    replayed = await replay_capture(read_capture(written(tmp_path, *lines)))
    assert replayed.chunks == 3
    assert not replayed.different


async def test_every_cut_of_a_capture_replays_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = written(tmp_path, HEADER, *FILES, *a_move()).read_bytes()
    start = sum(len(encode_line(line)) for line in (HEADER, *FILES))
    for cut in range(start, len(whole), 23):
        path = tmp_path / "cut.sbcap"
        path.write_bytes(whole[:cut])
        capture = read_capture(path)
        assert "has no end" in " ".join(sayings(capture))
        assert not (await replay_capture(capture)).different, cut


def test_lines_that_are_none_are_told_with_the_first_ones_number(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER, *FILES, *a_move(), CaptureEnd("Done."))
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:4], b"\xff\n", b"x" * (1 << 20) + b"\n", *lines[4:]]))
    capture = read_capture(path)
    assert sayings(capture) == ["Left out: 2 lines that could not be read. Line 5 is no JSON."]
    assert len(capture.moments) == 6
    path.write_bytes(b"".join([*lines[:4], b"\xff\n", *lines[4:]]))
    assert sayings(read_capture(path))[0].startswith("Left out: 1 line that")


async def test_moments_that_fit_nothing_are_counted(tmp_path: Path) -> None:
    lines = [
        Moment(5.0, "in", "ghost", b"a"),
        Moment(5.0, "open", "ghost"),
        Moment(5.0, "lost", "box"),
        Moment(5.0, "wake", "box"),
        Moment(5.0, "tick", "", b"25th hour"),
    ]
    replayed = await replay_capture(read_capture(written(tmp_path, HEADER, *FILES, *lines)))
    assert replayed.ignored == 5


@pytest.mark.parametrize("text", ["", "hello\n", '{"end":"x"}\n'])
def test_what_is_no_capture_is_refused_with_how_to_make_one(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.sbcap"
    path.write_text(text)
    with pytest.raises(RecordingRefused, match="'surfacebridge record RIG -o FILE' makes one"):
        read_capture(path)


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(RecordingRefused, match="cannot be read: No such file"):
        read_capture(tmp_path / "none.sbcap")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("/etc/rig.yaml", "leads out of its folder"),
        ("../" * 9 + "rig.yaml", "leads out of its folder"),
        ("..\\rig.yaml", "leads out of its folder"),
        ("C:/rig.yaml", "leads out of its folder"),
        (".bashrc", "is no file of a rig"),
        ("sub/tool.py", "is no file of a rig"),
    ],
)
def test_a_strangers_capture_writes_nowhere_else(tmp_path: Path, name: str, why: str) -> None:
    inside = tmp_path / "inside"
    with pytest.raises(RecordingRefused, match=why):
        lay_out({"rig.yaml": RIG, name: "x"}, "rig.yaml", inside)
    assert {path.name for path in tmp_path.iterdir()} <= {"inside"}


async def test_a_captured_rig_with_errors_says_them(tmp_path: Path) -> None:
    capture = read_capture(written(tmp_path, HEADER, CapturedFile("rig.yaml", "surfacebridge: 9")))
    with pytest.raises(MappingRefused):
        await replay_capture(capture)


async def test_a_capture_cannot_allow_itself_code(tmp_path: Path) -> None:
    lines = LINES.replace("{v:f}", "{v:f} | py(os:getcwd)")
    header = CaptureHeader("0.1.0", "rig.yaml", 5.0, code=("os",), links=HEADER.links)
    capture = read_capture(
        written(tmp_path, header, FILES[0], CapturedFile("../shared/lines.yaml", lines))
    )
    with pytest.raises(MappingRefused) as refused:
        await replay_capture(capture)
    assert "--allow-code" in str(refused.value.problems[0])
