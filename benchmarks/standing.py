"""What a bridge costs before anybody moves: start-up, idle processor time, memory.

    python benchmarks/standing.py [--starts N] [--idle SECONDS] [--command COMMAND]

Simulated surfaces on pseudo-terminals and a simulated X32 on loopback stand
around each bridge, which runs in a process of its own.  "First event" is the time
from starting the process until the desk holds what a hand, that moves a fader
every 5 ms from before that on, has done.  Figures of one start include the
machine's other work; compare medians, and least with least.
"""

import argparse
import asyncio
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from statistics import median
from time import perf_counter

from firmware_sim.sockets.pty import PtySocket
from firmware_sim.sockets.udp import UdpServer
from firmware_sim.x32 import X32
from firmware_sim.xtouch import XTouch

FADER = "/ch/01/mix/fader"
PATIENCE = 30.0
# The desk has been read, and nobody has mixed for half a minute.
SETTLE = 40.0

# 32 strips: an X-Touch and three extenders.
WIDE = """\
surfacebridge: 1
name: 32 strips
surfaces:
  x: {device: behringer/x-touch, port: one}
  e1: {device: behringer/x-touch-ext, port: two}
  e2: {device: behringer/x-touch-ext, port: three}
  e3: {device: behringer/x-touch-ext, port: four}
rig: [x, e1, e2, e3]
targets: {desk: {profile: behringer/x32, host: 127.0.0.1}}
banks:
  inputs: {items: "desk.ch.{1..32}", button: x.inputs}
  buses: {items: "desk.bus.{1..16}", button: x.buses}
  dcas: {items: "desk.dca.{1..8}", button: x.outputs}
paging: {page: [x.bank.left, x.bank.right]}
strip:
  map:
    - fader <> .fader | db
    - mute <> .on | invert
    - solo <> .solo
    - select <> .selected
    - meter < .meter
    - lcd.top < "{.name|.id:7}"
    - lcd.color < .color
    - vpot <> .pan | rel(1/64)
    - ring < .pan | ring(pan)
    - lcd.bottom < "{.pan:pan}"
"""


class Stage:
    """A desk, surfaces by name, and the words that lead a bridge to them."""

    def __init__(self, desk: X32, surfaces: dict[str, XTouch], places: list[str]) -> None:
        self.desk = desk
        self.surfaces = surfaces
        self.places = places

    def move(self, step: int) -> None:
        """Let a hand that holds fader 1 of the first surface move it."""
        surface = next(iter(self.surfaces.values()))
        surface.touch(1)
        surface.move(1, 0.2 + step % 60 / 100)


@asynccontextmanager
async def stage(folder: Path, names: Sequence[str]) -> AsyncIterator[Stage]:
    """Set up the surfaces ``names`` and a desk; take them down at the end."""
    desk = X32()
    surfaces = {name: XTouch() for name in names}
    async with AsyncExitStack() as stack:
        places = []
        for name, surface in surfaces.items():
            await stack.enter_async_context(PtySocket(surface, folder / name))
            places += ["--at", f"{name}=pty:{folder / name}"]
        server = await stack.enter_async_context(UdpServer(desk))
        host, port = server.address
        yield Stage(desk, surfaces, [*places, "--at", f"desk=udp://{host}:{port}"])


@asynccontextmanager
async def bridge(command: Sequence[str], rig: str, set_up: Stage) -> AsyncIterator[int]:
    """Run a bridge; the value is its process number."""
    words = [*command, "run", rig, "--no-reload", *set_up.places]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: ASYNC220
    try:
        yield process.pid
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait)


async def first_event(
    command: Sequence[str], rig: str, names: Sequence[str]
) -> tuple[float, float]:
    """Return the seconds from starting a bridge until a gesture is on the desk; also its CPU's."""
    with tempfile.TemporaryDirectory() as folder:
        async with stage(Path(folder), names) as there:
            before = there.desk.value(FADER)
            begin = perf_counter()
            async with bridge(command, rig, there) as pid:
                step = 0
                while there.desk.value(FADER) == before:
                    there.move(step)
                    step += 1
                    if perf_counter() - begin > PATIENCE:
                        sys.exit(f"Nothing of {rig} came to the desk in {PATIENCE:.0f} s.")
                    await asyncio.sleep(0.005)
                return perf_counter() - begin, cpu_of(pid)


async def at_rest(
    command: Sequence[str], rig: str, names: Sequence[str], seconds: float
) -> tuple[float, float, float]:
    """Return the share of a core a bridge takes that nobody touches, and its RSS and PSS in MB."""
    with tempfile.TemporaryDirectory() as folder:
        async with stage(Path(folder), names) as there, bridge(command, rig, there) as pid:
            await asyncio.sleep(SETTLE)
            used, begin = cpu_of(pid), perf_counter()
            await asyncio.sleep(seconds)
            share = (cpu_of(pid) - used) / (perf_counter() - begin)
            return share, *memory_of(pid)


def cpu_of(pid: int) -> float:
    """Return the processor seconds of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_of(pid: int) -> tuple[float, float]:
    """Return the RSS of a process, and the PSS (its share of what it shares), in MB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
    sizes = {line.partition(":")[0]: int(line.split()[1]) for line in lines}
    return sizes["Rss"] * 1024 / 1e6, sizes["Pss"] * 1024 / 1e6


def run_time(words: Sequence[str]) -> float:
    """Return how long a command takes, from starting its process to its end."""
    begin = perf_counter()
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - begin


def spread(took: Sequence[float]) -> str:
    """Return the median and the range of seconds, in milliseconds."""
    least, most = 1000 * min(took), 1000 * max(took)
    return f"{1000 * median(took):.0f} ms ({least:.0f}–{most:.0f})"


def main() -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--starts", type=int, default=10, help="starts of each kind (0: none)")
    parser.add_argument("--idle", type=float, default=60.0, help="seconds at rest (0: none)")
    parser.add_argument("--command", help="the surfacebridge to measure, beside this one")
    options = parser.parse_args()
    ours = [str(Path(sys.executable).with_name("surfacebridge"))]
    commands = {"this": ours} | ({"other": shlex.split(options.command)} if options.command else {})
    starts: dict[str, list[float]] = {}
    for _ in range(options.starts):
        for name, command in commands.items():
            starts.setdefault(f"`--help`, {name}", []).append(run_time([*command, "--help"]))
            wall, used = asyncio.run(first_event(command, "xtouch-x32", ["x"]))
            starts.setdefault(f"`run xtouch-x32` to its first event, {name}", []).append(wall)
            starts.setdefault(f"… processor time, {name}", []).append(used)
    rows = [(what, spread(took)) for what, took in starts.items()]
    if options.idle:
        with tempfile.TemporaryDirectory() as folder:
            wide = Path(folder) / "wide.yaml"
            wide.write_text(WIDE, encoding="utf-8")
            for title, rig, names in (
                ("xtouch-x32", "xtouch-x32", ["x"]),
                ("32 strips, X32", str(wide), ["x", "e1", "e2", "e3"]),
            ):
                share, rss, pss = asyncio.run(at_rest(ours, rig, names, options.idle))
                rows.append((f"{title}: at rest", f"{100 * share:.2f} % of a core"))
                rows.append((f"{title}: memory", f"RSS {rss:.1f} MB, PSS {pss:.1f} MB"))
    print("\n".join(("| what | figure |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows))))


if __name__ == "__main__":
    main()
