"""A real Chromium in front of the web channel, and a page of the city on another origin with the widget in it."""

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse, Response
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.channels.web.conftest import web_app
from tests.channels.web.fake_desk import MIHON, Desk

CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)

# A reset sheet that spares nothing, as found on real pages, and then some.
HOSTILE_CSS = """
html { font-size: 62.5%; }
*, *::before { all: revert; margin: 0 !important; padding: 0 !important; border: 0 !important; line-height: 1 !important;
  color: red !important; background: none !important; font: 7px serif !important; position: static !important; }
button, iframe, div { display: none !important; width: 1px !important; visibility: hidden !important; }
"""
HOST_PAGE = """<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>みほん市</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="{frame}/widget/v1/icon.svg">
<link rel="stylesheet" href="/host.css"></head>
<body><main><h1>みほん市</h1><p><a id="link" href="/host">くらし</a></p></main>
<script src="{frame}/widget/v1/loader.js" data-site="mihon" async></script></body></html>"""


@dataclass(frozen=True)
class City:
    """The two origins, and the desk behind them."""

    frame: str
    host: str
    desk: Desk


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.is_file() or shutil.which(str(CHROMIUM)) is None:
        pytest.skip("no Chromium at /usr/bin/chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(QUIET))
        yield started
        started.close()


@pytest.fixture(scope="module")
def _served() -> Iterator[City]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        city = City(f"http://127.0.0.1:{port}", f"http://localhost:{port}", Desk())
        server = uvicorn.Server(uvicorn.Config(_app(city), log_level="critical", lifespan="off", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield city
        server.should_exit = True
        thread.join()


def _app(city: City) -> FastAPI:
    app = web_app(city.desk, replace(MIHON, origins=(city.host,)))
    strict = f"default-src 'none'; script-src {city.frame}; frame-src {city.frame}; img-src {city.frame}; style-src 'self'"

    @app.get("/host")
    def host() -> HTMLResponse:
        return HTMLResponse(HOST_PAGE.format(frame=city.frame), headers={"Content-Security-Policy": strict})

    @app.get("/host.css")
    def style() -> Response:
        return Response(HOSTILE_CSS, media_type="text/css")

    return app


@pytest.fixture
def city(_served: City) -> City:
    _served.desk.questions.clear()
    _served.desk.feedback.clear()
    return _served


Open = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """`open_page(url, width, height, **context)`: a page in a fresh context that fails the test on a script error."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def open_page(url: str, width: int = 1280, height: int = 800, **options: object) -> Page:
        settings = {"locale": "ja-JP", "reduced_motion": "reduce", **options}
        context = browser.new_context(viewport={"width": width, "height": height}, **settings)  # type: ignore[arg-type]
        context.set_default_timeout(5_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: problems.append(message.text) if "Content Security" in message.text else None)
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [each for each in problems if "frame-ancestors" not in each] == []
