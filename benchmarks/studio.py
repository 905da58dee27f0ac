"""What a studio costs: 100 bridges and 10,000 parameters on one Mosquitto.

    python benchmarks/studio.py [--write docs/reports]

Needs `mosquitto` and the extra `mqtt`.  Half of the bridges live in one process,
half in another; each holds a desk of 100 levels and has a surface at the next
bridge's desk.  A surface's order goes to the broker, to the desk's bridge, onto
the desk, as a value to the broker and back: that way is timed.
"""

import argparse
import asyncio
import json
import os
import re
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import log10
from pathlib import Path

from surfacebridge.bridge.studio.parties import Identity
from surfacebridge.bridge.studio.rights import Rights
from surfacebridge.bridge.studio.shared import SharedDesk
from surfacebridge.bridge.studio.shared_endpoint import SharedEndpoint
from surfacebridge.model.laws import LAWS
from surfacebridge.model.lifecycle import Arrived
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.sheets import ParameterSpec, TargetSheet
from surfacebridge.profiles.base import Health
from surfacebridge.profiles.studio_desk import StudioDesk, full_name
from surfacebridge.protocols.mqtt.packet import Publish, Subscribe, decode, encode
from surfacebridge.protocols.studio import payloads
from surfacebridge.protocols.studio.payloads import Presence
from surfacebridge.protocols.studio.topics import Topic, presences, read_topic
from surfacebridge.transports.address import MqttAddress
from surfacebridge.transports.mqtt import MqttLink, open_mqtt

BRIDGES = 100
PARAMETERS = 100
PROCESSES = 2
RATES = (100, 250, 500, 1_000, 1_500, 2_000)
SECONDS = 8.0
# A hand gives no more values than this to one fader.
A_FADER = 25.0
TICK = 0.02
SEQ = re.compile(rb'"seq":(\d+)')
OF = re.compile(rb'"of":(\d+)')


def sheet() -> TargetSheet:
    """Return a desk of nothing but levels."""
    names = [ParameterId(f"ch.{n}.fader") for n in range(1, PARAMETERS + 1)]
    specs = {n: ParameterSpec(n, "level", law=LAWS["x32"], steps=1024) for n in names}
    return TargetSheet("bench/desk", "bench", "Desk", specs)


class Silent:
    """The profile of a desk that takes everything and says nothing."""

    def __init__(self) -> None:
        self.health = Health(alive=True, synced=True)

    def open(self, now: float) -> None:
        """Greet nobody."""

    def close(self, now: float) -> None:
        """Say nothing."""

    def receive(self, data: bytes, now: float) -> Sequence[Report]:
        """Hear nothing."""
        return ()

    def send(self, item: Write, now: float) -> None:
        """Take it."""

    def watch(self, parameters: Sequence[ParameterId], now: float) -> None:
        """Follow nothing."""

    def wake(self, now: float) -> Sequence[Report]:
        """Do nothing."""
        return ()

    def next_wakeup(self) -> float | None:
        """Return that nothing is due."""
        return None

    def data_to_send(self) -> list[bytes]:
        """Return nothing."""
        return []


class Holder:
    """A bridge with a desk, as `bridge.studio.house` runs it, without an engine."""

    def __init__(self, number: int, link: MqttLink) -> None:
        self.name = f"desk{number}"
        self.who = Identity("bench", f"bridge{number}", "anyone")
        self.desk = SharedDesk(self.name, SHEET, self.who, Rights({}))
        self.endpoint = SharedEndpoint(Silent(), self.desk)
        self.link = link

    def is_ready(self) -> bool:
        """Return whether the desk is its own."""
        return self.desk.lease.is_mine

    def begin(self, now: float) -> None:
        """Come to the broker with a desk that is known whole."""
        self.endpoint.open(now)
        self.desk.heard((Arrived(self.name),), now)
        for name in SHEET.parameters:
            self.desk.heard((Report(full_name(name, self.name), -30.0),), now)
        self.link.listen(self.arrived, lambda lost: print(lost, file=sys.stderr), self.tend)
        session = f"h{self.name}"
        start = Topic("desk", "bench", self.name).text.removesuffix("$desk")
        words = ("$desk", "$set/#", "$guest/#")
        here = Topic("bridge", "bench", user=self.who.user, bridge=self.who.bridge).text
        presence = payloads.encode(Presence(online=True, session=session))
        self.link.send(encode(Publish(here, presence, 1, retain=True)))
        self.link.send(encode(Subscribe((presences("bench"), *(start + one for one in words)))))
        self.desk.connected(session, now)

    def arrived(self, data: bytes) -> None:
        """Take what the broker says."""
        packet = decode(data)
        topic = read_topic(packet.topic) if isinstance(packet, Publish) else None
        if topic is None or not isinstance(packet, Publish):
            return
        now = asyncio.get_running_loop().time()
        if topic.kind == "bridge":
            presence = payloads.decode(Presence, packet.payload)
            if isinstance(presence, Presence):
                who = topic.user, topic.bridge
                self.desk.hear_bridge(who, presence.session, online=presence.online, now=now)
        else:
            self.desk.hear(topic, packet, now)

    def tend(self) -> None:
        """Say what is due."""
        self.desk.tend("connected", asyncio.get_running_loop().time())
        self.link.send_many(self.desk.take())


@dataclass(slots=True)
class Figures:
    """What one process saw in one run."""

    ordered: int = 0
    answered: int = 0
    seconds: list[float] = field(default_factory=list)


class Hand:
    """A surface at somebody else's desk."""

    def __init__(self, number: int, link: MqttLink) -> None:
        self.name = f"desk{number}"
        who = f"hand{number}"
        self.guest = StudioDesk(
            self.name, SHEET, ("bench", self.name), user="anyone", bridge=who, session=f"g{number}"
        )
        self.link = link
        self.figures = Figures()
        self.is_present = False
        self._pending: dict[int, float] = {}
        self._own = f'"session":"g{number}"'.encode()
        self._step = number * 37

    def is_ready(self) -> bool:
        """Return whether the desk is there and known."""
        return self.is_present and self.guest.health.synced

    def begin(self, now: float) -> None:
        """Come to the broker."""
        self.link.listen(self.arrived, lambda lost: print(lost, file=sys.stderr), self.flush)
        self.guest.open(now)
        self.flush()

    def arrived(self, data: bytes) -> None:
        """Take what the broker says, and time what comes back."""
        now = asyncio.get_running_loop().time()
        if self._own in data and (found := OF.search(data)) is not None:
            began = self._pending.pop(int(found[1]), None)
            if began is not None:
                self.figures.answered += 1
                self.figures.seconds.append(now - began)
        for event in self.guest.receive(data, now):
            if isinstance(event, Arrived):
                self.is_present = True
                names = [full_name(name, self.name) for name in SHEET.parameters]
                self.guest.watch(names, now)

    def move(self, faders: int) -> None:
        """Move some faders by a step each."""
        now = asyncio.get_running_loop().time()
        self._step += 1
        for n in range(1, faders + 1):
            value = SPEC.from_position((self._step % 1000 + 12) / 1023)
            parameter = full_name(f"ch.{n}.fader", self.name)
            self.guest.send(Write(self.name, parameter, value), now)
        self.flush()

    def flush(self) -> None:
        """Send what the guest has to say."""
        now = asyncio.get_running_loop().time()
        self.guest.wake(now)
        packets = self.guest.data_to_send()
        for data in packets:
            if b"/$set/" in data and (found := SEQ.search(data)) is not None:
                self._pending[int(found[1])] = now
                self.figures.ordered += 1
        self.link.send_many(packets)

    def forget(self) -> None:
        """Begin to count anew."""
        self.figures = Figures()
        self._pending.clear()


SHEET = sheet()
SPEC = SHEET.parameters[ParameterId("ch.1.fader")]


async def worker(first: int, count: int, port: int) -> None:
    """Run ``count`` bridges; take ``rate seconds`` on standard input, say figures."""
    before = memory()
    address = MqttAddress("127.0.0.1", port)
    loop = asyncio.get_running_loop()
    holders: list[Holder] = []
    hands: list[Hand] = []
    ticking = asyncio.create_task(tick(holders, hands))
    # One after the other, as bridges come: each new one hears of all others.
    for number in range(first, first + count):
        holders.append(Holder(number, await open_mqtt(address)))
        holders[-1].begin(loop.time())
        await until(holders[-1].is_ready)
    for number in range(first, first + count):
        hands.append(Hand((number + 1) % BRIDGES, await open_mqtt(address)))
        hands[-1].begin(loop.time())
        await asyncio.sleep(TICK)
    await until(lambda: all(hand.is_ready() for hand in hands))
    say({"memory": (memory() - before) / count})
    while line := await asyncio.to_thread(sys.stdin.readline):
        rate, seconds = map(float, line.split())
        say(await run(hands, rate, seconds))
    ticking.cancel()


async def tick(holders: Sequence[Holder], hands: Sequence[Hand]) -> None:
    """Let everybody do what is due, fifty times a second."""
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(TICK)
        now = loop.time()
        for holder in holders:
            if (due := holder.desk.next_wakeup()) is not None and due <= now:
                holder.tend()
        for hand in hands:
            if (due := hand.guest.next_wakeup()) is not None and due <= now:
                hand.flush()


async def until(condition: Callable[[], bool]) -> None:
    """Return once ``condition`` holds."""
    while not condition():  # noqa: ASYNC110 - nobody tells
        await asyncio.sleep(TICK)


async def run(hands: Sequence[Hand], rate: float, seconds: float) -> dict[str, object]:
    """Order ``rate`` values a second altogether; return what came of it."""
    each = rate / len(hands)
    faders = max(1, round(each / A_FADER))
    every = faders / each
    for hand in hands:
        hand.forget()
    loop = asyncio.get_running_loop()
    began, cpu = loop.time(), time.process_time()

    async def ride(hand: Hand, late: float) -> None:
        at = began + late
        while at < began + seconds:
            await asyncio.sleep(max(0.0, at - loop.time()))
            hand.move(faders)
            at += every

    async with asyncio.TaskGroup() as group:
        for number, hand in enumerate(hands):
            group.create_task(ride(hand, every * number / len(hands)))
    took, used = loop.time() - began, time.process_time() - cpu
    await asyncio.sleep(1.0)
    return {
        "ordered": sum(hand.figures.ordered for hand in hands),
        "answered": sum(hand.figures.answered for hand in hands),
        "seconds": [one for hand in hands for one in hand.figures.seconds],
        "took": took,
        "cpu": used / took,
    }


def memory() -> int:
    """Return how much memory this process has, in bytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


def say(figures: dict[str, object]) -> None:
    """Tell the main process."""
    print(json.dumps(figures), flush=True)


# The main process.


@dataclass(slots=True)
class Row:
    """One line of the report: rates a second, seconds, and parts of a core."""

    wanted: float
    ordered: float
    answered: float
    p50: float
    p95: float
    p99: float
    worst: float
    broker: float
    bridges: float
    broker_each: float
    bridges_each: float


@contextmanager
def broker() -> Iterator[tuple[int, int]]:
    """Run a Mosquitto; yield its port and its process."""
    program = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        sys.exit("mosquitto is not installed.  On Debian: sudo apt-get install mosquitto")
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = int(one.getsockname()[1])
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "conf"
        lines = (f"listener {port} 127.0.0.1", "allow_anonymous true", "max_queued_messages 0")
        config.write_text("\n".join((*lines, "set_tcp_nodelay true\n")), encoding="utf-8")
        process = subprocess.Popen([program, "-c", config], stderr=subprocess.DEVNULL)
        try:
            time.sleep(1.0)
            yield port, process.pid
        finally:
            process.terminate()
            process.wait(10)


def cpu_of(pid: int) -> float:
    """Return the seconds of a core that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(
    rates: Sequence[float], seconds: float, tell: Callable[[str], None]
) -> tuple[list[Row], int]:
    """Return a row for each rate, and the memory of the broker in bytes."""
    with broker() as (port, pid):
        share = BRIDGES // PROCESSES
        workers = [
            subprocess.Popen(
                [sys.executable, __file__, "--worker", f"{n * share} {share} {port}"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )
            for n in range(PROCESSES)
        ]  # fmt: skip
        ready = [json.loads(one.stdout.readline()) for one in workers]  # type: ignore[union-attr]
        each = sum(one["memory"] for one in ready) / len(ready)
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
        tell(f"{BRIDGES} bridges are there, {each / 1024:.0f} KiB each.")
        rows = []
        for rate in rates:
            cpu, began = cpu_of(pid), time.monotonic()
            for one in workers:
                one.stdin.write(f"{rate / PROCESSES} {seconds}\n")  # type: ignore[union-attr]
                one.stdin.flush()  # type: ignore[union-attr]
            said = [json.loads(one.stdout.readline()) for one in workers]  # type: ignore[union-attr]
            used = (cpu_of(pid) - cpu) / (time.monotonic() - began - 1.0)
            rows.append(row_of(rate, said, used))
            tell(line_of(rows[-1]))
        for one in workers:
            one.stdin.close()  # type: ignore[union-attr]
            one.terminate()
            one.wait(10)
        return rows, pages * resource.getpagesize()


def row_of(rate: float, said: Sequence[dict[str, object]], used: float) -> Row:
    """Join what the processes saw."""
    ranked = sorted(one for part in said for one in part["seconds"])  # type: ignore[attr-defined]
    took = max(float(part["took"]) for part in said)  # type: ignore[arg-type]

    def at(percent: float) -> float:
        return ranked[round(percent / 100 * (len(ranked) - 1))] if ranked else float("nan")

    def total(what: str) -> float:
        return sum(float(part[what]) for part in said)  # type: ignore[arg-type]

    return Row(
        rate, total("ordered") / took, total("answered") / took,
        at(50), at(95), at(99), at(100), used, total("cpu"),
        used * took / total("ordered"), total("cpu") * took / total("ordered"),
    )  # fmt: skip


def line_of(row: Row) -> str:
    """Return a row as Markdown."""
    late = " | ".join(f"{1000 * one:.1f}" for one in (row.p50, row.p95, row.p99, row.worst))
    return (
        f"| {row.wanted:,.0f} | {row.ordered:,.0f} | {row.answered:,.0f} | {late} "
        f"| {row.broker:.0%} | {row.bridges:.0%} "
        f"| {1e6 * row.broker_each:.0f} | {1e6 * row.bridges_each:.0f} |"
    )


HEAD = (
    "| orders a second, wanted | done | answered | p50 ms | p95 ms | p99 ms | worst ms "
    "| Mosquitto, of a core | bridges, of two cores "
    "| Mosquitto, µs an order | bridges, µs an order |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|"
)


def plot(rows: Sequence[Row]) -> str:
    """Return the rows as an SVG: latency (left) and use of cores (right) over the rate."""
    wide, high, left, top = 720, 380, 70, 30
    right, bottom = wide - 70, high - 60
    most = max(row.ordered for row in rows)
    slowest = 10.0 ** max(1, len(str(int(1000 * max(row.p99 for row in rows)))))

    def x(rate: float) -> float:
        return left + (right - left) * rate / most

    def y_late(seconds: float) -> float:
        return bottom - (bottom - top) * max(0.0, log10(max(1000 * seconds, 1.0)) / log10(slowest))

    def y_used(part: float) -> float:
        return bottom - (bottom - top) * min(part, 2.0) / 2.0

    def line(colour: str, name: str, place: int, dash: str, height: Callable[[Row], float]) -> str:
        points = " ".join(f"{x(row.ordered):.1f},{height(row):.1f}" for row in rows)
        dots = "".join(
            f'<circle cx="{x(row.ordered):.1f}" cy="{height(row):.1f}" r="3" fill="{colour}"/>'
            for row in rows
        )
        key = f'<text x="{left + 12}" y="{top + 14 + 16 * place}" fill="{colour}">{name}</text>'
        return (
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2" '
            f'stroke-dasharray="{dash}"/>{dots}{key}'
        )

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{wide}" height="{high}" fill="white"/>',
        f'<path d="M{left} {top}V{bottom}H{right}V{top}" fill="none" stroke="black"/>',
    ]
    tick = 1.0
    while tick <= slowest:
        height = y_late(tick / 1000)
        parts.append(f'<path d="M{left} {height:.1f}H{right}" stroke="#ddd"/>')
        parts.append(
            f'<text x="{left - 8}" y="{height + 4:.1f}" text-anchor="end">{tick:g} ms</text>'
        )
        tick *= 10
    parts += [
        f'<text x="{right + 8}" y="{y_used(part) + 4:.1f}">{part:.0%}</text>'
        for part in (0.0, 0.5, 1.0, 1.5, 2.0)
    ]
    for row in rows:
        parts.append(
            f'<text x="{x(row.ordered):.1f}" y="{bottom + 18}" text-anchor="middle">'
            f"{row.ordered:,.0f}</text>"
        )
    middle = (left + right) / 2
    parts.append(
        f'<text x="{middle}" y="{high - 18}" text-anchor="middle">orders a second, of 100 hands at '
        "100 desks (left: time from hand to hand; right: parts of a core)</text>"
    )
    parts += [
        line("#1f77b4", "p50", 0, "", lambda row: y_late(row.p50)),
        line("#d62728", "p99", 1, "", lambda row: y_late(row.p99)),
        line("#2ca02c", "Mosquitto (of one core)", 2, "6 3", lambda row: y_used(row.broker)),
        line("#9467bd", "bridges (of two cores)", 3, "6 3", lambda row: y_used(row.bridges)),
        "</svg>\n",
    ]
    return "\n".join(parts)


def main() -> None:
    """Measure and print; ``--write`` keeps table and plot in a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    parser.add_argument("--write", type=Path, help="folder for studio-figures.md and studio.svg")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="for each rate")
    said = parser.parse_args()
    if said.worker:
        first, count, port = map(int, said.worker.split())
        asyncio.run(worker(first, count, port))
        return
    print(HEAD)
    rows, of_broker = measure(RATES, said.seconds, print)
    print(f"\nMosquitto has {of_broker / 2**20:.1f} MiB with {BRIDGES * PARAMETERS:,} values.")
    if said.write:
        said.write.mkdir(exist_ok=True)
        (said.write / "studio.svg").write_text(plot(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
