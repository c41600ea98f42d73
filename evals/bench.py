"""What this machine needs for cities of several sizes, measured through the same parts that serve residents."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from app.answering.answerer import Answerer, steps
from app.log import set_up_logging
from app.settings import load_settings
from app.wiring import Service
from channels.message import Question
from evals.cases import Cases, read_cases
from evals.errors import NoBenchData
from evals.grown import grow
from evals.peers import Figures, compare
from evals.stopwatch import memory, pace, seconds_alive, spent
from knowledge.database import writing
from knowledge.entry import Entry, Kind, Site
from knowledge.intake import take_in
from knowledge.rows import By
from knowledge.sites import add_site

DATA = "MADOGUCHI_BENCH_DATA"

SIZES = (1_786, 20_000, 100_000)
"""A middling city's FAQ as it is, a large city with all its pages and waste items, and more than any has."""

SITE = "bench"

Phase = Callable[[Cases, int, Path], Figures]
Told = Callable[[str, int], None]
"""Told which phase begins at which size."""


def measure(sizes: Sequence[int], told: Told) -> dict[int, Figures]:
    """All figures for each size. Raises NoBenchData without the data to measure on."""
    cases = bench_cases()
    figures: dict[int, Figures] = {}
    for size in sizes:
        figures[size] = {}
        with TemporaryDirectory(prefix="madoguchi-bench-") as folder:
            for phase in (build_city, serve_city, compare_city):
                told(phase.__name__, size)
                figures[size] |= _in_a_process_of_its_own(phase, cases, size, Path(folder))
    return figures


def bench_cases() -> Cases:
    """The real entries and queries. Raises NoBenchData."""
    folder = os.environ.get(DATA)
    if not folder:
        raise NoBenchData(DATA)
    data = Path(folder) / "amagasaki"
    return read_cases(data / "entries.jsonl", data / "queries.dev.jsonl")


def build_city(cases: Cases, size: int, folder: Path) -> Figures:
    """Import, build from nothing, change one entry, and build again; a build ends when the snapshot is in use."""
    running, entries = _service(folder), list(grow(cases.entries, size))
    stored, _ = spent(lambda: _take(running, entries))
    built, manifest = spent(lambda: running.publisher.publish(SITE))
    middle = size // 2
    entries[middle] = replace(entries[middle], answer=f"{entries[middle].answer}\n{entries[middle + 1].answer}")
    _take(running, entries)
    changed, _ = spent(lambda: running.publisher.publish(SITE))
    snapshot = sum(file.stat().st_size for file in running.engine.store.folder(SITE, manifest.id).iterdir())
    return {
        "stored": stored.wall,
        "built": built.wall,
        "built_cpu": built.cpu,
        "changed": changed.wall,
        "changed_cpu": changed.cpu,
        "snapshot": snapshot / 1e6,
    }


def serve_city(cases: Cases, size: int, folder: Path) -> Figures:  # noqa: ARG001 (the snapshot has that size)
    """Start, answer all queries one after another, and look at the memory that took."""
    running, texts = _service(folder), [query.text for query in cases.queries]
    running.answerer.converse(Question(SITE, texts[0], "bench"))
    figures = {"started": seconds_alive()}
    answerer = running.answerer
    parts = replace(answerer.parts, record=lambda *_: None)
    for name, ask in (
        ("search", running.live.searcher(SITE).search),
        ("answered", _asking(Answerer(parts, steps(parts)))),
        ("recorded", _asking(answerer)),
    ):
        took = pace(ask, texts)
        figures |= {f"{name}_p50": took.p50, f"{name}_p99": took.p99, f"{name}_cpu50": took.cpu50, f"{name}_cpu99": took.cpu99}
    used = memory()
    return {**figures, "anonymous": used.anonymous, "mapped": used.mapped}


def compare_city(cases: Cases, size: int, folder: Path) -> Figures:
    """The same work done by others."""
    running = _service(folder)
    return compare(running.live.searcher(SITE), list(grow(cases.entries, size)), [query.text for query in cases.queries])


def _asking(answerer: Answerer) -> Callable[[str], object]:
    return lambda text: answerer.converse(Question(SITE, text, "bench"))


def _service(folder: Path) -> Service:
    running = Service(load_settings().model_copy(update={"data_dir": folder, "database_url": ""}))
    with writing(running.sessions) as session:
        add_site(session, Site(SITE, SITE), running.clock())
    return running


def _take(running: Service, entries: Sequence[Entry]) -> None:
    with writing(running.sessions) as session:
        take_in(session, SITE, Kind.FAQ, entries, 0, By(SITE, SITE, running.clock()))


def _in_a_process_of_its_own(phase: Phase, cases: Cases, size: int, folder: Path) -> Figures:
    """So that one phase's memory and warm caches are not another's."""
    with ProcessPoolExecutor(1, get_context("spawn"), set_up_logging, ("WARNING",)) as process:
        return process.submit(phase, cases, size, folder).result()
