from surfacebridge.mapping.document import Document
from surfacebridge.mapping.parser import read_mapping
from surfacebridge.mapping.problems import Problem
from surfacebridge.mapping.source import Source, Span


def read(**files: str) -> tuple[Document, list[str]]:
    def include(name: str, span: Span) -> Source | Problem:
        if name in files:
            return Source(name, files[name])
        return Problem(span, f"there is no file '{name}'", "include")

    document, problems = read_mapping(Source("top", files["top"]), include, {})
    assert document is not None
    return document, [str(one) for one in problems]


def test_an_included_file_comes_first_and_lines_are_joined() -> None:
    document, problems = read(
        top="surfacebridge: 1\ninclude: [one, two]\n"
        "strip: {map: [mute <> .on]}\nmap: [x.a > d.a]\n",
        one="strip: {map: [fader <> .fader]}\nmap: [x.b > d.b]\n",
        two="surfacebridge: 1\nstrip: {map: [solo <> .solo]}\n",
    )
    assert problems == []
    assert [line.control.text for line in document.strip] == ["fader", "solo", "mute"]
    assert [line.control.text for line in document.map] == ["x.b", "x.a"]


def test_of_named_things_the_including_file_s_counts() -> None:
    document, problems = read(
        top="surfacebridge: 1\ninclude: one\nsettings: {ip: {default: b}}\n"
        "targets: {desk: {profile: m/top, host: $ip}}\nname: top\n",
        one="name: one\nsettings: {ip: {default: a}}\n"
        "targets: {desk: {profile: m/one}, daw: {profile: m/daw, host: $ip}}\n",
    )
    assert problems == []
    assert document.name == "top"
    hosts = {name: (target.host) for name, target in document.targets.items()}
    assert hosts == {"desk": "b", "daw": "b"}


def test_a_fault_in_an_included_file_is_blamed_there() -> None:
    _, problems = read(
        top="surfacebridge: 1\ninclude: one\nmap: [x.a d.a]\n",
        one="# a comment\nstrip:\n  map:\n    - mute .on\n",
    )
    assert [one.partition(": ")[0] for one in problems] == ["one:4:12", "top:3:11"]


def test_circles_are_refused_where_they_close() -> None:
    _, problems = read(
        top="surfacebridge: 1\ninclude: one\n", one="include: two\n", two="include: [one]\n"
    )
    assert problems == ["two:1:11: 'one' includes itself: top → one → two → one"]


def test_a_file_may_be_included_twice_without_a_circle() -> None:
    _, problems = read(
        top="surfacebridge: 1\ninclude: [one, two]\n", one="include: two\n", two="name: x\n"
    )
    assert problems == []


def test_depth_and_number_of_files_are_bounded() -> None:
    deep = {f"f{n}": f"include: f{n + 1}\n" for n in range(20)}
    _, problems = read(top="surfacebridge: 1\ninclude: f0\n", **deep)
    assert problems == ["f6:1:10: files include each other more than 8 levels deep"]
    names = ", ".join(f"g{n}" for n in range(70))
    many = {f"g{n}": "name: x\n" for n in range(70)}
    _, problems = read(top=f"surfacebridge: 1\ninclude: [{names}]\n", **many)
    assert problems[0].endswith("more than 64 files are included")
    assert len(problems) == 70 - 63


def test_an_included_file_that_cannot_be_read_does_not_hide_the_rest() -> None:
    document, problems = read(
        top="surfacebridge: 1\ninclude: [gone, bad]\nmap: [x.a > d.a]\n", bad="a: [\n"
    )
    assert len(problems) == 2
    assert len(document.map) == 1
