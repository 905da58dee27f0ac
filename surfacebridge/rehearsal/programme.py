"""All that can be rehearsed of one mapping: its stories, its line tests, its gaps.

Owns: putting the parts together, for the command line and for pytest alike.
Does not own: files, or how anything is printed.
"""

from collections.abc import Iterable, Iterator, Sequence

from surfacebridge.mapping.document import Document
from surfacebridge.mapping.problems import Problem
from surfacebridge.rehearsal.casting import Casting
from surfacebridge.rehearsal.coverage import Coverage, coverage_of
from surfacebridge.rehearsal.fuzz import Finding, fuzz
from surfacebridge.rehearsal.line_tests import refuse_line_tests, run_line_tests
from surfacebridge.rehearsal.mutation import Mutation, mutations_of
from surfacebridge.rehearsal.runner import Verdict, missed, run_story
from surfacebridge.rehearsal.story import Step, read_stories, words_of
from surfacebridge.rehearsal.survey import Outcome, survey
from surfacebridge.routing.plan import Plan


class Programme:
    """What there is to rehearse; ``problems`` are steps and tests that are none."""

    def __init__(self, document: Document, plan: Plan) -> None:
        self.document = document
        self.plan = plan
        self._cast = Casting(document, plan)
        self._steps, problems = read_stories(document.stories, words_of(plan))
        self.problems: tuple[Problem, ...] = (*refuse_line_tests(plan), *problems)
        self._told: dict[str, Verdict] = {}

    @property
    def story_names(self) -> list[str]:
        """The names of the stories, in file order."""
        return [story.name for story in self.document.stories]

    def line_tests(self) -> list[Verdict]:
        """Run the tests that stand on lines."""
        return run_line_tests(self.plan)

    def story(self, name: str) -> Verdict:
        """Run the story called ``name``; ``KeyError`` if there is none.

        A story always ends alike, so it is run once.
        """
        if name not in self._told:
            steps = self._steps[name]
            story = next(story for story in self.document.stories if story.name == name)
            self._told[name] = run_story(story, steps, self.plan, self._cast)
        return self._told[name]

    def steps(self, name: str) -> list[Step]:
        """Return the steps of story ``name``."""
        return list(self._steps[name])

    def missed(self, steps: Sequence[Step]) -> list[Step]:
        """Return those of ``steps`` that do not come true, looking at every one."""
        return missed(steps, self.plan, self._cast)

    def verdicts(self) -> Iterator[Verdict]:
        """Run everything, line tests first; each verdict as it is known."""
        yield from self.line_tests()
        for name in self.story_names:
            yield self.story(name)

    def coverage(self, verdicts: Iterable[Verdict]) -> Coverage:
        """Return what ``verdicts`` reached of the mapping."""
        return coverage_of(self.plan, verdicts)

    def mutations(self) -> list[Mutation]:
        """Return every way to break the mapping in one place."""
        return mutations_of(self.document, self.plan)

    def survey(self, mutations: Iterable[Mutation]) -> Iterator[Outcome]:
        """Break the mapping in each way; say who noticed.  Its stories must pass unbroken."""
        stories = [(story, self._steps[story.name]) for story in self.document.stories]
        reached = {name: self.story(name).reached for name in self.story_names}
        return survey(mutations, stories, reached, self.plan, self._cast)

    def fuzz(self, deeds: int, seed: int) -> Iterator[Finding | int]:
        """Do ``deeds`` random things; yield progress and what broke a rule."""
        return fuzz(self.plan, self._cast, deeds, seed)
