"""Whether memory stays where it is: what the second half of a long run says of it.

The first half fills what is bounded: caches, the memory of latencies, what the allocator
keeps for the worst moment.
"""

from collections.abc import Sequence
from itertools import pairwise
from statistics import linear_regression
from typing import Final

FEWEST: Final = 6
"""Fewer looks tell nothing."""


def flatness(memory: Sequence[int]) -> str:
    """Return a sentence on ``memory``, bytes seen at equal distances, ``FEWEST`` times at least.

    A leak makes the line rise; one step among level looks is something that happened once.
    """
    half = memory[len(memory) // 2 :]
    rise = linear_regression(range(len(half)), half).slope * (len(half) - 1)
    step = max(after - before for before, after in pairwise(half))
    return (
        f"memory in the second half {half[0] / 1e6:.1f} MB to {half[-1] / 1e6:.1f} MB: "
        f"a line through its {len(half)} looks goes {rise / 1e6:+.2f} MB, "
        f"the largest step {step / 1e6:+.2f} MB"
    )
