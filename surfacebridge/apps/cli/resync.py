"""``surfacebridge resync``: let a running bridge read and paint everything again."""

import sys

import click

from surfacebridge.apps.cli.options import bridges_named


@click.command("resync")
@click.argument("link", required=False, metavar="[LINK]")
@click.option("--rig", metavar="RIG", help="Part of the rig's name, where several run.")
def command(link: str | None, rig: str | None) -> None:
    """Read targets again and show the differences; without LINK all of them.

    A surface named as LINK is painted again whole.  What a hand holds is left
    alone.  In a rig the same is 'do resync'.
    """
    from surfacebridge.apps.control_socket import NoControl, ask

    try:
        for path in bridges_named(rig):
            click.echo(ask(path, f"resync {link or ''}".strip()).strip())
    except NoControl as wrong:
        click.echo(f"surfacebridge: {wrong}", err=True)
        sys.exit(2)
