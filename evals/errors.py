"""What can be wrong with the files of an evaluation."""

from knowledge.errors import KnownError


class CasesUnusable(KnownError):
    """A file of cases cannot be read, or a line of it lacks a field."""

    def __init__(self, file: str, line: int, wanted: str) -> None:
        super().__init__(file=file, line=line, wanted=wanted)


class NothingLabelled(KnownError):
    """No query says which entries answer it, so nothing can be said about right and wrong."""


class NoCases(KnownError):
    """There is not one case to ask, so there is nothing to measure."""


class AnswersMissing(KnownError):
    """A run is not finished: some of its cases have no answer yet."""

    def __init__(self, count: int, first: str) -> None:
        super().__init__(count=count, first=first)


class RunExists(KnownError):
    """There is a run of that name already; nothing is written over it."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name)


class RunDamaged(KnownError):
    """A file of a run is missing or is not what we wrote."""

    def __init__(self, name: str, file: str) -> None:
        super().__init__(name=name, file=file)


class RunOfOthers(KnownError):
    """A half-written run was begun with other cases or another snapshot and cannot be gone on with."""

    def __init__(self, name: str, what: str) -> None:
        super().__init__(name=name, what=what)


class RunInUse(KnownError):
    """Another process is writing into the run."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name)


class PagesMissing(KnownError):
    """The folder that is said to hold a site's pages is not there."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder=folder)


class NightRunning(KnownError):
    """Another process does the night of this site."""

    def __init__(self, site: str) -> None:
        super().__init__(site=site)


class NightDamaged(KnownError):
    """A file of a night is missing or is not what we wrote."""

    def __init__(self, name: str, file: str) -> None:
        super().__init__(name=name, file=file)


class NightStopped(KnownError):
    """The disk or the database refused in the middle of a night; the next command goes on from there."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(file=f" {file}" if file else "", reason=reason)


class NoNights(KnownError):
    """A month in which no night run ended, so there is nothing to report."""

    def __init__(self, site: str, month: str) -> None:
        super().__init__(site=site, month=month)


class MonthUnreadable(KnownError):
    """A month that is not written as 2026-11."""

    def __init__(self, month: str) -> None:
        super().__init__(month=month)


class NoBenchData(KnownError):
    """The folder with data to measure on is not named."""

    def __init__(self, variable: str) -> None:
        super().__init__(variable=variable)
