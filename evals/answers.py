"""Runs queries through the whole bot and writes how each ended."""

import json
from pathlib import Path

from app.wiring import Service
from channels.message import Question
from evals.answered import shown
from evals.cases import Cases
from evals.retrieval import Track
from evals.service import SITE

ANSWERS = "answers.jsonl"


def generate(cases: Cases, running: Service, out: Path, track: Track = iter) -> None:
    """Write `answers.jsonl`: for each query its outcome, the entries shown or offered, and the confidence in the first."""
    out.mkdir(parents=True, exist_ok=True)
    with (out / ANSWERS).open("w", encoding="utf-8") as file:
        for query in track(cases.queries):
            answer = running.answerer.converse(Question(SITE, query.text, "eval"))
            row = {
                "query_id": query.id,
                "outcome": answer.outcome.value,
                "entry_ids": [cases.ids[entry] for entry in shown(answer)],
                "confidence": running.records.confidence(SITE, answer.record),
            }
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
