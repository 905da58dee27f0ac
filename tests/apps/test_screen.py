import time

from surfacebridge.apps.screen import MOST_LINES, Screen
from tests.helpers.terminal import Terminal, terminal


def ended(screen: Screen, shown: Terminal) -> list[str]:
    """Close the screen and return what stands on the terminal then."""
    screen.close()
    return shown.lines()


async def test_lines_scroll_above_a_foot_that_stays() -> None:
    with terminal() as shown:
        screen = Screen(shown.file)
        screen.write("desk is connected.\n")
        screen.show(["the foot", "of two"])
        await shown.until(lambda lines: lines == ["desk is connected.", "the foot", "of two"])
        screen.write("x is lost.\nIt is unplugged.\n")
        screen.show(["one line"])
        await shown.until(
            lambda lines: (
                lines == ["desk is connected.", "x is lost.", "It is unplugged.", "one line"]
            )
        )
        screen.write("x is connected.\n")
        lines = ["desk is connected.", "x is lost.", "It is unplugged.", "x is connected.", ""]
        assert ended(screen, shown) == lines


async def test_a_terminal_that_stands_still_keeps_nobody_waiting_and_loses_the_oldest() -> None:
    with terminal() as shown:
        screen = Screen(shown.file)
        began = time.monotonic()
        for number in range(20 * MOST_LINES):
            screen.write(f"{number:06} and all that happened to it on its long way\n")
            screen.show([f"picture {number}"])
        assert time.monotonic() - began < 2
        last = f"picture {20 * MOST_LINES - 1}"
        await shown.until(lambda lines: lines[-1] == last)
        unsaid = [line for line in shown.lines() if " not shown: the terminal stood still" in line]
        assert unsaid
        numbers = [int(line[:6]) for line in shown.lines() if " and all that" in line]
        assert numbers == sorted(numbers)
        assert numbers[-MOST_LINES:] == list(range(19 * MOST_LINES, 20 * MOST_LINES))
        left_out = sum(int(line.split()[0][1:].replace(",", "")) for line in unsaid)
        assert len(numbers) + left_out == 20 * MOST_LINES
        screen.close()


async def test_a_terminal_that_never_goes_on_does_not_keep_the_bridge_from_ending() -> None:
    with terminal() as shown:
        screen = Screen(shown.file)
        for _ in range(MOST_LINES):
            screen.write("-" * 200 + "\n")
        began = time.monotonic()
        screen.close()
        assert time.monotonic() - began < 2


async def test_a_terminal_that_was_closed_is_no_matter() -> None:
    with terminal() as shown:
        screen = Screen(shown.file)
    screen.write("nobody reads this\n")
    screen.close()


async def test_the_size_is_the_terminals_own() -> None:
    with terminal(columns=61, rows=17) as shown:
        screen = Screen(shown.file)
        assert screen.size() == (61, 17)
        screen.close()
