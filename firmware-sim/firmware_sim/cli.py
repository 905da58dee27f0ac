"""``firmware-sim``: pretend hardware that runs until Ctrl-C.

Owns: the command line, which hardware there is, and saying where it can be reached.
"""

import argparse
import asyncio
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from firmware_sim.ardour_osc import ArdourOsc
from firmware_sim.daw_host import HOSTS, DawHost
from firmware_sim.device import Device, SubscribedConsole
from firmware_sim.faults import FAULTS, FaultyLink
from firmware_sim.hui import Hui
from firmware_sim.hui_host import HUI_HOSTS, HuiHost
from firmware_sim.mcu import MackieControl
from firmware_sim.motor import EXACT, WORN, Build
from firmware_sim.network_faults import NETWORK_FAULTS, FaultyNetwork
from firmware_sim.rcp import MODELS, Rcp
from firmware_sim.reaper import Reaper
from firmware_sim.serial_box import BUILD, SerialBox
from firmware_sim.serial_framing import FRAMINGS
from firmware_sim.sockets.midi_port import MidiPort, MidiPortUnavailable
from firmware_sim.sockets.pty import PtySocket
from firmware_sim.sockets.tcp import TcpServer
from firmware_sim.sockets.udp import UdpServer
from firmware_sim.wing import Wing
from firmware_sim.x32 import X32
from firmware_sim.xair import XAir
from firmware_sim.xtouch import XTouch

Options = argparse.Namespace


@dataclass(frozen=True, slots=True)
class _Cabled:
    """Hardware at the end of a cable: its name, what it is, how it is made."""

    label: str
    about: str
    make: Callable[[Options], Device]


@dataclass(frozen=True, slots=True)
class _Networked:
    """Hardware on a datagram port."""

    label: str
    about: str
    port: int
    make: Callable[[Options], SubscribedConsole]


def _mackie(device_id: int) -> Callable[[Options], Device]:
    return lambda o: MackieControl(device_id=device_id, build=_build(o), seed=o.seed)


_CABLED: Final = {
    "xtouch": _Cabled(
        "X-Touch",
        "a Behringer X-Touch in MCU mode",
        lambda o: XTouch(servo=o.servo, build=_build(o), seed=o.seed),
    ),
    "mcu": _Cabled("Mackie Control", "a Mackie Control", _mackie(0x14)),
    "mcu-xt": _Cabled("Mackie Control XT", "an extender of one", _mackie(0x15)),
    "logic-control": _Cabled("Logic Control", "a Logic Control", _mackie(0x10)),
    "hui": _Cabled("HUI", "a Mackie HUI", lambda o: Hui(build=_build(o), seed=o.seed)),
    "serial-box": _Cabled(
        "Serial box",
        "a home-made box of motor faders",
        lambda o: SerialBox(
            o.framing, build=WORN if o.worn else BUILD, garbage=o.garbage, seed=o.seed
        ),
    ),
    "daw": _Cabled("DAW", "a DAW that has a Mackie Control", lambda o: DawHost(o.like)),
    "hui-daw": _Cabled("HUI DAW", "a DAW that has a HUI", lambda o: HuiHost(o.like)),
}
_NETWORKED: Final = {
    "x32": _Networked("X32", "a Behringer X32", 10023, lambda o: X32(o.name or "X32-SIM", o.host)),
    "xair": _Networked(
        "XR18", "a Behringer XR18", 10024, lambda o: XAir(o.name or "XR18-SIM", o.host)
    ),
    "wing": _Networked(
        "WING", "a Behringer WING", 2223, lambda o: Wing(o.name or "WING-SIM", o.host)
    ),
    "ardour": _Networked("Ardour", "Ardour's OSC port", 3819, lambda o: ArdourOsc()),
    "reaper": _Networked(
        "REAPER", "REAPER's OSC port", 8000, lambda o: Reaper((o.host, o.device_port))
    ),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        asyncio.run(options.run(options))
    except (OSError, MidiPortUnavailable) as reason:
        print(f"firmware-sim: {reason}", file=sys.stderr)
        return 1
    return 0


def _build(options: Options) -> Build:
    return WORN if options.worn else EXACT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="firmware-sim", description="Pretend hardware, until Ctrl-C."
    )
    hardware = parser.add_subparsers(dest="hardware", required=True, metavar="HARDWARE")
    for name, cabled in _CABLED.items():
        one = hardware.add_parser(name, help=cabled.about)
        _add_cable(one, midi=name != "serial-box")
        _add_chance(one, sorted(FAULTS))
        one.set_defaults(run=_run_cabled)
        if name not in ("daw", "hui-daw"):
            one.add_argument("--worn", action="store_true", help="with faders that have seen years")
        _add_own(name, one)
    for name, networked in _NETWORKED.items():
        one = hardware.add_parser(name, help=networked.about)
        _add_address(one, networked.port)
        _add_chance(one, sorted(NETWORK_FAULTS))
        one.set_defaults(run=_run_networked)
        if name == "reaper":
            one.add_argument("--device-port", type=int, default=9000, help="where it sends to")
    rcp = hardware.add_parser("rcp", help="a Yamaha CL, QL or TF")
    _add_address(rcp, 49280)
    rcp.add_argument("--model", choices=sorted(MODELS), default="CL5")
    rcp.set_defaults(run=_run_rcp)
    return parser


def _add_cable(parser: argparse.ArgumentParser, *, midi: bool) -> None:
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--pty", action="store_true", help="on a pseudo-terminal (the default)")
    if midi:
        where.add_argument("--midi", metavar="NAME", help="as a MIDI port of this name instead")
    else:
        parser.set_defaults(midi=None)
    parser.add_argument("--link", type=Path, metavar="PATH", help="a stable path to the terminal")


def _add_address(parser: argparse.ArgumentParser, port: int) -> None:
    parser.add_argument("--port", type=int, default=port, help="0 picks a free one")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--name", help="what it calls itself")


def _add_chance(parser: argparse.ArgumentParser, faults: list[str]) -> None:
    parser.add_argument("--seed", type=int, default=0, help="of everything random: same, same")
    parser.add_argument(
        "--fault",
        choices=faults,
        metavar="NAME",
        default="none",
        help=f"one of {', '.join(faults)}",
    )


def _add_own(name: str, parser: argparse.ArgumentParser) -> None:
    """Add what only one sort of hardware has."""
    match name:
        case "xtouch":
            parser.add_argument("--servo", action="store_true", help="with a real Mackie's faders")
        case "serial-box":
            parser.add_argument("--framing", choices=sorted(FRAMINGS), default="lines")
            parser.add_argument("--garbage", type=int, default=0, help="bytes of it at boot")
        case "daw":
            parser.add_argument("--like", choices=sorted(HOSTS), default="ardour")
        case "hui-daw":
            parser.add_argument("--like", choices=sorted(HUI_HOSTS), default="protools")
        case _:
            pass


async def _run_cabled(options: Options) -> None:
    hardware = _CABLED[options.hardware]
    device = hardware.make(options)
    if options.fault != "none":
        device = FaultyLink(device, FAULTS[options.fault], options.seed)
    async with AsyncExitStack() as stack:
        if options.midi is None:
            terminal = await stack.enter_async_context(PtySocket(device, options.link))
            where = terminal.path
        else:
            await stack.enter_async_context(MidiPort(device, options.midi))
            where = f'MIDI port "{options.midi}"'
        await _stay(f"{hardware.label} at {where}")


async def _run_networked(options: Options) -> None:
    hardware = _NETWORKED[options.hardware]
    console = hardware.make(options)
    network = FaultyNetwork(console, NETWORK_FAULTS[options.fault], options.seed)
    perfect = options.fault == "none"
    async with UdpServer(console if perfect else network, options.port, options.host) as server:
        host, port = server.address
        await _stay(f"{hardware.label} at udp://{host}:{port}")


async def _run_rcp(options: Options) -> None:
    async with TcpServer(Rcp(options.model), options.port, options.host) as server:
        host, port = server.address
        await _stay(f"{options.model} at tcp://{host}:{port}")


async def _stay(line: str) -> None:
    """Say where the hardware is, once it can be stopped, and stay until it is."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    print(f"{line} (Ctrl-C ends it)", flush=True)
    await stopped.wait()
