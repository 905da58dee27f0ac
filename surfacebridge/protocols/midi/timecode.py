"""MIDI Time Code: full frames and quarter frames.

Owns: both forms, both ways, and frame arithmetic with dropped frames.
Does not own: when frames are due; clock, start and stop are plain messages.

Source: the MTC recommended practice; swift-midi-sync's tests.
"""

from typing import Final, Literal, TypeAlias

from surfacebridge.errors import ProtocolMisuse
from surfacebridge.protocols.malformed import Malformed
from surfacebridge.protocols.midi import encoder
from surfacebridge.protocols.midi.messages import QuarterFrame, SysEx
from surfacebridge.value import as_value

Rate: TypeAlias = Literal["24", "25", "29.97df", "30"]

EVERY_DEVICE: Final = 0x7F

_RATES: Final[tuple[Rate, ...]] = ("24", "25", "29.97df", "30")
_FRAMES: Final[dict[Rate, int]] = {"24": 24, "25": 25, "29.97df": 30, "30": 30}
_PIECES: Final = 8
# A set of quarter frames takes two frames to arrive.
_SET_TIME: Final = 2
# 29.97 drops two numbers a minute, but not in every tenth.
_DROP_MINUTE: Final = 1798
_DROP_TEN_MINUTES: Final = 17_982


@as_value
class Timecode:
    """A frame's name: hours 0..23, minutes, seconds, frames of a rate."""

    hours: int
    minutes: int
    seconds: int
    frames: int
    rate: Rate = "30"

    def is_valid(self) -> bool:
        """Return whether there is such a frame (29.97 has no 00:01:00:00)."""
        in_range = (
            0 <= self.hours < 24
            and 0 <= self.minutes < 60
            and 0 <= self.seconds < 60
            and 0 <= self.frames < _FRAMES[self.rate]
        )
        dropped = (
            self.rate == "29.97df" and self.minutes % 10 and not self.seconds and self.frames < 2
        )
        return in_range and not dropped

    def later(self, frames: int) -> "Timecode":
        """Return the name of the frame ``frames`` later; midnight follows the last."""
        count = self._count() + frames
        if self.rate == "29.97df":
            count %= 144 * _DROP_TEN_MINUTES
            tens, rest = divmod(count, _DROP_TEN_MINUTES)
            count += 18 * tens + 2 * max(0, (rest - 2) // _DROP_MINUTE)
        seconds, frame = divmod(count, _FRAMES[self.rate])
        minutes, second = divmod(seconds, 60)
        hours, minute = divmod(minutes, 60)
        return Timecode(hours % 24, minute, second, frame, self.rate)

    def _count(self) -> int:
        minutes = 60 * self.hours + self.minutes
        count = (60 * minutes + self.seconds) * _FRAMES[self.rate] + self.frames
        if self.rate == "29.97df":
            count -= 2 * (minutes - minutes // 10)
        return count


def full_frame_of(message: SysEx) -> Timecode | Malformed | None:
    """Return the time a full frame tells; None for any other message."""
    data = message.data
    if len(data) < 4 or data[0] != 0x7F or data[2:4] != b"\x01\x01":
        return None
    if len(data) == 8:
        hours, minutes, seconds, frames = data[4:]
        told = Timecode(hours & 0x1F, minutes, seconds, frames, _RATES[hours >> 5 & 3])
        if told.is_valid():
            return told
    return Malformed((b"\xf0" + data + b"\xf7")[:16], "time code full frame without a time")


def full_frame(timecode: Timecode, device: int = EVERY_DEVICE) -> bytes:
    """Return the full frame: where a machine shall go, or now stands."""
    fields = (_hours(timecode), timecode.minutes, timecode.seconds, timecode.frames)
    return encoder.encode(SysEx(bytes((0x7F, device, 0x01, 0x01, *fields))))


def quarter_frames(timecode: Timecode) -> list[QuarterFrame]:
    """Return the eight pieces that tell ``timecode`` while two frames pass."""
    fields = (timecode.frames, timecode.seconds, timecode.minutes, _hours(timecode))
    nibbles = [nibble for field in fields for nibble in (field & 0xF, field >> 4)]
    return [QuarterFrame(piece << 4 | nibble) for piece, nibble in enumerate(nibbles)]


def _hours(timecode: Timecode) -> int:
    if not timecode.is_valid():
        raise ProtocolMisuse(f"there is no {timecode}")
    return _RATES.index(timecode.rate) << 5 | timecode.hours


class QuarterFrames:
    """The running time of one sender, from its quarter frames."""

    def __init__(self) -> None:
        self._nibbles = [0] * _PIECES
        self._last = 0
        # How many pieces came in order; negative while time runs backwards.
        self._run = 0

    def receive(self, message: QuarterFrame) -> Timecode | None:
        """Return the time at this very piece: known at each piece 0 after a whole set."""
        piece, nibble = message.data >> 4, message.data & 0xF
        self._follow(piece)
        # Forwards, piece 0 begins the next set; backwards, it ends this one.
        before = self._told() if self._run > _PIECES else None
        self._nibbles[piece] = nibble
        if piece:
            return None
        if self._run <= -_PIECES:
            return self._told()
        return None if before is None else before.later(_SET_TIME)

    def _follow(self, piece: int) -> None:
        if piece == (self._last + 1) % _PIECES and self._run >= 0:
            self._run = min(self._run + 1, _PIECES + 1)
        elif piece == (self._last - 1) % _PIECES and self._run <= 0:
            self._run = max(self._run - 1, -_PIECES)
        else:
            # A piece is missing or the direction turned: begin again.
            self._run = 1 if piece == 0 else 0 if piece != _PIECES - 1 else -1
        self._last = piece

    def _told(self) -> Timecode | None:
        low_high = zip(self._nibbles[0::2], self._nibbles[1::2], strict=True)
        frames, seconds, minutes, hours = (high << 4 | low for low, high in low_high)
        rate = _RATES[hours >> 5 & 3]
        told = Timecode(hours & 0x1F, minutes & 0x3F, seconds & 0x3F, frames & 0x1F, rate)
        return told if told.is_valid() else None
