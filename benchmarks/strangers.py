"""What hostile input does to faders, in one command: `python benchmarks/strangers.py`.

The bridge runs as a process of its own.  An allowed page moves a fader 100 times
a second and the DAW behind the bridge notes when it hears of it: in quiet, then
while somebody else sends as much as he can.  Mapping files that grow when they
are read, and the largest datagrams there are, are timed on their own.
Linux only: the stranger is 127.0.0.2.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from struct import pack
from time import monotonic, perf_counter, sleep

from surfacebridge.apps.control_socket import NoControl, ask
from surfacebridge.protocols.osc.packet import LARGEST, decode

EVERY = 0.01
RIG = """
surfacebridge: 1
name: a page, a DAW and another program
surfaces:
  page:
    osc: udp://127.0.0.1:{page}
    listen: {hears}
    strips: 2
    controls:
      fader: {{in: "/in/{{s}} {{v:f}}"}}
targets:
  daw: {{osc: "udp://127.0.0.1:{daw}"}}
  other: {{osc: "udp://127.0.0.1:{other}", listen: {port}}}
map:
  - page.fader.1 > daw:/out/1 {{v:f}}
  - page.fader.2 <> other:/x {{v:f}}
"""
FLOOD = """
import socket, sys, time
host, own, port, seconds, path = sys.argv[1:]
own, port, seconds = int(own), int(port), float(seconds)
data = open(path, "rb").read()
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
sock.bind((host, own))
sock.connect(("127.0.0.1", port))
sent, began = 0, time.monotonic()
while time.monotonic() - began < seconds:
    for _ in range(max(1, 20_000 // len(data))):
        try:
            sock.send(data)
            sent += 1
        except OSError:
            pass
print(round(sent / (time.monotonic() - began)))
"""


def message(address: str, value: float) -> bytes:
    """Return an OSC message of one float."""
    name = address.encode()
    return name + bytes(4 - len(name) % 4) + b",f\0\0" + pack(">f", value)


def bundle(element: bytes, longest: int = 65_500) -> bytes:
    """Return the fullest bundle of `element` that UDP carries."""
    one = pack(">i", len(element)) + element
    return b"#bundle\0" + bytes(7) + b"\1" + one * ((longest - 16) // len(one))


class Stage:
    """The bridge, the page and the DAW."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.page = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        # Shared, so that somebody else can speak from the very same address.
        self.page.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.page.bind(("127.0.0.1", 0))
        self.daw = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.daw.bind(("127.0.0.1", 0))
        self.daw.setblocking(False)
        self.other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.other.bind(("127.0.0.1", 0))
        self.hears, self.port = _free(), _free()
        (folder / "rig.yaml").write_text(
            RIG.format(
                page=self.page.getsockname()[1],
                daw=self.daw.getsockname()[1],
                other=self.other.getsockname()[1],
                hears=self.hears,
                port=self.port,
            )
        )

    @contextmanager
    def bridge(self) -> Iterator[None]:
        """Run the bridge, and wait until it carries a move."""
        command = [sys.executable, "-m", "surfacebridge", "run", str(self.folder / "rig.yaml")]
        log = (self.folder / "log").open("w")
        process = subprocess.Popen(command, stderr=log)
        try:
            # Its other target is there once it has spoken.
            self.other.sendto(message("/x", 0.5), ("127.0.0.1", self.port))
            for number in range(1000):
                self.page.sendto(message("/in/1", number / 1000), ("127.0.0.1", self.hears))
                sleep(EVERY)
                if self._heard():
                    break
            else:
                sys.exit((self.folder / "log").read_text())
            yield
        finally:
            process.terminate()
            process.wait(10)
            log.close()

    def _heard(self) -> list[bytes]:
        heard = []
        try:
            while True:
                heard.append(self.daw.recv(65_536))
        except BlockingIOError:
            return heard

    def ride(self, seconds: float) -> str:
        """Move the fader for `seconds`, and say how the moves fared."""
        went: dict[bytes, float] = {}
        came: dict[bytes, float] = {}
        self._heard()
        due = monotonic()
        for number in range(round(seconds / EVERY)):
            value = pack(">f", (number % 1000) / 1000 + 0.0005)
            went[value] = perf_counter()
            self.page.sendto(b"/in/1\0\0\0,f\0\0" + value, ("127.0.0.1", self.hears))
            due += EVERY
            while True:
                for data in self._heard():
                    came.setdefault(data[-4:], perf_counter())
                if monotonic() >= due:
                    break
                sleep(0.0001)
        sleep(0.3)
        last = self._heard()
        for data in last:
            came.setdefault(data[-4:], perf_counter())
        took = sorted(1e6 * (came[value] - went[value]) for value in went if value in came)
        if not took:
            return f"0 of {len(went)}"
        p50, p99 = (took[round((len(took) - 1) * part)] for part in (0.5, 0.99))
        arrived = "the last one arrived" if value in came else "THE LAST ONE WAS LOST"
        # What came together leaves as the last of it: fewer may arrive than went.
        return f"{len(took)} of {len(went)}, {arrived}, p50 {p50:,.0f} µs, p99 {p99:,.0f} µs"

    def told(self) -> str:
        """Return what the bridge counted."""
        try:
            (path,) = (self.folder / "surfacebridge").glob("*.sock")
            links = json.loads(ask(path, "status"))["links"]
        except (ValueError, NoControl):
            return "the bridge did not say"
        return "; ".join(
            f"{link['name']} {link['strangers']:,} strangers, {link['dropped']:,} dropped"
            for link in links
            if link["strangers"] or link["dropped"]
        )


def _free() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def floods(folder: Path, seconds: float) -> None:
    """Print how the page's moves fare in quiet and under each flood."""
    stage = Stage(folder)
    small = message("/in/2", 0.25)
    page, other = stage.page.getsockname()[1], stage.other.getsockname()[1]
    empty = bundle(b"/a\0\0,\0\0\0")
    moving = bundle(message("/x", 0.25))
    rows = (
        ("a stranger, small datagrams to the page's port", "127.0.0.2", 0, stage.hears, small),
        ("the page's address forged, small datagrams", "127.0.0.1", page, stage.hears, small),
        ("a stranger, full bundles to the other's port", "127.0.0.2", 0, stage.port, moving),
        ("the other itself, full of what means nothing", "127.0.0.1", other, stage.port, empty),
        ("the other itself, full of moves of a fader", "127.0.0.1", other, stage.port, moving),
    )
    for name, host, own, port, data in (("quiet", "", 0, 0, b""), *rows):
        with stage.bridge():
            flood = None
            if host:
                (folder / "data").write_bytes(data)
                command = [sys.executable, "-c", FLOOD, host, str(own), str(port), str(seconds + 1)]
                flood = subprocess.Popen(
                    [*command, str(folder / "data")], stdout=subprocess.PIPE, text=True
                )
                sleep(0.5)
            print(f"{name}: {stage.ride(seconds)}")
            if flood is not None:
                rate = int(flood.communicate()[0])
                print(f"    {rate:,} datagrams a second of {len(data):,} bytes; {stage.told()}")


def bombs(folder: Path) -> None:
    """Print what `surfacebridge check` takes for mapping files that grow."""
    aliases = "\n".join(
        f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10) if n else 'x'}]" for n in range(10)
    )
    pairs = "\n".join(
        f"  a{n}: &a{n} [{f'*a{n - 1}, *a{n - 1}' if n else 'x'}]" for n in range(20_000)
    )
    files = {
        "nine lists of ten aliases each": f"surfacebridge: 1\nvars:\n{aliases}\n",
        "20,000 lists of two aliases each": f"surfacebridge: 1\nvars:\n{pairs}\n",
        "500,000 lists in one another": "[" * 500_000 + "]" * 500_000,
        "one list of 245,000 entries": f"surfacebridge: 1\nmap: [{'a,' * 245_000}]\n",
    }
    for name, text in files.items():
        path = folder / "bomb.yaml"
        path.write_text(text)
        began = perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "surfacebridge", "check", str(path)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        print(
            f"{name}: {len(text):,} bytes, status {process.returncode}, "
            f"{perf_counter() - began:.2f} s, {used.ru_maxrss / 1024:.0f} MB"
        )


def datagrams() -> None:
    """Print what reading the largest datagrams takes."""
    nothing = b"/a\0\0,\0\0\0"
    deep = b""
    while len(deep) < LARGEST - 24:
        deep = b"#bundle\0" + bytes(7) + b"\1" + (pack(">i", len(deep)) + deep if deep else b"")
    rows = {
        "a bundle of the smallest messages": bundle(nothing),
        "a bundle of empty bundles": bundle(b"#bundle\0" + bytes(8)),
        "bundles in one another": deep[:LARGEST],
        "a message of 65,000 arguments": b"/a\0\0," + b"T" * 65_003 + bytes(4),
    }
    for name, data in rows.items():
        times = []
        for _ in range(5):
            began = perf_counter()
            decode(data)
            times.append(perf_counter() - began)
        print(f"{name}: {len(data):,} bytes, {1e3 * median(times):.1f} ms in one go")


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0)
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="surfacebridge-")))
        os.environ["XDG_RUNTIME_DIR"] = str(folder)
        print(f"load {os.getloadavg()[0]:.1f}")
        floods(folder, asked.seconds)
        bombs(folder)
        datagrams()


if __name__ == "__main__":
    main()
