import pytest

from tests.protocols.vectors import vectors_in


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that asks for a ``vector`` every one its module can read."""
    if "vector" in metafunc.fixturenames:
        protocols = metafunc.module.PROTOCOLS
        found = [
            vector
            for vector in vectors_in(metafunc.config.getoption("vectors"))
            if vector.protocol in protocols
        ]
        metafunc.parametrize("vector", found, ids=[vector.name for vector in found])
