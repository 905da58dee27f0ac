"""Every device sheet says what its product is, how it is known, and nothing by index."""

import re

import pytest

from surfacebridge.profiles.registry import SURFACES
from tests.profiles.shipped import ShippedFiles, shipped

DEVICES = sorted(ShippedFiles().names("devices"))
HOME_MADE = [name for name in DEVICES if name.startswith("diy/")]
PRODUCTS = [name for name in DEVICES if name not in HOME_MADE]


def test_there_are_sheets_for_what_people_own() -> None:
    assert len(PRODUCTS) >= 24
    makers = {name.partition("/")[0] for name in PRODUCTS}
    assert {"behringer", "mackie", "presonus", "icon", "ssl", "yamaha", "korg", "akai"} <= makers


@pytest.mark.parametrize("name", DEVICES)
def test_a_sheet_is_right_and_somebody_speaks_its_dialect(name: str) -> None:
    sheet = shipped().device(name)
    assert sheet.name == name
    assert sheet.dialect in SURFACES
    assert sheet.title != name


@pytest.mark.parametrize("name", PRODUCTS)
def test_a_product_can_be_told_by_a_port_or_says_where_it_is(name: str) -> None:
    match = shipped().device(name).match
    assert match.get("port") or match.get("address")
    # An index is no identity: it changes with whatever else is plugged in.
    assert not re.fullmatch(r"/?\d+/?", match.get("port", ""))


@pytest.mark.parametrize("name", DEVICES)
def test_every_figure_says_how_it_is_known(name: str) -> None:
    sheet = shipped().device(name)
    words = {"framing", "hello", "expect", "alive", "blink", "unit"}
    assert {figure for figure in sheet.facts if not sheet.sources.get(figure)} <= words
    travels = [one for one in sheet.controls.values() if one.motor]
    assert all(sheet.sources.get(f"{one.name}.travel") for one in travels)


PORTS = [
    ("behringer/x-touch", "X-Touch:X-Touch MIDI 1 24:0"),
    ("behringer/x-touch", "X-Touch INT"),
    ("behringer/x-touch-ext", "X-Touch-Ext:X-Touch-Ext MIDI 1 28:0"),
    ("behringer/x-touch-one", "X-Touch One:X-Touch One MIDI 1 32:0"),
    ("behringer/x-touch-compact", "X-TOUCH COMPACT:X-TOUCH COMPACT MIDI 1 36:0"),
    ("behringer/x-touch-mini", "X-TOUCH MINI:X-TOUCH MINI MIDI 1 20:0"),
    ("presonus/faderport", "FaderPort:FaderPort MIDI 1 20:0"),
    ("presonus/faderport-8", "PreSonus FP8:PreSonus FP8 MIDI 1 20:0"),
    ("presonus/faderport-16", "PreSonus FP16 Port 1"),
    ("icon/qcon-pro", "iCON QCon Pro"),
    ("icon/qcon-pro-x", "iCON QCon Pro X V2.10"),
    ("icon/platform-m-plus", "Platform M+ V1.10"),
    ("mackie/mcu", "MCU Pro USB v3.1:MCU Pro Port 1"),
    ("mackie/mcu-xt", "MCU XT Pro"),
]


@pytest.mark.parametrize(("name", "port"), PORTS)
def test_a_port_looks_like_its_product_and_like_no_other_kind(name: str, port: str) -> None:
    fits = [
        one
        for one in PRODUCTS
        if (pattern := shipped().device(one).match.get("port"))
        and re.search(pattern.removeprefix("/").removesuffix("/"), port)
    ]
    assert name in fits
    # Another mode of the same unit looks alike.
    assert all(one.startswith(name) or one == f"{name}-mc" for one in fits) or set(fits) == {
        name,
        "behringer/x-touch-midi",
    }
