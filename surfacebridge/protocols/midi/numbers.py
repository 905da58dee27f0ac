"""Numbers too large for one controller: 14-bit pairs, RPN and NRPN.

Owns: putting them together from control changes, and taking them apart.
Does not own: which controllers a device pairs; a sheet says so.

Rules of MIDI 1.0: a high byte sets the low one to zero and is acted on at
once, the low byte refines it; channels never disturb each other; data without
a chosen parameter means nothing.
"""

from collections.abc import Collection
from typing import Final, Literal, TypeAlias

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.midi.messages import ControlChange
from surfacebridge.value import as_value

Kind: TypeAlias = Literal["rpn", "nrpn"]

_PAIRED: Final = range(0x20)
_LOW_HALF: Final = 0x20
_DATA_HIGH: Final = 0x06
_DATA_LOW: Final = 0x26
_STEPS: Final = {0x60: 1, 0x61: -1}
_SELECT_HIGH: Final[dict[int, Kind]] = {0x63: "nrpn", 0x65: "rpn"}
_SELECT_LOW: Final[dict[int, Kind]] = {0x62: "nrpn", 0x64: "rpn"}
_NOTHING: Final = 0x3FFF
_TOP: Final = 0x3FFF


@as_value
class ControllerSet:
    """A pair of controllers is at ``value``, 0..16383; ``controller`` is the high one."""

    channel: int
    controller: int
    value: int


@as_value
class ParameterSet:
    """A registered or non-registered parameter (0..16382) is at ``value``, 0..16383."""

    channel: int
    kind: Kind
    number: int
    value: int


@as_value
class ParameterStepped:
    """A parameter goes one ``step`` up (1) or down (-1)."""

    channel: int
    kind: Kind
    number: int
    step: int


@as_value
class ParameterDropped:
    """No parameter is chosen any more."""

    channel: int
    kind: Kind


ParameterChange: TypeAlias = ParameterSet | ParameterStepped | ParameterDropped


class ControllerPairs:
    """The pairs of one input port; remembers the high halves."""

    def __init__(self, controllers: Collection[int]) -> None:
        """Pair each of ``controllers`` (0..31) with the one 32 above it."""
        if not all(controller in _PAIRED for controller in controllers):
            raise ProtocolMisuse(f"only controllers 0 to 31 have a pair: {controllers}")
        self._controllers = frozenset(controllers)
        self._high: dict[tuple[int, int], int] = {}

    def receive(self, message: ControlChange) -> ControllerSet | None:
        """Return the pair's value; None for other controllers and a first low half."""
        channel, controller, value = message.channel, message.controller, message.value
        if controller in self._controllers:
            self._high[channel, controller] = value
            return ControllerSet(channel, controller, value << 7)
        controller -= _LOW_HALF
        high = self._high.get((channel, controller))
        return None if high is None else ControllerSet(channel, controller, high << 7 | value)


class _Choice:
    """What one channel has chosen of one kind, half by half."""

    def __init__(self) -> None:
        self.high: int | None = None
        self.low: int | None = None

    def number(self) -> int | None:
        if self.high is None or self.low is None:
            return None
        return self.high << 7 | self.low


class _Channel:
    """What one channel has chosen, and the high half of its value."""

    def __init__(self) -> None:
        self.kind: Kind = "rpn"
        self.choices: dict[Kind, _Choice] = {"rpn": _Choice(), "nrpn": _Choice()}
        self.value = 0


class Parameters:
    """The parameters of one input port; remembers what each channel has chosen."""

    def __init__(self) -> None:
        self._channels: dict[int, _Channel] = {}

    def receive(self, message: ControlChange) -> ParameterChange | None:
        """Return the change ``message`` completes; None if it completes none."""
        channel, controller, value = message.channel, message.controller, message.value
        heard = self._channels.setdefault(channel, _Channel())
        if controller in _SELECT_HIGH or controller in _SELECT_LOW:
            return self._select(heard, message)
        kind, number = heard.kind, heard.choices[heard.kind].number()
        if number is None:
            return None
        if controller in _STEPS:
            return ParameterStepped(channel, kind, number, _STEPS[controller])
        if controller == _DATA_HIGH:
            heard.value = value << 7
            return ParameterSet(channel, kind, number, heard.value)
        if controller == _DATA_LOW:
            return ParameterSet(channel, kind, number, heard.value | value)
        return None

    @staticmethod
    def _select(heard: _Channel, message: ControlChange) -> ParameterDropped | None:
        heard.value = 0
        if message.controller in _SELECT_HIGH:
            heard.kind = _SELECT_HIGH[message.controller]
            choice = heard.choices[heard.kind]
            choice.high = message.value
        else:
            heard.kind = _SELECT_LOW[message.controller]
            choice = heard.choices[heard.kind]
            choice.low = message.value
        if choice.number() != _NOTHING:
            return None
        # Neither half counts for the next choice.
        choice.high = choice.low = None
        return ParameterDropped(message.channel, heard.kind)


def controller_pair(message: ControllerSet) -> list[ControlChange]:
    """Return the high and the low half."""
    if message.controller not in _PAIRED or not 0 <= message.value <= _TOP:
        raise ProtocolMisuse(f"{message} is no pair of controllers")
    channel, controller, value = message.channel, message.controller, message.value
    return [
        ControlChange(channel, controller, value >> 7),
        ControlChange(channel, controller + _LOW_HALF, value & 0x7F),
    ]


def parameter_messages(message: ParameterSet) -> list[ControlChange]:
    """Return the choice of the parameter and both halves of its value."""
    if not 0 <= message.number < _NOTHING or not 0 <= message.value <= _TOP:
        raise ProtocolMisuse(f"{message} is outside 14 bits")
    high, low = (0x63, 0x62) if message.kind == "nrpn" else (0x65, 0x64)
    halves = (
        (high, message.number >> 7),
        (low, message.number & 0x7F),
        (_DATA_HIGH, message.value >> 7),
        (_DATA_LOW, message.value & 0x7F),
    )
    return [ControlChange(message.channel, *half) for half in halves]
