"""The service that answers, its memory, and the command line."""
