"""Scenes on disk: one file each, beside the mapping.

Owns: where a scene's file is, reading all of them, writing one whole or not at
all.  Does not own: what is in it (``mapping.scene_files``).
"""

import logging
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from surfacebridge.mapping.render import as_text
from surfacebridge.mapping.scene_files import read_scene, write_scene
from surfacebridge.mapping.source import Source
from surfacebridge.model.values import Value

log = logging.getLogger(__name__)


class SceneFolder:
    """The scenes of the rig in file ``rig``: ``NAME.scene-3.yaml`` beside ``NAME.yaml``."""

    def __init__(self, rig: Path) -> None:
        self._folder = rig.parent
        self._stem = rig.stem

    def path(self, number: int) -> Path:
        """Return where scene ``number`` is kept."""
        return self._folder / f"{self._stem}.scene-{number}.yaml"

    def paths(self) -> list[Path]:
        """Return the files of all scenes."""
        return sorted(self._folder.glob(f"{self._stem}.scene-*.yaml"))

    def load(self) -> Iterator[tuple[int, Mapping[str, Value]]]:
        """Yield every scene there is; one that cannot be read is said and left alone."""
        for path in self.paths():
            number = re.fullmatch(r".*\.scene-(\d{1,4})\.yaml", path.name)
            if number is None:
                continue
            try:
                source = Source(str(path), path.read_text(encoding="utf-8"))
            except (OSError, UnicodeDecodeError) as error:
                log.warning("%s cannot be read and is left alone: %s.", path, error)
                continue
            values, problems = read_scene(source)
            if problems:
                log.warning("%s", as_text(problems, [source]).rstrip())
            yield int(number[1]), values

    def save(self, number: int, values: Mapping[str, Value]) -> None:
        """Write scene ``number``; a crash leaves the old file or the new one, never half."""
        path = self.path(number)
        fresh = path.with_suffix(".new")
        try:
            fresh.write_text(write_scene(values), encoding="utf-8")
            fresh.replace(path)
        except OSError as error:
            log.warning("Scene %d could not be written to %s: %s.", number, path, error.strerror)
        else:
            log.info("Scene %d was stored in %s.", number, path)
