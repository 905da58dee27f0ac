"""DAWs as targets."""
