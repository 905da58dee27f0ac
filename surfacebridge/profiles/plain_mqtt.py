"""Any MQTT topic a mapping writes out: ``hub:desk/solo {v:json}``.

Owns: topics and payloads to values and back, and what is asked of the broker.
Does not own: the words of a topic (``mapping.topic_words``), or the connection.

Rules: a broker is there and plain devices promise no sign of life, so a target
is used from the start.  Values that move are thinned out and the last one is
sent so that the broker acknowledges it; everything else is sent so at once.
"""

import json
from collections.abc import Sequence
from math import isfinite
from typing import Any, Final

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.mapping.topic_words import TopicWords, read_topic
from surfacebridge.model.lifecycle import Arrived, Gone
from surfacebridge.model.parameters import ParameterId, Report, Write
from surfacebridge.model.values import OFF, Colour, Value
from surfacebridge.profiles.base import Health
from surfacebridge.profiles.moves import Moves
from surfacebridge.profiles.plain_osc import SILENT
from surfacebridge.protocols.mqtt.packet import Publish, Subscribe, Unsubscribe, decode, encode

Heard = Report | Arrived | Gone

_ANSWERS: Final = "The broker answers; the devices behind it promise no sign of life."
_ON: Final = frozenset(("on", "true", "1", "yes"))
_OFF: Final = frozenset(("off", "false", "0", "no"))


class PlainMqtt:
    """A target that is nothing but the topics a mapping names."""

    def __init__(self, name: str, *, retain: bool = False) -> None:
        """Prepare to speak for the target ``name``; with ``retain`` the broker keeps values."""
        self.health = Health(alive=True, synced=True, reason=_ANSWERS, peer=_ANSWERS)
        self._name = name
        self._retain = retain
        self._words: dict[ParameterId, TopicWords | None] = {}
        self._readers: dict[str, list[tuple[ParameterId, TopicWords]]] = {}
        self._moves: Moves[ParameterId, bytes] = Moves()
        self._pending: list[Heard] = []
        self._out: list[bytes] = []
        self._now = 0.0

    # Time.

    def open(self, now: float) -> None:
        """Count as there: the link is open only once the broker has answered."""
        self._now = self.health.answered = now
        self._pending.append(Arrived(self._name))

    def wake(self, now: float) -> Sequence[Heard]:
        """Let go of moves that are due; return what is still to be told."""
        self._now = now
        self._say_moves(self._moves.due(now))
        pending, self._pending = self._pending, []
        return pending

    def next_wakeup(self) -> float | None:
        """Return when ``wake`` is due next."""
        return self._now if self._pending else self._moves.next_due()

    def close(self, now: float) -> None:
        """Say the last of what moves; what is connected is left as it is."""
        self._now = now
        self._say_moves(self._moves.finish())

    # The target speaks.

    def watch(self, parameters: Sequence[ParameterId], now: float) -> None:
        """Ask the broker for the topics of ``parameters``, and for no others."""
        self._now = now
        before = self._readers
        self._readers = {}
        for parameter in dict.fromkeys(parameters):
            words = self._read(parameter)
            if words is not None:
                self._readers.setdefault(words.topic, []).append((parameter, words))
        wanted = tuple(topic for topic in self._readers if topic not in before)
        unwanted = tuple(topic for topic in before if topic not in self._readers)
        if unwanted:
            self._out.append(encode(Unsubscribe(unwanted)))
        if wanted:
            self._out.append(encode(Subscribe(wanted)))

    def receive(self, data: bytes, now: float) -> Sequence[Heard]:
        """Return the reports in one message; never raise."""
        heard: list[Heard] = list(self.wake(now))
        packet = decode(data)
        if not isinstance(packet, Publish):
            self.health.malformed += 1
            return heard
        self.health.answered = now
        readers = self._readers.get(packet.topic, ())
        if not readers:
            self.health.unknown += 1
        for parameter, words in readers:
            value = value_of(packet.payload, words)
            if value is not None:
                heard.append(Report(parameter, value))
            elif words.has_value and packet.payload:
                self.health.malformed += 1
        return heard

    # The bridge speaks.

    def send(self, item: Write, now: float) -> None:
        """Say ``item``; what cannot be said is counted."""
        self._now = now
        words = self._read(item.parameter)
        payload = None if words is None else payload_of(item.value, words)
        if words is None or payload is None:
            # Nothing but a key that went down sends a fixed message.
            self.health.unknown += words is None or words.has_value
        elif words.has_value and isinstance(item.value, float):
            if self._moves.put(item.parameter, payload, now):
                self._say(words.topic, payload, 0)
        else:
            self._moves.drop(item.parameter)
            self._say(words.topic, payload, 1)

    def data_to_send(self) -> list[bytes]:
        """Return and forget the queued packets."""
        out, self._out = self._out, []
        return out

    def _say_moves(self, moves: Sequence[tuple[ParameterId, bytes, bool]]) -> None:
        for parameter, payload, final in moves:
            words = self._words[parameter]
            if words is not None:
                self._say(words.topic, payload, int(final))

    def _say(self, topic: str, payload: bytes, qos: int) -> None:
        self._out.append(encode(Publish(topic, payload, qos, self._retain)))

    def _read(self, parameter: ParameterId) -> TopicWords | None:
        if parameter not in self._words:
            try:
                self._words[parameter] = read_topic(parameter.removeprefix(self._name + ":"))
            except ProtocolMisuse as misuse:
                self._words[parameter] = None
                self.health.notes.append(f"{misuse}.")
        return self._words[parameter]


def payload_of(value: Value, words: TopicWords) -> bytes | None:
    """Return ``value`` as the topic says it, ``None`` if it cannot."""
    if not words.has_value:
        return None if value is False else words.fixed.encode()
    if isinstance(value, Colour):
        return None
    text = _text(value, words.form)
    if text is None:
        return None
    if words.path and words.form == "onoff":
        text = f'"{text}"'
    for name in reversed(words.path):
        text = f"{{{json.dumps(name)}:{text}}}"
    return text.encode()


def _text(value: float | str, form: str) -> str | None:
    if form == "onoff":
        return "ON" if value and str(value).lower() not in _OFF else "OFF"
    if form == "json" and isinstance(value, str | bool):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str):
        return value if form == "s" else None
    if isinstance(value, bool):
        return "1" if value else "0"
    number = SILENT if value == OFF else float(value)
    if not isfinite(number):
        return None
    return str(round(number)) if form == "i" else f"{round(number, 6):g}"


def value_of(payload: bytes, words: TopicWords) -> Value | None:
    """Return what ``payload`` says, ``None`` if that is nothing a control can show."""
    try:
        text = payload.decode()
    except UnicodeDecodeError:
        return None
    if not words.has_value:
        return True if text == words.fixed else None
    match words.form:
        case "s":
            return text
        case "onoff":
            found = _field(text, words.path) if words.path else text
            return found if isinstance(found, bool) else _switch(f"{found}")
        case "json":
            return _field(text, words.path)
        case _:
            return _number(text)


def _switch(text: str) -> bool | None:
    word = text.strip().lower()
    return True if word in _ON else False if word in _OFF else None


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None


def _field(text: str, path: Sequence[str]) -> Value | None:
    found: Any
    try:
        found = json.loads(text)
    except RecursionError:
        return None
    except ValueError:
        # Many devices say ON or a name without quotation marks.
        return text if text and not path and text[0] not in '[{"' else None
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    match found:
        case bool():
            return found
        case str():
            # JSON may hold one half of a pair, which no other text can.
            return found.encode(errors="replace").decode()
        case int() | float():
            try:
                return float(found) if isfinite(found) else None
            except OverflowError:
                return None
        case _:
            return None
