"""Published test vectors: bytes, and in words what they mean."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Meaning = dict[str, Any]


@dataclass(frozen=True)
class Vector:
    name: str
    protocol: str
    from_device: bool
    data: bytes
    meaning: Meaning

    @property
    def events(self) -> list[Meaning]:
        events: list[Meaning] = self.meaning.get("events", [self.meaning])
        return events


def vectors_in(folder: Path) -> Iterator[Vector]:
    """Yield the vectors of every file in ``folder``; recordings there are passed over."""
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text().splitlines():
            row = json.loads(line) if line.strip() else {}
            if "protocol" in row and "meaning" in row:
                yield _vector(path.stem, row)


def _vector(stem: str, row: Mapping[str, Any]) -> Vector:
    return Vector(
        f"{stem}:{row['id']}",
        row["protocol"],
        # "peer" is either's; what such vectors hold is said by a surface.
        row["direction"] in {"device_to_host", "peer"},
        bytes.fromhex(row["bytes"]),
        row["meaning"],
    )


def agrees(said: Meaning, expected: Meaning) -> bool:
    """Return whether what we say is what a vector says, where both say something."""
    shared = said.keys() & expected.keys()
    return "type" in shared and all(said[key] == expected[key] for key in shared)
