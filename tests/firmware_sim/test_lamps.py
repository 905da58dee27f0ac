import json
from pathlib import Path

import pytest

from firmware_sim.lamps import Meter, Ring, lamp_state

VECTORS = Path(__file__).parent.parent / "vectors" / "protocols.jsonl"


def ring_vectors() -> list[tuple[int, list[int], bool]]:
    rows = [json.loads(line) for line in VECTORS.read_text().splitlines()]
    return [
        (int(row["bytes"].split()[2], 16), meaning["leds_on"], meaning["center_led"])
        for row in rows
        if row["protocol"] == "mcu" and (meaning := row["meaning"])["type"] == "vpot_ring"
    ]


@pytest.mark.parametrize(("byte", "leds", "lower"), ring_vectors())
def test_a_ring_lights_what_the_documents_say(byte: int, leds: list[int], lower: bool) -> None:
    ring = Ring.from_byte(byte)
    assert (list(ring.leds), ring.lower) == (leds, lower)


def test_there_are_ring_vectors() -> None:
    assert len(ring_vectors()) >= 15


def test_a_value_past_the_last_led_is_the_last_led() -> None:
    assert Ring.from_byte(0x2F).leds == tuple(range(1, 12))


@pytest.mark.parametrize(
    ("velocity", "state"), [(0, "dark"), (1, "blink"), (0x40, "lit"), (0x7F, "lit")]
)
def test_a_velocity_is_a_lamp_state(velocity: int, state: str) -> None:
    assert lamp_state(velocity) == state


def test_a_meter_falls_one_step_each_three_tenths_of_a_second() -> None:
    meter = Meter()
    meter.show(12)
    meter.advance(0.29)
    assert meter.level == 12
    meter.advance(0.02)
    assert meter.level == 11
    meter.advance(60)
    assert meter.level == 0


def test_overload_stays_until_it_is_cleared() -> None:
    meter = Meter()
    meter.show(5)
    meter.show(0xE)
    meter.advance(10)
    assert (meter.level, meter.overload) == (0, True)
    meter.show(0xF)
    assert meter.overload is False


def test_above_zero_is_the_top() -> None:
    meter = Meter()
    meter.show(0xD)
    assert meter.level == 12
