"""``surfacebridge ports``: what is plugged in here."""

import click

from surfacebridge.errors import MissingExtra


@click.command("ports")
def command() -> None:
    """List the MIDI and serial ports of this machine, as a rig would name them."""
    from surfacebridge.transports import midi_port, serial_port

    try:
        found, troubles = midi_port.ports(), midi_port.troubles()
    except MissingExtra as missing:
        found, troubles = [], [missing.reason]
    for api, direction, name in found:
        click.echo(f"{direction:<4} midi:{name}   ({api})")
    if not found:
        click.echo("No MIDI ports. Plug a surface in, or try: surfacebridge sim xtouch --at midi:X")
    for trouble in troubles:
        click.echo(f"     {trouble}")
    try:
        lines = serial_port.ports()
    except ImportError:
        click.echo(
            "     Serial ports need an optional package: pip install 'surfacebridge[serial]'"
        )
        return
    for path in lines:
        click.echo(f"     serial:{path}")
