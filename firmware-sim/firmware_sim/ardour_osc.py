"""Ardour as its OSC clients meet it: every socket is a surface of its own, and everybody hears all.

Owns: ``/set_surface`` and what it turns on, strips within a bank, echo to the sender too, the
heartbeat, the flood at the start (dialects sheet, section 5; a session with a real Ardour 7.3).
Does not own: the session (``session``), a socket.

Rules: strips count from 1 in the surface's own bank; strips past the last track are sent as
nothing and zeros. A number arrives as it was sent and comes back at once, to its sender as well.
What 7.3.0 does and nobody wrote down was measured: select acts on letting go, a level that is off
reads -200, in decibels the automation is that of ``gain``.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from firmware_sim.device import Client
from firmware_sim.osc_console import DatagramConsole
from firmware_sim.session import Session, Track
from firmware_sim.wire import OscArgument, OscMessage, encode_osc

MODES: Final = ("off", "read", "write", "touch", "latch")
MODE_NAMES: Final = ("Manual", "Play", "Write", "Touch", "Latch")
FAKE_TOUCH: Final = 1.0
TICK: Final = 0.1
# One flood is some hundred messages a surface; a bound against a peer with ever new ports.
SURFACES: Final = 16

_BUTTONS, _VALUES, _IN_PATH, _HEARTBEAT, _MASTER = 1, 2, 4, 8, 16
_BEATS, _TIMECODE, _METER = 32, 64, 128
_SELECTED = 8192
_AUDIO = 1

_SWITCHES: Final = {"mute": "mute", "solo": "solo", "recenable": "rec", "select": "select"}
# What turns over at each press, by the address that says how it stands.
_TURNED: Final = {
    "rec_enable_toggle": "recording",
    "toggle_roll": "playing",
    "loop_toggle": "looping",
    "toggle_click": "clicking",
    "toggle_punch_in": "punching_in",
    "toggle_punch_out": "punching_out",
}
_DONE: Final = frozenset({"add_marker", "prev_marker", "next_marker", "undo", "redo", "save_state"})
SILENT: Final = -200.0
_NOWHERE: Final = Track("", position=0.0, pan=0.0)


def to_decibels(position: float) -> float:
    """Return the level of a fader position 0…1; -200 for silence."""
    if position <= 0:
        return SILENT
    gain = 2 ** ((198 * position ** (1 / 8) - 192) / 6)
    return max(-193.0, 20 * math.log10(gain))


def to_position(decibels: float) -> float:
    """Return the fader position of a level; silence below -192 dB."""
    if decibels < -192:
        return 0.0
    gain = min(2.0, 10 ** (decibels / 20))
    # Below 2**-32 the base turns negative and its even power would come out above nought.
    return max(0.0, (6 * math.log2(gain) + 192) / 198) ** 8


@dataclass(slots=True)
class _Surface:
    client: Client
    size: int = 0
    first: int = 0
    types: int = 31
    feedback: int = 0
    gain_mode: int = 0
    shown: dict[str, tuple[OscArgument, ...]] = field(default_factory=dict)


class ArdourOsc(DatagramConsole):
    """Ardour's OSC port (3819)."""

    subscription = (encode_osc("/set_surface", 0, 159, 251, 2, 0, 0),)

    def __init__(self, session: Session | None = None) -> None:
        super().__init__()
        self.session = session or Session()
        for track in self.session.tracks:
            track.position = to_position(0.0)
        self.done: list[str] = []
        self.turned = dict.fromkeys(("looping", "clicking", "punching_in", "punching_out"), False)
        self._surfaces: dict[Client, _Surface] = {}
        self._touches: dict[int, float] = {}
        self._ticks = 0

    @property
    def clients(self) -> tuple[Client, ...]:
        """Return who has set up a surface."""
        return tuple(self._surfaces)

    def advance(self, seconds: float) -> None:
        """Let time pass: automation plays, meters and clocks tick each 100 ms."""
        self._now += seconds
        self.session.advance(seconds)
        self._tell_all()
        while (self._ticks + 1) * TICK <= self._now + 1e-9:
            self._ticks += 1
            for surface in self._surfaces.values():
                self._tick(surface)

    def restart(self) -> None:
        """Quit and start again: every surface has to be set up anew."""
        self._surfaces.clear()
        self._output.clear()

    # The person at Ardour

    def move(self, track: int, position: float) -> None:
        """Move a fader on the screen; tracks count from 0 here."""
        self.session.tracks[track].position = position
        self._tell_all()

    def set(self, track: int, **state: bool | str | float) -> None:
        """Change anything else of a track, such as ``mute=True`` or ``name="Bass"``."""
        for name, value in state.items():
            setattr(self.session.tracks[track], name, value)
        self._tell_all()

    def touched(self, track: int) -> bool:
        """Return whether a fader counts as touched: said so, or moved within a second."""
        return self._now < self._touches.get(track, 0.0)

    # Hearing

    def _obey(self, message: OscMessage, client: Client) -> None:
        path = message.address.strip("/").split("/")
        match path:
            case ["set_surface", *inline]:
                self._set_up(client, inline, message.arguments)
            case ["strip", "list"]:
                self._list(client)
            case ["strip", *_]:
                self._obey_strip(path, message.arguments, client)
            case ["select", *leaf]:
                chosen = [(n, one) for n, one in enumerate(self.session.tracks) if one.select]
                for index, track in chosen[:1]:
                    self._obey_leaf(track, index, "/".join(leaf), message.arguments)
            case ["master", *leaf]:
                self._obey_leaf(self.session.master, -1, "/".join(leaf), message.arguments)
            case ["bank_up" | "bank_down" as direction]:
                self._bank(client, 1 if direction == "bank_up" else -1, message.arguments)
            case ["refresh"]:
                self._flood(client)
            case [name]:
                self._obey_transport(name, message.arguments)
            case _:
                self.counts.unknown += 1
        self._tell_all()

    def _set_up(self, client: Client, inline: list[str], given: tuple[OscArgument, ...]) -> None:
        words = [word for word in inline if word] or [str(argument) for argument in given]
        numbers = [int(word) for word in words if word.lstrip("-").isdecimal() and len(word) < 9]
        surface = self._surfaces.get(client)
        if not numbers:
            surface = surface or _Surface(client)
            state = (surface.size, surface.types, surface.feedback, surface.gain_mode, 0, 0)
            self._send(client, "/set_surface", *state)
            return
        if surface is None and len(self._surfaces) >= SURFACES:
            self.counts.refused_clients += 1
            return
        size, types, feedback, gain_mode, *rest = [*numbers, *(0, 31, 0, 0)[len(numbers) :]]
        port = rest[2] if len(rest) > 2 and 0 < rest[2] < 65536 else client[1]
        answer_to = (client[0], port)
        self._surfaces[client] = _Surface(
            answer_to, max(0, size), 0, types, feedback, gain_mode if gain_mode in range(4) else 0
        )
        # Seen: the state of everything comes twice.
        self._flood(client)
        self._flood(client)

    def _flood(self, client: Client) -> None:
        surface = self._surfaces.get(client)
        if surface is not None:
            surface.shown.clear()
            self._tell(surface)

    def _bank(self, client: Client, step: int, arguments: tuple[OscArgument, ...]) -> None:
        surface = self._surfaces.get(client)
        if surface is None or not surface.size or arguments[:1] in ((0,), (0.0,)):
            return
        first = surface.first + step * surface.size
        if 0 <= first < len(self.session.tracks):
            surface.first = first

    def _list(self, client: Client) -> None:
        for number, track in enumerate(self.session.tracks, start=1):
            state = (int(track.mute), int(track.solo), number, int(track.rec))
            self._send(client, "#reply", "AT", track.name, 1, 2, *state)
        self._send(client, "#reply", "end_route_list", 48000, 0, 0)

    def _obey_strip(
        self, path: list[str], arguments: tuple[OscArgument, ...], client: Client
    ) -> None:
        if path[-1].isdecimal() and len(path[-1]) < 6:
            number, leaf, rest = int(path[-1]), "/".join(path[1:-1]), arguments
        elif arguments and isinstance(arguments[0], (int, float)) and math.isfinite(arguments[0]):
            number, leaf, rest = int(arguments[0]), "/".join(path[1:]), arguments[1:]
        else:
            self.counts.unknown += 1
            return
        surface = self._surfaces.get(client)
        index = number - 1 + (surface.first if surface is not None else 0)
        if 0 <= index < len(self.session.tracks):
            self._obey_leaf(self.session.tracks[index], index, leaf, rest)
        else:
            self.counts.unknown += 1

    def _obey_leaf(
        self, track: Track, index: int, leaf: str, arguments: tuple[OscArgument, ...]
    ) -> None:
        if leaf == "name" and arguments and isinstance(arguments[0], str):
            track.name = arguments[0]
            return
        value = arguments[0] if arguments else None
        if not isinstance(value, (int, float)) or not math.isfinite(value):
            self.counts.refused_values += 1
        elif leaf == "select":
            # Measured with 7.3.0: the press does nothing.
            if value == 0:
                for other in self.session.tracks:
                    other.select = other is track
        elif leaf in _SWITCHES:
            setattr(track, _SWITCHES[leaf], value != 0)
        elif leaf == "fader/touch":
            self._touches[index] = math.inf if value else 0.0
            track.touched = bool(value)
        elif leaf in {"fader/automation", "gain/automation"} and 0 <= value < len(MODES):
            track.mode = MODES[int(value)]
        else:
            self._set_value(track, index, leaf, float(value))

    def _set_value(self, track: Track, index: int, leaf: str, value: float) -> None:
        match leaf:
            case "fader":
                track.position = min(1.0, max(0.0, value))
            case "gain":
                track.position = to_position(value)
            case "pan_stereo_position":
                track.pan = min(1.0, max(0.0, value))
            case _:
                self.counts.unknown += 1
                return
        if leaf != "pan_stereo_position" and not track.touched:
            self._touches[index] = self._now + FAKE_TOUCH

    def _obey_transport(self, name: str, arguments: tuple[OscArgument, ...]) -> None:
        session = self.session
        if arguments[:1] in ((0,), (0.0,)):
            return
        if name in _TURNED:
            self._turn(_TURNED[name])
            return
        if name in _DONE:
            self.done.append(name)
            return
        match name:
            case "transport_play":
                session.playing = True
            case "transport_stop":
                session.playing = session.recording = False
            case "jog" | "scrub" if isinstance(arguments[0], (int, float)):
                # Measured with 7.3.0: a tick of the wheel is a quarter of a second.
                session.seconds = max(0.0, session.seconds + 0.25 * math.copysign(1, arguments[0]))
            case "goto_start":
                session.seconds = 0.0
            case "cancel_all_solos":
                for track in session.tracks:
                    track.solo = False
            case _:
                self.counts.unknown += 1

    def _turn(self, what: str) -> None:
        if what in self.turned:
            self.turned[what] = not self.turned[what]
        else:
            setattr(self.session, what, not getattr(self.session, what))

    # Telling

    def _tell_all(self) -> None:
        for surface in self._surfaces.values():
            self._tell(surface)

    def _tell(self, surface: _Surface) -> None:
        if surface.types & _AUDIO:
            for number in range(1, (surface.size or len(self.session.tracks)) + 1):
                index = surface.first + number - 1
                known = index < len(self.session.tracks)
                track = self.session.tracks[index] if known else _NOWHERE
                for leaf, *values in self._state(track, surface):
                    self._show(surface, leaf, number, *values)
        if surface.feedback & _MASTER:
            self._tell_master(surface)
        if surface.feedback & _SELECTED:
            chosen = next((one for one in self.session.tracks if one.select), self.session.master)
            for leaf, *values in self._state(chosen, surface):
                self._say(surface, f"/select/{leaf}", *values)

    def _tell_master(self, surface: _Surface) -> None:
        session = self.session
        for leaf, *values in self._state(session.master, surface):
            self._say(surface, f"/master/{leaf}", *values)
        self._say(surface, "/transport_play", float(session.playing))
        self._say(surface, "/transport_stop", float(not session.playing))
        self._say(surface, "/rec_enable_toggle", float(session.recording))
        for address, what in _TURNED.items():
            if address not in {"rec_enable_toggle", "toggle_roll"}:
                self._say(surface, f"/{address}", float(self.turned[what]))
        any_solo = any(track.solo for track in session.tracks)
        self._say(surface, "/cancel_all_solos", float(any_solo))

    def _state(
        self, track: Track, surface: _Surface
    ) -> Iterator[tuple[str, *tuple[OscArgument, ...]]]:
        decibels = to_decibels(track.position)
        if surface.feedback & _BUTTONS:
            # In gain mode 1 the name gives way to the level when that moves: it spoils a display.
            spoilt = surface.gain_mode == 1 and track is not _NOWHERE
            yield "name", f"{decibels:.2f}" if spoilt else track.name
            for leaf, attribute in _SWITCHES.items():
                yield leaf, float(getattr(track, attribute))
        if surface.feedback & _VALUES:
            if surface.gain_mode in (0, 2):
                yield "gain", decibels
            if surface.gain_mode:
                yield "fader", track.position
            yield "pan_stereo_position", track.pan
            mode = MODES.index(track.mode)
            control = "fader" if surface.gain_mode else "gain"
            yield f"{control}/automation", float(mode)
            name = MODE_NAMES[mode] if track is not _NOWHERE else ""
            yield f"{control}/automation_name", name

    def _show(self, surface: _Surface, leaf: str, number: int, *values: OscArgument) -> None:
        if surface.feedback & _IN_PATH:
            self._say(surface, f"/strip/{leaf}/{number}", *values)
        else:
            self._say(surface, f"/strip/{leaf}", number, *values, key=f"/strip/{leaf}/{number}")

    def _say(self, surface: _Surface, address: str, *values: OscArgument, key: str = "") -> None:
        if surface.shown.get(key or address) != values:
            surface.shown[key or address] = values
            self._send(surface.client, address, *values)

    def _tick(self, surface: _Surface) -> None:
        feedback, seconds = surface.feedback, self.session.seconds
        if feedback & _HEARTBEAT and self._ticks % 10 == 0:
            self._send(surface.client, "/heartbeat", float(self._ticks // 10 % 2))
        if feedback & _TIMECODE:
            self._say(surface, "/position/smpte", _smpte(seconds))
        if feedback & _BEATS:
            bar, beat = divmod(int(seconds * 2), 4)
            self._say(surface, "/position/bbt", f"{bar + 1:03}|{beat + 1:02}|0000")
        if feedback & _METER:
            self._meter(surface)

    def _meter(self, surface: _Surface) -> None:
        for number in range(1, (surface.size or len(self.session.tracks)) + 1):
            index = surface.first + number - 1
            known = index < len(self.session.tracks)
            level = self.session.level(index) if known else 0.0
            decibels = 20 * math.log10(level) if level > 0 else -193.0
            shown = (decibels + 94) / 100 if surface.gain_mode else decibels
            self._show(surface, "meter", number, shown)


def _smpte(seconds: float, rate: int = 25) -> str:
    whole = int(seconds)
    frames = int((seconds - whole) * rate)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}:{frames:02}"
