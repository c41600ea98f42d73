"""Reads evaluation files: entries and queries as JSONL, with the ids as the files write them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from evals.errors import CasesUnusable
from knowledge.check import check_all
from knowledge.entry import Entry
from knowledge.problem import Problem
from knowledge.tables import json_rows

Id = int | str


@dataclass(frozen=True, slots=True)
class Query:
    """One question with the grades of the entries that answer it, where they are known."""

    id: Id
    text: str
    relevant: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Cases:
    """The entries to search and the queries to ask."""

    entries: tuple[Entry, ...]
    queries: tuple[Query, ...]
    ids: Mapping[str, Id]
    """The entry ids as the file writes them, by the text the store uses; an entry without an id has the store's."""
    problems: tuple[Problem, ...]


def read_cases(entries_file: Path, queries_file: Path) -> Cases:
    """Read both files. Raises CasesUnusable naming the line when a query cannot be read, or when no entry can."""
    rows = list(json_rows(entries_file))
    good, problems = check_all(rows)
    if not good:
        raise CasesUnusable(entries_file.name, 1, "id, question, answer")
    values = [row[1] for row in rows if not isinstance(row, Problem)]
    written = {str(value["id"]).strip(): value["id"] for value in values if isinstance(value, dict) and "id" in value}
    ids = {entry.id: written.get(entry.id, entry.id) for entry in good}
    return Cases(tuple(good), tuple(_queries(queries_file)), ids, tuple(problems))


def read_outside(path: Path) -> list[str]:
    """Questions that no entry can answer: `{"query"}` rows. Raises CasesUnusable naming the line."""
    texts = []
    for row in json_rows(path):
        if isinstance(row, Problem) or not isinstance(row[1], dict) or not isinstance(row[1].get("query"), str):
            raise CasesUnusable(path.name, (row.row or 1) if isinstance(row, Problem) else row[0], "query")
        texts.append(row[1]["query"])
    return texts


def _queries(path: Path) -> list[Query]:
    queries = []
    for row in json_rows(path):
        if isinstance(row, Problem):
            raise CasesUnusable(path.name, row.row or 1, "JSON")
        queries.append(_query(path, *row))
    return queries


def _query(path: Path, line: int, row: object) -> Query:
    if not isinstance(row, dict) or not isinstance(row.get("query"), str) or not isinstance(row.get("id"), int | str):
        raise CasesUnusable(path.name, line, "id, query")
    relevant = row.get("relevant") or {}
    if not isinstance(relevant, dict) or not all(isinstance(grade, int) for grade in relevant.values()):
        raise CasesUnusable(path.name, line, "relevant")
    return Query(row["id"], row["query"], {str(entry): grade for entry, grade in relevant.items()})
