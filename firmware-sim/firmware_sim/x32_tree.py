"""Every parameter of the pretend X32: its address and its kind, in the order of a node reply.

Owns: the tree. The order of leaves under a node is that of scene files saved by real desks.
Does not own: what a kind takes (``x32_leaves``) and what the desk does (``x32``).

Counts: 32 channels, 8 aux inputs, 8 effects returns, 16 buses, 6 matrices, main stereo and mono,
8 DCAs. Left out: effects, routing, outputs, user controls, libraries.
"""

from typing import Final

from firmware_sim.x32_leaves import Bits, Choice, Leaf, Level, Linear, Log, Text, Whole


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


SWITCH: Final = Choice()
SWITCH_ON: Final = Choice(default=1)
COLOUR: Final = Choice(
    _words("OFF RD GN YE BL MG CY WH OFFi RDi GNi YEi BLi MGi CYi WHi"),
    default=7,
)
PAN: Final = Linear(-100, 100, 2, "+.0f")
SEND_LEVEL: Final = Level(161)
TAP: Final = Choice(("IN/LC", "<-EQ", "EQ->", "PRE", "POST", "GRP"), default=4)
FREQUENCY: Final = Log(20, 20000, 201, 1000, "Hz")
KEY_FILTER: Final = Choice(_words("LC6 LC12 HC6 HC12 1.0 2.0 3.0 5.0 10.0"), default=6)
INSERT: Final = Choice(
    (
        "OFF",
        *(f"FX{n}{side}" for n in range(1, 9) for side in "LR"),
        *(f"AUX{n}" for n in range(1, 7)),
    )
)

CONFIG: Final[dict[str, Leaf]] = {
    "config/name": Text(12),
    "config/icon": Whole(1, 74, 1),
    "config/color": COLOUR,
}
SOURCE: Final[dict[str, Leaf]] = {"config/source": Whole(0, 64)}
DELAY: Final[dict[str, Leaf]] = {
    "delay/on": SWITCH,
    "delay/time": Linear(0.3, 500, 0.1, ".1f", start=0.3),
}
PREAMP: Final[dict[str, Leaf]] = {
    "preamp/trim": Linear(-18, 18, 0.25),
    "preamp/invert": SWITCH,
}
LOW_CUT: Final[dict[str, Leaf]] = {
    "preamp/hpon": SWITCH,
    "preamp/hpslope": Choice(("12", "18", "24"), default=2),
    "preamp/hpf": Log(20, 400, 101, 20, "3.0f"),
}
GATE: Final[dict[str, Leaf]] = {
    "gate/on": SWITCH,
    "gate/mode": Choice(("EXP2", "EXP3", "EXP4", "GATE", "DUCK"), default=3),
    "gate/thr": Linear(-80, 0, 0.5, ".1f", start=-80),
    "gate/range": Linear(3, 60, 1, ".1f", start=60),
    "gate/attack": Linear(0, 120, 1, ".0f", start=1),
    "gate/hold": Log(0.02, 2000, 101, 502, "3"),
    "gate/release": Log(5, 4000, 101, 983, ".0f"),
    "gate/keysrc": Whole(0, 64),
    "gate/filter/on": SWITCH,
    "gate/filter/type": KEY_FILTER,
    "gate/filter/f": FREQUENCY,
}
DYN: Final[dict[str, Leaf]] = {
    "dyn/on": SWITCH,
    "dyn/mode": Choice(("COMP", "EXP")),
    "dyn/det": Choice(("PEAK", "RMS")),
    "dyn/env": Choice(("LIN", "LOG"), default=1),
    "dyn/thr": Linear(-60, 0, 0.5, ".1f"),
    "dyn/ratio": Choice(_words("1.1 1.3 1.5 2.0 2.5 3.0 4.0 5.0 7.0 10 20 100"), default=5),
    "dyn/knee": Linear(0, 5, 1, ".0f", start=1),
    "dyn/mgain": Linear(0, 24, 0.5, "3"),
    "dyn/attack": Linear(0, 120, 1, ".0f", start=10),
    "dyn/hold": Log(0.02, 2000, 101, 10, "3"),
    "dyn/release": Log(5, 4000, 101, 151, ".0f"),
    "dyn/pos": Choice(("PRE", "POST"), default=1),
    "dyn/keysrc": Whole(0, 64),
    "dyn/mix": Linear(0, 100, 5, ".0f", start=100),
    "dyn/auto": SWITCH,
    "dyn/filter/on": SWITCH,
    "dyn/filter/type": KEY_FILTER,
    "dyn/filter/f": FREQUENCY,
}
INSERTS: Final[dict[str, Leaf]] = {
    "insert/on": SWITCH,
    "insert/pos": Choice(("PRE", "POST"), default=1),
    "insert/sel": INSERT,
}
MIX: Final[dict[str, Leaf]] = {
    "mix/on": SWITCH_ON,
    "mix/fader": Level(),
    "mix/st": SWITCH_ON,
    "mix/pan": PAN,
    "mix/mono": SWITCH,
    "mix/mlevel": SEND_LEVEL,
}
MONITOR: Final[dict[str, Leaf]] = {"level": SEND_LEVEL, "dim": SWITCH, "mono": SWITCH}
GROUPS: Final[dict[str, Leaf]] = {"grp/dca": Bits(8), "grp/mute": Bits(6)}
AUTOMIX: Final[dict[str, Leaf]] = {
    "automix/group": Choice(("OFF", "X", "Y")),
    "automix/weight": Linear(-12, 12, 0.5),
}
SOLO_ORDER: Final = (
    *(f"/ch/{n:02}" for n in range(1, 33)),
    *(f"/auxin/{n:02}" for n in range(1, 9)),
    *(f"/fxrtn/{n:02}" for n in range(1, 9)),
    *(f"/bus/{n:02}" for n in range(1, 17)),
    *(f"/mtx/{n:02}" for n in range(1, 7)),
    "/main/st",
    "/main/m",
    *(f"/dca/{n}" for n in range(1, 9)),
)
SCENES: Final = 100


def equaliser(bands: int) -> dict[str, Leaf]:
    """Return the leaves of an equaliser of so many bands."""
    kind = Choice(("LCut", "LShv", "PEQ", "VEQ", "HShv", "HCut"), default=2)
    leaves: dict[str, Leaf] = {"eq/on": SWITCH}
    for band in range(1, bands + 1):
        leaves |= {
            f"eq/{band}/type": kind,
            f"eq/{band}/f": FREQUENCY,
            f"eq/{band}/g": Linear(-15, 15, 0.25, "+.2f"),
            f"eq/{band}/q": Log(10, 0.3, 72, 2),
        }
    return leaves


def _sends(count: int) -> dict[str, Leaf]:
    leaves: dict[str, Leaf] = {}
    for send in range(1, count + 1):
        leaves |= {f"mix/{send:02}/on": SWITCH_ON, f"mix/{send:02}/level": SEND_LEVEL}
        if send % 2:
            # Buses pan in pairs, so the pan and the tap of a pair live on its odd one.
            leaves |= {
                f"mix/{send:02}/pan": PAN,
                f"mix/{send:02}/type": TAP,
                f"mix/{send:02}/panFollow": Whole(0, 1),
            }
    return leaves


def _strips() -> dict[str, dict[str, Leaf]]:
    """Return the leaves of each sort of strip."""
    main: dict[str, Leaf] = {"mix/on": SWITCH_ON, "mix/fader": Level()}
    dca: dict[str, Leaf] = {"on": SWITCH_ON, "fader": Level(default=767 / 1023)}
    out = INSERTS | equaliser(6)
    return {
        "/ch": CONFIG | SOURCE | DELAY | PREAMP | LOW_CUT | GATE | DYN | INSERTS
        | equaliser(4) | MIX | _sends(16) | GROUPS | AUTOMIX,
        "/auxin": CONFIG | SOURCE | PREAMP | equaliser(4) | MIX | _sends(16) | GROUPS,
        "/fxrtn": CONFIG | equaliser(4) | MIX | _sends(16) | GROUPS,
        "/bus": CONFIG | DYN | out | MIX | _sends(6) | GROUPS,
        "/mtx": CONFIG | {"preamp/invert": SWITCH} | DYN | out | main,
        "/main/st": CONFIG | DYN | out | main | {"mix/pan": PAN} | _sends(6),
        "/main/m": CONFIG | DYN | out | main | _sends(6),
        "/dca": dca | CONFIG,
    }  # fmt: skip


def _globals() -> dict[str, Leaf]:
    """Return what belongs to no strip."""
    leaves: dict[str, Leaf] = {f"/config/mute/{n}": SWITCH for n in range(1, 7)}
    for n in range(128):
        leaves[f"/headamp/{n:03}/gain"] = Linear(-12, 60, 0.5)
        leaves[f"/headamp/{n:03}/phantom"] = SWITCH
    leaves |= {
        "/-stat/selidx": Whole(0, 71),
        "/-stat/chfaderbank": Whole(0, 3),
        "/-stat/grpfaderbank": Whole(0, 3),
        "/-stat/sendsonfader": SWITCH,
        "/-stat/bussendbank": Whole(0, 3),
        "/-stat/talk/A": SWITCH,
        "/-stat/talk/B": SWITCH,
    }
    leaves |= {f"/config/solo/{name}": leaf for name, leaf in MONITOR.items()}
    leaves |= {f"/-stat/solosw/{n:02}": SWITCH for n in range(1, len(SOLO_ORDER) + 1)}
    leaves["/-show/prepos/current"] = Whole(-1, SCENES - 1, -1)
    leaves["/-show/showfile/show/name"] = Text(32)
    for n in range(SCENES):
        leaves[f"/-show/showfile/scene/{n:03}/name"] = Text(32)
        leaves[f"/-show/showfile/scene/{n:03}/hasdata"] = Whole(0, 1)
    return leaves


def build_tree() -> dict[str, Leaf]:
    """Return every leaf by its address, in node order."""
    leaves: dict[str, Leaf] = {}
    sorts = _strips()
    for strip in SOLO_ORDER:
        kind = strip if strip in sorts else strip.rpartition("/")[0]
        leaves |= {f"{strip}/{name}": leaf for name, leaf in sorts[kind].items()}
    return leaves | _globals()


def is_in_scenes(address: str) -> bool:
    """Return whether a recall may change this leaf; what the desk shows and does is not."""
    return not address.startswith("/-")
