"""How every link is, as a few calm lines at the foot of a terminal.

Owns: which figures, in which words and colours, and that they fit.  Does not own:
the terminal (``screen``), or the figures (``bridge.status``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any, Final

from rich.cells import cell_len, set_cell_size

from surfacebridge.apps.status_words import COUNTED, pace, span
from surfacebridge.bridge.status import BridgeStatus
from surfacebridge.model.values import counted

_GREEN: Final = "\x1b[32m"
_YELLOW: Final = "\x1b[33m"
_RED: Final = "\x1b[31;1m"
_PLAIN: Final = "\x1b[0m"
_COLOURS: Final = {"connected": _GREEN, "lost": _RED, "silent": _RED, "refused": _RED}
_ECHOES: Final = {
    ("target", "others"): "tells others",
    ("target", "all"): "tells all",
    ("target", "none"): "tells nobody",
    ("surface", "servo"): "told at once",
    ("surface", "settle"): "told when let go",
    ("surface", "none"): "not told",
}
_WIDEST_NAME: Final = 16
# Peers are asked every second or two.
_JUST_NOW: Final = 3.0
# More fingers than two hands have would push the links out of sight.
_MOST_HELD: Final = 10


def picture(status: BridgeStatus, columns: int, rows: int, *, coloured: bool) -> list[str]:
    """Return lines for ``status`` that fit into ``columns`` and ``rows`` cells."""
    lines = list(_lines(asdict(status)))
    if len(lines) > rows:
        left = len(lines) - rows + 1
        lines = [
            *lines[: rows - 1],
            ("", "", f"  … {counted(left, 'line')} more: surfacebridge status"),
        ]
    return [_fitted(line, columns, coloured=coloured) for line in lines]


_Line = tuple[str, str, str]
"""What comes before a state, the state, and what comes after it."""


def _lines(status: Mapping[str, Any]) -> Iterator[_Line]:
    rehearsal = " · a rehearsal: nothing is written" if status["rehearsal"] else ""
    yield _plain(f"{status['rig']} · {span(status['uptime'])}{_place(status)}{rehearsal}")
    links = status["links"]
    width = min(_WIDEST_NAME, max((len(link["name"]) for link in links), default=0))
    for link in links:
        yield from _link(link, width)
    for route in status.get("routes", ()):
        yield _plain(f"  from {_cut(route['name'], width)} to others: {pace(route)}")
    if held := status["held"]:
        yield _plain(f"  held: {', '.join(_hold(hold) for hold in held[:_MOST_HELD])}")
    if dropped := status["dropped"]:
        counted = ", ".join(f"{count} {reason}" for reason, count in dropped.items())
        yield _plain(f"  came to nothing: {counted}")


def _place(status: Mapping[str, Any]) -> str:
    bank = f" · bank {status['bank']} from {status['offset'] + 1}" if status["bank"] else ""
    return bank + (f" · layer {status['layer']}" if status["layer"] else "")


def _link(link: Mapping[str, Any], width: int) -> Iterator[_Line]:
    echoes = _ECHOES.get((link["role"], link["echoes"]), link["echoes"])
    # What does not fit is cut off: the first words matter most.
    after = (
        f" {span(link['since']):>8}  {link['received']:>9,} in {link['sent']:>9,} out"
        f"  {_heard(link):<17}  {_master(link)}, {echoes}"
    )
    yield f"  {_cut(link['name'], width)}  ", f"{link['state']:<9}", after
    indent = " " * (width + 4)
    if link["state"] != "connected" and link["reason"]:
        yield _plain(indent + link["reason"])
    notes = [f"{link[name]:,} {name}" for name in COUNTED if link[name]]
    if link["reopened"]:
        notes.append(f"opened again {counted(link['reopened'], 'time')}")
    if link["stale"]:
        what = "values nobody knows now" if link["role"] == "target" else "controls show the past"
        notes.append(f"{link['stale']:,} {what}")
    if notes:
        yield _plain(indent + ", ".join(notes))


def _heard(link: Mapping[str, Any]) -> str:
    """Return when it answered, in words that do not flicker while it does."""
    answered = link["answered"]
    if answered is None:
        return "never answered"
    return "answers" if answered < _JUST_NOW else f"answered {span(answered)} ago"


def _master(link: Mapping[str, Any]) -> str:
    if link["role"] != "target":
        return f"follows {' and '.join(link['master']) or 'nobody'}"
    return "master" if link["master"] else "surfaces decide"


def _hold(hold: Mapping[str, Any]) -> str:
    return f"{hold['control']} {'has' if hold['has'] else 'waits for'} {hold['parameter']}"


def _plain(text: str) -> _Line:
    return text, "", ""


def _cut(text: str, width: int) -> str:
    return set_cell_size(text, width)


def _fitted(line: _Line, columns: int, *, coloured: bool) -> str:
    """Return ``line`` cut to ``columns``, without a control character of anybody's."""
    parts: list[str] = []
    room = columns
    for part in line:
        shown = "".join(one if one.isprintable() else "?" for one in part)
        if cell_len(shown) > room:
            shown = set_cell_size(shown, room)
        room -= cell_len(shown)
        parts.append(shown)
    before, state, after = parts
    if coloured and state:
        state = f"{_COLOURS.get(state.strip(), _YELLOW)}{state}{_PLAIN}"
    return f"{before}{state}{after}".rstrip()
