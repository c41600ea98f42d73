"""What was asked and how it ended, kept without what identifies a person."""
