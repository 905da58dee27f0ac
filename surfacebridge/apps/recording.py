"""Writing a capture while a rig runs.

Owns: the file, its bounds, and that no password gets into it.  Does not own:
the lines (``protocols.capture``).

Rule: every line is with the system when the call returns, so that a crash
loses nothing that was said before it.  A full disk or a full capture ends the
recording, never the bridge.
"""

import datetime
import logging
import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Final

from surfacebridge import __version__
from surfacebridge.apps.mapping_files import LoadedRig
from surfacebridge.apps.scene_folder import SceneFolder
from surfacebridge.bridge.supervisor import Place, SurfacePlace
from surfacebridge.errors import RecordingRefused
from surfacebridge.protocols.capture import (
    LARGEST_CHUNK,
    CapturedLink,
    CaptureEnd,
    CaptureHeader,
    Line,
    Moment,
    encode_line,
    pieces_of,
)
from surfacebridge.value import as_value

log = logging.getLogger(__name__)

MEGABYTE: Final = 1_000_000

STUDIO: Final = (
    "This rig takes part in a studio. What comes from its broker is no part of a capture, "
    "so where others moved something a replay may differ."
)

# The room a capture keeps for saying why it ends.
_LAST_WORDS: Final = 1_000

_KEY: Final = r"[\w-]*(?:password|passwd|passphrase|secret|token|api[_-]?key)[\w-]*"
_QUOTED: Final = r""""[^"\n]*"|'[^'\n]*'"""
# Between brackets a value ends at a comma; on a line of its own, with the line.
_IN_FLOW: Final = rf"({_QUOTED}|[^\s,}}\]#{{][^,}}\]\n]*?(?=\s*[,}}\]\n]|[ \t]#|$))"
_ON_LINE: Final = rf"({_QUOTED}|[^\s#{{\[][^\n]*?(?=[ \t]+#|[ \t]*$))"
# The default of a setting, in one line or on lines of its own.
_FLOW_DEFAULT: Final = r"\{[^}\n]*?default:[ \t]*"
_LINE_DEFAULT: Final = r"\n(?:[ \t]+\w+:[^\n]*\n){0,4}?[ \t]+default:[ \t]*"
# user:x@host, and host?user=me&password=x; 'env:' and 'file:' only say where one is.
_IN_ADDRESS: Final = (
    r"//[^\s/@:]*:([^\s/@]+)@",
    rf"[?&](?i:{_KEY})=(?!env:|file:)([^\s&\"']+)",
)
_REFERENCE: Final = re.compile(r"\$(\w+)")
# A shorter one would be found on the wire in too many places where it is none.
_SHORTEST: Final = 4


@as_value
class Recording:
    """Where to record to, and how much: ``minutes`` and ``megabytes`` at most."""

    path: Path
    megabytes: float = 64.0
    minutes: float = 480.0


class Recorder:
    """One capture being written; give ``tap`` to the hub and to the supervisor."""

    def __init__(self, recording: Recording, loaded: LoadedRig, began: float) -> None:
        """Open the file.  Raises ``RecordingRefused`` when it cannot be, or is there already."""
        self.path: Final = recording.path
        self._left = round(recording.megabytes * MEGABYTE) - _LAST_WORDS
        self._until = began + 60.0 * recording.minutes
        self._began = began
        self._loaded = loaded
        self._mask = Mask(loaded.files.values(), loaded.overrides)
        self._told = 0
        self._is_open = True
        try:
            # Not kept by Python: what is written is the system's, whatever becomes of us.
            self._file = self.path.open("xb", buffering=0)
        except FileExistsError:
            raise RecordingRefused(
                f"{self.path} is there already; name a new file, or move that one away."
            ) from None
        except OSError as error:
            raise RecordingRefused(f"{self.path} cannot be written: {error.strerror}.") from None

    def begin(self, places: Iterable[Place], *, writes: bool) -> None:
        """Write down what runs: the rig with all its files, and where its links lead."""
        loaded = self._loaded
        header = CaptureHeader(
            bridge=__version__,
            rig=Path(loaded.source.path).name,
            began=self._began,
            date=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            writes=writes,
            settings=self._mask.settings(loaded.overrides),
            code=tuple(loaded.allow_code),
            links=tuple(self._link(place) for place in places),
        )
        self._write(header)
        self._write_files(loaded)
        if loaded.document is not None and loaded.document.studio is not None:
            log.warning(STUDIO)
        log.info("All that goes over the links is written to %s.", self.path)

    def tap(self, name: str, what: str, data: bytes, now: float) -> None:
        """Write down one moment."""
        if not self._is_open:
            return
        if now > self._until:
            self.end("It was as long as it may be; --minutes says how long.")
        elif len(data) > LARGEST_CHUNK:
            self.end(f"{name} moved {len(data)} bytes at once, more than a capture's line holds.")
        else:
            self._write(Moment(now, what, name, self._mask.data(data)))

    def reload(self, fresh: LoadedRig, now: float) -> None:
        """Write down that the rig is another one from now on."""
        self._mask = Mask(fresh.files.values(), fresh.overrides)
        self._write_files(fresh)
        self.tap("", "reload", Path(fresh.source.path).name.encode(), now)

    def end(self, why: str) -> None:
        """Say why this is the end, and close the file."""
        if not self._is_open:
            return
        self._left += _LAST_WORDS
        self._write(CaptureEnd(why))
        self._is_open = False
        self._file.close()
        log.info("%s holds %d moments. %s", self.path, self._told, why)

    def _link(self, place: Place) -> CapturedLink:
        if isinstance(place, SurfacePlace):
            kind, sheet = "surface", self._loaded.plan and self._loaded.plan.surfaces[place.name]
            dialect = sheet.dialect if sheet else ""
        else:
            kind, target = "target", self._loaded.plan and self._loaded.plan.targets[place.name]
            dialect = target.dialect if target else ""
        return CapturedLink(place.name, kind, dialect, self._mask.text(place.address))

    def _write_files(self, loaded: LoadedRig) -> None:
        scenes = SceneFolder(Path(loaded.source.path)).paths()
        texts = {**loaded.files, **{path.name: _text_of(path) for path in scenes}}
        for name, text in texts.items():
            for piece in pieces_of(name, self._mask.text(text)):
                self._write(piece)

    def _write(self, line: Line) -> None:
        if not self._is_open:
            return
        data = encode_line(line)
        self._left -= len(data)
        if self._left < 0:
            self.end("It was as large as it may be; --megabytes says how large.")
            return
        self._told += isinstance(line, Moment)
        try:
            self._file.write(data)
        except OSError as error:
            self._is_open = False
            self._file.close()
            log.warning(
                "%s cannot be written any more (%s); it ends here, and what runs goes on.",
                self.path,
                error.strerror,
            )


class Mask:
    """Puts ``x`` in place of every letter of a password.

    As many letters as there were, so that lengths on the wire stay true.
    """

    def __init__(self, texts: Collection[str], settings: Mapping[str, str]) -> None:
        """Look for passwords in the ``texts`` of a rig, and in the ``settings`` it refers to."""
        patterns = [*_patterns(_KEY), *map(re.compile, _IN_ADDRESS)]
        written = [word for text in texts for word in _words(patterns, text)]
        referred = {found[1] for word in written if (found := _REFERENCE.fullmatch(word))}
        for name in sorted(referred):
            patterns += _patterns(re.escape(name))
        self._patterns = patterns
        self._secret_settings = {
            name for name in settings if name in referred or re.fullmatch(_KEY, name, re.IGNORECASE)
        }
        secrets = {settings[name] for name in self._secret_settings}
        secrets |= {word for text in texts for word in _words(patterns, text)}
        # The longer first: one may be the beginning of another.
        self._on_wire = [
            one.encode()
            for one in sorted(secrets, key=len, reverse=True)
            if len(one) >= _SHORTEST and not _REFERENCE.fullmatch(one)
        ]

    def settings(self, settings: Mapping[str, str]) -> dict[str, str]:
        """Return ``settings`` without passwords."""
        return {
            name: "x" * len(value) if name in self._secret_settings else value
            for name, value in settings.items()
        }

    def text(self, text: str) -> str:
        """Return the text of a file, or an address, without passwords."""
        for pattern in self._patterns:
            text = pattern.sub(_covered, text)
        return text

    def data(self, data: bytes) -> bytes:
        """Return what went over a link without passwords."""
        for secret in self._on_wire:
            data = data.replace(secret, b"x" * len(secret))
        return data


def _patterns(name: str) -> list[re.Pattern[str]]:
    """Return what finds the value of key ``name``, and the default of setting ``name``."""
    key = rf"{name}[ \t]*:[ \t]*"
    forms = (
        rf"^[ \t-]*{key}{_ON_LINE}",
        rf"[{{,][ \t]*{key}{_IN_FLOW}",
        rf"(?<![\w-]){key}{_FLOW_DEFAULT}{_IN_FLOW}",
        rf"^[ \t-]*{key}{_LINE_DEFAULT}{_ON_LINE}",
    )
    return [re.compile(form, re.IGNORECASE | re.MULTILINE) for form in forms]


def _words(patterns: Iterable[re.Pattern[str]], text: str) -> list[str]:
    return [found[1].strip("\"'") for one in patterns for found in one.finditer(text)]


def _covered(found: re.Match[str]) -> str:
    plain = found[1].strip("\"'")
    if _REFERENCE.fullmatch(plain):
        return found[0]
    # From the end: the same letters may stand in the key.
    before, _, after = found[0].rpartition(plain)
    return before + "x" * len(plain) + after


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
