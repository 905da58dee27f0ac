"""surfacebridge: motor faders, consoles and DAWs on one desk."""

__version__ = "0.1.0"
