"""Saying what is wrong with a rig, and stopping there."""

import sys

import click

from surfacebridge.apps.mapping_files import LoadedRig


def refuse_errors(loaded: LoadedRig) -> None:
    """Print every problem of a rig to standard error; end with status 2 if it cannot run."""
    if loaded.problems:
        from surfacebridge.mapping.render import as_text

        click.echo(as_text(loaded.problems, loaded.sources), nl=False, err=True)
    if loaded.plan is None or loaded.document is None:
        sys.exit(2)
