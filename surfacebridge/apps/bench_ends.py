"""The two ends of a measured bridge: a hand that moves faders, and a desk that hears of it.

Owns: the bytes of both ends, on loopback or a pseudo-terminal, and how a rig
names them.  Does not own: pacing and figures (``benching``).

Rule: an end is plain blocking Python, so that what is measured is only the
bridge and the end itself.
"""

import os
import re
import select
import socket
import struct
import tty
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

from surfacebridge.model.laws import LAWS

MOST_MACKIE: Final = 8
_BUFFER: Final = 4 * 1024 * 1024
_NUMBER: Final = re.compile(rb"\d+")


class Hand(Protocol):
    """The end that moves faders.  Controls count from 0."""

    controls: int
    surface: str
    """The surface in the rig's words; its name there is ``hand``."""
    law: str

    def open(self) -> None:
        """Take hold of what must be held before it moves."""
        ...

    def move(self, control: int, place: float) -> None:
        """Put fader ``control`` at ``place`` (0…1)."""
        ...

    def close(self) -> None:
        """Give back what was opened."""
        ...


class Ear(Protocol):
    """The end that hears what the bridge makes of it."""

    target: str
    """The target in the rig's words; its name there is ``desk``."""
    parameter: str
    """The parameter of fader ``{i}``, counted from 1."""
    law: str
    """The law of what comes out, empty where it is the place itself."""

    def place_of(self, place: float, law: str) -> float:
        """Return where a fader of ``law`` at ``place`` has to come out."""
        ...

    def take(self, patience: float) -> list[tuple[int, float]]:
        """Return the controls and places (0…1) that came, within ``patience`` seconds."""
        ...

    def close(self) -> None:
        """Give back what was opened."""
        ...


class OscHand:
    """An OSC page: /in/1 … ,f on one UDP port."""

    law = "x32"

    def __init__(self, controls: int, port: int) -> None:
        self.controls = controls
        self._socket = _loopback()
        back = self._socket.getsockname()[1]
        self._socket.connect(("127.0.0.1", port))
        self._heads = [
            _padded(f"/in/{number}") + b",f\x00\x00" for number in range(1, controls + 1)
        ]
        pattern = '"/in/{s} {v:f}"'
        self.surface = (
            f'{{port: "udp://127.0.0.1:{back}?listen={port}", strips: {controls}, '
            f"controls: {{fader: {{in: {pattern}, out: {pattern}, law: x32, echo: none}}}}}}"
        )

    def open(self) -> None:
        """Do nothing: a page senses no touch."""

    def move(self, control: int, place: float) -> None:
        """Send one datagram."""
        with suppress(ConnectionRefusedError):
            self._socket.send(self._heads[control] + struct.pack(">f", place))

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()


class MackieHand:
    """A Mackie Control on a pseudo-terminal, all its faders held."""

    law = "mcu"

    def __init__(self, folder: Path) -> None:
        self.controls = MOST_MACKIE
        self._wire = Wire(folder / "hand")
        self.surface = f'{{device: mackie/mcu, port: "pty:{self._wire.path}"}}'

    def open(self) -> None:
        """Lay a finger on each fader."""
        self._wire.write(b"".join(bytes((0x90, 0x68 + n, 0x7F)) for n in range(self.controls)))

    def move(self, control: int, place: float) -> None:
        """Send one pitch bend, and throw away what the surface was shown meanwhile."""
        value = round(place * 16_383)
        self._wire.write(bytes((0xE0 | control, value & 0x7F, value >> 7)))
        self._wire.read(0.0)

    def close(self) -> None:
        """Close the line."""
        self._wire.close()


class OscEar:
    """Hears /out/1 … ,f on one UDP port."""

    law = "x-touch"

    def __init__(self) -> None:
        self._socket = _loopback()
        self.target = f'{{osc: "udp://127.0.0.1:{self._socket.getsockname()[1]}"}}'
        self.parameter = "desk:/out/{i} {v:f}"

    def place_of(self, place: float, law: str) -> float:
        """Return the same level on the ear's own law."""
        return LAWS[self.law].from_db(LAWS[law].to_db(place))

    def take(self, patience: float) -> list[tuple[int, float]]:
        """Return what one datagram says; more of them wait for the next call."""
        if not select.select([self._socket], [], [], patience)[0]:
            return []
        data = self._socket.recv(512)
        number = _NUMBER.search(data)
        if number is None:
            return []
        return [(int(number[0]) - 1, struct.unpack_from(">f", data, len(data) - 4)[0])]

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()


class MackieEar:
    """A DAW on a pseudo-terminal that takes the bridge for a Mackie Control."""

    law = ""

    def __init__(self, folder: Path) -> None:
        self._wire = Wire(folder / "desk")
        self.target = f'{{emulate: mackie/mcu, port: "pty:{self._wire.path}"}}'
        self.parameter = "desk.fader.{i}"
        self._rest = b""

    def place_of(self, place: float, law: str) -> float:
        """Return the place itself: a DAW's Mackie faders are told where the cap is."""
        del law
        return place

    def take(self, patience: float) -> list[tuple[int, float]]:
        """Return the pitch bends that came; everything else a surface says is passed over."""
        data = self._rest + self._wire.read(patience)
        heard: list[tuple[int, float]] = []
        at = 0
        while at + 2 < len(data):
            if data[at] & 0xF0 == 0xE0:
                heard.append((data[at] & 0xF, (data[at + 1] | data[at + 2] << 7) / 16_383))
                at += 3
            else:
                at += 1
        self._rest = data[at:]
        return heard

    def close(self) -> None:
        """Close the line."""
        self._wire.close()


class Wire:
    """The far end of a pseudo-terminal, under a name a rig can write."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        path.symlink_to(os.ttyname(self._slave))

    def write(self, data: bytes) -> None:
        """Send ``data`` as far as the line takes it."""
        with suppress(BlockingIOError):
            os.write(self._master, data)

    def read(self, patience: float) -> bytes:
        """Return what came within ``patience`` seconds."""
        if not select.select([self._master], [], [], patience)[0]:
            return b""
        try:
            return os.read(self._master, 65_536)
        except BlockingIOError:
            return b""

    def close(self) -> None:
        """Close both ends."""
        os.close(self._master)
        os.close(self._slave)


def _loopback() -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
    made.bind(("127.0.0.1", 0))
    return made


def free_port() -> int:
    """Return a UDP port of this machine that is free now."""
    with _loopback() as probe:
        return int(probe.getsockname()[1])


def _padded(text: str) -> bytes:
    data = text.encode() + b"\x00"
    return data + b"\x00" * (-len(data) % 4)
