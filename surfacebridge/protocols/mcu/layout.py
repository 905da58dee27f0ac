"""The numbers of Mackie Control's wire, and the names they go by.

Owns: notes, controllers and SysEx commands, from Emagic's "Logic Control MIDI
Implementation" (Logic 7 Dedicated Control Surface Support, appendix B) and,
where a comment says so, from units that go beyond it.
Does not own: the shape of messages (``from_surface``, ``to_surface``).

Rule: a button and its lamp have one number, so they have one name.
"""

from typing import Final

from surfacebridge.errors import ProtocolMisuse

STRIPS: Final = 8
MASTER: Final = 8
FADER_TOP: Final = 0x3FFF

# Device ids, the fifth byte of a SysEx message.
LOGIC_CONTROL: Final = 0x10
LOGIC_CONTROL_XT: Final = 0x11
MACKIE_CONTROL: Final = 0x14
MACKIE_CONTROL_XT: Final = 0x15
# A HUI's SysEx has Mackie's header too, and this in the device id's place.
HUI: Final = 0x05

SYSEX_HEADER: Final = bytes.fromhex("000066")

# Commands, the sixth byte.
DEVICE_QUERY: Final = 0x00
CONNECTION_QUERY: Final = 0x01
CONNECTION_REPLY: Final = 0x02
CONNECTION_CONFIRMED: Final = 0x03
CONNECTION_FAILED: Final = 0x04
SURFACE_READY: Final = 0x06
VENDOR_RESET: Final = 0x08
CALIBRATE_FADERS: Final = 0x09
TRANSPORT_CLICK: Final = 0x0A
BACKLIGHT_SAVER: Final = 0x0B
TOUCHLESS_FADERS: Final = 0x0C
TOUCH_SENSITIVITY: Final = 0x0E
GO_OFFLINE: Final = 0x0F
TIME_DIGITS: Final = 0x10
ASSIGNMENT_DIGITS: Final = 0x11
LCD_TEXT: Final = 0x12
VERSION_REQUEST: Final = 0x13
VERSION_REPLY: Final = 0x14
STEINBERG_QUERY: Final = 0x1A
STEINBERG_REPLY: Final = 0x1B
METER_MODE: Final = 0x20
METER_ORIENTATION: Final = 0x21
FADERS_TO_MINIMUM: Final = 0x61
LAMPS_OFF: Final = 0x62
RESET: Final = 0x63
# Behringer X-Touch, scribble-strip colours.
STRIP_COLOURS: Final = 0x72

# Controllers on the first channel.
VPOT: Final = range(0x10, 0x18)
EXTERNAL: Final = 0x2E
RING: Final = range(0x30, 0x38)
JOG: Final = 0x3C
# The seven-segment digits; Cubase sends them on channel 16.
TIME_DIGIT: Final = range(0x40, 0x4A)
ASSIGNMENT_DIGIT: Final = range(0x4A, 0x4C)

TOUCH: Final = range(0x68, 0x71)

# The display: two rows, seven cells to a strip.
LCD_COLUMNS: Final = 56
LCD_CELLS: Final = 2 * LCD_COLUMNS
LCD_PER_STRIP: Final = 7

STRIP_BUTTONS: Final = {"rec": 0x00, "solo": 0x08, "mute": 0x10, "select": 0x18, "vpot.push": 0x20}

BUTTONS: Final = {
    "assign.track": 0x28,
    "assign.send": 0x29,
    "assign.pan": 0x2A,
    "assign.plugin": 0x2B,
    "assign.eq": 0x2C,
    "assign.instrument": 0x2D,
    "bank.left": 0x2E,
    "bank.right": 0x2F,
    "channel.left": 0x30,
    "channel.right": 0x31,
    "flip": 0x32,
    "global.view": 0x33,
    "name.value": 0x34,
    "smpte.beats": 0x35,
    "f1": 0x36,
    "f2": 0x37,
    "f3": 0x38,
    "f4": 0x39,
    "f5": 0x3A,
    "f6": 0x3B,
    "f7": 0x3C,
    "f8": 0x3D,
    "midi.tracks": 0x3E,
    "inputs": 0x3F,
    "audio.tracks": 0x40,
    "audio.instrument": 0x41,
    "aux": 0x42,
    "buses": 0x43,
    "outputs": 0x44,
    "user": 0x45,
    "shift": 0x46,
    "option": 0x47,
    "control": 0x48,
    "alt": 0x49,
    "auto.read": 0x4A,
    "auto.write": 0x4B,
    "auto.trim": 0x4C,
    "auto.touch": 0x4D,
    "auto.latch": 0x4E,
    "auto.group": 0x4F,
    "save": 0x50,
    "undo": 0x51,
    "cancel": 0x52,
    "enter": 0x53,
    "markers": 0x54,
    "nudge": 0x55,
    "cycle": 0x56,
    "drop": 0x57,
    "replace": 0x58,
    "click": 0x59,
    "global.solo": 0x5A,
    "rewind": 0x5B,
    "forward": 0x5C,
    "stop": 0x5D,
    "play": 0x5E,
    "record": 0x5F,
    "up": 0x60,
    "down": 0x61,
    "left": 0x62,
    "right": 0x63,
    "zoom": 0x64,
    "scrub": 0x65,
    "user.a": 0x66,
    "user.b": 0x67,
}

# Lamps without a button.  Sources disagree about the relay: 74 (midibox,
# Ardour) or 76 (TouchMCU, DrivenByMoss); we send 74 and accept both.
LAMPS: Final = {"smpte": 0x71, "beats": 0x72, "rude.solo": 0x73, "relay": 0x74}
OTHER_RELAY: Final = 0x76

_BUTTON_AT: Final[dict[int, tuple[str, int | None]]] = {
    **{
        first + strip: (name, strip)
        for name, first in STRIP_BUTTONS.items()
        for strip in range(STRIPS)
    },
    **{note: (name, None) for name, note in BUTTONS.items()},
}
_LAMP_AT: Final[dict[int, tuple[str, int | None]]] = {
    **_BUTTON_AT,
    **{note: (name, None) for name, note in LAMPS.items()},
    OTHER_RELAY: ("relay", None),
}


def button_at(note: int) -> tuple[str, int | None] | None:
    """Return the name and strip of the button on ``note``."""
    return _BUTTON_AT.get(note)


def lamp_at(note: int) -> tuple[str, int | None] | None:
    """Return the name and strip of the lamp on ``note``."""
    return _LAMP_AT.get(note)


def button_note(name: str, strip: int | None) -> int:
    """Return the note of a button; raise ProtocolMisuse if there is none."""
    if strip is None:
        note = BUTTONS.get(name)
    else:
        note = STRIP_BUTTONS.get(name)
        if note is not None and 0 <= strip < STRIPS:
            return note + strip
        note = None
    if note is None:
        raise ProtocolMisuse(f"Mackie Control has no button {name!r} on strip {strip}")
    return note


def lamp_note(name: str, strip: int | None) -> int:
    """Return the note of a lamp; raise ProtocolMisuse if there is none."""
    if strip is None and name in LAMPS:
        return LAMPS[name]
    return button_note(name, strip)
