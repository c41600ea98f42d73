"""The web service as it is put together: it starts ready, answers over HTTP, and never shows what went wrong inside."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import pytest
import structlog
from fastapi.testclient import TestClient

from app import live
from app.errors import NoSite
from app.main import create_app, web_desk
from app.wiring import Service
from channels.feedback import Feedback, Reason
from channels.message import Outcome
from indexer.embed import WordEncoder
from knowledge.database import writing
from knowledge.sentences import say
from knowledge.sites import add_site
from tests.app.small_city import ENTRIES, KITA, SITE, SetClock, service, take

QUESTIONS = f"/api/v1/sites/{KITA}/questions"
FEEDBACK = f"/api/v1/sites/{KITA}/feedback"


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    yield
    structlog.reset_defaults()


@contextmanager
def browser(running: Service) -> Iterator[TestClient]:
    """A client of the started service, which sees a failure as a browser does."""
    with TestClient(create_app(running), raise_server_exceptions=False, headers={"accept-language": "ja"}) as client:
        yield client


@pytest.fixture
def client(own_city: Service) -> Iterator[TestClient]:
    with browser(own_city) as opened:
        yield opened


def test_a_question_is_answered_over_http(client: TestClient) -> None:
    response = client.post(QUESTIONS, json={"text": "住民票がほしい"})
    assert response.status_code == 200
    answer = response.json()
    assert (answer["outcome"], [card["id"] for card in answer["entries"]]) == ("answered_entry", ["juminhyo"])
    assert "<li>" in answer["entries"][0]["answer_html"]
    follow_up = client.post(QUESTIONS, json={"text": "料金は？", "conversation": answer["conversation"]}).json()
    assert [card["id"] for card in follow_up["entries"]] == ["juminhyo"]
    pressed = client.post(QUESTIONS, json={"text": "粗大ごみ", "choice": "sodai", "conversation": answer["conversation"]}).json()
    assert [card["id"] for card in pressed["entries"]] == ["sodai"]


def test_scores_never_leave_the_server(client: TestClient) -> None:
    for text in ("住民票がほしい", "電池を捨てたい", "asdfgh"):
        told = client.post(QUESTIONS, json={"text": text}).text
        assert not any(word in told for word in ("score", "dense", "confidence", "milliseconds"))


@pytest.mark.parametrize(
    ("text", "status", "outcome"),
    [("", 422, "refused_empty"), ("あ" * 501, 413, "refused_too_long"), ("番号は123456789018", 200, "refused_personal_data")],
)
def test_a_refusal_is_an_answer_too(client: TestClient, text: str, status: int, outcome: str) -> None:
    response = client.post(QUESTIONS, json={"text": text})
    assert (response.status_code, response.json()["outcome"]) == (status, outcome)


def test_feedback_is_taken_for_answers_that_were_given(client: TestClient) -> None:
    record = client.post(QUESTIONS, json={"text": "住民票がほしい"}).json()["record"]
    assert client.post(FEEDBACK, json={"record": record, "helpful": True}).status_code == 204
    refused = client.post(FEEDBACK, json={"record": "never-given", "helpful": True})
    assert (refused.status_code, refused.json()["error"]["code"]) == (404, "UnknownRecord")
    english = client.post(FEEDBACK, json={"record": "never-given", "helpful": True}, headers={"accept-language": "en"})
    assert english.json()["error"]["message"] == say("app", "errors.UnknownRecord", "en")


def test_the_desk_hands_on_what_the_service_knows(own_city: Service) -> None:
    running = Service(own_city.settings.model_copy(update={"embed_origins": ["https://city.example.jp"]}), own_city.clock)
    desk = web_desk(running)
    (card,) = desk.sites()
    assert (card.id, card.name, card.phone, card.origins) == (KITA, "きた市", "0999-00-1000", ("https://city.example.jp",))
    assert card.languages == ("en", "ja", "ja-x-easy")
    assert "きた市" in desk.welcome(KITA, "en").message
    assert desk.text_limit == running.settings.question_limit
    record = client_record(running)
    desk.take_feedback(Feedback(KITA, record, False, Reason.OUTDATED, "古い"))


def test_the_pages_and_the_widget_are_there(client: TestClient) -> None:
    page = client.get(f"/s/{KITA}")
    assert page.status_code == 200
    assert "きた市" in page.text
    assert client.get("/widget/v1/loader.js").status_code == 200
    assert client.get("/api/v1/sites").json()["sites"][0]["languages"] == ["en", "ja", "ja-x-easy"]
    assert client.get("/openapi.json").json()["info"]["title"] == "Madoguchi"
    assert client.get("/docs").status_code == 404


def test_the_home_page_of_the_sample_city_is_only_there_in_the_demo(own_city: Service) -> None:
    with browser(own_city) as client:
        assert client.get("/demo/pages/index.html").status_code == 404
    with browser(Service(own_city.settings.model_copy(update={"demo": True}), own_city.clock)) as client:
        home = client.get("/demo")
        assert home.status_code == 200
        assert f'data-site="{KITA}"' in home.text


def test_a_demo_without_a_city_says_so(tmp_path: Path) -> None:
    running = service(tmp_path)
    with pytest.raises(NoSite):
        create_app(Service(running.settings.model_copy(update={"demo": True})))


def test_the_api_may_be_called_from_the_sites_that_are_named(own_city: Service) -> None:
    allowed = {"embed_origins": ["https://embeds.example"], "api_origins": ["https://calls.example"]}
    with browser(Service(own_city.settings.model_copy(update=allowed), own_city.clock)) as client:
        for origin, expected in (("https://embeds.example", True), ("https://calls.example", True), ("https://x.example", False)):
            response = client.get("/api/v1/sites", headers={"origin": origin})
            assert (response.headers.get("access-control-allow-origin") == origin) is expected


def test_what_nobody_foresaw_is_an_apology(own_city: Service, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(*_: object) -> NoReturn:
        raise RuntimeError("boom")

    object.__setattr__(own_city, "find_site", fail)
    with browser(own_city) as client:
        response = client.post(QUESTIONS, json={"text": "住民票 090-1234-5678"})
        page = client.get(f"/s/{KITA}", headers={"accept": "text/html"})
        assert client.get("/healthz").status_code == 200
    assert response.status_code == 500
    assert response.json() == {"error": {"code": "Unexpected", "message": say("app", "errors.Unexpected")}}
    assert page.status_code == 500
    assert say("app", "errors.Unexpected") in page.text
    for told in (response, page):
        assert "boom" not in told.text
        assert "Traceback" not in told.text
        assert told.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'self'" in told.headers["content-security-policy"]
    logged = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    failures = [line for line in logged if line["event"] == "request failed"]
    assert [line["path"] for line in failures] == [QUESTIONS, f"/s/{KITA}"]
    assert all("RuntimeError: boom" in line["exception"] for line in failures)
    assert "5678" not in json.dumps(logged)


def test_a_step_that_fails_is_an_answer_of_its_own(own_city: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> NoReturn:
        raise RuntimeError("boom")

    with browser(own_city) as client:
        monkeypatch.setattr(WordEncoder, "query", fail)
        response = client.post(QUESTIONS, json={"text": "住民票がほしい"})
    assert (response.status_code, response.json()["outcome"]) == (500, Outcome.ERROR_UNEXPECTED)
    assert "boom" not in response.text


def test_starting_opens_every_snapshot_before_the_first_question(own_city: Service, capsys: pytest.CaptureFixture[str]) -> None:
    app = create_app(own_city)
    assert capsys.readouterr().err == ""
    with TestClient(app) as client:
        assert json.loads(capsys.readouterr().err)["event"] == "snapshot in use"
        client.post(QUESTIONS, json={"text": "住民票がほしい"})
        assert capsys.readouterr().err == ""


def test_a_site_that_cannot_answer_does_not_keep_the_others_from_starting(own_city: Service) -> None:
    take(own_city, replace(SITE, id="minami"), ENTRIES)
    with browser(own_city) as client:
        assert client.post(QUESTIONS, json={"text": "住民票がほしい"}).status_code == 200
        not_ready = client.post("/api/v1/sites/minami/questions", json={"text": "住民票がほしい"})
    assert (not_ready.status_code, not_ready.json()["outcome"]) == (503, "error_not_ready")


def test_alive_and_ready(client: TestClient) -> None:
    assert (client.get("/healthz").status_code, client.get("/healthz").json()) == (200, {"status": "ok"})
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json() == {"status": "ready", "checks": {"database": "ok", "site kita": "ok"}}


def test_not_ready_before_there_is_a_site_or_a_snapshot(tmp_path: Path) -> None:
    running = service(tmp_path)
    with browser(running) as client:
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").json() == {"status": "not ready", "checks": {"database": "ok"}}
        with writing(running.sessions) as session:
            add_site(session, SITE, running.clock())
        response = client.get("/readyz")
        assert response.status_code == 503
        assert response.json() == {"status": "not ready", "checks": {"database": "ok", "site kita": "no snapshot"}}


def test_ready_as_soon_as_there_is_a_snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LOOK_EVERY", 0.0)
    running = service(tmp_path)
    take(running, SITE, ENTRIES)
    with browser(running) as client:
        assert client.get("/readyz").status_code == 503
        running.publisher.publish(KITA)
        assert client.get("/readyz").status_code == 200


def test_degraded_while_an_older_snapshot_serves(own_city: Service, clock: SetClock) -> None:
    clock.now += timedelta(seconds=1)
    bad = own_city.publisher.publish(KITA).id
    (own_city.engine.store.folder(KITA, bad) / "entries.jsonl").write_bytes(b"")
    with browser(service(own_city.settings.data_dir, clock)) as client:
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["checks"]["site kita"]) == (200, "degraded")
        assert client.post(QUESTIONS, json={"text": "住民票がほしい"}).json()["outcome"] == "answered_entry"


def test_not_ready_with_a_damaged_snapshot_or_one_of_another_model(own_city: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(WordEncoder, "name", "another")
        with browser(service(own_city.settings.data_dir)) as client:
            assert client.get("/readyz").json()["checks"]["site kita"] == "snapshot of another model"
    (own_city.engine.store.folder(KITA, own_city.engine.store.current(KITA)) / "entries.jsonl").write_bytes(b"")
    with browser(service(own_city.settings.data_dir)) as client:
        response = client.get("/readyz")
        assert (response.status_code, response.json()["checks"]["site kita"]) == (503, "snapshot damaged")


def test_not_ready_without_its_database(own_city: Service) -> None:
    with browser(own_city) as client:
        own_city.sessions.kw["bind"].dispose()
        for each in own_city.settings.data_dir.glob("madoguchi.db*"):
            each.write_bytes(b"no database " * 1000)
        response = client.get("/readyz")
    assert (response.status_code, response.json()) == (503, {"status": "not ready", "checks": {"database": "unreachable"}})


def client_record(running: Service) -> str:
    with browser(running) as client:
        return str(client.post(QUESTIONS, json={"text": "住民票がほしい"}).json()["record"])
