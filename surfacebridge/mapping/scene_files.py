"""One stored scene as YAML that people can read and edit.

    surfacebridge-scene: 1
    values:
      desk.ch.1.fader: -10.0      # decibels; -oo is off
      desk.ch.1.on: true

Owns: the form.  Does not own: where the file is (``apps``) or what a scene
means (``routing.scenes``).
"""

from collections.abc import Mapping

from surfacebridge.mapping.nodes import MapNode, Scalar
from surfacebridge.mapping.problems import Problem
from surfacebridge.mapping.source import Source
from surfacebridge.mapping.yaml_reader import read_yaml
from surfacebridge.model.values import OFF, Colour, Value


def write_scene(values: Mapping[str, Value]) -> str:
    """Return the text of a scene; colours are left out, a desk keeps its own."""
    lines = ["surfacebridge-scene: 1", "values:"]
    for name, value in sorted(values.items(), key=lambda item: _natural(item[0])):
        if not isinstance(value, Colour):
            lines.append(f"  {name}: {_written(value)}")
    return "\n".join(lines) + "\n"


def read_scene(source: Source) -> tuple[dict[str, Value], list[Problem]]:
    """Return the values of a scene, as far as they can be read, and all problems."""
    root, problems = read_yaml(source)
    values: dict[str, Value] = {}
    body = root.get("values") if isinstance(root, MapNode) else None
    if not isinstance(body, MapNode):
        if root is not None and not problems:
            message = "a scene file has 'values:' with a name and a value a line"
            problems.append(Problem(root.span, message, "scene"))
        return values, problems
    for key, node in body:
        if isinstance(node, Scalar) and not node.is_null:
            values[key.text] = _value(node)
        else:
            message = f"'{key.text}' needs one value"
            problems.append(Problem(key.span, message, "scene"))
    return values, problems


def _written(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return "'" + value.replace("'", "''") + "'"
        case _ if value == OFF:
            return "-oo"
        case _:
            return repr(value)


def _value(node: Scalar) -> Value:
    if node.quoted:
        return node.text
    if node.text in {"true", "false"}:
        return node.text == "true"
    if node.text in {"-oo", "-inf"}:
        return OFF
    try:
        number = float(node.text)
    except ValueError:
        return node.text
    return int(number) if number.is_integer() and "." not in node.text else number


def _natural(name: str) -> list[tuple[int, str]]:
    return [(int(word), "") if word.isdigit() else (0, word) for word in name.split(".")]
