"""The structure of a mapping file: which keys stand where, and of what kind.

Owns: the models that check structure and make the JSON Schema for editors.
Does not own: values; ``parser`` walks the nodes themselves, and a model is
thrown away once it has said what it misses.

Every scalar comes as text, so each kind of scalar checks its own text and says
to editors what it looks like in YAML.
"""

import re
from collections.abc import Sequence
from types import UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from surfacebridge.mapping.nodes import ListNode, MapNode, Node, Scalar, plain, span_of
from surfacebridge.mapping.problems import Problem, did_you_mean
from surfacebridge.mapping.source import Span

_IDENTIFIER: Final = re.compile(r"[A-Za-z_][\w-]*")
_WHOLE: Final = re.compile(r"-?\d{1,9}")
_DURATION: Final = re.compile(r"(\d{1,7}(?:\.\d{1,6})?)\s*(ms|s|min)")
_UNITS: Final = {"ms": 0.001, "s": 1.0, "min": 60.0}
_RESERVED: Final = frozenset(
    ("do", "when", "with", "and", "or", "not", "layer", "bank", "touched", "hold", "double")
)


def read_duration(text: str) -> float | None:
    """Return the seconds that ``300ms``, ``2s`` or ``1min`` says, or ``None``."""
    found = _DURATION.fullmatch(text.strip())
    return float(found[1]) * _UNITS[found[2]] if found else None


def _refuse(reason: str) -> PydanticCustomError:
    return PydanticCustomError("shape", "{reason}", {"reason": reason})


def _identifier(text: str) -> str:
    if not _IDENTIFIER.fullmatch(text):
        raise _refuse(f"'{text}' is no name; letters, digits, '-' and '_' make one")
    if text in _RESERVED:
        raise _refuse(f"'{text}' is a word of the language; choose another name")
    return text


def _version(text: str) -> str:
    if text != "1":
        raise _refuse(f"this surfacebridge reads version 1 of the language, not '{text}'")
    return text


def _whole(text: str) -> str:
    if not _WHOLE.fullmatch(text):
        raise _refuse(f"a whole number is expected here, not '{text}'")
    return text


def _port(text: str) -> str:
    if not _WHOLE.fullmatch(text) or not 1 <= int(text) <= 65535:
        raise _refuse(f"a port is a number from 1 to 65535, not '{text}'")
    return text


def _duration(text: str) -> str:
    if read_duration(text) is None:
        raise _refuse(f"a time such as 300ms or 2s is expected here, not '{text}'")
    return text


Text = Annotated[str, WithJsonSchema({"type": ["string", "number", "boolean"]})]
Name = Annotated[str, AfterValidator(_identifier)]
Whole = Annotated[str, AfterValidator(_whole), WithJsonSchema({"type": "integer"})]
Port = Annotated[
    str,
    AfterValidator(_port),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string", "pattern": r"^\$"}]}),
]
Duration = Annotated[str, AfterValidator(_duration), WithJsonSchema({"type": "string"})]
Flag = Annotated[Literal["true", "false"], WithJsonSchema({"type": "boolean"})]
Free = Annotated[Any, WithJsonSchema({})]
Version = Annotated[str, AfterValidator(_version), WithJsonSchema({"const": 1})]


class Shape(BaseModel):
    """A mapping whose keys are all known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SettingShape(Shape):
    """One setting."""

    type: Literal["text", "host", "port", "number", "flag"] = "text"
    default: Text | None = None
    note: Text | None = None


class SerialShape(Shape):
    """The serial line of a box of one's own."""

    port: Text
    baud: Whole = "115200"
    framing: Literal["lines", "deej", "midi", "slip-osc", "cobs"] = "lines"
    hello: Text | None = Field(None, description="sent on connecting")
    expect: Text | None = Field(None, description="the answer that shows it is the right box")


class AliveShape(Shape):
    """How a box is known to be still there; without a question, by what it says anyway."""

    ask: Text | None = None
    answer: Text | None = None
    within: Duration = "1s"


class InlineControlShape(Shape):
    """One control of a box of one's own: what it says and what it is told."""

    kind: (
        Literal["fader", "key", "vpot", "jog", "knob", "ring", "text", "meter", "colour", "lamp"]
        | None
    ) = None
    in_: Text | None = Field(None, alias="in")
    out: Text | None = None
    touch: Text | None = None
    led: Text | None = None
    law: Text | None = None
    deadband: Text | None = None
    relative: Text | None = None
    steps: Whole | None = None
    cells: Whole | None = None
    echo: Literal["servo", "settle", "none"] | None = None
    travel: Duration | None = None


class SurfaceShape(Shape):
    """One surface: a known device, or one described here."""

    device: Text | None = Field(None, description="MAKER/MODEL of a device sheet")
    console: Text | None = Field(None, description="MAKER/MODEL of a console used as a surface")
    host: Text | None = None
    port: Text | None = Field(None, description="/pattern/, a port's name, 'virtual NAME', address")
    serial: SerialShape | None = None
    osc: Text | None = None
    listen: Port | None = None
    strips: Whole | None = None
    controls: dict[str, InlineControlShape] | None = None
    laws: dict[str, dict[str, Text]] | None = None
    alive: AliveShape | None = None
    park: Text | None = Field(None, description="where motors go at the end: -oo, 0dB, 50%")
    note: Text | None = None


class TargetShape(Shape):
    """One target: exactly one of profile, osc, emulate, midi and mqtt."""

    profile: Text | None = Field(None, description="MAKER/MODEL of a target sheet")
    host: Text | None = None
    port: Text | None = None
    osc: Text | None = Field(None, description="udp://HOST:PORT")
    listen: Port | None = None
    hello: list[Text] | None = None
    heartbeat: Text | None = Field(None, description="/ADDRESS within 3s")
    emulate: Text | None = Field(None, description="MAKER/MODEL of the surface to be")
    serial: Text | None = None
    midi: Text | None = None
    mqtt: Text | None = Field(None, description="mqtt://HOST or mqtts://HOST:PORT?user=…")
    studio: Text | None = Field(None, description="SITE/TARGET of a desk another bridge holds")
    retain: Flag = Field("false", description="the broker keeps the last value of each topic")
    facts: dict[str, Text] | None = None
    note: Text | None = None


class DelegateShape(Shape):
    """Paging that the target does."""

    page: Annotated[list[Text], Field(min_length=2, max_length=2)]


class BankShape(Shape):
    """One bank with its key."""

    items: "Texts"
    button: Text | None = None
    delegate: DelegateShape | None = None
    note: Text | None = None


class PagingShape(Shape):
    """The keys that move the window of strips."""

    page: Annotated[list[Text], Field(min_length=2, max_length=2)] | None = None
    nudge: Annotated[list[Text], Field(min_length=2, max_length=2)] | None = None
    edge: Literal["clamp", "wrap", "blank"] = "clamp"


class LayerShape(Shape):
    """One layer."""

    button: Text | None = None
    default: Flag = "false"
    note: Text | None = None


class VarShape(Shape):
    """One variable: a range of numbers, or a list of words."""

    range: Text | None = Field(None, description="1..16")
    values: list[Text] | None = None
    default: Text | None = None
    dec: Text | None = None
    inc: Text | None = None
    show: Text | None = None
    send: Text | None = None
    follow: Text | None = Field(None, description="desk.ch.{ch}.selected")
    note: Text | None = None


class SceneShape(Shape):
    """What is special about one scene."""

    fade: Duration


class ScenesShape(Shape):
    """Scene keys, what scenes hold, and how a recall goes."""

    slots: "Texts"
    tap: Literal["recall", "store", "none"] = "recall"
    hold: Literal["recall", "store", "none"] = "store"
    include: "Texts | None" = None
    safe: "Texts | None" = None
    fade: Duration = "0s"
    per_scene: dict[Whole, SceneShape] | None = Field(None, alias="per-scene")
    note: Text | None = None


class OptionsShape(Shape):
    """What may stand under a line."""

    echo: Literal["servo", "settle", "none"] | None = None
    touch: Literal["required", "made", "ignore"] | None = None
    takeover: Literal["motor", "jump", "pickup", "pickup(tolerant)", "scale", "parallel"] | None = (
        None
    )
    match: Literal["dB", "position"] | None = None
    when: Text | None = None
    priority: Whole | None = None
    rate: Text | None = None
    name: Text | None = None
    note: Text | None = None
    test: "Texts | None" = None


def _kind(value: object) -> str:
    if isinstance(value, list):
        return "list"
    return "mapping" if isinstance(value, dict) else "text"


Texts = Annotated[
    Annotated[Text, Tag("text")] | Annotated[list[Text], Tag("list")],
    Discriminator(lambda value: "list" if isinstance(value, list) else "text"),
]
"""One text, or a list of them."""

Bank = Annotated[
    Annotated[Text, Tag("text")]
    | Annotated[list[Text], Tag("list")]
    | Annotated[BankShape, Tag("mapping")],
    Discriminator(_kind),
]

_OPTIONS_SCHEMA: Final = {"$ref": "#/$defs/OptionsShape"}
_LINES_SCHEMA: Final = {
    "type": "array",
    "items": {
        "anyOf": [
            {"type": "string"},
            {
                "type": "object",
                "minProperties": 1,
                "maxProperties": 1,
                "patternProperties": {"^(when|with) ": {"$ref": "#/$defs/lines"}},
                "additionalProperties": _OPTIONS_SCHEMA,
            },
        ]
    },
}

_LINES_HERE: Final = "lines of a mapping"
Lines = Annotated[Any, WithJsonSchema({"title": _LINES_HERE})]
"""Checked by ``parser``, which knows ``when``, ``with`` and arrows."""


class StripShape(Shape):
    """Lines made for every strip."""

    map: Lines = None


class RightsShape(Shape):
    """What one user of a studio may do."""

    control: Texts | None = None
    safe: Texts | None = None
    lead: Flag = "false"
    note: Text | None = None


class StudioShape(Shape):
    """How this bridge shares its targets with others over a broker."""

    site: Name
    broker: Text = Field(description="mqtt://HOST or mqtts://HOST:PORT?user=…")
    bridge: Text | None = Field(None, description="this bridge's name; else the machine's")
    share: Texts | None = None
    mirror: Texts | None = None
    safe: Texts | None = None
    meters: Text | None = Field(None, description="10/s")
    discovery: Literal["none", "homeassistant"] = "none"
    users: dict[str, RightsShape | None] | None = None
    note: Text | None = None


class MappingShape(Shape):
    """A surfacebridge mapping."""

    surfacebridge: Version = Field(description="the version of the language")
    name: Text | None = None
    include: Texts | None = None
    settings: dict[Name, SettingShape] | None = None
    surfaces: dict[Name, SurfaceShape] | None = None
    targets: dict[Name, TargetShape] | None = None
    rig: list[Text] | None = None
    banks: dict[Name, Bank] | None = None
    paging: PagingShape | None = None
    modifiers: dict[Name, Text] | None = None
    layers: dict[Name, LayerShape | None] | None = None
    vars: dict[str, VarShape] | None = None
    strip: StripShape | None = None
    map: Lines = None
    scenes: ScenesShape | None = None
    studio: StudioShape | None = None
    tests: dict[str, list[Text]] | None = None


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a mapping file, for editors."""
    schema = MappingShape.model_json_schema(by_alias=True)
    options = OptionsShape.model_json_schema(by_alias=True)
    schema["$defs"] |= options.pop("$defs", {})
    schema["$defs"] |= {"OptionsShape": options, "lines": _LINES_SCHEMA}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_with_lines(schema)}


def _with_lines(schema: Any) -> Any:
    """Return the schema with a reference wherever lines stand; the maker refuses foreign ones."""
    match schema:
        case {"title": "lines of a mapping"}:
            return {"$ref": "#/$defs/lines"}
        case dict():
            return {key: _with_lines(value) for key, value in schema.items()}
        case list():
            return [_with_lines(value) for value in schema]
        case _:
            return schema


def check_shape(model: type[BaseModel], node: Node) -> list[Problem]:
    """Return a problem for everything in ``node`` that ``model`` does not allow."""
    try:
        model.model_validate(plain(node))
    except ValidationError as error:
        return [_problem(model, node, one) for one in error.errors(include_url=False)]
    return []


def _problem(model: type[BaseModel], node: Node, error: ErrorDetails) -> Problem:
    loc = error["loc"]
    span = span_of(node, loc)
    context = error.get("ctx", {})
    match error["type"]:
        case "extra_forbidden":
            key = str(loc[-1])
            span = span_of(node, (*loc, "[key]"))
            known = sorted(_keys(model, loc[:-1]))
            hint = did_you_mean(key, known) or _choices(known)
            return Problem(span, f"no key '{key}' can stand here{hint}", "unknown-key")
        case "missing":
            return Problem(span, f"the key '{loc[-1]}' is missing here", "missing-key")
        case "literal_error":
            allowed = str(context.get("expected", "")).replace(" or None", "").replace("None", "")
            message = f"{allowed} is expected here, not {_said(error['input'])}"
            return Problem(span, message, "value")
        case "shape":
            return Problem(span, str(context.get("reason")), "value")
        case "too_short" | "too_long":
            message = "two texts are expected here: for the page before, and for the one after"
            return Problem(span, message, "value")
        case kind:
            expected = _EXPECTED.get(kind, "something else")
            return Problem(span, _mismatch(expected, node, loc, error["input"]), "kind")


_EXPECTED: Final = {
    "string_type": "a text",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}


def _mismatch(expected: str, root: Node, loc: Sequence[str | int], found: object) -> str:
    message = f"{expected} is expected here, not {_said(found)}"
    flow = isinstance(found, dict) and expected == "a text" and _is_flow(root, span_of(root, loc))
    return f"{message}; quote a text that starts with '{{'" if flow else message


def _is_flow(node: Node, span: Span) -> bool:
    """Return whether a mapping written with ``{ }`` stands at ``span``."""
    match node:
        case MapNode():
            return (node.flow and node.span == span) or any(
                _is_flow(value, span) for _, value in node
            )
        case ListNode():
            return any(_is_flow(item, span) for item in node.items)
        case Scalar():
            return False


def _said(found: object) -> str:
    match found:
        case None:
            return "nothing"
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case _:
            return f"'{found}'"


def _choices(known: Sequence[str]) -> str:
    return f"; these can: {', '.join(known)}" if len(known) <= 12 else ""


def _keys(model: object, loc: Sequence[str | int]) -> list[str]:
    """Return the keys of the model that ``loc`` leads to from ``model``."""
    kinds = _models(model)
    if not loc:
        return [
            field.alias or name
            for kind in kinds
            if isinstance(kind, type) and issubclass(kind, BaseModel)
            for name, field in kind.model_fields.items()
        ]
    step, rest = loc[0], loc[1:]
    found: list[str] = []
    for kind in kinds:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            inner = next(
                (f.annotation for n, f in kind.model_fields.items() if step in {n, f.alias}), None
            )
            found += _keys(inner, rest) if inner is not None else _keys(kind, rest)
        elif get_origin(kind) in {dict, list}:
            found += _keys(get_args(kind)[-1], rest)
    return found


def _models(annotation: object) -> list[object]:
    """Return the plain kinds an annotation allows, out of unions and ``Annotated``."""
    if get_origin(annotation) is Annotated:
        return _models(get_args(annotation)[0])
    if get_origin(annotation) in {Union, UnionType}:
        return [kind for one in get_args(annotation) for kind in _models(one)]
    return [annotation]
