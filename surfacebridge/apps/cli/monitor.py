"""``surfacebridge monitor``: live traffic, in words."""

import asyncio
import sys
import time

import click


@click.command("monitor")
@click.argument("address")
@click.option(
    "--as",
    "dialect",
    type=click.Choice(
        ["auto", "midi", "mcu", "hui", "osc", "lines", "deej", "slip-osc", "cobs", "bytes"]
    ),
    default="auto",
    show_default=True,
    help="What to decode it as; auto: OSC on udp:, lines on serial:, Mackie Control elsewhere.",
)
@click.option("--host-side", is_flag=True, help="The other end is a DAW, not a surface.")
@click.option("--send", "hello", metavar="OSC", help="Send this first: '/xremote', '/info'.")
@click.option("--seconds", type=click.FloatRange(min=0), default=0.0, help="Stop after this long.")
def command(address: str, dialect: str, host_side: bool, hello: str | None, seconds: float) -> None:
    """Decode what arrives at ADDRESS until Ctrl-C.

    \b
      surfacebridge monitor midi:X-Touch
      surfacebridge monitor udp://192.168.1.32:10023 --send /xremote
      surfacebridge monitor pty:/tmp/x-touch
    """  # noqa: D301 - click wants the character
    from surfacebridge.apps.watching import Words, watch
    from surfacebridge.errors import SurfaceBridgeError

    if dialect == "auto":
        dialect = {"udp": "osc", "serial": "lines"}.get(address.partition(":")[0], "mcu")
    words = Words(dialect, host_side=host_side)
    started = time.monotonic()

    def show(data: bytes) -> None:
        at = time.monotonic() - started
        for line in words.say(data):
            click.echo(f"{at:9.3f}  {line}")

    def doubt(sentence: str) -> None:
        click.echo(sentence, err=True)

    try:
        asyncio.run(watch(address, show, doubt, hello=hello, seconds=seconds))
    except KeyboardInterrupt:
        pass
    except SurfaceBridgeError as wrong:
        click.echo(f"surfacebridge: {wrong}", err=True)
        sys.exit(2)
