"""``surfacebridge devices``: every product there is a sheet for."""

import click


@click.command("devices")
@click.argument("words", nargs=-1, metavar="[WORD...]")
def command(words: tuple[str, ...]) -> None:
    """List the surfaces and targets that a rig can name; WORDs narrow the list."""
    from surfacebridge.apps.mapping_files import SheetFolder, mappings_folder
    from surfacebridge.mapping.sheets import catalogue_of

    catalogue = catalogue_of(SheetFolder(mappings_folder(), mappings_folder()))
    surfaces = [(name, catalogue.device(name).title) for name in catalogue.device_names()]
    targets = [(name, catalogue.target(name).title) for name in catalogue.target_names()]
    for headline, rows in (
        ("Surfaces (device: …)", surfaces),
        ("Targets (profile: …)", targets),
    ):
        shown = [
            row
            for row in dict(rows).items()
            if all(w.lower() in " ".join(row).lower() for w in words)
        ]
        if shown:
            click.echo(headline)
            width = max(len(name) for name, _ in shown)
            for name, title in shown:
                click.echo(f"  {name:<{width}}  {title}")
