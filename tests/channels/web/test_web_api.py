"""The JSON API: what it answers, and what it does with everything that is not a question."""

import json
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from channels.feedback import Feedback, Reason
from channels.message import Outcome
from tests.channels.web.fake_desk import CONVERSATION, MIHON, Desk

QUESTIONS = "/api/v1/sites/mihon/questions"
FEEDBACK = "/api/v1/sites/mihon/feedback"
JSON = {"content-type": "application/json"}
ANSWER_KEYS = {"outcome", "message", "language", "entries", "choices", "contact", "conversation", "record"}


def test_it_answers_with_the_approved_text(client: TestClient) -> None:
    answer = client.post(QUESTIONS, json={"text": "住民票はどこで取れますか"})
    (entry,) = answer.json()["entries"]
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert entry["confirmed_on"] == "2026-10-07"
    assert entry["division"] == "市民課"
    assert "<strong>窓口・郵送</strong>" in entry["answer_html"]
    assert entry["answer"].startswith("市民課の窓口")


@pytest.mark.parametrize("outcome", Outcome)
def test_the_body_has_one_shape_for_every_outcome(client: TestClient, outcome: Outcome) -> None:
    expected = {"refused_empty": 422, "refused_too_long": 413, "error_not_ready": 503, "error_unexpected": 500}
    answer = client.post(QUESTIONS, json={"text": outcome.value})
    assert answer.status_code == expected.get(outcome.value, 200)
    assert set(answer.json()) == ANSWER_KEYS
    assert answer.json()["outcome"] == outcome.value


def test_it_shows_whom_to_ask_and_when(client: TestClient) -> None:
    contact = client.post(QUESTIONS, json={"text": "handoff_requested"}).json()["contact"]
    assert contact["phone"] == "0999-00-1101"
    assert contact["open_now"] is False
    assert contact["next_open"] == "11月24日（火）8:30"


def test_it_hands_on_the_conversation_and_the_choice(client: TestClient, desk: Desk) -> None:
    client.post(QUESTIONS, json={"text": "転入届", "conversation": CONVERSATION, "choice": "moving-in"})
    assert desk.questions[0].conversation == CONVERSATION
    assert desk.questions[0].choice == "moving-in"
    assert desk.questions[0].channel == "api"


@pytest.mark.parametrize(
    ("asked", "accepted", "expected"),
    [
        ("en", "ja", "en"),
        ("ja-x-easy", "en", "ja-x-easy"),
        ("tlh", "en", "ja"),
        (None, "en-GB,en;q=0.9,ja;q=0.1", "en"),
        (None, "fr, en;q=0.2", "en"),
        (None, "fr", "ja"),
        (None, "en;q=0, ja;q=0.1", "ja"),
        (None, "", "ja"),
    ],
)
def test_it_speaks_the_language_asked_for_or_the_browsers(
    client: TestClient, asked: str | None, accepted: str, expected: str
) -> None:
    body = {"text": "住民票"} | ({"language": asked} if asked else {})
    assert client.post(QUESTIONS, json=body, headers={"accept-language": accepted}).json()["language"] == expected


@pytest.mark.parametrize(
    ("text", "kept"),
    [("\\ud83d", ""), ("住民票\\u0000", "住民票"), ("\\ud83d\\ude00 ごみ", "😀 ごみ"), ("a\\udc00b", "ab")],
)
def test_it_cleans_half_an_emoji_and_nul_instead_of_refusing(client: TestClient, desk: Desk, text: str, kept: str) -> None:
    answer = client.post(QUESTIONS, content=f'{{"text": "{text}"}}', headers=JSON)
    assert answer.json().keys() == ANSWER_KEYS
    assert desk.questions[0].text == kept


@pytest.mark.parametrize(
    "body",
    [b"{", b"", b"\xff\xfe", b'{"text": 1' + b"1" * 5000 + b"}", b"[" * 60_000, b'{"text":' * 7_000],
    ids=["cut", "empty", "not-utf8", "huge-number", "deep-list", "deep-object"],
)
def test_it_refuses_what_is_not_json(client: TestClient, body: bytes) -> None:
    refusal = client.post(QUESTIONS, content=body, headers=JSON)
    assert refusal.status_code == 400
    assert refusal.json()["error"]["code"] == "MalformedJson"


def test_json_nested_a_hundred_thousand_deep_is_refused_unread(client: TestClient) -> None:
    refusal = client.post(QUESTIONS, content=b"[" * 100_000, headers=JSON)
    assert refusal.json()["error"]["code"] == "BodyTooLarge"


@pytest.mark.parametrize("chunked", [False, True])
def test_it_stops_reading_a_body_over_64_kib(client: TestClient, desk: Desk, chunked: bool) -> None:
    body = json.dumps({"text": "あ" * 30_000}, ensure_ascii=False).encode()

    def pieces() -> Iterator[bytes]:
        yield from (body[start : start + 1000] for start in range(0, len(body), 1000))

    refusal = client.post(QUESTIONS, content=pieces() if chunked else body, headers=JSON)
    assert refusal.status_code == 413
    assert refusal.json() == {
        "error": {"code": "BodyTooLarge", "message": "送られた内容が大きすぎます。64KB 以内にしてください。"}
    }
    assert desk.questions == []


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "multipart/form-data; boundary=x"])
def test_it_takes_json_only_so_that_no_foreign_page_can_post(client: TestClient, kind: str) -> None:
    refusal = client.post(QUESTIONS, content=b'{"text": "x"}', headers={"content-type": kind})
    assert refusal.status_code == 415
    assert refusal.json()["error"]["code"] == "WrongContentType"


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "「質問文」（text）がありません"),
        ({"text": None}, "「質問文」（text）は文字列で"),
        ({"text": ["x"]}, "「質問文」（text）は文字列で"),
        ({"text": "x", "conversation": "../../etc"}, "「会話の番号」（conversation）の形が正しくありません"),
        ({"text": "x", "conversation": CONVERSATION + "\n"}, "「会話の番号」（conversation）"),
        ({"text": "x", "choice": "x" * 201}, "「選択肢」（choice）が長すぎます"),
        (["text"], "「本文」（body）はオブジェクト（{ } で囲んだもの）で"),
        ("text", "「本文」（body）"),
    ],
)
def test_it_names_the_field_that_is_wrong(client: TestClient, body: object, named: str) -> None:
    refusal = client.post(QUESTIONS, json=body)
    assert refusal.status_code == 422
    assert refusal.json()["error"]["code"] == "InvalidField"
    assert named in refusal.json()["error"]["message"]


def test_a_refusal_is_in_the_readers_language(client: TestClient) -> None:
    refusal = client.post(QUESTIONS, json={}, headers={"accept-language": "en"})
    assert refusal.json()["error"]["message"] == "The question (text) is missing. Please add it."


@pytest.mark.parametrize(
    "path", ["/api/v1/sites/nowhere/questions", "/api/v1/sites/%00/questions", "/api/v1/sites/mihon%20/questions"]
)
def test_it_knows_only_its_own_sites(client: TestClient, desk: Desk, path: str) -> None:
    refusal = client.post(path, json={"text": "住民票"})
    assert refusal.status_code == 404
    assert refusal.json()["error"]["code"] == "UnknownSite"
    assert desk.questions == []


def test_a_wrong_address_or_method_is_refused_in_the_same_shape(client: TestClient) -> None:
    missing, wrong = client.get("/api/v2"), client.get(QUESTIONS)
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "PageNotFound")
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (405, "MethodNotAllowed")
    assert wrong.headers["allow"] == "POST"


def test_it_lists_the_sites_without_what_is_not_for_everybody(client: TestClient) -> None:
    (site,) = client.get("/api/v1/sites").json()["sites"]
    assert site == {"id": "mihon", "name": "みほん市", "phone": "0999-00-1000", "languages": ["ja", "ja-x-easy", "en"]}


def test_it_takes_feedback(client: TestClient, desk: Desk) -> None:
    reply = client.post(FEEDBACK, json={"record": "q_1", "helpful": False, "reason": "outdated", "comment": "古い\u0000"})
    assert reply.status_code == 204
    assert desk.feedback == [Feedback(MIHON.id, "q_1", False, Reason.OUTDATED, "古い")]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"helpful": True}, "record"),
        ({"record": "q 1", "helpful": True}, "record"),
        ({"record": "q_1"}, "helpful"),
        ({"record": "q_1", "helpful": "yes"}, "helpful"),
        ({"record": "q_1", "helpful": False, "reason": "bored"}, "reason"),
        ({"record": "q_1", "helpful": False, "comment": "x" * 501}, "comment"),
    ],
)
def test_it_refuses_feedback_it_cannot_file(client: TestClient, desk: Desk, body: dict[str, object], field: str) -> None:
    refusal = client.post(FEEDBACK, json=body)
    assert refusal.status_code == 422
    assert f"（{field}）" in refusal.json()["error"]["message"]
    assert desk.feedback == []
