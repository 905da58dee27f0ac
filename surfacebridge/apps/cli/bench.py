"""``surfacebridge bench``: measure how quick the bridge is on this machine."""

from pathlib import Path

import click


@click.command("bench")
@click.option(
    "--from",
    "sources",
    multiple=True,
    type=click.Choice(("osc", "mackie")),
    help="What moves the faders; may be given several times.  [default: both]",
)
@click.option(
    "--to",
    "sinks",
    multiple=True,
    type=click.Choice(("osc", "mackie")),
    help="What hears of it; may be given several times.  [default: both]",
)
@click.option("--events", type=click.IntRange(10, 1_000_000), default=1_000, show_default=True)
@click.option("--bursts", type=click.IntRange(1, 100_000), default=100, show_default=True)
@click.option(
    "--hour",
    "minutes",
    type=click.FloatRange(0.1, 1440),
    is_flag=False,
    flag_value=60.0,
    default=None,
    metavar="MINUTES",
    help="Play so many minutes of virtual shows (an hour if none are named) and watch memory.",
)
@click.option(
    "--with",
    "disturbances",
    multiple=True,
    type=click.Choice(("meters", "banks")),
    help="Time one fader of 32 strips with this beside it, and without; may be given twice.",
)
@click.option(
    "--plot",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.svg",
    help="Draw what was measured.",
)
def command(
    sources: tuple[str, ...],
    sinks: tuple[str, ...],
    events: int,
    bursts: int,
    minutes: float | None,
    disturbances: tuple[str, ...],
    plot: Path | None,
) -> None:
    """Measure a bridge in a process of its own, between two simulated ends on this machine.

    Times are from the byte in to the byte out, seen from outside; the load is
    Python and adds some tens of microseconds of its own.
    """
    import sys

    from surfacebridge.apps.benching import BenchFailed

    try:
        if minutes is not None:
            picture = _hour(minutes)
        elif disturbances:
            picture = _busy(disturbances, events)
        else:
            picture = _pairs(sources, sinks, events, bursts)
    except BenchFailed as failed:
        click.echo(f"surfacebridge: {failed}", err=True)
        sys.exit(1)
    if plot is not None:
        plot.write_text(picture, encoding="utf-8")
        click.echo(f"Drawn in {plot}.")


def _hour(minutes: float) -> str:
    """Play, say what was seen, and return it as a picture."""
    import asyncio
    import tempfile

    from surfacebridge.apps.bench_hour import play_hour
    from surfacebridge.apps.plot import course_plot
    from surfacebridge.model.values import counted

    with tempfile.TemporaryDirectory() as folder:
        parts = asyncio.run(play_hour(Path(folder), minutes=minutes, parts=12))
    for part in parts:
        click.echo(
            f"after {part.minutes:5.1f} min: {counted(part.events, 'event')}, "
            f"p99 {1e6 * part.p99:.1f} µs each, {part.memory / 1e6:.1f} MB in memory"
        )
    title = f"{minutes:g} min of virtual shows"
    return course_plot(
        title,
        [part.minutes for part in parts],
        {
            "p99 of an event, µs": [1e6 * part.p99 for part in parts],
            "memory, MB": [part.memory / 1e6 for part in parts],
        },
    )


def _busy(disturbances: tuple[str, ...], events: int) -> str:
    """Measure one fader beside the disturbances, and return it as a picture."""
    from surfacebridge.apps.bench_busy import DISTURBANCES, measure_busy
    from surfacebridge.apps.plot import percentile_plot

    busy = measure_busy([one for one in DISTURBANCES if one in disturbances], events=events)
    for line in busy.lines():
        click.echo(line)
    title = f"One fader, with and without {' and '.join(disturbances)}"
    return percentile_plot(title, busy.curves())


def _pairs(sources: tuple[str, ...], sinks: tuple[str, ...], events: int, bursts: int) -> str:
    """Measure each pair of ends, and return all as a picture."""
    from surfacebridge.apps.benching import KINDS, measure
    from surfacebridge.apps.plot import percentile_plot

    curves: dict[str, tuple[float, ...]] = {}
    for source in KINDS:
        for sink in KINDS:
            if source in (sources or KINDS) and sink in (sinks or KINDS):
                bench = measure(source, sink, events=events, bursts=bursts)
                for line in bench.lines():
                    click.echo(line)
                curves[f"{bench.name}, one"] = bench.paced.took
                curves[f"{bench.name}, {bench.controls} at once"] = bench.bursts.took
    return percentile_plot("From byte in to byte out", curves)
