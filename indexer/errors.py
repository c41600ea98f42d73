"""What can be wrong with a model or a snapshot."""

from knowledge.errors import KnownError


class SnapshotDamaged(KnownError):
    """A file of the snapshot is missing, changed or does not fit the others."""

    status = 503

    def __init__(self, snapshot: str, file: str) -> None:
        super().__init__(snapshot=snapshot, file=file)


class SnapshotMissing(KnownError):
    """The site has never been built."""

    status = 503

    def __init__(self, site: str) -> None:
        super().__init__(site=site)


class SnapshotOfAnotherModel(KnownError):
    """The snapshot was made with another embedding model than the one configured."""

    status = 503

    def __init__(self, snapshot: str, made_with: str, configured: str) -> None:
        super().__init__(snapshot=snapshot, made_with=made_with, configured=configured)


class SnapshotOfAnotherJudge(SnapshotOfAnotherModel):
    """The thresholds of the snapshot were chosen with other files of confidence than those of this program."""


class SnapshotNotWritten(KnownError):
    """The disk is full or read-only; nothing was changed."""

    status = 507

    def __init__(self, folder: str, reason: str) -> None:
        super().__init__(folder=folder, reason=reason)


class NothingToBuild(KnownError):
    """The site has no published entry that is valid today or later."""

    status = 409

    def __init__(self, site: str) -> None:
        super().__init__(site=site)


class ModelUnusable(KnownError):
    """The embedding model's folder is missing or incomplete, or the package for it is not installed."""

    status = 503

    def __init__(self, model: str, reason: str) -> None:
        super().__init__(model=model, reason=reason)
