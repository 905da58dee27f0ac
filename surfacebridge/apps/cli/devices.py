"""``surfacebridge devices``: every product there is a sheet for."""

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

    from surfacebridge.model.sheets import DeviceSheet, TargetSheet

WIDTH: Final = 80


@click.command("devices")
@click.argument("words", nargs=-1, metavar="[WORD...]")
def command(words: tuple[str, ...]) -> None:
    """List the surfaces and targets that a rig can name; WORDs narrow the list.

    The whole name of a surface tells its controls, how it is found and how each
    figure of its sheet is known; that of a target tells its parameters.
    """
    from surfacebridge.apps.mapping_files import SheetFolder, mappings_folder
    from surfacebridge.mapping.sheets import catalogue_of

    catalogue = catalogue_of(SheetFolder(mappings_folder(), mappings_folder()))
    if len(words) == 1 and words[0] in set(catalogue.device_names()):
        _describe(catalogue.device(words[0]))
        return
    if len(words) == 1 and words[0] in set(catalogue.target_names()):
        _describe_target(catalogue.target(words[0]))
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
        _list(kind, names)
    figures = sorted(sheet.confidence.items())
    if figures:
        click.echo("Figures")
    for name, known in figures:
        value = sheet.facts.get(name)
        said = f" {value}" if value is not None else ""
        start = f"  {name}{said}, {known}: "
        click.echo(click.wrap_text(sheet.sources.get(name, ""), WIDTH, start, "    "))


def _list(kind: str, names: "Iterable[str]") -> None:
    start = f"  {kind:<7} "
    click.echo(click.wrap_text(", ".join(names), WIDTH, start, " " * len(start)))


def _describe_target(sheet: "TargetSheet") -> None:
    click.echo(sheet.title)
    click.echo(f"  profile: {sheet.name}")
    click.echo(f"  speaks:  {sheet.dialect}")
    click.echo("Parameters, in a rig after the target's name (desk.…)")
    kinds: dict[str, list[str]] = defaultdict(list)
    for name, spec in sheet.parameters.items():
        kinds[spec.kind].append(name)
    for kind, names in kinds.items():
        _list(kind, _with_ranges(names))


def _with_ranges(names: "Iterable[str]") -> list[str]:
    """Return ``names`` with those that differ in numbers written as one: ``ch.{1..32}.fader``."""
    alike: dict[tuple[str, ...], list[set[int]]] = {}
    for name in names:
        words = name.split(".")
        shape = tuple("" if word.isdigit() else word for word in words)
        places = alike.setdefault(shape, [set() for _ in words])
        for place, word in zip(places, words, strict=True):
            if word.isdigit():
                place.add(int(word))
    return [
        ".".join(word or _range(place) for word, place in zip(shape, places, strict=True))
        for shape, places in alike.items()
    ]


def _range(numbers: set[int]) -> str:
    low, high = min(numbers), max(numbers)
    if low == high:
        return str(low)
    if high - low + 1 == len(numbers):
        return f"{{{low}..{high}}}"
    return f"{{{','.join(str(one) for one in sorted(numbers))}}}"


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
