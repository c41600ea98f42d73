"""The widget's files and fragments: small, framed only where allowed, the same renderer as the page."""

import gzip
import json
import re

import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient

from channels.web.render import ASSETS, NEEDED_BY_SCRIPT
from knowledge.sentences import wording
from tests.channels.web.fake_desk import CITY_PAGE, CONVERSATION, MIHON, Desk

FRAME = "/widget/v1/frame?site=mihon"
LIMIT = 30 * 1024
JAPANESE = re.compile(r"[ぁ-ゖァ-ヺ一-龯]")


def without_comments_and_patterns(script: str) -> str:
    """Left out: the brackets and letter classes by which chat.js recognises readings, which are no words."""
    return re.sub(r"//.*|/\*.*?\*/|\[[^\]]*\]", "", script)


def test_the_whole_widget_is_under_30_kb(client: TestClient) -> None:
    parts = [client.get(path).content for path in ("/widget/v1/loader.js", FRAME, "/widget/v1/chat.js", "/widget/v1/chat.css")]
    assert sum(len(gzip.compress(part)) for part in parts) < LIMIT


def test_a_page_of_the_city_loads_nothing_but_the_launcher(client: TestClient) -> None:
    loader = client.get("/widget/v1/loader.js")
    assert loader.headers["content-type"].startswith("text/javascript")
    assert "SETTINGS" not in loader.text
    assert "チャットで質問" in loader.text
    assert len(gzip.compress(loader.content)) < 5 * 1024


@pytest.mark.parametrize("name", ["loader.js", "chat.js", "loader.css", "chat.css"])
def test_scripts_and_styles_hold_no_words(name: str) -> None:
    assert not JAPANESE.search(without_comments_and_patterns((ASSETS / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", ["loader.js", "chat.js"])
def test_scripts_keep_nothing_and_send_to_nobody_in_particular(name: str) -> None:
    script = (ASSETS / name).read_text(encoding="utf-8")
    assert not re.search(r"localStorage|sessionStorage|document\.cookie|indexedDB|eval\(|https?://(?!www\.w3\.org)", script)
    assert not re.search(r"postMessage\([^)]*[\"']\*[\"']", script)


def test_every_word_a_script_may_write_comes_with_the_page(client: TestClient) -> None:
    page = BeautifulSoup(client.get(FRAME).text, "html.parser")
    words = json.loads(page.select_one("#words").get_text())  # type: ignore[union-attr]
    marked = {str(each[name]) for name in ("data-word", "data-word-label") for each in page.select(f"[{name}]")}
    used = set(re.findall(r'\bword\("(\w+)"', (ASSETS / "chat.js").read_text(encoding="utf-8")))
    assert marked | used <= set(NEEDED_BY_SCRIPT)
    assert set(words) == {"ja", "ja-x-easy", "en"}
    assert all(set(each) == set(NEEDED_BY_SCRIPT) for each in words.values())
    assert words["ja"]["left"] == "あと{count}文字"
    assert words["ja"]["limit"] == "300文字まで"


def test_only_the_citys_pages_may_frame_it(client: TestClient) -> None:
    policy = client.get(FRAME).headers["content-security-policy"]
    assert policy.endswith(f"frame-ancestors 'self' {CITY_PAGE}")


@pytest.mark.parametrize(
    ("host", "known"),
    [
        (CITY_PAGE, True),
        ("http://testserver", True),
        ("https://evil.example", False),
        ("https://testserver.evil.example", False),
        ("*", False),
    ],
)
def test_messages_go_only_to_pages_that_may_frame_it(client: TestClient, host: str, known: bool) -> None:
    page = BeautifulSoup(client.get(FRAME, params={"site": "mihon", "host": host}).text, "html.parser")
    assert page.body is not None
    assert page.body["data-host"] == (host if known else "")


def test_the_frame_can_be_used_as_a_plain_form(client: TestClient) -> None:
    reply = client.post(f"{FRAME}&host={CITY_PAGE}", data={"text": "住民票"})
    page = BeautifulSoup(reply.text, "html.parser")
    composer = page.select_one(".composer")
    assert composer is not None
    assert composer["action"] == "/widget/v1/frame?site=mihon&host=https%3A%2F%2Fwww.city.mihon.example.jp"
    assert page.select_one("[data-answer] .card")
    assert "frame-ancestors 'self'" in reply.headers["content-security-policy"]


def test_a_turn_is_the_fragment_that_the_page_shows(client: TestClient, desk: Desk) -> None:
    reply = client.post("/widget/v1/turn?site=mihon", data={"text": "suggested", "conversation": CONVERSATION})
    page = client.post("/s/mihon", data={"text": "suggested", "conversation": CONVERSATION})
    item = BeautifulSoup(reply.text.replace("q_1", "q_2"), "html.parser").li
    assert item is not None
    assert item == BeautifulSoup(page.text, "html.parser").select_one("[data-answer]")
    assert reply.headers["cache-control"] == "no-store"
    assert desk.questions[0].conversation == CONVERSATION


def test_the_greeting_comes_in_every_language(client: TestClient) -> None:
    reply = client.get("/widget/v1/welcome?site=mihon&language=en")
    assert "Hello." in reply.text
    assert 'lang="en"' in reply.text


def test_feedback_moves_on_by_fragments(client: TestClient, desk: Desk) -> None:
    reply = client.post("/widget/v1/feedback?site=mihon", data={"record": "q_1", "helpful": "no"})
    assert "<fieldset" in reply.text
    assert desk.feedback[0].site == MIHON.id


def test_a_refusal_reaches_the_script_as_json(client: TestClient) -> None:
    refusal = client.post("/widget/v1/turn?site=nowhere", data={"text": "x"}, headers={"accept": "application/json"})
    assert refusal.json()["error"]["code"] == "UnknownSite"
    assert (
        client.post("/widget/v1/turn", data={"text": "x"}).json()["error"]["message"].startswith("「自治体」（site）がありません")
    )


def test_the_address_of_a_file_changes_with_it(client: TestClient) -> None:
    page = BeautifulSoup(client.get(FRAME).text, "html.parser")
    style = page.select_one("link[rel=stylesheet]")
    assert style is not None
    assert re.fullmatch(r"/widget/v1/chat\.css\?v=[0-9a-f]{12}", str(style["href"]))
    assert "immutable" in client.get(str(style["href"])).headers["cache-control"]
    assert "immutable" not in client.get("/widget/v1/loader.js").headers["cache-control"]


def test_launcher_words_exist_in_every_language(client: TestClient) -> None:
    loader = client.get("/widget/v1/loader.js").text
    for language in ("ja", "ja-x-easy", "en"):
        assert json.dumps(wording("channels", language)["loader.unread"], ensure_ascii=False) in loader
