"""The sheets of home-made boxes do what their page says."""

import re
from pathlib import Path

import pytest

from surfacebridge.apps.mapping_files import SheetFolder, load_rig, mappings_folder
from surfacebridge.mapping.sheets import catalogue_of
from surfacebridge.model.controls import ControlId, Moved, Pressed, Touched
from surfacebridge.model.feedback import ShowLamp, ShowMotor
from surfacebridge.model.sheets import DeviceSheet
from surfacebridge.profiles.registry import surface_endpoint
from tests.protocols.framing.boxes import rows

FRAMINGS = {
    "diy/faderbox": "lines",
    "diy/faderbox-cobs": "cobs",
    "diy/faderbox-osc": "slip-osc",
    "diy/faderbox-midi": "midi",
}


PAGE = (Path(__file__).parents[2] / "docs" / "protocols" / "serial.md").read_text("utf-8")


def sheet(name: str) -> DeviceSheet:
    found = catalogue_of(SheetFolder(mappings_folder(), mappings_folder())).device(name)
    assert found is not None
    return found


def on(name: str) -> ControlId:
    return ControlId(f"box.{name}")


def vector(framing: str, kind: str, value: int) -> bytes:
    data = next(
        row["data"]
        for row in rows(framing)
        if (row["meaning"]["type"], row["meaning"].get("strip"), row["meaning"].get("value"))
        == (kind, 3, value)
    )
    assert isinstance(data, bytes)
    return data


@pytest.mark.parametrize("name", FRAMINGS)
def test_a_box_is_heard_and_told_in_its_framing(name: str) -> None:
    framing = FRAMINGS[name]
    box = surface_endpoint("box", sheet(name))
    box.open(0.0)
    box.data_to_send()
    greeting = "alive" if framing == "midi" else "hello"
    for row in rows(framing, "box_to_host"):
        if row["meaning"]["type"] == greeting and row["meaning"].get("why", 1) == 1:
            box.receive(row["data"], 0.1)
    heard = [
        gesture
        for said in (("touch", 1), ("fader", 512))
        for gesture in box.receive(vector(framing, *said), 0.2)
    ]
    fader = on("fader.3")
    place = pytest.approx(512 / 1023)
    assert heard == [Touched(fader), Moved(fader, place)]  # type: ignore[arg-type]
    assert box.health.alive
    box.data_to_send()
    box.send(ShowMotor("box", fader, 512 / 1023), 0.3)
    box.send(ShowLamp("box", on("mute.3"), "lit"), 0.3)
    told = b"".join(box.data_to_send())
    wanted = [("motor", 512), ("lamp", 1)]
    if framing == "cobs":
        # Numbers differ from the document's, so lengths do for its frames.
        assert len(told) == sum(len(vector(framing, *each)) for each in wanted)
    else:
        assert told == b"".join(vector(framing, *each) for each in wanted)


@pytest.mark.parametrize("block", re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL))
def test_the_boxes_of_the_page_can_be_spoken_to(block: str, tmp_path: Path) -> None:
    rig = tmp_path / "rig.yaml"
    rig.write_text(f"surfacebridge: 1\n{block}")
    loaded = load_rig(str(rig), {})
    assert loaded.plan is not None, loaded.problems
    box = surface_endpoint("box", loaded.plan.surfaces["box"])
    box.open(0.0)
    assert box.data_to_send()


def test_five_sliders_are_five_faders() -> None:
    box = surface_endpoint("box", sheet("diy/deej"))
    box.open(0.0)
    box.receive(b"0|0|0|0|0\r\n" * 2, 0.1)
    assert list(box.receive(b"0|0|0|0|1023\r\n", 0.2)) == [Moved(on("fader.5"), 1.0)]


def test_a_key_of_a_box_is_a_key() -> None:
    box = surface_endpoint("box", sheet("diy/faderbox"))
    box.receive(b"FADERBOX 2 8 SBR0001\nB8 1\n", 0.0)
    assert list(box.receive(b"B3 1\n", 0.1)) == [Pressed(on("mute.3"))]
