"""A studio over a real Mosquitto: a surface on one bridge, a desk on another."""

import asyncio
import json
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest

from surfacebridge.protocols.studio.payloads import (
    Guest,
    Meters,
    Order,
    State,
    Watch,
    decode,
    encode,
)
from surfacebridge.protocols.studio.topics import Topic
from surfacebridge.transports.address import MqttAddress, parse_address
from surfacebridge.transports.mqtt import open_mqtt
from tests.helpers.mosquitto import mosquitto, onlooker
from tests.helpers.studio import (
    START,
    STEP,
    agree,
    desk_of,
    fader,
    guest_rig,
    holder_rig,
    room,
    two_rooms,
)
from tests.helpers.waiting import until


async def test_a_surface_far_away_drives_the_desk_and_shows_it(tmp_path: Path) -> None:
    async with two_rooms(tmp_path) as (_, desk, foh, stage):
        assert stage.surface.lcd_text(2)[0].strip() == "Ch2"

        moved = stage.surface.counts.motor_moves[1]
        stage.surface.touch(1)
        stage.surface.move(1, 0.8, 0.3)
        await until(lambda: fader(desk, 1) == pytest.approx(0.8, abs=STEP))
        assert stage.surface.counts.motor_moves[1] == moved
        stage.surface.release(1)
        await agree(desk, foh, stage)

        desk.set_from_desk("/ch/03/mix/fader", 0.25)
        await agree(desk, foh, stage)
        foh.surface.touch(4)
        foh.surface.move(4, 0.1, 0.1)
        await asyncio.sleep(0.15)
        foh.surface.release(4)
        await until(lambda: fader(desk, 4) == pytest.approx(0.1, abs=STEP))
        await agree(desk, foh, stage)

        stage.surface.tap("mute.5")
        await until(lambda: desk.value("/ch/05/mix/on") == 0)
        await until(lambda: foh.surface.lamp("mute.5") == "lit")
        await until(lambda: stage.surface.lamp("mute.5") == "lit")
        assert desk.counts.refused_values == 0
        assert not any(stage.surface.counts.fought.values())
        assert not any(foh.surface.counts.fought.values())


async def test_who_holds_a_fader_owns_it_and_the_others_see_by_whom(tmp_path: Path) -> None:
    async with two_rooms(tmp_path) as (_, desk, foh, stage):
        stage.surface.touch(1)
        stage.surface.move(1, 0.7, 0.1)
        await until(lambda: foh.desk.owners == {"ch.1.fader": "anyone/stage/x"})
        await until(lambda: foh.surface.lcd_text(1)[0].strip() == "stage")
        assert stage.surface.lcd_text(1)[0].strip() == "Ch1"
        await until(lambda: fader(desk, 1) == pytest.approx(0.7, abs=STEP))

        foh.surface.touch(1)
        foh.surface.move(1, 0.1, 0.1)
        await until(lambda: foh.desk.counts["refused"])
        foh.surface.release(1)
        assert fader(desk, 1) == pytest.approx(0.7, abs=STEP)
        await agree(desk, foh, stage)

        stage.surface.release(1)
        await until(lambda: not foh.desk.owners)
        await until(lambda: foh.surface.lcd_text(1)[0].strip() == "Ch1")
        foh.surface.touch(1)
        await until(lambda: foh.desk.owners)
        await until(lambda: stage.surface.lcd_text(1)[0].strip() == "foh")
        stage.surface.touch(1)
        stage.surface.move(1, 0.2, 0.1)
        await until(lambda: stage.guest.health.notes)
        assert stage.guest.health.notes == ["ch.1.fader: anyone/foh/x holds it."]
        # A hand that was refused does not have the fader when the owner lets go.
        foh.surface.release(1)
        await until(lambda: not foh.desk.owners)
        stage.surface.move(1, 0.4, 0.1)
        await asyncio.sleep(0.2)
        stage.surface.release(1)
        await agree(desk, foh, stage)
        assert fader(desk, 1) == pytest.approx(0.7, abs=STEP)


async def test_a_guest_who_dies_holds_nothing_any_more(tmp_path: Path) -> None:
    async with two_rooms(tmp_path) as (broker, desk, foh, stage):
        stage.surface.touch(2)
        await until(lambda: foh.desk.owners)
        # Somebody of the same name throws it out, and is gone.
        own = stage.supervisor.sessions["desk"]
        address = parse_address(broker.address)
        assert isinstance(address, MqttAddress)
        rival = replace(address, client="surfacebridge-house-stage-desk")
        await (await open_mqtt(rival)).close()
        await until(lambda: not foh.desk.owners)
        await until(lambda: stage.supervisor.sessions.get("desk") not in {own, None})
        await until(lambda: foh.desk.owners == {"ch.2.fader": "anyone/stage/x"})
        stage.surface.release(2)
        await agree(desk, foh, stage)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=["keeps", "forgets"])
async def test_a_broker_that_restarts_in_mid_move_is_not_missed_by_the_desk(
    tmp_path: Path, how: int
) -> None:
    async with two_rooms(tmp_path) as (broker, desk, foh, stage):
        for surface, strip in ((foh.surface, 1), (stage.surface, 2)):
            surface.touch(strip)
            surface.move(strip, 0.9, 0.6)
        await asyncio.sleep(0.2)
        await broker.stop(how)
        # Local control goes on: the cap at the desk's own bridge arrives.
        await until(lambda: fader(desk, 1) == pytest.approx(0.9, abs=STEP))
        foh.surface.release(1)
        desk.set_from_desk("/ch/03/mix/fader", 0.2)
        await until(lambda: abs(foh.cap(3) - 0.2) < STEP)
        stage.surface.release(2)
        seen = fader(desk, 2)
        await broker.start()
        began = time.monotonic()
        await until(lambda: foh.health_of_studio() == "connected" and stage.is_connected())
        await agree(desk, foh, stage)
        assert time.monotonic() - began < 5.0
        # The hand that was far away let go unseen; nothing of it comes late.
        assert fader(desk, 2) == seen
        assert fader(desk, 3) == pytest.approx(0.2, abs=STEP)
        assert not any(foh.surface.counts.fought.values())


async def test_what_a_broker_kept_of_another_time_is_nobodys_truth(tmp_path: Path) -> None:
    async with mosquitto(tmp_path) as broker, desk_of() as (desk, where):
        stale = Topic("value", "house", "desk", parameter="ch.1.fader").text
        gone = Topic("value", "house", "desk", parameter="ch.77.fader").text
        lie = encode(State(10.0, "dB", 1.0, "somebody", "x", 1, "old.1", 99_999, 0.0))
        order = Topic("set", "house", "desk", "anyone", "stage", "ch.2.fader").text
        async with onlooker(broker.address, "surfacebridge/#") as other:
            other.say(stale, lie, retain=True)
            other.say(gone, lie, retain=True)
            other.say(order, b"10", retain=True)
            async with (
                room(holder_rig(broker.address), tmp_path / "foh", where) as foh,
                room(guest_rig(broker.address), tmp_path / "stage") as stage,
            ):
                await until(lambda: foh.is_connected() and stage.is_connected(), START)
                began = time.monotonic()
                await agree(desk, foh, stage)
                assert time.monotonic() - began < 5.0
                assert fader(desk, 1) == pytest.approx(0.5, abs=STEP)
                assert fader(desk, 2) == pytest.approx(0.5, abs=STEP)
                assert foh.desk.counts["kept"] == 1
                highest = max(stage.surface.fader_position(n) for n in range(1, 9))
                assert highest < 0.6
                await until(lambda: other.payloads(gone)[-1] == b"")
                newest = decode(State, other.payloads(stale)[-1])
                assert isinstance(newest, State)
                assert newest.value == pytest.approx(-10.0, abs=0.1)


async def test_an_order_of_an_old_session_or_epoch_is_dropped_and_counted(tmp_path: Path) -> None:
    async with (
        mosquitto(tmp_path) as broker,
        desk_of() as (desk, where),
        room(holder_rig(broker.address), tmp_path / "foh", where) as foh,
        onlooker(broker.address) as other,
    ):
        await until(lambda: foh.is_connected() and foh.desk.lease.is_mine, START)
        order = Topic("set", "house", "desk", "me", "there", "ch.1.fader").text
        guest = Topic("guest", "house", "desk", "me", "there").text
        epoch = foh.desk.epoch

        def say(session: str, seq: int, in_epoch: str) -> None:
            other.say(order, encode(Order(0.0, session, seq, in_epoch)))

        say("s1", 1, epoch)
        await until(lambda: foh.desk.counts["stranger"] == 1)
        other.say(guest, encode(Guest(online=True, session="s1")))
        say("s0", 2, epoch)
        say("s1", 3, "older")
        await until(lambda: foh.desk.counts["old session"] and foh.desk.counts["old epoch"])
        assert fader(desk, 1) == pytest.approx(0.5, abs=STEP)
        say("s1", 9, epoch)
        await until(lambda: fader(desk, 1) == pytest.approx(0.75, abs=STEP))
        desk.set_from_desk("/ch/01/mix/fader", 0.5)
        say("s1", 9, epoch)
        say("s1", 8, epoch)
        await until(lambda: foh.desk.counts["late"] == 2)
        other.say(guest, encode(Guest(online=True, session="s2")))
        say("s1", 10, epoch)
        await until(lambda: foh.desk.counts["old session"] == 2)
        assert fader(desk, 1) == pytest.approx(0.5, abs=STEP)
        await agree(desk, foh)


async def test_what_somebody_may_not_control_stays_and_he_is_told_why(tmp_path: Path) -> None:
    users = (
        ", safe: [desk.ch.8.*], users: {'*': {control: ['desk.ch.*.fader'], safe: [desk.ch.2.*]}}"
    )
    async with two_rooms(tmp_path, users) as (_, desk, foh, stage):
        for strip in (2, 8):
            stage.surface.touch(strip)
            stage.surface.move(strip, 0.9, 0.1)
        stage.surface.tap("mute.3")
        await until(lambda: len(stage.guest.health.notes) == 3)
        for strip in (2, 8):
            stage.surface.release(strip)
        await until(lambda: stage.surface.lamp("mute.3") == "dark")
        await agree(desk, foh, stage)
        assert sorted(stage.guest.health.notes) == [
            "ch.2.fader: It is safe from anyone.",
            "ch.3.on: anyone may see it and not control it.",
            "ch.8.fader: It is safe: nobody controls it from afar.",
        ]
        for channel in (2, 8):
            assert fader(desk, channel) == pytest.approx(0.5, abs=STEP)
        assert desk.value("/ch/03/mix/on") == 1
        # Whoever holds it is not its owner if he may not move it.
        stage.surface.touch(2)
        stage.surface.touch(4)
        await until(lambda: foh.desk.owners == {"ch.4.fader": "anyone/stage/x"})
        # The desk's own bridge may.
        foh.surface.touch(2)
        foh.surface.move(2, 0.3, 0.1)
        await until(lambda: fader(desk, 2) == pytest.approx(0.3, abs=STEP))


async def test_meters_come_while_somebody_asks_and_at_a_bounded_rate(tmp_path: Path) -> None:
    async with mosquitto(tmp_path) as broker, desk_of() as (_, where):
        more = ", meters: 10/s"
        async with (
            room(holder_rig(broker.address, more=more), tmp_path / "foh", where) as foh,
            onlooker(broker.address, "surfacebridge/house/desk/$meters") as other,
        ):
            await until(lambda: foh.is_connected() and foh.desk.lease.is_mine, START)
            await asyncio.sleep(0.3)
            assert other.heard == []
            other.say(
                Topic("guest", "house", "desk", "me", "there").text,
                encode(Guest(online=True, session="s1")),
            )
            wish = Topic("watch", "house", "desk", "me", "there").text
            other.say(wish, encode(Watch(("ch.1.meter",))))
            began = time.monotonic()
            await until(lambda: len(other.heard) >= 10, within=10)
            assert len(other.heard) <= 10 * (time.monotonic() - began) + 3
            levels = decode(Meters, other.heard[-1].payload)
            assert isinstance(levels, Meters)
            assert set(levels.levels) == {"ch.1.meter"}


async def test_a_dashboard_sets_a_level_with_a_bare_number(tmp_path: Path) -> None:
    more = ", discovery: homeassistant, users: {homeassistant: {control: ['*']}}"
    async with (
        mosquitto(tmp_path) as broker,
        desk_of() as (desk, where),
        onlooker(broker.address, "homeassistant/#") as other,
        room(holder_rig(broker.address, more=more), tmp_path / "foh", where) as foh,
    ):
        config = "homeassistant/number/surfacebridge_house_desk_ch_1_fader/config"
        await until(lambda: other.payloads(config))
        said = json.loads(other.payloads(config)[-1])
        other.ask(said["state_topic"])
        await other.has_heard(lambda one: one.topic == said["state_topic"])
        other.say(said["command_topic"], b"-5.0")
        await until(lambda: fader(desk, 1) == pytest.approx(0.625, abs=STEP))
        await until(
            lambda: (
                json.loads(other.payloads(said["state_topic"])[-1])["value"]
                == pytest.approx(-5.0, abs=0.05)
            )
        )
        switch = "homeassistant/switch/surfacebridge_house_desk_ch_2_on/config"
        said = json.loads(other.payloads(switch)[-1])
        other.say(said["command_topic"], said["payload_off"].encode())
        await until(lambda: desk.value("/ch/02/mix/on") == 0)
        await agree(desk, foh)
