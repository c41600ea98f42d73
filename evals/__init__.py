"""How good the service is, measured."""
