"""Small values, and how to make them cheaply: the class at start, and each one of them.

A frozen dataclass sets each field through ``object.__setattr__``, which makes a
``Moved`` cost 0.9 µs instead of 0.3; a ride of eight faders makes some thousand
a second, twice.  And six functions are compiled for each such class, 0.4 ms of
a start that has two hundred of them.  These are dataclasses that only the type
checker freezes, and whose equality, hash and representation nobody compiles.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

Class = TypeVar("Class", bound=type)

_with_fields: Callable[[type], Any] = dataclass(slots=True, eq=False, repr=False)


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def as_value(cls: Class) -> Class:
    """Make ``cls`` a value with slots, equality and a hash; nobody may change one.

    Two are equal if they are of one class and all their fields are.
    """
    made = _with_fields(cls)
    names = tuple(one.name for one in fields(made))
    all_of: Callable[[Any], object] = attrgetter(*names) if names else _nothing

    def equals(self: object, other: object) -> Any:
        if self.__class__ is other.__class__:
            return all_of(self) == all_of(other)
        return NotImplemented

    def hashed(self: object) -> int:
        return hash(all_of(self))

    made.__eq__ = equals
    made.__hash__ = hashed
    if "__repr__" not in cls.__dict__:
        made.__repr__ = _represent
    return made  # type: ignore[no-any-return]


def _nothing(self: object) -> object:
    del self
    return ()


def _represent(self: Any) -> str:
    said = (f"{one.name}={getattr(self, one.name)!r}" for one in fields(self))
    return f"{type(self).__qualname__}({', '.join(said)})"
