"""The topics of a studio, version 1 (docs/protocols/mqtt.md).

Owns: which topic says what, both ways.  Does not own: payloads (``payloads``).

    surfacebridge/SITE/TARGET/ch/1/fader                  a value, retained
    surfacebridge/SITE/TARGET/$desk                       who holds the desk, retained
    surfacebridge/SITE/TARGET/$owned                      which faders are held, and by whom
    surfacebridge/SITE/TARGET/$meters                     levels, while somebody asks
    surfacebridge/SITE/TARGET/$set/USER/BRIDGE/ch/1/fader an order
    surfacebridge/SITE/TARGET/$guest/USER/BRIDGE          who controls from afar, retained
    surfacebridge/SITE/TARGET/$watch/USER/BRIDGE          a wish for meters
    surfacebridge/SITE/TARGET/$refused/USER/BRIDGE        an order that was not carried out
    surfacebridge/SITE/TARGET/$lead/USER/BRIDGE           a wish that another bridge leads
    surfacebridge/SITE/$bridge/USER/BRIDGE                a bridge and its links, retained

Rule: names of targets and bridges hold no ``$``, so a word with one is never a
name; and the user stands in the topic, where a broker's access list can hold
everybody to his own name.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal
from urllib.parse import quote, unquote

ROOT: Final = "surfacebridge"
VERSION: Final = 1

Kind = Literal[
    "value", "desk", "owned", "meters", "set", "guest", "watch", "refused", "lead", "bridge"
]
_OF_TARGET: Final[dict[str, Kind]] = {"$desk": "desk", "$owned": "owned", "$meters": "meters"}
_OF_GUEST: Final[dict[str, Kind]] = {
    "$set": "set", "$guest": "guest", "$watch": "watch", "$refused": "refused", "$lead": "lead",
}  # fmt: skip
_LONGEST_NAME: Final = 200
_MOST_LEVELS: Final = 24
# Names come back fifty times a second while a fader moves.  The largest console has
# some 6,000; a peer that makes up more only costs itself the time.
_MOST_REMEMBERED: Final = 16_384


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic.  What its kind does not have is empty.

    ``parameter`` is a name without its target: ``ch.1.fader``, or a raw pattern
    with its colon (``:/strip/fader 3 {v:f}``).
    """

    kind: Kind
    site: str
    target: str = ""
    user: str = ""
    bridge: str = ""
    parameter: str = ""

    @property
    def who(self) -> str:
        """Who says it, in one text: ``USER/BRIDGE``."""
        return f"{self.user}/{self.bridge}"

    @property
    def text(self) -> str:
        """The topic as a broker takes it."""
        start = f"{ROOT}/{_level(self.site)}"
        match self.kind:
            case "bridge":
                return f"{start}/$bridge/{_level(self.user)}/{_level(self.bridge)}"
            case "value":
                return f"{start}/{_level(self.target)}/{levels(self.parameter)}"
            case "desk" | "owned" | "meters":
                return f"{start}/{_level(self.target)}/${self.kind}"
            case kind:
                text = f"{start}/{_level(self.target)}/${kind}/{_level(self.user)}"
                text += f"/{_level(self.bridge)}"
                return f"{text}/{levels(self.parameter)}" if kind == "set" else text


def read_topic(text: str) -> Topic | None:
    """Return what ``text`` is the topic of, ``None`` if it is none of a studio; never raise."""
    words = text.split("/")
    if len(words) < 4 or words[0] != ROOT or len(words) > _MOST_LEVELS:
        return None
    site, third = _name(words[1]), words[2]
    if site is None:
        return None
    if third == "$bridge":
        return _of_guest("bridge", site, "", words[3:])
    target = _name(third)
    if target is None:
        return None
    if words[3] in _OF_TARGET:
        return Topic(_OF_TARGET[words[3]], site, target) if len(words) == 4 else None
    if words[3] in _OF_GUEST:
        return _of_guest(_OF_GUEST[words[3]], site, target, words[4:])
    parameter = read_levels("/".join(words[3:]))
    return None if parameter is None else Topic("value", site, target, parameter=parameter)


def site_filter(site: str) -> str:
    """Return the filter for all that is said of a site."""
    return f"{ROOT}/{_level(site)}/#"


def _of_guest(kind: Kind, site: str, target: str, words: list[str]) -> Topic | None:
    if len(words) < 2 or (len(words) > 2) != (kind == "set"):
        return None
    user, bridge = _name(words[0]), _name(words[1])
    parameter = read_levels("/".join(words[2:])) if kind == "set" else ""
    if user is None or bridge is None or parameter is None:
        return None
    return Topic(kind, site, target, user, bridge, parameter)


def presences(site: str) -> str:
    """Return the filter for every bridge of a site."""
    return f"{ROOT}/{_level(site)}/$bridge/+/+"


@lru_cache(maxsize=_MOST_REMEMBERED)
def levels(parameter: str) -> str:
    """Return a parameter's name as levels of a topic: ``ch.1.fader`` is ``ch/1/fader``."""
    if parameter.startswith(":"):
        return _level(parameter)
    return "/".join(map(_level, parameter.split(".")))


@lru_cache(maxsize=_MOST_REMEMBERED)
def read_levels(text: str) -> str | None:
    """Return the name that ``levels`` made ``text`` of, ``None`` if none makes it."""
    words = [_name(word) for word in text.split("/")]
    whole = [word for word in words if word is not None]
    if len(whole) < len(words):
        return None
    name = ".".join(whole)
    # One name has one topic: nothing else gets past what a list of rights says about it.
    return name if levels(name) == text else None


@lru_cache(maxsize=_MOST_REMEMBERED)
def _level(name: str) -> str:
    """Return ``name`` as one level: nothing in it means anything to a broker."""
    return quote(name, safe=" {}:@~(),;=!'&")


def _name(level: str) -> str | None:
    if not level or len(level) > 3 * _LONGEST_NAME:
        return None
    try:
        name = unquote(level, errors="strict")
    except UnicodeDecodeError:
        return None
    return name if 0 < len(name) <= _LONGEST_NAME and _level(name) == level else None
