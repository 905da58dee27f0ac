from pathlib import Path

import pytest

from surfacebridge.errors import MissingExtra
from surfacebridge.transports.address import UsbDevice
from surfacebridge.transports.midi_driver import (
    JACK_LONGEST,
    JACK_ROOM,
    usable_drivers,
    usb_of_alsa,
)
from tests.helpers.jack import JackDevice
from tests.helpers.waiting import until

pytest.importorskip("rtmidi")


@pytest.mark.usefixtures("jack")
async def test_a_cycle_takes_its_share_and_the_next_cycle_the_next() -> None:
    driver = next(one for one in usable_drivers("midi:X")[0] if one.api == "JACK")
    with JackDevice("X-Touch"):
        ports = driver.open({"out": "X-Touch in:X-Touch"})
        message = b"\xf0" + bytes(1_000) + b"\xf7"
        answers = [ports.send(message) for _ in range(20)]
        assert answers.count(True) < 20
        assert answers[0] is True
        assert len(message) * 3 < JACK_ROOM
        await until(lambda: ports.send(message))
        assert ports.send(bytes(JACK_LONGEST + 1)) is None
        assert ports.take() is None
        ports.close()


@pytest.mark.usefixtures("jack")
async def test_a_port_that_went_a_moment_ago_does_not_open() -> None:
    driver = next(one for one in usable_drivers("midi:X")[0] if one.api == "JACK")
    before = driver.ports("in")
    with JackDevice("X-Touch", hears=False), pytest.raises(OSError, match="went away just now"):
        driver.open({"in": "X-Touch out:X-Touch", "out": "X-Touch in:X-Touch"})
    assert driver.ports("in") == before


@pytest.mark.usefixtures("jack")
def test_a_driver_is_made_once_and_looked_at_often() -> None:
    first, second = usable_drivers("midi:X")[0], usable_drivers("midi:X")[0]
    assert [id(one) for one in first] == [id(one) for one in second]


def test_a_missing_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "rtmidi", None)
    with pytest.raises(MissingExtra) as missing:
        usable_drivers("midi:X-Touch")
    assert missing.value.extra == "midi"
    assert "pip install 'surfacebridge[midi]'" in missing.value.reason


@pytest.mark.parametrize(
    ("port", "numbers"),
    [
        ("X-Touch:X-Touch MIDI 1 24:0", UsbDevice(0x1397, 0x00B4)),
        ("X-Touch:X-Touch MIDI 2 24:1", UsbDevice(0x1397, 0x00B4)),
        # The first card is no USB device, the fourth is not there, the next has nonsense.
        ("Virtual Raw MIDI 1-0 16:0", None),
        ("Gone 28:0", None),
        ("Odd 32:0", None),
        # The system's own clients and programs have no card.
        ("Midi Through:Midi Through Port-0 14:0", None),
        ("FLUID Synth 128:0", None),
        ("X-Touch INT", None),
    ],
)
def test_a_port_of_alsa_has_the_usb_numbers_of_its_card(
    port: str, numbers: UsbDevice | None, tmp_path: Path
) -> None:
    for card, text in ((0, None), (2, "1397:00b4\n"), (4, "what?\n")):
        (tmp_path / f"card{card}").mkdir()
        if text:
            (tmp_path / f"card{card}" / "usbid").write_text(text)
    assert usb_of_alsa(port, tmp_path) == numbers
