"""0 dB on the scale of a cap is 0 dB in the DAW, where the DAW's law is known."""

import pytest

from surfacebridge.apps.mapping_files import load_rig
from surfacebridge.mapping.document import Story, StoryStep
from surfacebridge.mapping.source import Span
from surfacebridge.model.laws import LAWS
from surfacebridge.rehearsal.casting import Casting
from surfacebridge.rehearsal.runner import run_story
from surfacebridge.rehearsal.story import read_story, words_of

# Where the published sources have 0 dB on the host's own fader (docs/hosts/README.md).
NOUGHT = {"live": 13_926, "ardour": 12_808, "reaper": round(0.7162 * 16_383)}
STEP = 16


@pytest.mark.parametrize("law", NOUGHT)
@pytest.mark.parametrize(("rig", "surface"), [("xtouch-daw", "x"), ("hui-daw", "hui")])
def test_nought_decibels_are_nought_at_both_ends(rig: str, surface: str, law: str) -> None:
    loaded = load_rig(rig, {"daw_law": law})
    assert loaded.plan is not None, loaded.problems
    assert loaded.document is not None
    place = NOUGHT[law] // STEP * STEP
    wire = f"{place & 0x7F:02X} {place >> 7:02X}"
    steps = (
        f"recv daw midi E1 {wire}",
        f"expect {surface}.fader.2 0dB ~0.003",
        f"touch {surface}.fader.3",
        f"move {surface}.fader.3 0dB",
        f"expect daw.fader.3 {LAWS[law].from_db(0.0):.4f} ~0.002",
    )
    written = tuple(StoryStep(step, Span(rig, n, 1)) for n, step in enumerate(steps, 1))
    story = Story("nought", written, Span(rig, 1, 1))
    read, problems = read_story(story, words_of(loaded.plan))
    assert problems == []
    verdict = run_story(story, read, loaded.plan, Casting(loaded.document, loaded.plan))
    assert str(verdict.failure or "") == ""


def test_without_a_law_caps_stand_where_the_daws_faders_stand() -> None:
    loaded = load_rig("xtouch-daw", {})
    assert loaded.plan is not None
    assert [str(one) for one in loaded.problems if one.severity == "error"] == []
    assert loaded.plan.targets["daw"].facts["host top"] == 16_383
    fl = load_rig("xtouch-daw", {"host_top": "16340"})
    assert fl.plan is not None
    assert fl.plan.targets["daw"].facts["host top"] == 16_340
