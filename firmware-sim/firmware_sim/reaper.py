"""REAPER as its OSC devices meet it: patterns, banks, no echo of what it is just told.

Owns: the default address set with ``volume/touch`` added, the device's bank, the feedback cache
and its bundles (dialects sheet, section 4).
Does not own: the session (``session``), a socket.

Rules: feedback is changes only. While a message is handled its own address is not sent back,
unless it is a switch or a trigger; the other names of the same value are. A message that arrives
clears its cache entry. Everything leaves in bundles of at most 1024 bytes, 10 ms apart. Tracks
count from 1 within the bank; 0 is the master.
"""

import fnmatch
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from firmware_sim.device import Client
from firmware_sim.osc_console import DatagramConsole
from firmware_sim.session import Session, Track
from firmware_sim.wire import OscArgument, OscMessage, encode_bundle, encode_osc, unbundle

BUNDLE: Final = 1024
PAUSE: Final = 0.010
FAKE_TOUCH: Final = 3.0
TOP: Final = 12.0
# The slider's curve is not published. This one goes through the two places that are: 0 dB at 0.716
# and +12 dB at the top.
_BEND: Final = math.log(0.716) / (-TOP / 20 * math.log(10))
_METERS: Final = 0.1
# What a queue may hold: some ten full refreshes. A device that keeps asking must not grow it.
_QUEUE: Final = 16384

MODES: Final = ("trim", "read", "touch", "latch", "write")
_SWITCHES: Final = {"mute": "mute", "solo": "solo", "recarm": "rec", "select": "select"}
_TRIGGERS: Final = ("/play", "/stop", "/record", "/repeat", "/click", "/rewind", "/forward")
_KEYS: Final = ("/play", "/stop", "/record", "/repeat", "/click", "/soloreset")


def to_decibels(slider: float) -> float:
    """Return the level of a slider position 0…1."""
    return TOP + 20 * math.log10(slider) / _BEND if slider > 0 else -math.inf


def to_slider(decibels: float) -> float:
    """Return the slider position of a level, clamped to the track."""
    if decibels < -150:
        return 0.0
    return float(min(1.0, 10 ** ((decibels - TOP) / 20 * _BEND)))


@dataclass(slots=True)
class _Touch:
    real: bool = False
    until: float = 0.0


class Reaper(DatagramConsole):
    """REAPER with one OSC device, to whose address everything is sent.

    With ``device=None`` it sends to whoever spoke first, as it does when its port is set to 0.
    """

    # What another device does that thinks this REAPER its own: it sets the width of the bank.
    subscription = (encode_osc("/device/track/count", 16),)

    def __init__(
        self, device: Client | None = ("127.0.0.1", 9000), session: Session | None = None
    ) -> None:
        super().__init__()
        self.session = session or Session()
        for track in self.session.tracks:
            track.mode = "trim"
            track.position = to_slider(0.0)
        self.actions: list[int] = []
        self.count = 8
        self.bank = 1
        self.repeat = False
        self.clicking = False
        self.winding = 0
        self._device = device
        self._cache: dict[str, tuple[OscArgument, ...]] = {}
        self._waiting: list[bytes] = []
        self._touches: dict[int, _Touch] = {}
        self._quiet: set[str] = set()
        self._sent_at = -PAUSE
        self._metered_at = 0.0
        self.refresh()

    def receive(self, data: bytes, client: Client) -> None:
        """Take one datagram: a message or a bundle one level deep."""
        if self._device is None:
            self._device = client
            self.refresh()
        for element in unbundle(data):
            super().receive(element, client)

    def advance(self, seconds: float) -> None:
        """Let time pass: the session plays, bundles leave."""
        self._now += seconds
        self.session.advance(seconds)
        if self._now - self._metered_at >= _METERS - 1e-9:
            self._metered_at = self._now
            self._meter()
        self._feed_back()
        self._send_bundles()

    # The person at REAPER

    def move(self, track: int, decibels: float) -> None:
        """Move a fader on the screen; tracks count from 0 here."""
        self.session.tracks[track].position = to_slider(decibels)
        self._feed_back()

    def refresh(self) -> None:
        """Send everything, as on connection and when tracks come or go."""
        self._cache.clear()
        self._feed_back()

    def touched(self, track: int) -> bool:
        """Return whether REAPER takes a fader for touched: said so, or moved lately."""
        touch = self._touches.get(track)
        return touch is not None and (touch.real or self._now < touch.until)

    # Hearing

    def _obey(self, message: OscMessage, client: Client) -> None:
        address = message.address
        argument = message.arguments[0] if message.arguments else None
        if address.startswith("/device/track/"):
            self._obey_device(address.removeprefix("/device/track/"), argument)
        elif address.startswith(("/track/", "/master/")):
            self._obey_tracks(address, argument)
        elif not self._obey_transport(address, argument):
            self.counts.unknown += 1
        self._feed_back()
        self._quiet.clear()

    def _obey_device(self, what: str, argument: OscArgument | None) -> None:
        number = int(argument) if isinstance(argument, (int, float)) else None
        match what:
            case "count" if number is not None and 1 <= number <= 512:
                self.count = number
            case "bank/select" if number is not None:
                self.bank = number
            case "bank/+" if argument in (None, 1):
                self.bank += 1
            case "bank/-" if argument in (None, 1):
                self.bank -= 1
            case _:
                self.counts.unknown += 1
                return
        last = -(-len(self.session.tracks) // self.count)
        self.bank = min(max(1, last), max(1, self.bank))
        self.refresh()

    def _obey_tracks(self, address: str, argument: OscArgument | None) -> None:
        parts = address.split("/", 3)
        if parts[1] == "master":
            tracks, leaf = [(0, self.session.master)], address.removeprefix("/master/")
        elif len(parts) == 3:
            chosen = [(0, track) for track in self.session.tracks if track.select]
            tracks, leaf = chosen, parts[2]
        else:
            tracks, leaf = list(self._chosen(parts[2])), parts[3]
        done = [self._obey_track(number, track, leaf, argument) for number, track in tracks]
        if not any(done):
            self.counts.unknown += 1

    def _chosen(self, words: str) -> Iterator[tuple[int, Track]]:
        """Yield the tracks of ``3``, ``1,2,5``, ``*``; numbers are within the bank."""
        for word in words.split(",")[:64]:
            for number in range(self.count + 1):
                if fnmatch.fnmatchcase(str(number), word):
                    track = self._track(number)
                    if track is not None and (number or word == "0"):
                        yield number, track

    def _obey_track(
        self, number: int, track: Track, leaf: str, argument: OscArgument | None
    ) -> bool:
        address = self._address(number, leaf)
        self._cache.pop(address, None)
        value = float(argument) if isinstance(argument, (int, float)) else None
        if self._set_value(number, track, leaf, value):
            # It is not told what it has just said; of a switch it is.
            self._quiet.add(address)
            return True
        name, _, toggle = leaf.partition("/")
        if name in _SWITCHES and toggle in ("", "toggle"):
            flips = toggle == "toggle" or value is None
            on = not getattr(track, _SWITCHES[name]) if flips else value != 0.0
            setattr(track, _SWITCHES[name], on)
        elif leaf.startswith("auto") and leaf.removeprefix("auto") in MODES:
            track.mode = leaf.removeprefix("auto")
        elif leaf == "name" and isinstance(argument, str):
            # A longer one would not fit a bundle.
            track.name = argument[:128]
            self._quiet.add(address)
        else:
            return False
        return True

    def _set_value(self, number: int, track: Track, leaf: str, value: float | None) -> bool:
        if value is None or not math.isfinite(value):
            return False
        match leaf:
            case "volume":
                track.position = min(1.0, max(0.0, value))
            case "volume/db":
                track.position = to_slider(value)
            case "pan":
                track.pan = min(1.0, max(0.0, value))
            case "volume/touch":
                self._touch(number).real = value != 0.0
                return True
            case _:
                return False
        if leaf != "pan":
            self._touch(number).until = self._now + FAKE_TOUCH
        return True

    def _obey_transport(self, address: str, argument: OscArgument | None) -> bool:
        pressed = argument is None or (isinstance(argument, (int, float)) and argument != 0)
        if address.startswith("/action"):
            number = address.removeprefix("/action/") if address != "/action" else str(argument)
            if number.isdigit():
                self.actions.append(int(number))
            return number.isdigit()
        if address in ("/rewind", "/forward"):
            self._wind(address, pressed=pressed)
        elif address not in _KEYS:
            return False
        elif pressed:
            self._press(address)
        # A trigger is told its state even if that has not changed.
        self._cache.pop(address, None)
        return True

    def _press(self, address: str) -> None:
        session = self.session
        match address:
            case "/play":
                session.playing = True
            case "/stop":
                session.playing = session.recording = False
            case "/record":
                session.recording = not session.recording
            case "/repeat":
                self.repeat = not self.repeat
            case "/click":
                self.clicking = not self.clicking
            case _:
                for track in session.tracks:
                    track.solo = False

    def _wind(self, address: str, *, pressed: bool) -> None:
        """Wind while a key is held; a key that was not held and is let go says so."""
        step = -1 if address == "/rewind" else 1
        if pressed:
            self.winding = step
            self.session.seconds = max(0.0, self.session.seconds + step)
        elif self.winding == step:
            self.winding = 0

    # Feedback

    def _touch(self, number: int) -> _Touch:
        index = (self.bank - 1) * self.count + number - 1
        return self._touches.setdefault(index if number else -1, _Touch())

    def _track(self, number: int) -> Track | None:
        if number == 0:
            return self.session.master
        index = (self.bank - 1) * self.count + number - 1
        return self.session.tracks[index] if index < len(self.session.tracks) else None

    def _address(self, number: int, leaf: str) -> str:
        return f"/track/{number}/{leaf}" if number else f"/master/{leaf}"

    def _feed_back(self) -> None:
        for number in range(self.count + 1):
            track = self._track(number) or Track("", position=0.0, mode="trim")
            for leaf, value in _state(track):
                self._tell(self._address(number, leaf), value)
        selected = next((track.mode for track in self.session.tracks if track.select), None)
        if selected is not None:
            self._tell("/track/auto", selected.capitalize())
        session = self.session
        states = (
            session.playing,
            not session.playing,
            session.recording,
            self.repeat,
            self.clicking,
            self.winding < 0,
            self.winding > 0,
        )
        for address, on in zip(_TRIGGERS, states, strict=True):
            self._tell(address, float(on))

    def _meter(self) -> None:
        for number in range(1, self.count + 1):
            index = (self.bank - 1) * self.count + number - 1
            known = index < len(self.session.tracks)
            level = self.session.level(index) if known else 0.0
            self._tell(self._address(number, "vu"), round(level, 3))
        self._tell("/time", round(self.session.seconds, 1))
        minutes, seconds = divmod(self.session.seconds, 60)
        self._tell("/time/str", f"{int(minutes)}:{seconds:06.3f}")

    def _tell(self, address: str, value: OscArgument) -> None:
        if self._cache.get(address) == (value,):
            return
        self._cache[address] = (value,)
        if address not in self._quiet and len(self._waiting) < _QUEUE:
            self._waiting.append(encode_osc(address, value))

    def _send_bundles(self) -> None:
        while self._waiting and self._sent_at + PAUSE <= self._now + 1e-9:
            self._sent_at = max(self._sent_at + PAUSE, self._now - PAUSE)
            bundle: list[bytes] = []
            size = 16
            while self._waiting and size + 4 + len(self._waiting[0]) <= BUNDLE:
                size += 4 + len(self._waiting[0])
                bundle.append(self._waiting.pop(0))
            if self._device is not None and not self._is_lost():
                self.counts.datagrams_out += 1
                self._output.append((encode_bundle(bundle), self._device))


def _state(track: Track) -> Iterator[tuple[str, OscArgument]]:
    """Yield what is said of a track."""
    decibels = to_decibels(track.position)
    yield "name", track.name
    yield "volume", track.position
    yield "volume/db", max(-150.0, decibels)
    yield "volume/str", "-inf dB" if decibels < -150 else f"{decibels:.2f} dB"
    yield "pan", track.pan
    for leaf, attribute in _SWITCHES.items():
        yield leaf, float(getattr(track, attribute))
    for mode in MODES:
        yield f"auto{mode}", float(track.mode == mode)
