from dataclasses import replace

from rich.cells import cell_len

from surfacebridge.apps.live_view import picture
from surfacebridge.bridge.status import BridgeStatus, Route
from tests.apps.test_status_words import DESK, STATUS, SURFACE

WELL = replace(DESK, state="connected", stale=0, malformed=0, strangers=0, reopened=0)


def drawn(
    status: BridgeStatus, columns: int = 160, rows: int = 30, *, coloured: bool = False
) -> list[str]:
    return picture(status, columns, rows, coloured=coloured)


def test_a_link_that_is_well_is_one_line() -> None:
    lines = drawn(replace(STATUS, links=(WELL,), held=(), dropped={}))
    desk = "  desk  connected    3 min          3 in         4 out"
    assert lines == [
        "my rig · 2 h 13 min · bank inputs from 9 · layer pan",
        f"{desk}  answered 7 s ago   master, tells others",
    ]


def test_a_link_that_answers_all_the_time_does_not_flicker() -> None:
    pictures = [
        drawn(replace(STATUS, links=(replace(WELL, answered=ago),))) for ago in (0.001, 0.02, 2.0)
    ]
    assert pictures[0] == pictures[1] == pictures[2]
    assert "  answers  " in pictures[0][1]


def test_masters_and_echoes_of_surfaces_and_of_targets_that_cannot_be_asked() -> None:
    deaf = replace(DESK, master=(), echoes="none")
    lines = drawn(replace(STATUS, links=(deaf, replace(SURFACE, answered=None))))
    assert lines[1].endswith("surfaces decide, tells nobody")
    assert lines[4].endswith("never answered     follows desk, told when let go")


def test_a_link_that_is_not_says_why_and_what_is_stale() -> None:
    lines = drawn(STATUS)
    assert lines[1].startswith("  desk  silent       3 min")
    assert lines[2:4] == [
        "        It is off.",
        "        5 malformed, 6 strangers, opened again 2 times, 7 values nobody knows now",
    ]


def test_who_holds_what_and_how_quick_each_route_is() -> None:
    routes = (Route("x", 0.000096, 0.00032, 1204), Route("desk", 0.00008, 0.0002, 7))
    lines = drawn(replace(STATUS, routes=routes))
    assert "  from x    to others: p50 96 µs, p99 320 µs (1204)" in lines
    assert "  held: x.fader.1 has desk.ch.1.fader, y.fader.1 waits for desk.ch.1.fader" in lines
    assert lines[-1] == "  came to nothing: 4 late"


def test_it_fits_into_any_terminal() -> None:
    wide = replace(SURFACE, name="面" * 30, reason="鼓 " * 200)
    for columns in (1, 7, 20, 61, 200):
        for rows in (1, 2, 5, 40):
            lines = drawn(replace(STATUS, links=(DESK, wide)), columns, rows)
            assert len(lines) <= rows
            assert all(cell_len(line) <= columns for line in lines)
    assert drawn(STATUS, rows=3)[-1] == "  … 7 lines more: surfacebridge status"


def test_what_a_peer_says_of_itself_cannot_draw() -> None:
    lines = drawn(replace(STATUS, links=(replace(DESK, reason="\x1b[2J\r\nhello"),)), coloured=True)
    assert lines[2] == "        ?[2J??hello"


def test_colours_are_for_states_only() -> None:
    lines = drawn(replace(STATUS, links=(WELL, replace(SURFACE, state="waiting"))), coloured=True)
    assert "\x1b[32mconnected\x1b[0m" in lines[1]
    assert "\x1b[33mwaiting  \x1b[0m" in lines[2]
    assert sum(line.count("\x1b") for line in lines) == 4
