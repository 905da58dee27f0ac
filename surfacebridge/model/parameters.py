"""What targets say and are asked: parameter names, reports and writes."""

from typing import NewType

from surfacebridge.model.values import Value
from surfacebridge.value import as_value

ParameterId = NewType("ParameterId", str)
"""One addressable thing on one target: ``desk.ch.1.fader``, ``daw:/strip/fader 3 {v:f}``."""


@as_value
class Report:
    """The target says that ``parameter`` is ``value``, in the parameter's own unit."""

    parameter: ParameterId
    value: Value


@as_value
class Write:
    """Ask ``target`` to make ``parameter`` become ``value``, in the parameter's own unit."""

    target: str
    parameter: ParameterId
    value: Value


@as_value
class Follow:
    """Ask ``target`` to read and follow ``parameters``, the most urgent first.

    ``anew``: what it said before counts no more, and all of it is read again.
    """

    target: str
    parameters: tuple[ParameterId, ...]
    anew: bool = False
