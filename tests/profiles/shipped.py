"""The sheets the bridge ships, read once for all tests."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal

from surfacebridge.mapping.sheets import catalogue_of
from surfacebridge.mapping.source import Source
from surfacebridge.model.catalogue import Catalogue

ROOT = Path(__file__).parents[2] / "mappings"

Kind = Literal["devices", "targets"]


class ShippedFiles:
    def read(self, kind: Kind, name: str) -> Source | None:
        path = ROOT / kind / f"{name}.yaml"
        return Source(str(path), path.read_text()) if path.is_file() else None

    def names(self, kind: Kind) -> Iterable[str]:
        for path in (ROOT / kind).rglob("*.yaml"):
            yield str(path.relative_to(ROOT / kind).with_suffix("")).replace("\\", "/")


@cache
def shipped() -> Catalogue:
    return catalogue_of(ShippedFiles())
