"""What large mappings cost: to compile, per event, and to take over while faders move.

Run it with nothing else on the machine:

    python benchmarks/mappings.py

It makes its mappings itself, opens no socket and stops by itself.  Printed are
medians of interleaved rounds; compare ratios, not machines.
"""

import argparse
import asyncio
import gc
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import median
from time import perf_counter, perf_counter_ns

from surfacebridge.apps.mapping_files import load_rig
from surfacebridge.apps.running import read_beside
from surfacebridge.model.controls import ControlId, Moved, Pressed, Released, Touched
from surfacebridge.model.lifecycle import Arrived
from surfacebridge.model.parameters import ParameterId, Report
from surfacebridge.routing.engine import Engine
from surfacebridge.routing.plan import Plan

EVENTS = 4_000
ROUNDS = 9

LARGE = """\
surfacebridge: 1
name: 32 strips, 4 banks, 3 layers
surfaces:
  x: {device: behringer/x-touch, port: one}
  e1: {device: behringer/x-touch-ext, port: two}
  e2: {device: behringer/x-touch-ext, port: three}
  e3: {device: behringer/x-touch-ext, port: four}
rig: [x, e1, e2, e3]
targets:
  desk: {profile: behringer/x32, host: 127.0.0.1}
banks:
  inputs: {items: "desk.ch.{1..32}", button: x.inputs}
  returns: {items: ["desk.auxin.{1..8}", "desk.fxrtn.{1..8}"], button: x.aux}
  buses: {items: "desk.bus.{1..16}", button: x.buses}
  dcas: {items: "desk.dca.{1..8}", button: x.outputs}
paging: {page: [x.bank.left, x.bank.right]}
modifiers: {flip: x.flip latch}
layers:
  pan: {button: x.assign.pan, default: true}
  sends: {button: x.assign.send}
  mono: {button: x.assign.eq}
vars:
  send: {range: 1..16, default: 1, dec: x.left, inc: x.right, show: x.assignment}
strip:
  map:
    - fader <> .fader | db
    - mute <> .on | invert
    - solo <> .solo
    - select <> .selected
    - meter < .meter
    - lcd.top < "{.name|.id:7}"
    - lcd.color < .color
    - when layer pan:
        - vpot <> .pan | rel(1/64)
        - ring < .pan | ring(pan)
        - vpot.push > .pan 0.5
        - lcd.bottom < "{.pan:pan}"
    - when layer sends:
        - vpot <> .send.{send}.level | rel(1/96)
        - ring < .send.{send}.level | ring(fill)
        - vpot.push <> .send.{send}.on
        - lcd.bottom < "{.send.{send}.level:dB}"
    - when layer sends and flip:
        - fader <> .send.{send}.level | db
    - when layer mono:
        - vpot <> .mono.level | rel(1/160)
        - ring < .mono.level | ring(fill)
        - lcd.bottom < "{.mono.level:dB}"
    - when touched fader:
        - lcd.bottom < "{.fader:dB}"
map:
  - x.main.fader <> desk.main.st.fader | db
"""
SURFACES = ("x", "e1", "e2", "e3")


def bindings_text(strips: int) -> str:
    """Return a mapping of ten lines a strip: a fader and nine keys, each an address of its own."""
    keys = "{1..9}"
    return (
        f"surfacebridge: 1\nname: lines\nsurfaces:\n  box:\n    serial: {{port: none}}\n"
        f"    strips: {strips}\n    controls:\n"
        "      fader: {in: 'F{s} {v:0..1023}'}\n"
        f"      'key{keys}': {{in: 'K{{value}}.{{s}} {{v:0|1}}', led: same}}\n"
        "targets: {daw: {osc: 'udp://127.0.0.1:9', listen: 9001}}\n"
        f"banks: {{all: {{items: 1..{strips}}}}}\n"
        "strip:\n  map:\n    - fader > daw:/fader {n:i} {v:f}\n"
        f"    - key{keys} <> daw:/key{{value}} {{n:i}} {{v:i}}\n"
    )


def surfaces_text(count: int) -> str:
    """Return a mapping of as many boxes of eight faders, each fader on an address of its own."""
    boxes = "\n".join(
        f"  b{n}: {{serial: {{port: none}}, strips: 8, "
        f"controls: {{fader: {{in: 'F{{s}} {{v:0..1023}}'}}}}}}"
        for n in range(1, count + 1)
    )
    lines = "\n".join(
        f"  - b{n}.fader.{{1..8}} > daw:/fader/{n} {{i:i}} {{v:f}}" for n in range(1, count + 1)
    )
    return (
        f"surfacebridge: 1\nname: surfaces\nsurfaces:\n{boxes}\n"
        f"targets: {{daw: {{osc: 'udp://127.0.0.1:9', listen: 9001}}}}\nmap:\n{lines}\n"
    )


def engine_of(plan: Plan) -> Engine:
    """Return an engine with everything there."""
    engine = Engine(plan)
    for name in (*plan.targets, *plan.surfaces):
        engine.handle(Arrived(name), 1.0)
    return engine


def cost_per_event(engine: Engine, control: str, now: float) -> tuple[float, float]:
    """Return the median microseconds of one fader move, and the time afterwards."""
    took = []
    moves = [Moved(ControlId(control), at % 1000 / 1000) for at in range(EVENTS)]
    for move in moves:
        now += 0.02
        begin = perf_counter_ns()
        engine.handle(move, now)
        took.append(perf_counter_ns() - begin)
        engine.wake(now)
    return median(took) / 1000, now


def per_event(folder: Path, rigs: Mapping[str, tuple[str, str]]) -> list[float]:
    """Return microseconds an event of each of ``rigs`` (text, control), in interleaved rounds."""
    engines = {}
    for name, (text, _) in rigs.items():
        path = folder / f"{name}.yaml"
        path.write_text(text, encoding="utf-8")
        engines[name] = engine_of(plan_of(path))
    gc.collect()
    gc.freeze()
    found: dict[str, list[float]] = {name: [] for name in engines}
    now = 10.0
    for _ in range(ROUNDS):
        for name, engine in engines.items():
            cost, now = cost_per_event(engine, rigs[name][1], now)
            found[name].append(cost)
    gc.unfreeze()
    return [median(costs) for costs in found.values()]


def bank_change(path: Path) -> tuple[float, float]:
    """Return the least and the median milliseconds that a bank change takes in the engine."""
    plan = plan_of(path)
    engine = engine_of(plan)
    for name, spec in plan.targets["desk"].parameters.items():
        if spec.kind == "level":
            engine.handle(Report(ParameterId(f"desk.{name}"), -10.0), 1.0)
    gc.collect()
    gc.freeze()
    took = []
    now = 10.0
    for turn in range(200):
        key = ControlId(("x.buses", "x.inputs", "x.outputs", "x.aux")[turn % 4])
        begin = perf_counter_ns()
        engine.handle(Pressed(key), now)
        took.append((perf_counter_ns() - begin) / 1e6)
        engine.handle(Released(key), now)
        for _ in range(20):
            now += 0.05
            engine.wake(now)
    gc.unfreeze()
    return min(took), median(took)


def compile_time(path: Path) -> float:
    """Return seconds of ``surfacebridge check`` from the start of Python to its end."""
    took = []
    for _ in range(5):
        begin = perf_counter()
        subprocess.run(
            [sys.executable, "-m", "surfacebridge", "check", str(path)],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        took.append(perf_counter() - begin)
    return median(took)


async def adoption(path: Path) -> tuple[float, float]:
    """Return the worst milliseconds a fader waited while a plan was read and taken over.

    A fader moves every millisecond while the file is read in a thread, as in
    ``run``, and adopted.  The first figure is the same without a reload.
    """
    loaded = load_rig(str(path), {})
    engine = engine_of(plan_of(path))
    loop = asyncio.get_running_loop()
    for n in range(1, 33):
        engine.handle(Report(ParameterId(f"desk.ch.{n}.fader"), -10.0), loop.time())
    engine.handle(Touched(ControlId("x.fader.1")), loop.time())
    gc.collect()
    gc.freeze()
    worst = 0.0
    moving = True

    async def move() -> None:
        nonlocal worst
        at = 0
        due = loop.time()
        while moving:
            due += 0.001
            await asyncio.sleep(max(due - loop.time(), 0))
            at += 1
            engine.handle(Moved(ControlId("x.fader.1"), at % 1000 / 1000), loop.time())
            engine.wake(loop.time())
            worst = max(worst, loop.time() - due)
            due = max(due, loop.time())

    hand = asyncio.ensure_future(move())
    await asyncio.sleep(1.0)
    quiet, worst = worst, 0.0
    _, wiring = await read_beside(engine, loaded)
    if wiring is not None:
        engine.adopt(wiring, loop.time())
    await asyncio.sleep(0.2)
    moving = False
    await hand
    gc.unfreeze()
    return quiet * 1000, worst * 1000


def plan_of(path: Path) -> Plan:
    """Return the plan of a mapping that must be right."""
    loaded = load_rig(str(path), {})
    if loaded.plan is None:
        sys.exit("\n".join(map(str, loaded.problems)))
    return loaded.plan


def table(rows: Iterable[tuple[str, str]]) -> str:
    """Return the rows as Markdown."""
    return "\n".join(("| what | figure |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows)))


def main() -> None:
    """Measure and print."""
    argparse.ArgumentParser(description=__doc__.partition("\n")[0]).parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        large = folder / "large.yaml"
        large.write_text(LARGE, encoding="utf-8")
        ten, many, one, others = per_event(
            folder,
            {
                "ten": (bindings_text(1), "box.fader.1"),
                "many": (bindings_text(1000), "box.fader.500"),
                "one": (surfaces_text(1), "b1.fader.1"),
                "others": (surfaces_text(32), "b16.fader.1"),
            },
        )
        least, usual = bank_change(large)
        waits = [asyncio.run(adoption(large)) for _ in range(5)]
        rows = [
            ("an event among 10 bindings", f"{ten:.2f} µs"),
            ("an event among 10,000 bindings", f"{many:.2f} µs ({many / ten:.2f} of it)"),
            ("an event of one surface alone", f"{one:.2f} µs"),
            ("an event beside 31 others", f"{others:.2f} µs ({others / one:.2f} of it)"),
            (
                "a bank change of 32 strips, 3 layers, in the engine",
                f"{usual:.1f} ms, at least {least:.1f} ms",
            ),
            (
                "`check` of 32 strips, 4 banks, 3 layers, from the start of Python",
                f"{compile_time(large):.2f} s",
            ),
            (
                "a fader's longest wait without a reload",
                f"{median(quiet for quiet, _ in waits):.1f} ms",
            ),
            (
                "a fader's longest wait while that is read and taken over",
                f"{median(w for _, w in waits):.1f} ms, at worst {max(w for _, w in waits):.1f} ms",
            ),
        ]
    print(table(rows))


if __name__ == "__main__":
    main()
