"""A bridge's place in a studio, with a real broker."""

import asyncio
from pathlib import Path

from surfacebridge.bridge.backoff import FIRST
from surfacebridge.protocols.studio.payloads import Presence, decode
from surfacebridge.protocols.studio.topics import Topic
from tests.helpers.mosquitto import mosquitto, onlooker
from tests.helpers.studio import START, desk_of, holder_rig, room
from tests.helpers.waiting import until

HERE = Topic("bridge", "house", user="anyone", bridge="foh").text


async def test_a_bridge_says_that_it_is_there_how_its_links_are_and_goodbye(
    tmp_path: Path,
) -> None:
    async with (
        mosquitto(tmp_path) as broker,
        desk_of() as (_, where),
        onlooker(broker.address, HERE) as other,
    ):

        def said() -> Presence:
            payload = decode(Presence, other.payloads(HERE)[-1])
            assert isinstance(payload, Presence)
            return payload

        async with room(holder_rig(broker.address), tmp_path / "foh", where) as foh:
            await until(lambda: other.heard)
            assert said().online
            await until(lambda: said().links.get("desk") == "connected", START)
            await until(foh.is_connected, START)
            assert said().links == {"x": "connected", "desk": "connected"}
            session = said().session
        await until(lambda: not said().online)
        assert said().session == session


async def test_a_broker_that_turns_it_away_each_time_is_not_knocked_at_without_pause(
    tmp_path: Path,
) -> None:
    # So does one to which another bridge of the same name comes.
    clock = asyncio.get_running_loop().time
    knocks: list[float] = []

    async def turn_away(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        knocks.append(clock())
        writer.write(bytes.fromhex("20020000"))
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(turn_away, "127.0.0.1", 0) as server, desk_of() as desk:
        port = server.sockets[0].getsockname()[1]
        async with room(holder_rig(f"mqtt://127.0.0.1:{port}"), tmp_path / "foh", desk[1]):
            await until(lambda: len(knocks) >= 4, START)
    assert knocks[3] - knocks[0] > 3 * FIRST


async def test_without_a_broker_a_bridge_works_and_says_what_is_missing(tmp_path: Path) -> None:
    async with desk_of() as (desk, where):
        text = holder_rig("mqtt://127.0.0.1:9")
        async with room(text, tmp_path / "foh", where) as foh:
            await until(foh.is_connected, START)
            await until(lambda: foh.house.health.state == "waiting", START)
            assert "No broker answers at 127.0.0.1:9" in foh.house.health.reason
            foh.surface.tap("mute.1")
            await until(lambda: desk.value("/ch/01/mix/on") == 0)
