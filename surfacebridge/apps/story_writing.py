"""From a capture to a story in a folder, beside the rig it is about.

Owns: the folder, and that what is expected in the story comes true there.
Does not own: the steps (``rehearsal.retelling``), or replaying.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from surfacebridge.apps.captures import Capture, lay_out, replay_capture
from surfacebridge.apps.mapping_files import load_rig
from surfacebridge.errors import MappingRefused, RecordingRefused
from surfacebridge.protocols.capture import Moment
from surfacebridge.rehearsal.programme import Programme
from surfacebridge.rehearsal.retelling import Line, Told, retell, story_file
from surfacebridge.routing.running import Effect, Event

STORY: Final = "story.yaml"

# A line that is left out moves the time of those after it: look again, and no more
# often than that.
_ROUNDS: Final = 6

# What was before is cut down by at most so many tries; each takes a part of a second.
_TRIES: Final = 40


@dataclass(frozen=True, slots=True)
class WrittenStory:
    """A story on disk: what is done in it, what is expected, and what was seen only then."""

    path: Path
    steps: int
    expected: int
    apart: int


async def write_story(
    capture: Capture, name: str, folder: Path, code: tuple[str, ...] = ()
) -> WrittenStory:
    """Write the captured rig and the story of ``capture`` into ``folder``, which is new.

    Raises ``RecordingRefused`` for a folder that is there or cannot be written,
    and ``MappingRefused`` for a rig with errors.
    """
    told: list[Told] = []

    def observer(cause: Moment, name: str, what: Event | Effect | bytes) -> None:
        data = cause.data if cause.what in {"in", "with"} and cause.name == name else b""
        told.append(Told(cause.at, name, what, cause.what, data))

    await replay_capture(capture, code=code, observer=observer)
    _make(folder)
    rig = lay_out(capture.files, capture.header.rig, folder)
    loaded = load_rig(str(rig), capture.header.settings, code)
    if loaded.plan is None or loaded.document is None:
        raise MappingRefused(loaded.problems)
    given = loaded.document.settings
    settings = [(key, given[key].type, value) for key, value in capture.header.settings.items()]
    path = rig.with_name(STORY)

    lines = retell(told, loaded.plan)
    for _ in range(_ROUNDS):
        text = story_file(lines, name=name, rig=rig.name, settings=settings)
        rehearsed = _Rehearsed(path, text, code)
        failed = rehearsed.failed(name, len(lines))
        if not failed:
            break
        lines = [
            replace(one, is_apart=one.is_apart or at in failed) for at, one in enumerate(lines)
        ]
    else:
        return _counted(path, lines)
    needless = rehearsed.needless(name, lines)
    lines = [one for at, one in enumerate(lines) if at not in needless]
    path.write_text(story_file(lines, name=name, rig=rig.name, settings=settings), "utf-8")
    return _counted(path, lines)


def _make(folder: Path) -> None:
    try:
        folder.mkdir()
    except OSError as error:
        raise RecordingRefused(
            f"{folder} cannot be made: {error.strerror}. Name a new folder with -o."
        ) from None


def _counted(path: Path, lines: Sequence[Line]) -> WrittenStory:
    apart = sum(line.is_apart for line in lines)
    expected = sum(line.is_seen and not line.is_apart for line in lines)
    return WrittenStory(path, len(lines) - expected - apart, expected, apart)


class _Rehearsed:
    """The written file, read again: which of its lines come true, and which are needed."""

    def __init__(self, path: Path, text: str, code: tuple[str, ...]) -> None:
        path.write_text(text, encoding="utf-8")
        loaded = load_rig(str(path), {}, code)
        if loaded.document is None or loaded.plan is None:
            raise MappingRefused(loaded.problems)
        self._path = str(path)
        self._rows = text.count("\n")
        self._programme = Programme(loaded.document, loaded.plan)

    def failed(self, name: str, lines: int) -> set[int]:
        """Return which of the story's lines (from 0) are no steps or do not come true."""
        spans = [one.span for one in self._programme.problems]
        spans += [step.span for step in self._programme.missed(self._programme.steps(name))]
        # The last line of the file is the last of the story.
        first = self._rows - lines + 1
        return {span.line - first for span in spans if span.path == self._path}

    def needless(self, name: str, lines: Sequence[Line]) -> set[int]:
        """Return lines of what was before without which all comes true as well."""
        first = self._rows - len(lines) + 1
        steps = {step.span.line - first: step for step in self._programme.steps(name)}
        before = [at for at, line in enumerate(lines) if line.is_before and at in steps]
        left_out: set[int] = set()
        size, tries = len(before), _TRIES
        while size and tries:
            for start in range(0, len(before), size):
                without = {*left_out, *before[start : start + size]}
                if without == left_out or not tries:
                    continue
                tries -= 1
                if not self._programme.missed(
                    [one for at, one in steps.items() if at not in without]
                ):
                    left_out = without
            size //= 2
        return left_out
