"""What the city knows: entries, their history and rules, and the sheets and pages they come from."""

VERSION = "0.1.0"
