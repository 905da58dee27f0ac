"""What targets say and are asked: parameter names, reports and writes."""

from typing import NewType

from surfacebridge.message import message
from surfacebridge.model.values import Value

ParameterId = NewType("ParameterId", str)
"""One addressable thing on one target: ``desk.ch.1.fader``, ``daw:/strip/fader 3 {v:f}``."""


@message
class Report:
    """The target says that ``parameter`` is ``value``, in the parameter's own unit."""

    parameter: ParameterId
    value: Value


@message
class Write:
    """Ask ``target`` to make ``parameter`` become ``value``, in the parameter's own unit."""

    target: str
    parameter: ParameterId
    value: Value


@message
class Follow:
    """Ask ``target`` to read and follow ``parameters``, the most urgent first.

    ``anew``: what it said before counts no more, and all of it is read again.
    """

    target: str
    parameters: tuple[ParameterId, ...]
    anew: bool = False
