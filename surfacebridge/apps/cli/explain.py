"""``surfacebridge explain``: say which line drives a control, and why."""

import sys
from typing import TYPE_CHECKING

import click

from surfacebridge.apps.cli.options import code_option, read_settings, settings_option

if TYPE_CHECKING:
    from surfacebridge.routing.explain import Standing
    from surfacebridge.routing.plan import Plan
    from surfacebridge.routing.wiring import Wiring


@click.command("explain")
@click.argument("rig", metavar="RIG")
@click.argument("name", metavar="CONTROL")
@settings_option
@code_option
def command(rig: str, name: str, settings: tuple[str, ...], modules: tuple[str, ...]) -> None:
    """Say which lines of RIG speak about CONTROL (x.fader.1), and what they do.

    CONTROL may also be a parameter or an address (desk.ch.1.fader,
    daw:/strip/fader): then the controls behind it are listed.  It is told as
    it is at the start: first bank, default layer, no key held.
    """
    from surfacebridge.apps.cli.problems import refuse_errors
    from surfacebridge.apps.mapping_files import load_rig
    from surfacebridge.model.controls import ControlId
    from surfacebridge.routing.engine import Engine
    from surfacebridge.routing.explain import explain

    loaded = load_rig(rig, read_settings(settings), modules)
    refuse_errors(loaded)
    if loaded.plan is None:
        sys.exit(2)
    wiring = Engine(loaded.plan).wiring
    control = wiring.controls.get(ControlId(name))
    if control is None:
        _explain_target(loaded.plan, wiring, name)
        return
    standings = explain(wiring, control)
    actions = loaded.plan.keys.get(control.id, ())
    subject = wiring.banks.subject(control.strip) if control.strip else None
    stands = f", standing for {subject.prefix or subject.n}" if subject is not None else ""
    click.echo(f"{name} is a {control.spec.kind}{stands}.")
    for action in actions:
        click.echo(f"  It is a key of the bridge itself: {action.kind} {action.name}".rstrip())
    for standing in standings:
        _print(standing)
    if not standings and not actions:
        click.echo("  No line speaks about it.")


def _print(standing: "Standing") -> None:
    mark = click.style("live", fg="green") if standing.is_live else click.style("idle", dim=True)
    added = " (added by itself)" if standing.line.implied else ""
    click.echo(f"  {mark}  line {standing.line.span.line}: {standing.line.text}{added}")
    click.echo(f"        {standing.why}")
    if standing.drives:
        click.echo(f"        drives {', '.join(standing.drives)}")
    for sample in standing.samples:
        click.echo(f"        {sample.here} -> {sample.there}")


def _explain_target(plan: "Plan", wiring: "Wiring", name: str) -> None:
    from surfacebridge.mapping.problems import did_you_mean
    from surfacebridge.routing.explain import expand

    found = [one for one in expand(plan, wiring) if _means(name, one.drives)]
    if not found:
        hint = did_you_mean(name, wiring.controls) or "; 'surfacebridge expand' lists all."
        raise click.UsageError(f"'{name}' is no control of this rig, and no line drives it{hint}")
    click.echo(f"{name} is behind:")
    for one in found:
        where = f" (bank {one.bank}, page {one.page})" if one.bank else ""
        click.echo(f"  {one.control} {one.arrow} {one.drives}{where}")
        click.echo(f"        line {one.line.span.line}: {one.line.text}")


def _means(name: str, drives: str) -> bool:
    return any(one == name or one.startswith(f"{name} ") for one in drives.split(", "))
