"""``surfacebridge run``: connect a rig and keep it connected."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from surfacebridge.apps.cli.options import (
    code_option,
    read_places,
    read_settings,
    recording_options,
    settings_option,
)

if TYPE_CHECKING:
    from surfacebridge.apps.front_desk import Show
    from surfacebridge.apps.screen import Screen
    from surfacebridge.bridge.status import BridgeStatus

_OPTIONS: Final = (
    settings_option,
    code_option,
    click.option(
        "--at",
        "places",
        multiple=True,
        metavar="NAME=ADDRESS",
        help="Where a surface or target is, instead of what the rig says: x=midi:X-Touch.",
    ),
    click.option("--no-reload", is_flag=True, help="Do not watch the file for changes."),
    click.option("--rehearse", is_flag=True, help="Read the targets and write nothing to them."),
    click.option(
        "--why",
        "why",
        multiple=True,
        metavar="NAME",
        help="Explain every event of a control or parameter; x.fader means all that begin so.",
    ),
    *recording_options,
    click.option(
        "--metrics",
        metavar="HOST:PORT",
        help="Serve figures for Prometheus over HTTP: 127.0.0.1:9464.",
    ),
    click.option(
        "--plain", is_flag=True, help="Only log lines, no view of the links at the terminal's foot."
    ),
    click.option("--json-logs", is_flag=True, help="Log one JSON object a line."),
    click.option("-v", "--verbose", count=True, help="Log more."),
)


def run_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give ``command`` all the options of ``run``."""
    return reduce(lambda made, option: option(made), reversed(_OPTIONS), command)


def run_command(
    rig: str,
    *,
    settings: tuple[str, ...],
    modules: tuple[str, ...],
    places: tuple[str, ...],
    no_reload: bool,
    rehearse: bool,
    why: tuple[str, ...],
    megabytes: float,
    minutes: float,
    metrics: str | None,
    plain: bool,
    json_logs: bool,
    verbose: int,
    record: Path | None,
) -> None:
    """Run RIG until it is stopped, into the capture ``record`` if one is named."""
    from surfacebridge.apps.collecting import held_back

    with held_back():
        from surfacebridge.apps.cli.problems import refuse_errors
        from surfacebridge.apps.logs import set_up
        from surfacebridge.apps.loops import run
        from surfacebridge.apps.mapping_files import load_rig
        from surfacebridge.apps.running import run_rig
        from surfacebridge.errors import SurfaceBridgeError

        recording = None
        if record is not None:
            from surfacebridge.apps.recording import Recording

            recording = Recording(record, megabytes, minutes)
        set_up(as_json=json_logs, verbosity=verbose)
        loaded = load_rig(rig, read_settings(settings), modules)
        refuse_errors(loaded)
        try:
            with _view(plain=plain or json_logs) as (screen, show):
                if screen is not None:
                    set_up(verbosity=verbose, to=screen)
                run(
                    run_rig(
                        loaded,
                        at=read_places(places),
                        reload=not no_reload,
                        rehearse=rehearse,
                        why=why or None,
                        recording=recording,
                        metrics=metrics,
                        show=show,
                    )
                )
        except SurfaceBridgeError as wrong:
            click.echo(f"surfacebridge: {wrong}", err=True)
            sys.exit(2)


@contextmanager
def _view(*, plain: bool) -> "Iterator[tuple[Screen | None, Show | None]]":
    """Yield a screen and what draws on it, or neither where there is no terminal to draw on."""
    if plain or not sys.stderr.isatty() or os.environ.get("TERM") in {None, "", "dumb"}:
        yield None, None
        return
    from surfacebridge.apps.live_view import picture
    from surfacebridge.apps.screen import screen_on

    coloured = not os.environ.get("NO_COLOR")
    with screen_on(sys.stderr) as screen:

        def show(status: "BridgeStatus") -> None:
            size = screen.size()
            # Half of the terminal is for what happens; its last column makes some wrap.
            rows = max(1, size.lines // 2)
            screen.show(picture(status, size.columns - 1, rows, coloured=coloured))

        yield screen, show


@click.command("run")
@click.argument("rig", metavar="RIG")
@click.option(
    "--record",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write all that goes over the links to this capture (docs/captures.md).",
)
@run_options
def command(rig: str, **options: Any) -> None:
    """Run RIG, a file or the name of one that comes with surfacebridge.

    Opens what the rig names, waits for what is not there yet and says so, and
    opens again what is lost.  A change of the file is taken over while
    running; a file with errors is refused and the old one stays.  Ctrl-C stops.
    """
    run_command(rig, **options)
