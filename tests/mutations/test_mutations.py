"""Each mutation still applies, and one is noticed; for the rest ``python -m tests.mutations``."""

import ast
from pathlib import Path

import pytest

from tests.mutations.catalogue import MUTATIONS, Mutation
from tests.mutations.trial import ROOT, copy_of_the_tree, killer_of, mutated


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
def test_swapped_halves_are_noticed_by_storms(tmp_path: Path) -> None:
    copy_of_the_tree(tmp_path)
    swapped = next(one for one in MUTATIONS if one.rule.startswith("the low half"))
    assert killer_of(swapped, tmp_path) == "ten storms"
