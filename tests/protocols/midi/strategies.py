"""Any MIDI message, for hypothesis."""

from hypothesis import strategies as st

from surfacebridge.protocols.midi import messages as midi

channels = st.integers(0, 15)
values = st.integers(0, 127)
wide = st.integers(0, 16383)

channel_messages: st.SearchStrategy[midi.MidiMessage] = st.one_of(
    st.builds(midi.NoteOff, channels, values, values),
    st.builds(midi.NoteOn, channels, values, values),
    st.builds(midi.KeyPressure, channels, values, values),
    st.builds(midi.ControlChange, channels, values, values),
    st.builds(midi.ProgramChange, channels, values),
    st.builds(midi.ChannelPressure, channels, values),
    st.builds(midi.PitchBend, channels, wide),
)
real_time: st.SearchStrategy[midi.MidiMessage] = st.sampled_from(
    [
        midi.Clock(),
        midi.Start(),
        midi.Continue(),
        midi.Stop(),
        midi.ActiveSensing(),
        midi.SystemReset(),
    ]
)
sysex: st.SearchStrategy[midi.MidiMessage] = st.builds(
    midi.SysEx, st.lists(values, max_size=20).map(bytes)
)
system_common: st.SearchStrategy[midi.MidiMessage] = st.one_of(
    st.builds(midi.QuarterFrame, values),
    st.builds(midi.SongPosition, wide),
    st.builds(midi.SongSelect, values),
    st.just(midi.TuneRequest()),
)
midi_messages = st.one_of(channel_messages, real_time, sysex, system_common)
