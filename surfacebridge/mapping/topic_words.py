"""An MQTT topic as a mapping writes it: ``desk/solo {v:json}``, ``lamp/set ON``.

Owns: the words, and what a payload may be.  Does not own: bytes
(``profiles.plain_mqtt``).
"""

import re
from typing import Final

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.value import as_value

FORMS: Final = ("json", "f", "i", "s", "onoff")
_WITH_PATH: Final = frozenset(("json", "onoff"))
_VALUE: Final = re.compile(r"\{v(?::([^{}]*))?\}")
_LONGEST: Final = 1_024


@as_value
class TopicWords:
    """One topic and what is said on it.

    ``form`` is how a value is written: ``json``, ``f`` and ``i`` for numbers,
    ``s`` for text, ``onoff`` for ON and OFF.  ``path`` are the fields of a JSON
    object that lead to the value (with ``json`` and ``onoff`` only), none if it is
    all of the payload.  Without a value
    (``form`` is empty) ``fixed`` is sent as it is.
    """

    topic: str
    form: str
    path: tuple[str, ...] = ()
    fixed: str = ""

    @property
    def has_value(self) -> bool:
        """Whether there is a place for a value."""
        return bool(self.form)

    @property
    def text(self) -> str:
        """The topic in one way of writing it, so that equal topics are equal texts."""
        if self.has_value:
            return f"{self.topic} {{v:{'.'.join((self.form, *self.path))}}}"
        return f'{self.topic} "{self.fixed}"'


def read_topic(text: str) -> TopicWords:
    """Return what ``desk/solo {v:json}``, ``lamp {v:json.state}`` or ``lamp/set ON`` writes.

    A topic alone means ``{v:json}``.  Raises ProtocolMisuse, with a sentence,
    for anything else.
    """
    topic, _, rest = text.strip().partition(" ")
    rest = rest.strip()
    if not topic or len(topic.encode()) > _LONGEST or set(topic) & set("+#\0\"'"):
        raise ProtocolMisuse(f"'{topic}' is no topic; write one without + and #, such as desk/solo")
    if not rest:
        return TopicWords(topic, "json")
    place = _VALUE.fullmatch(rest)
    if place is None:
        if _VALUE.search(rest):
            message = f"'{rest}' holds more than its value; a field is written {{v:json.state}}"
            raise ProtocolMisuse(message)
        if len(rest) > 1 and rest[0] == rest[-1] and rest[0] in "\"'":
            rest = rest[1:-1]
        return TopicWords(topic, "", fixed=rest)
    form, *path = (place[1] or "json").split(".")
    if form not in FORMS or (path and form not in _WITH_PATH) or not all(path):
        forms = ", ".join(f"{{v:{one}}}" for one in FORMS)
        message = f"a value is written {forms} or {{v:json.field}}, not {{v:{place[1]}}}"
        raise ProtocolMisuse(message)
    return TopicWords(topic, form, tuple(path))
