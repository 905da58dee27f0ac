"""A capture becomes a folder with a rig and a story that comes true."""

from dataclasses import replace
from pathlib import Path

import pytest

from surfacebridge.apps.captures import Capture
from surfacebridge.apps.mapping_files import load_rig
from surfacebridge.apps.story_writing import write_story
from surfacebridge.errors import RecordingRefused
from surfacebridge.protocols.capture import CapturedLink, CaptureHeader, Moment
from surfacebridge.protocols.osc.messages import OscMessage
from surfacebridge.protocols.osc.packet import encode
from surfacebridge.rehearsal.programme import Programme

RIG = """\
surfacebridge: 1
settings: {where: {type: host}}
surfaces: {x: {device: behringer/x-touch, port: X}}
targets: {daw: {osc: "udp://127.0.0.1:9", listen: 8000}}
banks: {all: ["1", "2"]}
strip:
  map:
    - fader <> daw:/fader/{n} {v:f}
    - mute <> daw:/mute/{n} {v:i} | toggle
"""
HEADER = CaptureHeader(
    "0.1.0",
    "rig.yaml",
    5.0,
    settings={"where": "10.0.0.5"},
    links=(
        CapturedLink("x", "surface", "mcu", "midi:X"),
        CapturedLink("daw", "target", "plain_osc", "udp://127.0.0.1:9?listen=8000"),
    ),
)


def daw(address: str, value: float, tag: str = "f") -> bytes:
    return encode(OscMessage(address, (value,), tag))


def captured() -> Capture:
    moments = [
        Moment(5.0, "open", "daw"),
        Moment(5.0, "open", "x"),
        Moment(5.5, "in", "daw", daw("/fader/1", 0.25)),
        Moment(5.5, "in", "daw", daw("/fader/2", 0.75)),
        Moment(6.0, "in", "x", bytes.fromhex("90687F")),
        Moment(6.1, "in", "x", bytes.fromhex("E00010")),
        Moment(6.2, "in", "x", bytes.fromhex("E00020")),
        Moment(6.3, "in", "x", bytes.fromhex("906800")),
        Moment(7.0, "in", "x", bytes.fromhex("90107F")),
        Moment(7.1, "in", "x", bytes.fromhex("901000")),
        Moment(8.0, "in", "daw", daw("/fader/2", 0.5)),
    ]
    return Capture(HEADER, files={"rig.yaml": RIG}, moments=moments)


async def test_the_story_passes_and_holds_no_more_of_before_than_it_needs(tmp_path: Path) -> None:
    story = await write_story(captured(), "as in a.sbcap", tmp_path / "a")
    assert story.path == tmp_path / "a" / "story.yaml"
    loaded = load_rig(str(story.path), {})
    assert loaded.document is not None
    assert loaded.plan is not None
    programme = Programme(loaded.document, loaded.plan)
    assert not programme.problems
    assert programme.story("as in a.sbcap").passed
    text = story.path.read_text(encoding="utf-8")
    steps = [line.strip() for line in text.splitlines()]
    assert "- move x.fader.1 0.25024 in 100ms" in steps
    assert "- expect daw:/fader/1 0.250244379 ~0.000001" in steps
    assert "- press x.mute.1" in steps
    assert "- expect daw:/mute/1 1 ~0.000001" in steps
    assert "- recv daw:/fader/2 0.5" in steps
    assert steps[-1] == "- expect x.fader.2 0.50000"
    assert not any("0.75" in step for step in steps if "recv" in step)
    assert story.expected >= 1


async def test_a_fader_that_caught_its_value_at_once_catches_it_in_the_story_too(
    tmp_path: Path,
) -> None:
    rig = RIG.replace("behringer/x-touch", "korg/nanokontrol2").split("    - mute")[0]
    links = (CapturedLink("x", "surface", "plain_midi", "midi:X"), HEADER.links[1])
    moments = [
        Moment(5.0, "open", "daw"),
        Moment(5.0, "open", "x"),
        Moment(5.5, "in", "daw", daw("/fader/1", 64 / 127)),
        *(
            Moment(6.0 + (64 - place) / 100, "in", "x", bytes((0xB0, 0, place)))
            for place in range(64, 20, -1)
        ),
    ]
    capture = Capture(replace(HEADER, links=links), files={"rig.yaml": rig}, moments=moments)
    story = await write_story(capture, "as in a.sbcap", tmp_path / "a")
    assert story.apart == 0, story.path.read_text(encoding="utf-8")
    assert "- expect daw:/fader/1 0.165354" in story.path.read_text(encoding="utf-8")


async def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(RecordingRefused, match="Name a new folder with -o"):
        await write_story(captured(), "as in a.sbcap", tmp_path)
