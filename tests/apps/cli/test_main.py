import os
import signal
import subprocess
import sys
from pathlib import Path

from surfacebridge import __version__
from surfacebridge.apps.cli.main import COMMANDS
from tests.helpers.commands import COMMAND, is_traceback, surfacebridge


def test_help_names_every_command() -> None:
    done = surfacebridge("--help")
    assert done.returncode == 0
    for name, line in COMMANDS.items():
        assert name in done.stdout
        assert line.split()[0] in done.stdout


def test_every_command_explains_itself() -> None:
    for name in COMMANDS:
        done = surfacebridge(name, "--help")
        assert done.returncode == 0, (name, done.stderr)
        assert done.stdout.lower().startswith("usage: surfacebridge")


def test_the_version_is_told() -> None:
    assert surfacebridge("--version").stdout.strip().endswith(__version__)


def test_an_unknown_command_ends_with_status_2_and_a_guess() -> None:
    done = surfacebridge("chek")
    assert done.returncode == 2
    assert "There is no command 'chek'; did you mean 'check'?" in done.stderr


def test_a_file_that_cannot_be_written_is_named_in_a_sentence(tmp_path: Path) -> None:
    rig = tmp_path / "rig.yaml"
    rig.write_text("surfacebridge: 1\nname: empty\n", encoding="utf-8")
    done = surfacebridge("test", str(rig), "--junit", str(tmp_path / "none" / "out.xml"))
    assert done.returncode == 2
    assert f"{tmp_path}/none/out.xml: No such file or directory." in done.stderr
    assert not is_traceback(done.stderr)


def test_a_command_that_ctrl_c_ends_says_so_and_ends_as_shells_expect() -> None:
    with subprocess.Popen(  # noqa: S603 - our own command
        [*COMMAND, "test", "xtouch-x32", "--fuzz", "10000000"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        running.stdout.readline()
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=20)
    assert running.returncode == 130
    assert said == "surfacebridge: It was stopped before it was done.\n"


def test_a_terminal_without_our_letters_gets_others() -> None:
    poor = {**os.environ, "PYTHONIOENCODING": "ascii:strict"}
    done = subprocess.run(  # noqa: S603 - our own command
        [*COMMAND, "devices"], capture_output=True, text=True, check=False, env=poor
    )
    assert (done.returncode, done.stdout[:17]) == (0, "Surfaces (device:")


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from surfacebridge.apps.cli.main import cli\n"
        "try:\n    cli(['--help'])\n"
        "except SystemExit:\n    pass\n"
        "heavy = {'pydantic', 'ruamel', 'rich', 'rtmidi', 'serial', 'asyncio', 'pythonosc'}\n"
        "print(sorted(heavy & {name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
