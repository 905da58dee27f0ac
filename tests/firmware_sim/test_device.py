import pytest

from firmware_sim.device import Console, Device
from firmware_sim.mcu import MackieControl
from firmware_sim.x32 import X32
from firmware_sim.xtouch import XTouch


@pytest.mark.parametrize("device", [MackieControl(), XTouch()])
def test_a_device_is_silent_until_something_happens(device: Device) -> None:
    device.advance(1.0)
    assert device.take_output() == []


def test_a_console_is_silent_until_somebody_asks() -> None:
    console: Console = X32()
    console.advance(1.0)
    assert console.take_output() == []
