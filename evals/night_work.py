"""What the steps of a night share: the service, the site, the folder, and what earlier steps found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from app.wiring import Service
from evals.candidate import Candidates
from evals.night import Night, NightState
from evals.night_folder import Begun, NightFolder, Nights
from knowledge.calendar import TOKYO


@dataclass(frozen=True)
class Work:
    """One site's night. A step reads from it and returns what it found, as JSON values."""

    running: Service
    site: str
    nights: Nights
    folder: NightFolder
    override: str = ""
    """Why an operator wants the candidate promoted even if the gate refuses."""
    plain: bool = False
    """Without the other ways to write each case."""

    @cached_property
    def begun(self) -> Begun:
        """When it began, and on which snapshot."""
        return self.folder.begun()

    @property
    def started_at(self) -> datetime:
        return self.begun.started_at

    @property
    def day(self) -> date:
        """In Japan."""
        return self.started_at.astimezone(TOKYO).date()

    @property
    def candidates(self) -> Candidates:
        return Candidates(self.running)

    @property
    def copies(self) -> Path:
        """The pages as they were read before tonight."""
        return self.running.settings.data_dir / "pages" / self.site

    @cached_property
    def history(self) -> Sequence[Night]:
        """The nights that ended before, oldest first; those that cannot be read are told when the night begins."""
        return self.nights.history()[0]

    @property
    def last(self) -> Night | None:
        """The last night that came to its end."""
        return next((each for each in reversed(self.history) if each.state is NightState.FINISHED), None)

    def result(self, step: str) -> Any:
        """What an earlier step found."""
        return self.folder.result(step)


Step = Callable[[Work], object]
"""Does one part of a night. It may be killed at any point and is then done again from its beginning."""
