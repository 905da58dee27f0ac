"""Any folder of vectors: none of them is passed over in silence."""

from importlib import import_module
from pathlib import Path

import pytest

from tests.protocols.vectors import vectors_in

HERE = Path(__file__).parent


def readers() -> set[str]:
    """Return the protocols that the codecs' tests can read."""
    found: set[str] = set()
    for path in HERE.rglob("test_vectors.py"):
        found |= set(import_module(f"tests.protocols.{path.parent.name}.test_vectors").PROTOCOLS)
    return found


def test_every_vector_of_the_folder_is_read_by_a_codec(pytestconfig: pytest.Config) -> None:
    folder = pytestconfig.getoption("vectors")
    unread = {one.name: one.protocol for one in vectors_in(folder)}
    known = readers()
    assert {name: protocol for name, protocol in unread.items() if protocol not in known} == {}


def test_blank_lines_and_recordings_between_vectors_are_passed_over(tmp_path: Path) -> None:
    vector = (
        '{"id": "n1", "protocol": "hui", "direction": "host_to_device", '
        '"bytes": "90 00 00", "meaning": {"type": "ping"}}'
    )
    (tmp_path / "some.jsonl").write_text(f'\n{vector}\n\n{{"at": 1.0, "bytes": "F8"}}\n')
    (one,) = vectors_in(tmp_path)
    assert (one.name, one.data, one.from_device) == ("some:n1", b"\x90\x00\x00", False)
