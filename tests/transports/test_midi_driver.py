import pytest

from surfacebridge.errors import MissingExtra
from surfacebridge.transports.midi_driver import JACK_LONGEST, JACK_ROOM, usable_drivers
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
