"""Bitwig Studio with DrivenByMoss' OSC, as far as a mixer goes.

Owns: a page of eight tracks in whole numbers, feedback of changes framed by ``/update``, and
``/refresh`` (dialects sheet, section 7; source of git-moss/DrivenByMoss).
Does not own: the session (``session``), a socket.

Rules: everything goes to one address, whoever asked. Only changes are told, in bundles;
``/refresh`` tells all. A switch without an argument turns over.
"""

import math
from collections.abc import Iterator
from typing import Final

from firmware_sim.device import Client
from firmware_sim.osc_console import DatagramConsole
from firmware_sim.session import Session, Track
from firmware_sim.wire import OscArgument, OscMessage, encode_bundle, encode_osc

TOP: Final = 16383
PAGE: Final = 8
TICK: Final = 0.05
UNITY: Final = 0.7937

_SWITCHES: Final = {"mute": "mute", "solo": "solo", "recarm": "rec", "select": "select"}


class BitwigOsc(DatagramConsole):
    """Bitwig's OSC port (8000), which sends to one ``device``."""

    subscription = (encode_osc("/refresh"),)

    def __init__(
        self, device: Client = ("127.0.0.1", 9000), session: Session | None = None
    ) -> None:
        super().__init__()
        self.session = session or Session()
        for track in self.session.tracks:
            track.position = UNITY
        self.first = 0
        self._device = device
        self._shown: dict[str, OscArgument] = {}
        self._ticked = 0.0
        self._wants_all = False

    def advance(self, seconds: float) -> None:
        """Let time pass; what changed leaves in one bundle a tick."""
        self._now += seconds
        self.session.advance(seconds)
        if self._now - self._ticked >= TICK - 1e-9:
            self._ticked = self._now
            self._tell()

    def move(self, track: int, position: float) -> None:
        """Move a fader on the screen."""
        self.session.tracks[track].position = position

    def touched(self, track: int) -> bool:
        """Return whether a hand is said to be on a fader."""
        return self.session.tracks[track].touched

    def _obey(self, message: OscMessage, client: Client) -> None:
        del client
        argument = message.arguments[0] if message.arguments else None
        match message.address.strip("/").split("/"):
            case ["refresh"]:
                self._wants_all = True
            case ["track", "bank", "page", "+" | "-" as way]:
                step = PAGE if way == "+" else -PAGE
                self.first = min(max(0, self.first + step), max(0, len(self.session.tracks) - 1))
            case ["track", number, *leaf] if number.isdecimal() and len(number) < 4:
                self._obey_track(int(number), "/".join(leaf), argument)
            case ["play"]:
                self.session.playing = argument not in (0, 0.0)
            case ["stop"]:
                self.session.playing = False
            case _:
                self.counts.unknown += 1

    def _obey_track(self, number: int, leaf: str, argument: OscArgument | None) -> None:
        index = self.first + number - 1
        if not 1 <= number <= PAGE or index >= len(self.session.tracks):
            self.counts.unknown += 1
            return
        track = self.session.tracks[index]
        if leaf in _SWITCHES:
            before = getattr(track, _SWITCHES[leaf])
            setattr(track, _SWITCHES[leaf], not before if argument is None else bool(argument))
        elif not isinstance(argument, (int, float)) or not math.isfinite(argument):
            self.counts.refused_values += 1
        elif leaf == "volume":
            track.position = min(1.0, max(0.0, argument / TOP))
        elif leaf == "pan":
            track.pan = min(1.0, max(0.0, argument / TOP))
        elif leaf == "volume/touched":
            track.touched = argument != 0
        else:
            self.counts.unknown += 1

    def _tell(self) -> None:
        changed = [
            (address, value)
            for address, value in self._state()
            if self._wants_all or self._shown.get(address) != value
        ]
        if not changed and not self._wants_all:
            return
        self._wants_all = False
        self._shown.update(changed)
        messages = [("/update", 1), *changed, ("/update", 0)]
        # A bundle of some twenty messages fits any datagram.
        for start in range(0, len(messages), 20):
            bundle = [encode_osc(address, value) for address, value in messages[start : start + 20]]
            if not self._is_lost():
                self.counts.datagrams_out += 1
                self._output.append((encode_bundle(bundle), self._device))

    def _state(self) -> Iterator[tuple[str, OscArgument]]:
        for number in range(1, PAGE + 1):
            index = self.first + number - 1
            known = index < len(self.session.tracks)
            track = self.session.tracks[index] if known else Track("", position=0.0)
            yield f"/track/{number}/exists", int(known)
            yield f"/track/{number}/name", track.name
            yield f"/track/{number}/volume", round(track.position * TOP)
            yield f"/track/{number}/pan", round(track.pan * TOP)
            for leaf, attribute in _SWITCHES.items():
                yield f"/track/{number}/{leaf}", int(getattr(track, attribute))
        yield "/play", int(self.session.playing)
