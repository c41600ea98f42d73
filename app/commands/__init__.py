"""The commands of `madoguchi`, one a file; app/cli.py puts them together."""
