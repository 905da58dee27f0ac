"""A status as Prometheus reads it, on request and over HTTP.

Owns: the names of the metrics, the text format (version 0.0.4), and the few
words of HTTP that a scrape needs.  Does not own: the figures (``bridge.status``).
"""

import re
import socket
from collections.abc import Callable, Iterator
from typing import Final

from surfacebridge.bridge.status import BridgeStatus, LinkStatus
from surfacebridge.errors import AddressError

# Names and help of what is counted for each link.
_COUNTS: Final = {
    "received": "Chunks received.",
    "sent": "Chunks sent.",
    "dropped": "Chunks that should have gone either way and did not.",
    "malformed": "Messages that could not be understood.",
    "unknown": "Messages that nobody mapped.",
    "strangers": "Chunks of peers that are not allowed.",
    "reopened": "Times the link was opened again.",
}
_STATES: Final = (
    "opening",
    "syncing",
    "connected",
    "limited",
    "silent",
    "waiting",
    "lost",
    "refused",
)

# A scrape's request, cookies and all; a browser's is shorter.
LONGEST_REQUEST: Final = 4096
END_OF_REQUEST: Final = b"\r\n\r\n"


def as_prometheus(status: BridgeStatus) -> str:
    """Return ``status`` in the text format, each metric with its help and its type."""
    return "\n".join(_lines(status)) + "\n"


def _lines(status: BridgeStatus) -> Iterator[str]:
    rig = ("rig", status.rig)
    yield from _metric("uptime_seconds", "gauge", "Seconds since the bridge started.")
    yield _sample("uptime_seconds", status.uptime, rig)
    yield from _metric("latency_seconds", "summary", "Bytes in to bytes out, of recent passages.")
    yield _sample("latency_seconds", status.latency_p50, rig, ("quantile", "0.5"))
    yield _sample("latency_seconds", status.latency_p99, rig, ("quantile", "0.99"))
    yield _sample("latency_seconds_count", status.passages, rig)
    yield from _metric("resyncs_total", "counter", "Links read or painted anew on request.")
    yield _sample("resyncs_total", status.resyncs, rig)
    yield from _metric("held", "gauge", "Controls under a hand.")
    yield _sample("held", len({hold.control for hold in status.held}), rig)
    yield from _metric("events_dropped_total", "counter", "Events that led to nothing, by reason.")
    for reason, count in status.dropped.items():
        yield _sample("events_dropped_total", count, rig, ("reason", reason))
    yield from _metric("link_state", "gauge", "1 for the state that a link is in.")
    for link in status.links:
        for state in _STATES:
            yield _sample(
                "link_state", int(state == link.state), rig, ("link", link.name), ("state", state)
            )
    yield from _of_links(status, "link_stale", "Values nobody knows now.", lambda one: one.stale)
    yield from _of_links(
        status,
        "link_answered_seconds",
        "Seconds since it last answered.",
        lambda one: one.answered,
    )
    yield from _of_links(
        status, "link_round_trip_seconds", "There and back.", lambda one: one.round_trip
    )
    for name, about in _COUNTS.items():
        yield from _of_links(
            status,
            f"link_{name}_total",
            about,
            lambda one, name=name: getattr(one, name),  # type: ignore[misc]
            kind="counter",
        )


def _of_links(
    status: BridgeStatus,
    name: str,
    about: str,
    figure: Callable[[LinkStatus], float | None],
    kind: str = "gauge",
) -> Iterator[str]:
    yield from _metric(name, kind, about)
    for link in status.links:
        value = figure(link)
        if value is not None:
            yield _sample(name, value, ("rig", status.rig), ("link", link.name))


def _metric(name: str, kind: str, about: str) -> Iterator[str]:
    yield f"# HELP surfacebridge_{name} {about}"
    yield f"# TYPE surfacebridge_{name} {kind}"


def _sample(name: str, value: float, *labels: tuple[str, str]) -> str:
    said = ",".join(f'{key}="{_escaped(word)}"' for key, word in labels)
    figure = str(value) if isinstance(value, int) else f"{value:.6g}"
    return f"surfacebridge_{name}{{{said}}} {figure}"


def _escaped(word: str) -> str:
    return word.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


# HTTP


def listen_http(text: str) -> socket.socket:
    """Return a socket that listens at ``HOST:PORT``.

    Raises ``AddressError`` for what is no such thing or cannot be had.
    """
    found = re.fullmatch(r"(\[[0-9a-fA-F:]+\]|[^:\s]+):(\d{1,5})", text)
    if found is None or int(found[2]) > 65_535:
        raise AddressError(text, "Write an address and a port, as in --metrics 127.0.0.1:9464.")
    host = found[1].strip("[]")
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return _open_http(family, (host, int(found[2])))
    except OSError as refused:
        raise AddressError(
            text, f"Nobody can listen there: {refused.strerror or refused}. Write another port."
        ) from refused


def _open_http(family: socket.AddressFamily, address: tuple[str, int]) -> socket.socket:
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen()
        listening.setblocking(False)
    except OSError:
        listening.close()
        raise
    return listening


def http_answer(metrics: Callable[[], str]) -> Callable[[bytes], bytes]:
    """Return what answers ``GET /metrics`` with ``metrics()``, and all else with 404."""

    def answer(request: bytes) -> bytes:
        line = request.split(b"\r\n", 1)[0].split()
        asks = len(line) == 3 and line[0] == b"GET" and line[1].split(b"?")[0] == b"/metrics"
        if asks:
            status, kind, body = "200 OK", "text/plain; version=0.0.4; charset=utf-8", metrics()
        else:
            status, kind, body = "404 Not Found", "text/plain", "Ask for /metrics.\n"
        data = body.encode("utf-8")
        head = (
            f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n"
            "Connection: close\r\n\r\n"
        )
        return head.encode("ascii") + data

    return answer
