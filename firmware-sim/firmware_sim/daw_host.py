"""A DAW that has a Mackie Control: it asks, paints, follows faders and moves motors.

Owns: the MCU wire as a host speaks it, and the manners by which hosts differ (protocols sheet,
1.15 and 1.16; for Ardour, a trace of a real one).
Does not own: the session (``session``).

Rule: what was painted is remembered, and only changes are sent. What arrives may be anything.
"""

from dataclasses import dataclass, field
from typing import Final, Literal

from firmware_sim.mcu import BUTTONS
from firmware_sim.session import Session, Track, shortened
from firmware_sim.wire import MidiParser

STRIPS: Final = 8
MAIN: Final = 8

_MACKIE: Final = b"\xf0\x00\x00\x66"
_NAMES: Final = {note: name for name, note in BUTTONS.items()}
_TICKS: Final = 63
_DIGITS: Final = 10
_ROW: Final = 56
_METERS_FULL: Final = 12


@dataclass(frozen=True, slots=True)
class Manners:
    """How one host behaves; as it stands, it paints at once and echoes.

    ``queries`` are the device ids it asks until one answers, each ``ask_every`` seconds, and if it
    ``waits`` nothing is painted before. ``challenge`` says whose challenge it answers: nobody's, a
    Logic Control's or everybody's; ``sloppy`` hosts get the arithmetic wrong. ``opening`` is sent
    before painting. ``keepalive`` seconds after the last answer to its 1A it starts all over.

    ``ascii_only`` names are all that reach its display; what it writes there it also writes to a
    ``second_display`` that only a QCon has; a surface it meets again keeps its transport lamps dark
    until they change if it ``forgets_lamps``.

    ``echo`` is when a position that the surface sent comes back. ``fights``: automation moves the
    motor of a held fader. ``settles``: the position that changed meanwhile is sent on release.
    """

    queries: tuple[int, ...] = ()
    ask_every: float = 1.12
    waits: bool = False
    challenge: Literal["none", "logic control", "all"] = "none"
    sloppy: bool = False
    opening: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    version: bool = False
    pro_only_meters: bool = False
    keepalive: float = 0.0
    dips: bool = False
    echo: Literal["at once", "late", "on release"] = "at once"
    fights: bool = False
    settles: bool = True
    full: int = 16383
    meters: float = 0.1
    clock: float = 0.1
    clock_channel: int = 0
    raw_clock: bool = False
    lcd: Literal["cells", "lines"] = "cells"
    columns: int = 56
    ascii_only: bool = False
    second_display: bool = False
    forgets_lamps: bool = False


_ALL_STRIPS: Final = tuple(f"20 0{n} {{}}" for n in range(STRIPS))

# Documented where the sheet marks a host's source as read; Logic's rows are reports and guesses.
HOSTS: Final[dict[str, Manners]] = {
    "ardour": Manners(
        queries=(0x14, 0x15, 0x10, 0x11),
        waits=True,
        challenge="logic control",
        sloppy=True,
        dips=True,
        settles=False,
        ascii_only=True,
        second_display=True,
        forgets_lamps=True,
    ),
    "logic": Manners(queries=(0x14,), waits=True, challenge="all", fights=True),
    "cubase": Manners(keepalive=5.0, echo="on release", clock_channel=15, settles=True),
    "live": Manners(
        version=True, pro_only_meters=True, echo="late", lcd="lines", columns=54, settles=True
    ),
    "fl": Manners(
        opening=("0C 01", "0B 02", "0A 00", "21 01", *(row.format("03") for row in _ALL_STRIPS)),
        closing=tuple(row.format("00") for row in _ALL_STRIPS),
        full=16340,
        raw_clock=True,
        lcd="lines",
        fights=True,
    ),
    "reaper": Manners(
        opening=("08 00", *(row.format("03") for row in _ALL_STRIPS)), settles=True, fights=True
    ),
}


@dataclass(slots=True)
class HostCounts:
    """What the host heard and did; ``repaints`` counts whole surfaces, ``resets`` lost ones."""

    messages_in: int = 0
    messages_out: int = 0
    malformed: int = 0
    ignored: int = 0
    repaints: int = 0
    resets: int = 0
    moves: dict[int, int] = field(default_factory=dict)


def answer(challenge: bytes, *, sloppy: bool = False) -> bytes:
    """Return the four bytes a host answers a challenge with; Ardour shifts by the wrong number."""
    one, two, three, four = challenge
    shift = four if sloppy else 4
    return bytes(
        value & 0x7F
        for value in (
            one + (two ^ 0x0A) - four,
            (three >> shift) ^ (one + four),
            (four - (three << 2)) ^ (one | two),
            two - three + (0xF0 ^ (four << 4)),
        )
    )


class DawHost:
    """A DAW at the host's end of a Mackie Control's cable; itself a ``Device``.

    ``host`` is one of ``HOSTS``. Strips count from 1 as on the surface, tracks from 0.
    """

    def __init__(self, host: str = "ardour", session: Session | None = None) -> None:
        self.manners = HOSTS[host]
        self.session = session or Session()
        self.counts = HostCounts()
        self.bank = 0
        self.painted = False
        self.version = b""
        self._device_id = self.manners.queries[0] if self.manners.queries else 0x14
        self._parser = MidiParser()
        self._output: list[bytes] = []
        self._shown: dict[object, bytes] = {}
        self._touched: set[int] = set()
        self._late: list[tuple[float, int]] = []
        self._now = 0.0
        self._asked_at = -1e9
        self._alive_at = 0.0
        self._metered_at = 0.0
        self._clocked_at = 0.0

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
        """Let time pass: ask, play, meter, and start over with a surface that fell silent."""
        self._now += seconds
        moved = self.session.advance(seconds)
        self._ask()
        if not self.painted:
            return
        for track in moved:
            self._follow(track)
        self._echo_late()
        self._tell_time()
        self._meter()
        if self.manners.keepalive and self._now - self._alive_at > self.manners.keepalive:
            self.counts.resets += 1
            self._alive_at = self._now
            self.repaint()

    def repaint(self) -> None:
        """Draw the whole surface anew, as a host does that has just found it."""
        self._shown.clear()
        self.painted = True
        self.counts.repaints += 1
        for body in self.manners.opening:
            self._sysex(bytes.fromhex(body))
        if self.manners.dips or self.manners.keepalive:
            for channel in range(MAIN + 1):
                self._say(0xE0 + channel, 0, 0)
            for note in range(0x76):
                self._show(note, 0x90, note, 0)
        if self.manners.forgets_lamps and self.counts.repaints > 1:
            for note, lit in self._transport_lamps():
                self._shown[note] = bytes((0x90, note, lit))
        self._paint()

    def close(self) -> None:
        """Quit the DAW."""
        for body in self.manners.closing:
            self._sysex(bytes.fromhex(body))
        self.painted = False

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
            self._touched.clear()
            self._paint()

    def touched(self, n: int) -> bool:
        """Return whether the surface says that strip ``n`` is touched."""
        return n - 1 in self._touched

    # Asking

    def _ask(self) -> None:
        manners = self.manners
        unanswered = not self.painted if manners.waits else False
        wants_version = manners.version and not self.version
        if self._now - self._asked_at < manners.ask_every - 1e-9:
            return
        self._asked_at = self._now
        if unanswered:
            for device_id in manners.queries:
                self._output.append(_MACKIE + bytes((device_id, 0x00, 0xF7)))
        if wants_version:
            self._sysex(b"\x13\x00")
        if manners.keepalive:
            self._sysex(b"\x1a\x00")
        if not self.painted and not manners.waits:
            self.repaint()

    # Hearing

    def _hear(self, message: bytes) -> None:
        match message[0]:
            case 0x90 | 0x80:
                self._hear_note(message[1], message[2] if message[0] == 0x90 else 0)
            case status if 0xE0 <= status <= 0xE0 + MAIN:
                self._hear_fader(status - 0xE0, message[1] | message[2] << 7)
            case 0xB0 if 0x10 <= message[1] < 0x10 + STRIPS:
                self._hear_vpot(message[1] - 0x10, message[2])
            case 0xF0 if message.startswith(_MACKIE) and len(message) > 6:
                self._hear_sysex(message[4], message[5], message[6:-1])
            case _:
                self.counts.ignored += 1

    def _hear_sysex(self, device_id: int, command: int, data: bytes) -> None:
        match command:
            case 0x01:
                self._meet(device_id, data)
            case 0x03:
                self._sysex(b"\x13\x00")
            case 0x14:
                self.version = data
            case 0x1B:
                self._alive_at = self._now
            case _:
                self.counts.ignored += 1

    def _meet(self, device_id: int, data: bytes) -> None:
        self._device_id = device_id
        challenged = self.manners.challenge
        logic_control = device_id in (0x10, 0x11)
        if len(data) == 11 and (challenged == "all" or (challenged != "none" and logic_control)):
            reply = answer(data[7:], sloppy=self.manners.sloppy)
            self._sysex(b"\x02" + data[:7] + reply)
        # Its power may have been off: everything is painted again, REAPER does so too.
        self.repaint()

    def _hear_fader(self, channel: int, wire: int) -> None:
        self.counts.moves[channel + 1] = self.counts.moves.get(channel + 1, 0) + 1
        track = self._track(channel)
        if track is None:
            return
        track.position = min(1.0, wire / self.manners.full)
        if self.manners.echo == "late":
            self._late.append((self._now + 0.2, channel))
        elif self.manners.echo == "at once" or channel not in self._touched:
            self._motor(channel)

    def _hear_vpot(self, strip: int, value: int) -> None:
        track = self._track(strip)
        if track is not None:
            ticks = (value & 0x3F) * (-1 if value & 0x40 else 1)
            track.pan = min(1.0, max(0.0, track.pan + ticks / _TICKS))
            self._paint()

    def _hear_note(self, note: int, velocity: int) -> None:
        if 0x68 <= note <= 0x70:
            self._hear_touch(note - 0x68, on=velocity > 0)
        elif velocity and note < 0x20:
            self._toggle(("rec", "solo", "mute", "select")[note >> 3], note & 7)
        elif velocity:
            self._press(_NAMES.get(note, ""))

    def _hear_touch(self, channel: int, *, on: bool) -> None:
        track = self._track(channel)
        if on:
            self._touched.add(channel)
        else:
            self._touched.discard(channel)
        if track is not None:
            track.touched = on
            if not on and (self.manners.settles or self.manners.echo == "on release"):
                self._motor(channel)

    def _toggle(self, what: str, strip: int) -> None:
        track = self._track(strip)
        if track is not None:
            setattr(track, what, not getattr(track, what))
            self._paint()

    def _press(self, name: str) -> None:
        session = self.session
        match name:
            case "play":
                session.playing = True
            case "stop":
                session.playing = session.recording = False
            case "record":
                session.recording = not session.recording
            case "bank.left" | "bank.right" | "channel.left" | "channel.right":
                step = STRIPS if name.startswith("bank") else 1
                self.show_bank(max(0, self.bank + (step if name.endswith("right") else -step)))
            case _ if name.endswith(".push") and (track := self._track(int(name[5]) - 1)):
                track.pan = 0.5
            case _:
                self.counts.ignored += 1
        self._paint()

    # Painting

    def _track(self, channel: int) -> Track | None:
        if channel == MAIN:
            return self.session.master
        number = self.bank + channel
        return self.session.tracks[number] if number < len(self.session.tracks) else None

    def _say(self, *message: int) -> None:
        self._output.append(bytes(message))
        self.counts.messages_out += 1

    def _sysex(self, body: bytes) -> None:
        self._say(*_MACKIE, self._device_id, *body, 0xF7)

    def _show(self, where: object, *message: int) -> None:
        if self._shown.get(where) != bytes(message):
            self._shown[where] = bytes(message)
            self._say(*message)

    def _paint(self) -> None:
        if not self.painted:
            return
        for strip in range(STRIPS):
            track = self._track(strip) or Track("", position=0.0)
            for first, lit in enumerate((track.rec, track.solo, track.mute, track.select)):
                note = first * 8 + strip
                self._show(note, 0x90, note, 0x7F if lit else 0)
            ring = round(track.pan * 10) + 1 if track.name else 0
            centre = 0x40 if track.name and 0.48 < track.pan < 0.58 else 0
            self._show(("ring", strip), 0xB0, 0x30 + strip, ring | centre)
            self._follow(self.bank + strip)
        self._motor(MAIN)
        self._transport()
        self._write_names()

    def _transport_lamps(self) -> tuple[tuple[int, int], ...]:
        session = self.session
        lamps = {"play": session.playing, "stop": not session.playing, "record": session.recording}
        return tuple((BUTTONS[name], 0x7F if lit else 0) for name, lit in lamps.items())

    def _transport(self) -> None:
        for note, lit in self._transport_lamps():
            self._show(note, 0x90, note, lit)

    def _write_names(self) -> None:
        tracks = [self._track(strip) for strip in range(STRIPS)]
        names = [track.name if track else "" for track in tracks]
        pans = [_pan_text(track) for track in tracks]
        if self.manners.lcd == "lines":
            for offset, words in ((0, names), (_ROW, pans)):
                line = "".join(shortened(word, 6) + " " for word in words)
                self._lcd(offset, line[: self.manners.columns])
            return
        for strip in range(STRIPS):
            end = "" if strip == STRIPS - 1 else " "
            # Seen in Ardour: such a name never reaches the display, and the old one stays.
            if not (self.manners.ascii_only and not names[strip].isascii()):
                self._lcd(7 * strip, shortened(names[strip], 6) + end)
            self._lcd(_ROW + 7 * strip, shortened(pans[strip], 6) + end)

    def _lcd(self, offset: int, text: str) -> None:
        body = (offset, *text.encode("ascii", "replace"), 0xF7)
        self._show(("lcd", offset), *_MACKIE, self._device_id, 0x12, *body)
        if self.manners.second_display:
            self._show(("second", offset), 0xF0, 0x00, 0x00, 0x67, 0x15, 0x13, *body)

    def _motor(self, channel: int) -> None:
        if not self.painted:
            return
        track = self._track(channel)
        wire = round((track.position if track else 0.0) * self.manners.full)
        self._show(("motor", channel), 0xE0 + channel, wire & 0x7F, wire >> 7)

    def _follow(self, number: int) -> None:
        """Take the motor along with a fader that the session moved."""
        channel = number - self.bank
        if 0 <= channel < STRIPS and (self.manners.fights or channel not in self._touched):
            self._motor(channel)

    def _echo_late(self) -> None:
        while self._late and self._late[0][0] <= self._now + 1e-9:
            self._motor(self._late.pop(0)[1])

    def _tell_time(self) -> None:
        if self._now - self._clocked_at < self.manners.clock - 1e-9:
            return
        self._clocked_at = self._now
        for place, character in enumerate(reversed(_timecode(self.session.seconds))):
            code = ord(character)
            if not self.manners.raw_clock and code >= 0x40:
                code -= 0x40
            self._show(("digit", place), 0xB0 | self.manners.clock_channel, 0x40 + place, code)

    def _meter(self) -> None:
        if self.manners.pro_only_meters and self.version[1:2] <= b"2":
            return
        if self._now - self._metered_at < self.manners.meters - 1e-9:
            return
        self._metered_at = self._now
        for strip in range(STRIPS):
            number = self.bank + strip
            known = number < len(self.session.tracks)
            level = int(self.session.level(number) * _METERS_FULL) if known else 0
            # Never only on change: the surface lets its meters fall by itself.
            self._say(0xD0, strip << 4 | level)


def _pan_text(track: Track | None) -> str:
    if track is None or not track.name:
        return ""
    right = round(track.pan * 100)
    return f"L{100 - right}R{right}"


def _timecode(seconds: float, rate: int = 25) -> str:
    whole = int(seconds)
    frames = int((seconds - whole) * rate)
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours:3}{minutes:02}{whole % 60:02}{frames:3}"[-_DIGITS:]
