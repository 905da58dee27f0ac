"""The first journey: a simulated X-Touch, the bridge and a simulated X32.

Real bytes on a pseudo-terminal and real OSC on UDP; two implementations that
share no code.  The stage is the demo's.
"""

import asyncio

import pytest

from tests.helpers.stage import STEP, fader_of, ride, running
from tests.helpers.waiting import until


async def test_at_the_start_the_surface_shows_the_desk_and_the_desk_is_left_alone() -> None:
    async with running() as stage:
        assert stage.surface.lcd_text(1)[0].strip() == "Kick"
        assert stage.surface.colour(1) == "red"
        assert stage.surface.lamp("assign.pan") == "lit"
        assert not stage.desk.counts.writes
        assert not stage.surface.counts.malformed
        assert stage.surface.fader_position(9) == pytest.approx(0.75, abs=STEP)


async def test_a_ride_arrives_with_its_last_value_and_the_motor_leaves_the_hand_alone() -> None:
    async with running() as stage:
        before = stage.surface.counts.motor_moves[1]
        stage.surface.touch(1)
        stage.surface.move(1, 0.75, 0.2)
        await until(lambda: fader_of(stage, 1) == pytest.approx(0.75, abs=STEP))
        await asyncio.sleep(0.1)
        assert stage.surface.counts.motor_moves[1] == before
        stage.surface.release(1)
        await until(lambda: not stage.differences())
        assert stage.desk.counts.refused_values == 0


async def test_the_desk_moves_a_fader_and_the_motor_follows() -> None:
    async with running() as stage:
        stage.desk.set_from_desk("/ch/03/mix/fader", 0.9)
        await until(lambda: stage.surface.fader_position(3) == pytest.approx(0.9, abs=STEP))
        assert stage.surface.counts.motor_moves[3] >= 1


async def test_a_held_fader_waits_and_then_moves_once() -> None:
    async with running() as stage:
        stage.surface.touch(2)
        await asyncio.sleep(0.1)
        before = stage.surface.counts.motor_moves[2]
        for place in (0.2, 0.5, 0.9):
            stage.desk.set_from_desk("/ch/02/mix/fader", place)
            await asyncio.sleep(0.05)
        assert stage.surface.counts.motor_moves[2] == before
        stage.surface.release(2)
        await until(lambda: stage.surface.fader_position(2) == pytest.approx(0.9, abs=STEP))
        assert stage.surface.counts.motor_moves[2] == before + 1
        assert not any(stage.surface.counts.fought.values())


@pytest.mark.parametrize(
    ("key", "address", "pressed"),
    [
        ("mute.4", "/ch/04/mix/on", 0),
        ("solo.5", "/-stat/solosw/05", 1),
        ("select.6", "/-stat/selidx", 5),
    ],
)
async def test_a_key_reaches_the_desk_and_its_lamp_shows_the_desk(
    key: str, address: str, pressed: int
) -> None:
    async with running() as stage:
        stage.surface.tap(key)
        await until(lambda: stage.desk.value(address) == pressed)
        await until(lambda: stage.surface.lamp(key) == "lit")
        stage.desk.set_from_desk(address, 1 - pressed if pressed < 2 else 0)
        await until(lambda: stage.surface.lamp(key) == "dark")


async def test_pan_follows_the_encoder_and_shows_on_ring_and_display() -> None:
    async with running() as stage:
        stage.desk.set_from_desk("/ch/01/mix/pan", 0.5)
        await until(lambda: stage.surface.lcd_text(1)[1].strip() == "C")
        stage.surface.turn(1, 32)
        await until(lambda: stage.desk.value("/ch/01/mix/pan") == pytest.approx(1.0, abs=0.011))
        await until(lambda: stage.surface.lcd_text(1)[1].strip() == "R100")
        stage.surface.tap("vpot.1.push")
        await until(lambda: stage.desk.value("/ch/01/mix/pan") == pytest.approx(0.5, abs=0.011))


async def test_touching_shows_the_level_and_letting_go_shows_the_pan_again() -> None:
    async with running() as stage:
        stage.desk.set_from_desk("/ch/01/mix/pan", 0.5)
        stage.desk.set_from_desk("/ch/01/mix/fader", 0.5)
        await until(lambda: stage.surface.lcd_text(1)[1].strip() == "C")
        stage.surface.touch(1)
        await until(lambda: stage.surface.lcd_text(1)[1].strip() == "-10.0")
        stage.surface.release(1)
        await until(lambda: stage.surface.lcd_text(1)[1].strip() == "C")


async def test_names_and_colours_change_with_the_desk() -> None:
    async with running() as stage:
        stage.desk.set_from_desk("/ch/02/config/name", "Vox")
        stage.desk.set_from_desk("/ch/02/config/color", 2)
        await until(lambda: stage.surface.lcd_text(2)[0].strip() == "Vox")
        await until(lambda: stage.surface.colour(2) == "green")


async def test_meters_move_with_the_desk() -> None:
    async with running() as stage:
        await until(lambda: any(stage.surface.meter(strip).level > 0 for strip in range(1, 9)))


async def test_bank_right_shows_and_drives_the_next_eight_and_nothing_else() -> None:
    async with running() as stage:
        stage.surface.tap("bank.right")
        await until(lambda: stage.channel(1) == 9)
        await until(lambda: not stage.differences())
        stage.desk.counts.writes.clear()
        await ride(stage, 1, 0.6)
        await until(lambda: fader_of(stage, 9) == pytest.approx(0.6, abs=STEP))
        assert set(stage.desk.counts.writes) == {"/ch/09/mix/fader"}
        stage.surface.tap("bank.left")
        await until(lambda: stage.channel(1) == 1 and not stage.differences())


async def test_a_bank_change_under_a_finger_writes_to_no_other_strip() -> None:
    async with running() as stage:
        stage.surface.touch(1)
        stage.surface.move(1, 0.9, 0.5)
        await asyncio.sleep(0.1)
        stage.surface.tap("bank.right")
        await until(lambda: stage.channel(1) == 9)
        stage.desk.counts.writes.clear()
        await asyncio.sleep(0.3)
        stage.surface.release(1)
        await until(lambda: not stage.differences())
        assert "/ch/09/mix/fader" not in stage.desk.counts.writes


async def test_flip_puts_sends_on_the_faders() -> None:
    async with running() as stage:
        stage.desk.set_from_desk("/ch/04/mix/01/level", 0.25)
        stage.surface.tap("assign.send")
        stage.surface.tap("flip")
        await until(lambda: stage.surface.fader_position(4) == pytest.approx(0.25, abs=0.01))
        assert stage.surface.lamp("flip") == "lit"
        level = fader_of(stage, 4)
        await ride(stage, 4, 0.75)
        await until(
            lambda: stage.desk.value("/ch/04/mix/01/level") == pytest.approx(0.75, abs=0.007)
        )
        assert fader_of(stage, 4) == level


async def test_the_main_fader_and_clear_solo() -> None:
    async with running() as stage:
        await ride(stage, 9, 0.5)
        await until(lambda: stage.desk.value("/main/st/mix/fader") == pytest.approx(0.5, abs=STEP))
        stage.surface.tap("solo.1")
        await until(lambda: stage.surface.lamp("solo.1") == "lit")
        stage.surface.tap("global.solo")
        await until(lambda: stage.desk.value("/-stat/solosw/01") == 0)
        await until(lambda: stage.surface.lamp("solo.1") == "dark")


async def test_a_scene_recalled_on_the_desk_is_shown_whole() -> None:
    async with running() as stage:
        for strip in range(1, 9):
            stage.desk.set_from_desk(f"/ch/{strip:02}/mix/fader", 0.1)
        await until(lambda: not stage.differences())
        stage.tablet.set("/-action/goscene", 1)
        await until(lambda: stage.fader(1) > 0.2)
        await until(lambda: not stage.differences())


async def test_a_desk_that_died_and_came_back_different_is_read_again() -> None:
    async with running() as stage:
        stage.desk.mute_for(7.0)
        await until(lambda: stage.supervisor.health["desk"].state == "silent", within=7.0)
        assert "not answered" in stage.supervisor.health["desk"].reason
        stage.desk.set_from_desk("/ch/01/mix/fader", 0.05)
        stage.desk.set_from_desk("/ch/02/mix/on", 0)
        await until(lambda: stage.supervisor.health["desk"].state == "connected", within=5.0)
        await until(lambda: not stage.differences())


async def test_a_surface_unplugged_in_mid_move_lets_go_and_is_painted_again() -> None:
    async with running() as stage:
        stage.surface.touch(1)
        stage.surface.move(1, 0.95, 0.4)
        await asyncio.sleep(0.15)
        stage.plug.unplug()
        await until(lambda: stage.supervisor.health["x"].state in {"lost", "waiting"})
        stage.surface.release(1)
        stage.desk.set_from_desk("/ch/01/mix/fader", 0.2)
        stage.desk.set_from_desk("/ch/02/config/name", "Away")
        await asyncio.sleep(0.4)
        stage.plug.plug()
        await until(lambda: stage.supervisor.health["x"].state == "connected")
        await until(lambda: not stage.differences())
        stage.desk.set_from_desk("/ch/01/mix/fader", 0.8)
        await until(lambda: stage.surface.fader_position(1) == pytest.approx(0.8, abs=STEP))


async def test_a_surface_that_lost_its_power_is_painted_again() -> None:
    async with running() as stage:
        stage.surface.tap("mute.1")
        await until(lambda: stage.surface.lamp("mute.1") == "lit")
        stage.plug.unplug()
        stage.surface.power_cycle()
        await asyncio.sleep(0.1)
        stage.plug.plug()
        await until(lambda: stage.surface.lamp("mute.1") == "lit")
        await until(lambda: not stage.differences())


async def test_a_second_client_and_the_bridge_never_oscillate() -> None:
    async with running() as stage:
        for step in range(40):
            stage.tablet.set("/ch/01/mix/fader", 0.3 + step / 100)
            stage.tablet.set("/ch/02/mix/fader", 0.7 - step / 100)
            await asyncio.sleep(0.005)
        await until(lambda: not stage.differences())
        settled = stage.desk.counts.writes.total()
        await asyncio.sleep(0.3)
        assert stage.desk.counts.writes.total() == settled
