"""``surfacebridge sim``: simulated hardware as a peer of its own."""

import sys

import click


@click.command(
    "sim",
    add_help_option=False,
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="[DEVICE] [--at ADDRESS] …")
def command(words: tuple[str, ...]) -> None:
    """Run a simulated surface, console or DAW; without a name: list them."""
    from firmware_sim.cli import main

    sys.exit(main(words))
