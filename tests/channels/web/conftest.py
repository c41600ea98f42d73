"""The web channel on its own, in front of a small true desk."""

from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

import knowledge
from channels.web import demo, errors, headers
from channels.web.desk import SiteCard
from channels.web.routes import router
from tests.channels.web.fake_desk import MIHON, Desk, web_desk

SEED_PAGES = Path(knowledge.__path__[0]) / "seed" / "pages"


def web_app(desk: Desk, *sites: SiteCard, pages: Path = SEED_PAGES) -> FastAPI:
    """What `app/main.py` builds, without the service."""
    app = FastAPI()
    door = web_desk(desk, *sites)
    errors.install(app)
    headers.install(app, door.origins)
    app.include_router(router(door))
    app.include_router(demo.router(pages, MIHON.id))
    return app


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def client(desk: Desk) -> TestClient:
    return TestClient(web_app(desk), headers={"accept-language": "ja"}, follow_redirects=False)
