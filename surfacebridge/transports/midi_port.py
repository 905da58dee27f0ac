"""Local MIDI ports as links.

Owns: which port an address means, the hop from rtmidi's thread to the loop,
polling on JACK, and noticing that a port is gone.  Does not own: rtmidi
(``midi_driver``), reopening (the bridge's supervisor).

Rule: a chunk that arrives is one whole MIDI message.  One that is sent may be
several that belong together, as a HUI's pairs do: they leave in order, and are
left out together.
"""

import asyncio
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from surfacebridge.errors import LinkUnavailable
from surfacebridge.transports.address import MidiAddress, VirtualMidiAddress
from surfacebridge.transports.link import MOST_WAITING, OpenLink
from surfacebridge.transports.midi_chunk import whole_messages
from surfacebridge.transports.midi_driver import (
    DIRECTIONS,
    Direction,
    MidiDriver,
    OpenPorts,
    usable_drivers,
)
from surfacebridge.transports.outbox import Outbox

# A timer of the loop and not a thread: an empty poll costs a third of a
# microsecond, a thread would fight for the interpreter's lock, and JACK hands
# messages over once a period (5 ms here) however soon we ask.
POLL_EVERY: Final = 0.001
# A wake-up costs far more than the poll (100 microseconds on a virtual machine
# with nothing else to do), so a link on which nothing has come for a second is
# polled less often: its first message is up to 3 ms late, its second is not.
POLL_EVERY_WHEN_QUIET: Final = 0.004
POLLS_UNTIL_QUIET: Final = 1_000
LOOK_EVERY: Final = 0.5
BETWEEN_HALVES: Final = 0.15
# Bounded, so that a flood on one link does not starve another.
MOST_AT_ONCE: Final = 256
# Twenty seconds of a DIN cable: more than a whole repaint.
OUTBOX_ROOM: Final = 64 * 1024


class PortEntry(NamedTuple):
    """One port there is now, for people to look at."""

    api: str
    direction: Direction
    name: str


class MidiPortLink(OpenLink):
    """An open input, output or both, of one device."""

    def __init__(
        self,
        address: MidiAddress | VirtualMidiAddress,
        driver: MidiDriver,
        ports: OpenPorts,
        names: Mapping[Direction, str],
        look_every: float = LOOK_EVERY,
    ) -> None:
        super().__init__(str(address))
        self.names = dict(names)
        """The ports opened, by direction, under the system's names."""
        self._wanted = address
        self._driver = driver
        self._ports = ports
        self._outbox = Outbox(OUTBOX_ROOM)
        self._inbox: deque[bytes] = deque()
        self._is_woken = False
        self._poll_timer: asyncio.Handle | None = None
        self._quiet_polls = 0
        self._look_every = look_every
        self._look_timer = self._loop.call_later(look_every, self._look)
        if not driver.is_polled:
            ports.hear(self._hear)

    def _start(self) -> None:
        if self._driver.is_polled:
            self._poll_timer = self._loop.call_soon(self._poll)
        else:
            self._wake()

    def _stop(self) -> None:
        self._look_timer.cancel()
        if self._poll_timer is not None:
            self._poll_timer.cancel()
        self.dropped += len(self._outbox)
        self._ports.close()

    def _hear(self, data: bytes) -> None:
        """Take one message in rtmidi's thread; one wake-up serves a whole burst."""
        if len(self._inbox) >= MOST_WAITING:
            self.dropped += 1
            return
        self._inbox.append(data)
        if not self._is_woken and not self._loop.is_closed():
            self._is_woken = True
            self._loop.call_soon_threadsafe(self._hand_on)

    def _hand_on(self) -> None:
        # Before the inbox is read: a message that comes now wakes us again.
        self._is_woken = False
        if not self._is_heard:
            return
        for _ in range(MOST_AT_ONCE):
            if not self._inbox or not self.is_open:
                self._rested()
                return
            self.received += 1
            self._arrived(self._inbox.popleft())
        self._rested()
        self._wake()

    def _wake(self) -> None:
        if not self._is_woken:
            self._is_woken = True
            self._loop.call_soon(self._hand_on)

    def _poll(self) -> None:
        self._quiet_polls += 1
        is_quiet = self._quiet_polls > POLLS_UNTIL_QUIET and not self._outbox
        self._poll_timer = self._loop.call_later(
            POLL_EVERY_WHEN_QUIET if is_quiet else POLL_EVERY, self._poll
        )
        self._flush()
        before = self.received
        for _ in range(MOST_AT_ONCE):
            if not self.is_open or (data := self._ports.take()) is None:
                break
            self._quiet_polls = 0
            self.received += 1
            self._arrived(data)
        if self.received != before:
            self._rested()

    def _look(self) -> None:
        self._look_timer = self._loop.call_later(self._look_every, self._look)
        try:
            reason = self._trouble()
        except OSError as error:
            reason = f"The system's MIDI ports cannot be seen any more: {error}."
        if reason is not None:
            self.lose(reason)

    def _trouble(self) -> str | None:
        if not self._ports.is_intact():
            return f"{_quoted(self.names.values())} is gone. The bridge keeps looking."
        if isinstance(self._wanted, MidiAddress):
            for direction in DIRECTIONS:
                # A device's two ports do not always appear in the same moment.
                if direction not in self.names and (
                    late := self._wanted.of(direction).select(
                        self._driver.ports(direction), self._driver.usb_of
                    )
                ):
                    return f"{_quoted(late)} has appeared and belongs to it."
        return None

    def _send(self, data: bytes) -> None:
        messages = whole_messages(data)
        if self._outbox or not self._try(messages):
            self.dropped += self._outbox.put(data)

    def _flush(self) -> None:
        while self._outbox and self.is_open and self._try(whole_messages(self._outbox.first())):
            self._outbox.take()

    def _try(self, messages: Sequence[bytes]) -> bool:
        """Return False when they must wait; else they left, or were dropped and counted.

        Those that left before the one that must wait leave once more with it:
        the first half of a pair may come twice, and must not come alone.
        """
        return all(map(self._try_one, messages))

    def _try_one(self, data: bytes) -> bool:
        try:
            has_left = self._ports.send(data)
        except OSError as error:
            self.lose(f"{_quoted(self.names.values())} takes no more: {error}.")
            has_left = None
        if has_left is None:
            self.dropped += 1
            return True
        self.sent += has_left
        return has_left


def open_midi(address: MidiAddress, look_every: float = LOOK_EVERY) -> MidiPortLink:
    """Open the ports ``address`` means.  Raises ``LinkUnavailable`` or ``MissingExtra``.

    A device with only an input or only an output is opened as far as it goes.
    Whether it is still there is looked at every ``look_every`` seconds.
    """
    drivers, troubles = usable_drivers(str(address))
    there: list[str] = []
    for driver in drivers:
        names = _fitting(address, driver)
        if names:
            opened = _open(address, driver, names)
            return MidiPortLink(address, driver, opened, names, look_every)
        there += [port for way in DIRECTIONS for port in driver.ports(way) if port not in there]
    now = " ".join([f"Ports now: {_quoted(there) or 'none'}.", *troubles])
    raise LinkUnavailable(
        str(address),
        f"No MIDI port matches {address.wanted}. {now} Plug it in; the bridge keeps looking.",
    )


async def open_whole_midi(address: MidiAddress) -> MidiPortLink:
    """Do as ``open_midi``, a moment later where only one port of two is there yet.

    They appear one after the other, and a device that is not heard must not pass for one
    that is.
    """
    for driver in usable_drivers(str(address))[0]:
        if len(_fitting(address, driver)) == 1:
            await asyncio.sleep(BETWEEN_HALVES)
            break
    return open_midi(address)


def open_virtual_midi(address: VirtualMidiAddress) -> MidiPortLink:
    """Make ports of our own.  Raises ``LinkUnavailable`` or ``MissingExtra``."""
    drivers, troubles = usable_drivers(str(address))
    for driver in drivers:
        try:
            ports = driver.open_virtual(address.name)
        except OSError as error:
            troubles.append(f"{driver.api} makes no virtual port: {error}.")
            continue
        return MidiPortLink(address, driver, ports, dict.fromkeys(DIRECTIONS, address.name))
    raise LinkUnavailable(
        str(address),
        " ".join(
            [
                "No virtual MIDI port can be made here.",
                *troubles,
                "On Windows make two ports with loopMIDI, one for each way, and write",
                "midi:NAME OF THE ONE WE SEND TO?in=NAME OF THE OTHER.",
            ]
        ),
    )


def ports() -> list[PortEntry]:
    """Return the ports there are now.  Raises ``MissingExtra``."""
    drivers, _ = usable_drivers("midi:")
    return [
        PortEntry(driver.api, direction, name)
        for driver in drivers
        for direction in DIRECTIONS
        for name in driver.ports(direction)
    ]


def fitting(address: MidiAddress) -> list[str]:
    """Return the inputs that fit ``address`` now, of the first system that has any.

    Raises ``MissingExtra``.
    """
    for driver in usable_drivers(str(address))[0]:
        found = address.of("in").select(driver.ports("in"), driver.usb_of)
        if found:
            return found
    return []


def troubles() -> list[str]:
    """Return a sentence for each MIDI system that cannot be used now.  Raises ``MissingExtra``."""
    return usable_drivers("midi:")[1]


def _fitting(address: MidiAddress, driver: MidiDriver) -> dict[Direction, str]:
    """Return the port of each direction that fits.  Raises ``LinkUnavailable`` where two do."""
    names: dict[Direction, str] = {}
    for direction in DIRECTIONS:
        fits = address.of(direction).select(driver.ports(direction), driver.usb_of)
        if len(fits) > 1:
            raise LinkUnavailable(
                str(address),
                f"{len(fits)} MIDI ports match {address.wanted}: {_quoted(fits)}. "
                "Write the whole name of one as its port.",
            )
        if fits:
            names[direction] = fits[0]
    return names


def _open(address: MidiAddress, driver: MidiDriver, names: Mapping[Direction, str]) -> OpenPorts:
    try:
        return driver.open(names)
    except OSError as error:
        raise LinkUnavailable(
            str(address),
            f"{_quoted(names.values())} is there but did not open: {error}. "
            "Another program may hold it: close that; the bridge keeps looking.",
        ) from error


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in dict.fromkeys(names))
