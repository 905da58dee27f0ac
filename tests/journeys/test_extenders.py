"""Main unit and extenders in any order are one row of strips, each on a port of its own."""

from itertools import permutations

import pytest

from tests.rehearsal.stage import tell

UNITS = {
    "main": ("mackie/mcu", 0x14),
    "left": ("mackie/mcu-xt", 0x15),
    "right": ("behringer/x-touch-ext", 0x15),
}


def row_of(order: tuple[str, ...]) -> str:
    surfaces = ", ".join(f"{name}: {{device: {UNITS[name][0]}, port: {name}}}" for name in order)
    return f"""surfacebridge: 1
name: a row of {len(order)}
surfaces: {{{surfaces}}}
rig: [{", ".join(order)}]
targets: {{desk: {{profile: behringer/x32, host: 127.0.0.1}}}}
banks: {{inputs: {{items: "desk.ch.{{1..32}}"}}}}
paging: {{page: [main.bank.left, main.bank.right]}}
strip:
  map:
    - fader <> .fader | db
    - mute <> .on | invert
    - lcd.top < "{{.name:6}}"
"""


@pytest.mark.parametrize("order", list(permutations(UNITS)))
def test_every_order_of_units_is_one_row_from_left_to_right(order: tuple[str, ...]) -> None:
    steps = []
    for place, name in enumerate(order):
        channel = place * 8 + 3
        header = f"F0 00 00 66 {UNITS[name][1]:02X}"
        steps += [
            # A key on the unit's own port is the channel of its place in the row.
            f"send {name} 90 12 7F",
            f"expect desk:/ch/{channel:02}/mix/on 0",
            # A motor hears of its channel on the unit's own port, a display under its own id.
            f"recv desk:/ch/{channel:02}/mix/fader 1.0",
            f"expect {name}.fader.3 1.0",
            f'recv desk:/ch/{channel:02}/config/name "Kick{place}"',
            f"expect {name} midi {header} 12 0E 4B 69 63 6B {0x30 + place:02X} F7",
        ]
    verdict = tell(row_of(order), *steps)
    assert str(verdict.failure or "") == ""


def test_a_bank_is_as_wide_as_the_row() -> None:
    order = ("left", "main", "right")
    verdict = tell(
        row_of(order),
        "tap main.bank.right",
        "send left 90 10 7F",
        "expect desk:/ch/09/mix/on 0",
        "send right 90 17 7F",
        "expect desk:/ch/32/mix/on 0",
    )
    assert str(verdict.failure or "") == ""


def test_a_unit_that_is_pulled_out_lets_go_of_its_own_strips_only() -> None:
    text = row_of(("left", "main", "right")).replace("| db", "| db: {touch: required}")
    verdict = tell(
        text,
        "touch left.fader.1",
        "touch main.fader.1",
        "unplug left",
        "recv desk:/ch/09/mix/fader 0.5",
        "expect no main.fader.1",
        "release main.fader.1",
        "expect main.fader.1 0.5 ~0.5",
        "plug left",
        "recv desk:/ch/01/mix/fader 1.0",
        "expect left.fader.1 1.0",
    )
    assert str(verdict.failure or "") == ""
