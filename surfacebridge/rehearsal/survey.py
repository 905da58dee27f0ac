"""Which story notices that a mapping was broken.

Owns: running stories against each change, the likeliest one first.  Does not
own: the changes (``mutation``) or the stories.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from surfacebridge.mapping.document import Story
from surfacebridge.mapping.source import Span
from surfacebridge.rehearsal.line_tests import run_line_tests
from surfacebridge.rehearsal.mutation import Mutation
from surfacebridge.rehearsal.rig import Cast
from surfacebridge.rehearsal.runner import run_story
from surfacebridge.rehearsal.story import Step
from surfacebridge.routing.plan import Plan

Told = tuple[Story, Sequence[Step]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a change was noticed, and by which story or line test."""

    mutation: Mutation
    noticed_by: str

    @property
    def noticed(self) -> bool:
        """Whether anything failed."""
        return bool(self.noticed_by)


def survey(
    mutations: Iterable[Mutation],
    stories: Sequence[Told],
    reached: Mapping[str, frozenset[int]],
    plan: Plan,
    cast: Cast,
) -> Iterator[Outcome]:
    """Yield for each change who noticed it.

    ``reached`` says which lines each story reaches on ``plan`` itself.  There
    every story must pass, or every change looks noticed.
    """
    search = _Search(stories, reached, plan, cast)
    for mutation in mutations:
        yield Outcome(mutation, search.noticed_by(mutation))


class _Search:
    """Stories, and what is known of who notices what."""

    def __init__(
        self,
        stories: Sequence[Told],
        reached: Mapping[str, frozenset[int]],
        plan: Plan,
        cast: Cast,
    ) -> None:
        self._stories = stories
        self._plan = plan
        self._cast = cast
        self._reached = reached
        self._orders: dict[Span, set[int]] = {}
        for line in plan.lines:
            self._orders.setdefault(line.span, set()).add(line.order)
        self._noticed: dict[Span, list[str]] = {}

    def noticed_by(self, mutation: Mutation) -> str:
        """Return the name of the first story or line test that fails, empty if none does."""
        for verdict in run_line_tests(mutation.plan):
            if not verdict.passed:
                return verdict.name
        for story, steps in self._likely(mutation):
            if not run_story(story, steps, mutation.plan, self._cast).passed:
                self._noticed.setdefault(mutation.span, []).insert(0, story.name)
                return story.name
        return ""

    def _likely(self, mutation: Mutation) -> list[Told]:
        """Return the stories, first those that noticed a change in the same line before.

        Then those that touch the line, or the keys that changed; among them
        first those that touch little else.
        """
        before = self._noticed.get(mutation.span, [])
        wanted = self._orders.get(mutation.span, set())
        keys = {
            key
            for key in {*self._plan.keys, *mutation.plan.keys}
            if self._plan.keys.get(key) != mutation.plan.keys.get(key)
        }

        def distance(told: Told) -> tuple[int, bool, int]:
            story, steps = told
            reached = self._reached[story.name]
            near = bool(wanted & reached) or any(_presses(step, keys) for step in steps)
            rank = before.index(story.name) if story.name in before else len(before)
            return rank, not near, len(reached)

        return sorted(self._stories, key=distance)


def _presses(step: Step, keys: Iterable[str]) -> bool:
    words = step.text.split()
    return len(words) > 1 and words[1] in keys
