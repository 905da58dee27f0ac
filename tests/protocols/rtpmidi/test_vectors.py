"""Session packets and RTP MIDI, as the vectors tell them."""

import json
from typing import Any

from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.rtpmidi import commands, journal, payload
from tests.protocols.vectors import Meaning, Vector

PROTOCOLS = {"applemidi", "rtpmidi"}


def session_meaning(command: commands.Command | Malformed) -> Meaning:
    match command:
        case commands.Invitation(token, ssrc, name):
            return {"type": "invitation", "version": 2, "token": token, "ssrc": ssrc, "name": name}
        case commands.Accepted(token, ssrc, name):
            said = {"version": 2, "token": token, "ssrc": ssrc, "name": name}
            return {"type": "invitation_accepted", **said}
        case commands.Rejected(token, ssrc):
            said = {"version": 2, "token": token, "ssrc": ssrc, "name": None}
            return {"type": "invitation_rejected", **said}
        case commands.Ended(token, ssrc):
            return {"type": "end_session", "version": 2, "token": token, "ssrc": ssrc}
        case commands.ClockSync(ssrc, count, times):
            known = list(times[: count + 1]) + [0] * (2 - count)
            return {"type": "clock_sync", "ssrc": ssrc, "count": count, "timestamps": known}
        case commands.Feedback(ssrc, sequence):
            return {"type": "receiver_feedback", "ssrc": ssrc, "sequence": sequence}
        case commands.BitrateLimit(ssrc, limit):
            return {"type": "bitrate_limit", "ssrc": ssrc, "limit": limit}
        case Malformed(_, reason):
            return {"type": "malformed", "reason": reason}


def rtp_meaning(packet: payload.Packet | Malformed) -> Meaning:
    if isinstance(packet, Malformed):
        return {"type": "malformed", "reason": packet.reason}
    return {
        "type": "rtp_midi",
        "seq": packet.sequence,
        "ts": packet.timestamp,
        "ssrc": packet.ssrc,
        "journal": bool(packet.journal),
        "commands": [
            {"delta": each.delta, "hex": each.data.hex().upper()}
            if isinstance(each, payload.TimedCommand)
            else {"malformed": each.reason}
            for each in packet.commands
        ],
    }


def told(vector: Vector) -> Meaning:
    """Return what the vector tells of a packet, without remarks and the journal's reading."""
    if vector.protocol == "applemidi":
        extra = {"offset_estimate", "unit", "quirk"}
        return {key: value for key, value in vector.meaning.items() if key not in extra}
    said = ("type", "seq", "ts", "ssrc", "journal")
    each = ("delta", "hex")
    return {
        **{key: vector.meaning[key] for key in said},
        "commands": [{key: one[key] for key in each} for one in vector.meaning["commands"]],
    }


def test_a_vector_means_what_it_says(vector: Vector) -> None:
    if vector.protocol == "applemidi":
        assert session_meaning(commands.decode(vector.data)) == told(vector)
    else:
        assert rtp_meaning(payload.decode(vector.data)) == told(vector)


def test_a_vector_is_written_byte_for_byte(vector: Vector) -> None:
    if vector.protocol == "applemidi":
        command = commands.decode(vector.data)
        assert not isinstance(command, Malformed)
        assert ("quirk" in vector.meaning) != (commands.encode(command) == vector.data)
        return
    packet = payload.decode(vector.data)
    assert isinstance(packet, payload.Packet)
    written = payload.encode(packet)
    # Running status, over-long deltas and lengths are read and never written.
    plain = b"\0".join(bytes.fromhex(one["hex"]) for one in vector.meaning["commands"])
    lead = 13 if len(plain) < 16 else 14
    if vector.data[lead:].startswith(plain) and vector.data[12] & 0x80 == (lead == 14) << 7:
        assert written == vector.data
    assert payload.decode(written) == packet


def test_a_vector_cut_anywhere_is_refused_or_understood_in_part(vector: Vector) -> None:
    decode = commands.decode if vector.protocol == "applemidi" else payload.decode
    for end in range(len(vector.data)):
        decode(vector.data[:end])
    assert isinstance(decode(vector.data[:11]), Malformed)


def test_the_journal_of_a_vector_says_what_it_says(vector: Vector) -> None:
    expected = vector.meaning.get("journal_parsed")
    if expected is None:
        return
    packet = payload.decode(vector.data)
    assert isinstance(packet, payload.Packet)
    said = journal.decode(packet.journal)
    assert isinstance(said, journal.Journal)
    assert said.malformed is None
    assert said.checkpoint == expected["checkpoint"]
    heard = {(entry.place, entry.value[0]) for entry in said.entries}
    assert heard == set(notes_in(expected)), json.dumps(expected)


def notes_in(expected: Any) -> list[tuple[tuple[int, int], int]]:
    found = []
    for channel in expected["channel_journals"]:
        status, notes = 0x90 | channel["channel"] - 1, channel["N"]
        found += [((status, log["note"]), log["velocity"]) for log in notes["logs"]]
        for index, octet in enumerate(bytes.fromhex(notes["offbits"])):
            first = (notes["low"] + index) * 8
            found += [((status, first + bit), 0) for bit in range(8) if octet & 0x80 >> bit]
    return found


def test_the_clock_of_a_vector_gives_its_offset(vector: Vector) -> None:
    if "offset_estimate" in vector.meaning:
        command = commands.decode(vector.data)
        assert isinstance(command, commands.ClockSync)
        first, second, third = command.times
        assert (first + third) // 2 - second == vector.meaning["offset_estimate"]
