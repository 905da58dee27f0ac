"""What Mackie Control says, in its own words.

Owns: one frozen class for each message, in either direction.
Does not own: bytes (``from_surface``, ``to_surface``), or positions in decibels.

Rules: strips are 0-based, 0..7 and 8 for the master fader.  Buttons and lamps
share names (``layout``); a strip's own buttons carry the strip, the others
None.  ``device_id`` is the fifth byte of SysEx messages: 0x14 for a main unit,
0x15 for an extender, 0x10 and 0x11 for a Logic Control and its extender.
"""

from typing import Final, Literal, TypeAlias

from surfacebridge.value import as_value

MAIN: Final = 0x14
"""The device id of a Mackie Control main unit and of nearly every clone."""

LampState: TypeAlias = Literal["off", "blink", "on"]
RingMode: TypeAlias = Literal["dot", "boost_cut", "wrap", "spread"]
Digit: TypeAlias = tuple[str, bool]
"""A seven-segment character and whether its decimal point is lit."""


@as_value
class FaderMoved:
    """A fader's place, 0..16383: from a surface where it is, to a surface where to go."""

    strip: int
    value: int


@as_value
class FaderTouched:
    """A finger is on the fader."""

    strip: int


@as_value
class FaderReleased:
    """The finger has left the fader."""

    strip: int


@as_value
class ButtonPressed:
    """A button went down."""

    name: str
    strip: int | None = None


@as_value
class ButtonReleased:
    """A button came up."""

    name: str
    strip: int | None = None


@as_value
class VPotTurned:
    """A V-Pot turned by ``ticks``, clockwise positive, -63..63 and never 0."""

    strip: int
    ticks: int


@as_value
class JogTurned:
    """The jog wheel turned by ``ticks``, clockwise positive, -63..63 and never 0."""

    ticks: int


@as_value
class ExternalMoved:
    """The external controller pedal is at ``value``, 0..127."""

    value: int


@as_value
class ConnectionQuery:
    """The unit asks who its host is: ``serial`` of 7 bytes, ``challenge`` of 4."""

    serial: bytes
    challenge: bytes
    device_id: int = MAIN


@as_value
class ConnectionConfirmed:
    """The unit accepts its host and goes online."""

    serial: bytes
    device_id: int = MAIN


@as_value
class ConnectionFailed:
    """The unit refuses its host (called "connection error" by Mackie)."""

    serial: bytes
    device_id: int = MAIN


@as_value
class SurfaceReady:
    """An X-Touch Compact announces itself."""

    data: bytes = b""
    device_id: int = MAIN


@as_value
class VersionReply:
    """The firmware version, five characters such as ``"V3.0 "``."""

    version: str
    device_id: int = MAIN


@as_value
class SteinbergReply:
    """The answer to ``SteinbergQuery``; eleven zero bytes satisfy Cubase."""

    data: bytes = bytes(11)
    device_id: int = MAIN


@as_value
class DeviceQuery:
    """The host asks the unit to introduce itself."""

    device_id: int = MAIN


@as_value
class ConnectionReply:
    """The host's answer to the challenge; due within 300 ms."""

    serial: bytes
    response: bytes
    device_id: int = MAIN


@as_value
class VersionRequest:
    """The host asks for the firmware version."""

    device_id: int = MAIN


@as_value
class SteinbergQuery:
    """Cubase's and Nuendo's heartbeat; unanswered they restart the surface."""

    device_id: int = MAIN


@as_value
class GoOffline:
    """The unit shall go offline (a Logic Control obeys)."""

    device_id: int = MAIN


@as_value
class Reset:
    """The unit shall restart into its offline state."""

    device_id: int = MAIN


@as_value
class VendorReset:
    """REAPER's and Ardour's "begin again", command 08; not in Mackie's document."""

    device_id: int = MAIN


@as_value
class CalibrateFaders:
    """Ardour's fader calibration, command 09; not in Mackie's document."""

    device_id: int = MAIN


@as_value
class FadersToMinimum:
    """All faders go down."""

    device_id: int = MAIN


@as_value
class LampsOff:
    """All lamps go dark."""

    device_id: int = MAIN


@as_value
class TransportClick:
    """Transport buttons click or not; Ardour uses it to switch backlights."""

    on: bool
    device_id: int = MAIN


@as_value
class BacklightSaver:
    """The display goes dark after ``minutes`` (1..127); 0 turns it off now."""

    minutes: int
    device_id: int = MAIN


@as_value
class TouchlessFaders:
    """Report fader moves without touch too (``on``), or only with it."""

    on: bool
    device_id: int = MAIN


@as_value
class TouchSensitivity:
    """The touch sensitivity of one fader (0..8), 0..5."""

    strip: int
    sensitivity: int
    device_id: int = MAIN


@as_value
class LcdText:
    """ASCII text for the display from cell ``offset`` on (0..55 above, 56..111 below)."""

    offset: int
    text: str
    device_id: int = MAIN


@as_value
class LampSet:
    """A lamp is off, blinking or on."""

    name: str
    strip: int | None
    state: LampState


@as_value
class RingSet:
    """A V-Pot's ring: ``position`` 1..11, 0 for dark; and the lamp below its middle."""

    strip: int
    mode: RingMode
    position: int
    centre_lit: bool = False


@as_value
class MeterLevel:
    """A strip's level, 0..12 for silence to full, 13 above that; it falls by itself."""

    strip: int
    level: int


@as_value
class MeterOverload:
    """A strip's overload mark is set or cleared."""

    strip: int
    lit: bool


@as_value
class MasterMeterLevel:
    """A master meter's level on iCON units: ``side`` 0 left, 1 right; 0..13."""

    side: int
    level: int


@as_value
class MeterMode:
    """What a strip's meter shows on its signal lamp and on the display."""

    strip: int
    signal_lamp: bool
    peak_hold: bool
    lcd_bar: bool
    device_id: int = MAIN


@as_value
class MeterOrientation:
    """Whether the display's bars stand or lie; the unit ignores text for 600 ms after."""

    vertical: bool
    device_id: int = MAIN


@as_value
class TimeDigit:
    """One digit of the time display, 0 the right-most to 9.

    ``channel`` is 0 for most hosts and 15 for Cubase.
    """

    position: int
    char: str
    dot: bool = False
    channel: int = 0


@as_value
class TimeDigits:
    """The time display's digits from the right, one to ten of them, in one SysEx."""

    digits: tuple[Digit, ...]
    device_id: int = MAIN


@as_value
class AssignmentDigit:
    """One digit of the assignment display: ``position`` 0 right, 1 left."""

    position: int
    char: str
    dot: bool = False
    channel: int = 0


@as_value
class AssignmentDigits:
    """Both digits of the assignment display in one SysEx."""

    right: Digit
    left: Digit
    device_id: int = MAIN


@as_value
class StripColours:
    """Eight scribble-strip colours of an X-Touch: bit 0 red, bit 1 green, bit 2 blue."""

    colours: tuple[int, ...]
    device_id: int = MAIN


FromSurface: TypeAlias = (
    FaderMoved
    | FaderTouched
    | FaderReleased
    | ButtonPressed
    | ButtonReleased
    | VPotTurned
    | JogTurned
    | ExternalMoved
    | ConnectionQuery
    | ConnectionConfirmed
    | ConnectionFailed
    | SurfaceReady
    | VersionReply
    | SteinbergReply
)
ToSurface: TypeAlias = (
    FaderMoved
    | LampSet
    | RingSet
    | LcdText
    | MeterLevel
    | MeterOverload
    | MasterMeterLevel
    | MeterMode
    | MeterOrientation
    | TimeDigit
    | TimeDigits
    | AssignmentDigit
    | AssignmentDigits
    | StripColours
    | DeviceQuery
    | ConnectionReply
    | VersionRequest
    | SteinbergQuery
    | GoOffline
    | Reset
    | VendorReset
    | CalibrateFaders
    | FadersToMinimum
    | LampsOff
    | TransportClick
    | BacklightSaver
    | TouchlessFaders
    | TouchSensitivity
)
