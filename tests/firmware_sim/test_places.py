from pathlib import Path

import pytest

from firmware_sim.places import EXAMPLES, MidiName, NetworkPlace, Terminal, WrongPlace, read_place

FORMS = tuple(EXAMPLES)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("pty:", Terminal()),
        ("pty:/tmp/x-touch-nobody-has", Terminal(Path("/tmp/x-touch-nobody-has"))),  # noqa: S108
        ("midi:X-Touch", MidiName("X-Touch")),
        ("midi:virtual X-Touch", MidiName("X-Touch")),
        ("udp://127.0.0.1:10023", NetworkPlace("udp", ("127.0.0.1", 10023))),
        ("udp://0.0.0.0", NetworkPlace("udp", ("0.0.0.0", 5004))),  # noqa: S104
        ("tcp://127.0.0.1:0", NetworkPlace("tcp", ("127.0.0.1", 0))),
        ("rtp://[::1]:5006", NetworkPlace("rtp", ("::1", 5006))),
    ],
)
def test_an_address_is_read(text: str, place: object) -> None:
    assert read_place(text, "a thing", FORMS) == place


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "'' is no place: it can be at pty:"),
        ("serial:/dev/ttyUSB0", "A pseudo-terminal stands for a serial line"),
        ("ipmidi:1", "ipMIDI is not simulated"),
        ("midi:", "names no MIDI port"),
        ("midi:/X.*/", "names no MIDI port"),
        ("udp:127.0.0.1:1", "is not an address and a port: write udp://127.0.0.1:10023"),
        ("udp://127.0.0.1:70000", "there is no port 70000; ports go from 1 to 65535"),
        ("rtp://127.0.0.1:65535", "ports go from 1 to 65534"),
        ("pty:/no/such/folder/x", "there is no folder /no/such/folder"),
    ],
)
def test_a_wrong_address_is_refused_in_a_sentence(text: str, words: str) -> None:
    with pytest.raises(WrongPlace, match=words.replace("/", "/")):
        read_place(text, "a thing", FORMS)


def test_a_file_that_is_there_is_not_replaced(tmp_path: Path) -> None:
    taken = tmp_path / "diary"
    taken.write_text("Dear diary")
    with pytest.raises(WrongPlace, match="there is something else"):
        read_place(f"pty:{taken}", "a thing", FORMS)


def test_a_link_left_behind_is_taken_over(tmp_path: Path) -> None:
    left = tmp_path / "x-touch"
    left.symlink_to("/dev/null")
    assert read_place(f"pty:{left}", "a thing", FORMS) == Terminal(left)


def test_hardware_is_refused_where_it_cannot_be_and_its_own_places_are_named() -> None:
    with pytest.raises(WrongPlace, match="no place for a box: it can be at pty:/tmp/x-touch"):
        read_place("udp://127.0.0.1:1", "a box", ("pty",))


@pytest.mark.parametrize("text", ["foo:", "udp:here", "udp:"])
def test_hardware_on_the_network_is_offered_at_its_own_port(text: str) -> None:
    with pytest.raises(WrongPlace, match=r"udp://127\.0\.0\.1:2223"):
        read_place(text, "a Behringer WING", ("udp",), 2223)
