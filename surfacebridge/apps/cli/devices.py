"""``surfacebridge devices``: every product there is a sheet for."""

from collections import defaultdict
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from surfacebridge.model.sheets import DeviceSheet


@click.command("devices")
@click.argument("words", nargs=-1, metavar="[WORD...]")
def command(words: tuple[str, ...]) -> None:
    """List the surfaces and targets that a rig can name; WORDs narrow the list.

    The whole name of a surface tells its controls, how it is found and how each
    figure of its sheet is known.
    """
    from surfacebridge.apps.mapping_files import SheetFolder, mappings_folder
    from surfacebridge.mapping.sheets import catalogue_of

    catalogue = catalogue_of(SheetFolder(mappings_folder(), mappings_folder()))
    if len(words) == 1 and words[0] in set(catalogue.device_names()):
        _describe(catalogue.device(words[0]))
        return
    surfaces = [(name, catalogue.device(name).title) for name in catalogue.device_names()]
    targets = [(name, catalogue.target(name).title) for name in catalogue.target_names()]
    found = 0
    for headline, rows in (
        ("Surfaces (device: …)", surfaces),
        ("Targets (profile: …)", targets),
    ):
        shown = [
            row
            for row in sorted(dict(rows).items())
            if all(w.lower() in " ".join(row).lower() for w in words)
        ]
        found += len(shown)
        if shown:
            click.echo(headline)
            width = max(len(name) for name, _ in shown)
            for name, title in shown:
                click.echo(f"  {name:<{width}}  {title}")
    if not found:
        click.echo("No sheet has these words; 'surfacebridge devices' lists them all.")


def _describe(sheet: "DeviceSheet") -> None:
    click.echo(sheet.title)
    click.echo(f"  device: {sheet.name}")
    click.echo(f"  speaks: {sheet.dialect}")
    click.echo(f"  found:  {_way_to(sheet)}")
    kinds: dict[tuple[bool, str], list[str]] = defaultdict(list)
    for spec in sheet.controls.values():
        kinds[not spec.per_strip, spec.kind].append(spec.name)
    headline = ""
    for (is_plain, kind), names in sorted(kinds.items()):
        wanted = "Besides" if is_plain else f"On each of {sheet.strips} strips"
        if wanted != headline:
            headline = wanted
            click.echo(headline)
        start = f"  {kind:<7} "
        lines = click.wrap_text(", ".join(names), 96, start, " " * len(start))
        click.echo(lines)
    figures = sorted(sheet.confidence.items())
    if figures:
        click.echo("Figures")
    for name, known in figures:
        value = sheet.facts.get(name)
        said = f" {value}" if value is not None else ""
        start = f"  {name}{said}, {known}: "
        click.echo(click.wrap_text(sheet.sources.get(name, ""), 96, start, "    "))


def _way_to(sheet: "DeviceSheet") -> str:
    match = sheet.match
    ways = []
    if match.get("port"):
        ways.append(f"by a MIDI port like {match['port']}")
    if match.get("usb"):
        ways.append(f"USB {match['usb']}")
    if match.get("inquiry"):
        ways.append(f"the answer {match['inquiry']} to the universal inquiry")
    if match.get("address"):
        ways.append(f"where the rig says: port: {match['address']}")
    return ", ".join(ways) or "where the rig says"
