"""A bug report is one file: recorded here, replayed elsewhere, to the same bytes."""

import asyncio
import re
import shutil
import socket
from math import frexp
from pathlib import Path

import pytest

from firmware_sim.sockets.pty import PtySocket
from firmware_sim.sockets.udp import UdpServer
from firmware_sim.x32 import X32
from firmware_sim.xtouch import XTouch
from surfacebridge.apps.captures import read_capture
from surfacebridge.apps.mapping_files import mappings_folder
from tests.helpers.commands import Running, is_traceback, started, surfacebridge
from tests.helpers.waiting import until

KEPT = Path(__file__).parents[1] / "vectors" / "x-touch-osc.sbcap"


async def says(running: Running, words: str) -> None:
    await until(lambda: words in running.said(), within=10)


async def play(surface: XTouch, desk: X32) -> None:
    surface.touch(1)
    surface.move(1, 0.75, 0.2)
    await until(lambda: float(desk.value("/ch/01/mix/fader")) > 0.7)
    desk.set_from_desk("/ch/01/mix/fader", 0.2)
    desk.set_from_desk("/ch/02/mix/fader", 0.9)
    surface.release(1)
    surface.tap("mute.3")
    await until(lambda: desk.value("/ch/03/mix/on") == 0)
    await until(lambda: surface.fader_position(2) == pytest.approx(0.9, abs=0.01))


async def record(folder: Path, capture: Path) -> None:
    """Play on a real bridge, its own rig in ``folder``; pull the surface's cable once."""
    rig, lines = folder / "rigs" / "show.yaml", folder / "common" / "rest.yaml"
    for file in (rig, lines):
        file.parent.mkdir(parents=True)
    shutil.copy(mappings_folder() / "rigs" / "xtouch-x32.yaml", lines)
    rig.write_text("surfacebridge: 1\nname: our show\ninclude: ../common/rest.yaml\n")
    desk, surface = X32(), XTouch()
    desk.set_from_desk("/ch/01/config/name", "Kick")
    link = folder / "x-touch"
    async with UdpServer(desk) as server, PtySocket(surface, link) as plug:
        at = ("--at", f"x=pty:{link}", "--at", f"desk=udp://127.0.0.1:{server.address[1]}")
        words = ("record", str(rig), "-o", str(capture), "--set", "desk_ip=127.0.0.1", *at)
        with started(folder / "log", *words) as running:
            await says(running, "x is connected")
            await says(running, "desk is connected")
            await play(surface, desk)
            surface.touch(4)
            surface.move(4, 0.9, 0.5)
            await until(lambda: float(desk.value("/ch/04/mix/fader")) > 0.3)
            plug.unplug()
            await says(running, "x is lost")
            surface.release(4)
            desk.set_from_desk("/ch/05/mix/fader", 0.6)
            plug.plug()
            await until(lambda: surface.fader_position(5) == pytest.approx(0.6, abs=0.01))
            assert await asyncio.to_thread(running.stop) == 0
            assert not is_traceback(running.said())


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A capture of a real session; the rig it was made with is gone."""
    here = tmp_path_factory.mktemp("here")
    capture = tmp_path_factory.mktemp("there") / "bug.sbcap"
    asyncio.run(record(here, capture))
    shutil.rmtree(here)
    return capture


ELSEWHERE = {
    "another order of sets": {"PYTHONHASHSEED": "77"},
    "no order of sets": {"PYTHONHASHSEED": "0"},
    "another time of day": {"TZ": "Pacific/Chatham", "PYTHONHASHSEED": "1"},
    "another language": {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONHASHSEED": "2"},
    "another user": {"HOME": "/nonexistent", "XDG_RUNTIME_DIR": "/nonexistent"},
}
"""What another machine may have otherwise."""


@pytest.mark.parametrize("there", ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_captured_session_replays_to_the_same_bytes_elsewhere(
    recorded: Path, there: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in there.items():
        monkeypatch.setenv(name, value)
    done = surfacebridge("replay", recorded.name, cwd=recorded.parent)
    assert done.returncode == 0, done.stdout
    assert "chunks, to the byte." in done.stdout
    assert not done.stderr


def test_a_captured_session_replays_to_the_same_bytes_by_any_clock(
    recorded: Path, tmp_path: Path
) -> None:
    said = recorded.read_bytes()
    began = re.search(rb'"began":([0-9.]+)', said)
    assert began is not None
    # Past a power of two floats are coarser, and a timer's due time is another: stay between two.
    floor = 2.0 ** (frexp(float(began[1]))[1] - 1)
    shift = floor / 4 if float(began[1]) < 1.5 * floor else -floor / 4

    def other(found: re.Match[bytes]) -> bytes:
        return b'"%s":%r' % (found[1], float(found[2]) + shift)

    shifted = re.sub(rb'"(t|began)":([0-9.]+)', other, said)
    shifted = re.sub(rb'"date":"[^"]*"', b'"date":"1999-12-31T23:59:59+00:00"', shifted, count=1)
    elsewhere = tmp_path / "elsewhere.sbcap"
    elsewhere.write_bytes(shifted)
    done = surfacebridge("replay", str(elsewhere))
    assert done.returncode == 0, done.stdout
    assert "chunks, to the byte." in done.stdout


@pytest.mark.parametrize("there", ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_session_that_an_earlier_build_captured_replays_to_the_same_bytes(
    there: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # An X-Touch and a program that speaks OSC: rides, banks, flip, a plug that is pulled. Where a
    # change of ours means to send other bytes, this file is to be recorded anew with it.
    for name, value in there.items():
        monkeypatch.setenv(name, value)
    done = surfacebridge("replay", str(KEPT), cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert "sent the same 764 chunks, to the byte." in done.stdout


def test_the_pulled_cable_is_in_it(recorded: Path) -> None:
    moments = [one for one in read_capture(recorded).moments if one.name == "x"]
    happened = [one.what for one in moments if one.what in {"open", "lost", "close"}]
    assert happened == ["open", "lost", "open", "close"]
    (lost,) = (one for one in moments if one.what == "lost")
    assert "gone" in lost.text


def test_a_capture_that_a_crash_cut_off_replays_as_far_as_it_goes(
    recorded: Path, tmp_path: Path
) -> None:
    data = recorded.read_bytes()
    cut = tmp_path / "cut.sbcap"
    cut.write_bytes(data[: len(data) * 2 // 3 + 7])
    done = surfacebridge("replay", str(cut))
    assert done.returncode == 0, done.stdout
    assert "The recording has no end" in done.stderr
    assert not is_traceback(done.stderr)


def test_a_byte_of_the_mapping_that_changed_is_seen(recorded: Path, tmp_path: Path) -> None:
    data = recorded.read_bytes()
    changed = tmp_path / "changed.sbcap"
    changed.write_bytes(data.replace(b"mute <> .on | invert", b"mute <> .on         "))
    # What came together at the start fills the first lines on a busy machine.
    done = surfacebridge("replay", "--all", str(changed))
    assert done.returncode == 1
    # What came together is blamed by the last of it, and mutes come among other answers.
    assert "after desk said /" in done.stdout
    assert "+ lamp set" in done.stdout


def test_what_the_surface_said_is_said_again_to_a_real_link(recorded: Path) -> None:
    heard = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.bind(("127.0.0.1", 0))
        peer.setblocking(False)
        where = f"x=udp://127.0.0.1:{peer.getsockname()[1]}"
        done = surfacebridge("replay", str(recorded), "--at", where, "--speed", "20")
        assert done.returncode == 0, done.stderr
        while True:
            try:
                heard.append(peer.recv(65_536))
            except BlockingIOError:
                break
    said = [
        one.data
        for one in read_capture(recorded).moments
        if one.what in {"in", "with"} and one.name == "x"
    ]
    assert heard == said


@pytest.mark.timeout(120)
def test_a_captured_session_becomes_a_story_that_fails_when_it_should(
    recorded: Path, tmp_path: Path
) -> None:
    shutil.copy(recorded, tmp_path / "bug.sbcap")
    done = surfacebridge("test", "--from", "bug.sbcap", cwd=tmp_path, within=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "pass  as in bug.sbcap" in done.stdout
    (story,) = (tmp_path / "bug").rglob("story.yaml")
    told = story.read_text(encoding="utf-8")
    place = [told.index(f"    - {step}") for step in ("touch x.fader.1", "release x.fader.1")]
    assert place == sorted(place)
    assert "    - move x.fader.4 " in told
    assert "    - recv desk:/ch/01/mix/fader 0.19941" in told
    for step in ("unplug x", "plug x", "press x.mute.3", "expect desk.ch.3.on off"):
        assert f"    - {step}\n" in told
    story.write_text(told.replace("expect desk.ch.3.on off", "expect desk.ch.3.on on"))
    done = surfacebridge("test", str(story), within=60)
    assert done.returncode == 1
    assert "Expected desk to be sent desk.ch.3.on on within 500 ms." in done.stdout
