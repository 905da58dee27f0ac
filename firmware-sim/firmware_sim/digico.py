"""A DiGiCo SD or Quantum as its External Control meets a program, over datagrams.

Owns: the two command sets, *iPad* (decibels and hertz, no prefix, everything can be asked for) and
*Other OSC* (0…1 behind ``/sd``, names can be asked for), of inputs, auxes, groups and control
groups; and snapshots by number.
Does not own: meters, layouts, macros, a socket (``sockets.udp``).

Rules, as people found them on a Quantum 225 and 338 (dialects sheet, section 10): the desk sends to
the one address its External Control names, whoever asked. An address with ``/?`` behind it and no
argument asks; asked for a strip, or for what a strip has not, it tells the whole strip. A number
that changed is told, to the setter too; one that did not is not; a text is told every time. What is
out of reach is pinned, and that is told. Flags are floats.
"""

from dataclasses import dataclass
from math import isfinite
from typing import Final

from firmware_sim.device import Client
from firmware_sim.osc_console import DatagramConsole
from firmware_sim.wire import OscArgument, OscMessage, encode_osc

COMMANDS: Final = ("ipad", "other")
OFF: Final = -150.0
TOP: Final = 10.0
NAME: Final = "SD7Q-SIM"

_PREFIX: Final = "/sd"


@dataclass(frozen=True, slots=True)
class _Leaf:
    """What a number starts with, and where it is pinned; a text has no ends."""

    start: float | str
    low: float = 0.0
    high: float = 1.0


_STRIP: Final = {"fader": _Leaf(0.0, OFF, TOP), "mute": _Leaf(0.0), "solo": _Leaf(0.0)}
_EQ: Final = {
    "EQ/eq_in": _Leaf(0.0),
    **{f"EQ/eq_freq_{n}": _Leaf(1000.0, 20.0, 20_000.0) for n in range(1, 5)},
    **{f"EQ/eq_gain_{n}": _Leaf(0.0, -18.0, 18.0) for n in range(1, 5)},
    **{f"EQ/eq_Q_{n}": _Leaf(1.0, 0.1, 20.0) for n in range(1, 5)},
}
_INPUT: Final = {
    **_STRIP, **_EQ,
    "Panner/pan": _Leaf(0.5),
    "Channel_Input/name": _Leaf(""),
    "Channel_Input/analog_gain": _Leaf(0.0, -20.0, 60.0),
    "Channel_Input/trim": _Leaf(0.0, -40.0, 40.0),
    "Channel_Input/phantom": _Leaf(0.0),
    "Filters/lo_filter_in": _Leaf(0.0),
    "Filters/lo_filter_freq": _Leaf(80.0, 20.0, 20_000.0),
    "Dynamics/comp_in": _Leaf(0.0),
    "Dynamics/comp_thresh_1": _Leaf(0.0, -50.0, 0.0),
    "Dynamics/gate_in": _Leaf(0.0),
    **{f"Aux_Send/{n}/send_level": _Leaf(OFF, OFF, TOP) for n in range(1, 25)},
    **{f"Aux_Send/{n}/send_on": _Leaf(1.0) for n in range(1, 25)},
}  # fmt: skip
_OUTPUT: Final = {**_STRIP, "Buss_Trim/name": _Leaf("")}
_GROUP: Final = {**_STRIP, "name": _Leaf("")}
_STRIPS: Final = {
    "Input_Channels": (96, _INPUT, "Ch"),
    "Aux_Outputs": (48, _OUTPUT, "Aux"),
    "Group_Outputs": (24, _OUTPUT, "Grp"),
    "Control_Groups": (24, _GROUP, "CG"),
}
_NUMBERED: Final = "/Snapshots/Current_Snapshot"


class DiGiCo(DatagramConsole):
    """A desk whose External Control sends to ``device``."""

    subscription = (encode_osc("/Console/Name/?"),)

    def __init__(self, device: Client = ("127.0.0.1", 9000), commands: str = "ipad") -> None:
        super().__init__()
        self._device = device
        self._is_ipad = commands == "ipad"
        self._leaves: dict[str, _Leaf] = {}
        self._values: dict[str, float | str] = {}
        for kind, (count, leaves, called) in _STRIPS.items():
            for number in range(1, count + 1):
                for name, leaf in leaves.items():
                    address = f"/{kind}/{number}/{name}"
                    self._leaves[address] = leaf
                    self._values[address] = f"{called} {number}" if leaf.start == "" else leaf.start
        self._snapshot = 0
        self._snapshots: dict[int, dict[str, float | str]] = {}

    def advance(self, seconds: float) -> None:
        """Let time pass: nothing here is due by itself."""
        self._now += seconds

    # What somebody at the desk sees and does.

    def value(self, address: str) -> float | str:
        """Return what a parameter is, by its iPad address; KeyError where there is none."""
        return self._values[address]

    def set_from_desk(self, address: str, value: float | str) -> None:
        """Move a control on the desk; KeyError where there is none."""
        if self._values[address] != value:
            self._values[address] = value
            self._tell(address)

    def store_snapshot(self, number: int) -> None:
        """Keep every number, but no name, as a snapshot counted from 0."""
        self._snapshots[number] = {
            address: value for address, value in self._values.items() if not isinstance(value, str)
        }

    def recall_snapshot(self, number: int) -> None:
        """Go to a snapshot: what becomes different is told, then its number."""
        self._snapshot = number
        for address, value in self._snapshots.get(number, {}).items():
            self.set_from_desk(address, value)
        if self._is_ipad:
            self._send(self._device, _NUMBERED, number)

    # What a program says.

    def _obey(self, message: OscMessage, client: Client) -> None:
        del client
        address = message.address
        if not self._is_ipad:
            if not address.startswith(_PREFIX + "/"):
                self.counts.unknown += 1
                return
            address = address.removeprefix(_PREFIX)
        if address.endswith("/?"):
            self._answer(address.removesuffix("/?"))
        elif address == "/Snapshots/Fire_Snapshot_number":
            if message.arguments and isinstance(message.arguments[0], int):
                self.recall_snapshot(message.arguments[0])
        elif address not in self._leaves:
            self.counts.unknown += 1
        elif message.arguments:
            self._set(address, message.arguments[0])

    def _answer(self, asked: str) -> None:
        if asked in self._leaves:
            if self._is_ipad or asked.endswith("name"):
                self._tell(asked)
            return
        match asked.strip("/").split("/"):
            case ["Console", "Name"] if self._is_ipad:
                self._send(self._device, "/Console/Name", NAME)
            case ["Console", "Session", "Filename"] if self._is_ipad:
                self._send(self._device, "/Console/Session/Filename", "sim.ses")
            case ["Snapshots", "Current_Snapshot"] if self._is_ipad:
                self._send(self._device, _NUMBERED, self._snapshot)
            case [kind, number, *_] if self._is_ipad and f"/{kind}/{number}/fader" in self._leaves:
                strip = f"/{kind}/{number}/"
                for address in self._leaves:
                    if address.startswith(strip):
                        self._tell(address)
            case _:
                self.counts.unknown += 1

    def _set(self, address: str, argument: OscArgument) -> None:
        leaf = self._leaves[address]
        self.counts.writes[address] += 1
        value = self._taken(leaf, argument)
        if value is None:
            self.counts.refused_values += 1
        elif isinstance(value, str) or value != self._values[address]:
            self._values[address] = value
            self._tell(address)

    def _taken(self, leaf: _Leaf, argument: OscArgument) -> float | str | None:
        """Return what the desk keeps of an argument; None for one of the wrong type."""
        if isinstance(leaf.start, str):
            return argument if isinstance(argument, str) else None
        if not isinstance(argument, (int, float)) or not isfinite(argument):
            return None
        if self._is_ipad:
            return min(max(float(argument), leaf.low), leaf.high)
        # 0…1 of the travel; the curve of a fader is nobody's knowledge.
        return leaf.low + min(max(float(argument), 0.0), 1.0) * (leaf.high - leaf.low)

    def _tell(self, address: str) -> None:
        value = self._values[address]
        leaf = self._leaves[address]
        if self._is_ipad or isinstance(value, str):
            self._send(self._device, ("" if self._is_ipad else _PREFIX) + address, value)
        else:
            place = (value - leaf.low) / (leaf.high - leaf.low)
            # Other OSC writes flags as whole numbers.
            is_flag = (leaf.low, leaf.high) == (0.0, 1.0) and "pan" not in address
            self._send(self._device, _PREFIX + address, int(place) if is_flag else place)
