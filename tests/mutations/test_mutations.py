"""Each mutation still applies, and one is noticed; for the rest ``python -m tests.mutations``."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from tests.mutations.benches import Benches
from tests.mutations.catalogue import MUTATIONS, Mutation
from tests.mutations.trial import ROOT, killer_of, mutated


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: one.rule)
def test_the_rule_is_kept_in_one_place_and_can_be_broken(mutation: Mutation) -> None:
    broken = mutated(mutation, (ROOT / mutation.path).read_text())
    ast.parse(broken)


def test_a_rule_that_moved_is_no_silent_success() -> None:
    with pytest.raises(AssertionError, match="0 times"):
        mutated(Mutation("a rule", "a file", "what is not there", ""), "something else")


def test_rules_are_broken_once_each() -> None:
    assert len({(one.path, one.kept, one.broken) for one in MUTATIONS}) == len(MUTATIONS)


@pytest.mark.timeout(120)
def test_swapped_halves_are_noticed_by_storms_and_harmless_words_by_nobody(tmp_path: Path) -> None:
    benches = Benches(tmp_path, 2)
    swapped = next(one for one in MUTATIONS if one.rule.startswith("the low half"))
    harmless = replace(swapped, rule="harmless", broken=f"{swapped.kept}  ", near=())
    before = (ROOT / swapped.path).read_text()
    verdicts = {
        mutation.rule: killer
        for mutation, killer, _ in benches.each(
            [swapped, harmless], lambda one, bench: killer_of(one, bench, quick=True)
        )
    }
    assert verdicts == {swapped.rule: "ten storms", "harmless": ""}
    assert {(tmp_path / bench / swapped.path).read_text() for bench in ("0", "1")} == {before}
    benches.close()
