"""Anything a HUI and its host can say, for hypothesis."""

from hypothesis import strategies as st

from surfacebridge.protocols.hui import layout
from surfacebridge.protocols.hui import messages as hui

strips = st.integers(0, 7)
ticks = st.integers(-63, 63).filter(bool)
places = st.sampled_from
ascii_chars = st.characters(max_codepoint=0x7F)
digits = st.tuples(st.sampled_from("0123456789ABCDEF "), st.booleans())
fader_moves = st.builds(hui.FaderMoved, st.integers(0, 8), st.integers(0, 16383))
switches = st.sampled_from(sorted(layout.SWITCHES, key=str))

from_surface: st.SearchStrategy[hui.FromSurface] = st.one_of(
    fader_moves,
    st.builds(hui.FaderTouched, strips),
    st.builds(hui.FaderReleased, strips),
    switches.map(lambda key: hui.SwitchPressed(*key)),
    switches.map(lambda key: hui.SwitchReleased(*key)),
    st.builds(hui.VPotTurned, st.integers(0, 12), ticks),
    st.builds(hui.JogTurned, ticks),
    st.just(hui.PingAnswered()),
    st.just(hui.SurfaceReset()),
)


def _cells(displays: int, width: int) -> st.SearchStrategy[tuple[tuple[int, str], ...]]:
    text = st.text(ascii_chars, min_size=width, max_size=width)
    cell = st.tuples(st.integers(0, displays - 1), text)
    return st.lists(cell, min_size=1, max_size=8).map(tuple)


to_surface: st.SearchStrategy[hui.ToSurface] = st.one_of(
    fader_moves,
    st.builds(
        lambda key, lit: hui.LampSet(key[0], key[1], lit),
        st.sampled_from(sorted(layout.LAMPS, key=str)),
        st.booleans(),
    ),
    st.builds(
        hui.RingSet,
        st.integers(0, 11),
        st.sampled_from(["dot", "boost_cut", "wrap", "spread"]),
        st.integers(0, 11),
        st.booleans(),
    ),
    st.builds(hui.MeterLevel, strips, st.integers(0, 1), st.integers(0, 12)),
    st.builds(hui.SmallText, _cells(9, 4)),
    st.builds(hui.LargeText, _cells(8, 10)),
    st.builds(hui.TimeDigits, st.lists(digits, min_size=1, max_size=8).map(tuple)),
    st.just(hui.Ping()),
)
