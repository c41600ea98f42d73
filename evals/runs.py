"""Run folders: one evaluation each, written so that a run that was killed is recognised, and gone on with or refused."""

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from evals import answered as lines
from evals import score
from evals.answered import Answered
from evals.errors import RunDamaged, RunExists, RunInUse
from evals.score import Metrics
from knowledge.atomic import replace_file
from knowledge.tables import write_json_rows

CONFIG = "config.json"
ANSWERS = "answers.jsonl"
ANSWERS_SO_FAR = "answers.part.jsonl"
METRICS = "metrics.json"
MISSES = "misses.jsonl"
UNFINISHED = ".unfinished-"

Value = TypeVar("Value")


class RunState(StrEnum):
    """How far a run has come."""

    BEGUN = "begun"
    """Not all cases have been asked."""
    ANSWERED = "answered"
    """All have been asked; nothing is scored."""
    SCORED = "scored"


@dataclass(frozen=True, slots=True)
class RunConfig:
    """What a run was made with; a run goes on only with the same."""

    site: str
    snapshot: str
    """The id of the snapshot that is asked."""
    knowledge: str
    """Hex SHA-256 of what it knows and of its model, as another snapshot may hold the same."""
    cases: int
    digest: str
    """Of the cases, by `evals.case.digest`."""
    version: str
    """Of Madoguchi."""
    started_at: str
    """ISO 8601 in UTC."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """Whatever else is worth knowing when the run is read: the model, thresholds, the files of cases."""


@dataclass(frozen=True, slots=True)
class RunFolder:
    """One run; `config.json` is there from the first moment, and each other file is there whole or not at all."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def state(self) -> RunState:
        if (self.path / METRICS).exists():
            return RunState.SCORED
        return RunState.ANSWERED if (self.path / ANSWERS).exists() else RunState.BEGUN

    def config(self) -> RunConfig:
        """What the run was begun with. Raises RunDamaged."""
        return self._read(CONFIG, lambda text: RunConfig(**json.loads(text)))

    def answers(self) -> list[Answered]:
        """All answers there are, those of a run that is not finished included. Raises RunDamaged."""
        if self.state is not RunState.BEGUN:
            return self._read(ANSWERS, _answers)
        if not (self.path / ANSWERS_SO_FAR).exists():
            return []
        # What stands behind the last line end was being written when the run was killed.
        return self._read(ANSWERS_SO_FAR, lambda text: _answers(text[: text.rfind("\n") + 1]))

    def metrics(self) -> Metrics:
        """The figures. Raises RunDamaged, also when there are none yet."""
        return self._read(METRICS, lambda text: score.from_json(json.loads(text)))

    def misses(self) -> list[dict[str, Any]]:
        """The lines of `misses.jsonl`. Raises RunDamaged."""
        return self._read(MISSES, lambda text: [json.loads(line) for line in text.splitlines()])

    @contextmanager
    def writing_answers(self) -> Iterator[Callable[[Answered], None]]:
        """Gives what adds one answer; when the block ends well, the answers have their final name. Raises RunInUse."""
        part = self.path / ANSWERS_SO_FAR
        with part.open("a+b") as stream:
            _lock(stream.fileno(), self.name)
            stream.seek(0)
            stream.truncate(stream.read().rfind(b"\n") + 1)

            def add(answered: Answered) -> None:
                stream.write(json.dumps(lines.to_json(answered), ensure_ascii=False).encode() + b"\n")
                stream.flush()

            yield add
            os.fsync(stream.fileno())
            part.rename(self.path / ANSWERS)

    def finish(self, metrics: Metrics, misses: Iterable[Mapping[str, Any]]) -> None:
        """Write misses and metrics; the metrics last, as they are what says that the run is complete."""
        write_json_rows(self.path / MISSES, misses)
        with replace_file(self.path / METRICS) as file:
            file.write(json.dumps(score.to_json(metrics), ensure_ascii=False, indent=1).encode() + b"\n")

    def _read(self, file: str, read: Callable[[str], Value]) -> Value:
        try:
            return read((self.path / file).read_text(encoding="utf-8"))
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise RunDamaged(self.name, file) from error


def begin(root: Path, config: RunConfig, name: str = "") -> RunFolder:
    """A new run folder, named after the time it began unless a name is given. Raises RunExists."""
    name = name or run_name(datetime.fromisoformat(config.started_at))
    unfinished = root / f"{UNFINISHED}{secrets.token_hex(8)}"
    unfinished.mkdir(parents=True)
    try:
        with replace_file(unfinished / CONFIG) as file:
            file.write(json.dumps(asdict(config), ensure_ascii=False, indent=1).encode() + b"\n")
        if (root / name).exists():
            raise RunExists(name)
        return RunFolder(unfinished.rename(root / name))
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def open_run(path: Path) -> RunFolder:
    """A run that was begun earlier. Raises RunDamaged when it is none."""
    folder = RunFolder(path)
    folder.config()
    return folder


def all_runs(root: Path) -> tuple[list[RunFolder], list[RunDamaged]]:
    """The runs under a folder, oldest first, and what is wrong with those that cannot be read."""
    good, bad = [], []
    for path in sorted(each for each in root.glob("*") if each.is_dir() and not each.name.startswith(".")):
        try:
            good.append(open_run(path))
        except RunDamaged as error:
            bad.append(error)
    return good, bad


def run_name(at: datetime) -> str:
    """Sorts by time: 20261120-183000 in UTC."""
    return f"{at.astimezone(UTC):%Y%m%d-%H%M%S}"


def _answers(text: str) -> list[Answered]:
    return [lines.from_json(json.loads(line)) for line in text.splitlines()]


def _lock(descriptor: int, name: str) -> None:
    """Held until the file is closed, also by death."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise RunInUse(name) from error
