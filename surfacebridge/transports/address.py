"""Where a link leads, as people write it.

Owns: the forms of an address, each as a frozen value whose ``str`` is the
text again.  Does not own: whether anything is there (``opener``).

    midi:X-Touch                      a port whose name holds this, in any case
    midi:/X-Touch.*INT/               a port whose name this pattern finds
    midi:virtual SurfaceBridge MCU    a port of our own, for others to open
    udp://10.0.0.5:10023              datagrams to and from one peer
    udp://desk:9000?listen=8000       ... which answers to our port 8000
    serial:/dev/ttyACM0?baud=115200   a serial line; also COM3, usb:2341:0043, /pattern/
    pty:/dev/pts/5                    the bytes of a pseudo-terminal as they are
    memory:NAME                       two ends in this process
"""

import ipaddress
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from surfacebridge.errors import AddressError

DEFAULT_BAUD: Final = 115_200


@dataclass(frozen=True, slots=True)
class NamePattern:
    """A regular expression, written ``/between slashes/``; valid by construction."""

    regex: str

    def __str__(self) -> str:
        return f"/{self.regex}/"

    def finds(self, text: str) -> bool:
        """Return whether the expression is found anywhere in ``text``; case counts."""
        return re.search(self.regex, text) is not None


@dataclass(frozen=True, slots=True)
class MidiAddress:
    """Local MIDI ports by name: the input and the output it fits."""

    name: str | NamePattern

    def __str__(self) -> str:
        return f"midi:{self.name}"

    def select(self, ports: Iterable[str]) -> list[str]:
        """Return the ports that fit best: one whole name before any part of a name.

        ALSA writes ``client:port 20:0``, and the numbers change when a
        device is plugged in again, so a name without them is a whole name too.
        """
        found = list(ports)
        if isinstance(self.name, NamePattern):
            return [port for port in found if self.name.finds(port)]
        wanted = self.name.casefold()
        for form in (_whole, _without_numbers, _port_alone):
            if best := [port for port in found if form(port).casefold() == wanted]:
                return best
        return [port for port in found if wanted in port.casefold()]


@dataclass(frozen=True, slots=True)
class VirtualMidiAddress:
    """A MIDI input and output of our own, called ``name``."""

    name: str

    def __str__(self) -> str:
        return f"midi:virtual {self.name}"


@dataclass(frozen=True, slots=True)
class UdpAddress:
    """A peer that is sent datagrams.

    Without ``listen`` it answers to whatever port we have.  With it, it is
    heard on that port, whatever port it sends from.  ``bind`` is a number of
    ours; without it the one that leads to the peer is used.
    """

    host: str
    port: int
    listen: int | None = None
    bind: str | None = None

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        options = [
            f"{key}={value}"
            for key, value in (("listen", self.listen), ("bind", self.bind))
            if value is not None
        ]
        return f"udp://{host}:{self.port}" + (f"?{'&'.join(options)}" if options else "")


@dataclass(frozen=True, slots=True)
class UsbDevice:
    """A USB serial device by vendor and product number."""

    vendor: int
    product: int

    def __str__(self) -> str:
        return f"usb:{self.vendor:04x}:{self.product:04x}"


@dataclass(frozen=True, slots=True)
class SerialAddress:
    """A serial line by path, by USB numbers or by a pattern over path and name."""

    device: str | UsbDevice | NamePattern
    baud: int = DEFAULT_BAUD

    def __str__(self) -> str:
        return f"serial:{self.device}?baud={self.baud}"


@dataclass(frozen=True, slots=True)
class PtyAddress:
    """A pseudo-terminal or other character device, its bytes as they are."""

    path: str

    def __str__(self) -> str:
        return f"pty:{self.path}"


@dataclass(frozen=True, slots=True)
class MemoryAddress:
    """A path inside this process; every second opener joins the one before."""

    name: str

    def __str__(self) -> str:
        return f"memory:{self.name}"


Address = MidiAddress | VirtualMidiAddress | UdpAddress | SerialAddress | PtyAddress | MemoryAddress


def parse_address(text: str) -> Address:
    """Read an address.  Raises ``AddressError``, whose reason says what to write."""
    scheme, colon, rest = text.strip().partition(":")
    scheme = scheme.lower()
    reader = _READERS.get(scheme) if colon else None
    if reader is None:
        near = get_close_matches(scheme, _READERS, n=1)
        hint = f" Did you mean {near[0]}:?" if near else ""
        raise AddressError(
            text, f"An address begins with {', '.join(f'{one}:' for one in _READERS)}.{hint}"
        )
    return reader(text, rest.strip())


def _whole(port: str) -> str:
    return port


def _without_numbers(port: str) -> str:
    return re.sub(r" \d+:\d+$", "", port)


def _port_alone(port: str) -> str:
    return _without_numbers(port).partition(":")[2]


def _name(text: str, written: str) -> str | NamePattern:
    if len(written) > 2 and written.startswith("/") and written.endswith("/"):
        try:
            re.compile(written[1:-1])
        except re.error as error:
            reason = f"The pattern {written} cannot be read: {error}."
            raise AddressError(text, reason) from None
        return NamePattern(written[1:-1])
    return written


def _read_midi(text: str, rest: str) -> MidiAddress | VirtualMidiAddress:
    first, _, name = rest.partition(" ")
    if first.lower() == "virtual":
        name = name.strip().strip('"')
        if not name:
            raise AddressError(text, "Write the new port's name: midi:virtual SurfaceBridge.")
        return VirtualMidiAddress(name)
    if not rest:
        raise AddressError(text, "Write part of the port's name: midi:X-Touch.")
    return MidiAddress(_name(text, rest.strip('"')))


def _read_udp(text: str, rest: str) -> UdpAddress:
    example = "Write udp://10.0.0.5:10023, or udp://[fe80::1]:10023 with IPv6."
    try:
        parts = urlsplit(f"udp:{rest}")
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise AddressError(text, f"{str(error).rstrip('.')}. {example}") from None
    if not rest.startswith("//") or not host:
        raise AddressError(text, f"There is no host in it. {example}")
    if not port:
        raise AddressError(text, f"There is no port in it. {example}")
    if parts.path not in {"", "/"} or parts.username is not None:
        raise AddressError(text, f"Nothing but ?listen= and ?bind= may follow. {example}")
    options = _options(text, parts.query, ("listen", "bind"))
    listen, bind = options.get("listen"), options.get("bind")
    if bind is not None:
        try:
            ipaddress.ip_address(bind)
        except ValueError:
            reason = f"bind={bind} is not one of our numbers. Write bind=127.0.0.1."
            raise AddressError(text, reason) from None
    return UdpAddress(
        host, port, None if listen is None else _number(text, "listen", listen, 65_535), bind
    )


def _read_serial(text: str, rest: str) -> SerialAddress:
    device, mark, query = rest.rpartition("?")
    # A pattern may hold a question mark of its own: only ?word= begins options.
    if not mark or not re.match(r"\w+=", query):
        device, query = rest, ""
    if not device:
        raise AddressError(text, "Write the device: serial:/dev/ttyACM0 or serial:COM3.")
    options = _options(text, query, ("baud",))
    baud = _number(text, "baud", options.get("baud", str(DEFAULT_BAUD)), 12_000_000)
    if not device.lower().startswith("usb:"):
        return SerialAddress(_name(text, device), baud)
    numbers = re.fullmatch(r"usb:([0-9a-f]{1,4}):([0-9a-f]{1,4})", device.lower())
    if numbers is None:
        raise AddressError(text, "Write vendor and product in hexadecimal: serial:usb:2341:0043.")
    return SerialAddress(UsbDevice(int(numbers[1], 16), int(numbers[2], 16)), baud)


def _read_pty(text: str, rest: str) -> PtyAddress:
    if not rest.startswith("/"):
        raise AddressError(text, "Write the whole path: pty:/dev/pts/5.")
    return PtyAddress(rest)


def _read_memory(text: str, rest: str) -> MemoryAddress:
    if not rest:
        raise AddressError(text, "Write a name both ends know: memory:desk.")
    return MemoryAddress(rest)


def _options(text: str, query: str, known: tuple[str, ...]) -> dict[str, str]:
    try:
        options = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)))
    except ValueError:
        raise AddressError(text, f"After ? write {known[0]}=..., joined by &.") from None
    for key in options:
        if key not in known:
            raise AddressError(text, f"There is no option {key!r} here. Known: {', '.join(known)}.")
    return options


def _number(text: str, key: str, written: str, highest: int) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", written) or not 1 <= int(written) <= highest:
        raise AddressError(text, f"{key}={written} is not a number from 1 to {highest}.")
    return int(written)


_READERS: Final[dict[str, Callable[[str, str], Address]]] = {
    "midi": _read_midi,
    "udp": _read_udp,
    "serial": _read_serial,
    "pty": _read_pty,
    "memory": _read_memory,
}
