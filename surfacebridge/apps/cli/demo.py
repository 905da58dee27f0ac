"""``surfacebridge demo``: the whole bridge at work, with no hardware."""

import asyncio
import sys

import click


@click.command("demo")
@click.option(
    "--seconds",
    type=click.FloatRange(min=0),
    default=30.0,
    show_default=True,
    help="How long the show goes on; 0 means until Ctrl-C.",
)
@click.option("--plain", is_flag=True, help="Say what happens in lines instead of drawing it.")
def command(seconds: float, plain: bool) -> None:
    """Let a simulated X-Touch drive a simulated X32 through the real bridge.

    The surface is on a pseudo-terminal, the console on UDP OSC, both on this
    machine.  A hand rides faders, another client moves the desk, a scene is
    recalled, banks change, and the surface is unplugged in mid-move.

    Ends with status 0 if the surface shows what the desk holds, 1 if not.
    """
    from surfacebridge.apps.cli.demo_show import run_show
    from surfacebridge.apps.logs import set_up

    set_up(verbosity=-1)
    try:
        good = asyncio.run(run_show(seconds, draw=not plain and sys.stdout.isatty()))
    except KeyboardInterrupt:
        return
    if not good:
        sys.exit(1)
