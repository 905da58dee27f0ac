"""``surfacebridge run``: connect a rig and keep it connected."""

import sys

import click

from surfacebridge.apps.cli.options import code_option, read_settings, settings_option


@click.command("run")
@click.argument("rig", metavar="RIG")
@settings_option
@code_option
@click.option(
    "--at",
    "places",
    multiple=True,
    metavar="NAME=ADDRESS",
    help="Where a surface or target is, instead of what the rig says: x=midi:X-Touch.",
)
@click.option("--no-reload", is_flag=True, help="Do not watch the file for changes.")
@click.option("--rehearse", is_flag=True, help="Read the targets and write nothing to them.")
@click.option(
    "--why",
    "why",
    multiple=True,
    metavar="NAME",
    help="Explain every event of a control or parameter; x.fader means all that begin so.",
)
@click.option("--json-logs", is_flag=True, help="Log one JSON object a line.")
@click.option("-v", "--verbose", count=True, help="Log more.")
def command(
    rig: str,
    settings: tuple[str, ...],
    modules: tuple[str, ...],
    places: tuple[str, ...],
    no_reload: bool,
    rehearse: bool,
    why: tuple[str, ...],
    json_logs: bool,
    verbose: int,
) -> None:
    """Run RIG, a file or the name of one that comes with surfacebridge.

    Opens what the rig names, waits for what is not there yet and says so, and
    opens again what is lost.  A change of the file is taken over while
    running; a file with errors is refused and the old one stays.  Ctrl-C stops.
    """
    from surfacebridge.apps.cli.problems import refuse_errors
    from surfacebridge.apps.logs import set_up
    from surfacebridge.apps.loops import run
    from surfacebridge.apps.mapping_files import load_rig
    from surfacebridge.apps.running import run_rig
    from surfacebridge.errors import SurfaceBridgeError

    set_up(as_json=json_logs, verbosity=verbose)
    loaded = load_rig(rig, read_settings(settings), modules)
    refuse_errors(loaded)
    try:
        run(
            run_rig(
                loaded,
                at=read_settings(places),
                reload=not no_reload,
                rehearse=rehearse,
                why=why or None,
            )
        )
    except SurfaceBridgeError as wrong:
        click.echo(f"surfacebridge: {wrong}", err=True)
        sys.exit(2)
