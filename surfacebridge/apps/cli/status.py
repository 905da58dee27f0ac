"""``surfacebridge status``: how the bridges that run here are."""

import json
import sys

import click

from surfacebridge.apps.cli.options import bridges_named


@click.command("status")
@click.argument("rig", required=False, metavar="[RIG]")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list, one object a bridge.")
@click.option("--prometheus", is_flag=True, help="Print what Prometheus reads.")
def command(rig: str | None, as_json: bool, prometheus: bool) -> None:
    """Say of each link of the running bridges how it is, and why.

    RIG is part of a rig's name, where several run.  Ends with status 0 if every
    link is connected, 1 if one is not, 2 if no bridge answers.
    """
    from surfacebridge.apps.control_socket import NoControl, ask
    from surfacebridge.apps.status_words import in_words

    try:
        found = bridges_named(rig)
        if prometheus:
            click.echo("".join(ask(path, "metrics") for path in found), nl=False)
            return
        statuses = [json.loads(ask(path, "status")) for path in found]
    except (NoControl, ValueError) as wrong:
        click.echo(f"surfacebridge: {wrong}", err=True)
        sys.exit(2)
    if as_json:
        click.echo(json.dumps(statuses, indent=2, ensure_ascii=False))
    else:
        click.echo("\n\n".join(in_words(status) for status in statuses))
    links = [link for status in statuses for link in status["links"]]
    sys.exit(0 if all(link["state"] == "connected" for link in links) else 1)
