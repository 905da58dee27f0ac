"""Finding who has a port."""

import os
import socket
import sys
from pathlib import Path

import pytest

from surfacebridge.transports.port_holder import holder_of


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_the_program_that_has_a_port_is_named() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
        assert f"(process {os.getpid()})" in holder_of(port)
    assert holder_of(port) == ""


def test_a_system_that_tells_nothing_names_nobody(tmp_path: Path) -> None:
    assert holder_of(9000, tmp_path) == ""
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "udp").write_text("header\nnonsense\n  1: 0100007F:zz 0 0 0 0 0 0 0 77\n")
    assert holder_of(9000, tmp_path) == ""
