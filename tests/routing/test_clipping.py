import re

import pytest

from tests.helpers.written import load

RIG = """
surfacebridge: 1
name: bench
surfaces: {{x: {{device: behringer/x-touch, port: x}}}}
targets: {{desk: {{profile: behringer/x32, host: 127.0.0.1}}}}
banks: {{a: {{items: [desk.ch.1, desk.dca.1]}}}}
strip:
  map:
    - {strip}
map:
  - {line}
"""


def warnings(strip: str = "mute <> .on", line: str = "x.f1 > desk.clearsolo") -> list[str]:
    return [str(one) for one in load(RIG.format(strip=strip, line=line)).problems]


def test_a_fader_that_fits_is_not_talked_about() -> None:
    assert warnings("fader <> .fader | db", "x.main.fader <> desk.main.st.fader | db") == []


def test_a_fader_that_goes_higher_than_its_target_is_told_of() -> None:
    (said,) = warnings("fader <> .fader | db(reaper)")
    assert said.startswith("rig:9:7: warning: ")
    assert "'fader' goes up to +12 dB and what it moves to +10 dB only" in said


def test_a_main_fader_is_looked_at_too() -> None:
    (said,) = warnings(line="x.main.fader > desk.main.st.fader | db(reaper)")
    assert "'x.main.fader' goes up to +12 dB" in said


def test_a_range_past_the_parameters_is_told_of() -> None:
    (said,) = warnings("fader > .eq.1.gain | scale(0..1, -30..30)")
    assert "this says -30 to 30, and what it moves holds -15 to 15" in said
    assert warnings("fader > .eq.1.gain | scale(0..1, -10..10)") == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("x.f1 > desk.main.st.fader 20dB", "20dB is too far: what it moves holds -oodB to 10dB"),
        ("x.f1 > desk.main.st.fader 0.7x", "'0.7x' is no value of this; a level is written -10dB"),
        ("x.f1 > desk.ch.1.eq.1.gain 16", "16 is too far: what it moves holds -15 to 15"),
    ],
)
def test_a_constant_outside_the_range_is_an_error(line: str, said: str) -> None:
    with pytest.raises(AssertionError, match=re.escape(said)):
        warnings(line=line)


def test_a_constant_within_the_range_is_fine() -> None:
    assert warnings(line="x.f1 > desk.main.st.fader -oo") == []


@pytest.mark.parametrize("strip", ["fader < .fader | db(reaper)", "fader <> .fader | < db(reaper)"])
def test_what_only_goes_to_the_surface_clips_nothing(strip: str) -> None:
    assert not any("goes up to" in said for said in warnings(strip))
