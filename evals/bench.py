"""`make bench`: what this machine needs for real data, measured through the same parts that serve residents."""

import os
import resource
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TypeVar

import numpy as np

from app.commands import import_
from app.settings import Settings
from app.wiring import Service
from channels.message import Question
from evals.cases import Cases, read_cases
from evals.retrieval import evaluate, generate
from knowledge.database import writing
from knowledge.entry import Kind, Site
from knowledge.sites import add_site

Result = TypeVar("Result")

DATA = "MADOGUCHI_BENCH_DATA"

SOURCES = (
    ("amagasaki/entries.jsonl", Kind.FAQ),
    ("otoineppu_pages.jsonl", Kind.PAGE),
    ("waste_items_takamatsu.csv", Kind.WASTE),
    ("waste_items_aichi6.jsonl.gz", Kind.WASTE),
)


def main() -> None:
    """Print one line a figure; without data say so and stop."""
    folder = os.environ.get(DATA)
    if not folder:
        print(f"{DATA} is not set: nothing to measure on.")
        return
    data = Path(folder)
    cases = read_cases(data / "amagasaki" / "entries.jsonl", data / "amagasaki" / "queries.dev.jsonl")
    with TemporaryDirectory(prefix="madoguchi-bench-") as scratch:
        for source, kind in SOURCES:
            print(_intake(Path(scratch), data / source, kind))
        print(*_quality(Path(scratch), cases), sep="\n")
        print(*_speed(Path(scratch), cases), sep="\n")
    print(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def _intake(scratch: Path, source: Path, kind: Kind) -> str:
    """Import one source into a site of its own and build its snapshot."""
    running, site = _service(scratch, source.stem)
    reading, found = _timed(lambda: import_.read(source, kind))
    writing_time, counts = _timed(lambda: import_.take(running, site, kind, found, source.name))
    building, manifest = _timed(lambda: running.publisher.publish(site))
    size = sum(file.stat().st_size for file in running.engine.store.folder(site, manifest.id).iterdir())
    return (
        f"{source.name}: {counts.added} entries, {len(found.problems) + len(counts.problems)} problems, "
        f"read {reading:.2f} s, stored {writing_time:.2f} s, built {building:.2f} s, snapshot {size / 1e6:.1f} MB"
    )


def _quality(scratch: Path, cases: Cases) -> list[str]:
    running, site = _service(scratch, "entries")
    out = scratch / "run"
    generate(cases, running.live.searcher(site), out)
    return [
        f"{name}: {each.mean:.4f} ({each.low:.4f} to {each.high:.4f}, {each.queries} queries)"
        for name, each in evaluate(cases, out).items()
    ]


def _speed(scratch: Path, cases: Cases) -> list[str]:
    opening, (running, site) = _timed(lambda: _service(scratch, "entries"))
    first, _ = _timed(lambda: running.answerer.converse(Question(site, cases.queries[0].text, "bench")))
    searcher = running.live.searcher(site)
    texts = [query.text for query in cases.queries]
    searching = [_timed(partial(searcher.search, text))[0] for text in texts]
    asking = [_timed(partial(running.answerer.converse, Question(site, text, "bench")))[0] for text in texts]
    return [
        f"start to first answer: {opening + first:.2f} s",
        f"search: {_percentiles(searching)}",
        f"question with its record written durably: {_percentiles(asking)}",
    ]


def _service(scratch: Path, site: str) -> tuple[Service, str]:
    running = Service(Settings(data_dir=scratch / "data"))
    with writing(running.sessions) as session:
        add_site(session, Site(site, site), running.clock())
    return running, site


def _timed(work: Callable[[], Result]) -> tuple[float, Result]:
    """Seconds, and what the work returned."""
    start = perf_counter()
    result = work()
    return perf_counter() - start, result


def _percentiles(seconds: Sequence[float]) -> str:
    middle, high = np.percentile(np.array(seconds) * 1000, (50, 99))
    return f"p50 {middle:.2f} ms, p99 {high:.2f} ms, {len(seconds)} times"


if __name__ == "__main__":
    main()
