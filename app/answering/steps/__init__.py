"""One step a file: what each may answer is said in its first line; their order is in answerer.py."""
