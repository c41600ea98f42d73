"""The steps about what residents asked: proposals for staff, topics without an entry, and what need not be kept."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import groupby

from app.records.retention import Retention
from app.records.unanswered import outcomes, unanswered
from channels.message import Outcome, Question
from evals.candidate import open_live, snapshot_service
from evals.night import Field, plain
from evals.night_work import Work
from evals.proposals import propose
from indexer.coverage import Coverage, cover
from knowledge.tables import write_json_rows

PROPOSALS = "proposals.jsonl"

LOOKED_BACK = timedelta(days=28)
"""Questions that are put together: in a small town the same is not asked three times in one day."""


def propose_entries(work: Work) -> object:
    """Write `proposals.jsonl`; nothing is changed by it."""
    since = _last_night(work)
    with work.running.sessions() as session:
        turns = list(unanswered(session, work.site, work.started_at - LOOKED_BACK, work.started_at))
        asked = outcomes(session, work.site, since, work.started_at)
    searcher = open_live(work.running, work.site)
    found = []
    if searcher:
        with snapshot_service(work.running, work.site, searcher, work.day) as bot:

            def ask(text: str) -> Outcome:
                return bot.answerer.converse(Question(work.site, text, "eval")).outcome

            found = propose(turns, searcher, ask, work.running.settings.smallest_cluster, since)
    write_json_rows(work.folder.path / PROPOSALS, map(asdict, found))
    return {"proposals": plain(found), "residents": asked}


def cover_topics(work: Work) -> object:
    """Which standard topics no entry is about, by field."""
    searcher = open_live(work.running, work.site)
    topics = sorted(work.running.engine.builder(work.site).topics, key=lambda topic: topic.field)
    covered = cover(searcher, topics) if searcher else ()
    return plain([_field(name, list(inside)) for name, inside in groupby(covered, key=lambda each: each.topic.field)])


def forget(work: Work) -> object:
    """Remove records and nights that are older than the settings allow."""
    chosen = work.running.settings
    before = work.started_at - timedelta(days=chosen.question_days)
    forgotten = Retention(work.running.sessions).forget(work.site, before, work.started_at - timedelta(days=chosen.context_days))
    return {**asdict(forgotten), "nights": work.nights.prune(before)}


def _last_night(work: Work) -> datetime:
    """When the last night began, and before the first one a day ago."""
    return work.last.started_at if work.last else work.started_at - timedelta(days=1)


def _field(name: str, covered: Iterable[Coverage]) -> Field:
    topics = list(covered)
    missing = tuple(each.topic.topic for each in topics if not each.covered)
    return Field(name, len(topics), len(topics) - len(missing), missing)
