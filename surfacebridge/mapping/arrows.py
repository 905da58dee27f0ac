"""The arrow language: the text of one line to its parts.

Owns: the grammar of control, arrow, target and stages, and of a test written
on its line.  Does not own: names (the compiler), options and nesting (``parser``).

Every part is read even if an earlier one is at fault, so that one run finds
all there is.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Literal

from surfacebridge.mapping.lines import (
    Arrow,
    ControlRef,
    Field,
    Line,
    LineTest,
    Options,
    ParameterTarget,
    PatternArg,
    RawMidi,
    RawOsc,
    RawTopic,
    Stage,
    StageArg,
    Target,
    Template,
    Verb,
)
from surfacebridge.mapping.lists import expand
from surfacebridge.mapping.midi_words import MIDI_KINDS
from surfacebridge.mapping.nodes import Scalar
from surfacebridge.mapping.problems import Problem
from surfacebridge.mapping.source import Span
from surfacebridge.mapping.words import (
    check_name,
    check_placeholders,
    find_bare,
    find_unclosed,
    read_constant,
    shown,
    split,
    tokens,
    unquoted,
)

_HEAD: Final = re.compile(
    r"(?P<control>(?:\{[^{}]*\}|[^\s<>={}|])*?)\s*(?P<arrow><->|<=>|<>|->|<-|=>|<=|>=|>>|<<|==?|>|<)"
)
_ARROWS: Final[dict[str, Arrow]] = {"<>": "<>", ">": ">", "<": "<"}
_INSTEAD: Final = {"->": ">", "=>": ">", ">>": ">", "<-": "<", "<=": "<", "<<": "<"}
_RAW: Final = re.compile(r"([A-Za-z_][\w-]*):(.*)", re.DOTALL)
_STAGE: Final = re.compile(r"([<>]?)\s*([A-Za-z_][\w-]*)\s*")
_ARGUMENT: Final = re.compile(r"\{([A-Za-z_][\w-]*(?:\.[\w-]+)*(?:[+-]\d+)?)(?::([^{}]*))?\}")
_OSC_TAG: Final = re.compile(r"[fihdsbTF]?|0?\d+")
_TEST: Final = re.compile(r"(?<=[\s\"'])(->|<-)(?=\s)")
_OWN_WORDS: Final = re.compile(r"\{(i|value)[:}]")


def read_line(scalar: Scalar, problems: list[Problem], *, in_strip: bool) -> list[Line]:
    """Return the concrete lines ``scalar`` stands for: one, or one for each word of its lists.

    Conditions, options and what ``with`` adds are the caller's.  A text at
    fault gives no line, and its faults are noted once, not for each word.
    """
    before = len(problems)
    lines = []
    for one in expand(scalar, problems):
        line = _read_one(one.scalar, problems, in_strip=in_strip)
        if line is None or len(problems) > before:
            return []
        lines.append(replace(line, item=one.place, word=one.word) if one.place else line)
    return lines


def read_stages(scalar: Scalar, problems: list[Problem]) -> tuple[Stage, ...]:
    """Return the stages of ``a | b(c)``, without those that are at fault."""
    unclosed = find_unclosed(scalar)
    if unclosed is not None:
        problems.append(unclosed)
        return ()
    return _stages(split(scalar, "|"), problems)


def read_control(scalar: Scalar, problems: list[Problem]) -> ControlRef | None:
    """Return the control ``scalar`` names, or note why it names none."""
    if not check_name(scalar, "a control's name", problems):
        return None
    return ControlRef(scalar.text, scalar.span)


def read_osc(scalar: Scalar, target: str, problems: list[Problem]) -> RawOsc | None:
    """Return the raw pattern of ``/address args`` on ``target``, or note why it is none.

    ``daw:/address args`` is understood too, and then names the target itself.
    """
    unclosed = find_unclosed(scalar)
    if unclosed is not None:
        problems.append(unclosed)
        return None
    found = None if scalar.text.startswith("/") else _RAW.fullmatch(scalar.text)
    pattern = scalar.part(found.start(2), len(scalar.text)) if found else scalar
    if not pattern.text.startswith("/"):
        message = f"an OSC address such as /strip/fader is expected here, not {shown(scalar.text)}"
        problems.append(Problem(scalar.span, message, "osc"))
        return None
    return _osc(found[1] if found else target, pattern, scalar, problems)


def read_test(scalar: Scalar, problems: list[Problem]) -> LineTest | None:
    """Return the test ``0dB -> 0.75`` or ``-30dB <- 0.25``, or note why it is none."""
    arrow = _TEST.search(scalar.text)
    if arrow is None:
        message = "a test is written '0dB -> 0.75' (sent) or '-30dB <- 0.25' (shown)"
        problems.append(Problem(scalar.span, message, "test"))
        return None
    surface = read_constant(scalar.part(0, arrow.start()).stripped(), problems)
    target = read_constant(scalar.part(arrow.end(), len(scalar.text)).stripped(), problems)
    if surface is None or target is None:
        return None
    way: Literal["->", "<-"] = "->" if arrow[1] == "->" else "<-"
    return LineTest(surface, way, target, scalar.span)


def _read_one(scalar: Scalar, problems: list[Problem], *, in_strip: bool) -> Line | None:
    scalar = scalar.stripped()
    unclosed = find_unclosed(scalar)
    if unclosed is not None:
        problems.append(unclosed)
        return None
    head = _HEAD.match(scalar.text)
    if head is None:
        message = "an arrow is missing here: '<>' both ways, '>' to the target, '<' to the surface"
        words = tokens(scalar)
        span = words[1].span if len(words) > 1 else scalar.at(len(scalar.text))
        problems.append(Problem(span, message, "arrow"))
        return None
    own = _OWN_WORDS.search(scalar.text)
    if own is not None:
        message = f"'{{{own[1]}}}' needs a list on this line, such as {{1..8}} or {{read,write}}"
        problems.append(Problem(scalar.at(own.start()), message, "list"))
    control = read_control(scalar.part(0, head.end("control")), problems)
    arrow = _arrow(scalar, head, problems)
    target_text, *stage_texts = split(scalar.part(head.end(), len(scalar.text)), "|")
    target = _target(target_text, problems)
    stages = _stages(stage_texts, problems)
    if arrow is not None and target is not None:
        _check_way(scalar.at(head.start("arrow")), arrow, target, problems)
    if control is None or arrow is None or target is None:
        return None
    return Line(
        control, arrow, target, stages, None, Options(), in_strip, scalar.text, scalar.span
    )  # fmt: skip


def _arrow(scalar: Scalar, head: re.Match[str], problems: list[Problem]) -> Arrow | None:
    written = head["arrow"]
    arrow = _ARROWS.get(written)
    if arrow is None:
        instead = _INSTEAD.get(written, "<>")
        message = f"'{written}' is no arrow; write '{instead}'"
        problems.append(Problem(scalar.at(head.start("arrow")), message, "arrow"))
    return arrow


def _check_way(span: Span, arrow: Arrow, target: Target, problems: list[Problem]) -> None:
    match target:
        case Template() if arrow != "<":
            message = "a text only goes to the surface; use '<'"
        case Verb() if arrow != ">":
            message = "an action only comes from the surface; use '>'"
        case _:
            return
    problems.append(Problem(span, message, "way"))


def _target(scalar: Scalar, problems: list[Problem]) -> Target | None:
    """Return the target ``scalar`` says, or note why it says none."""
    text = scalar.text
    words = tokens(scalar)
    if not words:
        message = "a target is missing here: '.fader', 'desk.main.st.fader', 'daw:/address' …"
        problems.append(Problem(scalar.at(0), message, "target"))
        return None
    if text[0] in {'"', "'"}:
        return _template(words, problems)
    if words[0].text == "do":
        return _verb(scalar, words[1:], problems)
    if _RAW.fullmatch(text):
        return _raw(scalar, problems)
    return _parameter(words, problems)


def _parameter(words: Sequence[Scalar], problems: list[Problem]) -> ParameterTarget | None:
    name = words[0]
    if not check_name(name, "a parameter's name", problems):
        return None
    if "." not in name.text:
        message = (
            f"'{name.text}' alone is no target; write '.{name.text}' for the strip's own, "
            f"or 'desk.{name.text}' for a target's"
        )
        problems.append(Problem(name.span, message, "target"))
        return None
    value = read_constant(words[1], problems) if len(words) > 1 else None
    if len(words) > 2:
        message = f"one value may follow the parameter; {shown(words[2].text)} is one too many"
        problems.append(Problem(words[2].span, message, "target"))
    return ParameterTarget(name.text, name.text.startswith("."), value, name.span)


def _verb(scalar: Scalar, words: Sequence[Scalar], problems: list[Problem]) -> Verb | None:
    if not words:
        message = "an action is missing after 'do', such as 'do bank buses'"
        problems.append(Problem(scalar.span, message, "target"))
        return None
    for word in words:
        check_placeholders(word, problems)
    return Verb(words[0].text, tuple(unquoted(word.text)[0] for word in words[1:]), scalar.span)


def _template(words: Sequence[Scalar], problems: list[Problem]) -> Template | None:
    """Return the text template that is the only word; its fields may nest placeholders."""
    if len(words) > 1:
        message = f"nothing but '|' may follow the text; {shown(words[1].text)} does"
        problems.append(Problem(words[1].span, message, "template"))
        return None
    whole = words[0]
    inner = whole.part(1, len(whole.text) - 1)
    parts: list[str | Field] = []
    at = 0
    while at < len(inner.text):
        opening = inner.text.find("{", at)
        if opening != at:
            literal = inner.text[at : opening if opening >= 0 else None]
            if "}" in literal:
                span = inner.at(at + literal.index("}"))
                problems.append(Problem(span, "this '}' closes nothing", "unclosed"))
                return None
            parts.append(literal)
        if opening < 0:
            break
        closing = _closing(inner.text, opening)
        if closing < 0:
            span = inner.at(opening)
            problems.append(Problem(span, "this is never closed with '}'", "unclosed"))
            return None
        field = _field(inner.part(opening + 1, closing), inner.at(opening), problems)
        if field is None:
            return None
        parts.append(field)
        at = closing + 1
    return Template(tuple(parts), whole.span)


def _closing(text: str, opening: int) -> int:
    depth = 0
    for offset in range(opening, len(text)):
        depth += {"{": 1, "}": -1}.get(text[offset], 0)
        if depth == 0:
            return offset
    return -1


def _field(scalar: Scalar, span: Span, problems: list[Problem]) -> Field | None:
    colon = find_bare(scalar, ":")
    names = scalar if colon < 0 else scalar.part(0, colon)
    sources = split(names, "|")
    if not all(check_name(one, "a field", problems) for one in sources):
        return None
    form = "" if colon < 0 else scalar.text[colon + 1 :]
    return Field(tuple(one.text for one in sources), form, span)


def _raw(scalar: Scalar, problems: list[Problem]) -> RawOsc | RawMidi | RawTopic | None:
    """Return what stands after ``target:``: an OSC address, a MIDI message or a topic."""
    found = _RAW.fullmatch(scalar.text)
    if found is None:
        return None
    target, rest = found[1], scalar.part(found.start(2), len(scalar.text))
    words = tokens(rest)
    if not words or rest.text[:1].isspace():
        message = f"an address must follow '{target}:' at once, such as {target}:/strip/fader"
        problems.append(Problem(rest.span, message, "target"))
        return None
    if rest.text.startswith("/"):
        return _osc(target, rest, scalar, problems)
    args = _arguments(words[1:], problems)
    kind = words[0].text
    if kind in MIDI_KINDS:
        return RawMidi(target, kind, args, scalar.text, scalar.span)
    if not check_placeholders(words[0], problems):
        return None
    return RawTopic(target, kind, args, scalar.text, scalar.span)


def _osc(target: str, pattern: Scalar, scalar: Scalar, problems: list[Problem]) -> RawOsc | None:
    words = tokens(pattern)
    sound = check_placeholders(words[0], problems)
    args = _arguments(words[1:], problems)
    for arg in args:
        if arg.name and not _OSC_TAG.fullmatch(arg.tag):
            message = f"no OSC type '{arg.tag}'; the types are f i h d s b T F"
            problems.append(Problem(arg.span, message, "osc-type"))
    if not sound:
        return None
    return RawOsc(target, words[0].text, args, scalar.text, scalar.span)


def _arguments(words: Sequence[Scalar], problems: list[Problem]) -> tuple[PatternArg, ...]:
    args = []
    for word in words:
        placeholder = _ARGUMENT.fullmatch(word.text)
        text, quoted = unquoted(word.text)
        if placeholder is not None:
            tag = placeholder[2] or ""
            args.append(PatternArg(word.text, placeholder[1], tag, word.span))
        elif quoted or check_placeholders(word, problems):
            args.append(PatternArg(text, "", "", word.span, quoted))
    return tuple(args)


def _stages(parts: Sequence[Scalar], problems: list[Problem]) -> tuple[Stage, ...]:
    read = (_stage(part, problems) for part in parts)
    return tuple(stage for stage in read if stage is not None)


def _stage(scalar: Scalar, problems: list[Problem]) -> Stage | None:
    found = _STAGE.match(scalar.text)
    if found is None:
        said = f"not {shown(scalar.text)}" if scalar.text else "and none is written"
        message = f"a stage such as 'db' or 'scale(0..1, 0..127)' is expected here, {said}"
        problems.append(Problem(scalar.at(0), message, "stage"))
        return None
    name, rest = found[2], scalar.part(found.end(), len(scalar.text))
    span = scalar.at(found.start(2))
    only: Literal["<", ">"] | None = None
    if found[1]:
        only = "<" if found[1] == "<" else ">"
    if not rest.text:
        return Stage(name, (), only, span)
    if not rest.text.startswith("(") or not rest.text.endswith(")"):
        what = (
            rest if not rest.text.startswith("(") else rest.part(_after(rest.text), len(rest.text))
        )
        message = f"'(' or '|' is expected after '{name}', not {shown(what.stripped().text)}"
        problems.append(Problem(what.stripped().span, message, "stage"))
        return None
    return Stage(name, _stage_args(rest.part(1, len(rest.text) - 1), problems), only, span)


def _after(text: str) -> int:
    """Return the offset after the bracket that closes the one ``text`` starts with."""
    depth = 0
    for offset, char in enumerate(text):
        depth += {"(": 1, ")": -1}.get(char, 0)
        if depth == 0:
            return offset + 1
    return len(text)


def _stage_args(scalar: Scalar, problems: list[Problem]) -> tuple[StageArg, ...]:
    if not scalar.text.strip():
        return ()
    args = []
    for part in split(scalar, ","):
        if not part.text:
            problems.append(Problem(part.at(0), "an argument is missing here", "stage"))
            continue
        at = find_bare(part, "=")
        at = find_bare(part, ":") if at < 0 else at
        if at <= 0:
            args.append(StageArg("", unquoted(part.text)[0], "", part.span))
            continue
        key, text = part.part(0, at).stripped(), part.part(at + 1, len(part.text)).stripped()
        if not text.text:
            message = f"a value is missing after '{part.text[at]}'"
            problems.append(Problem(part.at(at), message, "stage"))
        separator: Literal["=", ":"] = "=" if part.text[at] == "=" else ":"
        args.append(StageArg(unquoted(key.text)[0], unquoted(text.text)[0], separator, part.span))
    return tuple(args)
