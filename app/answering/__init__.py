"""The bot: an ordered tuple of steps, the first answer of which ends the question."""
