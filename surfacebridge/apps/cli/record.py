"""``surfacebridge record``: run a rig, and keep all that goes over its links."""

from pathlib import Path
from typing import Any

import click

from surfacebridge.apps.cli.run import run_command, run_options


@click.command("record")
@click.argument("rig", metavar="RIG")
@click.option(
    "-o",
    "--output",
    "record",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    metavar="FILE",
    help="The capture to write: bug.sbcap.",
)
@run_options
def command(rig: str, **options: Any) -> None:
    """Run RIG and write every byte of its links, with its time, to a capture.

    The capture holds the rig and its sheets as well, and no passwords; one file is
    a whole bug report.  'surfacebridge replay FILE' plays it again.

    \b
      surfacebridge record desk.yaml -o bug.sbcap
    """  # noqa: D301 - click wants the character
    run_command(rig, **options)
