import logging
from pathlib import Path

import pytest

from surfacebridge.apps.scene_folder import SceneFolder
from surfacebridge.model.values import OFF


def test_a_scene_is_kept_beside_its_rig_and_found_again(tmp_path: Path) -> None:
    folder = SceneFolder(tmp_path / "gig.yaml")
    folder.save(3, {"desk.ch.1.fader": OFF, "desk.ch.1.on": True})
    assert (tmp_path / "gig.scene-3.yaml").is_file()
    assert dict(folder.load()) == {3: {"desk.ch.1.fader": OFF, "desk.ch.1.on": True}}
    assert dict(SceneFolder(tmp_path / "other.yaml").load()) == {}


def test_a_broken_scene_is_said_and_the_others_are_read(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("surfacebridge").propagate = True
    folder = SceneFolder(tmp_path / "gig.yaml")
    folder.save(1, {"desk.ch.1.on": True})
    folder.path(2).write_text("{[", encoding="utf-8")
    folder.path(4).write_bytes(b"\xff")
    with caplog.at_level(logging.WARNING, "surfacebridge"):
        assert dict(folder.load()) == {1: {"desk.ch.1.on": True}, 2: {}}
    assert "gig.scene-2.yaml:" in caplog.text
    assert "gig.scene-4.yaml cannot be read" in caplog.text


def test_a_folder_that_cannot_be_written_to_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("surfacebridge").propagate = True
    with caplog.at_level(logging.WARNING, "surfacebridge"):
        SceneFolder(tmp_path / "none" / "gig.yaml").save(1, {"desk.ch.1.on": True})
    assert "Scene 1 could not be written" in caplog.text
