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
    "--plot",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.svg",
    help="Draw the percentiles.",
)
def command(
    sources: tuple[str, ...],
    sinks: tuple[str, ...],
    events: int,
    bursts: int,
    minutes: float | None,
    plot: Path | None,
) -> None:
    """Measure a bridge in a process of its own, between two simulated ends on this machine.

    Times are from the byte in to the byte out, seen from outside; the load is
    Python and adds some tens of microseconds of its own.
    """
    import asyncio
    import sys
    import tempfile

    from surfacebridge.apps.bench_hour import play_hour
    from surfacebridge.apps.benching import KINDS, Bench, BenchFailed, measure
    from surfacebridge.apps.plot import percentile_plot

    if minutes is not None:
        with tempfile.TemporaryDirectory() as folder:
            parts = asyncio.run(play_hour(Path(folder), minutes=minutes, parts=6))
        for part in parts:
            click.echo(
                f"after {part.minutes:5.1f} min: {part.events:,} events, "
                f"p99 {1e6 * part.p99:.1f} µs each, {part.memory / 1e6:.1f} MB in memory"
            )
        return
    done: list[Bench] = []
    for source in KINDS:
        for sink in KINDS:
            if source in (sources or KINDS) and sink in (sinks or KINDS):
                try:
                    bench = measure(source, sink, events=events, bursts=bursts)
                except BenchFailed as failed:
                    click.echo(f"surfacebridge: {failed}", err=True)
                    sys.exit(1)
                for line in bench.lines():
                    click.echo(line)
                done.append(bench)
    if plot is not None:
        curves = {f"{one.name}, one": one.paced.took for one in done}
        curves |= {f"{one.name}, {one.controls} at once": one.bursts.took for one in done}
        plot.write_text(percentile_plot("From byte in to byte out", curves), encoding="utf-8")
        click.echo(f"Drawn in {plot}.")
