import asyncio
from pathlib import Path

from firmware_sim.sockets.pty import PtySocket
from firmware_sim.sockets.udp import UdpServer
from firmware_sim.x32 import X32
from firmware_sim.xtouch import XTouch
from surfacebridge.apps.mapping_files import mappings_folder
from tests.helpers.commands import COMMAND, surfacebridge

RIG = (mappings_folder() / "rigs" / "xtouch-x32.yaml").read_text(encoding="utf-8")


async def test_a_moved_control_and_a_moved_parameter_become_a_line(tmp_path: Path) -> None:
    rig = tmp_path / "rig.yaml"
    rig.write_text(RIG, encoding="utf-8")
    surface, desk = XTouch(), X32()
    async with PtySocket(surface, tmp_path / "x") as plug, UdpServer(desk) as server:
        at = ("--at", f"x=pty:{plug.path}", "--at", f"desk=udp://127.0.0.1:{server.address[1]}")
        learning = await asyncio.create_subprocess_exec(
            *COMMAND, "learn", str(rig), *at, "--seconds", "2",
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert learning.stdout is not None
        while b"Move the control" not in await learning.stdout.readline():
            pass
        surface.touch(9)
        surface.move(9, 0.8, 0.4)
        while b"Now move" not in await learning.stdout.readline():
            pass
        for step in range(8):
            desk.set_from_desk("/bus/03/mix/fader", step / 8)
            await asyncio.sleep(0.1)
        said = (await learning.stdout.read()).decode()
        assert await learning.wait() == 0, said
    assert "x.main.fader <> desk.bus.3.fader | db" in said
    learned = rig.read_text(encoding="utf-8")
    assert "  - x.main.fader <> desk.bus.3.fader | db\n" in learned
    assert "# held" in learned
    assert not desk.counts.writes


BOX = """\
surfacebridge: 1
name: a box nobody has described

surfaces:
  box:   # the little one
    port: /nano/
    controls:
targets:
  desk: {profile: behringer/x32, host: 127.0.0.1}
"""


class Knobs:
    """A box of knobs, at the byte boundary: it says what it is made to say."""

    def __init__(self) -> None:
        self.said: list[bytes] = []

    def advance(self, now: float) -> None:
        pass

    def receive(self, data: bytes) -> None:
        pass

    def take_output(self) -> list[bytes]:
        said, self.said = self.said, []
        return said


async def test_a_box_nobody_described_is_learned_by_what_it_says(tmp_path: Path) -> None:
    rig = tmp_path / "rig.yaml"
    rig.write_text(BOX, encoding="utf-8")
    box = Knobs()
    async with PtySocket(box, tmp_path / "x") as plug, UdpServer(X32()) as server:
        at = ("--at", f"box=pty:{plug.path}", "--at", f"desk=udp://127.0.0.1:{server.address[1]}")
        learning = await asyncio.create_subprocess_exec(
            *COMMAND, "learn", str(rig), *at, "--seconds", "1", "--to", "desk.ch.1.fader",
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert learning.stdout is not None
        while b"Move the control" not in await learning.stdout.readline():
            pass
        # A pair, with a noisy knob beside it.
        for high in (0, 40, 90, 127, 60):
            box.said.append(bytes((0xB0, 7, high, 0xB0, 39, high, 0xB0, 74, 60 + high % 2)))
            await asyncio.sleep(0.05)
        said = (await learning.stdout.read()).decode()
        assert await learning.wait() == 0, said
    learned = rig.read_text(encoding="utf-8")
    assert "  box:   # the little one\n" in learned
    assert "    controls:\n      knob.pair7: {in: cc14 1 7}\n" in learned
    assert "map:\n  - box.knob.pair7 <> desk.ch.1.fader | db\n" in learned
    assert surfacebridge("check", str(rig)).returncode == 0


def test_an_unknown_parameter_is_answered_with_what_was_meant() -> None:
    done = surfacebridge("learn", "xtouch-x32", "--to", "desk.ch.1.fadr", "--seconds", "0.2")
    assert done.returncode == 1
    assert "did you mean 'desk.ch.1.fader'" in done.stdout


def test_a_surface_that_is_not_there_is_not_watched(tmp_path: Path) -> None:
    rig = tmp_path / "rig.yaml"
    rig.write_text(RIG, encoding="utf-8")
    done = surfacebridge("learn", str(rig), "--at", f"x=pty:{tmp_path}/none")
    assert done.returncode == 1
    assert f"x is waiting. There is nothing at {tmp_path}/none now." in done.stdout
    assert "Move the control" not in done.stdout
