"""Options that several commands share."""

from collections.abc import Iterable
from pathlib import Path

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


def read_places(written: Iterable[str]) -> dict[str, str]:
    """Return ``--at NAME=ADDRESS`` options as a dict; a usage error says how to write one."""
    return read_settings(written, "NAME=ADDRESS, as in --at x=midi:X-Touch")


def read_settings(
    written: Iterable[str], form: str = "NAME=VALUE, as in --set desk_ip=10.0.0.5"
) -> dict[str, str]:
    """Return ``NAME=VALUE`` options as a dict; a usage error says how to write one."""
    settings = {}
    for one in written:
        name, equals, value = one.partition("=")
        if not equals or not name:
            raise click.UsageError(f"'{one}' is not {form}.")
        settings[name] = value
    return settings


def bridges_named(rig: str | None) -> list[Path]:
    """Return the control sockets of the bridges that run here, or of those called like ``rig``.

    Raises ``NoControl``, which says what to do, where there are none.
    """
    from surfacebridge.apps.control_socket import NoControl, folders, running

    found = list(running())
    if not found:
        places = ", ".join(str(folder) for folder in folders())
        raise NoControl(
            f"No bridge of yours runs here (looked in {places}). Start one: surfacebridge run RIG"
        )
    wanted = [path for path in found if rig is None or rig.lower() in path.stem]
    if not wanted:
        names = ", ".join(path.stem for path in found)
        raise NoControl(f"No bridge that runs here is called like '{rig}'; there are: {names}.")
    return wanted
