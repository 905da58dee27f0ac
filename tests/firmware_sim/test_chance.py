from firmware_sim.chance import generator


def test_a_name_and_a_seed_give_the_same_numbers_again() -> None:
    assert generator(1, "fader 1").random() == generator(1, "fader 1").random()


def test_every_part_and_every_seed_has_its_own_numbers() -> None:
    drawn = {generator(seed, name).random() for seed in (1, 2) for name in ("one", "two")}
    assert len(drawn) == 4
