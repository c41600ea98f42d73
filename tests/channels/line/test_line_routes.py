"""Taking in webhooks over HTTP: what LINE signed is stored before it is acknowledged, and everything else is refused."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import structlog
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import event as database_event
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from channels.line.routes import BODY_LIMIT, router
from channels.web import errors
from knowledge.database import writing
from tests.channels.line.line_platform import Json, Platform
from tests.channels.line.town import LineTown

HANAKO, TARO = "U" + "1" * 32, "U" + "2" * 32
WEBHOOK = "/line/mihon"


@pytest.fixture
def client(town: LineTown) -> Iterator[TestClient]:
    app = FastAPI()
    errors.install(app)
    app.include_router(router(town.line))
    with TestClient(app, headers={"accept-language": "ja"}) as opened:
        yield opened


def deliver(client: TestClient, platform: Platform, *events: Json) -> int:
    body, headers = platform.deliver(events)
    return client.post(WEBHOOK, content=body, headers=headers).status_code


def code(client: TestClient, body: bytes, headers: dict[str, str], path: str = WEBHOOK) -> tuple[int, str]:
    response = client.post(path, content=body, headers=headers)
    return response.status_code, response.json()["error"]["code"]


def test_what_is_acknowledged_is_stored(client: TestClient, town: LineTown) -> None:
    events = [town.platform.text(HANAKO, "住民票"), town.platform.text(TARO, "ごみ")]
    assert deliver(client, town.platform, *events) == 200
    assert town.events() == {event["webhookEventId"]: None for event in events}


def test_lines_check_of_the_connection_is_answered(client: TestClient, town: LineTown) -> None:
    assert deliver(client, town.platform) == 200
    assert town.events() == {}


def test_the_same_event_from_many_sides_at_once_is_stored_once(client: TestClient, town: LineTown) -> None:
    events = [town.platform.text(HANAKO, f"{number}") for number in range(5)]
    bodies = [town.platform.deliver(order, again) for order in (events, events[::-1]) for again in (False, True)] * 3
    with ThreadPoolExecutor(6) as pool:
        responses = list(pool.map(lambda sent: client.post(WEBHOOK, content=sent[0], headers=sent[1]), bodies))
    assert {each.status_code for each in responses} == {200}
    assert len(town.events()) == 5


def test_header_names_may_be_written_in_any_case(client: TestClient, town: LineTown) -> None:
    body, headers = town.platform.deliver([])
    assert client.post(WEBHOOK, content=body, headers={"X-LINE-SIGNATURE": headers["x-line-signature"]}).status_code == 200


@pytest.mark.parametrize("signature", [None, "", "AAAA", "署名", "é" * 44])
def test_what_line_has_not_signed_is_refused_and_not_stored(client: TestClient, town: LineTown, signature: str | None) -> None:
    body, _ = town.platform.deliver([town.platform.text(HANAKO, "住民票")])
    headers = {} if signature is None else {b"x-line-signature": signature.encode("utf-8")}
    response = client.post(WEBHOOK, content=body, headers=headers)
    assert (response.status_code, response.json()["error"]["code"]) == (401, "SignatureWrong")
    assert town.events() == {}


def test_one_changed_byte_is_refused(client: TestClient, town: LineTown) -> None:
    body, headers = town.platform.deliver([town.platform.text(HANAKO, "住民票")])
    assert code(client, body + b" ", headers) == (401, "SignatureWrong")


def test_only_sites_with_an_account_have_a_webhook(client: TestClient, town: LineTown) -> None:
    body, headers = town.platform.deliver([])
    assert code(client, body, headers, "/line/kita") == (404, "UnknownSite")
    assert client.get(WEBHOOK).status_code == 405


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (b"", (400, "MalformedJson")),
        (b"\xff\xfe", (400, "MalformedJson")),
        (b"[" * 100_000, (400, "MalformedJson")),
        (b'{"events":' + b"[" * 50 + b"]" * 50 + b"}", (400, "MalformedJson")),
        (b"{}", (400, "NotAWebhook")),
        (b"[]", (400, "NotAWebhook")),
        (b'{"events":null}', (400, "NotAWebhook")),
        (b" " * (BODY_LIMIT + 1), (413, "BodyTooLarge")),
    ],
    ids=["empty", "no UTF-8", "very deep", "deep", "no events", "a list", "null", "too large"],
)
def test_what_cannot_be_a_webhook_is_refused_clearly(
    client: TestClient, town: LineTown, body: bytes, refusal: tuple[int, str]
) -> None:
    assert code(client, body, town.platform.sign(body)) == refusal


def test_line_is_told_in_time_when_somebody_else_holds_the_database(town: LineTown) -> None:
    app = FastAPI()
    errors.install(app)
    app.include_router(router(town.line, patience=0.05))
    event = town.platform.text(HANAKO, "住民票")
    body, headers = town.platform.deliver([event])
    with TestClient(app, headers={"accept-language": "ja"}) as client, structlog.testing.capture_logs() as logged:
        with writing(town.sessions) as session:
            session.execute(text("UPDATE sites SET phone = phone"))
            if session.get_bind().dialect.name == "postgresql":
                session.execute(text("LOCK TABLE line_events IN ACCESS EXCLUSIVE MODE"))
            assert code(client, body, headers) == (503, "NotStoredInTime")
        town.line.intake.shutdown()
    assert "line webhook not stored in time" in {each["event"] for each in logged}
    town.hear(event, again=True)
    town.work()
    assert len(town.platform.said) == 1


def test_what_the_database_does_not_take_is_not_acknowledged(client: TestClient, town: LineTown) -> None:
    def full(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    engine = town.sessions.kw["bind"]
    database_event.listen(engine, "commit", full)
    with pytest.raises(OperationalError):
        deliver(client, town.platform, town.platform.text(HANAKO, "住民票"))
    database_event.remove(engine, "commit", full)
    assert town.events() == {}
