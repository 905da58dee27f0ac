"""``surfacebridge studio`` as a user types it, on a real broker."""

import asyncio
from pathlib import Path

from tests.helpers.commands import is_traceback, surfacebridge
from tests.helpers.mosquitto import mosquitto
from tests.helpers.studio import START, agree, desk_of, guest_rig, holder_rig, room
from tests.helpers.waiting import until


async def studio(folder: Path, *words: str) -> tuple[int, str]:
    done = await asyncio.to_thread(surfacebridge, "studio", str(folder / "rig.yaml"), *words)
    assert not is_traceback(done.stdout + done.stderr)
    return done.returncode, done.stdout + done.stderr


async def test_it_shows_who_is_there_and_hands_a_desk_over(tmp_path: Path) -> None:
    async with (
        mosquitto(tmp_path) as broker,
        desk_of() as (desk, where),
        room(holder_rig(broker.address), tmp_path / "foh", where) as foh,
        room(holder_rig(broker.address, "foh2"), tmp_path / "foh2", where) as foh2,
        room(guest_rig(broker.address), tmp_path / "stage") as stage,
    ):
        (tmp_path / "rig.yaml").write_text(guest_rig(broker.address), encoding="utf-8")
        await until(lambda: foh.is_connected() and stage.is_connected(), START)
        await agree(desk, foh, stage)
        await until(lambda: sum(one.desk.lease.is_mine for one in (foh, foh2)) == 1, START)
        leader, other = ("foh", "foh2") if foh.desk.lease.is_mine else ("foh2", "foh")
        stage.surface.touch(3)
        await until(lambda: foh.desk.owners or foh2.desk.owners)

        status, said = await studio(tmp_path)
        assert status == 0
        assert said.startswith(f"house on {broker.address}\n")
        assert "bridge  foh (user anyone): x connected, desk connected\n" in said
        assert f"desk    desk: a behringer/x32, held by {leader}, connected; 32 values\n" in said
        assert "  guest stage at stage\n" in said
        assert "  ch.3.fader is held by anyone/stage/x\n" in said

        status, said = await studio(tmp_path, "--lead", f"desk={other}")
        assert (status, said) == (0, f"{other} holds desk now.\n")
        status, said = await studio(tmp_path, "--lead", "desk=nobody")
        assert status == 1
        assert "nobody does not hold desk. Does it run" in said
        status, said = await studio(tmp_path, "--lead", "dusk=foh")
        assert status == 2
        assert "its desks: desk." in said


async def test_a_rig_without_a_studio_and_a_broker_that_is_not_there_are_said(
    tmp_path: Path,
) -> None:
    (tmp_path / "rig.yaml").write_text("surfacebridge: 1\nname: x\n", encoding="utf-8")
    status, said = await studio(tmp_path)
    assert status == 2
    assert "has no section 'studio'; see docs/studio.md." in said
    (tmp_path / "rig.yaml").write_text(guest_rig("mqtt://127.0.0.1:9"), encoding="utf-8")
    status, said = await studio(tmp_path)
    assert status == 2
    assert "No broker answers at 127.0.0.1:9" in said
