"""``surfacebridge expand``: say what a rig comes to, binding by binding."""

import sys

import click

from surfacebridge.apps.cli.options import code_option, read_settings, settings_option


@click.command("expand")
@click.argument("rig", metavar="RIG")
@settings_option
@code_option
def command(rig: str, settings: tuple[str, ...], modules: tuple[str, ...]) -> None:
    """List every concrete binding of RIG: each control, what is behind it, and when.

    Variables (such as the number of a send) are at their defaults.
    """
    from surfacebridge.apps.cli.problems import refuse_errors
    from surfacebridge.apps.mapping_files import load_rig
    from surfacebridge.model.values import counted
    from surfacebridge.routing.engine import Engine
    from surfacebridge.routing.explain import condition_text, expand

    loaded = load_rig(rig, read_settings(settings), modules)
    refuse_errors(loaded)
    if loaded.plan is None:
        sys.exit(2)
    count = 0
    for one in expand(loaded.plan, Engine(loaded.plan).wiring):
        count += 1
        bank = f"  [{one.bank}, page {one.page}]" if one.bank else ""
        when = condition_text(one.line.condition)
        condition = f"  when {when}" if when else ""
        click.echo(f"{one.control:<18} {one.arrow:<2} {one.drives}{bank}{condition}")
    click.echo(f"{counted(count, 'binding')} from {counted(len(loaded.plan.lines), 'line')}.")
