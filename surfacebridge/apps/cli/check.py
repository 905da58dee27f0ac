"""``surfacebridge check``: say whether a rig is right."""

import sys
from typing import TYPE_CHECKING

import click

from surfacebridge import __version__
from surfacebridge.apps.cli.options import code_option, read_settings, settings_option

if TYPE_CHECKING:
    from surfacebridge.apps.mapping_files import LoadedRig
    from surfacebridge.mapping.problems import Problem


@click.command("check")
@click.argument("rigs", nargs=-1, required=True, metavar="RIG...")
@settings_option
@code_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif"]),
    default="text",
    show_default=True,
    help="How to say what is wrong.",
)
def command(
    rigs: tuple[str, ...], settings: tuple[str, ...], modules: tuple[str, ...], form: str
) -> None:
    """Check each RIG, a file or the name of one that comes with surfacebridge.

    Says everything that is wrong in one run, with file, line and column.
    Ends with status 0 when all are right, 2 when one is not.
    """
    from surfacebridge.apps.mapping_files import load_rig
    from surfacebridge.mapping.render import as_json, as_sarif, as_text

    loaded = [load_rig(rig, read_settings(settings), modules) for rig in rigs]
    in_tests = [_test_problems(one) for one in loaded]
    problems = [
        problem
        for one, found in zip(loaded, in_tests, strict=True)
        for problem in (*one.problems, *found)
    ]
    sources = [source for one in loaded for source in one.sources]
    match form:
        case "json":
            click.echo(as_json(problems))
        case "sarif":
            click.echo(as_sarif(problems, __version__))
        case _:
            if problems:
                click.echo(as_text(problems, sources), nl=False)
            for one, found in zip(loaded, in_tests, strict=True):
                if one.plan is not None and not found:
                    click.echo(
                        f"{one.source.path}: right (lines: {len(one.plan.lines)}, "
                        f"strips: {len(one.plan.strips)}, banks: {len(one.plan.banks)})."
                    )
    if any(problem.severity == "error" for problem in problems):
        sys.exit(2)


def _test_problems(loaded: "LoadedRig") -> "list[Problem]":
    """Return what is wrong with its tests; a rig may run with these, and is not right."""
    from surfacebridge.rehearsal.programme import Programme

    if loaded.document is None or loaded.plan is None:
        return []
    return list(Programme(loaded.document, loaded.plan).problems)
