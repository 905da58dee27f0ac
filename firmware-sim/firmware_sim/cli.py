"""``firmware-sim``: pretend hardware that runs until Ctrl-C.

Owns: the command line, and saying where the hardware can be reached.
"""

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from firmware_sim.sockets.midi_port import MidiPort, MidiPortUnavailable
from firmware_sim.sockets.pty import PtySocket
from firmware_sim.sockets.udp import UdpServer
from firmware_sim.x32 import X32
from firmware_sim.xtouch import XTouch


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; return the exit status."""
    options = _parser().parse_args(arguments)
    run = _run_xtouch if options.hardware == "xtouch" else _run_x32
    try:
        asyncio.run(run(options))
    except (OSError, MidiPortUnavailable) as reason:
        print(f"firmware-sim: {reason}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="firmware-sim", description="Pretend hardware, until Ctrl-C."
    )
    hardware = parser.add_subparsers(dest="hardware", required=True, metavar="HARDWARE")
    xtouch = hardware.add_parser("xtouch", help="a Behringer X-Touch in MCU mode")
    where = xtouch.add_mutually_exclusive_group()
    where.add_argument("--pty", action="store_true", help="on a pseudo-terminal (the default)")
    where.add_argument("--midi", metavar="NAME", help="as a MIDI port of this name instead")
    xtouch.add_argument("--link", type=Path, metavar="PATH", help="a stable path to the terminal")
    xtouch.add_argument("--servo", action="store_true", help="with a real Mackie's faders")
    x32 = hardware.add_parser("x32", help="a Behringer X32")
    x32.add_argument("--port", type=int, default=10023, help="UDP port; 0 picks a free one")
    x32.add_argument("--host", default="127.0.0.1", help="address to listen on")
    x32.add_argument("--name", default="X32-SIM", help="what the desk calls itself")
    return parser


async def _run_xtouch(options: argparse.Namespace) -> None:
    surface = XTouch(servo=options.servo)
    async with AsyncExitStack() as stack:
        if options.midi is None:
            terminal = await stack.enter_async_context(PtySocket(surface, options.link))
            _say(f"X-Touch at {terminal.path}")
        else:
            await stack.enter_async_context(MidiPort(surface, options.midi))
            _say(f'X-Touch at MIDI port "{options.midi}"')
        await _until_stopped()


async def _run_x32(options: argparse.Namespace) -> None:
    desk = X32(name=options.name, ip=options.host)
    async with UdpServer(desk, options.port, options.host) as server:
        host, port = server.address
        _say(f"X32 at udp://{host}:{port}")
        await _until_stopped()


def _say(line: str) -> None:
    print(f"{line} (Ctrl-C ends it)", flush=True)


async def _until_stopped() -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    await stopped.wait()
