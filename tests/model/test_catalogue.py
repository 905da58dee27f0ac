import pytest

from surfacebridge.errors import UnknownProduct
from surfacebridge.model.catalogue import Catalogue, Shelf
from surfacebridge.model.sheets import DeviceSheet, TargetSheet

DEVICES = {name: DeviceSheet(name, "mcu", name, 8, {}) for name in ("mackie/mcu", "icon/qcon")}
TARGETS = {"behringer/x32": TargetSheet("behringer/x32", "x32", "X32", {})}


def catalogue(loaded: list[str]) -> Catalogue:
    def device(name: str) -> DeviceSheet | None:
        loaded.append(name)
        return DEVICES.get(name)

    return Catalogue(Shelf(device, lambda: DEVICES), Shelf(TARGETS.get, lambda: TARGETS))


def test_a_sheet_is_loaded_once() -> None:
    loaded: list[str] = []
    sheets = catalogue(loaded)
    assert sheets.device("mackie/mcu") is sheets.device("mackie/mcu")
    assert loaded == ["mackie/mcu"]
    assert sheets.target("behringer/x32").title == "X32"


@pytest.mark.parametrize(
    ("name", "near"), [("mackie/mcp", ("mackie/mcu",)), ("qcon", ("icon/qcon",)), ("xyzzy", ())]
)
def test_an_unknown_name_raises_with_what_is_near(name: str, near: tuple[str, ...]) -> None:
    with pytest.raises(UnknownProduct) as caught:
        catalogue([]).device(name)
    assert (caught.value.name, caught.value.near) == (name, near)


def test_names_are_listed_in_order() -> None:
    assert catalogue([]).device_names() == ["icon/qcon", "mackie/mcu"]
    assert catalogue([]).target_names() == ["behringer/x32"]
