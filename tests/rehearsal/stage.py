"""Small rigs of shipped products for tests: a mapping's text in, verdicts out."""

from collections.abc import Mapping
from functools import cache
from textwrap import indent

from surfacebridge.apps.mapping_files import SheetFolder, mappings_folder
from surfacebridge.mapping.document import Document, Story, StoryStep
from surfacebridge.mapping.inline import sheet_of_inline
from surfacebridge.mapping.parser import read_mapping
from surfacebridge.mapping.problems import Problem
from surfacebridge.mapping.sheets import catalogue_of
from surfacebridge.mapping.source import Source, Span
from surfacebridge.model.catalogue import Catalogue
from surfacebridge.rehearsal.casting import Casting
from surfacebridge.rehearsal.rig import Rig
from surfacebridge.rehearsal.runner import Verdict, run_story
from surfacebridge.rehearsal.story import read_story, words_of
from surfacebridge.routing.compiler import Products, compile_mapping
from surfacebridge.routing.plan import Plan

HEAD = """surfacebridge: 1
name: stage
surfaces: {x: {device: mackie/mcu, port: x}}
targets: {daw: {osc: "udp://127.0.0.1:9", listen: 8000}}
banks: {tracks: {items: "1..16"}}
paging: {page: [x.bank.left, x.bank.right]}
modifiers: {flip: x.flip latch}
"""

STRIP = """
- fader <> daw:/fader {n:i} {v:f}: {echo: settle}
- fader.touch > daw:/touch {n:i} {v:i}
- mute <> daw:/mute {n:i} {v:i}
- select > daw:/select {n:i}
- lcd.top < daw:/name {n:i} {v:s} | text(6)
- vpot <> daw:/pan {n:i} {v:f} | rel(1/100)
- when flip:
    - fader <> daw:/pan {n:i} {v:f}
"""

DESK = """surfacebridge: 1
name: desk
surfaces: {x: {device: behringer/x-touch, port: x}}
targets: {desk: {profile: behringer/x32, host: 127.0.0.1}}
banks: {inputs: {items: "desk.ch.{1..16}"}}
strip:
  map:
    - fader <> .fader | db
    - mute <> .on | invert
    - lcd.top < "{.name|.id:7}"
    - lcd.color < .color
    - meter < .meter
"""


def rig_text(strip: str = STRIP, head: str = HEAD, more: str = "") -> str:
    """Return a mapping with ``strip`` as its strip's lines and ``more`` after it."""
    return f"{head}strip:\n  map:\n{indent(strip.strip(), '    ')}\n{more}"


@cache
def catalogue() -> Catalogue:
    """Return the shipped sheets, read once for all tests of a process."""
    return catalogue_of(SheetFolder(mappings_folder(), mappings_folder()))


def load(text: str) -> tuple[Document, Plan]:
    """Return the document and the plan of ``text``; fails the test on an error in it."""

    def include(name: str, span: Span) -> Problem:
        return Problem(span, f"no file {name} on the stage", "include")

    document, problems = read_mapping(Source("stage.yaml", text), include, {})
    assert document is not None
    products = Products(catalogue().device, catalogue().target, sheet_of_inline)
    plan, more = compile_mapping(document, products)
    assert plan is not None, [str(one) for one in (*problems, *more)]
    return document, plan


def started(text: str) -> Rig:
    """Return a rig that has come to rest."""
    document, plan = load(text)
    rig = Rig(plan, Casting(document, plan))
    rig.start()
    return rig


def tell(text: str, *steps: str) -> Verdict:
    """Run a story on the rig that ``text`` describes."""
    document, plan = load(text)
    written = tuple(StoryStep(step, Span("stage.yaml", n, 7)) for n, step in enumerate(steps, 100))
    story = Story("a story", written, Span("stage.yaml", 99, 3))
    read, problems = read_story(story, words_of(plan))
    assert not problems, [str(problem) for problem in problems]
    return run_story(story, read, plan, Casting(document, plan))


def failure(text: str, *steps: str) -> str:
    """Return what is said of the one story that fails."""
    verdict = tell(text, *steps)
    assert verdict.failure is not None, "the story passed"
    return str(verdict.failure)


def lines_by_order(plan: Plan) -> Mapping[int, str]:
    """Return the text of each line by its order."""
    return {line.order: line.text for line in plan.lines}
