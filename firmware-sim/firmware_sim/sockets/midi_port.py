"""A pretend surface as a MIDI port of this machine, by python-rtmidi.

Owns: the pair of virtual ports. Does not own: the device.

python-rtmidi is not needed by anything else here, so it is imported when a port is opened.
Ports are polled: on JACK a callback runs inside JACK's own cycle and loses bursts.
"""

from types import TracebackType
from typing import Any, Final, Self

from firmware_sim.device import Device
from firmware_sim.sockets.pace import Pace
from firmware_sim.wire import MidiParser

# One full repaint of a surface is some four hundred messages.
_QUEUE: Final = 4096


class MidiPortUnavailable(Exception):
    """There is no python-rtmidi, or no MIDI system that makes virtual ports."""


class MidiPort:
    """Runs a device as a virtual MIDI port; use it as ``async with MidiPort(device, "X-Touch")``.

    Other programs see an input and an output of that name.
    """

    def __init__(self, device: Device, name: str) -> None:
        self.device = device
        self.name = name
        self._pace = Pace(device.advance, self._flush)
        self._parser = MidiParser()
        self._input: Any = None
        self._output: Any = None

    async def __aenter__(self) -> Self:
        """Open both ports and let time run; MidiPortUnavailable where that cannot be."""
        try:
            import rtmidi  # noqa: PLC0415 (an extra, needed here only)
        except ImportError as missing:
            raise MidiPortUnavailable("MIDI ports need python-rtmidi.") from missing
        reasons: list[str] = []
        for system in rtmidi.get_compiled_api():
            try:
                self._open(rtmidi, system)
                break
            except (rtmidi.RtMidiError, NotImplementedError) as reason:
                self._close()
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
        self._close()

    def _open(self, rtmidi: Any, system: int) -> None:
        self._input = rtmidi.MidiIn(system, name=self.name, queue_size_limit=_QUEUE)
        self._output = rtmidi.MidiOut(system, name=self.name)
        self._input.ignore_types(sysex=False, timing=False, active_sense=False)
        self._input.open_virtual_port(self.name)
        self._output.open_virtual_port(self.name)

    def _close(self) -> None:
        for port in (self._input, self._output):
            if port is not None:
                port.close_port()
                port.delete()
        self._input = self._output = None

    def _flush(self) -> None:
        while (event := self._input.get_message()) is not None:
            self.device.receive(bytes(event[0]))
        # A MIDI port carries whole messages, however a bad cable has cut them.
        for message in self._parser.feed(b"".join(self.device.take_output())):
            self._output.send_message(message)
