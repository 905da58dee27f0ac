import pytest

from firmware_sim.chance import generator
from firmware_sim.sensing import NEVER, TOP, Converter, Readout, Touch, TouchSensor

MS = 1000


def readout(**flaws: float) -> Readout:
    return Readout(Converter(**flaws), generator(1, "converter"))  # type: ignore[arg-type]


def readings(converter: Readout, seconds: float, position: float = 0.5) -> list[int]:
    read = []
    for _ in range(round(seconds * 100)):
        converter.advance(10 * MS)
        read.append(converter.reading(position))
    return read


def test_a_perfect_converter_reads_what_is_there_and_never_changes() -> None:
    converter = readout()
    assert [converter.reading(p) for p in (0.0, 0.5, 1.0)] == [0, 512, TOP]
    assert converter.quiet > NEVER // 2
    assert set(readings(converter, 10)) == {512}


def test_end_stops_keep_readings_off_the_ends() -> None:
    converter = readout(low=5, high=1015)
    assert (converter.reading(0.0), converter.reading(1.0)) == (5, 1015)


def test_each_fader_is_off_by_its_own_amount() -> None:
    offsets = {
        Readout(Converter(offset=8.0), generator(1, f"fader {n}")).reading(0.5) for n in range(8)
    }
    assert len(offsets) > 3
    assert all(504 <= reading <= 520 for reading in offsets)


def test_a_place_reads_as_it_was_wanted() -> None:
    converter = readout(low=4, high=1010, offset=6.0)
    for wanted in (100, 512, 900):
        assert converter.reading(converter.place(wanted / TOP)) == wanted
    assert converter.place(0.0) == 0.0
    assert converter.place(1.0) == 1.0


def test_jitter_is_a_flicker_of_one_now_and_then() -> None:
    read = readings(readout(jitter=3.0), 60)
    assert set(read) == {511, 512, 513}
    assert 100 < sum(reading != 512 for reading in read) < 400


def test_dust_throws_a_reading_far_off_for_a_moment() -> None:
    read = readings(readout(spikes=0.2, spike=60), 100)
    spikes = [reading for reading in read if reading != 512]
    assert 5 < len(spikes) < 60
    assert max(abs(reading - 512) for reading in spikes) > 10
    assert all(2 <= abs(reading - 512) <= 60 for reading in spikes)


def test_noise_is_the_same_however_time_was_handed_out() -> None:
    coarse, fine = readout(jitter=5.0), readout(jitter=5.0)
    for _ in range(50):
        coarse.advance(100 * MS)
        for _ in range(20):
            fine.advance(5 * MS)
        assert coarse.reading(0.3) == fine.reading(0.3)


def felt(sensor: TouchSensor, seconds: float) -> list[bool]:
    changes = []
    for _ in range(round(seconds * 1000)):
        changes += sensor.advance(MS)
    return changes


def sensor(touch: Touch) -> TouchSensor:
    return TouchSensor(touch, generator(1, "touch"))


def test_a_sure_sense_feels_at_once_and_once() -> None:
    sense = sensor(Touch())
    assert sense.finger(True) == [True]
    assert felt(sense, 0.1) == []
    assert sense.finger(False) == [False]
    assert not sense.felt


def test_a_sticky_sense_lets_go_late() -> None:
    sense = sensor(Touch(sticky=0.05))
    sense.finger(True)
    assert sense.finger(False) == []
    assert felt(sense, 0.049) == []
    assert felt(sense, 0.002) == [False]


def test_a_finger_that_comes_back_in_time_is_never_missed() -> None:
    sense = sensor(Touch(sticky=0.05))
    sense.finger(True)
    sense.finger(False)
    felt(sense, 0.02)
    assert sense.finger(True) == [True]
    assert felt(sense, 0.1) == []
    assert sense.felt


def test_a_bouncing_sense_feels_each_contact_several_times() -> None:
    sense = sensor(Touch(bounces=2, bounce=0.005))
    assert sense.finger(True) + felt(sense, 0.05) == [True, False, True, False, True]
    assert sense.finger(False) + felt(sense, 0.05) == [False, True, False, True, False]


def test_a_missed_finger_is_not_felt_coming_or_going() -> None:
    sense = sensor(Touch(missed=1.0))
    assert sense.finger(True) == sense.finger(False) == []


def test_about_as_many_fingers_are_missed_as_was_asked() -> None:
    sense = sensor(Touch(missed=0.25))
    assert 20 < sum(not sense.finger(True) for _ in range(200)) < 80


def test_a_stuck_sense_never_lets_go_until_the_power_goes() -> None:
    sense = sensor(Touch(stuck=True))
    believed = [sense.felt]
    sense.finger(True)
    assert sense.finger(False) + felt(sense, 1.0) == []
    believed.append(sense.felt)
    sense.reset()
    assert [*believed, sense.felt] == [False, True, False]


@pytest.mark.parametrize("touch", [Touch(), Touch(sticky=0.01), Touch(bounces=1)])
def test_a_sense_says_how_long_it_will_be_quiet(touch: Touch) -> None:
    sense = sensor(touch)
    sense.finger(True)
    felt(sense, 0.05)
    assert sense.quiet == NEVER
    sense.finger(False)
    assert (sense.quiet < NEVER) == (touch != Touch())
