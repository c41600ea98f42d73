"""The whole sample city as a running service with a LINE account, in front of the platform double."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from fastapi.testclient import TestClient
from sqlalchemy import select

from app.clock import system_clock
from app.commands.demo import sheets
from app.main import create_app
from app.records.tables import QuestionRow, ShownRow
from app.settings import LineAccount, Settings
from app.wiring import Service
from knowledge.database import writing
from knowledge.entry import Kind
from knowledge.intake import take_in
from knowledge.rows import By
from knowledge.site_sheet import read_site
from knowledge.sites import add_site
from tests.app.seed import SEED
from tests.channels.line.line_platform import Json, Platform
from tests.channels.line.server import serving

SITE = read_site(SEED / "site.json")
ENTRIES = [entry for sheet in sheets(SEED).values() for entry in sheet.good]
PATIENCE = 120.0
"""Seconds until something must have happened."""


@dataclass(frozen=True)
class Mihon:
    """The city: its web page, its LINE account, and its records."""

    service: Service
    client: TestClient
    platform: Platform

    def hear(self, *events: Json) -> None:
        """LINE delivers a webhook with these events."""
        body, headers = self.platform.deliver(events)
        assert self.client.post(f"/line/{SITE.id}", content=body, headers=headers).status_code == 200

    def said_to(self, event: Json) -> Sequence[Json]:
        """The messages that were said in answer to an event, once they were."""
        until(lambda: any(each.event == event["webhookEventId"] for each in list(self.platform.said)))
        return next(each.messages for each in self.platform.said if each.event == event["webhookEventId"])

    def recorded(self, reference: str) -> tuple[str, tuple[str, ...]] | None:
        """How a question from LINE ended: its outcome, and the entries that were given or offered."""
        with self.service.sessions() as session:
            question = session.scalars(select(QuestionRow).where(QuestionRow.reference == reference)).one_or_none()
            if question is None:
                return None
            rows = select(ShownRow).where(ShownRow.question_id == question.id).order_by(ShownRow.position)
            return question.outcome, tuple(row.entry_id for row in session.scalars(rows))


@contextmanager
def mihon(folder: Path) -> Iterator[Mihon]:
    """The city, running while the block does."""
    platform = Platform(system_clock)
    account = LineAccount.model_validate({"token": "token", "secret": platform.secret})
    with serving(platform) as base:
        accounts = {SITE.id: account}
        running = Service(
            Settings(data_dir=folder, line_accounts=accounts, line_api_base=base, log_level="ERROR", _env_file=None)
        )
        _fill(running)
        with TestClient(create_app(running), headers={"accept-language": "ja"}) as client:
            yield Mihon(running, client, platform)


def _fill(running: Service) -> None:
    by = By("import", "test", running.clock())
    with writing(running.sessions) as session:
        add_site(session, SITE, by.at)
        for kind in Kind:
            take_in(session, SITE.id, kind, [entry for entry in ENTRIES if entry.kind is kind], 0, by)
    running.publisher.publish(SITE.id)


def until(sign: Callable[[], object]) -> None:
    """Wait for what other threads do."""
    end = monotonic() + PATIENCE
    while not sign():
        assert monotonic() < end, "it never happened"
        sleep(0.01)
