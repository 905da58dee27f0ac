"""A pretend surface as a MIDI port of this machine, by python-rtmidi.

Owns: the pair of virtual ports, and pulling the plug at any moment.
Does not own: the device; it goes on living while unplugged, and nobody hears it.

python-rtmidi is not needed by anything else here, so it is imported when a port is opened.
Ports are polled: on JACK a callback runs inside JACK's own cycle and loses bursts.
"""

import time
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Any, Final, Self

from firmware_sim.device import Device
from firmware_sim.sockets.pace import Pace
from firmware_sim.wire import MidiParser

# One full repaint of a surface is some four hundred messages.
_QUEUE: Final = 4096
_CALM: Final = 0.02


class MidiPortUnavailable(Exception):
    """There is no python-rtmidi, or no MIDI system that makes virtual ports."""


class MidiPort:
    """Runs a device as a virtual MIDI port; use it as ``async with MidiPort(device, "X-Touch")``.

    Other programs see an input and an output of that name while it is plugged.
    """

    def __init__(self, device: Device, name: str) -> None:
        self.device = device
        self.name = name
        self._pace = Pace(device.advance, self._flush)
        self._parser = MidiParser()
        self._open: Callable[[], None] = self._nowhere
        self._input: Any = None
        self._output: Any = None

    @property
    def plugged(self) -> bool:
        """Return whether the ports are there."""
        return self._output is not None

    async def __aenter__(self) -> Self:
        """Open both ports and let time run; MidiPortUnavailable where that cannot be."""
        try:
            import rtmidi  # noqa: PLC0415 (an extra, needed here only)
        except ImportError as missing:
            raise MidiPortUnavailable("MIDI ports need python-rtmidi.") from missing
        reasons: list[str] = []
        for system in rtmidi.get_compiled_api():
            self._open = partial(self._open_on, rtmidi, system)
            try:
                self.plug()
                break
            except (rtmidi.RtMidiError, NotImplementedError) as reason:
                self.unplug()
                reasons.append(str(reason))
        else:
            raise MidiPortUnavailable(f"No virtual MIDI port here: {'; '.join(reasons)}")
        self._pace.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop time and close both ports."""
        await self._pace.stop()
        self.unplug()

    def plug(self) -> None:
        """Let both ports appear."""
        if not self.plugged:
            self._parser = MidiParser()
            self._open()

    def unplug(self) -> None:
        """Take both ports away; what was not read yet is gone."""
        for port in (self._input, self._output):
            if port is not None:
                # JACK's library walks a client's ports after each change, in a thread of its own
                # and without a lock: it crashes when one goes away meanwhile.
                time.sleep(_CALM)
                port.close_port()
                port.delete()
        self._input = self._output = None

    def _nowhere(self) -> None:
        raise MidiPortUnavailable("It is not running.")

    def _open_on(self, rtmidi: Any, system: int) -> None:
        self._input = rtmidi.MidiIn(system, name=self.name, queue_size_limit=_QUEUE)
        self._output = rtmidi.MidiOut(system, name=self.name)
        self._input.ignore_types(sysex=False, timing=False, active_sense=False)
        self._input.open_virtual_port(self.name)
        self._output.open_virtual_port(self.name)

    def _flush(self) -> None:
        if self.plugged:
            while (event := self._input.get_message()) is not None:
                self.device.receive(bytes(event[0]))
        # A MIDI port carries whole messages, however a bad cable has cut them.
        for message in self._parser.feed(b"".join(self.device.take_output())):
            if self.plugged:
                self._output.send_message(message)
