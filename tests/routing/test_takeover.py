import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surfacebridge.routing.takeover import Takeover


def test_a_jump_takes_every_move() -> None:
    jump = Takeover("jump")
    assert jump.moved(0.9, 0.1) == 0.9
    assert jump.moved(0.2, None) == 0.2


def test_pickup_waits_until_the_value_is_reached() -> None:
    pickup = Takeover("pickup")
    assert pickup.moved(0.2, 0.5) is None
    assert pickup.moved(0.4, 0.5) is None
    assert pickup.moved(0.498, 0.5) == 0.498
    assert pickup.moved(0.7, 0.498) == 0.7


@pytest.mark.parametrize(("start", "end"), [(0.1, 0.9), (0.9, 0.1)])
def test_pickup_catches_a_throw_across_the_value_in_two_samples(start: float, end: float) -> None:
    pickup = Takeover("pickup")
    assert pickup.moved(start, 0.5) is None
    assert pickup.moved(end, 0.5) == end


def test_a_caught_fader_lets_go_when_the_value_moves_without_it() -> None:
    pickup = Takeover("pickup")
    pickup.moved(0.5, 0.5)
    assert pickup.moved(0.6, 0.5) == 0.6
    assert pickup.moved(0.61, 0.2) is None
    assert pickup.moved(0.15, 0.2) == 0.15


def test_a_caught_fader_may_be_thrown() -> None:
    pickup = Takeover("pickup")
    pickup.moved(0.5, 0.5)
    assert pickup.moved(1.0, 0.5) == 1.0
    assert pickup.moved(0.0, 1.0) == 0.0


def test_tolerant_pickup_catches_from_nearby() -> None:
    assert Takeover("pickup").moved(0.46, 0.5) is None
    assert Takeover("pickup(tolerant)").moved(0.46, 0.5) == 0.46
    assert Takeover("pickup(tolerant)").moved(0.4, 0.5) is None


def test_an_unknown_value_is_not_overwritten_except_by_a_jump() -> None:
    for way in ("pickup", "pickup(tolerant)", "scale", "parallel"):
        takeover = Takeover(way)
        assert takeover.moved(0.3, None) is None
        assert takeover.moved(0.4, None) is None


def test_another_value_has_to_be_caught_anew() -> None:
    pickup = Takeover("pickup")
    pickup.moved(0.5, 0.5)
    pickup.reset()
    assert pickup.moved(0.6, 0.9) is None
    assert pickup.moved(0.95, 0.9) == 0.95


def test_parallel_moves_the_value_by_as_much_as_the_fader() -> None:
    parallel = Takeover("parallel")
    assert parallel.moved(0.2, 0.6) is None
    assert parallel.moved(0.3, 0.6) == pytest.approx(0.7)
    assert parallel.moved(0.25, 0.7) == pytest.approx(0.65)
    assert parallel.moved(0.95, 0.65) == 1.0


def test_scale_spreads_the_way_that_is_left() -> None:
    scale = Takeover("scale")
    assert scale.moved(0.2, 0.6) is None
    assert scale.moved(0.6, 0.6) is not None


@given(start=st.floats(0.05, 0.9), value=st.floats(0.0, 1.0))
@settings(max_examples=30)
def test_scale_and_fader_arrive_at_the_end_together(start: float, value: float) -> None:
    for end in (0.0, 1.0):
        scale, now = Takeover("scale"), value
        scale.moved(start, now)
        for step in range(1, 11):
            taken = scale.moved(min(max(start + (end - start) * step / 10, 0.0), 1.0), now)
            assert taken is not None
            assert 0.0 <= taken <= 1.0
            now = taken
        assert now == pytest.approx(end, abs=1e-6)


@given(
    way=st.sampled_from(["pickup", "pickup(tolerant)", "scale", "parallel", "jump"]),
    moves=st.lists(st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0) | st.none()), max_size=12),
)
@settings(max_examples=50)
def test_what_is_sent_is_a_position(way: str, moves: list[tuple[float, float | None]]) -> None:
    takeover = Takeover(way)  # type: ignore[arg-type]
    for position, value in moves:
        taken = takeover.moved(position, value)
        assert taken is None or 0.0 <= taken <= 1.0


def test_what_stages_make_of_a_move_is_not_taken_for_a_move_by_others() -> None:
    pickup = Takeover("pickup")
    assert pickup.moved(0.9, 0.9) == 0.9
    pickup.wrote(1.0)  # a switch with two detents
    assert pickup.moved(0.1, 1.0) == 0.1
    pickup.wrote(0.0)
    assert pickup.moved(0.2, 0.6) is None
