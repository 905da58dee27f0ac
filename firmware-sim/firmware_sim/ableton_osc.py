"""Ableton Live with AbletonOSC, as far as a mixer goes.

Owns: get, set and listen; answers at port 11001 of whoever asked last, ten times a second (dialects
sheet, section 6; README and source of ideoforms/AbletonOSC).
Does not own: the session (``session``), a socket.

Rules: tracks count from 0. To listen tells at once and then on change, everybody's changes alike.
What cannot be done is answered with an error. Nothing leaves between two ticks.
"""

import math
from typing import Final

from firmware_sim.device import Client
from firmware_sim.osc_console import DatagramConsole
from firmware_sim.session import Session, Track
from firmware_sim.wire import OscArgument, OscMessage, encode_osc

ANSWERS: Final = 11001
TICK: Final = 0.1
UNITY: Final = 0.85

_SWITCHES: Final = {"mute": "mute", "solo": "solo", "arm": "rec"}
_LISTENERS: Final = 4096


class AbletonOsc(DatagramConsole):
    """Live's OSC port (11000)."""

    subscription = (encode_osc("/live/track/start_listen/volume", "*"),)

    def __init__(self, session: Session | None = None) -> None:
        super().__init__()
        self.session = session or Session()
        for track in self.session.tracks:
            track.position = UNITY
        self._client: Client | None = None
        self._listening: dict[tuple[int, str], tuple[OscArgument, ...]] = {}
        self._song: dict[str, tuple[OscArgument, ...]] = {}
        self._waiting: list[tuple[str, tuple[OscArgument, ...]]] = []
        self._ticked = 0.0

    def advance(self, seconds: float) -> None:
        """Let time pass; answers leave with the next tick."""
        self._now += seconds
        self.session.advance(seconds)
        if self._now - self._ticked < TICK - 1e-9:
            return
        self._ticked = self._now
        for (index, leaf), known in list(self._listening.items()):
            value = self._value(self.session.tracks[index], leaf)
            if (value,) != known:
                self._listening[index, leaf] = (value,)
                self._say(f"/live/track/get/{leaf}", index, value)
        playing = (int(self.session.playing),)
        if self._song.get("is_playing", playing) != playing:
            self._song["is_playing"] = playing
            self._say("/live/song/get/is_playing", *playing)
        if self._client is not None:
            for address, values in self._waiting:
                self._send((self._client[0], ANSWERS), address, *values)
        self._waiting.clear()

    def restart(self) -> None:
        """Quit and start again: nobody listens any more, and it says that it is there."""
        self._listening.clear()
        self._song.clear()
        self._say("/live/startup")

    def move(self, track: int, position: float) -> None:
        """Move a fader on the screen."""
        self.session.tracks[track].position = position

    def _say(self, address: str, *values: OscArgument) -> None:
        self._waiting.append((address, values))

    def _obey(self, message: OscMessage, client: Client) -> None:
        self._client = client
        match message.address.strip("/").split("/"):
            case ["live", "track", what, leaf] if message.arguments:
                self._obey_tracks(what, leaf, message.arguments)
            case ["live", "song", what, *leaf]:
                self._obey_song(what, "".join(leaf))
            case ["live", "application", "get", "version"]:
                self._say("/live/application/get/version", 12, 1)
            case _:
                self.counts.unknown += 1

    def _obey_tracks(self, what: str, leaf: str, arguments: tuple[OscArgument, ...]) -> None:
        first = arguments[0]
        chosen = range(len(self.session.tracks)) if first == "*" else (first,)
        for index in chosen:
            if not isinstance(index, int) or not 0 <= index < len(self.session.tracks):
                self._say("/live/error", f"Error handling OSC message: {leaf}")
                return
            self._obey_track(what, index, leaf, arguments[1:])

    def _obey_track(
        self, what: str, index: int, leaf: str, arguments: tuple[OscArgument, ...]
    ) -> None:
        track = self.session.tracks[index]
        match what:
            case "start_listen" if len(self._listening) < _LISTENERS:
                self._listening[index, leaf] = ()
            case "get":
                self._say(f"/live/track/get/{leaf}", index, self._value(track, leaf))
            case "set" if arguments:
                self._set(track, leaf, arguments[0])
            case _:
                self.counts.unknown += 1

    def _set(self, track: Track, leaf: str, value: OscArgument) -> None:
        if leaf == "name" and isinstance(value, str):
            track.name = value[:128]
        elif not isinstance(value, (int, float)) or not math.isfinite(value):
            self.counts.refused_values += 1
        elif leaf == "volume":
            track.position = min(1.0, max(0.0, float(value)))
        elif leaf == "panning":
            track.pan = (min(1.0, max(-1.0, float(value))) + 1) / 2
        elif leaf in _SWITCHES:
            setattr(track, _SWITCHES[leaf], value != 0)
        else:
            self.counts.unknown += 1

    def _value(self, track: Track, leaf: str) -> OscArgument:
        match leaf:
            case "volume":
                return track.position
            case "panning":
                return track.pan * 2 - 1
            case "name":
                return track.name
            case _:
                return int(bool(getattr(track, _SWITCHES.get(leaf, "mute"))))

    def _obey_song(self, what: str, leaf: str) -> None:
        match what:
            case "start_playing":
                self.session.playing = True
            case "stop_playing":
                self.session.playing = False
            case "start_listen" if leaf == "is_playing":
                self._song[leaf] = ()
            case _:
                self.counts.unknown += 1
