"""What a whole mapping says, as values: the result of parsing, before meaning.

Every name that a person typed keeps its span, so that the compiler can blame
it.  Nothing here has been looked up in a sheet yet.
"""

from collections.abc import Mapping
from dataclasses import field

from surfacebridge.mapping.lines import ControlRef, Line, RawOsc
from surfacebridge.mapping.nodes import MapNode
from surfacebridge.mapping.source import Span
from surfacebridge.value import as_value


@as_value
class Name:
    """A word with its place."""

    text: str
    span: Span


@as_value
class Setting:
    """A typed setting: ``type`` is text, host, port, number or flag; ``value`` is in force."""

    name: str
    type: str
    value: str
    span: Span


@as_value
class SurfaceDecl:
    """One surface: a device sheet by name, or an inline device of the user's own.

    ``address`` is a link address as the opener takes it (``midi:/X-Touch.*INT/``,
    ``serial:/dev/ttyACM0?baud=115200``), ``None`` when the file names none.
    ``park`` is where its motors go at the end, as written.
    ``inline`` is the raw body of an inline device (strips, controls, alive …),
    and ``body`` the same with its places; ``sheets.sheet_of_inline`` reads it.
    ``console`` names the target sheet of a console that is used as a surface, with
    its ``host`` and ``port``.
    """

    name: str
    device: Name | None
    address: str | None
    inline: Mapping[str, object]
    span: Span
    body: MapNode | None = field(default=None, repr=False, compare=False)
    console: Name | None = None
    host: str | None = None
    port: int | None = None
    park: str | None = None


@as_value
class TargetDecl:
    """One target: a ``profile`` by name, plain ``osc``, or ``emulate`` a surface.

    ``host`` and ``port`` go with a profile; ``address`` is the link address of
    plain OSC or of an emulated surface's port; ``listen`` the local UDP port.
    ``serial`` is what an emulated surface answers a device query with;
    ``midi`` marks a plain MIDI port and ``mqtt`` a broker, which keeps what we say
    if ``retain``.  ``studio`` is the site and the name of a desk that another bridge holds.
    """

    name: str
    profile: Name | None
    emulate: Name | None
    address: str | None
    host: str | None
    port: int | None
    listen: int | None
    serial: str | None
    hello: tuple[RawOsc, ...]
    heartbeat: tuple[str, float] | None
    facts: Mapping[str, object]
    span: Span
    midi: bool = False
    mqtt: bool = False
    retain: bool = False
    studio: tuple[str, str] | None = None


@as_value
class RightsDecl:
    """What one user of a studio may control, what is safe from him, and whether he says who leads.

    Names are whole, with ``*`` for any run of characters.
    """

    control: tuple[str, ...] = ()
    safe: tuple[str, ...] = ()
    lead: bool = False


@as_value
class StudioDecl:
    """How this bridge shares its targets with others, and reaches theirs.

    ``broker`` is a link address.  ``bridge`` is this bridge's name, empty for the
    machine's.  ``share`` names targets, empty for all of this bridge's own;
    ``mirror`` are patterns of parameters, empty for all.  ``meters`` is how often
    a second levels are said, 0 for never.  ``discovery`` tells Home Assistant.
    """

    site: str
    broker: str
    bridge: str
    share: tuple[Name, ...]
    mirror: tuple[Name, ...]
    safe: tuple[Name, ...]
    meters: float
    discovery: bool
    users: Mapping[str, RightsDecl]
    span: Span


@as_value
class Delegate:
    """Paging done by the target: what to send for the keys before and after."""

    back: RawOsc
    forward: RawOsc


@as_value
class BankDecl:
    """A bank: ordered subjects (``desk.ch.1``, or numbers), lists already expanded.

    An item may still hold ``{strips}``: ``1..{strips}`` stays one item text.
    """

    name: str
    items: tuple[Name, ...]
    button: ControlRef | None
    delegate: Delegate | None
    span: Span


@as_value
class Paging:
    """Which keys move the window, and what happens at the edge (clamp, wrap, blank)."""

    page: tuple[ControlRef, ControlRef] | None = None
    nudge: tuple[ControlRef, ControlRef] | None = None
    edge: str = "clamp"


@as_value
class ModifierDecl:
    """A key that changes meanings while held, or until pressed again (``latch``)."""

    name: str
    control: ControlRef
    latch: bool
    span: Span


@as_value
class LayerDecl:
    """One of several meanings, exactly one of which is active."""

    name: str
    button: ControlRef | None
    default: bool
    span: Span


@as_value
class VarDecl:
    """Named state: a ``span`` of integers or a list of ``values``, with its keys.

    ``send`` is the raw pattern sent when it changes; ``show`` a text control.
    ``follow`` is a switch, the variable's own name in it: on at a value means that value.
    """

    name: str
    low: int
    high: int
    values: tuple[str, ...]
    default: str
    dec: ControlRef | None
    inc: ControlRef | None
    show: ControlRef | None
    send: RawOsc | None
    span: Span
    follow: Name | None = None


@as_value
class ScenesDecl:
    """Scene slots, what they hold, what is safe, and how long a recall fades (seconds)."""

    slots: tuple[ControlRef, ...]
    tap: str
    hold: str
    include: tuple[Name, ...]
    safe: tuple[Name, ...]
    fade: float
    per_scene: Mapping[int, float]
    span: Span


@as_value
class StoryStep:
    """One step of a story, as written, without its comment."""

    text: str
    span: Span


@as_value
class Story:
    """A named list of steps."""

    name: str
    steps: tuple[StoryStep, ...]
    span: Span


@as_value
class Document:
    """A parsed mapping; lists are in file order."""

    path: str
    name: str
    settings: Mapping[str, Setting] = field(default_factory=dict)
    surfaces: Mapping[str, SurfaceDecl] = field(default_factory=dict)
    targets: Mapping[str, TargetDecl] = field(default_factory=dict)
    rig: tuple[Name, ...] = ()
    banks: Mapping[str, BankDecl] = field(default_factory=dict)
    paging: Paging = field(default_factory=Paging)
    modifiers: Mapping[str, ModifierDecl] = field(default_factory=dict)
    layers: Mapping[str, LayerDecl] = field(default_factory=dict)
    variables: Mapping[str, VarDecl] = field(default_factory=dict)
    strip: tuple[Line, ...] = ()
    map: tuple[Line, ...] = ()
    scenes: ScenesDecl | None = None
    studio: StudioDecl | None = None
    stories: tuple[Story, ...] = ()
