"""Mackie's greeting: query, serial number, challenge, version.

Owns: who says what when, for a host and for a surface, and the arithmetic of
the challenge.
Does not own: ports, clocks, or what a host paints once the surface is there.

Rules: nobody is refused for a wrong or missing answer, it is only reported,
because many hosts compute it wrongly (Ardour shifts by the wrong operand) and
more never ask.  A surface that says nothing is used all the same.

Source: Logic Control MIDI Implementation, appendix B; TouchMCU.
"""

from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.mcu import layout
from surfacebridge.protocols.mcu.messages import (
    ConnectionConfirmed,
    ConnectionFailed,
    ConnectionQuery,
    ConnectionReply,
    DeviceQuery,
    FromSurface,
    GoOffline,
    Reset,
    SteinbergQuery,
    SteinbergReply,
    SurfaceReady,
    ToSurface,
    VersionReply,
    VersionRequest,
)

# A Logic Control waits this long for the answer to its challenge.
REPLY_TIME: Final = 0.3

# A MIDI cable and a busy unit answer within tens of milliseconds; after this
# long a surface is taken for one of the many that have no greeting.
PATIENCE: Final = 1.0

_LOGIC_UNITS: Final = frozenset({layout.LOGIC_CONTROL, layout.LOGIC_CONTROL_XT})

EVERY_UNIT: Final = (
    layout.MACKIE_CONTROL,
    layout.MACKIE_CONTROL_XT,
    layout.LOGIC_CONTROL,
    layout.LOGIC_CONTROL_XT,
)

HostState: TypeAlias = Literal["closed", "asking", "silent", "confirming", "online", "refused"]
Verdict: TypeAlias = Literal["unasked", "waiting", "right", "wrong", "late", "unanswered"]


def answer(challenge: bytes) -> bytes:
    """Return the four bytes that answer a challenge of four."""
    if len(challenge) != 4:
        raise ProtocolMisuse(f"a challenge has four bytes: {challenge.hex(' ')}")
    l1, l2, l3, l4 = challenge
    return bytes(
        byte & 0x7F
        for byte in (
            l1 + (l2 ^ 0x0A) - l4,
            (l3 >> 4) ^ (l1 + l4),
            (l4 - (l3 << 2)) ^ (l1 | l2),
            l2 - l3 + (0xF0 ^ (l4 << 4)),
        )
    )


class HostHandshake:
    """The host's side of the greeting, for one unit on one port.

    ``state`` tells how far it is; every state but ``closed`` and ``asking``
    means: use the surface.  ``arrivals`` counts how often the unit has (re)started;
    when it grows the unit's lamps, faders and displays are blank and want repainting.
    """

    def __init__(self, device_ids: Sequence[int] = EVERY_UNIT) -> None:
        self.state: HostState = "closed"
        self.arrivals = 0
        self.device_id = device_ids[0]
        self.version: str | None = None
        self._device_ids = tuple(device_ids)
        self._deadline: float | None = None

    def open(self, now: float) -> list[ToSurface]:
        """Return the queries that begin the greeting."""
        self.state = "asking"
        self._deadline = now + PATIENCE
        return [DeviceQuery(device_id) for device_id in self._device_ids]

    def receive(self, message: FromSurface, now: float) -> list[ToSurface]:
        """Return what to answer; messages that are no greeting need none."""
        match message:
            case ConnectionQuery(serial, challenge, device_id):
                return self._challenged(serial, challenge, device_id, now)
            case ConnectionConfirmed(_, device_id):
                return self._online(device_id) if self.state == "confirming" else []
            case ConnectionFailed():
                self.state = "refused"
                self._deadline = None
            case SurfaceReady(_, device_id):
                return self._online(device_id)
            case VersionReply(version):
                self.version = version
            case _:
                pass
        return []

    def wake(self, now: float) -> list[ToSurface]:
        """Return what is due at ``now``: giving up on answers that never came."""
        if self._deadline is None or now < self._deadline:
            return []
        if self.state == "confirming":
            # The unit may have gone online without saying so.
            return self._online(self.device_id)
        self.state = "silent"
        self.arrivals += 1
        self._deadline = None
        return []

    def next_wakeup(self) -> float | None:
        """Return when ``wake`` is next due."""
        return self._deadline

    def _challenged(
        self, serial: bytes, challenge: bytes, device_id: int, now: float
    ) -> list[ToSurface]:
        reply = ConnectionReply(serial, answer(challenge), device_id)
        if device_id in _LOGIC_UNITS:
            self.device_id = device_id
            self.state = "confirming"
            self._deadline = now + PATIENCE
            return [reply]
        # Others are awake once they have asked, and most never confirm.
        return [reply, *self._online(device_id)]

    def _online(self, device_id: int) -> list[ToSurface]:
        self.device_id = device_id
        self.state = "online"
        self.arrivals += 1
        self._deadline = None
        return [VersionRequest(device_id)]


class SurfaceHandshake:
    """The surface's side of the greeting, for a bridge that plays a Mackie.

    ``online`` is false only after a host said goodbye.  ``verdict`` tells
    whether the host answered the last challenge rightly and in time; a wrong
    or late answer changes nothing else.
    """

    def __init__(
        self,
        device_id: int = layout.MACKIE_CONTROL,
        *,
        serial: bytes = b"SB00001",
        challenge: bytes = b"\x01\x02\x03\x04",
        version: str = "V3.0 ",
    ) -> None:
        self.online = True
        self.verdict: Verdict = "unasked"
        self._device_id = device_id
        self._serial = serial
        self._challenge = challenge
        self._answer = answer(challenge)
        self._version = version
        self._deadline: float | None = None

    def open(self, now: float) -> list[FromSurface]:
        """Return what a unit says by itself when it is switched on."""
        return [self._query(now)]

    def receive(self, message: ToSurface, now: float) -> list[FromSurface]:
        """Return what to answer; other units' messages are ignored."""
        device_id = getattr(message, "device_id", self._device_id)
        if device_id != self._device_id:
            return []
        self.online = True
        match message:
            case DeviceQuery():
                return [self._query(now)]
            case ConnectionReply(_, response):
                self._judge(response, now)
                return [ConnectionConfirmed(self._serial, device_id)]
            case VersionRequest():
                return [VersionReply(self._version, device_id)]
            case SteinbergQuery():
                return [SteinbergReply(device_id=device_id)]
            case GoOffline():
                self.online = False
            case Reset():
                self.online = False
                return [self._query(now)]
            case _:
                pass
        return []

    def wake(self, now: float) -> None:
        """Note a challenge nobody answered in time."""
        if self._deadline is not None and now >= self._deadline:
            self.verdict = "unanswered"
            self._deadline = None

    def next_wakeup(self) -> float | None:
        """Return when ``wake`` is next due."""
        return self._deadline

    def _query(self, now: float) -> FromSurface:
        self.verdict = "waiting"
        self._deadline = now + REPLY_TIME
        return ConnectionQuery(self._serial, self._challenge, self._device_id)

    def _judge(self, response: bytes, now: float) -> None:
        late = self._deadline is None or now > self._deadline
        self.verdict = "wrong" if response != self._answer else "late" if late else "right"
        self._deadline = None
