"""``surfacebridge sim``: pretend hardware that runs until Ctrl-C.

Owns: the command line, which hardware there is, and saying where it can be reached.
Does not own: addresses (``places``), what people can tell it to do (``person``), the terminal
(``sockets.screen``).
"""

import argparse
import asyncio
import errno
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Final

from firmware_sim.ableton_osc import AbletonOsc
from firmware_sim.ardour_osc import ArdourOsc
from firmware_sim.bcf2000 import Bcf2000
from firmware_sim.bitwig_osc import BitwigOsc
from firmware_sim.daw_host import HOSTS, DawHost
from firmware_sim.device import Client, Device, StreamConsole, SubscribedConsole
from firmware_sim.digico import COMMANDS, DiGiCo
from firmware_sim.dlive import DLive
from firmware_sim.faderport import FaderPort
from firmware_sim.faults import FAULTS, FaultyLink
from firmware_sim.front import picture
from firmware_sim.hui import Hui
from firmware_sim.hui_host import HUI_HOSTS, HuiHost
from firmware_sim.mcu import MackieControl
from firmware_sim.motor import EXACT, WORN, Build
from firmware_sim.network_faults import NETWORK_FAULTS, FaultyNetwork
from firmware_sim.person import SHOWS, Person, Plug
from firmware_sim.places import (
    EXAMPLES,
    MidiName,
    NetworkPlace,
    Place,
    Terminal,
    example_of,
    read_place,
)
from firmware_sim.qlab import QLab
from firmware_sim.qu import MODELS as QU_MODELS
from firmware_sim.qu import Qu
from firmware_sim.rcp import MODELS, Rcp
from firmware_sim.reaper import Reaper
from firmware_sim.serial_box import BUILD, SerialBox
from firmware_sim.serial_framing import FRAMINGS
from firmware_sim.sockets.midi_port import MidiPort, MidiPortUnavailable
from firmware_sim.sockets.pace import Pace
from firmware_sim.sockets.pty import PtySocket
from firmware_sim.sockets.rtp_midi import RtpMidiPort
from firmware_sim.sockets.screen import Screen
from firmware_sim.sockets.tcp import TcpServer
from firmware_sim.sockets.udp import UdpServer
from firmware_sim.sq import Sq
from firmware_sim.wing import Wing
from firmware_sim.x32 import X32
from firmware_sim.xair import XAir
from firmware_sim.xctl import PORT, XctlPort, XTouchXctl
from firmware_sim.xtouch import XTouch
from firmware_sim.xtouch_standard import XTouchCompact, XTouchMini

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


@dataclass(frozen=True, slots=True)
class _Streamed:
    """Hardware on a port that its clients connect to."""

    label: Callable[[Options], str]
    about: str
    port: int
    make: Callable[[Options], StreamConsole]


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
    "faderport8": _Cabled(
        "FaderPort 8",
        "a PreSonus FaderPort 8, native mode",
        lambda o: FaderPort(build=_build(o), seed=o.seed),
    ),
    "xtouch-compact": _Cabled(
        "X-Touch Compact",
        "an X-Touch Compact, standard mode",
        lambda o: XTouchCompact(build=_build(o), seed=o.seed),
    ),
    "xtouch-mini": _Cabled(
        "X-Touch Mini",
        "an X-Touch Mini, standard mode",
        lambda o: XTouchMini(build=_build(o), seed=o.seed),
    ),
    "bcf2000": _Cabled(
        "BCF2000",
        "a Behringer BCF2000, plain MIDI",
        lambda o: Bcf2000(reports_motor=o.reports_motor, build=_build(o), seed=o.seed),
    ),
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
    "live": _Networked("Live", "Ableton Live with AbletonOSC", 11000, lambda o: AbletonOsc()),
    "bitwig": _Networked(
        "Bitwig", "Bitwig with its OSC", 8000, lambda o: BitwigOsc((o.host, 9000))
    ),
    "qlab": _Networked("QLab", "QLab with four cues", 53000, lambda o: QLab()),
    "digico": _Networked(
        "DiGiCo",
        "a DiGiCo's External Control",
        8001,
        lambda o: DiGiCo((o.host, o.device_port), o.commands),
    ),
    "ardour": _Networked("Ardour", "Ardour's OSC port", 3819, lambda o: ArdourOsc()),
    "reaper": _Networked(
        "REAPER", "REAPER's OSC port", 8000, lambda o: Reaper((o.host, o.device_port))
    ),
    # Unit and host have one port number; on one machine the unit's is another.
    "xctl": _Networked(
        "X-Touch",
        "a Behringer X-Touch in Xctl mode",
        20111,
        lambda o: XctlPort(XTouchXctl(build=_build(o), seed=o.seed), (o.host, o.host_port)),
    ),
}
# Where those send to that answer at one address only.
_DEVICE_PORTS: Final = {"reaper": 9000, "digico": 8002}
_STREAMED: Final = {
    "rcp": _Streamed(
        lambda o: str(o.model), "a Yamaha CL, QL or TF", 49280, lambda o: Rcp(o.model)
    ),
    "sq": _Streamed(lambda _: "SQ", "an Allen & Heath SQ", 51325, lambda _: Sq()),
    "dlive": _Streamed(
        lambda _: "dLive", "an Allen & Heath dLive MixRack", 51325, lambda o: DLive(o.channel)
    ),
    "avantis": _Streamed(
        lambda _: "Avantis",
        "an Allen & Heath Avantis",
        51325,
        lambda o: DLive(o.channel, "avantis"),
    ),
    "qu": _Streamed(
        lambda o: str(o.model), "an Allen & Heath Qu", 51325, lambda o: Qu(o.model, o.channel)
    ),
}


def main(arguments: Sequence[str] | None = None, command: str = "surfacebridge sim") -> int:
    """Run what was asked for, or list what there is; return the exit status.

    ``command`` is what was typed to get here.
    """
    options = _parser(command).parse_args(arguments)
    if options.hardware is None:
        print("\n".join(_list()))
        return 0
    try:
        asyncio.run(options.run(options))
    except (OSError, MidiPortUnavailable, ValueError) as reason:
        print(f"{command}: {_in_words(reason, options)}", file=sys.stderr)
        return 2 if isinstance(reason, ValueError) else 1
    return 0


def _in_words(reason: Exception, options: Options) -> str:
    match reason:
        case OSError(errno=errno.EADDRINUSE):
            return f"The port at {options.at} is in use by another program here; name another."
        case MidiPortUnavailable():
            return f"{reason}  Without a MIDI system, {EXAMPLES['rtp']} and {EXAMPLES['pty']} work."
        case OSError(errno=errno.EADDRNOTAVAIL) | socket.gaierror():
            return f"{options.at} is not an address of this machine; 127.0.0.1 always is."
        case OSError(errno=errno.EACCES | errno.EPERM):
            return f"You may not use {options.at}; name a place that is yours."
        case _:
            return str(reason)


def _list() -> list[str]:
    rows = [
        *((name, one.about, _at_cable(name)) for name, one in _CABLED.items()),
        *((name, one.about, ("udp",)) for name, one in _NETWORKED.items()),
        *((name, one.about, ("tcp",)) for name, one in _STREAMED.items()),
    ]
    return [
        "Simulated hardware, one peer for a bridge, a DAW or a host of your own:",
        "",
        *(f"  {name:<14} {about:<36} {', '.join(forms)}" for name, about, forms in rows),
        "",
        "  surfacebridge sim xtouch --at pty:/tmp/x-touch     and then, elsewhere:",
        "  surfacebridge run xtouch-x32 --at x=pty:/tmp/x-touch",
        "",
        "--help after a name says what it can do.",
    ]


def _at_cable(name: str) -> tuple[str, ...]:
    # A serial line carries bytes; the others carry MIDI messages.
    return ("pty",) if name == "serial-box" else ("pty", "midi", "rtp")


def _build(options: Options) -> Build:
    return WORN if options.worn else EXACT


def _parser(command: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=command, description="Simulated hardware, until Ctrl-C.  Without a name: a list of it."
    )
    hardware = parser.add_subparsers(dest="hardware", metavar="DEVICE")
    for name, cabled in _CABLED.items():
        one = hardware.add_parser(name, help=cabled.about)
        _add_place(one, _at_cable(name))
        _add_chance(one, sorted(FAULTS))
        one.set_defaults(run=_run_cabled)
        if name not in ("daw", "hui-daw"):
            _add_hands(one)
        _add_own(name, one)
    for name, networked in _NETWORKED.items():
        one = hardware.add_parser(name, help=networked.about)
        _add_place(one, ("udp",), networked.port)
        one.add_argument("--name", help="what it calls itself")
        _add_chance(one, sorted(NETWORK_FAULTS))
        one.set_defaults(run=_run_networked)
        if name in _DEVICE_PORTS:
            one.add_argument(
                "--device-port", type=int, default=_DEVICE_PORTS[name], help="where it sends to"
            )
        if name == "digico":
            one.add_argument("--commands", choices=COMMANDS, default="ipad")
        if name == "xctl":
            _add_hands(one)
            _add_own(name, one)
    for name, streamed in _STREAMED.items():
        one = hardware.add_parser(name, help=streamed.about)
        _add_place(one, ("tcp",), streamed.port)
        one.set_defaults(run=_run_streamed)
        _add_own(name, one)
    return parser


def _add_place(
    parser: argparse.ArgumentParser, forms: Sequence[str], port: int | None = None
) -> None:
    examples = " or ".join(example_of(form, port) for form in forms)
    default = "pty:" if port is None else examples
    parser.add_argument(
        "--at",
        default=default,
        metavar="ADDRESS",
        help=f"where it can be met: {examples}; the bridge is given the same ({default})",
    )


def _add_chance(parser: argparse.ArgumentParser, faults: list[str]) -> None:
    parser.add_argument("--seed", type=int, default=0, help="of everything random: same, same")
    parser.add_argument(
        "--fault",
        choices=faults,
        metavar="NAME",
        default="none",
        help=f"one of {', '.join(faults)}",
    )


def _add_hands(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--worn", action="store_true", help="with faders that have seen years")
    parser.add_argument(
        "--hands",
        metavar="WORDS",
        help=f"what hands do at it, again and again: {', '.join(SHOWS)},"
        ' or words such as "ride 1 to -10dB in 500ms, wait 1s"',
    )


def _add_own(name: str, parser: argparse.ArgumentParser) -> None:
    """Add what only one sort of hardware has."""
    match name:
        case "rcp":
            parser.add_argument("--model", choices=sorted(MODELS), default="CL5")
        case "qu":
            parser.add_argument("--model", choices=QU_MODELS, default="Qu-32")
            _add_channel(parser, 1, 16)
        case "dlive":
            _add_channel(parser, 1, 12)
        case "avantis":
            _add_channel(parser, 12, 12)
        case "daw":
            parser.add_argument("--like", choices=sorted(HOSTS), default="ardour")
        case "hui-daw":
            parser.add_argument("--like", choices=sorted(HUI_HOSTS), default="protools")
        case _:
            _add_own_of_surfaces(name, parser)


def _add_own_of_surfaces(name: str, parser: argparse.ArgumentParser) -> None:
    match name:
        case "xtouch":
            parser.add_argument("--servo", action="store_true", help="with a real Mackie's faders")
        case "bcf2000":
            parser.add_argument(
                "--reports-motor", action="store_true", help="says what its own motors do, too"
            )
        case "xctl":
            parser.add_argument(
                "--host-port", type=int, default=PORT, help=f"where its host is ({PORT})"
            )
        case "serial-box":
            parser.add_argument("--framing", choices=sorted(FRAMINGS), default="lines")
            parser.add_argument("--garbage", type=int, default=0, help="bytes of it at boot")
        case _:
            pass


def _add_channel(parser: argparse.ArgumentParser, usual: int, last: int) -> None:
    parser.add_argument(
        "--channel",
        type=int,
        choices=range(1, last + 1),
        default=usual,
        metavar=f"1..{last}",
        help=f"its (first) MIDI channel ({usual})",
    )


async def _run_cabled(options: Options) -> None:
    hardware = _CABLED[options.hardware]
    place = read_place(options.at, hardware.about, _at_cable(options.hardware))
    device = whole = hardware.make(options)
    if options.fault != "none":
        whole = FaultyLink(device, FAULTS[options.fault], options.seed)
    async with AsyncExitStack() as stack:
        terminal = None
        match place:
            case Terminal(link=link):
                terminal = await stack.enter_async_context(PtySocket(whole, link))
                where = f"pty:{terminal.path}"
            case MidiName(name=name):
                await stack.enter_async_context(MidiPort(whole, name))
                where = f"midi:{name}"
            case NetworkPlace(address=(host, port)):
                session = RtpMidiPort(whole, hardware.label, port, host)
                await stack.enter_async_context(session)
                where = f"rtp://{host}:{session.address[1]}"
        await _stay(hardware.label, where, device, terminal, getattr(options, "hands", None))


async def _run_networked(options: Options) -> None:
    hardware = _NETWORKED[options.hardware]
    place = read_place(options.at, hardware.about, ("udp",), hardware.port)
    host, port = _address(place)
    options.host = host
    console = hardware.make(options)
    network = FaultyNetwork(console, NETWORK_FAULTS[options.fault], options.seed)
    perfect = options.fault == "none"
    async with UdpServer(console if perfect else network, port, host) as server:
        host, port = server.address
        thing = console.unit if isinstance(console, XctlPort) else console
        hands = getattr(options, "hands", None)
        await _stay(hardware.label, f"udp://{host}:{port}", thing, hands=hands)


async def _run_streamed(options: Options) -> None:
    hardware = _STREAMED[options.hardware]
    host, port = _address(read_place(options.at, hardware.about, ("tcp",), hardware.port))
    console = hardware.make(options)
    async with TcpServer(console, port, host) as server:
        host, port = server.address
        await _stay(hardware.label(options), f"tcp://{host}:{port}", console)


def _address(place: Place) -> Client:
    if not isinstance(place, NetworkPlace):
        raise TypeError(place)
    return place.address


async def _stay(
    label: str, where: str, thing: object, plug: Plug | None = None, hands: str | None = None
) -> None:
    """Say where the hardware is, once it can be stopped, and stay until it is."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    title = f"{label} at {where} (Ctrl-C ends it)"
    screen = Screen(title, lambda: picture(thing))
    person = Person(thing, screen.say, plug)
    screen.typed = person.do
    if hands is not None:
        person.repeat(hands)
    pace = Pace(person.advance, lambda: None)
    with screen:
        pace.start()
        await stopped.wait()
        await pace.stop()
