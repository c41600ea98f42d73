"""The page as a browser without JavaScript uses it: forms in, whole pages out."""

import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient

from channels.feedback import Feedback, Reason
from channels.web.desk import SiteCard
from tests.channels.web.conftest import web_app
from tests.channels.web.fake_desk import CONVERSATION, MIHON, Desk

PAGE = {"accept": "text/html"}


def soup(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def fields(form: object) -> dict[str, str]:
    return {str(each["name"]): str(each.get("value", "")) for each in form.select("input[type=hidden]")}  # type: ignore[attr-defined]


def test_it_greets_and_offers_questions(client: TestClient) -> None:
    page = client.get("/s/mihon")
    assert page.headers["cache-control"] == "no-store"
    assert soup(page.text).h1.get_text() == "みほん市 チャット窓口"  # type: ignore[union-attr]
    assert len(soup(page.text).select(".choice")) == 3
    assert "個人番号・お名前などは書かないでください" in page.text


def test_it_answers_a_form_with_a_page(client: TestClient, desk: Desk) -> None:
    page = client.post("/s/mihon", data={"text": "住民票は\r\nどこで", "language": "ja", "conversation": ""})
    shown = soup(page.text)
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert [each.get_text() for each in shown.select("li .asked")] == ["住民票は\nどこで"]
    assert shown.title is not None
    assert shown.title.get_text() == "回答 | みほん市 チャット窓口"
    assert fields(shown.select_one(".composer")) == {"conversation": CONVERSATION, "language": "ja"}
    assert desk.questions[0].channel == "web"
    assert desk.questions[0].conversation is None


def test_the_conversation_goes_on_with_the_next_form(client: TestClient, desk: Desk) -> None:
    first = soup(client.post("/s/mihon", data={"text": "suggested"}).text)
    form = first.select_one("[data-turn]")
    assert form is not None
    button = form.button
    assert button is not None
    client.post(str(form["action"]), data={**fields(form), str(button["name"]): str(button["value"])})
    assert desk.questions[1].conversation == CONVERSATION
    assert desk.questions[1].choice == "moving-in"
    assert desk.questions[1].text.startswith("市外から")


def test_the_conversation_is_never_in_an_address(client: TestClient) -> None:
    page = soup(client.post("/s/mihon", data={"text": "suggested", "conversation": CONVERSATION}).text)
    assert not [each for each in page.select("[href],[action],[src]") if CONVERSATION in str(each.attrs.get("href", each.attrs))]


def test_a_spoilt_token_starts_a_new_conversation(client: TestClient, desk: Desk) -> None:
    client.post("/s/mihon", data={"text": "住民票", "conversation": "'; drop table"})
    assert desk.questions[0].conversation is None


@pytest.mark.parametrize(("text", "status"), [("", 422), ("あ" * 301, 413), ("error_not_ready", 503), ("emergency", 200)])
def test_the_status_follows_the_outcome(client: TestClient, text: str, status: int) -> None:
    page = client.post("/s/mihon", data={"text": text})
    assert page.status_code == status
    assert soup(page.text).select_one("[data-answer]")


def test_feedback_works_as_a_form(client: TestClient, desk: Desk) -> None:
    answered = soup(client.post("/s/mihon", data={"text": "住民票"}).text)
    form = answered.select_one("[data-feedback]")
    assert form is not None
    asked = soup(client.post(str(form["action"]), data={**fields(form), "helpful": "no"}).text).select_one("[data-feedback]")
    assert asked is not None
    thanked = client.post(str(asked["action"]), data={**fields(asked), "reason": "unclear", "comment": "むずかしい"})
    assert desk.feedback == [
        Feedback(MIHON.id, "q_1", False),
        Feedback(MIHON.id, "q_1", False, Reason.UNCLEAR, "むずかしい"),
    ]
    assert "ご協力ありがとうございました" in thanked.text
    assert fields(soup(thanked.text).select_one(".composer"))["conversation"] == CONVERSATION


@pytest.mark.parametrize(
    "form",
    [{}, {"record": "x y", "helpful": "yes"}, {"record": "q", "helpful": "1"}, {"record": "q", "helpful": "no", "reason": "x"}],
)
def test_it_refuses_feedback_it_cannot_file(client: TestClient, desk: Desk, form: dict[str, str]) -> None:
    assert client.post("/s/mihon/feedback", data=form or {"x": ""}).status_code == 422
    assert desk.feedback == []


def test_languages_are_offered_in_their_own_words(client: TestClient) -> None:
    page = soup(client.get("/s/mihon?language=en").text)
    options = page.select("option")
    assert page.html is not None
    assert page.html["lang"] == "en"
    assert page.h1 is not None
    assert page.h1.get_text() == "Mihon City chat desk"
    assert [(each["value"], each["lang"], each.get_text()) for each in options] == [
        ("ja", "ja", "日本語"),
        ("ja-x-easy", "ja", "やさしい日本語"),
        ("en", "en", "English"),
    ]


def test_a_city_with_one_language_shows_no_switch(desk: Desk) -> None:
    client = TestClient(web_app(desk, SiteCard("mihon", "みほん市", languages=("ja", "tlh"))))
    assert not soup(client.get("/s/mihon").text).select(".language")


def test_home_leads_to_the_only_site_or_lets_choose(client: TestClient, desk: Desk) -> None:
    two = TestClient(web_app(desk, MIHON, SiteCard("tonari", "となり町")), headers={"accept-language": "ja"})
    only = client.get("/")
    assert (only.status_code, only.headers["location"]) == (307, "/s/mihon")
    assert [each["href"] for each in soup(two.get("/").text).select(".choice")] == ["/s/mihon", "/s/tonari"]


def test_link_checkers_find_the_page(client: TestClient) -> None:
    assert client.head("/s/mihon").status_code == 200


def test_a_person_gets_a_page_where_a_program_gets_json(client: TestClient) -> None:
    page, body = client.get("/s/nowhere", headers=PAGE), client.get("/s/nowhere")
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "「nowhere」という自治体はありません" in page.text
    assert body.json()["error"]["code"] == "UnknownSite"


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
    ],
)
@pytest.mark.parametrize(
    "path", ["/s/mihon", "/s/mihon/feedback", "/widget/v1/turn?site=mihon", "/widget/v1/feedback?site=mihon"]
)
def test_forms_of_other_sites_are_refused(client: TestClient, desk: Desk, path: str, headers: dict[str, str]) -> None:
    refusal = client.post(path, data={"text": "x", "record": "q", "helpful": "yes"}, headers=headers)
    assert refusal.json()["error"]["code"] == "CrossSitePost"
    assert (desk.questions, desk.feedback) == ([], [])


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "same-origin"}, {"sec-fetch-site": "none"}, {"origin": "https://testserver"}, {}]
)
def test_our_own_forms_are_taken_behind_a_proxy_too(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/s/mihon", data={"text": "住民票"}, headers=headers).status_code == 200


def test_a_form_of_another_kind_or_size_is_refused(client: TestClient) -> None:
    assert client.post("/s/mihon", files={"text": b"x"}).status_code == 415
    assert client.post("/s/mihon", data={"text": "x" * 70_000}).status_code == 413
    assert client.post("/s/mihon", data={f"f{n}": "x" for n in range(30)}).status_code == 422


def test_bytes_that_are_no_text_do_not_break_the_page(client: TestClient, desk: Desk) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/s/mihon", content=b"text=%ff%00%ed%a0%bd\xff", headers=form).status_code == 200
    assert "\x00" not in desk.questions[0].text
    desk.questions[0].text.encode()
