"""Where a surface's motors go when the bridge stops.

Owns: reading ``park:`` by the surface's own law, and the orders that follow.
Does not own: when they are sent (``session``).
"""

from collections.abc import Iterator

from surfacebridge.model.controls import plain_control, strip_control
from surfacebridge.model.feedback import ShowMotor
from surfacebridge.model.sheets import ControlSpec, DeviceSheet


def parked(surface: str, sheet: DeviceSheet, park: str | None) -> tuple[ShowMotor, ...]:
    """Return an order for every motor of ``surface``: none without ``park``.

    ``park`` is ``-oo``, a level such as ``0dB``, or a place such as ``50%``; a
    motor whose law is not in decibels stays at a level.
    """
    return () if park is None else tuple(_orders(surface, sheet, park))


def _orders(surface: str, sheet: DeviceSheet, park: str) -> Iterator[ShowMotor]:
    for spec in sheet.controls.values():
        place = _place(spec, park) if spec.kind == "fader" and spec.motor else None
        if place is None:
            continue
        if not spec.per_strip:
            yield ShowMotor(surface, plain_control(surface, spec.name), place)
            continue
        for strip in range(1, sheet.strips + 1):
            yield ShowMotor(surface, strip_control(surface, spec.name, strip), place)


def _place(spec: ControlSpec, park: str) -> float | None:
    if park == "-oo":
        return 0.0
    if park.endswith("%"):
        return min(1.0, float(park.removesuffix("%")) / 100)
    return None if spec.law is None else spec.law.from_db(float(park.removesuffix("dB")))
