"""``surfacebridge ports``: what is plugged in here."""

from functools import cache
from typing import TYPE_CHECKING

import click

from surfacebridge.errors import MissingExtra

if TYPE_CHECKING:
    from surfacebridge.transports.address import NamePattern


@click.command("ports")
def command() -> None:
    """List the MIDI and serial ports of this machine, as a rig would name them."""
    from surfacebridge.transports import midi_port, serial_port

    try:
        found, troubles = midi_port.ports(), midi_port.troubles()
    except MissingExtra as missing:
        found, troubles = [], [missing.reason]
    for api, direction, name in found:
        looks = _looks_like(name) if direction == "in" else ""
        click.echo(f"{direction:<4} midi:{name}   ({api}){looks}")
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


def _looks_like(port: str) -> str:
    """Return which products' sheets would take ``port`` for theirs, in words."""
    names = [name for name, pattern in _patterns() if pattern.finds(port)]
    return f"  looks like {' or '.join(names)}" if names else ""


@cache
def _patterns() -> "list[tuple[str, NamePattern]]":
    from surfacebridge.apps.mapping_files import SheetFolder, mappings_folder
    from surfacebridge.mapping.sheets import catalogue_of
    from surfacebridge.transports.address import NamePattern

    catalogue = catalogue_of(SheetFolder(mappings_folder(), mappings_folder()))
    return [
        (name, NamePattern(port.removeprefix("/").removesuffix("/")))
        for name in sorted(set(catalogue.device_names()))
        if (port := catalogue.device(name).match.get("port", "")).startswith("/")
    ]
