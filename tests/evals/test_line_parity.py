"""Every case of the sample city ends in LINE as it ends on the web, asked of the running service through both."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from time import monotonic, sleep
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.clock import system_clock
from app.main import create_app
from app.records.tables import QuestionRow, ShownRow
from app.settings import LineAccount, Settings
from app.wiring import Service
from channels.line.fits import fit_together
from channels.line.postback import Choose, Speak, encode
from evals.case import Case
from evals.case_files import read_case_files
from evals.service import sample_city
from evals.sets import SHIPPED
from knowledge.database import writing
from knowledge.entry import Kind
from knowledge.intake import take_in
from knowledge.rows import By
from knowledge.sites import add_site
from tests.channels.line.platform import Json, Platform
from tests.channels.line.seen import postbacks, texts
from tests.channels.line.server import serving

SITE, ENTRIES = sample_city()
CASES, _ = read_case_files([SHIPPED / SITE.id], {entry.id: entry for entry in ENTRIES})
PATIENCE = 600.0
"""Seconds for all cases together."""
EVENTS_AT_ONCE = 50


Ended = tuple[str, tuple[str, ...]]
"""Outcome, and the entries that were given or offered, in their order."""


@dataclass(frozen=True)
class Asked:
    """A case as a resident of their own asks it in LINE."""

    case: Case
    user: str
    events: Sequence[Json]

    @property
    def last(self) -> Json:
        return self.events[-1]


@pytest.fixture(scope="module")
def platform() -> Platform:
    return Platform(system_clock)


@pytest.fixture(scope="module")
def running(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The whole sample city with a LINE account."""
    account = LineAccount.model_validate({"token": "token", "secret": platform.secret})
    folder = tmp_path_factory.mktemp("mihon")
    with serving(platform) as base:
        settings = Settings(
            data_dir=folder, line_accounts={SITE.id: account}, line_api_base=base, log_level="ERROR", _env_file=None
        )
        running = Service(settings)
        by = By("import", "test", running.clock())
        with writing(running.sessions) as session:
            add_site(session, SITE, by.at)
            for kind in Kind:
                take_in(session, SITE.id, kind, [entry for entry in ENTRIES if entry.kind is kind], 0, by)
        running.publisher.publish(SITE.id)
        yield running


@pytest.fixture(scope="module")
def client(running: Service) -> Iterator[TestClient]:
    with TestClient(create_app(running)) as opened:
        yield opened


@pytest.fixture(scope="module")
def asked(client: TestClient, platform: Platform) -> list[Asked]:
    """All cases, asked in LINE and answered."""
    all_of_them = [_ask(platform, case, f"U{number:032x}") for number, case in enumerate(CASES)]
    events = [event for each in all_of_them for event in each.events]
    for begin in range(0, len(events), EVENTS_AT_ONCE):
        chunk = events[begin : begin + EVENTS_AT_ONCE]
        body, headers = platform.deliver(chunk)
        assert client.post(f"/line/{SITE.id}", content=body, headers=headers).status_code == 200
        _until(partial(_answered, platform, chunk))
    return all_of_them


def _ask(platform: Platform, case: Case, user: str) -> Asked:
    """The language, the messages before, and the case; LINE tells the order by the time alone."""
    times = iter(system_clock() + timedelta(milliseconds=number) for number in range(100))
    events = [_choose_language(platform, user, case.language, next(times))] if case.language != "ja" else []
    events += [platform.text(user, text, next(times)) for text in (*case.before, case.text)]
    return Asked(case, user, events)


def _choose_language(platform: Platform, user: str, language: str, at: datetime) -> Json:
    return platform.event("postback", user, at, postback={"data": encode(Speak(language))})


def _answered(platform: Platform, events: Sequence[Json]) -> bool:
    return {event["webhookEventId"] for event in events} <= {each.event for each in list(platform.said)}


def _until(sign: Callable[[], object]) -> None:
    end = monotonic() + PATIENCE
    while not sign():
        assert monotonic() < end, "LINE was never answered"
        sleep(0.01)


def on_the_web(client: TestClient, case: Case) -> dict[str, Any]:
    conversation = None
    for text in (*case.before, case.text):
        question = {"text": text, "language": case.language, "conversation": conversation}
        answer: dict[str, Any] = client.post(f"/api/v1/sites/{SITE.id}/questions", json=question).json()
        conversation = answer["conversation"]
    return answer


def recorded(running: Service, message: str) -> Ended:
    """What the records say of a message in LINE."""
    with running.sessions() as session:
        question = session.scalars(select(QuestionRow).where(QuestionRow.reference == message)).one()
        rows = select(ShownRow).where(ShownRow.question_id == question.id).order_by(ShownRow.position)
        return question.outcome, tuple(row.entry_id for row in session.scalars(rows))


def missing(answer: dict[str, Any], messages: Sequence[Json]) -> list[str]:
    """What the page gives or offers and LINE does not."""
    offered = [button.entry for button in postbacks(messages) if isinstance(button, Choose)]
    read = "".join("".join(texts(messages)).split())
    unread = [card["question"] for card in answer["entries"] if "".join(card["question"].split()) not in read]
    return unread + [choice["text"] for choice in answer["choices"] if choice["entry"] not in offered]


def test_every_case_ends_alike_on_the_web_and_in_line(
    client: TestClient, running: Service, platform: Platform, asked: Sequence[Asked]
) -> None:
    said = {each.event: each.messages for each in platform.said}
    different = {}
    for each in asked:
        answer, messages = on_the_web(client, each.case), said[each.last["webhookEventId"]]
        web: Ended = (
            answer["outcome"],
            tuple([card["id"] for card in answer["entries"]] + [button["entry"] for button in answer["choices"]]),
        )
        line = recorded(running, each.last["message"]["id"])
        if web != line or missing(answer, messages) or fit_together(messages):
            different[each.case.id] = (web, line, missing(answer, messages), fit_together(messages))
    assert different == {}, f"{len(different)} of {len(asked)} cases differ"
    assert len(asked) == len(CASES) >= 679
