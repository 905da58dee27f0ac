import subprocess
import sys
from pathlib import Path

TESTS = """
import sys

import pytest

@pytest.fixture
def sim_seed():
    return 5

CONSOLES = ["sim_x32", "sim_xair", "sim_wing", "sim_ardour", "sim_reaper"]
SURFACES = ["sim_xtouch", "sim_worn_xtouch", "sim_mackie_control", "sim_hui", "sim_serial_box"]
OTHERS = ["sim_xtouch_compact", "sim_xtouch_mini", "sim_bcf2000"]

@pytest.mark.parametrize("name", SURFACES)
def test_surfaces(name, request, sim_hands, sim_bad_cable):
    surface = request.getfixturevalue(name)
    sim_hands(surface).perform("tap mute.1")
    assert surface.take_output()
    assert sim_bad_cable(surface, "din").take_output() == []

@pytest.mark.parametrize("name", OTHERS)
def test_surfaces_without_a_mute_key(name, request, sim_hands):
    surface = request.getfixturevalue(name)
    sim_hands(surface).perform("move 1 to 0.5, tap knob.1.push")
    assert surface.take_output()

def test_a_surface_on_a_network(sim_xtouch_xctl):
    sim_xtouch_xctl.advance(2.0)
    assert sim_xtouch_xctl.take_output()

@pytest.mark.parametrize("name", CONSOLES)
def test_consoles(name, request, sim_bad_network):
    network = sim_bad_network(request.getfixturevalue(name), "thief")
    network.advance(3.5)
    assert network.alive

def test_no_part_of_the_bridge_is_needed():
    assert not [name for name in sys.modules if name.startswith("surfacebridge")]

def test_the_rest(sim_rcp, sim_daw, sim_hui_daw):
    sim_rcp.connect(("127.0.0.1", 1))
    for host in (sim_daw("logic"), sim_hui_daw("resolve")):
        host.advance(1.0)
        assert host.take_output()
"""


def test_every_piece_of_hardware_is_a_fixture(tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text(TESTS)
    command = (sys.executable, "-m", "pytest", "-q", "-p", "firmware_sim.pytest_fixtures")
    run = subprocess.run(  # noqa: S603 (our own command on our own file)
        [*command, "-p", "no:cacheprovider", "-p", "no:surfacebridge", str(tmp_path)],
        capture_output=True,
        check=False,
        text=True,
        cwd=tmp_path,
    )
    assert "16 passed" in run.stdout, run.stdout + run.stderr
