"""Writing a capture: bounded, never over another file, and without passwords."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from surfacebridge.apps.captures import read_capture
from surfacebridge.apps.mapping_files import LoadedRig, load_rig
from surfacebridge.apps.recording import STUDIO, Mask, Recorder, Recording
from surfacebridge.bridge.assembly import places_of
from surfacebridge.errors import RecordingRefused
from surfacebridge.protocols.capture import LARGEST_CHUNK, Moment

RIG = """\
surfacebridge: 1
settings: {desk_password: {type: text, default: open sesame}}
surfaces:
  box: {osc: "udp://127.0.0.1:9", listen: 10, controls: {fader: {in: "/f{s} {v:f}"}}, strips: 1}
targets:
  daw: {osc: "udp://127.0.0.1:11", hello: [/login $desk_password]}
banks: {all: ["1"]}
strip: {map: ["fader > daw:/f {v:f}"]}
"""


@pytest.fixture
def rig(tmp_path: Path) -> LoadedRig:
    path = tmp_path / "rig.yaml"
    path.write_text(RIG, encoding="utf-8")
    loaded = load_rig(str(path), {})
    assert loaded.plan is not None, loaded.problems
    return loaded


Make = Callable[..., Recorder]


@pytest.fixture
def recorder(rig: LoadedRig) -> Iterator[Make]:
    """Makes recorders of ``rig``; they are closed at the end."""
    made: list[Recorder] = []

    def make(**bounds: float) -> Recorder:
        assert rig.plan is not None
        assert rig.document is not None
        path = Path(rig.source.path).with_name("a.sbcap")
        made.append(Recorder(Recording(path, **bounds), rig, 5.0))
        made[-1].begin(places_of(rig.document, rig.plan, {}), writes=True)
        return made[-1]

    yield make
    for one in made:
        one.end("The test is over.")


def test_what_was_written_is_on_disk_before_anything_is_closed(recorder: Make) -> None:
    made = recorder()
    made.tap("box", "in", b"/f1", 6.0)
    capture = read_capture(made.path)
    assert capture.moments == [Moment(6.0, "in", "box", b"/f1")]
    assert capture.end is None
    assert capture.seconds == 1.0
    made.end("It was stopped.")
    assert read_capture(made.path).end is not None


def test_the_rig_and_its_links_are_in_it(recorder: Make) -> None:
    made = recorder()
    made.end("It was stopped.")
    capture = read_capture(made.path)
    assert capture.header.rig == "rig.yaml"
    assert capture.files.keys() == {"rig.yaml"}
    assert capture.addresses() == {
        "box": "udp://127.0.0.1:9?listen=10",
        "daw": "udp://127.0.0.1:11",
    }
    assert [(link.kind, link.dialect) for link in capture.header.links] == [
        ("surface", "osc_page"),
        ("target", "plain_osc"),
    ]


def test_a_password_is_nowhere_in_it_and_its_length_stays_true(recorder: Make) -> None:
    made = recorder()
    made.tap("daw", "out", b"/login\0\0,s\0\0open sesame\0", 6.0)
    made.end("It was stopped.")
    written = made.path.read_bytes()
    assert b"sesame" not in written
    assert b"open sesame".hex().encode() not in written
    capture = read_capture(made.path)
    assert capture.moments[0].data == b"/login\0\0,s\0\0xxxxxxxxxxx\0"
    assert "default: xxxxxxxxxxx}" in capture.files["rig.yaml"]


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("password: hush!", "password: xxxxx"),
        ("{user: me, password: 'hush!', port: 1}", "{user: me, password: 'xxxxx', port: 1}"),
        ('mqtt_token: "hush!"  # mine', 'mqtt_token: "xxxxx"  # mine'),
        ("api_key: hush!", "api_key: xxxxx"),
        ("secret:\n  type: text\n  default: hush!\n", "secret:\n  type: text\n  default: xxxxx\n"),
        ("pw: {default: hush!}\npassword: $pw", "pw: {default: xxxxx}\npassword: $pw"),
        ("osc: udp://me:hush!@10.0.0.5:1", "osc: udp://me:xxxxx@10.0.0.5:1"),
        ("password: a, b} c # mine", "password: xxxxxxx # mine"),
        ("{password: a b, host: c}", "{password: xxx, host: c}"),
        ("{password: a b}\nhost: c", "{password: xxx}\nhost: c"),
        ("broker: mqtt://h?user=me&password=hush!", "broker: mqtt://h?user=me&password=xxxxx"),
        ('"mqtts://h?password=hush!&ca=/a"', '"mqtts://h?password=xxxxx&ca=/a"'),
        ("mqtts://h?password=env:PW", "mqtts://h?password=env:PW"),
        ("password: password", "password: xxxxxxxx"),
        ("name: hush\nhost: {default: a}", "name: hush\nhost: {default: a}"),
    ],
)
def test_a_password_is_found_however_it_is_written(written: str, left: str) -> None:
    assert Mask([written], {}).text(written) == left


def test_a_setting_that_a_password_refers_to_is_one() -> None:
    mask = Mask(["password: $pw"], {"pw": "hush!", "host": "10.0.0.5"})
    assert mask.settings({"pw": "hush!", "host": "10.0.0.5"}) == {"pw": "xxxxx", "host": "10.0.0.5"}
    assert mask.data(b"hush! and hush!") == b"xxxxx and xxxxx"


def test_of_a_studio_it_says_what_it_does_not_hold(
    rig: LoadedRig, recorder: Make, caplog: pytest.LogCaptureFixture
) -> None:
    recorder().end("It was stopped.")
    assert STUDIO not in caplog.text
    path = Path(rig.source.path)
    path.write_text(f"{RIG}studio: {{site: house, broker: 'mqtt://10.0.0.6'}}\n")
    loaded = load_rig(str(path), {})
    assert loaded.plan is not None, loaded.problems
    other = Recorder(Recording(path.with_name("b.sbcap")), loaded, 5.0)
    other.begin([], writes=True)
    other.end("It was stopped.")
    assert STUDIO in caplog.text


def test_another_file_is_never_written_over(recorder: Make) -> None:
    recorder().end("It was stopped.")
    with pytest.raises(RecordingRefused, match="is there already; name a new file"):
        recorder()


def test_a_folder_that_is_not_there_is_said(rig: LoadedRig, tmp_path: Path) -> None:
    with pytest.raises(RecordingRefused, match="cannot be written: No such file"):
        Recorder(Recording(tmp_path / "none" / "a.sbcap"), rig, 0.0)


def test_a_capture_ends_when_it_is_full_and_says_so(
    recorder: Make, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "surfacebridge")
    made = recorder(megabytes=0.02)
    for step in range(1000):
        made.tap("box", "in", bytes(40), 6.0 + step)
    assert made.path.stat().st_size <= 20_000
    capture = read_capture(made.path)
    assert capture.end is not None
    assert "--megabytes" in capture.end.why
    assert "--megabytes" in caplog.text
    assert not capture.bad


def test_a_capture_ends_when_it_is_long_enough(recorder: Make) -> None:
    made = recorder(minutes=1.0)
    made.tap("box", "in", b"a", 60.0)
    made.tap("box", "in", b"b", 66.0)
    made.tap("box", "in", b"c", 67.0)
    capture = read_capture(made.path)
    assert [one.data for one in capture.moments] == [b"a"]
    assert capture.end is not None


def test_a_chunk_that_no_line_holds_ends_the_capture_with_a_sentence(recorder: Make) -> None:
    made = recorder()
    made.tap("box", "in", bytes(LARGEST_CHUNK + 1), 6.0)
    end = read_capture(made.path).end
    assert end is not None
    assert "box moved 65537 bytes at once" in end.why


def test_a_full_disk_ends_the_capture_and_nothing_else(
    recorder: Make, caplog: pytest.LogCaptureFixture
) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    made = recorder()
    made._file.close()
    made._file = full.open("wb", buffering=0)
    made.tap("box", "in", b"a", 6.0)
    made.tap("box", "in", b"b", 7.0)
    assert "cannot be written any more (No space left on device)" in caplog.text


def test_a_rig_that_was_taken_over_is_in_it_too(rig: LoadedRig, recorder: Make) -> None:
    made = recorder()
    made.tap("box", "in", b"a", 6.0)
    Path(rig.source.path).write_text(RIG + "# changed\n", encoding="utf-8")
    made.reload(load_rig(rig.source.path, {}), 7.0)
    capture = read_capture(made.path)
    assert [one.what for one in capture.moments] == ["in", "reload"]
    assert capture.reloads[0]["rig.yaml"].endswith("# changed\n")
    assert not capture.files["rig.yaml"].endswith("# changed\n")
