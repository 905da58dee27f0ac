from xml.etree import ElementTree as ET

from surfacebridge.mapping.source import Span
from surfacebridge.rehearsal.junit import as_junit
from surfacebridge.rehearsal.runner import Failure, Verdict

GOOD = Verdict("a good story", Span("rig.yaml", 10, 3), None, 1.5)
BAD = Verdict(
    'names "fit" <7>\x00',
    Span("rig.yaml", 20, 3),
    Failure(Span("rig.yaml", 22, 7), 'expect x.lcd "Kick"', 'x.lcd to show "Kick"', "It is dark."),
)


def test_each_rig_is_a_suite_and_each_story_a_case() -> None:
    root = ET.fromstring(as_junit({"rig.yaml": [GOOD, BAD], "other.yaml": [GOOD]}))  # noqa: S314 - our own
    assert root.attrib == {
        "name": "surfacebridge", "tests": "3", "failures": "1", "errors": "0", "time": "3.000",
    }  # fmt: skip
    first, second = root.findall("testsuite")
    assert (first.get("name"), first.get("tests"), first.get("failures")) == ("rig.yaml", "2", "1")
    assert second.get("failures") == "0"
    good, bad = first.findall("testcase")
    assert (good.get("name"), good.get("line"), good.get("time")) == ("a good story", "10", "1.500")
    assert good.find("failure") is None
    failure = bad.find("failure")
    assert failure is not None
    assert failure.get("message") == 'expected x.lcd to show "Kick". It is dark.'
    assert "rig.yaml:22:7: expect x.lcd" in (failure.text or "")


def test_what_xml_cannot_say_is_left_out() -> None:
    assert 'name="names &quot;fit&quot; &lt;7&gt;?"' in as_junit({"rig.yaml": [BAD]})
