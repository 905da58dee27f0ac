"""``surfacebridge fmt``: one style for mapping files."""

import sys
from pathlib import Path

import click


@click.command("fmt")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--check", is_flag=True, help="Change nothing; end with status 1 if a file would be.")
def command(files: tuple[str, ...], check: bool) -> None:
    """Rewrite each FILE in one style; comments stay where they are.

    A file that is not sound YAML is left alone, and its problems are shown.
    """
    from surfacebridge.mapping.editing import format_source
    from surfacebridge.mapping.render import as_text
    from surfacebridge.mapping.source import Source

    status = 0
    for name in files:
        path = Path(name)
        try:
            source = Source(name, path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
            click.echo(f"{name} cannot be read: {reason}.", err=True)
            status = 2
            continue
        formatted, problems = format_source(source)
        if problems:
            click.echo(as_text(problems, [source]), nl=False, err=True)
            status = 2
        elif formatted.text != source.text:
            click.echo(f"{name}: {'would change' if check else 'rewritten'}.")
            if check:
                status = max(status, 1)
            else:
                path.write_text(formatted.text, encoding="utf-8")
    sys.exit(status)
