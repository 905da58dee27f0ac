import socket
import threading

from firmware_sim.wire import encode_osc
from surfacebridge.apps.watching import Words
from tests.helpers.commands import is_traceback, surfacebridge


def test_live_osc_is_shown_in_words() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as desk:
        desk.bind(("127.0.0.1", 0))
        desk.settimeout(10)

        def answer() -> None:
            data, client = desk.recvfrom(1000)
            assert data.startswith(b"/xremote")
            desk.sendto(encode_osc("/ch/01/mix/fader", 0.5), client)
            desk.sendto(b"nonsense", client)

        speaker = threading.Thread(target=answer)
        speaker.start()
        address = f"udp://127.0.0.1:{desk.getsockname()[1]}"
        done = surfacebridge("monitor", address, "--send", "/xremote", "--seconds", "1")
        speaker.join()
    assert done.returncode == 0
    assert "/ch/01/mix/fader 0.5000" in done.stdout
    assert "skipped:" in done.stdout
    assert f"Listening at {address}; Ctrl-C ends it." in done.stderr


def test_a_wrong_address_ends_with_status_2() -> None:
    done = surfacebridge("monitor", "/ch/01")
    assert done.returncode == 2
    assert "An address begins with" in done.stderr
    assert not is_traceback(done.stderr)


def test_what_a_serial_box_says_is_shown_as_lines() -> None:
    words = Words("cobs", host_side=False)
    assert words.say(bytes.fromhex("05 01 02 03 02 03 69 07 00  07 03 03 03 01 03 3E 00")) == [
        "fader 3 512",
        "(messages are missing here)",
        "touch 3 1",
    ]
    (damaged,) = words.say(b"\x05\x01\x00")
    assert damaged.startswith("skipped:")
    assert Words("lines", host_side=False).say(b"F3 512\n# hi\n") == ["F3 512", "# hi"]


def test_what_is_no_message_is_not_sent_in_silence() -> None:
    for words in ("xremote", "/say 'half", "''"):
        done = surfacebridge("monitor", "udp://127.0.0.1:9", "--send", words, "--seconds", "1")
        assert done.returncode == 2
        assert "This is no OSC message" in done.stderr
