"""Makes the built-in model: needed by who improves it, never by who runs it."""
