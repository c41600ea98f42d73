"""The demo home page: the seed pages with the widget in them, and nothing outside their folder."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.channels.web.conftest import web_app
from tests.channels.web.fake_desk import Desk

HOME = "<html><body><p>みほん市</p><!-- madoguchi --></body></html>"


@pytest.fixture
def demo(desk: Desk, tmp_path: Path) -> TestClient:
    pages = tmp_path / "pages"
    (pages / "moving").mkdir(parents=True)
    (pages / "index.html").write_text(HOME, encoding="utf-8")
    (pages / "moving" / "in.html").write_text("<html><body>転入届</body></html>", encoding="utf-8")
    (pages / "style.css").write_text("body {}", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (pages / "out.html").symlink_to(tmp_path / "secret.txt")
    return TestClient(web_app(desk, pages=pages))


def test_the_widget_stands_at_the_comment(demo: TestClient) -> None:
    page = demo.get("/demo")
    assert page.url.path == "/demo/pages/index.html"
    assert '<p>みほん市</p><script src="/widget/v1/loader.js" data-site="mihon" async></script></body>' in page.text


def test_the_other_pages_and_files_are_served(demo: TestClient) -> None:
    assert "転入届" in demo.get("/demo/pages/moving/in.html").text
    assert demo.get("/demo/pages/style.css").headers["content-type"].startswith("text/css")


@pytest.mark.parametrize(
    "path",
    [
        "../secret.txt",
        "%2e%2e/secret.txt",
        "..%2fsecret.txt",
        "%2fetc%2fpasswd",
        "out.html",
        "moving",
        "no.html",
        "a%00b",
        "x" * 300,
    ],
)
def test_nothing_else_is_served(demo: TestClient, path: str) -> None:
    assert demo.get(f"/demo/pages/{path}").status_code == 404
