import pytest

from firmware_sim.device import Device
from firmware_sim.mcu import MackieControl
from firmware_sim.xtouch import XTouch


@pytest.mark.parametrize("device", [MackieControl(), XTouch()])
def test_a_device_is_silent_until_something_happens(device: Device) -> None:
    device.advance(1.0)
    assert device.take_output() == []
