"""The command group: one file a command, each imported only when it is used."""

import sys
from importlib import import_module
from io import TextIOWrapper
from typing import Final

import click

from surfacebridge import __version__

COMMANDS: Final[dict[str, str]] = {
    "demo": "Show the whole bridge at work on simulated hardware.",
    "run": "Run a rig: connect its surfaces and targets until Ctrl-C.",
    "record": "Run a rig and keep all that goes over its links in one file.",
    "replay": "Play a capture again, and see whether the same bytes come out.",
    "status": "Say how the links of the running bridges are, and why.",
    "resync": "Let a running bridge read and paint everything again.",
    "check": "Check a rig or a sheet and say everything that is wrong.",
    "test": "Run the stories of a rig in virtual time.",
    "explain": "Say which line drives a control, and why.",
    "expand": "List every concrete binding of a rig.",
    "learn": "Insert a line for a control you touch and a parameter you name.",
    "fmt": "Rewrite mapping files in one style, comments kept.",
    "studio": "Show who is in a studio, and say who leads.",
    "devices": "List the surfaces and targets a rig can name.",
    "ports": "List the MIDI and serial ports of this machine.",
    "sim": "Run simulated hardware as a peer of its own; alone: list it.",
    "bench": "Measure how quick the bridge is on this machine.",
    "monitor": "Decode what arrives at an address, in words.",
}
"""Each command with the line that ``--help`` shows, in the order a newcomer meets them."""


# What shells give a command that Ctrl-C ended.
_INTERRUPTED: Final = 130


class _Lazy(click.Group):
    """A group that imports a command when it is called, so that ``--help`` is instant."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"surfacebridge.apps.cli.{cmd_name}").command
        return command if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from surfacebridge.mapping.problems import near_misses

            near = near_misses(args[0], COMMANDS, most=1)
            hint = f"did you mean '{near[0]}'?" if near else "'--help' lists them."
            raise click.UsageError(f"There is no command '{args[0]}'; {hint}", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                # A terminal that cannot show a letter shows another; nothing ends over it.
                stream.reconfigure(errors="replace")
        try:
            return super().invoke(ctx)
        except OSError as error:
            if error.filename is None:
                raise
            click.echo(f"surfacebridge: {error.filename}: {error.strerror}.", err=True)
            ctx.exit(2)
        except KeyboardInterrupt:
            click.echo("surfacebridge: It was stopped before it was done.", err=True)
            ctx.exit(_INTERRUPTED)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


_HELP: Final = """Join control surfaces, mixing consoles and DAWs, both ways.

A rig is a YAML file that says what is plugged in, what it drives, and how.
Rigs that come with surfacebridge are found by name: xtouch-x32.

\b
First steps:
  surfacebridge demo           see it work, with no hardware
  surfacebridge ports          what is plugged in here
  surfacebridge check RIG      is my file right?
  surfacebridge run RIG        go
"""


@click.group(cls=_Lazy, help=_HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """Hold the commands."""
