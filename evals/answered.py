"""Puts cases through the whole bot, as residents would, and keeps how each ended."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from app.wiring import Service
from channels.message import Answer, Outcome, Question
from evals.case import Case
from indexer.text import letters

CHANNEL = "eval"


@dataclass(frozen=True, slots=True)
class Answered:
    """How one case ended."""

    case: str
    """The id of the case."""
    outcome: Outcome
    entries: tuple[str, ...]
    """What was given, or offered as cards or buttons, in the order shown."""
    confidence: float | None
    """How sure the bot was of the best entry; None when nothing was searched for."""
    milliseconds: float
    kept_private: bool = False
    """The record of the question holds what the case calls private."""


def generate(cases: Iterable[Case], running: Service, site: str) -> Iterator[Answered]:
    """Ask every case in a conversation of its own, one after the other; nothing is scored here.

    The service keeps records of what is asked, so give it one of its own (`evals.service`). Raises UnknownSite.
    """
    for case in cases:
        yield ask(case, running, site)


def ask(case: Case, running: Service, site: str) -> Answered:
    """One case with the messages before it."""
    conversation = None
    for message in case.before:
        said = running.answerer.converse(Question(site, message, CHANNEL, case.language, conversation))
        conversation = said.conversation
    start = perf_counter()
    answer = running.answerer.converse(Question(site, case.text, CHANNEL, case.language, conversation))
    seconds = perf_counter() - start
    kept = running.records.text(site, answer.record) or ""
    return Answered(
        case=case.id,
        outcome=answer.outcome,
        entries=shown(answer),
        confidence=running.records.confidence(site, answer.record),
        milliseconds=round(seconds * 1000, 3),
        kept_private=any(letters(secret) in letters(kept) for secret in case.private),
    )


def shown(answer: Answer) -> tuple[str, ...]:
    """The entries of an answer, given or offered."""
    return tuple([card.id for card in answer.entries] + [choice.entry for choice in answer.choices])


def to_json(answered: Answered) -> dict[str, Any]:
    """One line of `answers.jsonl`."""
    return {
        "case": answered.case,
        "outcome": answered.outcome.value,
        "entries": list(answered.entries),
        "confidence": answered.confidence,
        "milliseconds": answered.milliseconds,
        "kept_private": answered.kept_private,
    }


def from_json(value: dict[str, Any]) -> Answered:
    """The inverse of `to_json`. Raises KeyError, TypeError or ValueError for a line that we did not write."""
    return Answered(
        case=str(value["case"]),
        outcome=Outcome(value["outcome"]),
        entries=tuple(map(str, value["entries"])),
        confidence=None if value["confidence"] is None else float(value["confidence"]),
        milliseconds=float(value["milliseconds"]),
        kept_private=bool(value["kept_private"]),
    )
