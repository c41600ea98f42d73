"""Measures confidence: on queries with known answers, questions from elsewhere, and queries whose entries were taken out."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from evals.cases import Cases, Query
from evals.curves import auroc, calibration_error, precision_at, risk_coverage
from evals.errors import NothingLabelled
from evals.service import SITE, evaluation_service
from indexer.search import Searcher

CONFIDENCE = "confidence.json"
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """One query, how sure the bot was, and whether it was right."""

    first: float
    three: float
    first_right: bool
    three_right: bool
    answerable: bool


def measure_confidence(cases: Cases, outside: Sequence[str], out: Path, seed: int = 0) -> dict[str, float]:
    """Write `confidence.json` with all figures and the risk–coverage curve; the figures are also returned.
    Raises NothingLabelled when no query says which entry is right.

    The hard part takes the relevant entries of a random half of the queries out: those must then not be answered.
    """
    if not any(query.relevant for query in cases.queries):
        raise NothingLabelled
    with evaluation_service(cases) as running:
        searcher = running.live.searcher(SITE)
        asked = [_ask(searcher, query) for query in cases.queries]
        foreign = [_ask(searcher, Query(number, text, {})) for number, text in enumerate(outside)]
    with evaluation_service(_without_half(cases, seed)) as running:
        searcher = running.live.searcher(SITE)
        hard = [_ask(searcher, query) for query in _without_half(cases, seed).queries]
    figures = _figures(asked, foreign, hard)
    curve = risk_coverage([each.first for each in asked], [each.first_right for each in asked])
    out.mkdir(parents=True, exist_ok=True)
    (out / CONFIDENCE).write_text(json.dumps({**figures, "risk_coverage": curve}, indent=1) + "\n", encoding="utf-8")
    return figures


def _figures(asked: Sequence[Asked], foreign: Sequence[Asked], hard: Sequence[Asked]) -> dict[str, float]:
    first, three = [each.first for each in asked], [each.three for each in asked]
    right, among = [each.first_right for each in asked], [each.three_right for each in asked]
    figures = {
        "precision@30%": precision_at(first, right, 0.3),
        "precision@50%": precision_at(first, right, 0.5),
        "one of three@50%": precision_at(three, among, 0.5),
        "calibration error": calibration_error(first, right),
    }
    if foreign:
        figures["auroc outside"] = auroc(first, [each.first for each in foreign])
    answerable = [each.first for each in hard if each.answerable]
    others = [each.first for each in hard if not each.answerable]
    if answerable and others:
        figures["auroc entries removed"] = auroc(answerable, others)
    return figures


def _ask(searcher: Searcher, query: Query) -> Asked:
    result = searcher.search(query.text, SHOWN)
    relevant = [hit.entry.id in query.relevant for hit in result.ranking]
    sure = result.confidence
    return Asked(sure.first, sure.three, bool(relevant and relevant[0]), any(relevant), bool(query.relevant))


def _without_half(cases: Cases, seed: int) -> Cases:
    """The cases without the relevant entries of half of the queries; what no entry answers any more has no relevant one."""
    half = Random(seed).sample(range(len(cases.queries)), len(cases.queries) // 2)  # noqa: S311 (an experiment, not a secret)
    gone = {entry for number in half for entry in cases.queries[number].relevant}
    queries = [
        replace(each, relevant={entry: g for entry, g in each.relevant.items() if entry not in gone}) for each in cases.queries
    ]
    return replace(cases, entries=tuple(each for each in cases.entries if each.id not in gone), queries=tuple(queries))
