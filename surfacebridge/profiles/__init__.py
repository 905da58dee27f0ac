"""Products: messages of one dialect to gestures and reports, and back."""
