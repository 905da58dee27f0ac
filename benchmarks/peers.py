"""surfacebridge beside its peers: the same load, in one run, round by round.

    python benchmarks/peers.py [--midimonster PATH] [--rounds N] [--report FILE]

OSC comes in on one UDP port and goes out on another, both on loopback.  The
bridges take turns within each round, so that a noisy machine is noisy for
all; the report gives medians, ranges, and each figure's ratio to MIDIMonster.
Without a ``midimonster`` (on the PATH, or named) its rows are left out.  The
load and the floor are C (``cc`` is needed); nothing is fetched.
"""

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent
CONTROLS = 64
RATES = (5_000, 10_000, 20_000, 40_000, 70_000, 100_000, 130_000, 160_000, 200_000)
# What a queue loses at the very first burst is not counted against a rate.
LOSS_ALLOWED = 0.001

RIG = """\
surfacebridge: 1
name: OSC to OSC
surfaces:
  page:
    port: udp://127.0.0.1:{back}?listen={heard}
    strips: {controls}
    controls:
      fader: {{in: "/in/{{s}} {{v:f}}", out: "/back/{{s}} {{v:f}}", law: x32, echo: none}}
targets:
  desk: {{osc: "udp://127.0.0.1:{said}"}}
map:
  - page.fader.{{1..{controls}}} <> desk:/out/{{i}} {{v:f}} | db(x32, x-touch)
"""

MONSTER = """\
[osc heard]
bind = 127.0.0.1 {heard}
/in/* = f 0.0 1.0
[osc said]
bind = 127.0.0.1 {spare}
destination = 127.0.0.1 {said}
/out/* = f 0.0 1.0
[map]
"""


@dataclass(slots=True)
class Bridge:
    """One program under test: how to start it between two ports."""

    name: str
    command: Callable[[int, int, Path], list[str]]
    paced: list[tuple[float, float, int]] = field(default_factory=list)
    burst: list[tuple[float, float, int]] = field(default_factory=list)
    rate: list[int] = field(default_factory=list)
    finals: list[int] = field(default_factory=list)


def main() -> None:
    """Measure, and print or write the report."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        load = _compiled("load", place)
        bridges = _bridges(options.midimonster, place)
        if options.only:
            bridges = [one for one in bridges if options.only in one.name]
        for number in range(options.rounds):
            for bridge in bridges:
                print(f"round {number + 1}: {bridge.name}", file=sys.stderr)
                _measure(bridge, load, place, options)
    report = _report(bridges, options)
    if options.report is None:
        print(report)
    else:
        options.report.write_text(report, encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--midimonster", type=Path, help="its binary, if it is not on the PATH")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--events", type=int, default=2_000, help="paced events in each round")
    parser.add_argument("--bursts", type=int, default=300, help=f"of {CONTROLS} in each round")
    parser.add_argument("--report", type=Path, help="write it to this file (Markdown)")
    parser.add_argument("--only", help="only bridges whose name holds this")
    parser.add_argument("--no-rate", action="store_true", help="leave the rates out")
    return parser.parse_args()


def _compiled(name: str, place: Path) -> Path:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        sys.exit("A C compiler is needed and was not found; install gcc.")
    made = place / name
    subprocess.run([compiler, "-O2", "-o", made, HERE / f"{name}.c"], check=True)
    return made


def _bridges(midimonster: Path | None, place: Path) -> list[Bridge]:
    echo = _compiled("echo", place)
    bridges = [
        Bridge("bare C echo (the floor)", lambda heard, said, _: [str(echo), str(heard), str(said)])
    ]
    monster = midimonster or shutil.which("midimonster")
    if monster is not None:
        bridges.append(Bridge("MIDIMonster", _monster(Path(monster).resolve())))
    bridges += [
        Bridge("**surfacebridge**, the full engine", _ours),
        Bridge(
            "naive python-osc bridge",
            lambda heard, said, _: [
                *(sys.executable, str(HERE / "naive.py")),
                *(str(heard), str(said), str(CONTROLS)),
            ],
        ),
    ]
    return bridges


def _monster(binary: Path) -> Callable[[int, int, Path], list[str]]:
    def command(heard: int, said: int, place: Path) -> list[str]:
        config = place / "monster.cfg"
        lines = (f"heard./in/{n} > said./out/{n}" for n in range(1, CONTROLS + 1))
        config.write_text(
            MONSTER.format(heard=heard, said=said, spare=_free_ports(1)[0])
            + "\n".join(lines)
            + "\n"
        )
        return [str(binary), str(config)]

    return command


def _ours(heard: int, said: int, place: Path) -> list[str]:
    rig = place / "rig.yaml"
    back = _free_ports(1)[0]
    rig.write_text(RIG.format(heard=heard, said=said, back=back, controls=CONTROLS))
    return [sys.executable, "-m", "surfacebridge", "run", str(rig), "--no-reload"]


def _free_ports(count: int) -> list[int]:
    """Return UDP ports that are free now."""
    sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]
    finally:
        for one in sockets:
            one.close()


@contextmanager
def _running(command: list[str]) -> Iterator[None]:
    plugins = Path(command[0]).parent
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=plugins if (plugins / "backends").is_dir() else None,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(3)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _measure(bridge: Bridge, load: Path, place: Path, options: argparse.Namespace) -> None:
    heard, said, sender = _free_ports(3)

    def run(mode: str, amount: int) -> list[float]:
        words = [mode, *(str(n) for n in (heard, said, CONTROLS, amount, sender))]
        done = subprocess.run([load, *words], capture_output=True, text=True, check=True)
        return [float(word) for word in done.stdout.split()]

    with _running(bridge.command(heard, said, place)):
        patience = time.monotonic() + 20
        while run("latency", 3)[2]:
            if time.monotonic() > patience:
                sys.exit(f"{bridge.name} passes nothing on; try it by hand.")
        run("latency", 300)
        p50, p99, lost = run("latency", options.events)
        bridge.paced.append((p50, p99, int(lost)))
        p50, p99, lost = run("burst", options.bursts)
        bridge.burst.append((p50, p99, int(lost)))
        if not options.no_rate:
            best, finals = _highest_rate(run)
            bridge.rate.append(best)
            bridge.finals.append(finals)


def _highest_rate(run: Callable[[str, int], list[float]]) -> tuple[int, int]:
    """Return the highest rate at which every event came out, and that with all last values right.

    Newest-wins bridges leave out on purpose what was overtaken: they are
    judged by the second figure.
    """
    best = right = 0
    for rate in RATES:
        offered, sent, received, finals = run("rate", rate)
        if offered < rate * 0.95:
            break
        if sent - received <= sent * LOSS_ALLOWED:
            best = rate
        if finals == CONTROLS:
            right = rate
        elif received < sent * 0.5:
            break
    return best, right


def _report(bridges: list[Bridge], options: argparse.Namespace) -> str:
    peer = next((one for one in bridges if one.name == "MIDIMonster"), None)
    lines = [
        f"OSC in, OSC out on loopback, {CONTROLS} controls; {options.rounds} interleaved rounds",
        f"of {options.events} paced events and {options.bursts} bursts; medians (range), in "
        "microseconds.",
        "",
        f"Python {sys.version.split()[0]}, {os.cpu_count()} cores.",
        "",
        "| bridge | paced p50 | paced p99 | 64 at once p50 | 64 at once p99 | lost "
        "| msg/s, nothing lost | msg/s, every last value right |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for bridge in bridges:
        cells = [
            *(_cell(bridge, peer, "paced", at) for at in (0, 1)),
            *(_cell(bridge, peer, "burst", at) for at in (0, 1)),
            str(sum(one[2] for one in bridge.paced + bridge.burst)),
            _rate(bridge.rate, peer.rate if peer else []),
            _rate(bridge.finals, peer.finals if peer else []),
        ]
        lines.append(f"| {bridge.name} | {' | '.join(cells)} |")
    if peer is None:
        lines += ["", "MIDIMonster was not found, so its row and the ratios to it are left out."]
    return "\n".join(lines) + "\n"


def _cell(bridge: Bridge, peer: Bridge | None, what: str, at: int) -> str:
    figures = [one[at] for one in getattr(bridge, what)]
    text = f"{median(figures):.0f} ({min(figures):.0f}–{max(figures):.0f})"
    if peer is None or peer is bridge:
        return text
    # Round by round, so that a slow minute slows both.
    ratios = [mine / theirs[at] for mine, theirs in zip(figures, getattr(peer, what), strict=True)]
    return f"{text}, {median(ratios):.2f} ×"


def _rate(figures: list[int], peers: list[int]) -> str:
    if not figures:
        return "–"
    text = f"{median(figures):,.0f}"
    if not peers or peers is figures or not median(peers):
        return text
    return f"{text}, {median(figures) / median(peers):.2f} ×"


main()
