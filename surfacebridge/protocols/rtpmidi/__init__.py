"""MIDI over a network: AppleMIDI sessions, RTP MIDI and its recovery journal; ipMIDI."""
