"""The web service, put together: the only file that knows every channel."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path

import structlog
from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.types import Lifespan

from app import health
from app.errors import NoSite, Unexpected
from app.line import line_office
from app.log import set_up_logging
from app.wiring import Service
from channels.line import routes as line_routes
from channels.line.channel import LineChannel
from channels.web import demo, errors, headers, routes
from channels.web.desk import SiteCard, WebDesk, Welcome
from indexer.errors import SnapshotDamaged, SnapshotMissing, SnapshotOfAnotherModel
from knowledge import VERSION
from knowledge.entry import Site
from knowledge.sentences import languages, say
from knowledge.sites import sites

DESCRIPTION = "承認された文だけで答える、市役所のチャットボットの API です。"

log = structlog.get_logger()


def create_app(running: Service) -> FastAPI:
    """The ASGI application over one service. Raises NoSite when the demo is wanted and there is nothing to show."""
    set_up_logging(running.settings.log_level)
    line = line_office(running) if running.settings.line_accounts else None
    lifespan = _lifespan(running, line)
    # No /docs: Swagger UI would be fetched from the internet, which a closed network does not have.
    app = FastAPI(title="Madoguchi", version=VERSION, description=DESCRIPTION, docs_url=None, redoc_url=None, lifespan=lifespan)
    desk = web_desk(running)
    app.include_router(health.router(running, line))
    app.include_router(routes.router(desk))
    if line:
        app.include_router(line_routes.router(line))
    if running.settings.demo:
        pages = Path(str(files("knowledge").joinpath("seed", "pages")))
        app.include_router(demo.router(pages, _first_site(desk)))
    errors.install(app)
    app.add_exception_handler(Exception, _apologise)
    headers.install(app, lambda: desk.origins() | frozenset(running.settings.api_origins))
    return app


def web_desk(running: Service) -> WebDesk:
    """What the web channel is given."""

    def known_sites() -> list[SiteCard]:
        with running.sessions() as session:
            return [_card(site, running.settings.embed_origins) for site in sites(session)]

    def welcome(site: str, language: str) -> Welcome:
        return Welcome(say("app", "welcome.message", language, site=running.find_site(site).name))

    limit = running.settings.question_limit
    return WebDesk(running.answerer.converse, known_sites, running.take_feedback, welcome, text_limit=limit)


def _lifespan(running: Service, line: LineChannel | None) -> Lifespan[FastAPI]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(_open_all, running)
        if line:
            line.start()
        yield
        if line:
            await run_in_threadpool(line.stop)

    return lifespan


def _open_all(running: Service) -> None:
    """Open every site's snapshot and use it once, so that the first resident does not wait for it."""
    with running.sessions() as session:
        known = [site.id for site in sites(session)]
    for site in known:
        try:
            running.live.searcher(site).search(say("app", "welcome.message", site=site))
        except (SnapshotMissing, SnapshotDamaged, SnapshotOfAnotherModel) as error:
            log.error("site cannot answer yet", site=site, reason=str(error))


def _first_site(desk: WebDesk) -> str:
    known = desk.sites()
    if not known:
        raise NoSite
    return known[0].id


def _card(site: Site, origins: list[str]) -> SiteCard:
    return SiteCard(site.id, site.name, site.phone, languages=tuple(sorted(languages("app"))), origins=tuple(origins))


def _apologise(request: Request, error: Exception) -> Response:
    log.error("request failed", path=request.url.path, exc_info=error)
    response = errors.respond(request, Unexpected())
    # This handler stands outside the middleware that gives every other response its headers.
    response.headers.update(headers.STANDARD)
    return response
