"""A real Ardour on a JACK server of the tests' own, with its two remote controls open.

Without its windows (``hardour``) it starts sooner; with them, on a screen that
nobody sees, it writes touch automation as it does for people.

Its session, settings and log live in a folder of the test's.  How Ardour has to
be started, and what it gets wrong, was measured with Debian's 7.3.0
(docs/hosts/ardour.md).
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, NoReturn

import pytest
from pythonosc.osc_bundle import OscBundle
from pythonosc.osc_message import OscMessage, ParseError
from pythonosc.osc_message_builder import build_msg

from tests.helpers import jack as jack_helper
from tests.helpers.waiting import until

TRACKS: Final = ("Kick", "Snare", "HiHat", "Bass", "GtrL", "GtrR", "Keys", "Vox", "Pad", "Lead")
# A bus after the tracks, with a send from each of them.
BUS: Final = "Verb"

# A session of ten tracks is there within five seconds on two idle cores.
_PATIENCE: Final = 60.0
_LIBRARIES: Final = Path("/usr/lib/ardour7")
# About one start in five fails with libjack 1.9.21 as it comes; see _private_jack.
_STARTS: Final = 3
# The tone generator is a metronome of 20 beats a minute whose beats, in ms, leave no pause.
_BEAT: Final = 2_990

_PROTOCOLS: Final = """  <ControlProtocols>
    <Protocol name="Mackie" active="1" feedback="1" bank="0" ipmidi-base="21928"
     device-profile="" device-name="Mackie Control Universal Pro"/>
    <Protocol name="Open Sound Control (OSC)" active="1" feedback="1" debugmode="0"
     address-only="0" remote-port="8000" banksize="0" striptypes="31" gainmode="0"
     send-page-size="0" plug-page-size="0"/>
  </ControlProtocols>
"""

# Without a punch range its keys do nothing.  Without an end the session ends with the first take,
# and automation that is drawn beyond has nothing to return to.  In 282,240,000 parts of a second.
_LOCATIONS: Final = """  <Locations>
    <Location id="90001" name="session" start="a0" end="a169344000000" flags="IsSessionRange"
     locked="0" timestamp="0" cue="0"/>
    <Location id="90002" name="Punch" start="a282240000" end="a564480000" flags="IsAutoPunch"
     locked="0" timestamp="0" cue="0"/>
  </Locations>
"""


class ArdourUnavailable(Exception):
    """Ardour could not be started; the text says why."""


class Osc:
    """An OSC client of Ardour's: what it was told last, by path and strip."""

    def __init__(self, port: int) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        # The first flood is a thousand datagrams in 70 ms.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self._to = ("127.0.0.1", port)
        self.told: dict[tuple[object, ...], object] = {}
        self.replies: list[list[object]] = []

    def send(self, path: str, *args: float | str) -> None:
        """Say something to Ardour."""
        self._socket.sendto(build_msg(path, args).dgram, self._to)

    def subscribe(self) -> None:
        """Ask for feedback: buttons, levels, master, as positions and dB."""
        self.send("/set_surface", 0, 159, 251, 2)

    def listen(self) -> None:
        """Take in all that has come until now."""
        with suppress(BlockingIOError):
            while True:
                self._take(self._socket.recv(65_536))

    def value(self, path: str, *strip: int) -> object:
        """Return what ``path`` (of ``strip``) was told last, ``None`` before the first word."""
        self.listen()
        return self.told.get((path, *strip))

    async def insist(
        self, path: str, *args: float | str, until_so: Callable[[], object], within: float = 15.0
    ) -> None:
        """Do something in Ardour, as its own user would: again, if nothing came of it.

        Busy with itself, 7.3 loses what it is told (docs/targets/ardour.md).
        """
        asked = 0.0

        def is_so() -> object:
            nonlocal asked
            if time.monotonic() - asked > 1.0:
                asked = time.monotonic()
                self.send(path, *args)
            return until_so()

        await until(is_so, within=within)

    def close(self) -> None:
        """Leave, without a goodbye: 7.3 may die of one that comes while something changes."""
        self._socket.close()

    def _take(self, data: bytes) -> None:
        with suppress(ParseError):
            messages = [OscMessage(data)]
            if OscBundle.dgram_is_bundle(data):
                messages = [one for one in OscBundle(data) if isinstance(one, OscMessage)]
            for message in messages:
                args = list(message.params)
                if message.address == "#reply":
                    self.replies.append(args)
                elif args:
                    self.told[message.address, *args[:-1]] = args[-1]


class Ardour:
    """A running Ardour: its OSC port, and joining MIDI ports to its Mackie Control."""

    def __init__(self, folder: Path, server: str, *, windows: bool = False) -> None:
        self._folder = folder
        self._server = server
        self._windows = windows
        self._screen: subprocess.Popen[bytes] | None = None
        self._display = ""
        self.osc_port = 0
        self._session = ""
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def session_file(self) -> Path:
        """The file that ``/save_state`` writes."""
        return self._folder / "session" / "test.ardour"

    def join(self, *, says: str, hears: str) -> None:
        """Connect the JACK ports of a surface to Ardour's Mackie Control, as a user would."""
        assert self._connect(says, "ardour:mackie control in")
        assert self._connect("ardour:mackie control out", hears)

    @contextmanager
    def tone(self, track: str, level: float) -> Iterator[None]:
        """Play a sine of ``level`` dB below full scale into a track's input, for up to an hour."""
        metronome = ["jack_metro", "-n", "tone", "-f", "1000", "-a", "0", "-d", "0", "-b", "20"]
        metronome += ["-A", str(10 ** (level / 20)), "-D", str(_BEAT)]
        player = subprocess.Popen(  # noqa: S603 - the arguments are ours
            metronome,
            env={**os.environ, "JACK_DEFAULT_SERVER": self._server, "JACK_NO_START_SERVER": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            end = time.monotonic() + 5
            while not self._connect("tone:20_bpm", f"ardour:{track}/audio_in 1"):
                assert time.monotonic() < end, "the tone generator did not come to the JACK server"
                time.sleep(0.05)
            yield
        finally:
            player.terminate()
            player.wait(5)

    def epitaph(self) -> str:
        """Return how Ardour ended and its last words; nothing while it lives."""
        status = self._process.poll() if self._process is not None else None
        if status is None:
            return ""
        return f"Ardour ended with status {status}; it said last: {self.log()[-800:]}"

    def start(self) -> None:
        """Make the session and start; ArdourUnavailable if that fails."""
        if not (_LIBRARIES / "luasession").exists() or shutil.which("jack_connect") is None:
            raise ArdourUnavailable("Ardour 7 is not installed (Debian: ardour)")
        self._make_session()
        if self._windows:
            self._open_screen()
        self.start_again()

    def start_again(self) -> None:
        """Start with a fresh session; ArdourUnavailable if that fails."""
        for _ in range(_STARTS):
            if self._launch():
                return
        raise ArdourUnavailable(f"Ardour did not start: {self.epitaph() or self.log()[-800:]}")

    def restart(self) -> None:
        """End it, and start with a fresh session."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(8)
        self.start_again()

    def stop(self) -> None:
        """Wait for it to notice that JACK has gone; else end it.

        The other way round Ardour 7.3 aborts and may take the JACK server along.
        With windows it would ask what to do about it, for ever.
        """
        for process, patience in ((self._process, 0 if self._windows else 8), (self._screen, 0)):
            if process is None:
                continue
            try:
                process.wait(patience)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(8)

    def log(self) -> str:
        """Return what Ardour said since its last start."""
        return (self._folder / "ardour.log").read_text(errors="replace")

    def _connect(self, source: str, sink: str) -> bool:
        """Connect two JACK ports; return False if one of them is not there yet."""
        done = subprocess.run(  # noqa: S603 - the arguments are ours
            ["jack_connect", "-s", self._server, source, sink],  # noqa: S607
            check=False,
            capture_output=True,
        )
        return done.returncode == 0

    def _environment(self) -> dict[str, str]:
        folder = self._folder
        with_windows = {
            "DISPLAY": self._display,
            "GTK_PATH": f"/etc/ardour7:{_LIBRARIES}",
            # The engine starts without its dialog, if JACK is the only one on offer.
            "ARDOUR_TRY_AUTOSTART_ENGINE": "1",
            "ARDOUR_DLL_PATH": str(folder / "dll"),
        }
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(folder / "home"),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_CACHE_HOME": str(folder / "cache"),
            "XDG_DATA_HOME": str(folder / "data"),
            "LC_ALL": "C.UTF-8",
            "JACK_DEFAULT_SERVER": self._server,
            "JACK_NO_START_SERVER": "1",
            "JACK_NO_AUDIO_RESERVATION": "1",
            "LD_LIBRARY_PATH": f"{folder / 'lib'}:{_LIBRARIES}",
            "ARDOUR_DATA_PATH": "/usr/share/ardour7",
            "ARDOUR_CONFIG_PATH": "/etc/ardour7",
            "ARDOUR_DLL_PATH": str(_LIBRARIES),
            **(with_windows if self._windows and self._display else {}),
        }

    def _open_screen(self) -> None:
        """Start a screen that nobody sees, and all that spares Ardour its first questions."""
        if shutil.which("Xvfb") is None:
            raise ArdourUnavailable("there is no screen for Ardour's windows (Debian: xvfb)")
        reader, writer = os.pipe()
        command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1600x1000x24"]
        with (self._folder / "screen.log").open("wb") as log:
            self._screen = subprocess.Popen(  # noqa: S603 - the arguments are ours
                [*command, "-nolisten", "tcp"], pass_fds=[writer], stdout=log, stderr=log
            )
        os.close(writer)
        with os.fdopen(reader) as said:
            # It says its number once it can be used, or closes the pipe.
            number = said.readline().strip()
        if not number:
            raise ArdourUnavailable("Xvfb did not start")
        self._display = f":{number}"
        (self._folder / "config" / "ardour7" / ".a7").touch()
        backends = self._folder / "dll" / "backends"
        backends.mkdir(parents=True)
        for library in _LIBRARIES.iterdir():
            if library.name != "backends":
                (backends.parent / library.name).symlink_to(library)
        jack = _LIBRARIES / "backends" / "libjack_audiobackend.so"
        (backends / jack.name).symlink_to(jack)

    def _command(self) -> list[str]:
        if not self._windows:
            program = next(_LIBRARIES.glob("hardour-*"))
            return [str(program), str(self._folder / "session"), "test"]
        program = next(_LIBRARIES.glob("ardour-[0-9]*"))
        return [str(program), "-n", str(self.session_file)]

    def _make_session(self) -> None:
        folder = self._folder
        for name in ("home", "config/ardour7", "cache", "data", "lib"):
            (folder / name).mkdir(parents=True)
        self._private_jack()
        # Only a new session gets a monitor section.
        (folder / "config" / "ardour7" / "config").write_text(
            '<?xml version="1.0" encoding="UTF-8"?>\n<Ardour>\n  <Config>\n'
            '    <Option name="use-monitor-bus" value="1"/>\n  </Config>\n</Ardour>\n'
        )
        lines = [f'local s = create_session ("{folder}/session", "test", 48000)']
        lines += [
            f's:new_audio_track (1, 2, nil, 1, "{name}", '
            "ARDOUR.PresentationInfo.max_order, ARDOUR.TrackMode.Normal, true)"
            for name in TRACKS
        ]
        bus = f'(2, 2, nil, 1, "{BUS}", ARDOUR.PresentationInfo.Flag.AudioBus,'
        lines += [
            f"s:new_audio_route {bus} ARDOUR.PresentationInfo.max_order)",
            "local tracks = ARDOUR.RouteListPtr ()",
            "for r in s:get_routes ():iter () do",
            "  if not r:to_track ():isnil () then tracks:push_back (r) end",
            "end",
            f's:add_internal_sends (s:route_by_name ("{BUS}"), ARDOUR.Placement.PostFader, tracks)',
            's:save_state ("", false, false, false, false, false)',
            "close_session ()",
            "quit ()",
        ]
        script = folder / "session.lua"
        script.write_text("\n".join(lines) + "\n")
        made = subprocess.run(  # noqa: S603 - the arguments are ours
            [str(_LIBRARIES / "luasession"), str(script)],
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
        )
        state = self.session_file
        if not state.exists():
            raise ArdourUnavailable(f"no session was made: {made.stdout[-400:]!r}")
        # What the session says of control surfaces beats the settings of the user.
        text = state.read_text()
        begin = text.index("  <ControlProtocols>")
        end = text.index("</ControlProtocols>\n", begin) + len("</ControlProtocols>\n")
        text = text[:begin] + _PROTOCOLS + text[end:]
        self._session = text.replace("  <Locations/>\n", _LOCATIONS)

    def _private_jack(self) -> None:
        """Give Ardour a libjack without jack_set_property.

        Its autoconnect thread calls that while the main thread talks to the same
        socket, and the server loses track of both (libjack 1.9.21).
        """
        for library in sorted(Path("/usr/lib").glob("*/libjack.so.0")):
            image = library.read_bytes()
            image = image.replace(b"\0jack_set_property\0", b"\0jack_nop_property\0")
            (self._folder / "lib" / "libjack.so.0").write_bytes(image)

    def _launch(self) -> bool:
        # A start that died may have left anything.
        self.session_file.write_text(self._session)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        config = self._folder / "config" / "ardour7"
        (config / "config").write_text(
            '<?xml version="1.0" encoding="UTF-8"?>\n<Ardour>\n  <Config>\n'
            f'    <Option name="osc-port" value="{port}"/>\n  </Config>\n{_PROTOCOLS}</Ardour>\n'
        )
        # Ardour writes its address into this file, if it is there.
        url = config / "osc_url"
        url.write_text("")
        with (self._folder / "ardour.log").open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - the arguments are ours
                self._command(),
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        # With windows one start in some hangs for ever, and another one does not.
        end = time.monotonic() + _PATIENCE / (2 if self._windows else 1)
        while time.monotonic() < end and self._process.poll() is None:
            text = url.read_text()
            if ":" in text and self._answers(int(text.rstrip("/\n ").rpartition(":")[2])):
                return self._process.poll() is None
            time.sleep(0.1)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait(8)
        return False

    def _answers(self, port: int) -> bool:
        osc = Osc(port)
        try:
            osc.send("/strip/list")
            end = time.monotonic() + 1
            while time.monotonic() < end:
                osc.listen()
                if any(one[0] == "end_route_list" for one in osc.replies):
                    self.osc_port = port
                    self._stand_still(osc)
                    return self._bears_two_clients()
                time.sleep(0.02)
        finally:
            osc.close()
        return False

    def _bears_two_clients(self) -> bool:
        """Return whether it lives on while two clients are told everything, as in every test."""
        clients = [Osc(self.osc_port), Osc(self.osc_port)]
        try:
            for osc in clients:
                osc.subscribe()
            end = time.monotonic() + 5
            while time.monotonic() < end and not self.epitaph():
                if all(osc.value("/heartbeat") is not None for osc in clients):
                    return True
                time.sleep(0.02)
            return False
        finally:
            for osc in clients:
                osc.close()

    def _stand_still(self, osc: Osc) -> None:
        """Stop the transport, and let it come to itself before anybody asks for feedback.

        hardour starts the transport by itself a second after loading.  7.3 dies of clients that
        ask for feedback while so much changes (docs/targets/ardour.md).
        """
        end = time.monotonic() + 2.0
        while time.monotonic() < end:
            osc.send("/transport_stop")
            time.sleep(0.1)
        osc.send("/locate", 0, 0)


@pytest.fixture(scope="session")
def hardour(jack: str, tmp_path_factory: pytest.TempPathFactory) -> Ardour:
    """Run one Ardour without windows for the whole session."""
    running = Ardour(tmp_path_factory.mktemp("ardour"), jack)
    try:
        running.start()
    except ArdourUnavailable as error:
        do_without(error)
    jack_helper.FOLLOWERS.append(running.stop)
    return running


def do_without(error: Exception) -> NoReturn:
    """Fail the test in CI, where Ardour is required, and skip it elsewhere."""
    if os.environ.get("CI") == "true":
        pytest.fail(str(error))
    pytest.skip(str(error))
