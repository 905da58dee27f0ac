"""``surfacebridge replay``: the same bytes again, in virtual time or to a real link."""

import asyncio
import sys
from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from surfacebridge.apps.cli.options import code_option, read_places

if TYPE_CHECKING:
    from surfacebridge.apps.captures import Capture
    from surfacebridge.bridge.replaying import Difference, Replayed
    from surfacebridge.protocols.capture import CapturedLink, Moment

_SHOWN: Final = 10
_MOST_LINES: Final = 12
_MOST_BYTES: Final = 24
_MOST_WORDS: Final = 4


@click.command("replay")
@click.argument("capture", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--rig", metavar="RIG", help="Play to this rig instead of the captured one.")
@code_option
@click.option(
    "--at",
    "places",
    multiple=True,
    metavar="NAME=ADDRESS",
    help="Play what NAME said to this address instead, at the speed it was said.",
)
@click.option("--sent", is_flag=True, help="With --at: play what NAME was sent.")
@click.option(
    "--speed",
    type=click.FloatRange(min=0.01, max=1000),
    default=1.0,
    show_default=True,
    help="With --at: so many times as fast.",
)
@click.option("--all", "show_all", is_flag=True, help="Show every difference that was kept.")
def command(
    capture: Path,
    rig: str | None,
    modules: tuple[str, ...],
    places: tuple[str, ...],
    sent: bool,
    speed: float,
    show_all: bool,
) -> None:
    """Play CAPTURE, and see whether the same bytes come out.

    Without --at it opens nothing: the captured rig runs in virtual time, hears what
    it heard then, and what it sends is compared.  Ends with status 0 when all is the
    same, 1 when something differs, 2 when the capture cannot be played.
    """
    from surfacebridge.apps.captures import read_capture, sayings
    from surfacebridge.errors import SurfaceBridgeError

    try:
        read = read_capture(capture)
        for sentence in sayings(read):
            click.echo(f"{capture}: {sentence}", err=True)
        if places:
            _play_to_links(read, read_places(places), sent=sent, speed=speed)
            return
        replayed = _replay(read, rig, modules)
    except SurfaceBridgeError as wrong:
        click.echo(f"surfacebridge: {wrong}", err=True)
        sys.exit(2)
    _print_result(read, replayed, len(replayed.differences) if show_all else _SHOWN)
    sys.exit(1 if replayed.different else 0)


def _replay(read: "Capture", rig: str | None, modules: tuple[str, ...]) -> "Replayed":
    from surfacebridge.apps.captures import replay_capture
    from surfacebridge.errors import MappingRefused

    try:
        return asyncio.run(replay_capture(read, rig=rig, code=modules))
    except MappingRefused as refused:
        for problem in refused.problems:
            click.echo(str(problem), err=True)
        raise


def _play_to_links(read: "Capture", places: dict[str, str], *, sent: bool, speed: float) -> None:
    from surfacebridge.apps.playing import play_to_links

    try:
        asyncio.run(play_to_links(read, places, sent=sent, speed=speed, say=click.echo))
    except KeyboardInterrupt:
        click.echo("It was stopped.")


def _print_result(read: "Capture", replayed: "Replayed", shown: int) -> None:
    from surfacebridge import __version__
    from surfacebridge.model.values import counted

    said, sent = _Sayers(read, to_peer=False), _Sayers(read, to_peer=True)
    for one in replayed.differences[:shown]:
        cause = _cause(one.cause, said)
        click.echo(f"{one.cause.at - read.header.began:9.3f}  after {cause}, to {one.name}:")
        for line in _lines(one, sent.of(one.name)):
            click.echo(line)
    more = replayed.different - min(shown, len(replayed.differences))
    if more > 0:
        click.echo(f"... and {more} more; --all shows up to {len(replayed.differences)}.")
    for note in replayed.notes:
        click.echo(note, err=True)
    if replayed.ignored:
        click.echo(
            f"Left out: {counted(replayed.ignored, 'moment')} without a place in this rig.",
            err=True,
        )
    if read.header.bridge != __version__:
        click.echo(f"It was recorded by surfacebridge {read.header.bridge}; this is {__version__}.")
    told = f"{counted(replayed.moments, 'moment')} in {read.seconds:.1f} s"
    if replayed.different:
        click.echo(f"{told}: after {replayed.different} of them something else was sent.")
    else:
        click.echo(f"{told} sent the same {counted(replayed.chunks, 'chunk')}, to the byte.")


def _cause(cause: "Moment", said: "_Sayers") -> str:
    match cause.what:
        case "in" | "with":
            return f"{cause.name} said {said.of(cause.name).say(cause.data)}"
        case "wake":
            return f"a timer of {cause.name or 'the engine'}"
        case "tick":
            return f"the clock showed {cause.text}"
        case _:
            return f"{cause.name} {cause.what}"


class _Sayers:
    """Who says the chunks of each link, even of one that the capture's first line lacks."""

    def __init__(self, read: "Capture", *, to_peer: bool) -> None:
        self._links = {link.name: link for link in read.header.links}
        self._to_peer = to_peer

    def of(self, name: str) -> "_Sayer":
        from surfacebridge.protocols.capture import CapturedLink

        unknown = CapturedLink(name, "surface", "", "")
        return _Sayer(self._links.get(name, unknown), to_peer=self._to_peer)


class _Sayer:
    """Says a chunk of one way over ``link`` in the words of ``monitor``, with its bytes."""

    def __init__(self, link: "CapturedLink", *, to_peer: bool) -> None:
        # What goes to a surface is what a host says; so is what a DAW says to a surface we are.
        self._host_side = (link.kind == "surface") == to_peer
        self._midi = next((one for one in ("mcu", "hui") if one in link.dialect), "midi")

    def say(self, data: bytes) -> str:
        from surfacebridge.apps.watching import Words

        text = data.rstrip(b"\r\n").decode("latin-1")
        if data[:1] not in {b"/", b"#"} and text.isascii() and text.isprintable():
            return repr(text)
        dialect = "osc" if data[:1] in {b"/", b"#"} else self._midi
        words = Words(dialect, host_side=self._host_side).say(data)
        shown = data[:_MOST_BYTES].hex(" ").upper() + (" ..." if len(data) > _MOST_BYTES else "")
        return "; ".join([*words[:_MOST_WORDS], f"[{shown}]"])


def _lines(difference: "Difference", say: _Sayer) -> list[str]:
    """Return what was sent then and not now (``-``), and now and not then (``+``)."""
    from surfacebridge.model.values import counted

    then, again = difference.recorded, difference.replayed
    found: list[str] = []
    for tag, a, b, c, d in SequenceMatcher(None, then, again, autojunk=False).get_opcodes():
        if tag != "equal":
            found += _marked("-", then[a:b], say)
            found += _marked("+", again[c:d], say)
    if len(found) > _MOST_LINES:
        found = [
            *found[:_MOST_LINES],
            f"           ... {counted(len(found) - _MOST_LINES, 'more line')}",
        ]
    return found


def _marked(mark: str, chunks: Sequence[bytes], say: _Sayer) -> list[str]:
    return [f"         {mark} {say.say(data)}" for data in chunks]
