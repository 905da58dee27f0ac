"""Behringer X32 and Midas M32.

Owns: what keeps the desk pushing, its meters, and what it says of itself.
Does not own: addresses and grids (its sheet), or reading and renewing at all
(``profiles.osc_console``).

Source: Patrick-Gilles Maillot, "Unofficial X32/M32 OSC Remote Protocol".
"""

from collections.abc import Sequence
from math import log10
from struct import Struct
from types import MappingProxyType
from typing import ClassVar, Final

from surfacebridge.model.parameters import ParameterId, Report
from surfacebridge.model.sheets import ParameterSpec, TargetSheet
from surfacebridge.model.values import OFF, Value
from surfacebridge.profiles import behringer_values
from surfacebridge.profiles.osc_console import Heard, OscConsole, Renewal
from surfacebridge.protocols.osc.messages import OscMessage, OscValue

# One request is good for ten seconds of pushes or meters.
_PUSHES: Final = Renewal(OscMessage("/xremote"), every=2.5)
_QUESTION: Final = Renewal(OscMessage("/xinfo"), every=1.5)
_METERS_EVERY: Final = 4.0

# The desk sends a meter block every 50 ms; two that were held up on the way
# must not become twice as many for what comes after us.
_METER_INTERVAL: Final = 0.05

_COUNT: Final = Struct("<i")
_FLOAT: Final = Struct("<f")
# 1.0 is full scale and the desk's own limit is 8; more is no level.
_LOUDEST: Final = 16.0


class X32(OscConsole):
    """One desk, as a target."""

    renewals: ClassVar[tuple[Renewal, ...]] = (_PUSHES, _QUESTION)
    # Not every leaf a recall changes is pushed; the desk needs a moment for it.
    reread_after = MappingProxyType(
        {
            "/-action/goscene": 1.0,
            "/-action/gocue": 1.0,
            "/-action/gosnippet": 1.0,
            "/-show/prepos/current": 1.0,
            # What our own command changes is pushed to others only.
            "/-action/clearsolo": 0.2,
        }
    )

    def __init__(self, name: str, sheet: TargetSheet) -> None:
        """Build the tables of everything in ``sheet``."""
        self._meters: dict[ParameterId, tuple[str, int, int]] = {}
        self._blocks: dict[str, list[tuple[ParameterId, int, int]]] = {}
        self._block_from: dict[str, float] = {}
        self._silent: set[ParameterId] = set()
        super().__init__(name, sheet)

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
        for parameter in parameters:
            if parameter in self._meters:
                block, index, width = self._meters[parameter]
                self._blocks.setdefault(block, []).append((parameter, index, width))
        if self.health.alive:
            streams = (
                Renewal(OscMessage("/meters", (block,), "s"), _METERS_EVERY)
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
        if len(blob) < _COUNT.size:
            self.health.malformed += 1
            return ()
        count = min(_COUNT.unpack_from(blob)[0], len(blob) // _FLOAT.size - 1)
        reports: list[Heard] = []
        for parameter, index, width in self._blocks[block]:
            if index + width > count:
                self.health.malformed += 1
                continue
            level = max(_decibels(blob, at) for at in range(index, index + width))
            if level > OFF:
                self._silent.discard(parameter)
            elif parameter in self._silent:
                continue
            else:
                self._silent.add(parameter)
            reports.append(Report(parameter, level))
        return reports


def _decibels(blob: bytes, index: int) -> float:
    (level,) = _FLOAT.unpack_from(blob, _COUNT.size + index * _FLOAT.size)
    return 20.0 * log10(level) if 0.0 < level <= _LOUDEST else OFF
