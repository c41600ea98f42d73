"""Pages are asked for one by one, politely, from the site's own server, and what goes wrong is a reason and never an error."""

from collections.abc import Iterator

import httpx
import pytest

from app.settings import PagePlace
from evals.page_copies import PageCopy
from evals.page_fetch import Fetcher, Unread
from evals.page_reading import judged
from knowledge.page_files import MAX_PAGE
from tests.evals.web_server import HTML, Reply, WebServer, moved, page, web_server

FEES = page(
    "証明書の手数料", "<h2>手数料</h2><p>住民票の写しは1通300円です。</p>" + "<p>窓口は平日8:30から17:15までです。</p>" * 20
)
LOGIN = page(
    "ログイン", '<form><input type="text" name="id"><input type="password" name="pw"></form><p>ログインしてください。</p>'
)


@pytest.fixture
def server() -> Iterator[WebServer]:
    with web_server() as running:
        yield running


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=5, trust_env=False) as opened:
        yield opened


def fetcher(server: WebServer, client: httpx.Client, **parts: object) -> Fetcher:
    return Fetcher(PagePlace(url=server.url), client, **{"rest": lambda _: None, **parts})  # type: ignore[arg-type]


def read(server: WebServer, client: httpx.Client, path: str = "a.html", known: PageCopy | None = None) -> PageCopy | Unread:
    return fetcher(server, client).read(f"{server.url}{path}", path, known)


def key(found: PageCopy | Unread) -> str:
    assert isinstance(found, Unread)
    assert "{" not in found.sentence
    return found.key


def test_a_page_is_read_with_its_tags(server: WebServer, client: httpx.Client) -> None:
    server.pages["/a.html"] = Reply(FEES.body, etag='"1"')
    found = read(server, client)
    assert isinstance(found, PageCopy)
    assert (found.path, found.etag, found.title) == ("a.html", '"1"', "証明書の手数料")
    assert "住民票の写しは1通300円です。" in found.told


def test_an_unchanged_page_is_not_sent_again(server: WebServer, client: httpx.Client) -> None:
    server.pages["/a.html"] = Reply(FEES.body, etag='"1"')
    known = read(server, client)
    assert isinstance(known, PageCopy)
    assert read(server, client, known=known) is known


def test_old_encodings_are_understood(server: WebServer, client: httpx.Client) -> None:
    text = str(FEES.body).replace("<head>", '<head><meta charset="Shift_JIS">')
    server.pages["/a.html"] = Reply(text.encode("cp932"), headers={"Content-Type": "text/html"})
    found = read(server, client)
    assert isinstance(found, PageCopy)
    assert "住民票の写し" in found.told


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply("error", 500), "status"),
        (Reply("no", 403), "status"),
        (Reply("gone", 404), "gone"),
        (Reply("gone", 410), "gone"),
        (moved("/a.html"), "redirects"),
        (moved("https://login.example.jp/"), "elsewhere"),
        (moved("//login.example.jp/"), "elsewhere"),
        (moved("http://[/"), "unreachable"),
        (Reply(b"%PDF", headers={"Content-Type": "application/pdf"}), "not_a_page"),
        (Reply("x" * (MAX_PAGE + 1)), "too_large"),
        (Reply(b"\xff\xfe\x00\xd8\x81", headers={"Content-Type": HTML}), "encoding"),
    ],
)
def test_what_is_no_page_is_kept_with_a_reason(server: WebServer, client: httpx.Client, reply: Reply, reason: str) -> None:
    server.pages["/a.html"] = reply
    assert key(read(server, client)) == reason


def test_a_page_that_moved_inside_the_site_is_read_there(server: WebServer, client: httpx.Client) -> None:
    server.pages |= {"/a.html": moved("new/a.html"), "/new/a.html": FEES}
    assert isinstance(read(server, client), PageCopy)


def test_redirects_that_never_end_stop_after_a_few(server: WebServer, client: httpx.Client) -> None:
    server.pages |= {f"/{number}": moved(f"/{number + 1}") for number in range(100)}
    assert key(read(server, client, "0")) == "redirects"
    assert len(server.asked) < 10


def test_a_server_that_does_not_answer_is_left_after_three_pages(server: WebServer) -> None:
    server.pages |= {f"/{number}.html": Reply(hangs=True) for number in range(9)}
    with httpx.Client(timeout=0.05, trust_env=False) as client:
        asking = fetcher(server, client)
        found = [asking.read(f"{server.url}{number}.html", "", None) for number in range(9)]
    assert [key(each) for each in found] == ["slow"] * 3 + ["not_tried"] * 6


def test_a_server_that_sends_for_ever_is_left_in_time(server: WebServer, client: httpx.Client) -> None:
    server.pages["/a.html"] = FEES
    moments = iter(range(0, 1000, 15))
    asking = fetcher(server, client, clock=lambda: float(next(moments)))
    assert key(asking.read(f"{server.url}a.html", "a.html", None)) == "slow"


def test_without_a_network_every_page_is_kept(client: httpx.Client) -> None:
    asking = Fetcher(PagePlace(url="http://127.0.0.1:9/"), client, rest=lambda _: None)
    found = [asking.read(f"http://127.0.0.1:9/{number}", "", None) for number in range(5)]
    assert [key(each) for each in found] == ["unreachable"] * 3 + ["not_tried"] * 2


def test_what_robots_txt_forbids_is_not_asked_for(server: WebServer, client: httpx.Client) -> None:
    server.pages |= {"/robots.txt": Reply("User-agent: *\nDisallow: /b", headers={"Content-Type": "text/plain"}), "/a.html": FEES}
    asking = fetcher(server, client)
    assert isinstance(asking.read(f"{server.url}a.html", "", None), PageCopy)
    assert key(asking.read(f"{server.url}b.html", "", None)) == "robots"
    assert server.asked == ["/robots.txt", "/a.html"]


def test_a_server_in_trouble_about_its_rules_is_left_alone(server: WebServer, client: httpx.Client) -> None:
    server.pages |= {"/robots.txt": Reply("", 503), "/a.html": FEES}
    assert key(read(server, client)) == "status"
    assert "/a.html" not in server.asked


def test_it_rests_between_pages(server: WebServer, client: httpx.Client) -> None:
    server.pages["/a.html"] = FEES
    rests: list[float] = []
    asking = fetcher(server, client, rest=rests.append)
    for _ in range(3):
        asking.read(f"{server.url}a.html", "", None)
    assert len(rests) == 3
    assert min(rests) > 0


def copy(reply: Reply) -> PageCopy:
    return PageCopy("https://www.city.example.jp/a.html", "a.html", str(reply.body))


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (LOGIN, "login"),
        (page("お知らせ", "<p>メンテナンス中です。</p>"), "shrunk"),
        (Reply("<html><body></body></html>"), "empty"),
        (Reply("<div>" * 5000 + "手数料" + "</div>" * 5000), "too_deep"),
    ],
)
def test_a_page_that_became_a_notice_or_a_login_form_is_kept(now: Reply, reason: str) -> None:
    before = copy(FEES)
    reading = judged([copy(now)], {before.url: before})
    assert reading.pages == ()
    assert [key(each) for each in reading.unread] == [reason]


def test_a_page_that_always_had_a_login_box_is_read() -> None:
    before = copy(LOGIN)
    reading = judged([copy(Reply(str(LOGIN.body).replace("してください", "してね")))], {before.url: before})
    assert len(reading.pages) == 1


def test_a_page_that_only_got_a_box_for_members_is_read() -> None:
    before = copy(FEES)
    box = '<form><input type="password" name="pw"></form></main>'
    assert len(judged([copy(Reply(str(FEES.body).replace("</main>", box)))], {before.url: before}).pages) == 1
    assert len(judged([copy(Reply(str(FEES.body).replace("</main>", box)))], {}).pages) == 1
    assert [key(each) for each in judged([copy(LOGIN)], {}).unread] == ["login"]


def test_a_short_page_may_become_shorter() -> None:
    before = copy(page("休館日", "<p>12月29日から1月3日まで休みます。</p>"))
    assert judged([copy(page("休館日", "<p>なし</p>"))], {before.url: before}).unread == ()
