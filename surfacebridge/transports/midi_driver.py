"""The system's MIDI ports, by python-rtmidi: the seam under ``midi_port``.

Owns: which of ALSA, JACK, CoreMIDI and WinMM can be used now and why not,
names and opening, and each system's traps.  Does not own: links, matching.

Rule: a port is found by its name in the moment it is opened; an index is
never kept.  What rtmidi raises leaves here as ``OSError``.
"""

import atexit
import os
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, Literal, Protocol

from surfacebridge.errors import MissingExtra
from surfacebridge.transports.address import UsbDevice
from surfacebridge.transports.jack_server import JackServer

Direction = Literal["in", "out"]
DIRECTIONS: Final[tuple[Direction, Direction]] = ("in", "out")

CLIENT: Final = "surfacebridge"

# RtMidi's own queue, used where we poll: a DAW's first repaint is about 400
# messages in 14 ms, so this is half a second of nothing but repaints.
QUEUE_LIMIT: Final = 16_384

# RtMidi's JACK ring holds 16 KiB and blocks when it is full.  It is emptied
# once a cycle, so a quarter of it per cycle leaves room for cycles we miss.
JACK_ROOM: Final = 4_096
# A message longer than half the ring could block.  Only firmware is so long.
JACK_LONGEST: Final = 8_192
# The length RtMidi writes before each message.
_JACK_HEAD: Final = 4
# Four cycles at the usual period, in which libjack learns what has changed.
_CALM: Final = 0.02


# ALSA's numbers for sequencer clients (sound/core/seq/seq_clientmgr.c).
_FIRST_CLIENT: Final = 16
_CLIENTS_A_CARD: Final = 4
_FIRST_PROGRAM: Final = 128


class OpenPorts(Protocol):
    """An input, an output or both, open."""

    def hear(self, arrived: Callable[[bytes], None]) -> None:
        """Call ``arrived`` with each message **from a foreign thread**.  Not on JACK."""
        ...

    def take(self) -> bytes | None:
        """Return the next message, or None.  Only where the driver is polled."""
        ...

    def send(self, data: bytes) -> bool | None:
        """Send a message: True it left, False try later, None never.  Raises ``OSError``."""
        ...

    def is_intact(self) -> bool:
        """Return whether the ports opened are still there and still joined."""
        ...

    def close(self) -> None:
        """Close what is open.  Call once."""
        ...


class MidiDriver(Protocol):
    """One system of MIDI ports."""

    api: str
    is_polled: bool

    def ports(self, direction: Direction) -> list[str]:
        """Return the names there are now, our own left out."""
        ...

    def usb_of(self, port: str) -> UsbDevice | None:
        """Return the USB numbers of a port's device, where the system tells them."""
        ...

    def open(self, names: Mapping[Direction, str]) -> OpenPorts:
        """Open ports by name.  Raises ``OSError``."""
        ...

    def open_virtual(self, name: str) -> OpenPorts:
        """Make an input and an output of our own.  Raises ``OSError``."""
        ...


class RtMidiPorts:
    """Ports where rtmidi calls us: ALSA, CoreMIDI, WinMM."""

    def __init__(self, halves: Mapping[Direction, Any], is_intact: Callable[[], bool]) -> None:
        self._in = halves.get("in")
        self._out = halves.get("out")
        self._is_intact = is_intact
        self._errors = _rtmidi_errors()

    def hear(self, arrived: Callable[[bytes], None]) -> None:
        """Call ``arrived`` with each message from rtmidi's thread."""
        if self._in is not None:
            self._in.set_callback(lambda event, _: arrived(bytes(event[0])))

    def take(self) -> bytes | None:
        """Return the next message, or None."""
        event = None if self._in is None else self._in.get_message()
        return None if event is None else bytes(event[0])

    def send(self, data: bytes) -> bool | None:
        """Send one message, or say that there is no output."""
        if self._out is None:
            return None
        # Not ``_plain_errors``: on this path it would cost three sends.
        try:
            self._out.send_message(data)
        except self._errors as error:
            raise OSError(str(error)) from error
        return True

    def is_intact(self) -> bool:
        """Return whether the ports opened are still there."""
        return self._is_intact()

    def close(self) -> None:
        """Close both halves."""
        for half in (self._in, self._out):
            if half is not None:
                _close(half)


class JackPorts(RtMidiPorts):
    """Ports that are polled, and sent no more than a cycle carries away."""

    def __init__(
        self,
        halves: Mapping[Direction, Any],
        is_intact: Callable[[], bool],
        server: JackServer,
        leave: "Callable[[JackPorts], None]",
    ) -> None:
        """``leave`` is called once, when they are closed."""
        super().__init__(halves, is_intact)
        self.halves = halves
        self._server = server
        self._leave = leave
        self._cycle = -1
        self._spent = 0

    def send(self, data: bytes) -> bool | None:
        """Send one message, unless this cycle has had its share."""
        if len(data) > JACK_LONGEST:
            return None
        cycle = self._server.frame()
        if cycle != self._cycle:
            self._cycle = cycle
            self._spent = 0
        size = len(data) + _JACK_HEAD
        if self._spent and self._spent + size > JACK_ROOM:
            return False
        self._spent += size
        return super().send(data)

    def close(self) -> None:
        """Let the last messages leave, and go.  Holds the loop for two cycles of the server.

        When the server has ended a moment ago it is a second.
        """
        if self._server.is_alive():
            self._server.turn()
        self._leave(self)


class RtMidiDriver:
    """ALSA, CoreMIDI or WinMM."""

    is_polled = False

    def __init__(self, number: int, api: str) -> None:
        """Look at the system once.  Raises ``OSError`` when it is not there."""
        self.api = api
        self._number = number
        self._lists = {direction: self._make(direction, CLIENT) for direction in DIRECTIONS}

    def ports(self, direction: Direction) -> list[str]:
        """Return the names there are now, our own left out."""
        with _plain_errors():
            names = self._lists[direction].get_ports()
        return [name for name in names if not name.startswith((f"{CLIENT}:", f"{CLIENT}-"))]

    def usb_of(self, port: str) -> UsbDevice | None:
        """Return the USB numbers of a port's device; only Linux tells them."""
        return usb_of_alsa(port) if sys.platform == "linux" else None

    def open(self, names: Mapping[Direction, str]) -> OpenPorts:
        """Open ports by name.  Raises ``OSError``."""
        halves = self._open_halves({way: (CLIENT, name) for way, name in names.items()})
        return RtMidiPorts(
            halves, lambda: all(name in self.ports(way) for way, name in names.items())
        )

    def open_virtual(self, name: str) -> OpenPorts:
        """Make an input and an output called ``name``.  Raises ``OSError``."""
        return RtMidiPorts(self._make_virtual(name, name, name), lambda: True)

    def _make(self, direction: Direction, client: str) -> Any:
        import rtmidi  # noqa: PLC0415 - an optional extra

        with _plain_errors():
            if direction == "out":
                return rtmidi.MidiOut(self._number, name=client)
            half = rtmidi.MidiIn(self._number, name=client, queue_size_limit=QUEUE_LIMIT)
            # SysEx, timing and active sensing all pass.
            half.ignore_types(sysex=False, timing=False, active_sense=False)
            return half

    def _open_halves(self, wanted: Mapping[Direction, tuple[str, str]]) -> dict[Direction, Any]:
        """Open each direction's (our client, their port); all of them or none."""
        halves: dict[Direction, Any] = {}
        try:
            for direction, (client, name) in wanted.items():
                half = halves[direction] = self._make(direction, client)
                _open_by_name(half, name, direction)
        except OSError:
            for half in halves.values():
                _close(half)
            raise
        return halves

    def _make_virtual(self, name: str, client_in: str, client_out: str) -> dict[Direction, Any]:
        halves: dict[Direction, Any] = {}
        try:
            halves["in"] = self._make("in", client_in)
            halves["out"] = self._make("out", client_out)
            with _plain_errors():
                for half in halves.values():
                    half.open_virtual_port(name)
        except OSError:
            for half in halves.values():
                _close(half)
            raise
        return halves


class JackDriver(RtMidiDriver):
    """JACK, where a callback would run inside the server's cycle and lose bursts.

    Ports of our own are made once, joined to a device and parted from it, and
    made no fewer until the process ends: whenever anybody's ports are joined,
    parted, made or taken away, a thread of libjack's walks the list of a
    client's ports, without a lock, and what takes one of them away meanwhile
    crashes the process (``JackClient::HandleLatencyCallback``, seen with jackd
    1.9.21 and the libjack of python-rtmidi 1.5.8, in one unplugging of some
    hundreds).  A plug that is pulled is such a moment.
    """

    is_polled = True

    def __init__(self, number: int, api: str, server: JackServer) -> None:
        # No lists of rtmidi's own: each would be one more client of the server,
        # 31 ms to make and 11 ms to leave (measured).
        self.api = api
        self._number = number
        self._server = server
        self._open_ports: set[JackPorts] = set()
        # By our port's name; there are never more than were open at one time.
        self._idle: dict[Direction, dict[str, Any]] = {"in": {}, "out": {}}

    @property
    def is_in_use(self) -> bool:
        """Return whether any port is open."""
        return bool(self._open_ports)

    def is_alive(self) -> bool:
        """Return whether the server still turns."""
        return self._server.is_alive()

    def leave(self) -> None:
        """Leave the server.  Call once."""
        for idle in self._idle.values():
            self._delete(idle.values())
            idle.clear()
        self._server.close()

    def ports(self, direction: Direction) -> list[str]:
        """Return the names there are now, our own left out."""
        found = self._server.sources() if direction == "in" else self._server.destinations()
        return [name for name in found if not name.startswith(f"{CLIENT}-")]

    def open(self, names: Mapping[Direction, str]) -> OpenPorts:
        """Join ports of ours to those named; holds the loop for two cycles.  Raises ``OSError``."""
        own = {way: self._own(way) for way in names}
        try:
            for way, name in names.items():
                there = (name, own[way]) if way == "in" else (own[way], name)
                self._server.join(*there)
        except OSError:
            for ours in own.values():
                self._server.part(ours)
            raise
        # Ports are joined from the next cycle on; what is said before is not heard.
        self._server.turn()
        halves = {way: self._idle[way].pop(ours) for way, ours in own.items()}
        if "in" in halves:
            # What came when the last device went is not of this one.
            _empty(halves["in"])

        def is_intact() -> bool:
            return self.is_alive() and all(
                own[way] in self._server.joined(name) for way, name in names.items()
            )

        def leave(ports: JackPorts) -> None:
            for way, ours in own.items():
                self._server.part(ours)
                self._idle[way][ours] = ports.halves[way]
            self._open_ports.discard(ports)

        return self._opened(halves, is_intact, leave)

    def open_virtual(self, name: str) -> OpenPorts:
        """Make ``NAME-in:NAME`` and ``NAME-out:NAME``.  Raises ``OSError``."""
        client = name.replace(":", "-")
        halves = self._make_virtual(name, f"{client}-in", f"{client}-out")

        def leave(ports: JackPorts) -> None:
            self._delete(ports.halves.values())
            self._open_ports.discard(ports)

        return self._opened(halves, self.is_alive, leave)

    def _opened(
        self,
        halves: Mapping[Direction, Any],
        is_intact: Callable[[], bool],
        leave: Callable[[JackPorts], None],
    ) -> JackPorts:
        ports = JackPorts(halves, is_intact, self._server, leave)
        self._open_ports.add(ports)
        return ports

    def _own(self, direction: Direction) -> str:
        """Return the name of a port of ours that is joined to nothing."""
        idle = self._idle[direction]
        if not idle:
            client = self._free_client(direction)
            half = self._make(direction, client)
            try:
                with _plain_errors():
                    half.open_virtual_port(direction)
            except OSError:
                _close(half)
                raise
            idle[f"{client}:{direction}"] = half
        return next(iter(idle))

    def _delete(self, halves: Iterable[Any]) -> None:
        """Take ports away, each when libjack has done with what went before."""
        for half in halves:
            time.sleep(_CALM)
            _close(half)

    def _free_client(self, direction: Direction) -> str:
        """Return a client name nobody has, so that we know what our port is called."""
        taken = {
            name.partition(":")[0] for name in self._server.sources() + self._server.destinations()
        }
        client, number = f"{CLIENT}-{direction}", 1
        while client in taken:
            number += 1
            client = f"{CLIENT}-{direction}-{number}"
        return client


# Looking is cheap, joining a JACK server is not, and a bridge looks every second.
_drivers: Final[dict[int, RtMidiDriver]] = {}
_jack_drivers: Final[dict[str, JackDriver]] = {}


def usable_drivers(address: str) -> tuple[list[RtMidiDriver], list[str]]:
    """Return the drivers that work now, and a sentence for each that does not.

    Raises ``MissingExtra`` for ``address`` when rtmidi is not installed.
    """
    try:
        import rtmidi  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        raise MissingExtra(address, "midi") from error
    drivers: list[RtMidiDriver] = []
    troubles: list[str] = []
    for number in rtmidi.get_compiled_api():
        is_jack = number == rtmidi.API_UNIX_JACK
        if number in {rtmidi.API_RTMIDI_DUMMY, rtmidi.API_WEB_MIDI} or (
            is_jack and sys.platform != "linux"
        ):
            continue
        api = "JACK" if is_jack else rtmidi.get_api_display_name(number)
        try:
            drivers.append(_jack_driver(number) if is_jack else _driver(number, api))
        except OSError as error:
            troubles.append(f"{api} cannot be used: {error}.")
    return drivers, troubles


def _driver(number: int, api: str) -> RtMidiDriver:
    if number not in _drivers:
        if sys.platform == "linux":
            _look_at_alsa()
        _drivers[number] = RtMidiDriver(number, api)
    return _drivers[number]


def _jack_driver(number: int) -> JackDriver:
    """Return the driver of the server ``JACK_DEFAULT_SERVER`` names now.

    libjack shares one view of one server between all clients of a process: a
    client of a second server, or of one started again, would read the first
    one's memory.  So nothing is opened until everything of the first is closed.
    """
    name = os.environ.get("JACK_DEFAULT_SERVER", "")
    for old_name, old in list(_jack_drivers.items()):
        if old_name == name and old.is_alive():
            return old
        if old.is_in_use:
            raise OSError("ports of a server that has ended, or of another, are still open")
        del _jack_drivers[old_name]
        old.leave()
    driver = _jack_drivers[name] = JackDriver(number, "JACK", JackServer())
    return driver


@atexit.register
def _leave_jack() -> None:
    """Leave servers calmly: the interpreter takes everything away at once."""
    while _jack_drivers:
        _jack_drivers.popitem()[1].leave()


def _look_at_alsa() -> None:
    """Raise ``OSError`` with a sentence where ALSA would print its own on stderr."""
    sequencer = Path("/dev/snd/seq")
    if not sequencer.exists():
        raise OSError(
            f"{sequencer} is not there (load the kernel's snd-seq, or give the container /dev/snd)"
        )
    if not os.access(sequencer, os.R_OK | os.W_OK):
        raise OSError(f"you may not open {sequencer} (join the group audio)")


def usb_of_alsa(port: str, cards: Path = Path("/proc/asound")) -> UsbDevice | None:
    """Return the USB numbers of the card that has ALSA's ``port`` (``X-Touch:X-Touch 24:0``).

    The kernel gives each card four sequencer clients from 16 on, and tells
    programs' clients from them by numbers from 128.
    """
    found = re.search(r" (\d{1,3}):\d+$", port)
    client = int(found[1]) if found is not None else 0
    if not _FIRST_CLIENT <= client < _FIRST_PROGRAM:
        return None
    card = (client - _FIRST_CLIENT) // _CLIENTS_A_CARD
    try:
        text = (cards / f"card{card}" / "usbid").read_text("ascii").strip()
    except (OSError, UnicodeError):
        return None
    numbers = re.fullmatch(r"([0-9a-fA-F]{1,4}):([0-9a-fA-F]{1,4})", text)
    return None if numbers is None else UsbDevice(int(numbers[1], 16), int(numbers[2], 16))


def _open_by_name(half: Any, name: str, own_name: str) -> None:
    with _plain_errors():
        here = half.get_ports()
        if name not in here:
            raise OSError("it went away just now")
        half.open_port(here.index(name), own_name)


def _empty(half: Any) -> None:
    """Throw away what an input has kept."""
    for _ in range(QUEUE_LIMIT):
        if half.get_message() is None:
            break


def _close(half: Any) -> None:
    with suppress(OSError), _plain_errors():
        half.close_port()
    # The client would live until the collector comes by.
    half.delete()


def _rtmidi_errors() -> tuple[type[Exception], ...]:
    import rtmidi  # noqa: PLC0415 - an optional extra

    return rtmidi.RtMidiError, NotImplementedError


@contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except _rtmidi_errors() as error:
        raise OSError(str(error).rstrip(".")) from error
