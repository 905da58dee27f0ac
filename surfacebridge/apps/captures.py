"""Captures on disk: reading one whole, and laying out the rig that is in it.

Owns: the bounds of what is read, and that a stranger's capture writes nowhere
but into the folder it is given.  Does not own: the lines (``protocols.capture``).
"""

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath
from tempfile import TemporaryDirectory
from typing import Final

from surfacebridge.apps.mapping_files import LoadedRig, load_rig
from surfacebridge.apps.recording import STUDIO
from surfacebridge.apps.scene_folder import SceneFolder
from surfacebridge.bridge.assembly import places_of
from surfacebridge.bridge.replaying import Observer, Replay, Replayed
from surfacebridge.errors import MappingRefused, RecordingRefused
from surfacebridge.model.values import counted
from surfacebridge.protocols.capture import (
    BadLine,
    CaptureDecoder,
    CapturedFile,
    CaptureEnd,
    CaptureHeader,
    Line,
    Moment,
)
from surfacebridge.routing.plan import Plan

_PIECE: Final = 65_536

# A show of an evening; each takes some two hundred bytes here.
MOST_MOMENTS: Final = 5_000_000
# A mapping may be 1 MiB; a rig with all its sheets is far from sixteen.
MOST_TEXT: Final = 16 * 1024 * 1024
MOST_FILES: Final = 1_000
_KINDS: Final = frozenset({".yaml", ".yml", ".csv"})
# Included files may lie so many folders above the mapping.
_ABOVE: Final = 8


@dataclass(slots=True)
class Capture:
    """A capture as far as it could be read.

    ``files`` is the rig as it started, ``reloads`` the rigs that were taken
    over later; ``end`` is ``None`` for a recording that did not end in order.
    """

    header: CaptureHeader
    files: dict[str, str] = field(default_factory=dict)
    moments: list[Moment] = field(default_factory=list)
    reloads: list[dict[str, str]] = field(default_factory=list)
    end: CaptureEnd | None = None
    bad: list[BadLine] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """How long the recording is."""
        return self.moments[-1].at - self.header.began if self.moments else 0.0

    def addresses(self) -> dict[str, str]:
        """Return where each link led."""
        return {link.name: link.address for link in self.header.links}


class _Reading:
    """Lines to a capture, in order."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._header: CaptureHeader | None = None
        self._bad: list[BadLine] = []
        self._capture: Capture | None = None
        self._files: dict[str, list[str]] = {}
        self._room = MOST_TEXT

    def take(self, line: Line | BadLine) -> None:
        match line:
            case BadLine():
                self._bad.append(line)
            case CaptureHeader() if self._capture is None:
                self._capture = Capture(line, bad=self._bad)
            case CapturedFile(name, text):
                self._room -= len(text)
                if self._room < 0 or len(self._files) >= MOST_FILES:
                    raise RecordingRefused(f"{self._path} holds more files than any rig has.")
                self._files.setdefault(name, []).append(text)
            case Moment():
                self._take_moment(line)
            case CaptureEnd() if self._capture is not None:
                self._capture.end = line
            case _:
                pass

    def _take_moment(self, moment: Moment) -> None:
        capture = self._capture
        if capture is None:
            return
        if len(capture.moments) >= MOST_MOMENTS:
            raise RecordingRefused(
                f"{self._path} holds more than {MOST_MOMENTS:,} moments; "
                "record less at a time with --minutes."
            )
        if moment.what == "reload":
            capture.reloads.append(self._joined())
        elif not capture.moments:
            capture.files = self._joined()
        capture.moments.append(moment)

    def _joined(self) -> dict[str, str]:
        files, self._files = self._files, {}
        return {name: "".join(pieces) for name, pieces in files.items()}

    def done(self) -> Capture:
        if self._capture is None:
            why = f" {_told(self._bad[0])}" if self._bad else ""
            raise RecordingRefused(
                f"{self._path} is no capture: its first line is missing.{why} "
                "'surfacebridge record RIG -o FILE' makes one."
            )
        if not self._capture.moments:
            self._capture.files = self._joined()
        return self._capture


def read_capture(path: Path) -> Capture:
    """Read the capture in ``path``; lines that are none are in its ``bad``.

    Raises ``RecordingRefused`` for a file that cannot be read or is no capture.
    """
    decoder, reading = CaptureDecoder(), _Reading(path)
    try:
        with path.open("rb") as file:
            while data := file.read(_PIECE):
                for line in decoder.receive(data):
                    reading.take(line)
    except OSError as error:
        raise RecordingRefused(f"{path} cannot be read: {error.strerror}.") from None
    for line in decoder.finish():
        reading.take(line)
    return reading.done()


def _told(bad: BadLine) -> str:
    return f"Line {bad.number} is {bad.reason}."


def sayings(capture: Capture) -> list[str]:
    """Return what people should know of a capture before they believe in it."""
    said = []
    if capture.bad:
        first = _told(capture.bad[0])
        said.append(
            f"Left out: {counted(len(capture.bad), 'line')} that could not be read. {first}"
        )
    if capture.end is None:
        said.append("The recording has no end: it was cut off, or the bridge crashed.")
    return said


def lay_out(files: dict[str, str], rig: str, folder: Path) -> Path:
    """Write the ``files`` of a rig below ``folder``; return where ``rig`` is.

    Raises ``RecordingRefused`` for a name that leads out of it, or is no file of a rig.
    """
    root = folder.resolve()
    above = [PurePosixPath(name).parts.count("..") for name in files]
    base = root.joinpath(*["rig"] * min(max(above, default=0), _ABOVE))
    for name, text in {**files, rig: files.get(rig, "")}.items():
        path = Path(base, name).resolve()
        is_plain = not PurePosixPath(name).is_absolute() and not PureWindowsPath(name).drive
        if not is_plain or "\\" in name or not path.is_relative_to(root):
            raise RecordingRefused(f"The capture's file '{name}' leads out of its folder.")
        if path.suffix not in _KINDS:
            raise RecordingRefused(f"The capture's file '{name}' is no file of a rig.")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        except (OSError, ValueError) as error:
            raise RecordingRefused(f"'{name}' of the capture cannot be written: {error}") from None
    return (base / rig).resolve()


def _load(
    capture: Capture, files: dict[str, str], folder: Path, code: tuple[str, ...]
) -> LoadedRig:
    header = capture.header
    return load_rig(str(lay_out(files, header.rig, folder)), header.settings, code)


async def replay_capture(
    capture: Capture,
    *,
    rig: str | None = None,
    code: tuple[str, ...] = (),
    observer: Observer | None = None,
) -> Replayed:
    """Play ``capture`` in a fresh bridge, with the file ``rig`` instead of its own if given.

    ``code`` names the modules its rig may use; a capture cannot allow itself any.
    Raises ``MappingRefused`` for a rig with errors, ``AddressError`` and
    ``RecordingRefused``.
    """
    header = capture.header
    with TemporaryDirectory(prefix="surfacebridge-") as folder:
        later = iter(enumerate(capture.reloads))

        def reload() -> Plan | None:
            number, files = next(later, (0, {}))
            if rig is not None or not files:
                return None
            return _load(capture, files, Path(folder) / str(number), code).plan

        if rig is None:
            loaded = _load(capture, capture.files, Path(folder) / "rig", code)
        else:
            loaded = load_rig(rig, header.settings, code)
        if loaded.plan is None or loaded.document is None:
            raise MappingRefused(loaded.problems)
        known = {*loaded.document.surfaces, *loaded.document.targets}
        at = {name: where for name, where in capture.addresses().items() if name in known}
        places = places_of(loaded.document, loaded.plan, at)
        replay = Replay(loaded.plan, places, writes=header.writes, reload=reload)
        scenes = replay.hub.engine.wiring.scenes
        if scenes is not None:
            for number, values in SceneFolder(Path(loaded.source.path)).load():
                scenes.load(number, values)
        if observer is not None:
            replay.observe(observer)
        if loaded.document.studio is not None:
            replay.result.notes.append(STUDIO)
        return await replay.run(capture.moments)
