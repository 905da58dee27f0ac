"""Somebody at pretend hardware who does what they are told, in words.

Owns: which words there are for which hardware, gestures under way, and sentences for words that
make no sense.
Does not own: the words of hands (``hands``), where words come from (the command line, a terminal).
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

from firmware_sim.device import PoweredDevice, Screen, Surface
from firmware_sim.hands import Gesture, Hands
from firmware_sim.osc_console import DatagramConsole, LeafConsole
from firmware_sim.player import Player
from firmware_sim.wing import Wing

SHOWS: Final = {
    "ride": "ride 1 to 75% in 800ms, ride 2 to 20% in 1s and ride 3 to 90% in 700ms, wait 300ms,"
    " ride 1 to 30% in 800ms, ride 2 to 60% in 600ms and ride 3 to 40% in 1s, wait 300ms",
    "throw": "throw 1 to 90% in 60ms, wait 500ms, throw 1 to 10% in 60ms, wait 500ms",
    "fight": "touch 1, wait 2s, move 1 to 80% in 200ms, wait 2s, release 1, wait 2s,"
    " touch 1, move 1 to 20% in 200ms, wait 1s, release 1, wait 1s",
    "keys": "tap mute.1, wait 400ms, tap mute.2, wait 400ms, tap mute.1, wait 400ms, tap mute.2,"
    " wait 1s",
    "banks": "tap bank.right, wait 1500ms, ride 1 to 60% in 500ms, tap bank.left, wait 1500ms",
}
"""Scripts for hands that have nothing better to do; each starts again when it has ended."""

# A person does one thing after the other; whoever pastes a novel is told so.
MOST_UNDER_WAY: Final = 32


class Plug(Protocol):
    """A cable that can be pulled."""

    def plug(self) -> str:
        """Put it in."""

    def unplug(self) -> None:
        """Pull it."""


Action = Callable[..., str | None]


class Person:
    """One person at ``thing``. Tell the time with ``advance``; sentences go to ``say``."""

    def __init__(self, thing: object, say: Callable[[str], None], plug: Plug | None = None) -> None:
        self._thing = thing
        self._say = say
        self._hands = Hands(thing) if isinstance(thing, Surface) else None
        self._players: list[Player] = []
        self._words = _words_for(thing, plug)

    @property
    def help(self) -> list[str]:
        """Return a line for each thing that can be said, with an example."""
        lines = [line for _, line, _ in self._words]
        if self._hands is not None:
            lines = [
                "touch 1, release 1          a finger on a fader, and off it",
                "move 1 -10dB in 500ms       also 0.7 and 70%; ride 1 … touches and lets go, too",
                "tap play                    or press shift … release shift",
                "turn 2 by -5, jog by 3      knobs and the wheel",
                "…, … and …                  one after the other, and at once",
                *lines,
            ]
        return lines or ["Nothing can be said to this one."]

    def do(self, words: str) -> None:
        """Do what ``words`` say, now; say a sentence where they make no sense."""
        words = words.strip()
        if not words:
            return
        if words in ("help", "?"):
            for line in self.help:
                self._say(line)
            return
        try:
            answer = self._carry_out(words)
        except (KeyError, ValueError, IndexError) as wrong:
            answer = _sentence(wrong)
        if answer is not None:
            self._say(answer)

    def repeat(self, words: str) -> None:
        """Do what ``words`` or one of ``SHOWS`` say again and again. ValueError says why not."""
        if self._hands is None:
            raise ValueError("There are no controls here for hands.")
        try:
            gesture = self._hands.read(SHOWS.get(words, words))
        except ValueError as unknown:
            raise ValueError(f"{unknown}; they know {', '.join(SHOWS)}.") from None
        if not gesture.steps:
            raise ValueError(f"'{words}' is nothing to do; try one of {', '.join(SHOWS)}.")
        self._players.append(Player(gesture.at(0.0), every=_while(gesture)))

    def advance(self, seconds: float) -> None:
        """Let time pass: what was begun goes on."""
        for player in list(self._players):
            try:
                player.advance(seconds)
            except (KeyError, ValueError, IndexError) as wrong:
                # A script that cannot be carried out is not tried again.
                self._players.remove(player)
                self._say(_sentence(wrong))
            else:
                if player.finished:
                    self._players.remove(player)

    def _carry_out(self, words: str) -> str | None:
        for pattern, _, action in self._words:
            found = pattern.fullmatch(words)
            if found is not None:
                return action(*found.groups())
        if self._hands is None:
            raise ValueError(f"'{words}' means nothing here")
        if len(self._players) >= MOST_UNDER_WAY:
            return "These hands are full; wait for what is under way."
        player = Player(self._hands.read(words).at(0.0))
        player.advance(0.0)
        self._players.append(player)
        return None


def _sentence(wrong: Exception) -> str:
    if isinstance(wrong, KeyError):
        return f"There is no {wrong.args[0]!r} here; type help."
    return f"{wrong}; type help."


def _while(gesture: Gesture) -> float:
    last = max(when for when, _ in gesture.steps)
    return max(gesture.seconds, last + 0.05)


def _words_for(thing: object, plug: Plug | None) -> Sequence[tuple[re.Pattern[str], str, Action]]:
    words: list[tuple[re.Pattern[str], str, Action]] = []

    def add(pattern: str, line: str, action: Action) -> None:
        words.append((re.compile(pattern), line, action))

    if isinstance(thing, LeafConsole | Wing):
        add(
            r"set (\S+) (.+)",
            "set /ch/01/mix/fader 0.5    move a control on the desk",
            lambda address, value: thing.set_from_desk(address, _argument(value)),
        )
        add(
            r"get (\S+)",
            "get /ch/01/mix/fader        what a control is set to",
            lambda address: f"{address} {thing.value(address)}",
        )
    if isinstance(thing, Screen) and not isinstance(thing, Surface):
        add(
            r"move (\d+) (?:to )?(\d*\.?\d+)",
            "move 1 0.5                  move a fader on the screen; tracks from 1",
            lambda track, place: thing.move(_track(thing, track), min(1.0, float(place))),
        )
        add(
            r"(mute|solo|rec|select) (\d+) (on|off)",
            "mute 1 on                   also solo, rec, select",
            lambda what, track, to: thing.set(_track(thing, track), **{what: to == "on"}),
        )
        add(
            r"name (\d+) (.+)",
            "name 1 Bass                 call a track something else",
            lambda track, name: thing.set(_track(thing, track), name=name),
        )
    if isinstance(thing, DatagramConsole):
        add(
            r"silence (\d*\.?\d+)s",
            "silence 5s                  neither hear nor say anything for a while",
            lambda seconds: thing.mute_for(float(seconds)),
        )
    if isinstance(thing, PoweredDevice):
        add("power", "power                       switch off and on", thing.power_cycle)
    if plug is not None:
        add("unplug", "unplug                      pull the cable", plug.unplug)
        add("plug", "plug                        put it back in", lambda: f"At {plug.plug()}.")
    return words


def _track(daw: Any, word: str) -> int:
    number = int(word)
    if not 1 <= number <= len(daw.session.tracks):
        raise ValueError(f"There is no track {number}; there are {len(daw.session.tracks)}")
    return number - 1


def _argument(word: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(word)
        except ValueError:
            continue
    return word.strip('"')
