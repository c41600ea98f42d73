"""A whole talk in LINE with the sample city, from the first greeting to a message taken back; line_talk.py prints it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from app.records.tables import FeedbackRow, QuestionRow
from channels.line.desk import CHANNEL
from channels.line.postback import Choose
from tests.app.line_talk import HANAKO, Exchange, problems, talk, transcript
from tests.app.mihon import Mihon, mihon
from tests.channels.line.seen import addresses, texts

OUTCOMES = {
    "follow": None,
    "answered": "answered_entry",
    "cards": "suggested_cards",
    "suggested": "suggested",
    "chosen": "answered_entry",
    "rated": None,
    "emergency": "emergency",
    "person": "handoff_requested",
    "unsend": None,
}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mihon]:
    with mihon(tmp_path_factory.mktemp("mihon")) as running:
        yield running


def outcome(city: Mihon, exchange: Exchange) -> str | None:
    found = city.recorded(exchange.event.get("message", {}).get("id", exchange.event["webhookEventId"]))
    return found[0] if found else None


def read(exchange: Exchange) -> str:
    return "".join(texts(exchange.messages)) + "".join(each["text"] for each in exchange.messages if each["type"] == "text")


def test_a_resident_talks_with_the_city_from_the_first_greeting_to_a_message_taken_back(city: Mihon) -> None:
    done: dict[str, Exchange] = {}
    ended = {}
    for exchange in talk(city):
        done[exchange.name] = exchange
        ended[exchange.name] = outcome(city, exchange)
    assert ended == OUTCOMES
    assert {name: problems(each) for name, each in done.items() if problems(each)} == {}
    assert [each.to for each in city.platform.said] == [HANAKO] * (len(done) - 1)
    assert "【お預かりする情報】" in read(done["follow"])
    assert "担当：" in read(done["answered"])
    assert [each["contents"]["type"] for each in done["cards"].messages[1:]] == ["carousel", "bubble"]
    assert len(done["cards"].messages[1]["contents"]["contents"]) == 3
    assert done["suggested"].button(Choose)[0] in read(done["chosen"])
    assert addresses(done["emergency"].messages) == ["tel:119"]
    assert [each[:4] for each in addresses(done["person"].messages)] == ["tel:"]
    with city.service.sessions() as session:
        assert list(session.scalars(select(FeedbackRow.helpful))) == [True]
        kept = set(session.scalars(select(QuestionRow.text).where(QuestionRow.channel == CHANNEL)))
    assert done["answered"].did in kept
    assert done["suggested"].did not in kept
    assert all(f"## 住民: {each.did}" in "\n".join(transcript(done.values())) for each in done.values())
