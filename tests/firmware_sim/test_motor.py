import pytest

from firmware_sim.drive import Physics
from firmware_sim.motor import EXACT, WORN, Build, MotorFader
from firmware_sim.sensing import Converter, Touch


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


REAL = Build(physics=Physics())


def test_with_physics_a_cap_arrives_overshoots_and_the_motor_rests() -> None:
    fader = MotorFader(build=REAL)
    fader.command(0.75)
    path = run(fader, 0.3)
    powered = [fader.powered]
    path += run(fader, 0.3)
    powered.append(fader.powered)
    assert powered == [True, False]
    assert 0.755 < max(path) < 0.79
    assert path[-1] == pytest.approx(0.75, abs=0.0025)


def test_with_physics_the_hand_still_wins_and_the_motor_has_no_power_meanwhile() -> None:
    fader = MotorFader(build=REAL)
    fader.command(1.0)
    run(fader, 0.1)
    fader.touch()
    stopped = fader.position
    fader.command(0.0)
    powered = [fader.powered]
    assert set(run(fader, 0.2)) == {stopped}
    fader.release()
    powered.append(fader.powered)
    assert powered == [False, True]
    assert run(fader, 0.6)[-1] == pytest.approx(0.0, abs=0.0025)


def test_a_rested_motor_does_not_fight_a_bump() -> None:
    fader = MotorFader(build=REAL)
    fader.command(0.5)
    run(fader, 0.8)
    fader.reach(0.55, 0.05)
    assert run(fader, 0.5)[-1] == 0.55


def test_a_finger_that_is_not_felt_wins_all_the_same() -> None:
    fader = MotorFader(build=Build(touch=Touch(missed=1.0)))
    fader.touch()
    fader.command(0.8)
    assert (fader.touched, set(run(fader, 0.2))) == (False, {0.0})
    fader.release()
    assert run(fader, 0.3)[-1] == 0.8


def test_a_motor_waits_for_a_sticky_sense_to_let_go() -> None:
    fader = MotorFader(build=Build(touch=Touch(sticky=0.1)))
    fader.touch()
    fader.command(0.8)
    fader.release()
    assert set(run(fader, 0.09)) == {0.0}
    assert run(fader, 0.4)[-1] == 0.8
    assert fader.take_touches() == [True, False]


def test_a_stuck_sense_keeps_the_motor_off_for_ever() -> None:
    fader = MotorFader(build=Build(touch=Touch(stuck=True)))
    fader.touch()
    fader.release()
    fader.command(0.8)
    assert set(run(fader, 1.0)) == {0.0}


def test_a_motor_goes_where_the_converter_reads_what_was_wanted() -> None:
    fader = MotorFader(build=Build(converter=Converter(low=20, high=1000)))
    fader.command(512 / 1023)
    run(fader, 0.4)
    assert fader.reading == 512
    assert fader.position != 512 / 1023
    fader.command(1.0)
    run(fader, 0.4)
    assert (fader.position, fader.reading) == (1.0, 1000)


def test_a_freed_motor_forgets_where_it_was_going() -> None:
    fader = MotorFader(servo=True)
    fader.command(1.0)
    run(fader, 0.05)
    fader.free()
    assert run(fader, 0.2)[-1] == pytest.approx(0.25)


@pytest.mark.parametrize("build", [EXACT, WORN])
def test_the_same_seed_gives_the_same_life(build: Build) -> None:
    def life(seed: int) -> list[int]:
        fader = MotorFader(build=build, seed=seed)
        fader.command(0.6)
        read = []
        for _ in range(1000):
            fader.advance(0.01)
            read.append(fader.reading)
        return read

    assert life(7) == life(7)
    assert (life(7) == life(8)) == (build == EXACT)
