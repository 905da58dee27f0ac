"""Pictures of how long things took, as percentiles or in the course of time: SVG files.

Owns: drawing.  Does not own: figures.
"""

from collections.abc import Mapping, Sequence
from html import escape
from math import log10
from typing import Final

WIDTH, HEIGHT = 720, 400
LEFT, RIGHT, TOP, BOTTOM = 70, 170, 40, 50

# Percentiles, each as far from 100 as it is rare: 50, 90, 99 and 99.9 are equally far apart
# but for the first.
_TICKS: Final = (0.0, 50.0, 90.0, 99.0, 99.9)
_RAREST: Final = 0.05
_COLOURS: Final = ("#1f6fb2", "#c0392b", "#2e8b57", "#8e5ea2", "#d08a1d", "#555555")


def percentile_plot(title: str, curves: Mapping[str, Sequence[float]]) -> str:
    """Return an SVG document with a curve for each of ``curves``: names, and durations in seconds.

    Left to right are percentiles, upward microseconds, both on scales that show
    the rare as well as the common.  Empty curves are left out.
    """
    drawn = {name: sorted(1e6 * one for one in took) for name, took in curves.items() if took}
    least = min((took[0] for took in drawn.values()), default=1.0)
    most = max((took[-1] for took in drawn.values()), default=10.0)
    low, high = _decade(max(least, 0.1), up=False), _decade(max(most, 1.0), up=True)

    def across(percent: float) -> float:
        share = -log10(max(1 - percent / 100, _RAREST / 100)) / -log10(_RAREST / 100)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def upward(micros: float) -> float:
        share = log10(max(micros, low) / low) / log10(high / low)
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)

    parts = _frame(title, "percentile of all events")
    for percent in _TICKS:
        parts.append(_rule(across(percent), TOP, across(percent), HEIGHT - BOTTOM))
        parts.append(
            f'<text x="{across(percent):.1f}" y="{HEIGHT - BOTTOM + 18}" '
            f'text-anchor="middle">{percent:g}</text>'
        )
    micros = low
    while micros <= high * 1.001:
        parts.append(_rule(LEFT, upward(micros), WIDTH - RIGHT, upward(micros)))
        parts.append(
            f'<text x="{LEFT - 8}" y="{upward(micros) + 4:.1f}" text-anchor="end">'
            f"{_duration(micros)}</text>"
        )
        micros *= 10
    for number, (name, took) in enumerate(drawn.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        points = " ".join(
            f"{across(percent):.1f},{upward(value):.1f}" for percent, value in _thinned(took)
        )
        parts += _curve(number, points, colour, name)
    return "\n".join((*parts, "</svg>")) + "\n"


def course_plot(title: str, minutes: Sequence[float], curves: Mapping[str, Sequence[float]]) -> str:
    """Return an SVG document with what each of ``curves`` was at ``minutes``, from 0 upward.

    Each curve has its own scale, which ends a quarter above its highest point; its
    first and last figures are written beside its name.
    """
    parts = _frame(title, "minutes")
    longest = max(minutes, default=1.0) or 1.0
    for step in range(5):
        x = LEFT + step / 4 * (WIDTH - LEFT - RIGHT)
        parts.append(_rule(x, TOP, x, HEIGHT - BOTTOM))
        parts.append(
            f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" '
            f'text-anchor="middle">{step / 4 * longest:g}</text>'
        )
    parts.append(_rule(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM))
    for number, (name, figures) in enumerate(curves.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        top = 1.25 * max(figures, default=1.0) or 1.0
        points = " ".join(
            f"{LEFT + at / longest * (WIDTH - LEFT - RIGHT):.1f},"
            f"{HEIGHT - BOTTOM - figure / top * (HEIGHT - TOP - BOTTOM):.1f}"
            for at, figure in zip(minutes, figures, strict=True)
        )
        said = f"{figures[0]:.1f} → {figures[-1]:.1f}" if figures else ""
        parts += _curve(number, points, colour, name)
        y = TOP + 35 + 40 * number
        parts.append(f'<text x="{WIDTH - RIGHT + 14}" y="{y}" fill="{colour}">{said}</text>')
    return "\n".join((*parts, "</svg>")) + "\n"


def _frame(title: str, below: str) -> list[str]:
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}"',
        f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="{LEFT}" y="22" font-size="15">{escape(title)}</text>',
        f'<text x="{LEFT}" y="{HEIGHT - 10}" fill="#555">{escape(below)}</text>',
    ]


def _curve(number: int, points: str, colour: str, name: str) -> list[str]:
    y = TOP + 20 + 40 * number
    return [
        f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>',
        f'<text x="{WIDTH - RIGHT + 14}" y="{y}" fill="{colour}">{escape(name)}</text>',
    ]


def _thinned(took: Sequence[float]) -> list[tuple[float, float]]:
    """Return some two hundred points of a sorted curve, closer together where it is rare."""
    last = len(took) - 1
    wanted = {round(last * (1 - 10 ** (-step / 60))) for step in range(200)} | {0, last}
    return [(100 * at / max(last, 1), took[at]) for at in sorted(wanted)]


def _rule(x: float, y: float, to_x: float, to_y: float) -> str:
    return f'<path d="M{x:.1f} {y:.1f}L{to_x:.1f} {to_y:.1f}" stroke="#dddddd"/>'


def _decade(value: float, *, up: bool) -> float:
    power = 10.0 ** int(log10(value)) if value >= 1 else 0.1
    return power * 10 if up else power


def _duration(micros: float) -> str:
    return f"{micros / 1000:g} ms" if micros >= 1000 else f"{micros:g} µs"
