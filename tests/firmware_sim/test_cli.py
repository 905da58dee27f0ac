import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import pytest

from firmware_sim.cli import main
from firmware_sim.wire import decode_osc, encode_osc


async def start(*arguments: str) -> tuple[Process, str]:
    """Run the command in a process and return its first line, once it is up."""
    command = (sys.executable, "-c", "from firmware_sim.cli import main; raise SystemExit(main())")
    process = await asyncio.create_subprocess_exec(*command, *arguments, stdout=PIPE, stderr=PIPE)
    assert process.stdout is not None
    async with asyncio.timeout(10):
        return process, (await process.stdout.readline()).decode()


async def stop(process: Process) -> tuple[int | None, bytes]:
    process.send_signal(signal.SIGINT)
    async with asyncio.timeout(10):
        _, complaints = await process.communicate()
    return process.returncode, complaints


async def test_an_xtouch_is_found_at_its_link_until_ctrl_c(tmp_path: Path) -> None:
    link = tmp_path / "x-touch"
    process, line = await start("xtouch", "--pty", "--link", str(link))
    assert line == f"X-Touch at {link} (Ctrl-C ends it)\n"
    host = os.open(link, os.O_RDWR | os.O_NOCTTY)
    os.write(host, bytes.fromhex("F0 00 00 66 14 13 00 F7"))
    assert (await asyncio.to_thread(os.read, host, 64)).startswith(b"\xf0\x00\x00\x66\x14\x14")
    os.close(host)
    assert await stop(process) == (0, b"")
    assert not link.is_symlink()


async def test_an_x32_answers_at_its_port_until_ctrl_c() -> None:
    process, line = await start("x32", "--port", "0", "--name", "Pretend")
    port = int(line.split()[2].rpartition(":")[2])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(5)
        client.sendto(encode_osc("/status"), ("127.0.0.1", port))
        answer = decode_osc(await asyncio.to_thread(client.recv, 4096))
    assert answer is not None
    assert answer.arguments == ("active", "127.0.0.1", "Pretend")
    assert await stop(process) == (0, b"")


async def test_other_consoles_are_found_at_their_ports_behind_a_bad_network() -> None:
    consoles = ("xair", "wing", "ardour", "reaper")
    running = await asyncio.gather(
        *(start(name, "--port", "0", "--fault", "jitter", "--seed", "7") for name in consoles)
    )
    assert all(" at udp://127.0.0.1:" in line for _, line in running)
    assert await asyncio.gather(*(stop(process) for process, _ in running)) == [(0, b"")] * 4


async def test_a_yamaha_is_found_on_tcp() -> None:
    process, line = await start("rcp", "--port", "0", "--model", "TF5")
    port = int(line.split()[2].rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"get MIXER:Current/DCA/Fader/On 7 0\n")
    assert (await reader.readline()).startswith(b"OK get")
    writer.close()
    await writer.wait_closed()
    assert await stop(process) == (0, b"")


@pytest.mark.parametrize(
    ("arguments", "label", "question", "answer"),
    [
        (("mcu", "--worn"), "Mackie Control", "F0 00 00 66 14 13 00 F7", b"\xf0\x00\x00\x66\x14"),
        (("hui", "--fault", "din"), "HUI", "90 00 00", b"\x90"),
        (("serial-box", "--garbage", "4", "--seed", "3"), "Serial box", "", b""),
        (("daw", "--like", "logic"), "DAW", "", b"\xf0\x00\x00\x66\x14\x00\xf7"),
        (("hui-daw",), "HUI DAW", "", b"\x90\x00\x00"),
    ],
)
async def test_other_hardware_is_found_at_its_link(
    tmp_path: Path, arguments: tuple[str, ...], label: str, question: str, answer: bytes
) -> None:
    link = tmp_path / "cable"
    process, line = await start(*arguments, "--link", str(link))
    assert line == f"{label} at {link} (Ctrl-C ends it)\n"
    host = os.open(link, os.O_RDWR | os.O_NOCTTY)
    os.write(host, bytes.fromhex(question))
    assert (await asyncio.to_thread(os.read, host, 64)).startswith(answer)
    os.close(host)
    assert await stop(process) == (0, b"")


def test_unknown_faults_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["hui", "--fault", "earthquake"])
    assert "earthquake" in capsys.readouterr().err


def test_a_port_that_is_taken_is_said_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        assert main(["x32", "--port", str(taken.getsockname()[1])]) == 1
    assert "in use" in capsys.readouterr().err


def test_unknown_hardware_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["theremin"])
    assert "theremin" in capsys.readouterr().err
