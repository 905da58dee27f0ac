"""Every fader that is shipped, over every level that is shipped: the same decibels at both ends."""

from collections.abc import Iterator

import pytest

from surfacebridge.model.laws import Law
from surfacebridge.model.parameters import ParameterId
from surfacebridge.model.sheets import ParameterSpec
from surfacebridge.model.values import OFF
from tests.profiles.shipped import ShippedFiles, shipped
from tests.rehearsal.stage import tell

MARKS = (-60.0, -30.0, -10.0, 0.0)

# What a law is where a sheet gives none of its places: the finest there is.
FINE = 16_384

Scale = tuple[Law, int]


def faders() -> Iterator[tuple[str, Scale]]:
    """Yield each scale of a shipped surface once, under the name of one that has it."""
    seen = set()
    for name in sorted(ShippedFiles().names("devices")):
        device = shipped().device(name)
        for control in device.controls.values():
            if control.law is not None and (control.law, control.steps) not in seen:
                seen.add((control.law, control.steps))
                yield f"{name} {control.name}", (control.law, control.steps)


def levels() -> Iterator[tuple[str, Scale]]:
    """Yield each scale of a shipped target once, under the name of one that has it."""
    seen = set()
    for name in sorted(ShippedFiles().names("targets")):
        for key, spec in shipped().target(name).parameters.items():
            scale = spec.law, spec.steps or FINE
            if spec.kind == "level" and scale[0] is not None and scale not in seen:
                seen.add(scale)
                yield f"{name} {key}", (scale[0], scale[1])


FADERS, LEVELS = dict(faders()), dict(levels())


def spec_of(scale: Scale) -> ParameterSpec:
    return ParameterSpec(ParameterId("desk.it"), "level", law=scale[0], steps=scale[1])


def step(scale: Scale, level: float) -> float:
    """Return how far apart two places are around ``level``, in dB."""
    law, places = scale[0], scale[1] - 1
    at = min(max(round(law.from_db(level) * places), 1), places - 1)
    return law.to_db((at + 1) / places) - law.to_db(max(at - 1, 1) / places)


def held(scale: Scale, level: float) -> float:
    """Return what is left of ``level`` where it can only stand on the places of ``scale``."""
    value = spec_of(scale).snap(level)
    assert isinstance(value, float)
    return value


def bottom(scale: Scale) -> float:
    """Return the lowest level that is not off."""
    return scale[0].to_db(1 / (scale[1] - 1))


def test_there_is_something_to_compare() -> None:
    assert len(FADERS) > 2
    assert len(LEVELS) > 8


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("fader", FADERS)
def test_a_level_is_the_same_at_both_ends_within_the_coarser_grid(fader: str, level: str) -> None:
    ours, theirs = FADERS[fader], LEVELS[level]
    lowest = max(bottom(ours), bottom(theirs))
    top = min(ours[0].top, theirs[0].top)
    for mark in (*(one for one in MARKS if one >= lowest), top):
        coarser = max(step(ours, mark), step(theirs, mark))
        assert held(theirs, held(ours, mark)) == pytest.approx(mark, abs=coarser)
        assert held(ours, held(theirs, mark)) == pytest.approx(mark, abs=coarser)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("fader", FADERS)
def test_off_is_off_and_unity_is_unity_at_both_ends(fader: str, level: str) -> None:
    ours, theirs = FADERS[fader], LEVELS[level]
    assert held(theirs, held(ours, OFF)) == OFF
    assert held(ours, held(theirs, OFF)) == OFF
    # Where a wire has no place for 0 dB exactly, it is the place next to it; and stays that.
    unity = held(theirs, 0.0)
    assert unity == pytest.approx(0.0, abs=step(theirs, 0.0) / 2)
    assert held(theirs, held(ours, unity)) == pytest.approx(unity, abs=step(ours, 0.0))


@pytest.mark.parametrize(
    ("profile", "subject", "at_three_quarters"),
    [
        ("ardour/ardour", "track", "-1.0dB"),
        ("allenheath/dlive", "ch", "-6dB"),
        ("behringer/x32", "ch", "0dB"),
    ],
)
def test_a_fader_matched_by_position_stands_as_high_at_both_ends(
    profile: str, subject: str, at_three_quarters: str
) -> None:
    text = f"""surfacebridge: 1
name: heights
surfaces: {{x: {{device: behringer/x-touch, port: x}}}}
targets: {{desk: {{profile: {profile}, host: 127.0.0.1}}}}
banks: {{all: {{items: "desk.{subject}.{{1..8}}"}}}}
strip: {{map: ["fader <> .fader | db": {{match: position}}]}}
"""
    verdict = tell(
        text,
        "move x.fader.1 75%",
        f"expect desk.{subject}.1.fader {at_three_quarters} ~0.3",
        f"recv desk.{subject}.2.fader {at_three_quarters}",
        "expect x.fader.2 75% ~0.005",
        f"recv desk.{subject}.3.fader -oo",
        "expect x.fader.3 0%",
    )
    assert verdict.passed, str(verdict.failure)
