"""Any OSC packet we can write, for hypothesis."""

from hypothesis import strategies as st

from surfacebridge.protocols.osc.messages import Bundle, OscMessage, OscPacket, OscValue

texts = st.text(st.characters(exclude_characters="\x00", codec="utf-8"), max_size=12)
int32 = st.integers(-(2**31), 2**31 - 1)
byte = st.integers(0, 255)

typed: st.SearchStrategy[tuple[str, OscValue]] = st.one_of(
    st.tuples(st.just("i"), int32),
    st.tuples(st.just("f"), st.floats(width=32, allow_nan=False)),
    st.tuples(st.just("s"), texts),
    st.tuples(st.just("S"), texts),
    st.sampled_from([("T", True), ("F", False), ("N", None), ("I", True)]),
    st.tuples(st.just("b"), st.binary(max_size=9)),
    st.tuples(st.just("h"), st.integers(-(2**63), 2**63 - 1)),
    st.tuples(st.just("d"), st.floats(allow_nan=False)),
    st.tuples(st.just("c"), int32),
    st.tuples(st.just("r"), st.integers(0, 2**32 - 1)),
    st.tuples(st.just("m"), st.tuples(byte, byte, byte, byte)),
    st.tuples(st.just("t"), st.integers(0, 2**64 - 1)),
)
addresses = st.from_regex(r"/[a-z0-9/_-]{0,20}", fullmatch=True)


@st.composite
def _message(draw: st.DrawFn) -> OscMessage:
    pairs = draw(st.lists(typed, max_size=5))
    tags = "".join(tag for tag, _ in pairs)
    return OscMessage(draw(addresses), tuple(value for _, value in pairs), tags)


messages = _message()
packets: st.SearchStrategy[OscPacket] = st.recursive(
    messages,
    lambda inner: st.builds(
        Bundle, st.lists(inner, max_size=3).map(tuple), st.integers(0, 2**64 - 1)
    ),
    max_leaves=4,
)
