"""The strips of a surface as a window over a desk's channels, as the bridge has it now."""

from abc import ABC, abstractmethod
from typing import Final

from firmware_sim.x32 import X32
from firmware_sim.xtouch import XTouch
from surfacebridge.bridge.hub import Hub

STRIPS: Final = 8
CHANNELS: Final = 16
FADERS: Final = STRIPS + 1


class Window(ABC):
    """A surface, a desk, and what the bridge between takes the one's strips for on the other."""

    def __init__(self, device: XTouch, desk: X32) -> None:
        self.device: Final = device
        self.desk: Final = desk

    @property
    @abstractmethod
    def offset(self) -> int:
        """How many channels the first strip is from the first channel."""

    @property
    @abstractmethod
    def flipped(self) -> bool:
        """Whether the faders show sends."""

    def fader_address(self, fader: int) -> str:
        """Return what the bridge takes ``fader`` (from 1) for now, on the desk."""
        if fader == FADERS:
            return "/main/st/mix/fader"
        channel = f"/ch/{self.offset + fader:02}/mix"
        return f"{channel}/01/level" if self.flipped else f"{channel}/fader"


class HubWindow(Window):
    """A window whose bridge runs in this process and is asked itself."""

    def __init__(self, device: XTouch, desk: X32, hub: Hub) -> None:
        super().__init__(device, desk)
        self.hub: Final = hub

    @property
    def offset(self) -> int:
        """How many channels the first strip is from the first channel."""
        return self.hub.engine.banks.offset

    @property
    def flipped(self) -> bool:
        """Whether the faders show sends."""
        return self.hub.engine.situation.has("modifier", "flip")
