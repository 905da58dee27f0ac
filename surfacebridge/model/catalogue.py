"""The sheets in play, looked up by name, with near misses.

Owns: loading each sheet once, and saying which names are close to one that is
unknown.  Does not own: files or YAML; the loaders are passed in.
"""

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Generic, TypeVar

from surfacebridge.errors import UnknownProduct
from surfacebridge.model.sheets import DeviceSheet, TargetSheet

SheetT = TypeVar("SheetT")


class Shelf(Generic[SheetT]):
    """Sheets of one kind: ``load`` gives one by name or ``None``, ``names`` lists all."""

    def __init__(
        self, load: Callable[[str], SheetT | None], names: Callable[[], Iterable[str]]
    ) -> None:  # fmt: skip
        self._load = load
        self._names = names
        self._loaded: dict[str, SheetT] = {}

    def take(self, name: str) -> SheetT:
        """Return the sheet called ``name``; raise ``UnknownProduct`` if there is none."""
        sheet = self._loaded.get(name)
        if sheet is None:
            sheet = self._load(name)
            if sheet is None:
                raise UnknownProduct(name, self._near(name))
            self._loaded[name] = sheet
        return sheet

    def names(self) -> list[str]:
        """Return the names of all sheets, in order."""
        return sorted(self._names())

    def _near(self, name: str) -> list[str]:
        """Return close names; those that end alike count, for people forget the maker."""
        names = self.names()
        model = name.rpartition("/")[2]
        alike = [one for one in names if one.rpartition("/")[2] == model]
        return alike[:2] or get_close_matches(name, names, n=2, cutoff=0.6)


class Catalogue:
    """Every device and target sheet that can be named."""

    def __init__(self, devices: Shelf[DeviceSheet], targets: Shelf[TargetSheet]) -> None:
        self._devices = devices
        self._targets = targets

    def device(self, name: str) -> DeviceSheet:
        """Return a device's sheet by ``MAKER/MODEL``; raise ``UnknownProduct``."""
        return self._devices.take(name)

    def target(self, name: str) -> TargetSheet:
        """Return a target's sheet by ``MAKER/MODEL``; raise ``UnknownProduct``."""
        return self._targets.take(name)

    def device_names(self) -> list[str]:
        """Return the names of all device sheets, in order."""
        return self._devices.names()

    def target_names(self) -> list[str]:
        """Return the names of all target sheets, in order."""
        return self._targets.names()
