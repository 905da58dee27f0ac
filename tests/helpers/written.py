"""A rig written in a test, compiled against the shipped sheets."""

from pathlib import Path
from textwrap import dedent

from surfacebridge.apps.mapping_files import LoadedRig, SheetFolder, mappings_folder
from surfacebridge.mapping.inline import sheet_of_inline
from surfacebridge.mapping.parser import read_mapping
from surfacebridge.mapping.problems import Problem
from surfacebridge.mapping.sheets import catalogue_of
from surfacebridge.mapping.source import Source
from surfacebridge.routing.compiler import Products, compile_mapping
from surfacebridge.routing.plan import Plan


def load(text: str) -> LoadedRig:
    """Return ``text`` as a rig that must be right."""
    source = Source("rig", dedent(text))
    document, problems = read_mapping(
        source, lambda name, span: Problem(span, f"{name} is not here", "include"), {}
    )
    assert document is not None, problems
    catalogue = catalogue_of(SheetFolder(mappings_folder(), Path("/nonexistent")))
    products = Products(catalogue.device, catalogue.target, sheet_of_inline)
    plan, more = compile_mapping(document, products)
    assert plan is not None, [*problems, *more]
    return LoadedRig(source, document, plan, (*problems, *more), (source,))


def loaded(text: str) -> Plan:
    """Return the plan of ``text``."""
    plan = load(text).plan
    assert plan is not None
    return plan
