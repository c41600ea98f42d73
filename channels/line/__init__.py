"""The city hall in LINE: what residents write to the official account is kept, worked off in order, and answered once."""
