"""Every shipped rig is right, its stories come true, and they notice what breaks it."""

from functools import cache

import pytest

from surfacebridge.apps.mapping_files import LoadedRig, load_rig, shipped_rigs
from surfacebridge.rehearsal.fuzz import Finding
from surfacebridge.rehearsal.programme import Programme

# What a rig's stories must notice of all the ways to break it.
NOTICED = 0.9

# Here every third way is tried, for each is a rig of its own to start;
# `surfacebridge test --mutate` tries them all.
SAMPLE = 3

RIGS = shipped_rigs()


@cache
def loaded(name: str) -> LoadedRig:
    return load_rig(name, {})


@cache
def programme(name: str) -> Programme:
    rig = loaded(name)
    assert rig.document is not None
    assert rig.plan is not None
    return Programme(rig.document, rig.plan)


def stories() -> list[tuple[str, str]]:
    found = []
    for name in RIGS:
        document = loaded(name).document
        if document is not None:
            found += [(name, story.name) for story in document.stories]
    return found


def test_there_are_rigs_to_start_from() -> None:
    assert {"xtouch-x32", "mcu-xt-ardour", "serial-box-logic", "hui-reaper"} <= set(RIGS)


@pytest.mark.parametrize("name", RIGS)
def test_a_shipped_rig_is_right(name: str) -> None:
    assert [str(one) for one in programme(name).problems] == []
    assert [str(one) for one in loaded(name).problems if one.severity == "error"] == []


@pytest.mark.parametrize("name", RIGS)
def test_the_tests_on_its_lines_come_true(name: str) -> None:
    failures = [str(one.failure) for one in programme(name).line_tests() if not one.passed]
    assert failures == []


@pytest.mark.parametrize(("name", "story"), stories())
def test_a_story_of_it_comes_true(name: str, story: str) -> None:
    assert str(programme(name).story(story).failure or "") == ""


@pytest.mark.parametrize("name", RIGS)
def test_its_stories_reach_every_line(name: str) -> None:
    coverage = programme(name).coverage(programme(name).verdicts())
    assert [f"{one.span}: {one.line}" for one in coverage.unreached] == []


@pytest.mark.timeout(240)
@pytest.mark.parametrize("name", RIGS)
def test_its_stories_notice_what_breaks_it(name: str) -> None:
    mutations = programme(name).mutations()[::SAMPLE]
    outcomes = list(programme(name).survey(mutations))
    missed = [str(one.mutation) for one in outcomes if not one.noticed]
    assert len(missed) <= (1 - NOTICED) * len(outcomes), "\n".join(missed)


@pytest.mark.parametrize("name", RIGS)
def test_random_hands_break_no_rule(name: str) -> None:
    found = [one for one in programme(name).fuzz(200, 11) if isinstance(one, Finding)]
    assert "\n".join(map(str, found)) == ""
