"""What can be wrong with the files of an evaluation."""

from knowledge.errors import KnownError


class CasesUnusable(KnownError):
    """A file of cases cannot be read, or a line of it lacks a field."""

    def __init__(self, file: str, line: int, wanted: str) -> None:
        super().__init__(file=file, line=line, wanted=wanted)


class NothingLabelled(KnownError):
    """No query says which entries answer it, so nothing can be said about right and wrong."""
