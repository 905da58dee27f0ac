"""Automation hears of a hand before its first value and is told that it left after its last one.

Each DAW in its own bytes, in virtual time: with a surface that feels a hand, with one that does
not, and with one that is pulled out in mid-move.
"""

import re
from dataclasses import dataclass
from typing import Final

import pytest

from surfacebridge.apps.mapping_files import mappings_folder
from surfacebridge.model.controls import ControlId, LetGo, Moved, Touched
from surfacebridge.rehearsal.rig import Rig, Wired
from tests.rehearsal.stage import started

ON: Final = b"\x3f\x80\0\0"
OFF: Final = b"\0\0\0\0"


@dataclass(frozen=True)
class Daw:
    """A shipped rig in front of a DAW, and what its second fader says there."""

    rig: str
    surface: str
    target: str
    touch: bytes
    level: bytes
    release: bytes


MACKIE: Final = Daw("xtouch-daw", "x", "daw", b"\x90\x69\x7f", b"\xe1", b"\x90\x69\x00")
DAWS: Final = {
    "Logic Pro": MACKIE,
    "Cubase": MACKIE,
    "Studio One": MACKIE,
    "Pro Tools": Daw(
        "mcu-protools",
        "mcu",
        "protools",
        bytes.fromhex("b00f01 b02f40"),
        b"\xb0\x01",
        bytes.fromhex("b00f01 b02f00"),
    ),
    "REAPER": Daw(
        "xtouch-reaper",
        "x",
        "daw",
        b"/track/2/volume/touch\0\0\0,f\0\0" + ON,
        b"/track/2/volume/db\0",
        b"/track/2/volume/touch\0\0\0,f\0\0" + OFF,
    ),
    "Ardour": Daw(
        "xtouch-ardour",
        "x",
        "daw",
        b"/strip/fader/touch\0\0,ii\0\0\0\0\2\0\0\0\1",
        b"/strip/gain\0,if\0\0\0\0\2",
        b"/strip/fader/touch\0\0,ii\0\0\0\0\2\0\0\0\0",
    ),
}
FADER: Final = re.compile(r"^(    - fader <> .*:\n)", re.MULTILINE)


def rig_of(daw: Daw, *, feels: bool = True) -> Rig:
    """Return the rig at rest; on a surface that feels no hand touch is made from motion."""
    text = (mappings_folder() / "rigs" / f"{daw.rig}.yaml").read_text()
    return started(text if feels else FADER.sub(r"\1        touch: made\n", text, count=1))


def said(rig: Rig, daw: Daw) -> list[str]:
    """Return what the DAW was told, one word for each run of the same."""
    words: list[str] = []
    wired = (one for one in rig.log if isinstance(one, Wired) and one.endpoint == daw.target)
    for one in wired:
        for word in ("touch", "level", "release"):
            if getattr(daw, word) in one.data and words[-1:] != [word]:
                words.append(word)
    return words


def ride(rig: Rig, fader: ControlId) -> None:
    """Move a cap ten times, a fiftieth of a second apart."""
    for step in range(1, 11):
        rig.gesture(Moved(fader, 0.3 + step / 50))
        rig.advance(rig.now + 0.02)


@pytest.mark.parametrize("name", DAWS)
def test_touch_comes_before_the_first_value_and_release_after_the_last(name: str) -> None:
    daw = DAWS[name]
    rig, fader = rig_of(daw), ControlId(f"{daw.surface}.fader.2")
    rig.gesture(Touched(fader))
    ride(rig, fader)
    rig.gesture(LetGo(fader))
    rig.advance(rig.now + 1.0)
    assert said(rig, daw) == ["touch", "level", "release"]


@pytest.mark.parametrize("name", DAWS)
def test_a_touch_is_made_from_motion_and_ends_soon_after_it(name: str) -> None:
    daw = DAWS[name]
    rig, fader = rig_of(daw, feels=False), ControlId(f"{daw.surface}.fader.2")
    ride(rig, fader)
    assert said(rig, daw) == ["touch", "level"]
    rig.advance(rig.now + 0.5)
    assert said(rig, daw) == ["touch", "level", "release"]


@pytest.mark.parametrize("feels", [True, False], ids=["touch", "no touch"])
@pytest.mark.parametrize("name", DAWS)
def test_a_surface_that_is_pulled_out_in_mid_move_lets_go_at_once(name: str, feels: bool) -> None:
    daw = DAWS[name]
    rig, fader = rig_of(daw, feels=feels), ControlId(f"{daw.surface}.fader.2")
    if feels:
        rig.gesture(Touched(fader))
    ride(rig, fader)
    rig.unplug(daw.surface)
    rig.advance(rig.now + 0.05)
    assert said(rig, daw) == ["touch", "level", "release"]
