"""A look at the running JACK server, without taking part in its cycle.

Owns: which MIDI ports there are, joining and parting them, and whether the
server still turns.  Does not own: MIDI itself (``midi_driver``).

Why it exists: RtMidi cannot say any of this.  Its port list goes on naming
ports of a server that has ended, a port that went and came back within a
moment is not joined any more, and ``sendMessage`` to a server that no longer
turns fills a ring of 16 KiB and then spins for ever, the interpreter's lock
in hand (all seen with python-rtmidi 1.5.8 and jackd 1.9.21).

Uses the very libjack that rtmidi has loaded.  Linux only.
"""

import ctypes
import errno
import time
from pathlib import Path
from typing import Any, Final

# jack/types.h
_NO_START_SERVER: Final = 1
_PORT_IS_INPUT: Final = 1
_PORT_IS_OUTPUT: Final = 2
_MIDI_TYPE: Final = b"8 bit raw midi"

# The longest period is 8,192 frames, 0.2 s; a synchronous server waits up to
# its client timeout, usually 0.5 s, for a client that hangs.
_LONGEST_CYCLE: Final = 1.0
_A_MOMENT: Final = 0.001


class JackServer:
    """A JACK client with no ports, never activated.  Not thread safe."""

    def __init__(self) -> None:
        """Join the server ``JACK_DEFAULT_SERVER`` names.  Raises ``OSError`` if none runs."""
        self._jack = _load()
        client = self._jack.jack_client_open(b"surfacebridge-look", _NO_START_SERVER, None)
        if not client:
            raise OSError("no server is running")
        self._client = ctypes.c_void_p(client)
        self._frame = -1
        self._turned_at = 0.0

    def frame(self) -> int:
        """Return the time in frames at which the current cycle began."""
        return int(self._jack.jack_last_frame_time(self._client))

    def is_alive(self) -> bool:
        """Return whether a cycle has begun since the last call, or less than a second before."""
        now = time.monotonic()
        frame = self.frame()
        if frame != self._frame:
            self._frame = frame
            self._turned_at = now
        return now - self._turned_at < _LONGEST_CYCLE

    def turn(self) -> None:
        """Wait until a whole cycle has gone by, a second at most: what was sent has left then."""
        end = time.monotonic() + _LONGEST_CYCLE
        for _ in range(2):
            frame = self.frame()
            while self.frame() == frame and time.monotonic() < end:
                time.sleep(_A_MOMENT)

    def sources(self) -> list[str]:
        """Return the MIDI ports one can hear."""
        return self._ports(_PORT_IS_OUTPUT)

    def destinations(self) -> list[str]:
        """Return the MIDI ports one can send to."""
        return self._ports(_PORT_IS_INPUT)

    def joined(self, port: str) -> list[str]:
        """Return the ports ``port`` is joined to; empty when it does not exist."""
        handle = self._jack.jack_port_by_name(self._client, port.encode())
        if not handle:
            return []
        return self._strings(self._jack.jack_port_get_all_connections(self._client, handle))

    def join(self, source: str, destination: str) -> None:
        """Join two ports.  Raises ``OSError`` when one of them is not there."""
        joined = self._jack.jack_connect(self._client, source.encode(), destination.encode())
        if joined not in {0, errno.EEXIST}:
            raise OSError("it went away just now")

    def part(self, port: str) -> None:
        """Take ``port`` away from all it is joined to; one that is not there is nothing to do."""
        handle = self._jack.jack_port_by_name(self._client, port.encode())
        if handle:
            self._jack.jack_port_disconnect(self._client, handle)

    def close(self) -> None:
        """Leave the server.  Call once."""
        self._jack.jack_client_close(self._client)

    def _ports(self, flag: int) -> list[str]:
        return self._strings(self._jack.jack_get_ports(self._client, None, _MIDI_TYPE, flag))

    def _strings(self, found: Any) -> list[str]:
        """Copy and free a list of strings that ends in a null."""
        if not found:
            return []
        strings: list[str] = []
        while (one := found[len(strings)]) is not None:
            strings.append(one.decode(errors="replace"))
        self._jack.jack_free(found)
        return strings


def _load() -> ctypes.CDLL:
    """Return the libjack rtmidi uses.  Raises ``OSError`` when it uses none."""
    maps = Path("/proc/self/maps").read_text().splitlines()
    path = next((line.split(maxsplit=5)[5] for line in maps if "/libjack" in line), None)
    if path is None:
        raise OSError("this rtmidi has no libjack")
    jack = ctypes.CDLL(path)
    strings = ctypes.POINTER(ctypes.c_char_p)
    pointer = ctypes.c_void_p
    for name, result, arguments in (
        ("jack_client_open", pointer, [ctypes.c_char_p, ctypes.c_int, pointer]),
        ("jack_client_close", ctypes.c_int, [pointer]),
        ("jack_last_frame_time", ctypes.c_uint32, [pointer]),
        ("jack_get_ports", strings, [pointer, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_ulong]),
        ("jack_port_by_name", pointer, [pointer, ctypes.c_char_p]),
        ("jack_port_get_all_connections", strings, [pointer, pointer]),
        ("jack_connect", ctypes.c_int, [pointer, ctypes.c_char_p, ctypes.c_char_p]),
        ("jack_port_disconnect", ctypes.c_int, [pointer, pointer]),
        ("jack_free", None, [pointer]),
        ("jack_set_error_function", None, [pointer]),
        ("jack_set_info_function", None, [pointer]),
    ):
        function = getattr(jack, name)
        function.restype, function.argtypes = result, arguments
    # libjack prints on stderr that no server runs, each time one looks.  We say
    # it ourselves.  It wants a C function of one string, and calls it from its
    # own threads to the very end, so no Python function will do; strlen will.
    silence = ctypes.cast(ctypes.CDLL(None).strlen, pointer)
    jack.jack_set_error_function(silence)
    jack.jack_set_info_function(silence)
    return jack
