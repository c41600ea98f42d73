"""The one history of the database's shape, applied at every start."""
