"""A status in words for people.

Owns: wording.  Does not own: the figures (``bridge.status``).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from surfacebridge.model.values import counted

_ECHOES = {
    ("target", "others"): "it tells everybody of a change but who made it",
    ("target", "all"): "it tells everybody of a change, who made it too",
    ("target", "none"): "it tells nobody of a change; it is read back",
    ("surface", "servo"): "its faders are told at once where the hand is",
    ("surface", "settle"): "its faders are told once, when the hand lets go",
    ("surface", "none"): "its faders are not told what a hand does",
}
COUNTED = ("dropped", "malformed", "unknown", "strangers")


def in_words(status: Mapping[str, Any]) -> str:
    """Return the lines for a status, as ``dataclasses.asdict`` gives it."""
    return "\n".join(_lines(status))


def one_line(states: Mapping[str, str]) -> str:
    """Return the links' states in one line: ``x connected, desk silent``."""
    return ", ".join(f"{name} {state}" for name, state in states.items())


def _lines(status: Mapping[str, Any]) -> Iterator[str]:
    rehearsal = ", a rehearsal: nothing is written" if status["rehearsal"] else ""
    who = f"(process {status['pid']}{rehearsal})"
    yield f"{status['rig']} has run for {span(status['uptime'])} {who}"
    for link in status["links"]:
        yield from _link(link)
    where = [
        f"bank {status['bank']}" if status["bank"] else "",
        f"from {status['offset'] + 1}" if status["offset"] else "",
        f"layer {status['layer']}" if status["layer"] else "",
    ]
    if any(where):
        yield "  shows " + " ".join(filter(None, where))
    for hold in status["held"]:
        has = "has" if hold["has"] else "waits for"
        yield f"  {hold['control']} is held and {has} {hold['parameter']}"
    if status["passages"]:
        p50, p99 = status["latency_p50"] * 1e6, status["latency_p99"] * 1e6
        yield f"  bytes in to bytes out: p50 {p50:.0f} µs, p99 {p99:.0f} µs ({status['passages']})"
    for route in status.get("routes", ()):
        yield f"    from {route['name']}: {pace(route)}"
    if status["dropped"]:
        counted = ", ".join(f"{count} {reason}" for reason, count in status["dropped"].items())
        yield f"  came to nothing: {counted} (docs/running.md says what each means)"


def _link(link: Mapping[str, Any]) -> Iterator[str]:
    peer = f" ({link['peer']})" if link["peer"] else ""
    yield f"  {link['name']:<8} {link['state']} for {span(link['since'])}{peer}  {link['address']}"
    if link["reason"] and link["reason"] != link["peer"]:
        yield f"           {link['reason']}"
    echoes = _ECHOES.get((link["role"], link["echoes"]), link["echoes"])
    yield f"           {_master(link)}; {echoes}"
    heard = []
    if link["answered"] is not None:
        heard.append(f"answered {span(link['answered'])} ago")
    if link["round_trip"] is not None:
        heard.append(f"there and back {link['round_trip'] * 1e3:.1f} ms")
    heard.append(f"{link['received']} in, {link['sent']} out")
    heard += [f"{link[name]} {name}" for name in COUNTED if link[name]]
    if link["reopened"]:
        heard.append(f"opened again {counted(link['reopened'], 'time')}")
    yield f"           {', '.join(heard)}"
    if link["stale"]:
        some = _some(link["stale_names"], link["stale"])
        if link["role"] == "target":
            yield f"           {link['stale']} values nobody knows now: {some}"
        else:
            yield f"           {link['stale']} controls show what was true once: {some}"
    for note in link["notes"]:
        yield f"           {note}"


def _master(link: Mapping[str, Any]) -> str:
    masters = " and ".join(link["master"])
    if link["role"] == "target":
        return "master: what it says is shown" if masters else "cannot be asked: surfaces decide"
    return f"follows {masters}" if masters else "follows nobody"


def pace(route: Mapping[str, Any]) -> str:
    """Return how quick a route is."""
    p50, p99 = route["p50"] * 1e6, route["p99"] * 1e6
    return f"p50 {p50:.0f} µs, p99 {p99:.0f} µs ({route['passages']})"


def _some(names: Sequence[str], count: int) -> str:
    return ", ".join(names) + (", …" if count > len(names) else "")


def span(seconds: float) -> str:
    """Return how long that is, in a few letters."""
    if seconds < 1:
        return f"{seconds * 1e3:.0f} ms"
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"
