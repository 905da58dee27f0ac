from collections import Counter

from surfacebridge.rehearsal.chance import Chance


def test_the_same_seed_gives_the_same_numbers() -> None:
    one, other, another = Chance(7), Chance(7), Chance(8)
    numbers = [one.below(1000) for _ in range(50)]
    assert numbers == [other.below(1000) for _ in range(50)]
    assert numbers != [another.below(1000) for _ in range(50)]


def test_every_number_below_the_count_comes_about_as_often() -> None:
    chance = Chance(1)
    seen = Counter(chance.below(10) for _ in range(5000))
    assert set(seen) == set(range(10))
    assert min(seen.values()) > 400


def test_fractions_stay_between_nothing_and_one() -> None:
    chance = Chance(3)
    numbers = [chance.fraction() for _ in range(1000)]
    assert 0.0 <= min(numbers) < 0.05
    assert 0.95 < max(numbers) <= 1.0


def test_choosing_reaches_every_item() -> None:
    chance = Chance(5)
    assert {chance.choose("abc") for _ in range(50)} == set("abc")
