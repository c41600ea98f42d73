"""Runs queries through the searcher the service uses and writes the rankings; scoring them is a separate step."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from evals.cases import Cases, Id, Query
from evals.metrics import Measure, measure
from indexer.search import Searcher

DEPTH = 100
"""Entries kept for each query."""

RUN = "run.jsonl"
METRICS = "metrics.json"

Track = Callable[[Sequence[Query]], Iterable[Query]]
"""Shows progress over what it passes on."""


def generate(cases: Cases, searcher: Searcher, out: Path, track: Track = iter) -> None:
    """Write `run.jsonl`: for each query its ranking of at least 50 entries, or all there are."""
    out.mkdir(parents=True, exist_ok=True)
    with (out / RUN).open("w", encoding="utf-8") as file:
        for query in track(cases.queries):
            ranking = searcher.search(query.text, DEPTH).ranking
            rows = [{"entry_id": cases.ids[hit.entry.id], "score": round(hit.score, 6)} for hit in ranking]
            file.write(json.dumps({"query_id": query.id, "ranking": rows}, ensure_ascii=False) + "\n")


def evaluate(cases: Cases, out: Path) -> dict[str, Measure]:
    """Score `run.jsonl` against the queries' grades and write `metrics.json`; without grades there is none."""
    rankings: dict[Id, list[str]] = {}
    for line in (out / RUN).read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        rankings[row["query_id"]] = [str(hit["entry_id"]) for hit in row["ranking"]]
    relevances: Mapping[Id, Mapping[str, int]] = {query.id: query.relevant for query in cases.queries}
    measures = measure(rankings, relevances)
    (out / METRICS).unlink(missing_ok=True)
    if measures:
        (out / METRICS).write_text(json.dumps({name: asdict(each) for name, each in measures.items()}, indent=1) + "\n", "utf-8")
    return measures
