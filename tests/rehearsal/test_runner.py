"""What each step does, when an expectation looks, and what is said when it fails."""

import re

import pytest

from tests.rehearsal.stage import DESK, HEAD, failure, rig_text, tell

RIG = rig_text()

EMULATED = rig_text(
    "- fader <> logic.fader.{n}: {takeover: motor, echo: settle}\n- mute <> logic.mute.{n}",
    HEAD.replace('{osc: "udp://127.0.0.1:9", listen: 8000}', '{emulate: mackie/mcu, port: "M"}')
    .replace("daw:", "logic:")
    .replace("1..16", "1..8"),
)


@pytest.mark.parametrize(
    "steps",
    [
        ("touch x.fader.1", "expect daw:/touch 1 1", "release x.fader.1", "expect daw:/touch 1 0"),
        ("move x.fader.2 0.5", "expect daw:/fader 2 0.5 ~0.001"),
        ("move x.fader.2 75%", "expect daw:/fader 2 0.75 ~0.001"),
        ("tap x.mute.3", "expect daw:/mute 3 1"),
        ("press x.select.4", "expect daw:/select 4"),
        ("turn x.vpot.1 +5", "expect no daw", "recv daw:/pan 1 0.5", "turn x.vpot.1 -10",
         "expect daw:/pan 1 0.4 ~0.001"),
        ("recv daw:/fader 3 0.25", "expect x.fader.3 0.25", "expect x midi E2 00 20"),
        ("recv daw:/fader 3 0.25", "expect x.fader.3 25%"),
        ("recv daw:/mute 1 1", "expect x.mute.1 lit", "expect x midi 90 10 7F"),
        ("expect x.mute.1 dark",),
        ('recv daw:/name 16 "Strings L"', "tap x.bank.right", 'expect x.lcd.8.top "String"'),
        ("send x E0 00 40", "expect nothing", "send x 90 68 7F", "send x midi E0 00 40",
         "expect daw:/fader 1 0.5 ~0.001"),
        ("tap x.flip", "expect x.flip lit", "move x.fader.1 0.5", "expect daw:/pan 1"),
        ("recv daw:/pan 2 0.5", "expect x.ring.2 0.5", "expect no daw"),
        ("unplug daw", "move x.fader.1 0.5", "expect no daw", "plug daw", "move x.fader.1 0.6",
         "expect daw:/fader 1 0.6 ~0.001"),
        ("touch x.fader.1", "unplug x", "expect daw:/touch 1 0"),
        ("recv daw:/mute 1 1", "restart x", "expect x.mute.1 lit"),
        ("lose 100% of daw", "move x.fader.1 0.5", "expect no daw:/fader"),
    ],
)  # fmt: skip
def test_a_story_that_is_true_passes(steps: tuple[str, ...]) -> None:
    verdict = tell(RIG, *steps)
    assert verdict.passed, str(verdict.failure)


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        (
            ("move x.fader.2 0.5", "expect daw:/fader 2 0.75 ~0.01 within 50ms"),
            "101:7: expected daw to be sent /fader 2 0.75 ±0.01 within 50 ms. It was sent /fader 2",
        ),
        (("tap x.mute.1", "expect daw:/mute 2 1"), "It was sent /mute 1 1."),
        (("touch x.fader.2", "expect daw:/mute 1"), "It was sent /touch 2 1."),
        (("wait 1s", "expect daw:/mute 1 1"), "It was sent nothing."),
        (
            ("recv daw:/fader 1 0.5", "expect x.fader.1 0.25 ~0.01"),
            "expected x.fader.1 to show 0.25 ±0.01 within 500 ms. It shows 0.5000.",
        ),
        (("wait 1s", 'expect x.lcd.1.top "Kick"'), 'It shows "".'),
        (("recv daw:/mute 1 1", "expect x.mute.1 blink"), "It shows lit."),
        (("wait 1s", "expect x.main.fader 0.5"), "It was never told to show anything."),
        (
            ("recv daw:/fader 1 0.5", "expect no x.fader.1"),
            "x.fader.1 not to be told anything for 500 ms. It was told to show 0.5000.",
        ),
        (
            ("recv daw:/fader 1 0.5", "expect nothing"),
            "expected nothing to be sent or shown anywhere for 500 ms. There was x.fader.1 0.5000.",
        ),
        (("tap x.mute.1", "expect no daw"), "It was sent daw:/mute 1 {v:i} on."),
        (("tap x.mute.1", "expect no daw:/mute 1 1"), "It was sent /mute 1 1."),
        (
            ("recv daw:/mute 1 1", "expect x midi 90 10 00"),
            "expected x to be sent 90 10 00 within 500 ms. It was sent 90 10 7F.",
        ),
        (
            ("unplug x", "touch x.fader.1"),
            "expected a hand on x.fader.1. x is unplugged at this step.",
        ),
        (
            ("unplug daw", "recv daw:/mute 1 1"),
            "expected daw to say something. It is unplugged at this step.",
        ),
        (
            ("unplug daw", "tap x.mute.1", "expect daw:/mute 1 1"),
            "It was sent nothing. daw has not answered the bridge, so nothing is written to it.",
        ),
    ],
)
def test_a_story_that_is_not_true_says_what_came_instead(
    steps: tuple[str, ...], message: str
) -> None:
    assert message in failure(RIG, *steps)


def test_a_story_ends_at_its_first_failing_step() -> None:
    verdict = tell(RIG, "expect x.mute.1 lit", "expect x.mute.2 lit")
    assert verdict.failure is not None
    assert (verdict.failure.span.line, verdict.failure.step) == (100, "expect x.mute.1 lit")


def test_each_story_starts_on_a_fresh_rig() -> None:
    assert tell(RIG, "recv daw:/mute 1 1", "expect x.mute.1 lit").passed
    assert tell(RIG, "expect x.mute.1 dark").passed


def test_an_expectation_looks_no_further_back_than_the_last_stimulus() -> None:
    steps = ("tap x.mute.1", "tap x.mute.2", "expect daw:/mute 1 1")
    assert "It was sent /mute 2 1." in failure(RIG, *steps)
    assert tell(RIG, "tap x.mute.1", "wait 1s", "expect daw:/mute 1 1").passed


def test_time_passes_only_where_the_story_lets_it() -> None:
    assert tell(RIG, "tap x.mute.1", "expect daw:/mute 1 1").seconds == pytest.approx(0.05)
    assert tell(RIG, "wait 2s", "expect no daw within 3s").seconds == pytest.approx(5.0)
    assert tell(RIG, "hold x.mute.1 2s").seconds == pytest.approx(2.0)


def test_a_slow_move_passes_through_the_places_between() -> None:
    verdict = tell(
        RIG,
        "move x.fader.1 1.0 in 100ms",
        "expect daw:/fader 1 0.5 ~0.01",
        "expect daw:/fader 1 1.0",
    )
    assert verdict.passed, str(verdict.failure)
    assert verdict.seconds == pytest.approx(0.1)


def test_a_fader_nobody_holds_is_grabbed_moved_and_let_go() -> None:
    steps = ("move x.fader.1 0.5", "expect daw:/touch 1 1", "expect daw:/touch 1 0")
    assert tell(RIG, *steps).passed
    held = ("touch x.fader.1", "move x.fader.1 0.5", "expect no daw:/touch 1 0")
    assert tell(RIG, *held).passed


def test_an_emulated_surface_speaks_and_hears_bytes() -> None:
    steps = (
        "recv logic midi E2 00 40",
        "expect x.fader.3 0.5 ~0.002",
        "move x.fader.1 1.0",
        "expect logic midi E0 7F 7F",
        "recv logic midi 90 10 7F",
        "expect x.mute.1 lit",
    )
    verdict = tell(EMULATED, *steps)
    assert verdict.passed, str(verdict.failure)


def test_a_desk_is_spoken_to_by_address_or_by_name() -> None:
    steps = (
        "move x.fader.1 0dB",
        "expect desk:/ch/01/mix/fader 0.75 ~0.001",
        "expect desk.ch.1.fader 0dB ~0.1",
        "tap x.mute.1",
        "expect desk.ch.1.on off",
        "recv desk.ch.2.fader -10dB",
        "expect x.fader.2 -10dB ~0.001",
        "recv desk:/ch/01/config/color 1",
        "expect x.lcd.1.color red",
        "recv desk.ch.1.meter -20dB",
        "expect x.meter.1 -20",
        'recv desk:/ch/01/config/name "Kick"',
        'expect x.lcd.1.top "Kick"',
    )
    verdict = tell(DESK, *steps)
    assert verdict.passed, str(verdict.failure)


@pytest.mark.parametrize("expectation", ["expect desk.ch.1.fader 0.75", "expect no desk"])
def test_what_a_desk_was_sent_instead_is_said_in_its_unit(expectation: str) -> None:
    said = failure(DESK, "move x.fader.1 -10dB", expectation)
    assert re.search(r"It was sent desk\.ch\.1\.fader -(10|9\.9\d*|10\.0\d*)dB", said), said


def test_a_virtual_desk_holds_what_it_was_told_through_a_restart() -> None:
    steps = ("move x.fader.1 0dB", "restart desk", "wait 1s", "expect no x.fader.1",
             "restart x", "expect x.fader.1 0dB ~0.001")  # fmt: skip
    verdict = tell(DESK, *steps)
    assert verdict.passed, str(verdict.failure)


def test_bytes_of_a_product_without_a_profile_are_refused_with_a_way_out() -> None:
    nano = HEAD.replace(
        "targets: {", "targets: {nano: {emulate: korg/nanokontrol2, port: virtual Nano}, "
    )
    message = failure(rig_text(head=nano), "recv nano midi 90 00 00")
    assert "has no profile yet, so it is rehearsed without bytes" in message
