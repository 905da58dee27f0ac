import json
from pathlib import Path

import pytest

from surfacebridge.apps.mapping_files import mappings_folder
from tests.helpers.commands import is_traceback, surfacebridge

RIG = (mappings_folder() / "rigs" / "xtouch-x32.yaml").read_text(encoding="utf-8")


def place_of(text: str, words: str) -> tuple[int, int]:
    before = text[: text.index(words)]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def test_a_right_rig_ends_with_status_0() -> None:
    done = surfacebridge("check", "xtouch-x32")
    assert (done.returncode, done.stderr) == (0, "")
    assert "right" in done.stdout


def test_a_slip_is_blamed_at_its_place_with_what_was_meant(tmp_path: Path) -> None:
    text = RIG.replace("- fader <> .fader | db:", "- fadr <> .fader | db:", 1)
    rig = tmp_path / "rig.yaml"
    rig.write_text(text, encoding="utf-8")
    line, column = place_of(text, "fadr <>")
    done = surfacebridge("check", str(rig))
    assert done.returncode == 2
    assert done.stdout.startswith(
        f"{rig}:{line}:{column}: no control 'fadr'; did you mean 'fader'?\n"
    )
    assert done.stdout.endswith("1 error\n")


def test_every_slip_of_a_file_is_in_one_report(tmp_path: Path) -> None:
    slips = {
        "- solo <> .solo": ("- solo <> .sollo", "sollo", "did you mean 'solo'"),
        "- meter < .meter": ("- meter < .metre", "metre", "did you mean 'meter'?"),
        "rel(1/64)": ("rell(1/64)", "rell", "did you mean 'rel'?"),
        "- when layer pan:": ("- when layer pann:", "pann", "did you mean 'pan'?"),
        "button: x.inputs": ("button: x.imputs", "imputs", "did you mean 'inputs'"),
        "behringer/x32": ("behringer/x23", "x23", "did you mean 'behringer/x32'"),
    }
    text = RIG
    for right, (wrong, _, _) in slips.items():
        text = text.replace(right, wrong, 1)
    # An unknown desk hides what its parameters are called; the rest must still be found.
    rig = tmp_path / "rig.yaml"
    rig.write_text(text, encoding="utf-8")
    said = surfacebridge("check", str(rig)).stdout
    for wrong, word, hint in slips.values():
        if wrong in {"- solo <> .sollo", "- meter < .metre"}:
            continue
        line, _ = place_of(text, wrong)
        assert f"{rig}:{line}:" in said, said
        assert f"{word}'" in said or f"'{word}" in said
        assert hint in said
    known = text.replace("behringer/x23", "behringer/x32")
    rig.write_text(known, encoding="utf-8")
    said = surfacebridge("check", str(rig)).stdout
    assert "did you mean 'solo'" in said
    assert "did you mean 'meter'?" in said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "says nothing"),
        ("{[", "YAML"),
        ("just words", ""),
        ("surfacebridge: 1\nsurfacebridge: 1\n", "twice"),
        ("\x00\x01\x02", ""),
        ("a: &a [*a]\n", ""),
    ],
)
def test_what_is_no_mapping_gets_a_sentence_and_status_2(
    tmp_path: Path, text: str, words: str
) -> None:
    rig = tmp_path / "rig.yaml"
    rig.write_text(text, encoding="utf-8")
    done = surfacebridge("check", str(rig))
    assert done.returncode == 2
    assert f"{rig}:" in done.stdout
    assert words in done.stdout
    assert not is_traceback(done.stdout + done.stderr)


def test_what_is_no_text_and_what_is_not_there_get_a_sentence(tmp_path: Path) -> None:
    noise = tmp_path / "noise.yaml"
    noise.write_bytes(bytes(range(128, 256)) * 100)
    done = surfacebridge("check", str(noise))
    assert (done.returncode, "UTF-8" in done.stdout) == (2, True)
    missing = surfacebridge("check", "xtuch-x32")
    assert missing.returncode == 2
    assert "there is no such file; did you mean 'xtouch-x32'" in missing.stdout
    near = surfacebridge("check", str(tmp_path / "niose.yaml"))
    assert f"did you mean '{noise}'?" in near.stdout
    assert "this is a folder" in surfacebridge("check", str(tmp_path)).stdout


def test_json_and_sarif_can_be_read_by_tools(tmp_path: Path) -> None:
    rig = tmp_path / "rig.yaml"
    rig.write_text(RIG.replace("| rel(1/64)", "| rell(1/64)"), encoding="utf-8")
    (found,) = json.loads(surfacebridge("check", "--format", "json", str(rig)).stdout)
    assert found["message"] == "no stage 'rell'; did you mean 'rel'?"
    log = json.loads(surfacebridge("check", "--format", "sarif", str(rig)).stdout)
    assert log["version"] == "2.1.0"
    assert len(log["runs"][0]["results"]) == 1


def test_a_setting_may_be_overridden_and_a_wrong_one_is_refused() -> None:
    assert surfacebridge("check", "xtouch-x32", "--set", "desk_ip=10.0.0.5").returncode == 0
    wrong = surfacebridge("check", "xtouch-x32", "--set", "desk_op=10.0.0.5")
    assert wrong.returncode == 2
    assert "desk_ip" in wrong.stdout
    assert surfacebridge("check", "xtouch-x32", "--set", "nonsense").returncode == 2


def test_a_slip_in_a_story_is_blamed_too(tmp_path: Path) -> None:
    rig = tmp_path / "rig.yaml"
    rig.write_text(RIG.replace("- touch x.fader.1", "- tuch x.fader.1", 1), encoding="utf-8")
    done = surfacebridge("check", str(rig))
    assert done.returncode == 2
    line, column = place_of(rig.read_text(encoding="utf-8"), "tuch x.fader.1")
    assert f"{rig}:{line}:{column}: " in done.stdout
    assert "did you mean 'touch'" in done.stdout


def test_an_address_that_cannot_be_read_is_found_before_the_show(tmp_path: Path) -> None:
    rig = tmp_path / "rig.yaml"
    rig.write_text(RIG.replace("/X-Touch.*INT/", "/X-Touch(.*INT/"), encoding="utf-8")
    done = surfacebridge("check", str(rig))
    assert done.returncode == 2
    assert "'x' has no address: The pattern /X-Touch(.*INT/ cannot be read" in done.stdout


def test_a_slip_in_a_test_on_a_line_is_blamed_too(tmp_path: Path) -> None:
    rig = tmp_path / "rig.yaml"
    shipped = (mappings_folder() / "rigs" / "xtouch-x32.yaml").read_text(encoding="utf-8")
    rig.write_text(shipped.replace("0dB -> 0.75", "0dBB -> 0.75", 1), encoding="utf-8")
    done = surfacebridge("check", str(rig))
    line, column = place_of(rig.read_text(encoding="utf-8"), "0dBB")
    assert done.returncode == 2
    assert f"{rig}:{line}:{column}: '0dBB' is no gesture here; it moves to 0dB" in done.stdout
