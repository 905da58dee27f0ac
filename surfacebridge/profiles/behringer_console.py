"""What Behringer's and Midas's OSC consoles have in common.

Owns: meter blocks, and what a console says of itself.
Does not own: what keeps it pushing and how a meter is written (``consoles``),
or how values look (``behringer_values``).

A meter block is a blob: a little-endian int32 that counts, then so many
levels.  One request is good for ten seconds, a block every 50 ms.
"""

from abc import abstractmethod
from collections.abc import Sequence
from struct import Struct
from typing import ClassVar, Final

from surfacebridge.model.parameters import ParameterId, Report
from surfacebridge.model.sheets import ParameterSpec, TargetSheet
from surfacebridge.model.values import OFF, Value
from surfacebridge.profiles import behringer_values
from surfacebridge.profiles.console import Heard, Renewal
from surfacebridge.profiles.osc_console import OscConsole
from surfacebridge.protocols.osc.messages import OscMessage, OscValue
from surfacebridge.protocols.osc.packet import encode

QUESTION: Final = Renewal(encode(OscMessage("/xinfo")), every=1.5)
"""Who are you?  Every one of these consoles answers it."""

_METERS_EVERY: Final = 4.0

# Two blocks that were held up on the way must not become twice as many for
# what comes after us.
_METER_INTERVAL: Final = 0.05

_COUNT: Final = Struct("<i")


class BehringerConsole(OscConsole):
    """An X32 or X-Air, as a target."""

    meter_size: ClassVar[int]
    """Bytes of one level in a meter block."""

    def __init__(self, name: str, sheet: TargetSheet) -> None:
        """Build the tables of everything in ``sheet``."""
        self._meters: dict[ParameterId, tuple[str, int, int]] = {}
        self._blocks: dict[str, list[tuple[ParameterId, int, int]]] = {}
        self._block_from: dict[str, float] = {}
        self._silent: set[ParameterId] = set()
        self._silences: dict[str, bytes] = {}
        """What a block said last when all that is watched in it was silent."""
        super().__init__(name, sheet)

    @abstractmethod
    def decibels(self, blob: bytes, offset: int) -> float:
        """Return the level that stands in ``blob`` at ``offset``; off where it is none."""

    def to_wire(self, spec: ParameterSpec, tag: str, value: Value) -> OscValue:
        """Return ``value`` on the desk's grid."""
        return behringer_values.to_wire(spec, tag, value)

    def from_wire(self, spec: ParameterSpec, tag: str, value: OscValue) -> Value | None:
        """Return what the desk's ``value`` means."""
        return behringer_values.from_wire(spec, tag, value)

    def add_other(self, parameter: ParameterId, spec: ParameterSpec) -> None:
        """Note a meter: its block, its place there and how many places it spans."""
        block, index, width = (spec.wire.get(key) for key in ("block", "index", "width"))
        if isinstance(block, str) and isinstance(index, int):
            self._meters[parameter] = block, index, width if isinstance(width, int) else 1

    def watch_others(self, parameters: Sequence[ParameterId], now: float) -> None:
        """Subscribe to the meter blocks ``parameters`` need."""
        self._blocks = {}
        self._silent.clear()
        self._silences.clear()
        for parameter in parameters:
            if parameter in self._meters:
                block, index, width = self._meters[parameter]
                self._blocks.setdefault(block, []).append((parameter, index, width))
        if self.health.alive:
            streams = (
                Renewal(encode(OscMessage("/meters", (block,), "s")), _METERS_EVERY)
                for block in self._blocks
            )
            self.stream(tuple(streams), now)

    def hear_other(self, message: OscMessage, now: float) -> Sequence[Heard] | None:
        """Return meter reports; note what the desk calls itself."""
        match message:
            case OscMessage(block, (bytes(blob),)) if block in self._blocks:
                return self._hear_meters(block, blob, now)
            case OscMessage("/xinfo", (str(), str(name), str(model), str(version))):
                self.health.peer = f"{model} {name!r}, firmware {version}"
                return ()
            case OscMessage(address) if address.startswith("/meters/"):
                # A block nobody watches any more ends by itself.
                return ()
            case _:
                return None

    def _hear_meters(self, block: str, blob: bytes, now: float) -> Sequence[Heard]:
        due = self._block_from.get(block, now)
        if now < due:
            return ()
        self._block_from[block] = max(due, now - _METER_INTERVAL) + _METER_INTERVAL
        if blob == self._silences.get(block):
            return ()
        if len(blob) < _COUNT.size:
            self.health.malformed += 1
            return ()
        size = self.meter_size
        count = min(_COUNT.unpack_from(blob)[0], (len(blob) - _COUNT.size) // size)
        reports: list[Heard] = []
        for parameter, index, width in self._blocks[block]:
            if index + width > count:
                self.health.malformed += 1
                continue
            level = max(
                self.decibels(blob, _COUNT.size + at * size) for at in range(index, index + width)
            )
            if level > OFF:
                self._silent.discard(parameter)
            elif parameter in self._silent:
                continue
            else:
                self._silent.add(parameter)
            reports.append(Report(parameter, level))
        if self._silent.issuperset(parameter for parameter, _, _ in self._blocks[block]):
            # The same again says the same: at night a desk says it sixty times a second.
            self._silences[block] = blob
        else:
            self._silences.pop(block, None)
        return reports
