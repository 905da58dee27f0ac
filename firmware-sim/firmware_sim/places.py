"""Where pretend hardware can be met, as a person writes it: ``pty:/tmp/x-touch``.

Owns: reading an address, and saying in a sentence what is wrong with it.
Does not own: opening it (``sockets``).

Rule: it is the address that whoever meets the hardware writes, too.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from firmware_sim.device import Client

HOME: Final = "127.0.0.1"
RTP_PORT: Final = 5004

EXAMPLES: Final = {
    "pty": "pty:/tmp/x-touch",
    "midi": "midi:X-Touch",
    "rtp": f"rtp://{HOME}:{RTP_PORT}",
    "udp": f"udp://{HOME}:10023",
    "tcp": f"tcp://{HOME}:49280",
}
"""Each form of address with an example; the order is the one they are offered in."""

_NETWORK: Final = re.compile(r"//(?P<host>[^/:?#\s]+|\[[0-9a-fA-F:]+\])(?::(?P<port>\d+))?/?")


class WrongPlace(ValueError):
    """An address that cannot be read, or where this hardware cannot be; the text is a sentence."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """A pseudo-terminal; with ``link`` it is found at that path."""

    link: Path | None = None


@dataclass(frozen=True, slots=True)
class MidiName:
    """A MIDI port of this machine that other programs see under ``name``."""

    name: str


@dataclass(frozen=True, slots=True)
class NetworkPlace:
    """A port on an address of this machine. ``kind`` is ``udp``, ``tcp`` or ``rtp``."""

    kind: str
    address: Client


Place = Terminal | MidiName | NetworkPlace


def read_place(text: str, what: str, forms: Collection[str], port: int | None = None) -> Place:
    """Return the place that ``text`` names.

    ``what`` is the hardware in words, ``forms`` the words of ``EXAMPLES`` it can be at, ``port``
    its own, for an address that says none and in what is offered. Raises ``WrongPlace``.
    """
    kind, _, rest = text.strip().partition(":")
    if kind not in forms:
        fault = f"'{text}' is no place for {what}" if kind in EXAMPLES else f"'{text}' is no place"
        raise WrongPlace(f"{fault}: it can be at {_offers(forms, port)}.{_hint(kind)}")
    match kind:
        case "pty":
            return _terminal(text, rest)
        case "midi":
            # A bridge writes ``midi:virtual NAME`` for a port of its own making.
            name = rest.removeprefix("virtual ").strip()
            if not name or name.startswith("/"):
                raise WrongPlace(f"'{text}' names no MIDI port: write {EXAMPLES['midi']}.")
            return MidiName(name)
        case _:
            return _network(text, kind, rest, port)


def _terminal(text: str, rest: str) -> Terminal:
    if not rest:
        return Terminal()
    link = Path(rest).expanduser()
    if link.exists() and not link.is_symlink():
        raise WrongPlace(f"'{text}': there is something else at {link}; name a path that is free.")
    if not link.parent.is_dir():
        raise WrongPlace(f"'{text}': there is no folder {link.parent}; make it, or name another.")
    return Terminal(link)


def example_of(form: str, port: int | None) -> str:
    """Return an address of ``form`` as it is offered to people, at ``port`` if one is the usual."""
    return EXAMPLES[form] if port is None else f"{form}://{HOME}:{port}"


def _network(text: str, kind: str, rest: str, port: int | None) -> NetworkPlace:
    found = _NETWORK.fullmatch(rest)
    if found is None:
        raise WrongPlace(f"'{text}' is not an address and a port: write {example_of(kind, port)}.")
    number = int(found["port"] or port or RTP_PORT)
    # A network MIDI session also has the port after it.
    most = 65_534 if kind == "rtp" else 65_535
    if number > most:
        raise WrongPlace(f"'{text}': there is no port {number}; ports go from 1 to {most}.")
    return NetworkPlace(kind, (found["host"].strip("[]"), number))


def _offers(forms: Collection[str], port: int | None) -> str:
    offered = [example_of(kind, port) for kind in EXAMPLES if kind in forms]
    return " or ".join((", ".join(offered[:-1]), offered[-1])) if offered[1:] else offered[0]


def _hint(kind: str) -> str:
    match kind:
        case "serial" | "usb":
            return "  A pseudo-terminal stands for a serial line at both ends."
        case "ipmidi":
            return "  ipMIDI is not simulated."
        case _:
            return ""
