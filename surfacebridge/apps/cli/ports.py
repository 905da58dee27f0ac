"""``surfacebridge ports``: what is plugged in here."""

import click

from surfacebridge.errors import SurfaceBridgeError


@click.command("ports")
def command() -> None:
    """List the MIDI and serial ports of this machine, as a rig would name them."""
    from surfacebridge.transports.midi_port import ports

    try:
        found = ports()
    except SurfaceBridgeError as missing:
        click.echo(f"MIDI: {missing}")
        return
    if not found:
        click.echo("No MIDI ports. Plug a surface in, or start one: firmware-sim xtouch --midi X")
    for api, direction, name in found:
        click.echo(f"{direction:<4} midi:{name}   ({api})")
