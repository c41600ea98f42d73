"""The menu below the chat in LINE: read from a YAML file, drawn, and swapped at LINE without a gap."""
