"""A DAW that has a HUI: it pings, loses a surface that falls silent, and paints in zones.

Owns: the HUI wire as a host speaks it, and the manners by which hosts differ (protocols sheet,
2.2, 2.3, 2.8 and 2.11).
Does not own: the session (``session``).

Rules: a ping each second. Whoever has not answered for ``patience`` seconds is offline, and is
painted anew when it answers again. Some hosts do not believe a fader that moves without a touch.
"""

from dataclasses import dataclass
from typing import Final

from firmware_sim.daw_host import HostCounts
from firmware_sim.hui import BUTTONS
from firmware_sim.session import Session, Track, shortened
from firmware_sim.wire import MidiParser

STRIPS: Final = 8
PING: Final = b"\x90\x00\x00"
PING_EVERY: Final = 1.0

_NAMES: Final = {place: name for name, place in BUTTONS.items()}
_HEADER: Final = b"\xf0\x00\x00\x66\x05\x00"
_TICKS: Final = 63
_MODES: Final = ("trim", "latch", "read", "off", "write", "touch")


@dataclass(frozen=True, slots=True)
class HuiManners:
    """How one host behaves.

    ``needs_touch``: a fader that moves untouched is ignored. ``bundles``: all scribbles in one
    message. ``odd_states``: now and then a lamp state of 2, which means nothing. ``fights``:
    automation moves the motor of a held fader.
    """

    patience: float = 2.0
    needs_touch: bool = False
    bundles: bool = False
    odd_states: bool = False
    fights: bool = False


# Pro Tools and Resolve ignore untouched moves, Logic bundles, Pro Tools says states of 2: seen by
# others. Everything else in this table is assumed.
HUI_HOSTS: Final[dict[str, HuiManners]] = {
    "protools": HuiManners(needs_touch=True, odd_states=True),
    "resolve": HuiManners(needs_touch=True),
    "logic": HuiManners(bundles=True),
    "reaper": HuiManners(fights=True),
}


class HuiHost:
    """A DAW at the host's end of a HUI's cable; itself a ``Device``.

    ``host`` is one of ``HUI_HOSTS``. Strips count from 1 as on the surface, tracks from 0.
    """

    def __init__(self, host: str = "protools", session: Session | None = None) -> None:
        self.manners = HUI_HOSTS[host]
        self.session = session or Session()
        self.counts = HostCounts()
        self.bank = 0
        self.online = False
        self.distrusted = 0
        self.lost = 0
        self._parser = MidiParser()
        self._output: list[bytes] = []
        self._shown: dict[object, bytes] = {}
        self._touched: set[int] = set()
        self._zone: int | None = None
        self._high: dict[int, int] = {}
        self._now = 0.0
        self._pinged_at = -PING_EVERY
        self._answered_at = 0.0
        self._metered_at = 0.0

    # The cable

    def receive(self, data: bytes) -> None:
        """Take bytes from the surface."""
        before = self._parser.malformed
        for message in self._parser.feed(data):
            self.counts.messages_in += 1
            self._hear(message)
        self.counts.malformed += self._parser.malformed - before

    def take_output(self) -> list[bytes]:
        """Return the messages for the surface since the last call."""
        said, self._output = self._output, []
        return said

    def advance(self, seconds: float) -> None:
        """Let time pass: ping, play, meter, and give up on a surface that fell silent."""
        self._now += seconds
        moved = self.session.advance(seconds)
        if self._now - self._pinged_at >= PING_EVERY - 1e-9:
            self._pinged_at = self._now
            self._say(*PING)
        if self.online and self._now - self._answered_at > self.manners.patience:
            self.online = False
            self.lost += 1
            for strip in list(self._touched):
                self._hear_touch(strip, on=False)
        if self.online:
            for track in moved:
                self._follow(track)
            self._meter()

    # The person at the DAW

    def move(self, track: int, position: float) -> None:
        """Move a fader on the screen."""
        self.session.tracks[track].position = position
        self._follow(track)

    def set(self, track: int, **state: bool | str | float) -> None:
        """Change anything else of a track, such as ``mute=True`` or ``name="Bass"``."""
        for name, value in state.items():
            setattr(self.session.tracks[track], name, value)
        self._paint()

    def show_bank(self, first: int) -> None:
        """Show eight tracks from ``first``; past the end is ignored."""
        if 0 <= first < len(self.session.tracks):
            self.bank = first
            self._paint()

    def touched(self, n: int) -> bool:
        """Return whether the surface says that strip ``n`` is touched."""
        return n - 1 in self._touched

    # Hearing

    def _hear(self, message: bytes) -> None:
        match tuple(message):
            case (0x90, 0x00, 0x7F):
                self._hear_answer()
            case (0xFF,):
                # It says that its power went or came: paint anew at its next answer.
                self.online = False
            case (0xB0, controller, value):
                self._hear_controller(controller, value)
            case _:
                self.counts.ignored += 1

    def _hear_answer(self) -> None:
        self._answered_at = self._now
        if not self.online:
            self.online = True
            self.counts.repaints += 1
            self._shown.clear()
            self._paint()

    def _hear_controller(self, controller: int, value: int) -> None:
        match controller:
            case 0x0F:
                self._zone = value
            case 0x2F:
                self._hear_switch(value & 0xF, on=bool(value & 0x40))
            case high if high < STRIPS:
                self._high[high] = value
            case low if 0x20 <= low < 0x20 + STRIPS:
                self._hear_fader(low - 0x20, value)
            case pot if 0x40 <= pot < 0x40 + STRIPS:
                ticks = (value & 0x3F) * (1 if value & 0x40 else -1)
                track = self._track(pot - 0x40)
                track.pan = min(1.0, max(0.0, track.pan + ticks / _TICKS))
                self._paint()
            case _:
                self.counts.ignored += 1

    def _hear_switch(self, port: int, *, on: bool) -> None:
        zone = self._zone
        if zone is None:
            self.counts.ignored += 1
        elif zone < STRIPS and port == 0:
            self._hear_touch(zone, on=on)
        elif on:
            self._press(_NAMES.get((zone, port), ""), zone)

    def _hear_touch(self, strip: int, *, on: bool) -> None:
        self._track(strip).touched = on
        if on:
            self._touched.add(strip)
        else:
            self._touched.discard(strip)
            self._motor(strip)

    def _hear_fader(self, strip: int, low: int) -> None:
        high = self._high.get(strip)
        if high is None:
            self.counts.ignored += 1
        elif self.manners.needs_touch and strip not in self._touched:
            self.distrusted += 1
        else:
            self.counts.moves[strip + 1] = self.counts.moves.get(strip + 1, 0) + 1
            self._track(strip).position = (high << 7 | low) / 16383
            self._motor(strip)

    def _press(self, name: str, zone: int) -> None:
        what, _, rest = name.partition(".")
        if zone < STRIPS and what in ("mute", "solo", "rec", "select"):
            track = self._track(zone)
            setattr(track, what, not getattr(track, what))
        elif zone < STRIPS and what == "auto":
            track = self._track(zone)
            track.mode = _MODES[(_MODES.index(track.mode) + 1) % len(_MODES)]
        elif what == "auto" and rest in _MODES:
            for track in self.session.tracks:
                if track.select:
                    track.mode = rest
        elif what in ("bank", "channel"):
            step = STRIPS if what == "bank" else 1
            self.show_bank(max(0, self.bank + (step if rest == "right" else -step)))
        else:
            self._drive(name)
        self._paint()

    def _drive(self, name: str) -> None:
        session = self.session
        match name:
            case "play":
                session.playing = True
            case "stop":
                session.playing = session.recording = False
            case "record":
                session.recording = not session.recording
            case _:
                self.counts.ignored += 1

    # Painting

    def _track(self, strip: int) -> Track:
        number = self.bank + strip
        tracks = self.session.tracks
        return tracks[number] if number < len(tracks) else Track("", position=0.0)

    def _say(self, *message: int) -> None:
        self._output.append(bytes(message))
        self.counts.messages_out += 1

    def _show(self, where: object, *message: int) -> None:
        if self.online and self._shown.get(where) != bytes(message):
            self._shown[where] = bytes(message)
            self._say(*message)

    def _light(self, name: str, *, lit: bool) -> None:
        zone, port = BUTTONS[name]
        self._show(name, 0xB0, 0x0C, zone, 0xB0, 0x2C, (0x40 if lit else 0) | port)

    def _paint(self) -> None:
        if not self.online:
            return
        for strip in range(STRIPS):
            track, n = self._track(strip), strip + 1
            for what in ("mute", "solo", "rec", "select"):
                self._light(f"{what}.{n}", lit=getattr(track, what))
            ring = 0x10 | (round(track.pan * 10) + 1) if track.name else 0
            self._show(("ring", strip), 0xB0, 0x10 + strip, ring)
            self._follow(self.bank + strip)
        self._light("play", lit=self.session.playing)
        self._light("stop", lit=not self.session.playing)
        self._light("record", lit=self.session.recording)
        self._light_modes()
        self._write_names()

    def _light_modes(self) -> None:
        selected = [track.mode for track in self.session.tracks if track.select]
        for mode in _MODES:
            self._light(f"auto.{mode}", lit=mode in selected)
        if self.manners.odd_states:
            self._show("odd", 0xB0, 0x0C, 0x18, 0xB0, 0x2C, 0x23)

    def _write_names(self) -> None:
        groups = [
            bytes((strip,)) + shortened(self._track(strip).name, 4).encode("ascii", "replace")
            for strip in range(STRIPS)
        ]
        if self.manners.bundles:
            self._show("names", *_HEADER, 0x10, *b"".join(groups), 0xF7)
            return
        for group in groups:
            self._show(("name", group[0]), *_HEADER, 0x10, *group, 0xF7)

    def _motor(self, strip: int) -> None:
        wire = round(self._track(strip).position * 16383)
        self._show(("motor", strip), 0xB0, strip, wire >> 7, 0xB0, 0x20 + strip, wire & 0x7F)

    def _follow(self, number: int) -> None:
        strip = number - self.bank
        if 0 <= strip < STRIPS and (self.manners.fights or strip not in self._touched):
            self._motor(strip)

    def _meter(self) -> None:
        if self._now - self._metered_at < 0.1 - 1e-9:
            return
        self._metered_at = self._now
        for strip in range(STRIPS):
            number = self.bank + strip
            known = number < len(self.session.tracks)
            level = int(self.session.level(number) * 12) if known else 0
            # A HUI's meters stay where they are told, so only changes need saying.
            for side in (0, 1):
                self._show(("meter", strip, side), 0xA0, strip, side << 4 | level)
