"""Options that several commands share."""

from collections.abc import Iterable

import click

settings_option = click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE", help="Override a setting."
)
code_option = click.option(
    "--allow-code",
    "modules",
    multiple=True,
    metavar="MODULE",
    help="Let the rig use the Python functions of MODULE.",
)


recording_options = (
    click.option(
        "--megabytes",
        type=click.FloatRange(min=0.01),
        default=64.0,
        show_default=True,
        help="The capture ends when it is so large; the rig runs on.",
    ),
    click.option(
        "--minutes",
        type=click.FloatRange(min=0.01),
        default=480.0,
        show_default=True,
        help="The capture ends when it is so long; the rig runs on.",
    ),
)


def read_settings(written: Iterable[str]) -> dict[str, str]:
    """Return ``NAME=VALUE`` options as a dict; a usage error says how to write one."""
    settings = {}
    for one in written:
        name, equals, value = one.partition("=")
        if not equals or not name:
            raise click.UsageError(f"'{one}' is not NAME=VALUE, as in --set desk_ip=10.0.0.5.")
        settings[name] = value
    return settings
