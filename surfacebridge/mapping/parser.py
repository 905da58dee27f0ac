"""A mapping's text to a ``Document``, with every problem found on the way.

Owns: the sections of section 3 of the language, their settings and includes.
Does not own: single lines (``arrows``), structure (``shapes``), or whether a
device, parameter or stage exists (the compiler).

Rule: structure is checked once, by the models; what walks the nodes here takes
what fits and passes over the rest, so that one run reports everything.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from surfacebridge.mapping.arrows import read_control, read_line, read_osc, read_stages, read_test
from surfacebridge.mapping.conditions import all_of, read_condition
from surfacebridge.mapping.document import (
    BankDecl,
    Delegate,
    Document,
    LayerDecl,
    ModifierDecl,
    Name,
    Paging,
    RightsDecl,
    ScenesDecl,
    Story,
    StoryStep,
    StudioDecl,
    SurfaceDecl,
    TargetDecl,
    VarDecl,
)
from surfacebridge.mapping.includes import Include, gather
from surfacebridge.mapping.lines import Condition, ControlRef, Line, Options, RawOsc, Stage
from surfacebridge.mapping.lists import Expanded, expand
from surfacebridge.mapping.nodes import ListNode, MapNode, Node, Scalar, plain
from surfacebridge.mapping.problems import Problem
from surfacebridge.mapping.settings import read_settings, substitute
from surfacebridge.mapping.shapes import MappingShape, OptionsShape, check_shape, read_duration
from surfacebridge.mapping.source import Source, Span
from surfacebridge.mapping.words import check_name, holds_secret, tokens, unquoted

# What all lists of a mapping may come to.  A large rig has some hundred lines
# and a few hundred bank items; this keeps a slip from taking minutes.
_MOST_MADE: Final = 5_000

_RANGE: Final = re.compile(r"(-?\d{1,6})\s*\.\.\s*(-?\d{1,6})")
_PARK: Final = re.compile(r"-oo|-?\d{1,3}(?:\.\d{1,3})?dB|\d{1,3}(?:\.\d{1,3})?%")
_SUBJECTS: Final = re.compile(r"\d{1,4}\.\.\{\w+\}")
_SCHEME: Final = re.compile(r"(?:midi|pty|serial|memory|rtp|ipmidi):|[a-z][a-z0-9+]*://")
_PLACE: Final = re.compile(r"\{[in](?::0?(\d{1,2}))?\}")
_STUDIO_NAME: Final = re.compile(r"[A-Za-z0-9_][\w-]{0,63}")
_METERS_A_SECOND: Final = 10.0
# A meter bridge is drawn so often; more only fills a broker.
_METERS_MOST: Final = 25.0
_KINDS_OF_TARGET: Final = ("profile", "osc", "emulate", "midi", "mqtt")


def read_mapping(
    source: Source, include: Include, overrides: Mapping[str, str]
) -> tuple[Document | None, list[Problem]]:
    """Return what the mapping says, as far as it can be followed, and all its problems, sorted.

    The caller refuses a mapping with an error among its problems; a document
    beside errors is there so that the compiler can find more.  ``overrides``
    are the values of ``--set``.  Never raises, whatever the text.
    """
    problems: list[Problem] = []
    root = gather(source, include, problems)
    if root is None:
        return None, _in_order(problems)
    settings = read_settings(root, overrides, problems)
    root = substitute(root, settings, problems)
    problems.extend(check_shape(MappingShape, root))
    reading = _Reading(root, problems)
    document = Document(
        path=source.path,
        name=_text(root.get("name")),
        settings=settings,
        surfaces=reading.surfaces(),
        targets=reading.targets(),
        rig=reading.rig(),
        banks=reading.banks(),
        paging=reading.paging(),
        modifiers=reading.modifiers(),
        layers=reading.layers(),
        variables=reading.variables(),
        strip=reading.lines(_inside(root.get("strip"), "map"), in_strip=True),
        map=reading.lines(root.get("map"), in_strip=False),
        scenes=reading.scenes(),
        studio=reading.studio(),
        stories=reading.stories(),
    )
    return document, _in_order(problems)


def _in_order(problems: list[Problem]) -> list[Problem]:
    """Return each problem once, by place."""
    return sorted(dict.fromkeys(problems), key=lambda one: (one.span, one.message))


def link_address(text: str) -> str:
    """Return what ``port:`` says as a link address: a MIDI port unless it names another link."""
    if _SCHEME.match(text):
        return text
    word, _, name = text.partition(" ")
    if word == "virtual" and name:
        return f"midi:virtual {unquoted(name.strip())[0]}"
    return f"midi:{text}"


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) and not node.is_null else ""


def _scalars(node: Node | None) -> list[Scalar]:
    """Return the texts of a text or list."""
    match node:
        case Scalar() if not node.is_null:
            return [node]
        case ListNode():
            return [one for one in node.items if isinstance(one, Scalar) and not one.is_null]
        case _:
            return []


def _inside(node: Node | None, key: str) -> Node | None:
    return node.get(key) if isinstance(node, MapNode) else None


def _whole(node: Node | None, default: int) -> int:
    text = _text(node)
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else default


class _Reading:
    """The sections of one merged tree."""

    def __init__(self, root: MapNode, problems: list[Problem]) -> None:
        self._root = root
        self._problems = problems
        self._made = 0

    def _note(self, span: Span, message: str, code: str) -> None:
        self._problems.append(Problem(span, message, code))

    def _count(self, scalar: Scalar, made: int) -> None:
        """Note the text whose lists make it too much."""
        if self._made <= _MOST_MADE < self._made + made:
            message = f"the lists of this mapping come to more than {_MOST_MADE} lines and items"
            self._note(scalar.span, message, "size")
        self._made += made

    def _expand(self, scalar: Scalar) -> list[Expanded]:
        if self._made > _MOST_MADE:
            return []
        made = expand(scalar, self._problems)
        self._count(scalar, len(made))
        return made

    def _section(self, name: str) -> Iterator[tuple[Scalar, Node]]:
        section = self._root.get(name)
        return iter(section) if isinstance(section, MapNode) else iter(())

    # Surfaces and targets

    def surfaces(self) -> dict[str, SurfaceDecl]:
        """Return the surfaces by name."""
        found = {}
        for key, body in self._section("surfaces"):
            if isinstance(body, MapNode):
                found[key.text] = self._surface(key, body)
        return found

    def _surface(self, key: Scalar, body: MapNode) -> SurfaceDecl:
        device, console, own = body.get("device"), body.get("console"), body.key("controls")
        self._check_kind(key, body)
        if own is not None and not isinstance(body.get("controls"), MapNode):
            message = f"'{key.text}' has no controls yet; show it some with 'surfacebridge learn'"
            self._problems.append(Problem(own.span, message, "surface", "warning"))
        ways = [way for way in ("port", "serial", "osc") if body.key(way) is not None]
        if len(ways) > 1:
            message = f"a surface has one way in; here are {' and '.join(ways)}"
            self._note(key.span, message, "surface")
        inline = {} if own is None else plain(body)
        return SurfaceDecl(
            name=key.text,
            device=self._name(device),
            address=None if console is not None else self._surface_address(body),
            console=self._name(console),
            host=_text(body.get("host")) or None,
            port=None if console is None else self._port(body.get("port")),
            inline=inline if isinstance(inline, dict) else {},
            span=key.span,
            body=None if own is None else body,
            park=self._park(body.get("park")),
        )

    def _check_kind(self, key: Scalar, body: MapNode) -> None:
        kinds = [kind for kind in ("device", "console", "controls") if body.key(kind) is not None]
        if not kinds:
            message = "say which 'device' or 'console' this is, or describe its 'controls'"
            self._note(key.span, message, "surface")
        if len(kinds) > 1:
            message = f"a surface is one of these, not {' and '.join(map(repr, kinds))}"
            self._note(key.span, message, "surface")
        park = body.key("park")
        if park is not None and "console" in kinds:
            message = "a console's faders are what it mixes with; they cannot be parked"
            self._note(park.span, message, "surface")

    def _park(self, node: Node | None) -> str | None:
        if not isinstance(node, Scalar) or node.is_null:
            return None
        if _PARK.fullmatch(node.text) is None:
            message = f"motors are parked at '-oo', '0dB' or '50%', not at '{node.text}'"
            self._note(node.span, message, "value")
            return None
        return node.text

    def _surface_address(self, body: MapNode) -> str | None:
        serial = body.get("serial")
        if isinstance(serial, MapNode) and _text(serial.get("port")):
            baud = _text(serial.get("baud")) or "115200"
            return f"serial:{_text(serial.get('port'))}?baud={baud}"
        if _text(body.get("osc")):
            return _text(body.get("osc"))
        port = _text(body.get("port"))
        return link_address(port) if port else None

    def _name(self, node: Node | None) -> Name | None:
        return Name(node.text, node.span) if isinstance(node, Scalar) and _text(node) else None

    def targets(self) -> dict[str, TargetDecl]:
        """Return the targets by name."""
        found = {}
        for key, body in self._section("targets"):
            if isinstance(body, MapNode):
                found[key.text] = self._target(key, body)
        return found

    def _target(self, key: Scalar, body: MapNode) -> TargetDecl:
        kinds = [kind for kind in _KINDS_OF_TARGET if body.key(kind) is not None]
        if len(kinds) != 1:
            said = f"here are {' and '.join(kinds)}" if kinds else "none is here"
            message = f"a target has exactly one of {', '.join(_KINDS_OF_TARGET)}; {said}"
            self._note(key.span, message, "target")
        port = body.get("port")
        facts = body.get("facts")
        return TargetDecl(
            name=key.text,
            profile=self._name(body.get("profile")),
            emulate=self._name(body.get("emulate")),
            address=self._target_address(body),
            host=_text(body.get("host")) or None,
            port=None if "emulate" in kinds else self._port(port),
            listen=_whole(body.get("listen"), 0) or None,
            serial=_text(body.get("serial")) or None,
            hello=tuple(self._greetings(key.text, body.get("hello"))),
            heartbeat=self._heartbeat(body.get("heartbeat")),
            facts={name.text: _text(fact) for name, fact in facts}
            if isinstance(facts, MapNode)
            else {},
            span=key.span,
            midi=body.key("midi") is not None,
            mqtt=self._is_broker(key, body),
            retain=_text(body.get("retain")) == "true",
            studio=self._desk_of_studio(key, body),
        )

    def _desk_of_studio(self, key: Scalar, body: MapNode) -> tuple[str, str] | None:
        """Return the site and target that ``studio: house/desk`` says."""
        written = body.get("studio")
        if not isinstance(written, Scalar):
            return None
        site, _, target = written.text.partition("/")
        if not (_STUDIO_NAME.fullmatch(site) and _STUDIO_NAME.fullmatch(target)):
            message = f"a desk of a studio is written SITE/TARGET, not '{written.text}'"
            self._note(written.span, message, "studio")
            return None
        if body.key("profile") is None:
            message = f"say what '{written.text}' is too, such as 'profile: behringer/x32'"
            self._note(key.span, message, "studio")
        if self._root.key("studio") is None:
            message = "a section 'studio' must say which broker leads there: site, broker, bridge"
            self._note(written.span, message, "studio")
        return site, target

    def _is_broker(self, key: Scalar, body: MapNode) -> bool:
        written = body.get("mqtt")
        if isinstance(written, Scalar):
            self._check_broker(written)
        elif body.key("retain") is not None:
            message = f"only what is said to a broker can be retained; '{key.text}' has no 'mqtt'"
            self._note(key.span, message, "target")
        return written is not None

    def _check_broker(self, written: Scalar) -> None:
        """Refuse a password, which everybody who reads the file would read."""
        if holds_secret(written.text):
            message = (
                "a password does not belong in a rig; write ?user=NAME&password=env:VARIABLE, "
                "or password=file:PATH, and keep it there"
            )
            self._note(written.span, message, "secret")

    def _target_address(self, body: MapNode) -> str | None:
        if _text(body.get("osc")) or _text(body.get("mqtt")):
            return _text(body.get("osc")) or _text(body.get("mqtt"))
        port = _text(body.get("midi"))
        if body.key("emulate") is not None:
            port = _text(body.get("port"))
        return link_address(port) if port else None

    def _port(self, node: Node | None) -> int | None:
        if not isinstance(node, Scalar) or node.is_null:
            return None
        number = _whole(node, 0)
        if not 1 <= number <= 65535:
            message = f"a port is a number from 1 to 65535, not '{node.text}'"
            self._note(node.span, message, "value")
            return None
        return number

    def _greetings(self, target: str, node: Node | None) -> Iterator[RawOsc]:
        for one in _scalars(node):
            greeting = read_osc(one, target, self._problems)
            if greeting is not None:
                yield greeting

    def _heartbeat(self, node: Node | None) -> tuple[str, float] | None:
        if not isinstance(node, Scalar) or node.is_null:
            return None
        words = [word.text for word in tokens(node)]
        seconds = read_duration(words[-1])
        if len(words) == 3 and words[0].startswith("/") and words[1] == "within" and seconds:
            return words[0], seconds
        self._note(node.span, "a heartbeat is written '/heartbeat within 3s'", "value")
        return None

    def rig(self) -> tuple[Name, ...]:
        """Return the surfaces from left to right; all of them in file order if none are named."""
        named = _scalars(self._root.get("rig"))
        seen: set[str] = set()
        for one in named:
            if one.text in seen:
                self._note(one.span, f"'{one.text}' stands here twice", "rig")
            seen.add(one.text)
        order = named or [key for key, _ in self._section("surfaces")]
        return tuple(Name(one.text, one.span) for one in order)

    # Banks, layers, modifiers, variables

    def banks(self) -> dict[str, BankDecl]:
        """Return the banks by name."""
        found = {}
        for key, body in self._section("banks"):
            items = body.get("items") if isinstance(body, MapNode) else body
            subjects = [name for item in _scalars(items) for name in self._subjects(item)]
            button = delegate = None
            if isinstance(body, MapNode):
                button = self._control(body.get("button"))
                delegate = self._delegate(body.get("delegate"))
            found[key.text] = BankDecl(key.text, tuple(subjects), button, delegate, key.span)
        return found

    def _subjects(self, item: Scalar) -> Iterator[Name]:
        span = item.span
        between = _RANGE.fullmatch(item.text)
        if between is not None:
            item = item.spliced([(0, len(item.text), f"{{{item.text}}}")])
        for one in self._expand(item):
            subject = one.scalar
            if _SUBJECTS.fullmatch(subject.text) or check_name(
                subject, "a bank item", self._problems
            ):
                yield Name(subject.text, span)

    def _delegate(self, node: Node | None) -> Delegate | None:
        pair = [self._aimed(one) for one in _scalars(_inside(node, "page"))]
        if len(pair) == 2 and pair[0] is not None and pair[1] is not None:
            return Delegate(pair[0], pair[1])
        return None

    def _aimed(self, scalar: Scalar) -> RawOsc | None:
        """Return a raw pattern that names its own target."""
        pattern = read_osc(scalar, "", self._problems)
        if pattern is not None and not pattern.target:
            message = f"say which target this goes to: 'daw:{scalar.text}'"
            self._note(scalar.span, message, "osc")
            return None
        return pattern

    def _control(self, node: Node | None) -> ControlRef | None:
        if not isinstance(node, Scalar) or node.is_null:
            return None
        return read_control(node, self._problems)

    def paging(self) -> Paging:
        """Return the keys that move the window, or the defaults."""
        section = self._root.get("paging")
        edge = _text(_inside(section, "edge")) or "clamp"
        pairs: list[tuple[ControlRef, ControlRef] | None] = []
        for name in ("page", "nudge"):
            found = [self._control(one) for one in _scalars(_inside(section, name))]
            whole = [one for one in found if one is not None]
            pairs.append((whole[0], whole[1]) if len(whole) == 2 else None)
        return Paging(pairs[0], pairs[1], edge)

    def modifiers(self) -> dict[str, ModifierDecl]:
        """Return the modifiers by name."""
        found = {}
        for key, body in self._section("modifiers"):
            words = tokens(body) if isinstance(body, Scalar) else []
            if not words:
                continue
            control = read_control(words[0], self._problems)
            if len(words) > 2 or (len(words) == 2 and words[1].text != "latch"):
                message = f"only 'latch' may follow the key, not '{words[1].text}'"
                self._note(words[1].span, message, "modifier")
            if control is not None:
                found[key.text] = ModifierDecl(key.text, control, len(words) > 1, key.span)
        return found

    def layers(self) -> dict[str, LayerDecl]:
        """Return the layers by name; exactly one is the default, the first unless said."""
        found: dict[str, LayerDecl] = {}
        default = ""
        for key, body in self._section("layers"):
            chosen = _text(_inside(body, "default")) == "true"
            if chosen and default:
                message = f"one layer is the default, and '{default}' already is"
                self._note(key.span, message, "layer")
            default = default or (key.text if chosen else "")
            button = self._control(_inside(body, "button"))
            found[key.text] = LayerDecl(key.text, button, default=False, span=key.span)
        default = default or next(iter(found), "")
        return {
            name: replace(layer, default=True) if name == default else layer
            for name, layer in found.items()
        }

    def variables(self) -> dict[str, VarDecl]:
        """Return the variables by name, one for each word of a list in a name."""
        found = {}
        for key, body in self._section("vars"):
            for one in self._expand(key):
                if isinstance(body, MapNode) and check_name(
                    one.scalar, "a variable's name", self._problems
                ):
                    found[one.scalar.text] = self._variable(one, body)
        return found

    def _variable(self, named: Expanded, body: MapNode) -> VarDecl:
        span = named.scalar.span
        before = len(self._problems)
        low, high = self._bounds(named.scalar, body)
        is_sound = len(self._problems) == before
        values = tuple(one.text for one in _scalars(body.get("values")))
        default = _text(body.get("default")) or (values[0] if values else str(low))
        allowed = default in values if values else low <= _whole(body.get("default"), low) <= high
        said = body.key("range") is not None or values
        if said and is_sound and not allowed:
            place = body.get("default")
            message = f"the default '{default}' is none of its values"
            self._note(place.span if place else span, message, "variable")

        def control(key: str) -> ControlRef | None:
            node = body.get(key)
            return self._control(_placed(node, named)) if isinstance(node, Scalar) else None

        send = body.get("send")
        sent = self._aimed(_placed(send, named)) if isinstance(send, Scalar) else None
        return VarDecl(
            named.scalar.text, low, high, values, default,
            control("dec"), control("inc"), control("show"), sent, span,
            self._name(body.get("follow")),
        )  # fmt: skip

    def _bounds(self, name: Scalar, body: MapNode) -> tuple[int, int]:
        between, values = body.get("range"), body.get("values")
        if (between is None) == (values is None):
            message = "a variable has a 'range' such as 1..16, or a list of 'values'"
            self._note(name.span, message, "variable")
        if isinstance(between, Scalar):
            found = _RANGE.fullmatch(between.text)
            if found is not None and int(found[1]) <= int(found[2]):
                return int(found[1]), int(found[2])
            message = f"a range is written 1..16, not '{between.text}'"
            self._note(between.span, message, "variable")
        return 0, max(len(_scalars(values)) - 1, 0)

    # Lines

    def lines(self, node: Node | None, *, in_strip: bool) -> tuple[Line, ...]:
        """Return every concrete line, with the conditions and stages around it."""
        if node is None or (isinstance(node, Scalar) and node.is_null):
            return ()
        return tuple(self._items(node, in_strip, None, ()))

    def _items(
        self, node: Node, in_strip: bool, condition: Condition | None, stages: tuple[Stage, ...]
    ) -> Iterator[Line]:
        if not isinstance(node, ListNode):
            self._note(node.span, "a list of lines is expected here, each after '- '", "kind")
            return
        for item in node.items:
            match item:
                case Scalar():
                    yield from self._line(item, in_strip, condition, stages, Options())
                case MapNode() if len(item.entries) == 1:
                    ((key, body),) = item.entries
                    yield from self._entry(key, body, in_strip, condition, stages)
                case MapNode():
                    self._refuse_keys(item)
                case ListNode():
                    self._note(item.span, "a line is expected here, not a list", "kind")

    def _refuse_keys(self, item: MapNode) -> None:
        message = "a line is expected here; quote one that starts with '{'"
        span = item.span
        if len(item.entries) > 1:
            second = item.entries[1][0]
            span = second.span
            message = (
                f"'{second.text}' stands beside the line, not under it; "
                "indent a line's options by four columns from its '-'"
            )
        self._note(span, message, "kind")

    def _entry(
        self,
        key: Scalar,
        body: Node,
        in_strip: bool,
        condition: Condition | None,
        stages: tuple[Stage, ...],
    ) -> Iterator[Line]:
        word, _, rest = key.text.partition(" ")
        if word == "when":
            added = read_condition(key.part(len(word), len(key.text)).stripped(), self._problems)
            yield from self._items(body, in_strip, all_of(condition, added), stages)
        elif word == "with":
            more = key.part(len(word), len(key.text)).stripped()
            if not rest.strip():
                self._note(key.span, "a stage is missing after 'with'", "stage")
                more_stages: tuple[Stage, ...] = ()
            else:
                more_stages = read_stages(more, self._problems)
            yield from self._items(body, in_strip, condition, (*more_stages, *stages))
        else:
            options, own = self._options(key, body)
            yield from self._line(key, in_strip, all_of(condition, own), stages, options)

    def _line(
        self,
        scalar: Scalar,
        in_strip: bool,
        condition: Condition | None,
        stages: tuple[Stage, ...],
        options: Options,
    ) -> Iterator[Line]:
        if self._made > _MOST_MADE:
            return
        made = read_line(scalar, self._problems, in_strip=in_strip)
        self._count(scalar, len(made))
        for line in made:
            yield replace(
                line, condition=condition, stages=(*line.stages, *stages), options=options
            )

    def _options(self, line: Scalar, body: Node) -> tuple[Options, Condition | None]:
        if not isinstance(body, MapNode):
            message = "options such as {echo: servo} must follow the ':' of a line; or drop the ':'"
            self._note(line.at(len(line.text)), message, "options")
            return Options(), None
        self._problems.extend(check_shape(OptionsShape, body))
        when = body.get("when")
        condition = None
        if isinstance(when, Scalar) and not when.is_null:
            condition = read_condition(when, self._problems)
        tests = [read_test(one, self._problems) for one in _scalars(body.get("test"))]

        def text(key: str) -> str | None:
            return _text(body.get(key)) or None

        priority = text("priority")
        options = Options(
            echo=text("echo"),
            touch=text("touch"),
            takeover=text("takeover"),
            match=text("match"),
            priority=None if priority is None else _whole(body.get("priority"), 0),
            rate=text("rate"),
            name=text("name"),
            note=text("note"),
            tests=tuple(test for test in tests if test is not None),
            spans=tuple((key.text, key.span) for key, _ in body),
        )
        return options, condition

    # Scenes and stories

    def scenes(self) -> ScenesDecl | None:
        """Return what the mapping says of scenes, or ``None``."""
        section = self._root.get("scenes")
        key = self._root.key("scenes")
        if not isinstance(section, MapNode) or key is None:
            return None
        slots = [
            self._control(one.scalar)
            for text in _scalars(section.get("slots"))
            for one in self._expand(text)
        ]
        per_scene = section.get("per-scene")
        return ScenesDecl(
            slots=tuple(slot for slot in slots if slot is not None),
            tap=_text(section.get("tap")) or "recall",
            hold=_text(section.get("hold")) or "store",
            include=self._patterns(section.get("include")),
            safe=self._patterns(section.get("safe")),
            fade=read_duration(_text(section.get("fade"))) or 0.0,
            per_scene={
                int(number.text): read_duration(_text(_inside(scene, "fade"))) or 0.0
                for number, scene in (per_scene if isinstance(per_scene, MapNode) else ())
                if re.fullmatch(r"\d{1,4}", number.text)
            },
            span=key.span,
        )

    def studio(self) -> StudioDecl | None:
        """Return how targets are shared with other bridges, or ``None``."""
        section, key = self._root.get("studio"), self._root.key("studio")
        if not isinstance(section, MapNode) or key is None:
            return None
        broker = section.get("broker")
        if isinstance(broker, Scalar):
            self._check_broker(broker)
        bridge = section.get("bridge")
        if isinstance(bridge, Scalar) and not _STUDIO_NAME.fullmatch(bridge.text):
            message = f"'{bridge.text}' is no bridge's name; letters, digits, '-' and '_' make one"
            self._note(bridge.span, message, "studio")
        users = section.get("users")
        return StudioDecl(
            site=_text(section.get("site")),
            broker=_text(broker),
            bridge=_text(bridge),
            share=tuple(Name(one.text, one.span) for one in _scalars(section.get("share"))),
            mirror=self._patterns(section.get("mirror")),
            safe=self._patterns(section.get("safe")),
            meters=self._meters(section.get("meters")),
            discovery=_text(section.get("discovery")) == "homeassistant",
            users={name.text: self._rights(body) for name, body in users}
            if isinstance(users, MapNode)
            else {},
            span=key.span,
        )

    def _rights(self, body: Node) -> RightsDecl:
        control, safe = (self._patterns(_inside(body, name)) for name in ("control", "safe"))
        return RightsDecl(
            tuple(one.text for one in control),
            tuple(one.text for one in safe),
            _text(_inside(body, "lead")) == "true",
        )

    def _meters(self, node: Node | None) -> float:
        if not isinstance(node, Scalar) or node.is_null:
            return _METERS_A_SECOND
        found = re.fullmatch(r"(\d{1,2}(?:\.\d)?)/s", node.text)
        if found is None or float(found[1]) > _METERS_MOST:
            message = f"meters are said 10/s, or up to 25/s, not '{node.text}'"
            self._note(node.span, message, "value")
            return _METERS_A_SECOND
        return float(found[1])

    def _patterns(self, node: Node | None) -> tuple[Name, ...]:
        """Return parameter names with ``*`` in them, lists written out."""
        return tuple(
            Name(one.scalar.text, one.scalar.span)
            for text in _scalars(node)
            for one in self._expand(text)
        )

    def stories(self) -> tuple[Story, ...]:
        """Return the stories in file order."""
        return tuple(
            Story(
                key.text,
                tuple(StoryStep(step.text, step.span) for step in _scalars(body)),
                key.span,
            )
            for key, body in self._section("tests")
        )


def _placed(scalar: Scalar, named: Expanded) -> Scalar:
    """Return the text with ``{n}`` and ``{i}`` replaced by a variable's own word of a list."""
    if not named.word:
        return scalar
    edits = [
        (found.start(), found.end(), named.word.zfill(int(found[1] or 0)))
        for found in _PLACE.finditer(scalar.text)
    ]
    return scalar.spliced(edits)
