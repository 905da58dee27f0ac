"""The arrow language: what one line of a mapping says, as values.

Owns: the shapes.  Does not own: names and meanings; the compiler in
``routing`` knows which controls, parameters and stages exist.

A line is already concrete in its own lists (``{1..8}``, ``{trim,read}``):
a text with lists becomes several lines.  Placeholders that only a strip, a
bank item or a variable can fill (``{n}``, ``{s}``, ``{strips}``, ``{send}``)
are still in the texts.
"""

from typing import Literal

from surfacebridge.mapping.source import Span
from surfacebridge.value import as_value

Arrow = Literal["<>", ">", "<"]


@as_value
class Constant:
    """A value as written: ``0dB``, ``-oo``, ``75%``, ``0.5``, ``press``, ``"text"``.

    ``number`` is set for numbers (-inf for ``-oo``), with ``unit`` ``"dB"``,
    ``"%"`` or ``""``; ``word`` for anything else, ``quoted`` if it was in quotes.
    """

    text: str
    number: float | None
    unit: Literal["", "dB", "%"]
    word: str
    quoted: bool
    span: Span


@as_value
class ControlRef:
    """The left side: ``fader`` in a strip, ``x.play`` elsewhere."""

    text: str
    span: Span


@as_value
class ParameterTarget:
    """``.fader`` of the strip's subject, or ``desk.main.st.fader`` by its full name.

    ``value`` is the constant a line sends (``vpot.push > .pan 0.5``), if any.
    """

    text: str
    of_subject: bool
    value: Constant | None
    span: Span


@as_value
class PatternArg:
    """One argument of a raw pattern: a constant, or a placeholder with a type.

    ``name`` is ``v`` for the value, ``n``, ``s``, a variable …, empty for a
    constant; ``tag`` is the OSC type tag or range text after the colon
    (``f``, ``i``, ``0..1023``, ``json``), empty where none is written.  A constant
    that was in quotation marks has lost them and is ``quoted``.
    """

    text: str
    name: str
    tag: str
    span: Span
    quoted: bool = False

    @property
    def written(self) -> str:
        """The argument as it stood in the file."""
        return f'"{self.text}"' if self.quoted else self.text


@as_value
class RawOsc:
    """``daw:/strip/fader {n:i} {v:f}``: an address and arguments on a target."""

    target: str
    address: str
    args: tuple[PatternArg, ...]
    text: str
    span: Span


@as_value
class RawMidi:
    """``kbd:cc 1 74``, ``kbd:sysex F0 … {v:7} F7``: kind and arguments on a port."""

    target: str
    kind: str
    args: tuple[PatternArg, ...]
    text: str
    span: Span


@as_value
class RawTopic:
    """``hub:topic/name {v:json}``: an MQTT topic."""

    target: str
    topic: str
    args: tuple[PatternArg, ...]
    text: str
    span: Span


@as_value
class Field:
    """``{.name|.id:7}`` in a template: the first source that is not empty, formatted.

    ``sources`` are ``.name`` (of the subject), ``desk.x.y``, a variable's name
    or ``clock``; ``form`` is ``7``, ``dB``, ``pan``, ``HH.MM.SS`` or empty.
    """

    sources: tuple[str, ...]
    form: str
    span: Span


@as_value
class Template:
    """A text template: literal text and fields in turn."""

    parts: tuple[str | Field, ...]
    span: Span


@as_value
class Verb:
    """``do bank buses``, ``do reset .fader 0dB``: the bridge's own action."""

    name: str
    args: tuple[str, ...]
    span: Span


Target = ParameterTarget | RawOsc | RawMidi | RawTopic | Template | Verb


@as_value
class StageArg:
    """One argument of a stage: ``text``, or ``key=text``, or ``key:text``, or ``a..b``.

    For ``a..b`` ``key`` is empty and ``text`` holds both; separator is ``""``,
    ``"="`` or ``":"``.
    """

    key: str
    text: str
    separator: str
    span: Span


@as_value
class Stage:
    """``| rel(1/64)``: one transform, perhaps limited to one way (``only``)."""

    name: str
    args: tuple[StageArg, ...]
    only: Literal["<", ">"] | None
    span: Span


@as_value
class Term:
    """One term of a condition.

    ``kind`` is ``modifier`` (a bare name), ``layer``, ``bank``, ``touched``,
    ``hold``, ``double`` or ``compare``; ``name`` is what it speaks about;
    ``operator`` and ``value`` are for comparisons (``.on == 0``), and empty for
    a bare parameter that is true when it is on (``daw.playing``).
    """

    kind: Literal["modifier", "layer", "bank", "touched", "hold", "double", "compare"]
    name: str
    operator: str
    value: Constant | None
    span: Span


@as_value
class Not:
    """The condition does not hold."""

    condition: "Condition"


@as_value
class And:
    """All hold."""

    conditions: "tuple[Condition, ...]"


@as_value
class Or:
    """At least one holds."""

    conditions: "tuple[Condition, ...]"


Condition = Term | Not | And | Or


@as_value
class LineTest:
    """``0dB -> 0.75`` or ``-30dB <- 0.25``: a test written on its line."""

    surface: Constant
    arrow: Literal["->", "<-"]
    target: Constant
    span: Span


@as_value
class Options:
    """What a line says beyond its arrow; ``None`` where the default holds."""

    echo: str | None = None
    touch: str | None = None
    takeover: str | None = None
    match: str | None = None
    priority: int | None = None
    rate: str | None = None
    name: str | None = None
    note: str | None = None
    tests: tuple[LineTest, ...] = ()
    spans: tuple[tuple[str, Span], ...] = ()


@as_value
class Line:
    """One concrete arrow line.

    ``condition`` already joins every ``when`` around the line; ``stages``
    already include every ``with``.  ``in_strip`` lines are made for each strip.
    ``item`` (from 1) and ``word`` are the place and the word that this line
    took from its own list; 0 and empty without a list.
    """

    control: ControlRef
    arrow: Arrow
    target: Target
    stages: tuple[Stage, ...]
    condition: Condition | None
    options: Options
    in_strip: bool
    text: str
    span: Span
    item: int = 0
    word: str = ""
