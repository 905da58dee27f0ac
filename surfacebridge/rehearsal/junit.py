"""Verdicts as JUnit XML, which every CI server reads.

Owns: the document.  Does not own: writing it to a file.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final
from xml.etree import ElementTree as ET

from surfacebridge.rehearsal.runner import Verdict

# XML 1.0 has no way to say these at all.
_UNSAYABLE: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_junit(suites: Mapping[str, Sequence[Verdict]]) -> str:
    """Return the verdicts of each rig, by its path, as one XML document.

    Times are those of the story, not of the computer.
    """
    every = [verdict for verdicts in suites.values() for verdict in verdicts]
    root = ET.Element("testsuites", {"name": "surfacebridge", **_counts(every)})
    for path, verdicts in suites.items():
        suite = ET.SubElement(root, "testsuite", {"name": _said(path), **_counts(verdicts)})
        for verdict in verdicts:
            _add(suite, path, verdict)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _counts(verdicts: Sequence[Verdict]) -> dict[str, str]:
    return {
        "tests": str(len(verdicts)),
        "failures": str(sum(not verdict.passed for verdict in verdicts)),
        "errors": "0",
        "time": f"{sum(verdict.seconds for verdict in verdicts):.3f}",
    }


def _add(suite: ET.Element, path: str, verdict: Verdict) -> None:
    case = ET.SubElement(
        suite,
        "testcase",
        classname=_said(path),
        name=_said(verdict.name),
        file=_said(verdict.span.path),
        line=str(verdict.span.line),
        time=f"{verdict.seconds:.3f}",
    )
    if verdict.failure is not None:
        message = f"expected {verdict.failure.expected}. {verdict.failure.got}"
        failure = ET.SubElement(case, "failure", message=_said(message), type="story")
        failure.text = _said(f"{verdict.failure.span}: {verdict.failure.step}\n{message}")


def _said(text: str) -> str:
    return _UNSAYABLE.sub("?", text)
