"""Chance that repeats: every random thing in a pretend device comes from a named seed.

Owns: making generators. Does not own: what is drawn from them.

Rule: the same seed and name give the same numbers on every machine; no two parts of a device
share a generator, so that one of them drawing more often changes nothing for another.
"""

from random import Random


def generator(seed: int, name: str) -> Random:
    """Return the generator of one part of a device."""
    return Random(f"{seed}/{name}")  # noqa: S311 (has to repeat; guards nothing)
