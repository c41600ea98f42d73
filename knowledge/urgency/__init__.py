"""Sheets of how residents speak in an emergency, and of what only sounds like it, open to review."""
