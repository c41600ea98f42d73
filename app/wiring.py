"""Puts the parts together for one process: database, engine, bot, records and publisher."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy.orm import Session, sessionmaker

from app.answering.answerer import Answerer, Parts, steps
from app.clock import Clock, system_clock
from app.engine import Engine
from app.live import Live
from app.migrations.migrate import migrate
from app.publish import Publisher
from app.records.store import Records
from app.settings import Settings
from channels.feedback import Feedback
from indexer.search import SearchResult
from knowledge.database import connect, sessions
from knowledge.entry import Entry, Site
from knowledge.sites import site
from knowledge.store import still_published


@dataclass(frozen=True)
class Service:
    """Everything that runs behind the channels and the command line, made from the settings alone."""

    settings: Settings
    clock: Clock = system_clock

    @cached_property
    def sessions(self) -> sessionmaker[Session]:
        """The database, brought to the shape this version needs."""
        engine = connect(self.settings.database)
        migrate(engine)
        return sessions(engine)

    @cached_property
    def engine(self) -> Engine:
        """Search as configured."""
        return Engine(self.settings)

    @cached_property
    def live(self) -> Live:
        """The snapshots in use."""
        return Live(self.engine.store, self.engine.open)

    @cached_property
    def records(self) -> Records:
        """What was asked and how it ended."""
        return Records(self.sessions, self.clock)

    @cached_property
    def publisher(self) -> Publisher:
        """Makes new snapshots current."""
        return Publisher(self.sessions, self.engine.builder, self.engine.open, self.clock)

    @cached_property
    def answerer(self) -> Answerer:
        """The bot."""
        parts = Parts(
            find_site=self.find_site,
            search=self.search,
            hear=self.engine.ear.hear,
            find_entry=self.find_entry,
            still_published=self.still_published,
            recall=self.records.recall,
            record=self.records.record,
            clock=self.clock,
            question_limit=self.settings.question_limit,
        )
        return Answerer(parts, steps(parts))

    def find_site(self, site_id: str) -> Site:
        """The site with its divisions. Raises UnknownSite."""
        with self.sessions() as session:
            return site(session, site_id)

    def search(self, site_id: str, text: str) -> SearchResult:
        """Search the site's current snapshot. Raises SnapshotMissing or SnapshotDamaged."""
        return self.live.searcher(site_id).search(text)

    def find_entry(self, site_id: str, entry: str) -> Entry | None:
        """An entry of the site's current snapshot."""
        return self.live.searcher(site_id).by_id.get(entry)

    def still_published(self, site_id: str, ids: list[str], on: date) -> set[str]:
        """Those of the entries that may be shown on that day."""
        with self.sessions() as session:
            return still_published(session, site_id, ids, on)

    def take_feedback(self, feedback: Feedback) -> None:
        """Keep what a resident thought of an answer. Raises UnknownRecord."""
        reason = feedback.reason.value if feedback.reason else None
        self.records.take_feedback(feedback.site, feedback.record, feedback.helpful, reason, feedback.comment)
