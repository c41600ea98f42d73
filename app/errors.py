"""What can be wrong with the configuration of the service or with what a resident sends back."""

from knowledge.errors import KnownError


class SettingWrong(KnownError):
    """A setting has a value that cannot be used."""

    status = 500

    def __init__(self, name: str, value: str) -> None:
        super().__init__(name=name, value=value[:80])


class SettingUnreadable(KnownError):
    """A file that a `*_FILE` setting names cannot be read."""

    status = 500

    def __init__(self, name: str, path: str) -> None:
        super().__init__(name=name, path=path)


class FileRefused(KnownError):
    """The system does not let a command read or write a file or folder."""

    status = 507

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path=path, reason=reason)


class DatabaseRefused(KnownError):
    """The database takes nothing now: the disk is full, or somebody else writes for too long."""

    status = 507

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)


class NoSite(KnownError):
    """A command needs a site and none has been added."""


class SiteNotNamed(KnownError):
    """A command needs a site and there are several."""

    def __init__(self, known: list[str]) -> None:
        super().__init__(known="、".join(known))


class NoLineAccount(KnownError):
    """A LINE command, but no account in the settings, or none for that site."""

    def __init__(self, site: str) -> None:
        super().__init__(site=site)


class NoLabelledFile(KnownError):
    """Thresholds shall be chosen on labelled questions, and no file of them is named."""


class FileAndForget(KnownError):
    """Labelled questions shall be kept and forgotten at once."""


class TooFewLabelled(KnownError):
    """So few questions with known answers that nothing could be promised."""

    def __init__(self, count: int, least: int) -> None:
        super().__init__(count=count, least=least, more=least - count)


class NoQuestionnaire(KnownError):
    """A site asks its residents in LINE nothing yet."""

    status = 404


class TimeUnclear(KnownError):
    """A time that is not written in any way we know."""

    status = 422

    def __init__(self, written: str) -> None:
        super().__init__(written=written[:40])


class PortTaken(KnownError):
    """Another program listens on the port."""

    def __init__(self, port: int) -> None:
        super().__init__(port=port)


class Unexpected(KnownError):
    """Something failed that nobody foresaw; the log has the traceback, the person gets an apology."""

    status = 500


class UnknownRecord(KnownError):
    """Feedback on an answer that was never given, or no longer kept."""

    status = 404
