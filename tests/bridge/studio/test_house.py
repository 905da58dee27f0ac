"""A bridge's place in a studio, with a real broker."""

from pathlib import Path

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


async def test_without_a_broker_a_bridge_works_and_says_what_is_missing(tmp_path: Path) -> None:
    async with desk_of() as (desk, where):
        text = holder_rig("mqtt://127.0.0.1:9")
        async with room(text, tmp_path / "foh", where) as foh:
            await until(foh.is_connected, START)
            await until(lambda: foh.house.health.state == "waiting", START)
            assert "No broker answers at 127.0.0.1:9" in foh.house.health.reason
            foh.surface.tap("mute.1")
            await until(lambda: desk.value("/ch/01/mix/on") == 0)
