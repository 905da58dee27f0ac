"""Pretend hardware as pytest fixtures: ``-p firmware_sim.pytest_fixtures``, or name it in conftest.

    # conftest.py, at the top of your tests
    pytest_plugins = ["firmware_sim.pytest_fixtures"]

    def test_a_ride_is_heard(sim_xtouch, sim_hands):
        sim_hands(sim_xtouch).perform("ride 3 to 0.7 in 500ms")
        assert sim_xtouch.take_output()

Owns: one fixture for each piece of hardware, fresh for every test, and the seed of their chance.
Does not own: sockets; wrap a fixture in ``firmware_sim.sockets`` where real bytes are wanted.

The only module here that needs anything but the standard library.
"""

from collections.abc import Callable

import pytest

from firmware_sim.ardour_osc import ArdourOsc
from firmware_sim.bcf2000 import Bcf2000
from firmware_sim.daw_host import DawHost
from firmware_sim.device import Device, SubscribedConsole, Surface
from firmware_sim.faults import FAULTS, FaultyLink
from firmware_sim.hands import Hands
from firmware_sim.hui import Hui
from firmware_sim.hui_host import HuiHost
from firmware_sim.mcu import MackieControl
from firmware_sim.motor import WORN
from firmware_sim.network_faults import NETWORK_FAULTS, FaultyNetwork
from firmware_sim.rcp import Rcp
from firmware_sim.reaper import Reaper
from firmware_sim.serial_box import BOOT, SerialBox
from firmware_sim.wing import Wing
from firmware_sim.x32 import X32
from firmware_sim.xair import XAir
from firmware_sim.xctl import XTouchXctl
from firmware_sim.xtouch import XTouch
from firmware_sim.xtouch_standard import XTouchCompact, XTouchMini


@pytest.fixture
def sim_seed() -> int:
    """Return the seed of everything random; override it in a module to get another life."""
    return 0


@pytest.fixture
def sim_xtouch(sim_seed: int) -> XTouch:
    """Return an X-Touch in MCU mode with exact faders."""
    return XTouch(seed=sim_seed)


@pytest.fixture
def sim_worn_xtouch(sim_seed: int) -> XTouch:
    """Return an X-Touch that has seen years: jitter, dust, bounces, stiction, overshoot."""
    return XTouch(build=WORN, seed=sim_seed)


@pytest.fixture
def sim_mackie_control(sim_seed: int) -> MackieControl:
    """Return a Mackie Control, whose faders want their positions back."""
    return MackieControl(seed=sim_seed)


@pytest.fixture
def sim_xtouch_xctl(sim_seed: int) -> XTouchXctl:
    """Return an X-Touch in Xctl mode; ``XctlPort`` puts it on a network."""
    return XTouchXctl(seed=sim_seed)


@pytest.fixture
def sim_xtouch_compact(sim_seed: int) -> XTouchCompact:
    """Return an X-Touch Compact in its standard mode."""
    return XTouchCompact(seed=sim_seed)


@pytest.fixture
def sim_xtouch_mini(sim_seed: int) -> XTouchMini:
    """Return an X-Touch Mini in its standard mode."""
    return XTouchMini(seed=sim_seed)


@pytest.fixture
def sim_bcf2000(sim_seed: int) -> Bcf2000:
    """Return a BCF2000 with the numbers REAPER expects."""
    return Bcf2000(seed=sim_seed)


@pytest.fixture
def sim_hui(sim_seed: int) -> Hui:
    """Return a HUI that nobody has pinged yet."""
    return Hui(seed=sim_seed)


@pytest.fixture
def sim_serial_box(sim_seed: int) -> SerialBox:
    """Return a serial box that speaks lines and has booted; its boot is in its output."""
    box = SerialBox(seed=sim_seed)
    box.advance(BOOT)
    return box


@pytest.fixture
def sim_x32() -> X32:
    """Return an X32."""
    return X32()


@pytest.fixture
def sim_xair() -> XAir:
    """Return an XR18."""
    return XAir()


@pytest.fixture
def sim_wing() -> Wing:
    """Return a WING."""
    return Wing()


@pytest.fixture
def sim_rcp() -> Rcp:
    """Return a Yamaha CL5."""
    return Rcp()


@pytest.fixture
def sim_reaper() -> Reaper:
    """Return a REAPER that sends to 127.0.0.1:9000."""
    return Reaper()


@pytest.fixture
def sim_ardour() -> ArdourOsc:
    """Return an Ardour behind its OSC port."""
    return ArdourOsc()


@pytest.fixture
def sim_daw() -> Callable[[str], DawHost]:
    """Return what makes a DAW that has a Mackie Control: ``sim_daw("logic")``."""
    return DawHost


@pytest.fixture
def sim_hui_daw() -> Callable[[str], HuiHost]:
    """Return what makes a DAW that has a HUI: ``sim_hui_daw("protools")``."""
    return HuiHost


@pytest.fixture
def sim_hands() -> Callable[[Surface], Hands]:
    """Return what puts hands on a surface: ``sim_hands(sim_hui).perform("tap play")``."""
    return Hands


@pytest.fixture
def sim_bad_cable(sim_seed: int) -> Callable[[Device, str], FaultyLink]:
    """Return what puts a device on a bad cable: ``sim_bad_cable(sim_hui, "byte-loss")``."""
    return lambda device, name: FaultyLink(device, FAULTS[name], sim_seed)


@pytest.fixture
def sim_bad_network(sim_seed: int) -> Callable[[SubscribedConsole, str], FaultyNetwork]:
    """Return what puts a console behind a bad network: ``sim_bad_network(sim_wing, "thief")``."""
    return lambda console, name: FaultyNetwork(console, NETWORK_FAULTS[name], sim_seed)
