"""The numbers of a HUI's wire, and the names they go by.

Owns: zones and ports, controllers and SysEx commands, from "theageman"'s
protocol text of 2010, which MIDIKit and DrivenByMoss agree with.
Does not own: the shape of messages (``from_surface``, ``to_surface``).
"""

from collections.abc import Mapping
from typing import Final, TypeAlias

from surfacebridge.errors import ProtocolMisuse

STRIPS: Final = 8
# iCON units have a ninth fader; a HUI has none.
FADERS: Final = 9

SYSEX_HEADER: Final = bytes.fromhex("000066 05 00")
SMALL_TEXT: Final = 0x10
TIME_DIGITS: Final = 0x11
LARGE_TEXT: Final = 0x12

# Controllers, all on the first channel.
FADER_HIGH: Final = range(FADERS)
FADER_LOW: Final = range(0x20, 0x20 + FADERS)
JOG: Final = 0x0D
VPOT: Final = range(0x40, 0x4D)
RING: Final = range(0x10, 0x1C)
# Zone and port: a surface speaks of switches, a host of lamps.
SWITCH_ZONE: Final = 0x0F
SWITCH_PORT: Final = 0x2F
LAMP_ZONE: Final = 0x0C
LAMP_PORT: Final = 0x2C

TOUCH_PORT: Final = 0
STRIP_PORTS: Final = ("touch", "select", "mute", "solo", "auto", "v.sel", "insert", "rec")

_ZONES: Final = {
    0x08: ("control", "shift", "edit.mode", "undo", "alt", "option", "edit.tool", "save"),
    0x09: (
        *("window.mix", "window.edit", "window.transport", "window.memory"),
        *("window.status", "window.alt"),
    ),
    0x0A: ("channel.left", "bank.left", "channel.right", "bank.right"),
    0x0B: (
        *("assign.output", "assign.input", "assign.pan"),
        *("assign.send.e", "assign.send.d", "assign.send.c", "assign.send.b", "assign.send.a"),
    ),
    0x0C: (
        *("assign", "assign.default", "assign.suspend", "assign.shift"),
        *("assign.mute", "assign.bypass", "rec.all"),
    ),
    0x0D: ("down", "left", "cursor.mode", "right", "up", "scrub", "shuttle"),
    0x0E: ("talkback", "rewind", "forward", "stop", "play", "record"),
    0x0F: ("rtz", "end", "online", "loop", "quick.punch"),
    0x10: ("audition", "pre", "in", "out", "post"),
    0x11: (
        *("monitor.input.3", "monitor.input.2", "monitor.input.1"),
        *("monitor.mute", "monitor.discrete"),
    ),
    0x12: (
        *("monitor.output.3", "monitor.output.2", "monitor.output.1"),
        *("monitor.dim", "monitor.mono"),
    ),
    0x13: ("num.0", "num.1", "num.4", "num.2", "num.5", "num.dot", "num.3", "num.6"),
    0x14: ("num.enter", "num.plus"),
    0x15: (
        *("num.7", "num.8", "num.9", "num.minus"),
        *("num.clear", "num.equals", "num.divide", "num.times"),
    ),
    0x17: (
        *("enable.plugin", "enable.pan", "enable.fader"),
        *("enable.send.mute", "enable.send", "enable.mute"),
    ),
    0x18: ("auto.trim", "auto.latch", "auto.read", "auto.off", "auto.write", "auto.touch"),
    0x19: (
        *("status.phase", "status.monitor", "status.auto"),
        *("group.suspend", "group.create", "group.group"),
    ),
    0x1A: ("edit.paste", "edit.cut", "edit.capture", "edit.delete", "edit.copy", "edit.separate"),
    0x1B: ("f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8"),
    0x1C: (
        *("param.insert", "param.assign", "param.select.1", "param.select.2"),
        *("param.select.3", "param.select.4", "param.bypass", "param.compare"),
    ),
}
_SWITCHES_ONLY: Final = {0x1D: ("foot.1", "foot.2")}
_LAMPS_ONLY: Final = {
    0x16: ("timecode", "feet", "beats", "rude.solo"),
    0x1D: ("relay.1", "relay.2", "click", "beep"),
}

Place: TypeAlias = tuple[int, int]
Name: TypeAlias = tuple[str, int | None]


def _places(*tables: Mapping[int, tuple[str, ...]]) -> dict[Name, Place]:
    places: dict[Name, Place] = {
        (name, strip): (strip, port)
        for strip in range(STRIPS)
        for port, name in enumerate(STRIP_PORTS)
        if port != TOUCH_PORT
    }
    for table in tables:
        for zone, names in table.items():
            places |= {(name, None): (zone, port) for port, name in enumerate(names)}
    return places


SWITCHES: Final = _places(_ZONES, _SWITCHES_ONLY)
LAMPS: Final = _places(_ZONES, _LAMPS_ONLY)
SWITCH_AT: Final = {place: name for name, place in SWITCHES.items()}
LAMP_AT: Final = {place: name for name, place in LAMPS.items()}


def place_in(table: dict[Name, Place], name: str, strip: int | None) -> Place:
    """Return the zone and port of a switch or lamp; raise ProtocolMisuse if there is none."""
    place = table.get((name, strip))
    if place is None:
        raise ProtocolMisuse(f"a HUI has no {name!r} on strip {strip}")
    return place
