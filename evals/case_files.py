"""Reads files of cases, one JSON object a line: what is wrong with a line is told in a sentence and costs no other line."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from evals.case import ANSWERS, ENDINGS, HELPS, Case
from knowledge.check import language_tag
from knowledge.clean import has_lone_surrogate, shown
from knowledge.problem import Problem
from knowledge.sentences import DEFAULT_LANGUAGE, say
from knowledge.tables import json_rows

SUFFIX = ".jsonl"
FIELDS = frozenset(("id", "set", "text", "before", "language", "expected", "entries", "private", "protected", "note", "tags"))
_ID = re.compile(r"\w[\w.:@+-]*")
"""As the ids of entries; other ways to write a case are told from it by a ~."""


@dataclass(frozen=True, slots=True)
class CaseProblem:
    """One thing wrong in one line; the sentence is `case_problems.<key>` in the wording."""

    file: str
    row: int | None
    """None when it is about the file as a whole."""
    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """What to show a person, beginning with the place."""
        told = say("evals", f"case_problems.{self.key}", DEFAULT_LANGUAGE, **self.values)
        where = "at_file" if self.row is None else "at_row"
        return say("evals", f"case_problems.{where}", file=self.file, row=self.row, sentence=told)


class CasesRead(NamedTuple):
    """The result of reading: a bad line never costs a good one."""

    good: tuple[Case, ...]
    problems: tuple[CaseProblem, ...]


def read_case_files(paths: Iterable[Path], known: Collection[str]) -> CasesRead:
    """Read files, and all `.jsonl` files of folders; `known` are the entries that cases may name.

    A case that names an unknown entry goes without it, and is left out when no entry that answers is left. Raises the
    errors of `knowledge.sheet_errors` for a file as a whole.
    """
    good: dict[str, Case] = {}
    problems: list[CaseProblem] = []
    for file in _files(paths):
        for found in _rows(file, known):
            if isinstance(found, CaseProblem):
                problems.append(found)
            elif found.case.id in good:
                problems.append(CaseProblem(file.name, found.row, "duplicate_id", {"id": found.case.id}))
            else:
                good[found.case.id] = found.case
    return CasesRead(tuple(good.values()), tuple(problems))


class _Found(NamedTuple):
    row: int
    case: Case


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(path.rglob(f"*{SUFFIX}")) if path.is_dir() else [path]


def _rows(file: Path, known: Collection[str]) -> Iterator[_Found | CaseProblem]:
    rows = list(json_rows(file))
    if not rows:
        yield CaseProblem(file.name, None, "empty")
    for place, item in enumerate(rows, 1):
        if isinstance(item, Problem):
            cut = place == len(rows) and _is_cut_off(file)
            yield CaseProblem(file.name, item.row, "cut_off" if cut else item.key)
            continue
        yield from _read(file, *item, known)


def _read(file: Path, row: int, value: object, known: Collection[str]) -> Iterator[_Found | CaseProblem]:
    if not isinstance(value, dict):
        yield CaseProblem(file.name, row, "not_an_object")
        return
    reading = _Reading(file, row, value)
    case = reading.case(known)
    yield from reading.problems
    if case:
        yield _Found(row, case)


def _is_cut_off(file: Path) -> bool:
    """Whether the last line has no line end: its writer was killed, or the copy broke off."""
    return not file.read_bytes().endswith(b"\n")


class _Reading:
    """Reads one line, and notes what is wrong with it."""

    def __init__(self, file: Path, row: int, value: Mapping[object, object]) -> None:
        self.file, self.row, self.value = file, row, value
        self.problems: list[CaseProblem] = []

    def case(self, known: Collection[str]) -> Case | None:
        """The case, or None when it cannot be used; an unknown entry is only left aside, and noted, too."""
        grades = self._grades()
        case = Case(
            id=self._id(),
            text=self._required("text"),
            set=self._text("set").strip() or self.file.stem,
            expected=self._text("expected").strip() or ("answered" if grades else ""),
            entries={entry: grade for entry, grade in grades.items() if entry in known},
            language=self._language(),
            before=self._texts("before"),
            private=self._texts("private"),
            protected=self._flag("protected"),
            note=self._text("note"),
            tags=self._texts("tags"),
        )
        self._check_names()
        self._check_ending(case.expected, grades)
        usable = not self.problems and case.is_answerable == (ANSWERS in grades.values())
        for entry in sorted(grades.keys() - case.entries.keys()):
            self._note("unknown_entry", entry=shown(entry))
        return case if usable else None

    def _id(self) -> str:
        found = self._required("id").strip()
        if found and not _ID.fullmatch(found):
            self._note("bad_id")
        return found

    def _required(self, name: str) -> str:
        if self.value.get(name) in (None, ""):
            self._note("missing", field=name)
        return self._text(name)

    def _language(self) -> str:
        written = self._text("language").strip() or "ja"
        tag = language_tag(written)
        if tag is None:
            self._note("bad_language", tag=shown(written))
        return tag or "ja"

    def _text(self, name: str) -> str:
        return next(iter(self._strings(name, [self.value.get(name) or ""], "not_text")), "")

    def _texts(self, name: str) -> tuple[str, ...]:
        return self._strings(name, self.value.get(name) or [], "not_texts")

    def _strings(self, name: str, raw: object, wrong: str) -> tuple[str, ...]:
        if not isinstance(raw, list) or not all(isinstance(each, str) for each in raw):
            self._note(wrong, field=name)
            return ()
        if any(map(has_lone_surrogate, raw)):
            self._note("lone_surrogate", field=name)
        return tuple(raw)

    def _flag(self, name: str) -> bool:
        raw = self.value.get(name, False)
        if not isinstance(raw, bool):
            self._note("not_a_flag", field=name)
        return raw is True

    def _grades(self) -> dict[str, int]:
        raw = self.value.get("entries") or {}
        if isinstance(raw, dict) and all(type(grade) is int and grade in (ANSWERS, HELPS) for grade in raw.values()):
            return {str(entry): grade for entry, grade in raw.items()}
        self._note("bad_grades", answers=ANSWERS, helps=HELPS)
        return {}

    def _check_names(self) -> None:
        for name in self.value:
            if name not in FIELDS:
                self._note("unknown_field", name=shown(str(name)))

    def _check_ending(self, expected: str, grades: Mapping[str, int]) -> None:
        if any(each.key in ("bad_grades", "not_text") for each in self.problems):
            return
        wants_entries = expected in ("answered", "answered_entry") or expected.startswith("suggested")
        if not expected:
            self._note("expects_nothing")
        elif expected not in ENDINGS:
            self._note("unknown_ending", expected=shown(expected), known="、".join(sorted(ENDINGS)))
        elif wants_entries and ANSWERS not in grades.values():
            self._note("no_entry", expected=expected, answers=ANSWERS)
        elif ANSWERS in grades.values() and not wants_entries:
            self._note("entries_and_ending", expected=expected)

    def _note(self, key: str, **values: object) -> None:
        self.problems.append(CaseProblem(self.file.name, self.row, key, values))
