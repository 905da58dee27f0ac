"""Finding files: a rig by path or by the name of one we ship, and its sheets.

Owns: reading mapping and sheet files from disk.  Does not own: what they say.
"""

import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from surfacebridge.errors import AddressError
from surfacebridge.mapping.document import Document
from surfacebridge.mapping.problems import Problem, did_you_mean
from surfacebridge.mapping.source import Source, Span
from surfacebridge.model.values import Value
from surfacebridge.routing.plan import Plan
from surfacebridge.value import as_value

if TYPE_CHECKING:
    from surfacebridge.mapping.tables import Points

# The reader refuses larger texts too; this keeps us from reading a disk image first.
LARGEST_FILE: Final = 1024 * 1024


@as_value
class LoadedRig:
    """A rig file as far as it could be understood; ``plan`` is ``None`` beside errors."""

    source: Source
    document: Document | None
    plan: Plan | None
    problems: tuple[Problem, ...]
    sources: tuple[Source, ...]
    """Every file that was read, to show lines from."""
    overrides: Mapping[str, str] = field(default_factory=dict)
    allow_code: Collection[str] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    """Every text that was read, by its path from the rig's folder on, with ``/``.

    A sheet that comes along stands as if it were beside the rig, where it would
    be found first: with these files the rig is the same on any machine.
    """

    @property
    def errors(self) -> int:
        """How many problems keep the rig from running."""
        return sum(problem.severity == "error" for problem in self.problems)


def mappings_folder() -> Path:
    """Return where the shipped mappings are, in a wheel or in a source tree."""
    package = Path(__file__).resolve().parent.parent
    shipped = package / "_mappings"
    return shipped if shipped.is_dir() else package.parent / "mappings"


def shipped_rigs() -> list[str]:
    """Return the names of the rigs that come with surfacebridge."""
    return sorted(path.stem for path in (mappings_folder() / "rigs").glob("*.yaml"))


def find_rig(name: str) -> Path | None:
    """Return the file that ``name`` means: a path, or the name of a shipped rig."""
    path = Path(name)
    if path.is_file():
        return path
    shipped = mappings_folder() / "rigs" / f"{name.removesuffix('.yaml')}.yaml"
    return shipped if "/" not in name and shipped.is_file() else None


def load_rig(
    name: str, overrides: Mapping[str, str], allow_code: Collection[str] = ()
) -> LoadedRig:
    """Read, parse and compile the rig ``name``; every problem is in the result, none raises.

    ``allow_code`` names the modules that ``py(module:function)`` may use.
    """
    from surfacebridge.mapping.inline import sheet_of_inline
    from surfacebridge.mapping.parser import read_mapping
    from surfacebridge.mapping.sheets import catalogue_of
    from surfacebridge.routing.compiler import Products, compile_mapping

    path = find_rig(name)
    if path is None:
        problem = Problem(Span(name, 1, 1), _not_found(Path(name)), "no-file")
        return LoadedRig(Source(name, ""), None, None, (problem,), ())
    sources: list[Source] = []
    read = _read(path, sources)
    if isinstance(read, Problem):
        return LoadedRig(Source(str(path), ""), None, None, (read,), ())

    def include(text: str, span: Span) -> Source | Problem:
        found = Path(span.path).parent / text
        if not found.is_file():
            return Problem(span, f"there is no file '{text}' beside this one", "include")
        return _read(found, sources)

    document, problems = read_mapping(read, include, overrides)
    plan = None
    files: dict[str, str] = {}
    if document is not None:
        catalogue = catalogue_of(SheetFolder(mappings_folder(), path.parent, files))
        products = Products(
            catalogue.device,
            catalogue.target,
            sheet_of_inline,
            lambda code: _function(code, allow_code, path.parent),
            lambda table: _table(path.parent / table, sources),
        )
        plan, more = compile_mapping(document, products)
        more = [*more, *_unsayable(document, plan), *_unreadable(document)]
        problems = sorted({*problems, *more}, key=lambda problem: (problem.span, problem.message))
    if any(problem.severity == "error" for problem in problems):
        plan = None
    files |= {_from(path.parent, one.path): one.text for one in sources}
    return LoadedRig(
        read, document, plan, tuple(problems), tuple(sources), overrides, allow_code, files
    )


def _not_found(path: Path) -> str:
    if path.is_dir():
        return "this is a folder; name the file in it"
    beside = path.parent.glob("*.y*ml")
    hint = did_you_mean(str(path), [*shipped_rigs(), *(str(one) for one in beside)])
    ours = ", ".join(shipped_rigs())
    return f"there is no such file{hint or f'. Rigs that come with surfacebridge: {ours}.'}"


def _from(folder: Path, path: str) -> str:
    return os.path.relpath(path, folder).replace(os.sep, "/")


def _unreadable(document: Document) -> Iterator[Problem]:
    """Yield the addresses in ``document`` that no link could be opened at."""
    from surfacebridge.transports.address import parse_address

    places = [
        *((one.name, one.address, one.span) for one in document.surfaces.values()),
        *((one.name, one.address, one.span) for one in document.targets.values()),
    ]
    for name, address, span in places:
        if address:
            try:
                parse_address(address)
            except AddressError as wrong:
                yield Problem(span, f"'{name}' has no address: {wrong.reason}", "address")


def _unsayable(document: Document, plan: Plan | None) -> list[Problem]:
    """Return what surfaces described in the mapping itself could not say or hear."""
    from surfacebridge.errors import ProtocolMisuse, UnknownProduct
    from surfacebridge.profiles.registry import surface_endpoint

    found: list[Problem] = []
    for name, surface in document.surfaces.items():
        if plan is None or not surface.inline:
            continue
        try:
            surface_endpoint(name, plan.surfaces[name])
        except UnknownProduct:
            continue
        except ProtocolMisuse as misuse:
            found.append(Problem(surface.span, f"'{name}': {misuse}", "surface"))
    return found


def _table(path: Path, sources: list[Source]) -> "Points | str":
    from surfacebridge.mapping.tables import read_table

    read = _read(path, sources) if path.is_file() else "there is no such file beside the mapping"
    if isinstance(read, Problem):
        return read.message
    return read if isinstance(read, str) else read_table(read.text)


def _function(name: str, allowed: Collection[str], beside: Path) -> Callable[[Any], Value] | str:
    """Return the function ``module:name`` of an allowed module, or why it is not to be had.

    Modules ``beside`` the rig are found as well as installed ones.
    """
    from importlib import import_module

    from surfacebridge.routing.names import refuse_code

    module, _, attribute = name.partition(":")
    if module not in allowed:
        return refuse_code(name)
    folder = str(beside.resolve())
    if folder not in sys.path:
        sys.path.append(folder)
    try:
        found = getattr(import_module(module), attribute, None)
    except Exception as error:  # noqa: BLE001 - whatever a module does when it is imported
        return f"the module '{module}' cannot be imported: {error}"
    if not callable(found):
        return f"the module '{module}' has no function '{attribute}'"
    function: Callable[[Any], Value] = found
    return function


class SheetFolder:
    """Sheet files in the shipped mappings, and in ``devices`` and ``targets`` beside a rig."""

    def __init__(self, shipped: Path, beside: Path, files: dict[str, str] | None = None) -> None:
        """Note in ``files`` what was read, by its path from either folder on."""
        self._folders = (beside, shipped)
        self._files = {} if files is None else files

    def read(self, kind: Literal["devices", "targets"], name: str) -> Source | None:
        """Return the text of one sheet, or ``None``; the user's own come first."""
        if ".." in name:
            return None
        for folder in self._folders:
            path = folder / kind / f"{name}.yaml"
            if path.is_file():
                read = _read(path, [])
                if isinstance(read, Problem):
                    return None
                self._files[f"{kind}/{name}.yaml"] = read.text
                return read
        return None

    def names(self, kind: Literal["devices", "targets"]) -> Iterable[str]:
        """Return the names of all sheets of a kind, ``MAKER/MODEL``."""
        for folder in self._folders:
            for path in (folder / kind).glob("*/*.yaml"):
                yield f"{path.parent.name}/{path.stem}"


def _read(path: Path, sources: list[Source]) -> Source | Problem:
    span = Span(str(path), 1, 1)
    try:
        if path.stat().st_size > LARGEST_FILE:
            return Problem(span, "this file is larger than 1 MiB; no mapping is", "too-large")
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return Problem(span, "this is not text in UTF-8; save it as UTF-8 again", "not-text")
    except OSError as error:
        return Problem(span, f"this file cannot be read: {error.strerror}", "no-file")
    source = Source(str(path), text)
    sources.append(source)
    return source
