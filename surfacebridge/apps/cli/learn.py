"""``surfacebridge learn``: touch a control, get the line."""

import asyncio
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from surfacebridge.apps.learning import Learned
    from surfacebridge.mapping.source import Source


@click.command("learn")
@click.argument("rig", metavar="RIG")
@click.option("--to", "parameter", metavar="NAME", help="The parameter, such as desk.ch.1.fader.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Override a setting.")
@click.option("--at", "places", multiple=True, metavar="NAME=ADDRESS", help="Where something is.")
@click.option(
    "--seconds",
    type=click.FloatRange(min=0.2),
    default=4.0,
    show_default=True,
    help="How long to watch each time.",
)
@click.option("--dry-run", is_flag=True, help="Say the line and leave the file alone.")
def command(
    rig: str,
    parameter: str | None,
    settings: tuple[str, ...],
    places: tuple[str, ...],
    seconds: float,
    dry_run: bool,
) -> None:
    """Insert a line into RIG for the control you move and the parameter you name.

    Move the control well away and back while it watches.  Without --to, move
    the parameter on the desk or DAW afterwards.  A MIDI box that RIG describes
    itself may start with empty 'controls:'; what you move is added there.
    Comments in the file stay.
    """
    from surfacebridge.apps.cli.options import read_places, read_settings
    from surfacebridge.apps.cli.problems import refuse_errors
    from surfacebridge.apps.learning import learn_line
    from surfacebridge.apps.logs import set_up
    from surfacebridge.apps.mapping_files import load_rig
    from surfacebridge.errors import SurfaceBridgeError

    set_up(verbosity=-1)
    loaded = load_rig(rig, read_settings(settings))
    refuse_errors(loaded)
    try:
        learned = asyncio.run(
            learn_line(loaded, parameter, click.echo, at=read_places(places), seconds=seconds)
        )
    except KeyboardInterrupt:
        click.echo("It was stopped; the file is as it was.", err=True)
        return
    except SurfaceBridgeError as wrong:
        click.echo(f"surfacebridge: {wrong}", err=True)
        sys.exit(2)
    if learned is None:
        sys.exit(1)
    if learned.name:
        click.echo(f"{learned.name}: {learned.body}")
    click.echo(learned.line)
    if not dry_run:
        _insert(loaded.source, learned)


def _insert(source: "Source", learned: "Learned") -> None:
    from pathlib import Path

    from surfacebridge.mapping.editing import insert_entry, insert_line
    from surfacebridge.mapping.render import as_text

    edited, problems = insert_line(source, "map", learned.line)
    if learned.name and not problems:
        edited, problems = insert_entry(edited, learned.section, learned.name, learned.body)
    if problems:
        click.echo(as_text(problems, [source]), nl=False, err=True)
        sys.exit(2)
    Path(source.path).write_text(edited.text, encoding="utf-8")
    click.echo(f"Inserted into {source.path}.")
