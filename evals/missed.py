"""The misses of a night as its report lists them: by set, the worst first, with what was expected and what came."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from evals import cells, told
from evals.case import ANSWERS
from evals.cells import Table, table
from evals.night import Flip
from evals.verdict import Verdict
from knowledge.sentences import say

_SEVERITY = {Verdict.WRONG.value: 0, Verdict.MISSED.value: 1, Verdict.PARTIAL.value: 2}


@dataclass(frozen=True, slots=True)
class Missed:
    """One miss in words."""

    text: str
    before: tuple[str, ...]
    verdict: str
    protected: bool
    expected: str
    got: str
    why: str


@dataclass(frozen=True, slots=True)
class Group:
    """The misses of one set."""

    name: str
    misses: tuple[Missed, ...]


@dataclass(frozen=True, slots=True)
class Flipped:
    """One case that ends otherwise than before, in words."""

    text: str
    protected: bool
    before: str
    after: str
    expected: str
    got: str


def groups(misses: Iterable[Mapping[str, Any]], questions: Mapping[str, str]) -> list[Group]:
    """Of the cases that people wrote; how other ways of writing do is told by their figure."""
    written = sorted((each for each in misses if not each["variety"]), key=_order)
    found = []
    for name, members in groupby(written, key=lambda each: str(each["set"])):
        found.append(Group(told.name("sets", name), tuple(_missed(each, questions) for each in members)))
    return sorted(found, key=lambda group: -len(group.misses))


def flipped(flips: Iterable[Flip], questions: Mapping[str, str]) -> list[Flipped]:
    """The flips as the report lists them, in the order given."""
    return [
        Flipped(
            text=flip.text,
            protected=flip.protected,
            before=told.name("verdicts", flip.before),
            after=told.name("verdicts", flip.after),
            expected=told.entries(flip.entries, questions) or say("evals", "report_page.no_entry"),
            got=_ended(flip.outcome, flip.shown, questions),
        )
        for flip in flips
    ]


def worst(misses: Iterable[Mapping[str, Any]], questions: Mapping[str, str], verdict: Verdict) -> list[Missed]:
    """Those of one verdict, of the cases that people wrote; protected ones first."""
    found = sorted((each for each in misses if not each["variety"] and each["verdict"] == verdict.value), key=_order)
    return [_missed(each, questions) for each in sorted(found, key=lambda each: not each["protected"])]


def reasons(counted: Mapping[Any, int]) -> Table | None:
    """In which way how many questions were missed."""
    rows = [(cells.text(told.name("misses", str(miss))), cells.number(count)) for miss, count in counted.items()]
    return table(say("evals", "report_page.reasons_missed"), ("why", "questions"), rows) if rows else None


def _order(miss: Mapping[str, Any]) -> tuple[str, int, bool, str]:
    return str(miss["set"]), _SEVERITY.get(miss["verdict"], 0), not miss["protected"], str(miss["case"])


def _missed(miss: Mapping[str, Any], questions: Mapping[str, str]) -> Missed:
    right = [entry for entry, grade in miss["expected_entries"].items() if grade >= ANSWERS]
    return Missed(
        text=miss["text"],
        before=tuple(miss["before"]),
        verdict=miss["verdict"],
        protected=miss["protected"],
        expected=_ended(miss["expected"] if not right else "", right, questions),
        got=_ended(miss["got"], miss["got_entries"], questions),
        why=told.name("misses", miss["miss"] or ""),
    )


def _ended(outcome: str, shown: Sequence[str], questions: Mapping[str, str]) -> str:
    """How it ended, and with which entries."""
    named = told.short(told.entries(shown, questions))
    ending = told.name("endings", outcome) if outcome else ""
    return say("evals", "report_page.ended_with", ending=ending, entries=named) if ending and named else ending or named
