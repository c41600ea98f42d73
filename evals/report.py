"""Writes the reports of the night run: each one HTML file that is complete by itself."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from evals import report_month, report_night
from evals.night import Night
from evals.report_month import Month
from knowledge.atomic import replace_file

NO_QUESTIONS: Mapping[str, str] = MappingProxyType({})


def write(path: Path, night: Night, history: Sequence[Night], questions: Mapping[str, str] = NO_QUESTIONS) -> None:
    """Write the report of a night, whole or not at all.

    `history` are the nights before, oldest first; `questions` are those of the entries by id, without which ids are shown.
    """
    _write(path, report_night.page(night, history, questions))


def write_month(path: Path, month: Month, questions: Mapping[str, str] = NO_QUESTIONS) -> None:
    """Write the report of a month, whole or not at all."""
    _write(path, report_month.page(month, questions))


def _write(path: Path, page: str) -> None:
    with replace_file(path) as file:
        # Half a character, as old files of others may hold, must not cost the report.
        file.write(page.encode("utf-8", "replace"))
