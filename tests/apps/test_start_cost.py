"""A guard on what a start costs, in modules and calls: figures that no busy machine changes.

Seconds are for ``benchmarks/standing.py``.
"""

import re
from pathlib import Path

import pytest

from surfacebridge.apps.mapping_files import LoadedRig, load_rig
from tests.helpers.calls import calls_of
from tests.helpers.commands import started

# As counted when this was written, and a tenth more: who needs more has made every start slower.
MODULES = 485
CALLS = 265_000

SPARED = re.compile(
    r"(aiomqtt|firmware_sim|paho|rich|rtmidi|serial|zeroconf"
    r"|surfacebridge\.(rehearsal|protocols\.(capture|rtpmidi)|bridge\.studio|apps\.recording"
    r"|profiles\.plain_midi|transports\.(midi_port|rtp_midi|mqtt|serial_port)))(\.|$)"
)
"""What a rig without MIDI ports, serial lines, a broker and a capture has no use for."""


def test_a_start_imports_what_its_rig_needs_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPROFILEIMPORTTIME", "1")
    at = ("--at", f"x=pty:{tmp_path}/none", "--at", "desk=udp://127.0.0.1:9")
    with started(tmp_path / "log", "run", "xtouch-x32", "--no-reload", *at) as running:
        running.wait_for("x is waiting")
        running.wait_for("desk is")
        running.stop()
        imported = set(re.findall(r"^import time:.*\| +(\S+)$", running.said(), re.MULTILINE))

    assert "surfacebridge.profiles.osc_console" in imported
    assert [name for name in sorted(imported) if SPARED.match(name)] == []
    assert len(imported) <= MODULES


def test_reading_a_rig_costs_no_more_calls_than_it_did() -> None:
    load_rig("xtouch-x32", {})
    loaded: list[LoadedRig] = []

    calls = calls_of(lambda: loaded.append(load_rig("xtouch-x32", {})))

    assert loaded[0].plan is not None
    assert calls <= CALLS
