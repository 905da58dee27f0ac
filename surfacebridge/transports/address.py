"""Where a link leads, as people write it.

Owns: the forms of an address, each as a frozen value whose ``str`` is the
text again.  Does not own: whether anything is there (``opener``).

    midi:X-Touch                      a port whose name holds this, in any case
    midi:/X-Touch.*INT/               a port whose name this pattern finds
    midi:TO DAW?in=FROM DAW           two ports, one for each way, as loopMIDI needs
    midi:/X-Touch/?usb=1397:00b4      ... of a device with these USB numbers, where they are told
    midi:virtual SurfaceBridge MCU    a port of our own, for others to open
    udp://10.0.0.5:10023              datagrams to and from one peer
    udp://desk:9000?listen=8000       ... which answers to our port 8000
    ...?allow=10.0.0.6,10.0.1.0/24    who else may speak where others reach us
    tcp://10.0.0.5:49280              a connection that we make
    serial:/dev/ttyACM0?baud=115200   a serial line; also COM3, usb:2341:0043, /pattern/
    pty:/dev/pts/5                    the bytes of a pseudo-terminal as they are
    rtp://10.0.0.5:5004               a network MIDI session that we begin
    rtp:listen SurfaceBridge?port=5004  ... that others begin with us
    ipmidi:1                          plain MIDI for everybody on the network, its first port
    mqtt://10.0.0.6:1883              an MQTT broker
    mqtts://hub?user=me&password=env:HUB_PASSWORD  ... with TLS, and a secret from elsewhere
    memory:NAME                       two ends in this process
"""

import ipaddress
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from difflib import get_close_matches
from typing import Final, Literal
from urllib.parse import parse_qsl, quote, urlsplit

from surfacebridge.errors import AddressError
from surfacebridge.transports.peers import networks_of
from surfacebridge.value import as_value

DEFAULT_BAUD: Final = 115_200
RTP_PORT: Final = 5_004
MQTT_PORT: Final = 1_883
MQTTS_PORT: Final = 8_883


@as_value
class NamePattern:
    """A regular expression, written ``/between slashes/``; valid by construction."""

    regex: str

    def __str__(self) -> str:
        return f"/{self.regex}/"

    def finds(self, text: str) -> bool:
        """Return whether the expression is found anywhere in ``text``; case counts."""
        return re.search(self.regex, text) is not None


@as_value
class UsbDevice:
    """A USB device by vendor and product number."""

    vendor: int
    product: int

    def __str__(self) -> str:
        return f"usb:{self.vendor:04x}:{self.product:04x}"


@as_value
class MidiAddress:
    """Local MIDI ports by name: the input and the output it fits.

    ``usb`` are the numbers of the device, where the system tells them;
    ``inquiry`` is how its answer to the universal inquiry begins (after F0 7E,
    a device number, 06 02), for when several ports fit; ``device`` is what
    people call the product.  ``heard`` is the input's name where it has another:
    a port that only hands on what it is sent (loopMIDI) needs a second one for
    the other way.
    """

    name: str | NamePattern
    usb: UsbDevice | None = None
    inquiry: bytes = b""
    device: str = ""
    heard: str | NamePattern | None = None

    def __str__(self) -> str:
        usb = None if self.usb is None else str(self.usb).removeprefix("usb:")
        heard = None if self.heard is None else str(self.heard)
        named = {"usb": usb, "inquiry": self.inquiry.hex(), "device": self.device, "in": heard}
        return f"midi:{self.name}{_query(**{key: value or None for key, value in named.items()})}"

    def of(self, direction: Literal["in", "out"]) -> "MidiAddress":
        """Return the address of the port we hear, or of the one we send to."""
        if direction == "out" or self.heard is None:
            return self
        return replace(self, name=self.heard, heard=None)

    @property
    def wanted(self) -> str:
        """What is looked for, as people would say it: a product, or a name."""
        return self.device or str(self.name)

    def select(
        self, ports: Iterable[str], usb_of: Callable[[str], UsbDevice | None] = lambda _: None
    ) -> list[str]:
        """Return the ports that fit best: one whole name before any part of a name.

        ALSA writes ``client:port 20:0``, and the numbers change when a
        device is plugged in again, so a name without them is a whole name too.
        A port that ``usb_of`` knows to be of another device fits in no case;
        one of this device does if none of its ports has the name.
        """
        found = list(ports)
        if self.usb is None:
            return self._named(found)
        known = {port: usb_of(port) for port in found}
        own = [port for port in found if known[port] == self.usb]
        return self._named(own) or own or self._named(p for p in found if known[p] is None)

    def _named(self, ports: Iterable[str]) -> list[str]:
        found = list(ports)
        if isinstance(self.name, NamePattern):
            return [port for port in found if self.name.finds(port)]
        wanted = self.name.casefold()
        for form in (_whole, _without_numbers, _port_alone):
            if best := [port for port in found if form(port).casefold() == wanted]:
                return best
        return [port for port in found if wanted in port.casefold()]


@as_value
class VirtualMidiAddress:
    """A MIDI input and output of our own, called ``name``."""

    name: str

    def __str__(self) -> str:
        return f"midi:virtual {self.name}"


@as_value
class UdpAddress:
    """A peer that is sent datagrams.

    Without ``listen`` it answers to whatever port we have.  With it, it is
    heard on that port, whatever port it sends from.  ``bind`` is a number of
    ours; without it the one that leads to the peer is used.  ``allow`` are hosts
    and networks that are heard beside the peer.
    """

    host: str
    port: int
    listen: int | None = None
    bind: str | None = None
    allow: tuple[str, ...] = ()

    def __str__(self) -> str:
        options = _query(listen=self.listen, bind=self.bind, allow=_list(self.allow))
        return f"udp://{_bracketed(self.host)}:{self.port}{options}"


@as_value
class TcpAddress:
    """A peer that listens for connections."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"tcp://{_bracketed(self.host)}:{self.port}"


@as_value
class SerialAddress:
    """A serial line by path, by USB numbers or by a pattern over path and name."""

    device: str | UsbDevice | NamePattern
    baud: int = DEFAULT_BAUD

    def __str__(self) -> str:
        return f"serial:{self.device}?baud={self.baud}"


@as_value
class PtyAddress:
    """A pseudo-terminal or other character device, its bytes as they are."""

    path: str

    def __str__(self) -> str:
        return f"pty:{self.path}"


@as_value
class RtpAddress:
    """A network MIDI session that we begin; its MIDI goes to ``port`` + 1.

    ``rate`` is how many bytes a second the device takes; without it what a MIDI
    cable carries.
    """

    host: str
    port: int = RTP_PORT
    rate: int | None = None

    def __str__(self) -> str:
        return f"rtp://{_bracketed(self.host)}:{self.port}{_query(rate=self.rate)}"


@as_value
class RtpListenAddress:
    """A network MIDI session called ``name`` that others begin, on ``port`` and ``port`` + 1.

    ``bind`` is the number of ours that they reach; without it, only this machine does.
    It is announced by Bonjour when others reach it, unless ``announce`` says otherwise.
    With ``allow`` only these hosts and networks may begin one.
    """

    name: str
    port: int = RTP_PORT
    bind: str = "127.0.0.1"
    announce: bool | None = None
    rate: int | None = None
    allow: tuple[str, ...] = ()

    def __str__(self) -> str:
        announce = {True: "yes", False: "no", None: None}[self.announce]
        options = _query(
            port=self.port,
            bind=self.bind,
            announce=announce,
            rate=self.rate,
            allow=_list(self.allow),
        )
        return f"rtp:listen {self.name}{options}"

    @property
    def is_announced(self) -> bool:
        """Whether Bonjour tells of it."""
        if self.announce is None:
            return not ipaddress.ip_address(self.bind).is_loopback
        return self.announce


@as_value
class IpMidiAddress:
    """One port of ipMIDI, counted from 1; ``interface`` is the number of ours to use.

    With ``allow`` only these hosts and networks are heard.
    """

    number: int
    interface: str | None = None
    allow: tuple[str, ...] = ()

    def __str__(self) -> str:
        options = _query(interface=self.interface, allow=_list(self.allow))
        return f"ipmidi:{self.number}{options}"


@as_value
class LastWill:
    """What a broker publishes for us when we are gone without a goodbye; it keeps it."""

    topic: str
    payload: bytes


@as_value
class MqttAddress:
    """An MQTT broker, and who we are to it.

    ``password_at`` says where the password is, ``env:NAME`` or ``file:PATH``, and never
    holds it.  ``ca``, ``cert`` and ``key`` are files.  ``client`` is our
    identifier there; without one each connection makes up its own.
    """

    host: str
    port: int
    secure: bool = False
    user: str | None = None
    password_at: str | None = None
    ca: str | None = None
    cert: str | None = None
    key: str | None = None
    client: str | None = None
    will: LastWill | None = None
    keepalive: int = 10

    def __str__(self) -> str:
        texts = (self.user, self.password_at, self.ca, self.cert, self.key)
        written = zip(_MQTT_OPTIONS, texts, strict=True)
        options = _query(**{key: quote(text, safe="/:~") for key, text in written if text})
        scheme = "mqtts" if self.secure else "mqtt"
        return f"{scheme}://{_bracketed(self.host)}:{self.port}{options}"


@as_value
class MemoryAddress:
    """A path inside this process; every second opener joins the one before."""

    name: str

    def __str__(self) -> str:
        return f"memory:{self.name}"


Address = (
    MidiAddress
    | VirtualMidiAddress
    | UdpAddress
    | TcpAddress
    | SerialAddress
    | PtyAddress
    | RtpAddress
    | RtpListenAddress
    | IpMidiAddress
    | MqttAddress
    | MemoryAddress
)


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


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _query(**options: object) -> str:
    written = [f"{key}={value}" for key, value in options.items() if value is not None]
    return f"?{'&'.join(written)}" if written else ""


def _list(written: tuple[str, ...]) -> str | None:
    return ",".join(written) or None


def _allowed(text: str, written: str | None) -> tuple[str, ...]:
    hosts = tuple(one.strip() for one in (written or "").split(",") if one.strip())
    try:
        networks_of(hosts)
    except ValueError as wrong:
        reason = f"allow={wrong} is no number or network. Write allow=10.0.0.6,10.0.1.0/24."
        raise AddressError(text, reason) from None
    return hosts


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
    name, query = _split_options(rest)
    if not query or not query.startswith(_MIDI_OPTIONS):
        return MidiAddress(_name(text, rest.strip('"')))
    options = _options(text, query, ("usb", "inquiry", "device", "in"))
    usb, inquiry = options.get("usb"), options.get("inquiry", "")
    try:
        answer = bytes.fromhex(inquiry)
    except ValueError:
        raise AddressError(text, f"inquiry={inquiry} is not written in hexadecimal.") from None
    device = None if usb is None else _usb_device(text, usb, "usb=2341:0043")
    heard = options.get("in")
    return MidiAddress(
        _name(text, name.strip('"')),
        device,
        answer,
        options.get("device", ""),
        None if heard is None else _name(text, heard.strip('"')),
    )


# A pattern may hold a question mark of its own.
_MIDI_OPTIONS: Final = ("usb=", "inquiry=", "device=", "in=")


def _read_udp(text: str, rest: str) -> UdpAddress:
    example = "Write udp://10.0.0.5:10023, or udp://[fe80::1]:10023 with IPv6."
    host, port, query = _host(text, rest, example, "?listen=, ?bind= and ?allow=")
    if not port:
        raise AddressError(text, f"There is no port in it. {example}")
    options = _options(text, query, ("listen", "bind", "allow"))
    listen, bind = options.get("listen"), options.get("bind")
    allow = _allowed(text, options.get("allow"))
    if allow and listen is None:
        raise AddressError(text, "Others are only heard on a port of ours: write ?listen= too.")
    return UdpAddress(
        host,
        port,
        None if listen is None else _number(text, "listen", listen, 65_535),
        None if bind is None else _own_number(text, "bind", bind),
        allow,
    )


def _read_tcp(text: str, rest: str) -> TcpAddress:
    example = "Write tcp://10.0.0.5:49280, or tcp://[fe80::1]:49280 with IPv6."
    host, port, query = _host(text, rest, example, "the port")
    if not port:
        raise AddressError(text, f"There is no port in it. {example}")
    if query:
        raise AddressError(text, f"Nothing but the port may follow. {example}")
    return TcpAddress(host, port)


def _host(text: str, rest: str, example: str, known: str) -> tuple[str, int | None, str]:
    """Return host, port and options of ``//host:port?options``."""
    try:
        parts = urlsplit(f"udp:{rest}")
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise AddressError(text, f"{str(error).rstrip('.')}. {example}") from None
    if not rest.startswith("//") or not host:
        raise AddressError(text, f"There is no host in it. {example}")
    if parts.path not in {"", "/"} or parts.username is not None:
        raise AddressError(text, f"Nothing but {known} may follow. {example}")
    return host, port, parts.query


def _own_number(text: str, key: str, written: str) -> str:
    try:
        ipaddress.ip_address(written)
    except ValueError:
        reason = f"{key}={written} is not one of our numbers. Write {key}=127.0.0.1."
        raise AddressError(text, reason) from None
    return written


def _split_options(rest: str) -> tuple[str, str]:
    # A pattern or name may hold a question mark of its own: only ?word= begins options.
    name, mark, query = rest.rpartition("?")
    return (name, query) if mark and re.match(r"\w+=", query) else (rest, "")


def _read_rtp(text: str, rest: str) -> RtpAddress | RtpListenAddress:
    first, _, name = rest.partition(" ")
    if first.lower() == "listen":
        return _read_rtp_listen(text, name.strip())
    example = "Write rtp://10.0.0.5:5004, or rtp:listen SurfaceBridge to wait for others."
    host, port, query = _host(text, rest, example, "?rate=")
    rate = _options(text, query, ("rate",)).get("rate")
    if port is None:
        port = RTP_PORT
    return RtpAddress(host, _first_of_two(text, str(port)), _rate(text, rate))


def _read_rtp_listen(text: str, rest: str) -> RtpListenAddress:
    name, query = _split_options(rest)
    name = name.strip().strip('"')
    # Bonjour takes no longer ones.
    if not name or len(name.encode()) > 63:
        raise AddressError(text, "Write a name of 1 to 63 bytes: rtp:listen SurfaceBridge.")
    options = _options(text, query, ("port", "bind", "announce", "rate", "allow"))
    announce = options.get("announce")
    if announce not in {None, "yes", "no"}:
        raise AddressError(text, "Write announce=yes or announce=no.")
    return RtpListenAddress(
        name,
        _first_of_two(text, options.get("port", str(RTP_PORT))),
        _own_number(text, "bind", options.get("bind", "127.0.0.1")),
        None if announce is None else announce == "yes",
        _rate(text, options.get("rate")),
        _allowed(text, options.get("allow")),
    )


def _first_of_two(text: str, written: str) -> int:
    return _number(text, "port", written, 65_534)


def _rate(text: str, written: str | None) -> int | None:
    return None if written is None else _number(text, "rate", written, 10_000_000)


def _read_ipmidi(text: str, rest: str) -> IpMidiAddress:
    number, query = _split_options(rest)
    if not re.fullmatch(r"[0-9]{1,2}", number) or not int(number):
        raise AddressError(text, "Write which port of ipMIDI, from 1 to 99: ipmidi:1.")
    options = _options(text, query, ("interface", "allow"))
    interface = options.get("interface")
    if interface is not None and ":" in interface:
        raise AddressError(text, "ipMIDI has no IPv6. Write interface=127.0.0.1.")
    return IpMidiAddress(
        int(number),
        None if interface is None else _own_number(text, "interface", interface),
        _allowed(text, options.get("allow")),
    )


def _read_mqtt(text: str, rest: str) -> MqttAddress:
    return _broker(text, rest, secure=False)


def _read_mqtts(text: str, rest: str) -> MqttAddress:
    return _broker(text, rest, secure=True)


_MQTT_OPTIONS: Final = ("user", "password", "ca", "cert", "key")


def _broker(text: str, rest: str, *, secure: bool) -> MqttAddress:
    # What is refused is shown to people, and must not show them a secret.
    text, rest = without_secret(text), without_secret(rest)
    example = "Write mqtt://10.0.0.6, or mqtts://10.0.0.6:8883 with TLS."
    if _USER_INFO in rest or _HIDDEN in rest:
        reason = (
            "A password does not belong here; write ?user=NAME&password=env:VARIABLE, or "
            "password=file:PATH, and keep it there."
        )
        raise AddressError(text, reason)
    host, port, query = _host(text, rest, example, f"?{_MQTT_OPTIONS[0]}= and other options")
    options = _options(text, query, _MQTT_OPTIONS)
    if not secure and any(name in options for name in ("ca", "cert", "key")):
        raise AddressError(text, "Certificates need TLS; write mqtts:// instead of mqtt://.")
    if ("cert" in options) != ("key" in options):
        raise AddressError(text, "A client certificate needs both, cert=FILE and key=FILE.")
    if "password" in options and "user" not in options:
        raise AddressError(text, "A password needs its user; write user=NAME too.")
    default = MQTTS_PORT if secure else MQTT_PORT
    user, password_at, ca, cert, key = (options.get(name) for name in _MQTT_OPTIONS)
    port = default if port is None else port
    return MqttAddress(host, port, secure, user, password_at, ca, cert, key)


_USER_INFO: Final = "//…@"
_HIDDEN: Final = "password=…"
_SECRETS: Final = (
    (re.compile(r"//[^/@?]*@"), _USER_INFO),
    (re.compile(r"password=(?!env:.|file:.)[^&]*"), _HIDDEN),
)


def without_secret(text: str) -> str:
    """Return ``text`` with what people must not write into an address made illegible."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


def _read_serial(text: str, rest: str) -> SerialAddress:
    device, query = _split_options(rest)
    if not device:
        raise AddressError(text, "Write the device: serial:/dev/ttyACM0 or serial:COM3.")
    options = _options(text, query, ("baud",))
    baud = _number(text, "baud", options.get("baud", str(DEFAULT_BAUD)), 12_000_000)
    if not device.lower().startswith("usb:"):
        return SerialAddress(_name(text, device), baud)
    return SerialAddress(_usb_device(text, device[4:], "serial:usb:2341:0043"), baud)


def _usb_device(text: str, written: str, example: str) -> UsbDevice:
    numbers = re.fullmatch(r"([0-9a-f]{1,4}):([0-9a-f]{1,4})", written.lower())
    if numbers is None:
        raise AddressError(text, f"Write vendor and product in hexadecimal: {example}.")
    return UsbDevice(int(numbers[1], 16), int(numbers[2], 16))


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
    "tcp": _read_tcp,
    "serial": _read_serial,
    "pty": _read_pty,
    "memory": _read_memory,
    "rtp": _read_rtp,
    "ipmidi": _read_ipmidi,
    "mqtt": _read_mqtt,
    "mqtts": _read_mqtts,
}
