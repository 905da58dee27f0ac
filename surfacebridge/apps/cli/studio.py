"""``surfacebridge studio``: who is there, who holds what, and who shall lead."""

import asyncio
import sys
from typing import TYPE_CHECKING, Final

import click

from surfacebridge.apps.cli.options import code_option, read_settings, settings_option

if TYPE_CHECKING:
    from surfacebridge.mapping.document import StudioDecl

# What a broker keeps comes within this, even over a slow line.
_LISTEN: Final = 1.0
# A bridge that was asked to lead does so within milliseconds, or not at all.
_PATIENCE: Final = 3.0
_LOOKS: Final = 60


@click.command("studio")
@click.argument("rig", metavar="RIG")
@settings_option
@code_option
@click.option(
    "--lead",
    "lead",
    metavar="TARGET=BRIDGE",
    help="Let this bridge hold the desk, if it has the same rig and runs: desk=foh2.",
)
def command(
    rig: str, settings: tuple[str, ...], modules: tuple[str, ...], lead: str | None
) -> None:
    """Show the studio that RIG takes part in: bridges, desks, guests, held faders.

    It listens for a second and runs nothing.  With --lead it asks another bridge
    to hold a desk, and waits until it does.
    """
    from surfacebridge.apps.cli.problems import refuse_errors
    from surfacebridge.apps.mapping_files import load_rig
    from surfacebridge.errors import SurfaceBridgeError

    loaded = load_rig(rig, read_settings(settings), modules)
    refuse_errors(loaded)
    decl = None if loaded.document is None else loaded.document.studio
    if decl is None:
        click.echo(f"surfacebridge: {rig} has no section 'studio'; see docs/studio.md.", err=True)
        sys.exit(2)
    try:
        sys.exit(asyncio.run(_look(decl, lead)))
    except SurfaceBridgeError as wrong:
        click.echo(f"surfacebridge: {wrong}", err=True)
        sys.exit(2)


async def _look(decl: "StudioDecl", lead: str | None) -> int:
    from dataclasses import replace

    from surfacebridge.bridge.studio.guest import identity_of
    from surfacebridge.bridge.studio.survey import Survey
    from surfacebridge.protocols.mqtt.packet import Publish, Subscribe, encode
    from surfacebridge.protocols.studio import payloads
    from surfacebridge.protocols.studio.topics import Topic, site_filter
    from surfacebridge.transports.opener import open_link

    who, address = identity_of(decl)
    survey = Survey()
    link = await open_link(replace(address, client=None))
    try:
        # Of quality 1 a broker keeps but the first thousand for us, of quality 0 it says all.
        link.listen(survey.hear, lambda _: None)
        link.send(encode(Subscribe((site_filter(who.site),), qos=0)))
        await asyncio.sleep(_LISTEN)
        if lead is None:
            click.echo(f"{who.site} on {address}")
            for line in survey.lines():
                click.echo(line)
            return 0
        target, _, bridge = lead.partition("=")
        if target not in survey.desks or not bridge:
            known = ", ".join(survey.desks) or "none"
            click.echo(
                f"surfacebridge: '{lead}' is no TARGET=BRIDGE of this studio; its desks: {known}.",
                err=True,
            )
            return 2
        topic = Topic("lead", who.site, target, who.user, who.bridge)
        link.send(encode(Publish(topic.text, payloads.encode(payloads.Lead(bridge)), 1)))
        for _ in range(_LOOKS):
            if survey.holder(target) == bridge:
                break
            await asyncio.sleep(_PATIENCE / _LOOKS)
    finally:
        await link.close()
    if survey.holder(target) != bridge:
        click.echo(
            f"surfacebridge: {bridge} does not hold {target}. Does it run, with this desk in its "
            f"rig, and may {who.user} say who leads ('lead: true' in 'users')?",
            err=True,
        )
        return 1
    click.echo(f"{bridge} holds {target} now.")
    return 0
