import pytest

from surfacebridge.transports.jack_server import JackServer
from tests.helpers.jack import JackDevice
from tests.helpers.waiting import until

pytest.importorskip("rtmidi")


@pytest.mark.usefixtures("jack")
async def test_ports_come_and_go_and_the_frames_run() -> None:
    server = JackServer()
    with JackDevice("X-Touch"):
        await until(lambda: "X-Touch out:X-Touch" in server.sources())
        assert "X-Touch in:X-Touch" in server.destinations()
        assert server.joined("X-Touch in:X-Touch") == []
    assert "X-Touch out:X-Touch" not in server.sources()
    assert server.joined("X-Touch out:X-Touch") == []
    frame = server.frame()
    await until(lambda: server.frame() != frame)
    assert server.is_alive()
    server.close()


def test_no_server_is_an_error_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "surfacebridge-nowhere")
    with pytest.raises(OSError, match="no server is running"):
        JackServer()
