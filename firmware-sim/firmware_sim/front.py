"""What a person sees who stands before pretend hardware: its front in lines of text.

Owns: drawing faders, lamps, displays and counts as text. Does not own: the terminal
(``sockets.screen``), the hardware.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from firmware_sim.ardour_osc import ArdourOsc
from firmware_sim.bcf2000 import Bcf2000
from firmware_sim.daw_host import DawHost
from firmware_sim.faderport import FaderPort
from firmware_sim.hui import Hui
from firmware_sim.hui_host import HuiHost
from firmware_sim.lamps import LampState
from firmware_sim.mcu import MAIN, MackieControl
from firmware_sim.midi_unit import MidiUnit
from firmware_sim.osc_console import LeafConsole
from firmware_sim.reaper import Reaper
from firmware_sim.serial_box import SerialBox
from firmware_sim.session import Session
from firmware_sim.xctl import XTouchXctl
from firmware_sim.xtouch import XTouch
from firmware_sim.xtouch_standard import StandardXTouch, XTouchCompact

ROWS: Final = 9
CELL: Final = 8
STRIPS: Final = 8
_BAR: Final = " ▁▂▃▄▅▆▇█"
_TRANSPORT: Final = ("rewind", "forward", "stop", "play", "record")
_LETTERS: Final = {"mute": "M", "solo": "S", "select": "●", "rec": "R"}
_METER_TOP: Final = 12


def picture(thing: object) -> list[str]:
    """Return what ``thing`` shows at this moment, in lines."""
    for kind, draw in _DRAWN.items():
        if isinstance(thing, kind):
            return draw(thing)
    counts = getattr(thing, "counts", None)
    return [] if counts is None else [_counted(counts)]


def _mackie(unit: MackieControl) -> list[str]:
    strips = range(1, STRIPS + 1)
    upper, lower = zip(*(unit.lcd_text(n) for n in strips), strict=True)
    keys = ("rec", "solo", "mute", "select")
    lines = [_row(upper), _row(lower)]
    if isinstance(unit, XTouch):
        lines.append(_row(unit.colour(n) for n in strips))
    lines += [
        _row(_ring(unit.ring(n).leds) for n in strips),
        _row(_lamps(unit.lamp, n, keys) for n in strips),
        *_faders(unit, MAIN, lambda n: unit.meter(n).level if n < MAIN else 0),
    ]
    lit = "  ".join(f"[{key}]" if unit.lamp(key) != "dark" else key for key in _TRANSPORT)
    return [*lines, f"{lit}   {unit.timecode()}  {unit.assignment()}", _counted(unit.counts)]


def _hui(unit: Hui) -> list[str]:
    strips = range(1, STRIPS + 1)
    upper, lower = unit.lcd_lines()
    state = "online" if unit.online else "offline: no ping came lately, and the faders are dead"
    return [
        f"{upper} {lower}",
        _row(unit.scribble(n) for n in strips),
        _row(_lamps(unit.lamp, n, ("rec", "solo", "mute", "select")) for n in strips),
        *_faders(unit, STRIPS, lambda n: max(unit.meter(n))),
        f"{unit.timecode()}  {state}",
        _counted(unit.counts),
    ]


def _faderport(unit: FaderPort) -> list[str]:
    strips = range(1, STRIPS + 1)
    lit = "  ".join(f"[{key}]" if unit.lamp(key) != "dark" else key for key in _TRANSPORT)
    return [
        *(_row(unit.line(n, line) for n in strips) for line in range(3)),
        _row(_lamps(unit.lamp, n, ("solo", "mute", "select")) for n in strips),
        *_faders(unit, STRIPS, lambda n: unit.meter(n) * _METER_TOP // 127),
        lit,
        _counted(unit.counts),
    ]


def _xctl(unit: XTouchXctl) -> list[str]:
    strips = range(1, STRIPS + 1)
    labels = [unit.label(n) for n in strips]
    lit = "  ".join(f"[{key}]" if unit.lamp(key) != "dark" else key for key in _TRANSPORT)
    state = "with a host" if unit.connected else "looks for its host"
    return [
        _row(label.upper for label in labels),
        _row(label.lower for label in labels),
        _row(label.colour for label in labels),
        _row(_ring(unit.ring(n)) for n in strips),
        _row(_lamps(unit.lamp, n, ("rec", "solo", "mute", "select")) for n in strips),
        *_faders(unit, MAIN, lambda n: unit.meter(n) * _METER_TOP // 8 if n < MAIN else 0),
        f"{lit}   {unit.timecode()}  {unit.assignment()}",
        state,
        _counted(unit.counts),
    ]


def _standard(unit: StandardXTouch) -> list[str]:
    strips = range(1, STRIPS + 1)
    compact = isinstance(unit, XTouchCompact)
    rows = ("row1", "row2", "row3", "select") if compact else ("top", "bottom")
    return [
        *(
            _row(_ring(unit.ring(n).lamps) for n in range(first, first + STRIPS))
            for first in range(1, unit.encoders + 1, STRIPS)
        ),
        *(_row(unit.lamp(f"{row}.{n}") for n in strips) for row in rows),
        *_faders(unit, STRIPS + 1 if compact else 1, lambda _: 0),
        f"layer {'AB'[unit.layer]}",
        _counted(unit.counts),
    ]


def _bcf(unit: Bcf2000) -> list[str]:
    strips = range(1, STRIPS + 1)
    return [
        _row(f"({unit.ring(n)})" for n in strips),
        _row(_lamps(unit.lamp, n, ("solo", "mute")) for n in strips),
        *_faders(unit, STRIPS, lambda _: 0),
        _counted(unit.counts),
    ]


def _box(box: SerialBox) -> list[str]:
    strips = range(1, box.strips + 1)
    return [
        _row(_lamps(box.lamp, n, ("mute",)) for n in strips),
        *_faders(box, box.strips, lambda _: 0),
        "up" if box.booted else "booting",
        _counted(box.counts),
    ]


def _host(daw: DawHost | HuiHost) -> list[str]:
    return [*_session(daw.session, daw.bank), _counted(daw.counts)]


def _screen(daw: ArdourOsc | Reaper) -> list[str]:
    return [*_session(daw.session, 0), _counted(daw.counts)]


def _session(session: Session, bank: int) -> list[str]:
    tracks = session.tracks[bank : bank + STRIPS]
    return [
        _row(track.name for track in tracks),
        _row(f"{'M' if t.mute else '·'}{'S' if t.solo else '·'}" for t in tracks),
        *_columns([(t.position, t.touched, 0) for t in tracks]),
        f"{'playing' if session.playing else 'stopped'}  {session.seconds:.1f} s",
    ]


def _leaves(console: LeafConsole) -> list[str]:
    channels = range(1, STRIPS + 1)
    values = [
        [console.value(f"/ch/{n:02}/{leaf}") for n in channels]
        for leaf in ("config/name", "mix/on", "mix/fader")
    ]
    names, ons, faders = values
    return [
        _row(str(name) or f"ch {n}" for n, name in zip(channels, names, strict=True)),
        _row("on" if on else "muted" for on in ons),
        *_columns([(float(place), False, 0) for place in faders]),
        f"{len(console.clients)} clients  {_counted(console.counts)}",
    ]


def _faders(unit: MidiUnit | SerialBox, count: int, level: Callable[[int], int]) -> list[str]:
    return _columns(
        [(unit.fader_position(n), unit.touched(n), level(n)) for n in range(1, count + 1)]
    )


def _columns(faders: Sequence[tuple[float, bool, int]]) -> list[str]:
    """Draw (place, touched, level 0…12) as a row of tracks with a cap on each."""
    lines = []
    for row in range(ROWS):
        cells = []
        for place, touched, level in faders:
            at = round((1 - place) * (ROWS - 1)) == row
            cap = ("╞▓╡" if touched else "╞█╡") if at else " │ "
            eighths = level * ROWS * 8 // _METER_TOP - (ROWS - 1 - row) * 8
            cells.append(f"{cap} {_BAR[min(8, max(0, eighths))]}")
        lines.append(_row(cells))
    return [*lines, _row(f"{place:6.1%}" for place, _, _ in faders)]


def _lamps(lamp: Callable[[str], LampState], n: int, keys: Sequence[str]) -> str:
    return "".join(_LETTERS[key] if lamp(f"{key}.{n}") != "dark" else "·" for key in keys)


def _ring(leds: Sequence[int]) -> str:
    if not leds:
        return "(   )"
    return f"({leds[0]})" if len(leds) == 1 else f"({leds[0]}-{leds[-1]})"


def _row(cells: Iterable[str]) -> str:
    return " ".join(f"{cell[: CELL - 1]:<{CELL - 1}}" for cell in cells).rstrip()


def _counted(counts: object) -> str:
    """Return the counts that are not nought, in words."""
    names: Sequence[str] = getattr(type(counts), "__slots__", ())
    found = []
    for name in names:
        value = getattr(counts, name)
        total = sum(value.values()) if isinstance(value, dict) else value
        if total:
            found.append(f"{name.replace('_', ' ')} {total}")
    return ", ".join(found)


_DRAWN: Final[dict[type, Callable[[Any], list[str]]]] = {
    MackieControl: _mackie,
    Hui: _hui,
    FaderPort: _faderport,
    XTouchXctl: _xctl,
    StandardXTouch: _standard,
    Bcf2000: _bcf,
    SerialBox: _box,
    DawHost: _host,
    HuiHost: _host,
    ArdourOsc: _screen,
    Reaper: _screen,
    LeafConsole: _leaves,
}
