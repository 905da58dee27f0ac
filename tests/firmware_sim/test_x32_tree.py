import pytest

from firmware_sim.x32_tree import SOLO_ORDER, build_tree, is_in_scenes

TREE = build_tree()


@pytest.mark.parametrize(
    "address",
    [
        "/ch/01/mix/fader",
        "/ch/32/mix/16/level",
        "/ch/01/mix/15/pan",
        "/auxin/08/mix/on",
        "/fxrtn/08/config/color",
        "/bus/16/mix/06/level",
        "/bus/16/eq/6/q",
        "/mtx/06/config/name",
        "/main/st/mix/pan",
        "/main/m/mix/fader",
        "/dca/8/fader",
        "/dca/1/config/name",
        "/config/mute/6",
        "/headamp/127/phantom",
        "/-stat/solosw/80",
        "/-stat/selidx",
        "/-show/prepos/current",
        "/ch/07/preamp/hpf",
        "/ch/07/dyn/filter/f",
    ],
)
def test_the_desk_has(address: str) -> None:
    assert address in TREE


@pytest.mark.parametrize(
    "address",
    ["/ch/33/mix/fader", "/ch/1/mix/fader", "/dca/01/fader", "/ch/01/mix/02/pan", "/dca/9/on"],
)
def test_the_desk_has_no(address: str) -> None:
    assert address not in TREE


def test_solo_buttons_are_numbered_as_documented() -> None:
    numbered = dict(enumerate(SOLO_ORDER, start=1))
    assert [numbered[n] for n in (1, 33, 41, 49, 65, 71, 72, 73, 80)] == [
        "/ch/01", "/auxin/01", "/fxrtn/01", "/bus/01", "/mtx/01",
        "/main/st", "/main/m", "/dca/1", "/dca/8",
    ]  # fmt: skip


def test_every_default_is_on_its_own_grid() -> None:
    assert [a for a, leaf in TREE.items() if leaf.take(leaf.default) != leaf.default] == []


def test_scenes_leave_out_what_the_desk_shows_and_does() -> None:
    assert is_in_scenes("/ch/01/mix/fader")
    assert not is_in_scenes("/-stat/selidx")
