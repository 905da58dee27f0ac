"""``python -m surfacebridge``, and the installed command."""

from surfacebridge.apps.cli.main import cli


def main() -> None:
    """Run the command line."""
    cli(prog_name="surfacebridge")


if __name__ == "__main__":
    main()
