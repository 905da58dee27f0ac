from tests.helpers.commands import surfacebridge


def test_products_are_listed_and_narrowed_by_words() -> None:
    everything = surfacebridge("devices").stdout
    assert "behringer/x-touch " in everything
    assert "behringer/x32 " in everything
    only = surfacebridge("devices", "midas").stdout
    assert "midas/m32" in only
    assert "x-touch" not in only
