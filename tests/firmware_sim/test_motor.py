import pytest

from firmware_sim.motor import MotorFader


def run(fader: MotorFader, seconds: float) -> list[float]:
    path = []
    for _ in range(round(seconds / 0.005)):
        fader.advance(0.005)
        path.append(fader.position)
    return path


def test_a_full_travel_takes_a_fifth_of_a_second_and_overshoots_a_little() -> None:
    fader = MotorFader()
    fader.command(0.75)
    path = run(fader, 0.1)
    assert path[-1] == pytest.approx(0.5)
    path += run(fader, 0.1)
    assert 0.75 < max(path) < 0.756
    assert path[-1] == 0.75


def test_the_ends_of_the_track_are_never_passed() -> None:
    fader = MotorFader()
    fader.command(1.0)
    assert max(run(fader, 0.4)) == 1.0
    fader.command(0.0)
    assert min(run(fader, 0.4)) == 0.0


def test_less_than_the_dead_band_moves_nothing() -> None:
    fader = MotorFader()
    fader.command(0.0005)
    assert run(fader, 0.1)[-1] == 0.0


def test_a_command_on_the_way_turns_the_motor_around() -> None:
    fader = MotorFader()
    fader.command(1.0)
    run(fader, 0.1)
    fader.command(0.0)
    assert run(fader, 0.2)[-1] == 0.0


def test_a_motor_never_moves_a_touched_cap() -> None:
    fader = MotorFader()
    fader.command(1.0)
    run(fader, 0.05)
    fader.touch()
    stopped = fader.position
    fader.command(0.9)
    assert set(run(fader, 0.2)) == {stopped}


def test_a_settling_fader_stays_where_the_hand_left_it() -> None:
    fader = MotorFader()
    fader.command(0.2)
    run(fader, 0.2)
    fader.touch()
    fader.reach(0.6, 0)
    fader.release()
    assert run(fader, 0.3)[-1] == 0.6


def test_a_settling_fader_goes_to_what_came_after_the_hands_last_movement() -> None:
    fader = MotorFader()
    fader.touch()
    fader.reach(0.6, 0)
    fader.command(0.3)
    fader.release()
    assert run(fader, 0.3)[-1] == 0.3


def test_a_servo_runs_back_to_the_last_position_it_was_sent() -> None:
    fader = MotorFader(servo=True)
    fader.command(0.2)
    run(fader, 0.2)
    fader.touch()
    fader.reach(0.6, 0)
    assert run(fader, 0.1)[-1] == 0.6
    fader.release()
    assert run(fader, 0.3)[-1] == 0.2


def test_a_servo_that_was_told_its_new_place_stays() -> None:
    fader = MotorFader(servo=True)
    fader.touch()
    fader.reach(0.6, 0)
    fader.command(0.6)
    fader.release()
    assert run(fader, 0.3)[-1] == 0.6


def test_a_hand_moves_as_an_arm_does_and_is_sampled_each_ten_milliseconds() -> None:
    fader = MotorFader()
    fader.touch()
    fader.reach(1.0, 0.2)
    path = run(fader, 0.25)
    assert path == sorted(path)
    assert path[19] == pytest.approx(0.5)
    assert path[3] < 0.01
    assert len(set(path)) == 21
    assert path[-1] == 1.0


def test_a_fingernail_moves_a_servo_only_while_it_pushes() -> None:
    fader = MotorFader(servo=True)
    fader.command(0.2)
    run(fader, 0.2)
    fader.reach(0.5, 0.1)
    assert run(fader, 0.1)[-1] == 0.5
    assert run(fader, 0.2)[-1] == 0.2


def test_without_power_everything_told_is_forgotten() -> None:
    fader = MotorFader(servo=True)
    fader.command(1.0)
    run(fader, 0.05)
    fader.stop()
    assert run(fader, 0.2)[-1] == pytest.approx(0.25)


def test_the_converter_reads_ten_bits() -> None:
    fader = MotorFader()
    fader.reach(1.0, 0)
    assert fader.reading == 1023
    fader.reach(-1.0, 0)
    assert fader.reading == 0
