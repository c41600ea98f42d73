"""Questions of residents with the entries that answer them: `{"id", "query", "relevant": {id: grade}}` rows."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from knowledge.clean import clean, has_lone_surrogate, shown
from knowledge.problem import Problem
from knowledge.tables import json_rows, write_json_rows

LONGEST = 5_000
"""Characters of a question."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One question."""

    text: str
    right: frozenset[str]
    """The ids of the entries that answer it; empty when none does."""


class Labels(NamedTuple):
    """What a file gives: a bad row never costs a good one."""

    good: tuple[Labelled, ...]
    problems: tuple[Problem, ...]


def read_labelled(path: Path, known: Collection[str] | None = None) -> Labels:
    """The questions whose answers are among the known entries, or which say that there is none, each once.

    Without entries to compare with, any will do.

    Raises the errors of `knowledge.encoding` and SheetTooLong.
    """
    first: dict[str, int] = {}
    good, problems = list[Labelled](), list[Problem]()
    for row in json_rows(path):
        found = list(_checked(row, known, first))
        good += [each for each in found if isinstance(each, Labelled)]
        problems += [each for each in found if isinstance(each, Problem)]
    return Labels(tuple(good), tuple(problems))


def write_labelled(path: Path, questions: Collection[Labelled]) -> None:
    """Write what `read_labelled` reads."""
    rows = enumerate(questions, 1)
    write_json_rows(path, ({"id": n, "query": each.text, "relevant": dict.fromkeys(sorted(each.right), 1)} for n, each in rows))


def _checked(
    row: tuple[int, object] | Problem, known: Collection[str] | None, first: dict[str, int]
) -> Iterator[Labelled | Problem]:
    """The question of a row, if it can be used, and what is wrong with it; `first` remembers where each was first asked."""
    if isinstance(row, Problem):
        yield row
        return
    number, value = row
    problem = _malformed(number, value)
    if problem or not isinstance(value, Mapping):
        yield problem or Problem(number, "not_an_object")
        return
    text, grades = clean(value["query"]).strip(), value.get("relevant") or {}
    if text in first:
        yield Problem(number, "question_twice", {"text": shown(text), "first": first[text]})
        return
    first[text] = number
    right = {entry for entry, grade in grades.items() if grade > 0}
    there = right if known is None else right & set(known)
    for entry in sorted(right - there):
        yield Problem(number, "unknown_entry", {"entry": shown(entry)})
    # With no answer left that is known it would pass for a question without any.
    if there or not right:
        yield Labelled(text, frozenset(there))


def _malformed(number: int, value: object) -> Problem | None:
    if not isinstance(value, Mapping):
        return Problem(number, "not_an_object")
    query, grades = value.get("query"), value.get("relevant") or {}
    if not isinstance(query, str) or not clean(query).strip():
        return Problem(number, "missing", {"field": "query"})
    if len(query) > LONGEST:
        return Problem(number, "too_long", {"field": "query", "length": len(query), "limit": LONGEST})
    if has_lone_surrogate(query):
        return Problem(number, "lone_surrogate", {"field": "query"})
    if not isinstance(grades, Mapping) or not all(type(grade) is int for grade in grades.values()):
        return Problem(number, "not_graded", {"field": "relevant"})
    return None
