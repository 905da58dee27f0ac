"""What a flood of datagrams from a stranger does to the datagrams of an allowed peer.

An allowed peer sends 100 datagrams a second to a listening link, first in
quiet, then while another host of this machine (127.0.0.2, so Linux only) sends
as many as it can to the same port.
"""

import argparse
import asyncio
import socket
import subprocess
import sys
from time import perf_counter

from surfacebridge.transports.address import UdpAddress
from surfacebridge.transports.udp import UdpLink, open_udp

EVERY = 0.01
FLOOD = """
import socket, sys, time
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind(("127.0.0.2", 0))
sock.connect(("127.0.0.1", int(sys.argv[1])))
sent, began = 0, time.monotonic()
while time.monotonic() - began < float(sys.argv[2]):
    for _ in range(200):
        try:
            sock.send(b"/ch/01/mix/fader\\0\\0\\0\\0,f\\0\\0\\0\\0\\0\\0")
        except OSError:
            pass
    sent += 200
print(round(sent / (time.monotonic() - began)))
"""


async def run(seconds: float) -> None:
    """Measure in quiet and under the flood, and print both."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.bind(("127.0.0.1", 0))
        port = peer.getsockname()[1]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
            free.bind(("127.0.0.1", 0))
            listen = free.getsockname()[1]
        link = await open_udp(UdpAddress("127.0.0.1", port, listen))
        came: dict[int, float] = {}
        link.listen(lambda data: came.setdefault(int(data), perf_counter()), lambda _: None)
        for word in ("quiet", "flood"):
            flood = None
            if word == "flood":
                command = [sys.executable, "-c", FLOOD, str(listen), str(seconds + 1)]
                flood = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: ASYNC220
                await asyncio.sleep(0.5)
            await report(word, link, peer, came, seconds)
            if flood is not None:
                rate = int(flood.communicate()[0])
                print(f"{'':8}the stranger sent {rate:,} a second; {link.strangers:,} were dropped")
        await link.close()


async def report(
    word: str, link: UdpLink, peer: socket.socket, came: dict[int, float], seconds: float
) -> None:
    """Send numbered datagrams for ``seconds`` and print how they fared."""
    came.clear()
    went: dict[int, float] = {}
    for number in range(round(seconds / EVERY)):
        went[number] = perf_counter()
        peer.sendto(b"%d" % number, ("127.0.0.1", link.local_port()))
        await asyncio.sleep(EVERY)
    await asyncio.sleep(0.3)
    took = sorted(1e6 * (came[number] - went[number]) for number in came)
    p50, p99 = (took[round(len(took) * part)] for part in (0.5, 0.99))
    print(f"{word:8}{len(took)} of {len(went)} arrived, p50 {p50:.0f} µs, p99 {p99:.0f} µs")


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0)
    asyncio.run(run(parser.parse_args().seconds))


if __name__ == "__main__":
    main()
