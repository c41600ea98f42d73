"""Sheets of how residents speak: topics, questions and sayings for any city, open to review."""
