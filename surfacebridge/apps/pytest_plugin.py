"""Stories of rigs as pytest tests, in anybody's own suite.

Owns: collecting ``*.rig.yaml`` files, and rigs named by ``--rig`` or by the
``rigs`` ini option.  Does not own: running stories (``rehearsal``).

pytest loads this for every project that has surfacebridge installed, so the
bridge itself is imported only when a rig is collected.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from surfacebridge.rehearsal.programme import Programme
    from surfacebridge.rehearsal.runner import Failure, Verdict

_SUFFIXES: Final = (".rig.yaml", ".rig.yml")
_NAMED: Final = pytest.StashKey[frozenset[Path]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let people name rigs on the command line and in their configuration."""
    group = parser.getgroup("surfacebridge")
    group.addoption(
        "--rig",
        action="append",
        default=[],
        metavar="RIG",
        help="run the stories of this rig, a file or the name of one that comes with "
        "surfacebridge; may be given several times",
    )
    parser.addini("rigs", "rigs whose stories are run beside the tests", type="args", default=[])


def pytest_configure(config: pytest.Config) -> None:
    """Add the named rigs to what is collected; those of the ini file only to a whole run."""
    names: list[tuple[str, Path]] = [
        (name, config.invocation_params.dir) for name in config.getoption("rig")
    ]
    if config.args_source != pytest.Config.ArgsSource.ARGS:
        names += ((name, config.rootpath) for name in config.getini("rigs"))
    found = [_find(name, folder) for name, folder in names]
    config.stash[_NAMED] = frozenset(found)
    config.args += [str(path) for path in dict.fromkeys(found) if str(path) not in config.args]


def _find(name: str, folder: Path) -> Path:
    from surfacebridge.apps.mapping_files import find_rig, shipped_rigs

    path = find_rig(str(folder / name)) or find_rig(name)
    if path is None:
        ours = ", ".join(shipped_rigs())
        raise pytest.UsageError(f"There is no rig {name!r}; those that come with us: {ours}.")
    return path.resolve()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Take files that end in ``.rig.yaml``, and those that were named."""
    named = parent.config.stash.get(_NAMED, frozenset())
    if file_path.name.endswith(_SUFFIXES) or file_path.resolve() in named:
        return RigFile.from_parent(parent, path=file_path)
    return None


class RigFile(pytest.File):
    """One rig: every test on a line and every story is an item."""

    def collect(self) -> Iterator[pytest.Item]:
        """Read the rig; a rig with errors is an error of the collection."""
        from surfacebridge.apps.mapping_files import load_rig
        from surfacebridge.mapping.render import as_text
        from surfacebridge.rehearsal.programme import Programme

        loaded = load_rig(str(self.path), {})
        if loaded.document is None or loaded.plan is None:
            raise self.CollectError(as_text(loaded.problems, loaded.sources))
        programme = Programme(loaded.document, loaded.plan)
        if programme.problems:
            raise self.CollectError(as_text(programme.problems, loaded.sources))
        for verdict in programme.line_tests():
            yield LineItem.from_parent(self, name=verdict.name, verdict=verdict)
        for name in programme.story_names:
            yield StoryItem.from_parent(self, name=name, programme=programme)


class StoryFailed(Exception):
    """A story or a test on a line did not come true."""

    def __init__(self, failure: "Failure") -> None:
        super().__init__(str(failure))
        self.failure = failure


class _Item(pytest.Item):
    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None
    ) -> str:
        """Say what was expected and what came instead, without a traceback."""
        del style
        if not isinstance(excinfo.value, StoryFailed):
            return str(super().repr_failure(excinfo))
        failure = excinfo.value.failure
        return f"{failure.span}: {failure.step}\n  Expected {failure.expected}.\n  {failure.got}"

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where this stands."""
        return self.path, self._line() - 1, self.name

    def _line(self) -> int:
        return 1


class StoryItem(_Item):
    """One story."""

    def __init__(self, *, programme: "Programme", **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self._programme = programme

    def runtest(self) -> None:
        """Run the story on a fresh rig."""
        _raise_if_failed(self._programme.story(self.name))

    def _line(self) -> int:
        stories = self._programme.document.stories
        return next(story.span.line for story in stories if story.name == self.name)


class LineItem(_Item):
    """One test that stands on a line."""

    def __init__(self, *, verdict: "Verdict", **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self._verdict = verdict

    def runtest(self) -> None:
        """Say how it went; a line is tested when its file is collected."""
        _raise_if_failed(self._verdict)

    def _line(self) -> int:
        return self._verdict.span.line


def _raise_if_failed(verdict: "Verdict") -> None:
    if verdict.failure is not None:
        raise StoryFailed(verdict.failure)
