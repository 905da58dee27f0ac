import subprocess
import sys

from surfacebridge import __version__
from surfacebridge.apps.cli.main import COMMANDS
from tests.helpers.commands import surfacebridge


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


def test_an_unknown_command_ends_with_status_2() -> None:
    assert surfacebridge("rnu").returncode == 2


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
