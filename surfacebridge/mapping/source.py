"""Where a piece of a mapping stands: file, line, column."""

from dataclasses import dataclass

from surfacebridge.value import as_value


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a file; ``line`` and ``column`` count from 1."""

    path: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@as_value
class Source:
    """One text with the path people know it by."""

    path: str
    text: str
