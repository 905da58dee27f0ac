import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surfacebridge.routing.banks import Banks, Edge
from surfacebridge.routing.plan import Bank, Subject


def bank(name: str, count: int) -> Bank:
    return Bank(name, tuple(Subject(f"desk.{name}.{n}", n) for n in range(1, count + 1)))


def numbers(banks: Banks, strips: int) -> list[int | None]:
    subjects = [banks.subject(strip) for strip in range(1, strips + 1)]
    return [None if subject is None else subject.n for subject in subjects]


def test_the_window_starts_at_the_first_subject() -> None:
    assert numbers(Banks([bank("ch", 16)], 4, "clamp"), 4) == [1, 2, 3, 4]


def test_paging_moves_the_window_and_stops_at_the_end() -> None:
    banks = Banks([bank("ch", 10)], 4, "clamp")
    assert banks.move(4)
    assert numbers(banks, 4) == [5, 6, 7, 8]
    assert banks.move(4)
    assert numbers(banks, 4) == [7, 8, 9, 10]
    assert not banks.move(4)
    assert banks.move(-100)
    assert numbers(banks, 4) == [1, 2, 3, 4]


def test_a_blank_edge_shows_strips_without_a_subject() -> None:
    banks = Banks([bank("ch", 6)], 4, "blank")
    banks.move(4)
    assert numbers(banks, 4) == [5, 6, None, None]
    banks.move(1)
    assert numbers(banks, 4) == [6, None, None, None]
    assert not banks.move(1)


def test_a_page_past_the_last_of_a_blank_edge_is_none_so_the_way_back_is_the_way_there() -> None:
    banks = Banks([bank("ch", 6)], 4, "blank")
    banks.move(4)
    assert not banks.move(4)
    banks.move(-4)
    assert numbers(banks, 4) == [1, 2, 3, 4]


def test_a_wrapping_edge_goes_round() -> None:
    banks = Banks([bank("ch", 6)], 4, "wrap")
    banks.move(4)
    assert numbers(banks, 4) == [5, 6, 1, 2]
    banks.move(-5)
    assert numbers(banks, 4) == [6, 1, 2, 3]


def test_a_short_bank_leaves_the_rest_blank() -> None:
    banks = Banks([bank("dca", 2)], 4, "clamp")
    assert numbers(banks, 4) == [1, 2, None, None]
    assert not banks.move(1)


def test_each_bank_stands_where_it_was_left() -> None:
    banks = Banks([bank("ch", 16), bank("dca", 8)], 4, "clamp")
    banks.move(4)
    assert banks.select("dca")
    assert numbers(banks, 4) == [1, 2, 3, 4]
    assert banks.select("ch")
    assert numbers(banks, 4) == [5, 6, 7, 8]


def test_selecting_what_is_on_or_unknown_changes_nothing() -> None:
    banks = Banks([bank("ch", 16)], 4, "clamp")
    assert not banks.select("ch")
    assert not banks.select("nothing")


def test_without_banks_no_strip_stands_for_anything() -> None:
    banks = Banks([], 4, "clamp")
    assert banks.bank is None
    assert numbers(banks, 2) == [None, None]
    assert not banks.move(1)


@pytest.mark.parametrize(("edge", "first"), [("clamp", 3), ("blank", 6), ("wrap", 5)])
def test_a_reload_stays_where_it_was_as_far_as_it_can(edge: Edge, first: int) -> None:
    old = Banks([bank("ch", 16), bank("dca", 8)], 4, edge)
    old.move(10)
    old.select("dca")
    new = Banks([bank("ch", 6), bank("dca", 8)], 4, edge)
    new.adopt(old)
    assert new.active == "dca"
    new.select("ch")
    assert numbers(new, 1) == [first]


@given(
    count=st.integers(1, 20),
    strips=st.integers(1, 8),
    edge=st.sampled_from(["clamp", "wrap", "blank"]),
    moves=st.lists(st.integers(-30, 30), max_size=8),
)
@settings(max_examples=60)
def test_no_move_leaves_the_bank(count: int, strips: int, edge: Edge, moves: list[int]) -> None:
    banks = Banks([bank("ch", count)], strips, edge)
    for move in moves:
        before = numbers(banks, strips)
        assert banks.move(move) == (numbers(banks, strips) != before)
        first = banks.subject(1)
        assert first is not None
        if edge == "clamp" and count >= strips:
            assert None not in numbers(banks, strips)
