"""The folder of one night: what each step found, so that a night that was killed goes on where it stopped."""

import fcntl
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from evals import night as nights
from evals.errors import NightDamaged, NightRunning
from evals.night import Night
from evals.runs import run_name
from knowledge import VERSION
from knowledge.atomic import replace_file

BEGUN = "begun.json"
NIGHT = "night.json"
REPORT = "report.html"
STEPS = "steps"
LOCK = ".lock"

RESUMED_WITHIN = timedelta(hours=12)
"""After which a night that was killed is given up: what it measured is no longer what is published."""

WHOLE = 31
"""Nights kept whole; of older ones only `night.json` and the report stay."""

HISTORY = 62
"""Nights that a report looks back on."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What was true when the night began."""

    started_at: datetime
    before: str | None
    """The snapshot in use."""
    version: str
    """Of Madoguchi: another one may answer otherwise, so it does not go on with this night."""


@dataclass(frozen=True, slots=True)
class NightFolder:
    """Every file in it is there whole or not at all."""

    path: Path

    @property
    def is_finished(self) -> bool:
        return (self.path / NIGHT).exists()

    def begun(self) -> Begun:
        """Raises NightDamaged."""
        value = self._read(BEGUN, "started_at", "before", "version")
        return Begun(datetime.fromisoformat(value["started_at"]), value["before"], value["version"])

    def result(self, step: str) -> Any:
        """What a finished step found. Raises NightDamaged."""
        return self._read(f"{STEPS}/{step}.json", "result")["result"]

    def is_done(self, step: str) -> bool:
        return (self.path / STEPS / f"{step}.json").exists()

    def keep(self, step: str, result: object, seconds: float) -> None:
        """Note that a step is finished; from now on it is not done again in this night."""
        (self.path / STEPS).mkdir(exist_ok=True)
        _write(self.path / STEPS / f"{step}.json", {"seconds": round(seconds, 3), "result": result})

    def seconds(self, steps: Iterable[str]) -> dict[str, float]:
        """How long each finished step took. Raises NightDamaged."""
        return {step: self._read(f"{STEPS}/{step}.json", "seconds")["seconds"] for step in steps if self.is_done(step)}

    def finish(self, night: Night) -> None:
        """Write the night; nothing more is done in it."""
        _write(self.path / NIGHT, nights.to_json(night))

    def night(self) -> Night:
        """Raises NightDamaged."""
        try:
            return nights.from_json(self._read(NIGHT))
        except (KeyError, TypeError, ValueError) as error:
            raise NightDamaged(self.path.name, NIGHT) from error

    def _read(self, name: str, *wanted: str) -> Any:
        try:
            value = json.loads((self.path / name).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise NightDamaged(self.path.name, name) from error
        if not isinstance(value, dict) or any(each not in value for each in wanted):
            raise NightDamaged(self.path.name, name)
        return value


@dataclass(frozen=True, slots=True)
class Nights:
    """All nights of one site, in `<data folder>/nights/<site>`."""

    root: Path

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Holds the site's night, and lets go of it also by death. Raises NightRunning."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / LOCK).open("ab") as stream:
            try:
                fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise NightRunning(self.root.name) from error
            yield

    def all(self) -> list[NightFolder]:
        """Oldest first."""
        return [NightFolder(path) for path in sorted(self.root.glob("*")) if (path / BEGUN).exists()]

    def unfinished(self, now: datetime) -> tuple[NightFolder | None, list[NightFolder]]:
        """The night to go on with, if there is one, and those that nobody will go on with. Raises NightDamaged."""
        waiting = [each for each in self.all() if not each.is_finished]
        young = [each for each in waiting[-1:] if _can_go_on(each.begun(), now)]
        return (young[0] if young else None), [each for each in waiting if each not in young]

    def begin(self, started_at: datetime, before: str | None) -> NightFolder:
        """A new night, named after the time it began."""
        name = run_name(started_at)
        paths = (self.root / (f"{name}-{number}" if number else name) for number in count())
        folder = NightFolder(next(path for path in paths if not (path / BEGUN).exists()))
        folder.path.mkdir(exist_ok=True)
        _write(folder.path / BEGUN, {"started_at": started_at.isoformat(), "before": before, "version": VERSION})
        return folder

    def history(self, limit: int = HISTORY) -> tuple[list[Night], list[NightDamaged]]:
        """The last nights that ended, oldest first, and what is wrong with those that cannot be read."""
        good, bad = [], []
        for folder in [each for each in self.all() if each.is_finished][-limit:]:
            try:
                good.append(folder.night())
            except NightDamaged as error:
                bad.append(error)
        return good, bad

    def prune(self, before: datetime) -> int:
        """Remove nights that began before the moment, and of all but the last WHOLE what only they needed."""
        finished = [each for each in self.all() if each.is_finished]
        old = [each for each in finished if each.begun().started_at < before]
        for folder in old:
            shutil.rmtree(folder.path, ignore_errors=True)
        for folder in [each for each in finished if each not in old][:-WHOLE]:
            _strip(folder.path)
        return len(old)


def _can_go_on(begun: Begun, now: datetime) -> bool:
    return begun.version == VERSION and timedelta() <= now - begun.started_at < RESUMED_WITHIN


def _strip(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif path.name not in (BEGUN, NIGHT, REPORT):
            path.unlink(missing_ok=True)


def _write(path: Path, value: Mapping[str, object]) -> None:
    with replace_file(path) as stream:
        stream.write(json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n")
