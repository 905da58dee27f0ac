"""What goes wrong between a device and its far end, in virtual time and the same every time.

Owns: cables that are slow, bursty, stalled, overflowing, lossy, split, noisy or pulled out; power
that goes.
Does not own: the device. ``FaultyLink`` is a ``Device`` around a device, so that whatever takes the
one takes the other. What goes wrong with datagrams is in ``network_faults``.

Rule: nothing here invents order. A cable may lose and repeat bytes; it never swaps them.
"""

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Final

from firmware_sim.chance import generator
from firmware_sim.device import Device, PoweredDevice, Surface

# MIDI 1.0: 31,250 baud, a start and a stop bit, so ten bits a byte.
DIN_RATE: Final = 3125.0
# The usual 115,200 baud of a serial box.
SERIAL_RATE: Final = 11520.0
# USB 2.0 full speed polls once a millisecond; a busy host was seen to take ten times as long.
USB_FRAME: Final = 0.001
STEP: Final = 0.001
# Whoever unplugs a device for ever must not let its far end's bytes pile up.
_IN_FLIGHT: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Line:
    """One direction of a cable. As it stands, every byte arrives at once.

    ``rate`` is bytes a second; ``queue`` how many bytes may wait, more are dropped; ``burst``
    lets bytes arrive only at whole multiples of that time; each ``stall_every`` seconds nothing
    arrives for ``stall_for``. ``lose`` and ``double`` are chances of each byte, ``split`` and
    ``late`` of each chunk: one cut in two or more arriving apart, one that takes ``late_by``
    seconds longer and holds up what follows.
    """

    rate: float | None = None
    delay: float = 0.0
    burst: float = 0.0
    stall_every: float = 0.0
    stall_for: float = 0.0
    queue: int | None = None
    lose: float = 0.0
    double: float = 0.0
    split: float = 0.0
    late: float = 0.0
    late_by: float = 0.05


CLEAN: Final = Line()


@dataclass(frozen=True, slots=True)
class Fault:
    """A cable and the power at its end.

    ``noise`` is how many bytes of garbage come from the device whenever it gets power or a plug.
    Each ``unplug_every`` seconds the plug is out for ``unplug_for``; each ``brown_out_every`` the
    power is gone for ``brown_out_for``.
    """

    to_device: Line = CLEAN
    from_device: Line = CLEAN
    noise: int = 0
    unplug_every: float = 0.0
    unplug_for: float = 1.0
    brown_out_every: float = 0.0
    brown_out_for: float = 0.5


_DIN: Final = Line(rate=DIN_RATE)
_USB: Final = Line(burst=USB_FRAME)
_STALLED: Final = Line(burst=USB_FRAME, stall_every=3.0, stall_for=0.4)

# Names for the command line and for parametrised tests. Rates of loss are made up: often enough
# to be met in a minute, rare enough for a session to go on.
FAULTS: Final[Mapping[str, Fault]] = {
    "none": Fault(),
    "din": Fault(_DIN, _DIN),
    "serial": Fault(Line(rate=SERIAL_RATE), Line(rate=SERIAL_RATE)),
    "usb": Fault(_USB, _USB),
    "usb-stall": Fault(_STALLED, _STALLED),
    "small-queue": Fault(Line(rate=DIN_RATE, queue=256), _DIN),
    "byte-loss": Fault(Line(lose=0.002), Line(lose=0.002)),
    "doubling": Fault(Line(double=0.002), Line(double=0.002)),
    "split": Fault(Line(split=0.7), Line(split=0.7)),
    "late": Fault(Line(late=0.05), Line(late=0.05)),
    "boot-noise": Fault(noise=40, brown_out_every=10.0),
    "loose-plug": Fault(noise=3, unplug_every=7.0, unplug_for=1.5),
    "brown-out": Fault(noise=8, brown_out_every=12.0),
}


@dataclass(slots=True)
class LinkCounts:
    """What happened to the bytes of a link, both directions together."""

    carried: int = 0
    lost: int = 0
    doubled: int = 0
    overflowed: int = 0


class _Pipe:
    """One direction: bytes go in now and come out when they arrive."""

    def __init__(self, line: Line, chance: Random, counts: LinkCounts) -> None:
        self._line = line
        self._chance = chance
        self._counts = counts
        self._flying: deque[tuple[float, bytes]] = deque()
        self._waiting = 0
        self._free_at = 0.0
        self.cut_after: int | None = None

    @property
    def empty(self) -> bool:
        """Return whether nothing is on its way."""
        return not self._flying

    def put(self, data: bytes, now: float) -> None:
        """Send a chunk."""
        for piece in self._pieces(data):
            start = max(now + self._line.delay, self._free_at)
            if self._line.late and self._chance.random() < self._line.late:
                start += self._line.late_by
            self._send(self._fitting(self._mangled(piece)), start)

    def take(self, now: float) -> list[bytes]:
        """Return the chunks that have arrived; may cut the cable after a byte (``cut_after``)."""
        arrived: list[bytes] = []
        while self._flying and self._flying[0][0] <= now + 1e-9:
            _, piece = self._flying.popleft()
            self._waiting -= len(piece)
            if self.cut_after is not None:
                self._counts.lost += max(0, len(piece) - self.cut_after)
                piece = piece[: self.cut_after]
                self.cut_after -= len(piece)
            if piece:
                self._counts.carried += len(piece)
                arrived.append(piece)
        return arrived

    def drop(self) -> None:
        """Lose everything on its way."""
        self._counts.lost += self._waiting
        self._flying.clear()
        self._waiting = 0
        self._free_at = 0.0

    def _pieces(self, data: bytes) -> list[bytes]:
        if len(data) < 2 or not self._line.split or self._chance.random() >= self._line.split:
            return [data]
        cut = self._chance.randrange(1, len(data))
        return [data[:cut], *self._pieces(data[cut:])]

    def _mangled(self, piece: bytes) -> bytes:
        line = self._line
        if not line.lose and not line.double:
            return piece
        kept = bytearray()
        for byte in piece:
            if self._chance.random() < line.lose:
                self._counts.lost += 1
                continue
            kept.append(byte)
            if self._chance.random() < line.double:
                self._counts.doubled += 1
                kept.append(byte)
        return bytes(kept)

    def _fitting(self, piece: bytes) -> bytes:
        room = max(
            0, (_IN_FLIGHT if self._line.queue is None else self._line.queue) - self._waiting
        )
        self._counts.overflowed += max(0, len(piece) - room)
        return piece[:room]

    def _send(self, piece: bytes, start: float) -> None:
        self._waiting += len(piece)
        if self._line.rate is None:
            if piece:
                self._free_at = self._arrival(start)
                # Pieces of one chunk arrive apart, or splitting it would change nothing.
                self._free_at += STEP if self._line.split else 0.0
                self._flying.append((self._free_at, piece))
            return
        for byte in piece:
            start += 1 / self._line.rate
            self._flying.append((self._arrival(start), bytes((byte,))))
        self._free_at = start

    def _arrival(self, due: float) -> float:
        line = self._line
        if line.stall_every:
            since = due % line.stall_every
            if since < line.stall_for and due >= line.stall_every:
                due += line.stall_for - since
        return math.ceil(due / line.burst - 1e-9) * line.burst if line.burst else due


class FaultyLink:
    """A device at the end of a bad cable; itself a ``Device``.

    Time goes in steps of a millisecond. ``plugged`` and ``powered`` say how things stand.
    """

    def __init__(self, device: Device, fault: Fault = FAULTS["none"], seed: int = 0) -> None:
        self.device = device
        self.fault = fault
        self.counts = LinkCounts()
        self.plugged = True
        self.powered = True
        self._chance = generator(seed, "noise")
        self._inward = _Pipe(fault.to_device, generator(seed, "to device"), self.counts)
        self._outward = _Pipe(fault.from_device, generator(seed, "from device"), self.counts)
        self._now = 0.0
        self._steps = 0
        self._owed = 0.0
        self._replug_at = math.inf
        self._power_at = math.inf
        self._caps: Mapping[int, float] = {}
        self._make_noise()

    def receive(self, data: bytes) -> None:
        """Take bytes from the far end and carry them to the device in time."""
        if self.plugged and self.powered:
            self._inward.put(data, self._now)
            self._carry()
        else:
            self.counts.lost += len(data)

    def take_output(self) -> list[bytes]:
        """Return the chunks that have arrived at the far end."""
        self._carry()
        arrived = self._outward.take(self._now)
        if self._outward.cut_after == 0:
            self.unplug()
        return arrived

    def advance(self, seconds: float) -> None:
        """Let time pass for the device and for what is on its way."""
        self._owed += seconds
        steps = int(self._owed / STEP + 1e-6)
        self._owed = max(0.0, self._owed - steps * STEP)
        for _ in range(steps):
            self._steps += 1
            self._now = self._steps * STEP
            self._go_on()
            if self.powered:
                self.device.advance(STEP)
            self._carry()

    def unplug(self) -> None:
        """Pull the plug now; what was on its way is lost, the device lives on."""
        self.plugged = False
        for pipe in (self._inward, self._outward):
            pipe.drop()
            pipe.cut_after = None

    def unplug_after(self, count: int, *, from_device: bool = True) -> None:
        """Pull the plug as soon as ``count`` more bytes have arrived in that direction."""
        pipe = self._outward if from_device else self._inward
        pipe.cut_after = count

    def replug(self) -> None:
        """Put the plug back in, with the noise that makes."""
        if not self.plugged:
            self.plugged = True
            self._make_noise()

    def power_off(self) -> None:
        """Take the power away; the cable stays where it is."""
        self.powered = False
        self._inward.drop()
        self._outward.drop()

    def power_on(self, caps: Mapping[int, float] | None = None) -> None:
        """Give it power again, its caps having been moved meanwhile to ``caps``."""
        device = self.device
        for n, place in (caps or {}).items():
            if isinstance(device, Surface):
                device.move(n, place)
        if isinstance(device, PoweredDevice):
            device.power_cycle()
        self.powered = True
        self._make_noise()

    def power_cycle(self, off: float = 0.0, caps: Mapping[int, float] | None = None) -> None:
        """Take the power away for ``off`` seconds; caps are moved in the dark."""
        self.power_off()
        self._caps = caps or {}
        self._power_at = self._now + off
        self._go_on()

    def _go_on(self) -> None:
        fault, now = self.fault, self._now
        if self._power_at <= now + 1e-9:
            self._power_at = math.inf
            self.power_on(self._caps)
        if self._replug_at <= now + 1e-9:
            self._replug_at = math.inf
            self.replug()
        if self.plugged and comes_round(fault.unplug_every, self._steps):
            self.unplug()
            self._replug_at = now + fault.unplug_for
        if self.powered and comes_round(fault.brown_out_every, self._steps):
            self.power_cycle(fault.brown_out_for)

    def _make_noise(self) -> None:
        if self.fault.noise:
            self._outward.put(self._chance.randbytes(self.fault.noise), self._now)

    def _carry(self) -> None:
        for piece in self._inward.take(self._now):
            self.device.receive(piece)
        if self._inward.cut_after == 0:
            self.unplug()
        if not self.powered:
            return
        for message in self.device.take_output():
            if self.plugged:
                self._outward.put(message, self._now)
            else:
                self.counts.lost += len(message)


def comes_round(every: float, steps: int) -> bool:
    """Return whether something that happens each ``every`` seconds is due at this step."""
    return every > 0 and steps > 0 and steps % round(every / STEP) == 0
