import pytest

from surfacebridge.mapping.tables import MOST_POINTS, read_table


@pytest.mark.parametrize("between", [",", ";", "\t", " ", " , "])
def test_columns_stand_apart_in_any_usual_way(between: str) -> None:
    text = "\n".join(between.join(row) for row in (("0", "1.5"), ("50", "20"), ("100", "-3")))
    assert read_table(text) == ((0.0, 1.5), (50.0, 20.0), (100.0, -3.0))


def test_units_comments_headings_and_off_are_understood() -> None:
    text = "place, level\n# measured with a ruler\n0%, -oo\n50% , -20dB  # half\n\n100%,10 dB\n"
    assert read_table(text.replace("10 dB", "10dB")) == (
        (0.0, float("-inf")),
        (50.0, -20.0),
        (100.0, 10.0),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "two rows"),
        ("0, 1", "two rows"),
        ("0, 0\nten, 20", "line 2 is no pair of numbers"),
        ("0, 0, 0\n1, 1, 1", "line 1 is no pair of numbers"),
        ("0, nan\n1, 1", "line 1"),
        ("0, 1e300\n1, 1", "line 1"),
        ("0, 1\n" * (MOST_POINTS + 1), "more than 1024 rows"),
    ],
)
def test_a_table_at_fault_is_refused_with_its_line(text: str, said: str) -> None:
    found = read_table(text)
    assert isinstance(found, str)
    assert said in found
