"""Lines that can never win, and lines that win only by standing later.

Owns: trying every situation that the conditions of one control can tell
apart.  Does not own: the rule itself (``wiring``, ``conditions``).
"""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final

from surfacebridge.mapping.lines import And, Condition, Not, Or, Term
from surfacebridge.mapping.problems import Problem
from surfacebridge.routing.conditions import same, terms_of
from surfacebridge.routing.plan import PlanLine

# Every switch doubles the situations to try; beyond this many nobody can tell
# the lines apart in their head either, and the check is left out.
MOST_SWITCHES: Final = 12

Case = frozenset[tuple[str, str]]


def check_shadowing(
    lines: Sequence[PlanLine], layers: Sequence[str], banks: Sequence[str]
) -> list[Problem]:
    """Return a problem for each line that can never win, a warning for each tie."""
    problems: list[Problem] = []
    by_control: dict[tuple[bool, str, str], list[PlanLine]] = {}
    for line in lines:
        for way, flows in ((">", line.takes_in), ("<", line.gives_out)):
            if flows and not line.implied:
                by_control.setdefault((line.in_strip, line.control, way), []).append(line)
    for (_, control, way), several in by_control.items():
        if len(several) > 1:
            problems += _check(control, way, several, layers, banks)
    unique = {(problem.span, problem.code): problem for problem in problems}
    return list(unique.values())


def _check(
    control: str, way: str, lines: list[PlanLine], layers: Sequence[str], banks: Sequence[str]
) -> Iterator[Problem]:
    groups: list[list[PlanLine]] = []
    for line in lines:
        for group in groups:
            first = group[0]
            if first.weight[0] == line.weight[0] and same(first.condition, line.condition):
                group.append(line)
                break
        else:
            groups.append([line])
    switches = {_switch(term) for group in groups for term in terms_of(group[0].condition)}
    if len(groups) < 2 or len(switches) > MOST_SWITCHES:
        return
    won: set[int] = set()
    ties: dict[int, int] = {}
    for case in _cases(groups, layers, banks):
        live = [at for at, group in enumerate(groups) if _holds(group[0].condition, case)]
        if not live:
            continue
        best = max(groups[at][0].weight for at in live)
        top = [at for at in live if groups[at][0].weight == best]
        last = max(top, key=lambda at: groups[at][-1].order)
        won.add(last)
        ties.update({at: last for at in top if at != last})
    for at, group in enumerate(groups):
        if at not in won:
            yield _never(control, way, group[0], groups, layers)
        elif at in ties:
            other = groups[ties[at]][0]
            yield Problem(
                group[0].span,
                f"this {control} and the one in line {other.span.line} can hold at once and weigh "
                "the same, so the later one wins then; add a term to one of them",
                "tie",
                "warning",
            )


def _never(
    control: str,
    way: str,
    line: PlanLine,
    groups: list[list[PlanLine]],
    layers: Sequence[str],
) -> Problem:
    others = [group[0] for group in groups if group[0] is not line]
    stronger = [one for one in others if one.weight >= line.weight]
    where = ", ".join(str(one.span.line) for one in stronger)
    by_layer = {term.name for one in stronger for term in terms_of(one.condition)}
    if layers and by_layer >= set(layers):
        why = f"{'both' if len(layers) == 2 else 'all'} layers define it (lines {where})"
    else:
        why = f"line {where} always wins" if len(stronger) == 1 else f"lines {where} always win"
    verb = "be seen" if way == "<" else "act"
    return Problem(line.span, f"this {control} can never {verb}: {why}", "never-wins")


def _cases(
    groups: list[list[PlanLine]], layers: Sequence[str], banks: Sequence[str]
) -> Iterator[Case]:
    terms = {_switch(term) for group in groups for term in terms_of(group[0].condition)}
    switches = sorted(one for one in terms if one[0] not in {"layer", "bank"})
    uses_layers = any(kind == "layer" for kind, _ in terms)
    uses_banks = any(kind == "bank" for kind, _ in terms)
    for layer in layers if uses_layers else [""]:
        for bank in banks if uses_banks else [""]:
            for picked in product((False, True), repeat=len(switches)):
                on = {one for one, is_on in zip(switches, picked, strict=True) if is_on}
                yield frozenset(on | {("layer", layer), ("bank", bank)})


def _switch(term: Term) -> tuple[str, str]:
    detail = f" {term.operator} {term.value.text}" if term.value is not None else ""
    return term.kind, term.name + detail


def _holds(condition: Condition | None, case: Case) -> bool:
    match condition:
        case None:
            return True
        case Term() as term:
            return _switch(term) in case
        case Not(condition=inner):
            return not _holds(inner, case)
        case And(conditions=several):
            return all(_holds(one, case) for one in several)
        case Or(conditions=several):
            return any(_holds(one, case) for one in several)
