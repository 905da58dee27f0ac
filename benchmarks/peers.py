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
FADERS = 8
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

RTP_RIG = """\
surfacebridge: 1
name: network MIDI to OSC
surfaces:
  x: {{device: mackie/mcu, port: "rtp:listen bench?port={heard}"}}
targets:
  desk: {{osc: "udp://127.0.0.1:{said}"}}
map:
  - x.fader.{{1..{controls}}} <> desk:/out/{{i}} {{v:f}} | db(mcu, mcu)
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


RTP_MONSTER = """\
[rtpmidi heard]
mode = apple
bind = 127.0.0.1 {data}
join = *
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


@dataclass(slots=True)
class Course:
    """One way in; the way out is OSC. ``controls`` move, and ``words`` tell the load how."""

    name: str
    controls: int
    words: tuple[str, ...]
    bridges: list[Bridge]


def main() -> None:
    """Measure, and print or write the report."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        load = _compiled("load", place)
        courses = _courses(options.midimonster, place)
        for course in courses:
            course.bridges = [one for one in course.bridges if options.only in one.name]
        for number in range(options.rounds):
            for course in courses:
                for bridge in course.bridges:
                    print(f"round {number + 1}: {course.name}, {bridge.name}", file=sys.stderr)
                    _measure(course, bridge, load, place, options)
    report = _report(courses, options)
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
    parser.add_argument("--only", default="", help="only bridges whose name holds this")
    parser.add_argument("--no-rate", action="store_true", help="leave the rates out")
    return parser.parse_args()


def _compiled(name: str, place: Path) -> Path:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        sys.exit("A C compiler is needed and was not found; install gcc.")
    made = place / name
    subprocess.run([compiler, "-O2", "-o", made, HERE / f"{name}.c"], check=True)
    return made


def _courses(midimonster: Path | None, place: Path) -> list[Course]:
    found = midimonster or shutil.which("midimonster")
    monster = None if found is None else Path(found).resolve()
    echo = str(_compiled("echo", place))
    osc = [Bridge("bare C echo (the floor)", lambda heard, said, _: [echo, str(heard), str(said)])]
    rtp: list[Bridge] = []
    if monster is not None:
        osc.append(Bridge("MIDIMonster", _monster(monster, MONSTER, "/in/{}", 1, CONTROLS)))
        rtp.append(Bridge("MIDIMonster", _monster(monster, RTP_MONSTER, "ch{}.pitch", 0, FADERS)))
    osc.append(Bridge("**surfacebridge**", _ours(RIG, CONTROLS)))
    rtp.append(Bridge("**surfacebridge**", _ours(RTP_RIG, FADERS)))
    osc.append(Bridge("bare Python loop, no engine", _script("bare.py")))
    osc.append(Bridge("naive python-osc bridge", _script("naive.py")))
    return [
        Course("OSC in", CONTROLS, (), osc),
        Course("network MIDI (RTP) in, a Mackie Control's faders", FADERS, ("rtp",), rtp),
    ]


def _script(name: str) -> Callable[[int, int, Path], list[str]]:
    def command(heard: int, said: int, place: Path) -> list[str]:
        numbers = (str(number) for number in (heard, said, CONTROLS))
        return [sys.executable, str(HERE / name), *numbers]

    return command


def _monster(
    binary: Path, text: str, channel: str, first: int, controls: int
) -> Callable[[int, int, Path], list[str]]:
    def command(heard: int, said: int, place: Path) -> list[str]:
        config = place / "monster.cfg"
        spare = _free_ports(1)[0]
        head = text.format(heard=heard, data=heard + 1, said=said, spare=spare)
        lines = (f"heard.{channel.format(n + first)} > said./out/{n + 1}" for n in range(controls))
        config.write_text(head + "\n".join(lines) + "\n")
        return [str(binary), str(config)]

    return command


def _ours(text: str, controls: int) -> Callable[[int, int, Path], list[str]]:
    def command(heard: int, said: int, place: Path) -> list[str]:
        rig = place / "rig.yaml"
        back = _free_ports(1)[0]
        rig.write_text(text.format(heard=heard, said=said, back=back, controls=controls))
        words = ("run", str(rig), "--no-reload")
        return [sys.executable, "-m", "surfacebridge", *words]

    return command


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


def _measure(
    course: Course, bridge: Bridge, load: Path, place: Path, options: argparse.Namespace
) -> None:
    heard, said, sender = _free_ports(3)

    def run(mode: str, amount: int) -> list[float]:
        numbers = (heard, said, course.controls, amount, sender)
        words = [mode, *(str(number) for number in numbers), *course.words]
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
            best, finals = _highest_rate(run, course.controls)
            bridge.rate.append(best)
            bridge.finals.append(finals)


def _highest_rate(run: Callable[[str, int], list[float]], controls: int) -> tuple[int, int]:
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
        if finals == controls:
            right = rate
        elif received < sent * 0.5:
            break
    return best, right


def _report(courses: list[Course], options: argparse.Namespace) -> str:
    lines = [
        f"{options.rounds} interleaved rounds of {options.events} paced events and "
        f"{options.bursts} bursts, on loopback; medians (range), in microseconds, and the median "
        f"of each round's ratio to MIDIMonster. Python {sys.version.split()[0]}, "
        f"{os.cpu_count()} cores.",
    ]
    for course in courses:
        peer = next((one for one in course.bridges if one.name == "MIDIMonster"), None)
        lines += [
            "",
            f"## {course.name}, OSC out, {course.controls} controls",
            "",
            "| bridge | paced p50 | paced p99 | all at once p50 | all at once p99 | lost "
            "| msg/s, nothing left out | msg/s, every last value right |",
            "|---|---|---|---|---|---|---|---|",
        ]
        for bridge in course.bridges:
            cells = [
                *(_cell(bridge, peer, "paced", at) for at in (0, 1)),
                *(_cell(bridge, peer, "burst", at) for at in (0, 1)),
                str(sum(one[2] for one in bridge.paced + bridge.burst)),
                _rate(bridge.rate, peer.rate if peer else []),
                _rate(bridge.finals, peer.finals if peer else []),
            ]
            lines.append(f"| {bridge.name} | {' | '.join(cells)} |")
        if peer is None:
            lines += ["", "MIDIMonster was not found: its row and the ratios to it are left out."]
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
