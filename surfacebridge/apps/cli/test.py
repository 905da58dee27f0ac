"""``surfacebridge test``: see whether the stories of a rig come true."""

import sys
from collections.abc import Sequence
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from surfacebridge.apps.cli.options import code_option, read_settings, settings_option

if TYPE_CHECKING:
    from surfacebridge.rehearsal.coverage import Coverage
    from surfacebridge.rehearsal.programme import Programme
    from surfacebridge.rehearsal.runner import Verdict

# Nobody fixes more broken rules than that before trying again.
_MOST_FINDINGS = 5


@click.command("test")
@click.argument("rigs", nargs=-1, metavar="RIG...")
@settings_option
@code_option
@click.option(
    "--from",
    "capture",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="CAPTURE",
    help="Write the story of a capture and its rig to a new folder, and run it.",
)
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="With --from: the folder; default: the capture's name, without its ending.",
)
@click.option("--fuzz", type=click.IntRange(min=1), metavar="N", help="Also do N random things.")
@click.option("--seed", default=1, show_default=True, help="Which random things.")
@click.option("--mutate", is_flag=True, help="Also break each line and see who notices.")
@click.option("--coverage", is_flag=True, help="Also list the lines that no story reached.")
@click.option(
    "--junit",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    metavar="FILE",
    help="Write the verdicts as JUnit XML.",
)
def command(
    rigs: tuple[str, ...],
    settings: tuple[str, ...],
    modules: tuple[str, ...],
    capture: Path | None,
    folder: Path | None,
    fuzz: int | None,
    seed: int,
    mutate: bool,
    coverage: bool,
    junit: Path | None,
) -> None:
    """Run the stories and line tests of each RIG in virtual time, without hardware.

    Bytes go through the same profiles as in a running bridge.  Ends with
    status 0 when all came true, 1 when one did not, 2 when a rig is not right.
    """
    from surfacebridge.rehearsal.junit import as_junit

    if capture is not None:
        story = _write_story(capture, folder or capture.with_suffix(""), modules)
        rigs = (*rigs, str(story))
    if not rigs:
        raise click.UsageError("Name a RIG, or a capture with --from.")
    suites: dict[str, Sequence[Verdict]] = {}
    failed = False
    for rig in rigs:
        programme = _programme(rig, settings, modules)
        path = programme.plan.path
        click.echo(click.style(path, bold=True))
        verdicts = _run(programme)
        suites[path] = verdicts
        passed = all(verdict.passed for verdict in verdicts)
        if coverage:
            _print_coverage(programme.coverage(verdicts))
        if mutate and passed:
            _print_survey(programme)
        if fuzz is not None:
            passed = _print_fuzz(programme, fuzz, seed) and passed
        failed = failed or not passed
    if junit is not None:
        junit.write_text(as_junit(suites), encoding="utf-8")
    sys.exit(1 if failed else 0)


def _write_story(capture: Path, folder: Path, modules: tuple[str, ...]) -> Path:
    import asyncio

    from surfacebridge.apps.captures import read_capture, sayings
    from surfacebridge.apps.story_writing import write_story
    from surfacebridge.errors import MappingRefused, SurfaceBridgeError
    from surfacebridge.model.values import counted

    try:
        read = read_capture(capture)
        for sentence in sayings(read):
            click.echo(f"{capture}: {sentence}", err=True)
        story = asyncio.run(
            write_story(read, f"as in {capture.name.replace('$', '-')}", folder, modules)
        )
    except MappingRefused as refused:
        for problem in refused.problems:
            click.echo(str(problem), err=True)
        sys.exit(2)
    except SurfaceBridgeError as wrong:
        click.echo(f"surfacebridge: {wrong}", err=True)
        sys.exit(2)
    followed = counted(story.expected, "line")
    click.echo(f"{story.path}: {counted(story.steps, 'step')}, {followed} of what followed.")
    if story.apart:
        click.echo(
            f"{counted(story.apart, 'comment')} in it: what followed only then. "
            "A rehearsal has other peers, or this is the bug."
        )
    click.echo("It tells what was seen. Edit the 'expect' line that was wrong; then it fails")
    click.echo(f"until that is mended: surfacebridge test {quote(str(story.path))}")
    return story.path


def _programme(rig: str, settings: Sequence[str], modules: Sequence[str]) -> "Programme":
    from surfacebridge.apps.cli.problems import refuse_errors
    from surfacebridge.apps.mapping_files import load_rig
    from surfacebridge.mapping.render import as_text
    from surfacebridge.rehearsal.programme import Programme

    loaded = load_rig(rig, read_settings(settings), modules)
    refuse_errors(loaded)
    if loaded.document is None or loaded.plan is None:
        sys.exit(2)
    programme = Programme(loaded.document, loaded.plan)
    if programme.problems:
        click.echo(as_text(programme.problems, loaded.sources), nl=False, err=True)
        sys.exit(2)
    return programme


def _run(programme: "Programme") -> list["Verdict"]:
    verdicts = []
    for verdict in programme.verdicts():
        verdicts.append(verdict)
        if verdict.failure is None:
            click.echo(f"  {click.style('pass', fg='green')}  {verdict.name}")
            continue
        failure = verdict.failure
        click.echo(f"  {click.style('FAIL', fg='red')}  {verdict.name}")
        click.echo(f"        {failure.span}: {failure.step}")
        click.echo(f"        Expected {failure.expected}.")
        click.echo(f"        {failure.got}")
    failures = sum(not verdict.passed for verdict in verdicts)
    told = f"{len(verdicts) - failures} of {len(verdicts)} came true"
    click.echo(f"  {told}." if verdicts else "  There is no story and no test on a line yet.")
    return verdicts


def _print_coverage(coverage: "Coverage") -> None:
    from surfacebridge.model.values import counted

    reached = coverage.lines - len(coverage.unreached)
    click.echo(f"  Reached {reached} of {counted(coverage.lines, 'line')} ({coverage.share:.0%}).")
    for one in coverage.unreached:
        click.echo(f"    {one.span}: no story reaches this: {one.line}")


def _print_survey(programme: "Programme") -> None:
    from surfacebridge.model.values import counted

    mutations = programme.mutations()
    missed = 0
    for outcome in programme.survey(mutations):
        if not outcome.noticed:
            missed += 1
            click.echo(f"    {outcome.mutation.span}: no story notices when")
            click.echo(f"      {outcome.mutation.what}: {outcome.mutation.line}")
    share = 1.0 - missed / len(mutations) if mutations else 1.0
    changes = counted(len(mutations), "change")
    click.echo(f"  Noticed {len(mutations) - missed} of {changes} ({share:.0%}).")


def _print_fuzz(programme: "Programme", deeds: int, seed: int) -> bool:
    from surfacebridge.model.values import counted
    from surfacebridge.rehearsal.fuzz import Finding

    findings = 0
    for told in programme.fuzz(deeds, seed):
        if isinstance(told, Finding):
            findings += 1
            first, *steps = str(told).splitlines()
            click.echo(f"  {click.style('FAIL', fg='red')}  {first}")
            for step in steps:
                click.echo(f"        {step}")
        if findings == _MOST_FINDINGS:
            click.echo(f"  Stopped after {findings} broken rules.")
            break
    if not findings:
        click.echo(f"  {counted(deeds, 'random thing')} broke no rule (seed {seed}).")
    return not findings
