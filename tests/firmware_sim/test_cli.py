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
    process = await asyncio.create_subprocess_exec(
        *command, *arguments, stdin=PIPE, stdout=PIPE, stderr=PIPE
    )
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
    process, line = await start("xtouch", "--at", f"pty:{link}")
    assert line == f"X-Touch at pty:{link} (Ctrl-C ends it)\n"
    host = os.open(link, os.O_RDWR | os.O_NOCTTY)
    os.write(host, bytes.fromhex("F0 00 00 66 14 13 00 F7"))
    assert (await asyncio.to_thread(os.read, host, 64)).startswith(b"\xf0\x00\x00\x66\x14\x14")
    os.close(host)
    assert await stop(process) == (0, b"")
    assert not link.is_symlink()


async def test_an_x32_answers_at_its_port_until_ctrl_c() -> None:
    process, line = await start("x32", "--at", "udp://127.0.0.1:0", "--name", "Pretend")
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
        *(
            start(name, "--at", "udp://127.0.0.1:0", "--fault", "jitter", "--seed", "7")
            for name in consoles
        )
    )
    assert all(" at udp://127.0.0.1:" in line for _, line in running)
    assert await asyncio.gather(*(stop(process) for process, _ in running)) == [(0, b"")] * 4


async def test_an_xtouch_on_the_network_looks_for_its_host_and_does_what_is_typed() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as host:
        host.bind(("127.0.0.1", 0))
        host.settimeout(5)
        port = host.getsockname()[1]
        process, line = await start("xctl", "--at", "udp://127.0.0.1:0", "--host-port", str(port))
        assert line.startswith("X-Touch at udp://127.0.0.1:")
        looking, unit = await asyncio.to_thread(host.recvfrom, 64)
        assert looking == bytes.fromhex("F0 00 20 32 58 54 00 F7")
        host.sendto(bytes.fromhex("F0 00 20 32 58 54 01 F7"), unit)
        assert (await asyncio.to_thread(host.recv, 64)).startswith(b"\xf0\x00\x00\x66\x58\x01")
        assert process.stdin is not None
        process.stdin.write(b"tap play\n")
        assert await asyncio.to_thread(host.recv, 64) == b"\x90\x5e\x7f"
    assert await stop(process) == (0, b"")


async def test_a_yamaha_is_found_on_tcp() -> None:
    process, line = await start("rcp", "--at", "tcp://127.0.0.1:0", "--model", "TF5")
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
        (("xtouch-compact", "--hands", "tap play"), "X-Touch Compact", "", b"\x90\x36\x7f"),
        (("xtouch-mini", "--hands", "tap top.1"), "X-Touch Mini", "", b"\x9a\x08\x7f"),
        (("bcf2000", "--reports-motor"), "BCF2000", "B0 51 7F", b"\xb0\x51"),
        (("serial-box", "--garbage", "4", "--seed", "3"), "Serial box", "", b""),
        (("daw", "--like", "logic"), "DAW", "", b"\xf0\x00\x00\x66\x14\x00\xf7"),
        (("hui-daw",), "HUI DAW", "", b"\x90\x00\x00"),
    ],
)
async def test_other_hardware_is_found_at_its_link(
    tmp_path: Path, arguments: tuple[str, ...], label: str, question: str, answer: bytes
) -> None:
    link = tmp_path / "cable"
    process, line = await start(*arguments, "--at", f"pty:{link}")
    assert line == f"{label} at pty:{link} (Ctrl-C ends it)\n"
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
        assert main(["x32", "--at", f"udp://127.0.0.1:{taken.getsockname()[1]}"]) == 1
    assert "in use" in capsys.readouterr().err


def test_unknown_hardware_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["theremin"])
    assert "theremin" in capsys.readouterr().err


async def test_what_is_typed_is_done_and_what_makes_no_sense_is_said(tmp_path: Path) -> None:
    link = tmp_path / "x-touch"
    process, _ = await start("xtouch", "--at", f"pty:{link}")
    assert process.stdin is not None
    assert process.stdout is not None
    host = os.open(link, os.O_RDWR | os.O_NOCTTY)
    process.stdin.write(b"touch 1\n")
    assert await asyncio.to_thread(os.read, host, 64) == b"\x90\x68\x7f"
    process.stdin.write(b"release 1, press play\ndance\n")
    heard = b""
    while len(heard) < 6:
        heard += await asyncio.to_thread(os.read, host, 64)
    assert heard == b"\x90\x68\x00\x90\x5e\x7f"
    sentence = (await process.stdout.readline()).decode()
    assert sentence == "hands do not know how to 'dance'; type help.\n"
    os.close(host)
    assert await stop(process) == (0, b"")


async def test_hands_do_the_same_again_and_again(tmp_path: Path) -> None:
    link = tmp_path / "x-touch"
    words = "ride 1 to 60% in 20ms, wait 20ms, ride 1 to 10% in 20ms"
    process, _ = await start("xtouch", "--at", f"pty:{link}", "--hands", words)
    host = os.open(link, os.O_RDWR | os.O_NOCTTY)
    heard = b""
    async with asyncio.timeout(10):
        while heard.count(b"\x90\x68\x7f") < 4:
            heard += await asyncio.to_thread(os.read, host, 256)
    os.close(host)
    assert await stop(process) == (0, b"")


async def test_somebody_at_the_desk_moves_a_control_and_reads_it() -> None:
    process, _ = await start("x32", "--at", "udp://127.0.0.1:0")
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"set /ch/01/mix/fader 0.5\nget /ch/01/mix/fader\nget /ch/99\n")
    assert (await process.stdout.readline()).startswith(b"/ch/01/mix/fader 0.49")
    assert await process.stdout.readline() == b"There is no '/ch/99' here; type help.\n"
    assert await stop(process) == (0, b"")


def test_without_a_name_all_hardware_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    said = capsys.readouterr().out
    for name in (
        *("xtouch", "xctl", "xtouch-compact", "xtouch-mini", "bcf2000", "hui", "serial-box"),
        *("daw", "x32", "rcp", "sq", "dlive", "qu"),
    ):
        assert f"  {name} " in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("xtouch", "--at", "upd:3"), "'upd:3' is no place: it can be at pty:/tmp/x-touch"),
        (("x32", "--at", "pty:/x"), "no place for a Behringer X32: it can be at udp:"),
        (("xtouch", "--hands", "fly"), "do not know how to 'fly'; they know ride, throw"),
        (("xtouch", "--hands", "wait 1s"), "'wait 1s' is nothing to do"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    assert main(arguments) == 2
    assert words in capsys.readouterr().err


def test_an_address_of_another_machine_is_said_in_a_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["x32", "--at", "udp://192.0.2.1:10023"]) == 1
    assert "is not an address of this machine" in capsys.readouterr().err
