"""Anything Mackie Control can say, for hypothesis."""

from hypothesis import strategies as st

from surfacebridge.protocols.mcu import layout
from surfacebridge.protocols.mcu import messages as mcu

strips = st.integers(0, 7)
faders = st.integers(0, 8)
levels = st.integers(0, 13)
values = st.integers(0, 127)
device_ids = st.sampled_from([0x10, 0x11, 0x14, 0x15])
ticks = st.integers(-63, 63).filter(bool)
seven_bits = values


def blobs(size: int) -> st.SearchStrategy[bytes]:
    return st.lists(values, min_size=size, max_size=size).map(bytes)


serials = blobs(7)
quads = blobs(4)
chars = st.characters(min_codepoint=0x20, max_codepoint=0x5F, exclude_characters="@")
digits = st.tuples(chars, st.booleans())

keys = st.one_of(
    st.tuples(st.sampled_from(sorted(layout.STRIP_BUTTONS)), strips),
    st.tuples(st.sampled_from(sorted(layout.BUTTONS)), st.none()),
)
lamps = st.one_of(keys, st.tuples(st.sampled_from(sorted(layout.LAMPS)), st.none()))
fader_moves = st.builds(mcu.FaderMoved, faders, st.integers(0, 16383))

from_surface: st.SearchStrategy[mcu.FromSurface] = st.one_of(
    fader_moves,
    st.builds(mcu.FaderTouched, faders),
    st.builds(mcu.FaderReleased, faders),
    keys.map(lambda key: mcu.ButtonPressed(*key)),
    keys.map(lambda key: mcu.ButtonReleased(*key)),
    st.builds(mcu.VPotTurned, strips, ticks),
    st.builds(mcu.JogTurned, ticks),
    st.builds(mcu.ExternalMoved, values),
    st.builds(mcu.ConnectionQuery, serials, quads, device_ids),
    st.builds(mcu.ConnectionConfirmed, serials, device_ids),
    st.builds(mcu.ConnectionFailed, serials, device_ids),
    st.builds(mcu.SurfaceReady, blobs(3), device_ids),
    st.builds(mcu.VersionReply, st.text(chars, min_size=5, max_size=5), device_ids),
    st.builds(mcu.SteinbergReply, blobs(11), device_ids),
)


@st.composite
def _lcd(draw: st.DrawFn) -> mcu.LcdText:
    text = draw(st.text(st.characters(max_codepoint=0x7F), max_size=112))
    offset = draw(st.integers(0, 112 - max(len(text), 1)))
    return mcu.LcdText(offset, text, draw(device_ids))


to_surface: st.SearchStrategy[mcu.ToSurface] = st.one_of(
    fader_moves,
    st.builds(
        lambda lamp, state: mcu.LampSet(lamp[0], lamp[1], state),
        lamps,
        st.sampled_from(["off", "blink", "on"]),
    ),
    st.builds(
        mcu.RingSet,
        strips,
        st.sampled_from(["dot", "boost_cut", "wrap", "spread"]),
        st.integers(0, 11),
        st.booleans(),
    ),
    _lcd(),
    st.builds(mcu.MeterLevel, strips, levels),
    st.builds(mcu.MeterOverload, strips, st.booleans()),
    st.builds(mcu.MasterMeterLevel, st.integers(0, 1), levels),
    st.builds(mcu.MeterMode, strips, st.booleans(), st.booleans(), st.booleans(), device_ids),
    st.builds(mcu.MeterOrientation, st.booleans(), device_ids),
    st.builds(
        lambda at, digit, channel: mcu.TimeDigit(at, digit[0], digit[1], channel),
        st.integers(0, 9),
        digits,
        st.integers(0, 15),
    ),
    st.builds(mcu.TimeDigits, st.lists(digits, min_size=1, max_size=10).map(tuple), device_ids),
    st.builds(
        lambda at, digit, channel: mcu.AssignmentDigit(at, digit[0], digit[1], channel),
        st.integers(0, 1),
        digits,
        st.integers(0, 15),
    ),
    st.builds(mcu.AssignmentDigits, digits, digits, device_ids),
    st.builds(
        mcu.StripColours,
        st.lists(st.integers(0, 7), min_size=8, max_size=8).map(tuple),
        device_ids,
    ),
    st.builds(mcu.ConnectionReply, serials, quads, device_ids),
    st.builds(mcu.TransportClick, st.booleans(), device_ids),
    st.builds(mcu.BacklightSaver, values, device_ids),
    st.builds(mcu.TouchlessFaders, st.booleans(), device_ids),
    st.builds(mcu.TouchSensitivity, faders, st.integers(0, 5), device_ids),
    *(
        st.builds(order, device_ids)
        for order in (
            mcu.DeviceQuery,
            mcu.VersionRequest,
            mcu.SteinbergQuery,
            mcu.GoOffline,
            mcu.Reset,
            mcu.VendorReset,
            mcu.CalibrateFaders,
            mcu.FadersToMinimum,
            mcu.LampsOff,
        )
    ),
)
