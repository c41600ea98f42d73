"""The widget: a launcher for the city's own pages, the frame it opens, and the fragments the frame asks for."""

import json
from functools import cache, partial
from typing import Annotated
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from channels.web import render
from channels.web.body import Form
from channels.web.desk import SiteCard, WebDesk
from channels.web.headers import NO_STORE, ORIGIN, content_policy, refuse_cross_site
from channels.web.outcomes import status_of
from channels.web.render import ASSETS, Chat, Turn
from channels.web.visit import Visit, take_feedback, take_turn, visit
from knowledge.sentences import languages, say, wording

ASSET_TYPES = {"chat.js": "text/javascript", "chat.css": "text/css", "icon.svg": "image/svg+xml"}
FOREVER = "public, max-age=31536000, immutable"
BRIEFLY = "public, max-age=300"
"""The launcher's address is written into the city's pages and never changes, so a correction must reach them soon."""

SiteId = Annotated[str, Query(alias="site")]


def router(desk: WebDesk) -> APIRouter:
    """`/widget/v1`."""
    widget = APIRouter(prefix="/widget/v1", include_in_schema=False)
    ours = [Depends(refuse_cross_site)]

    @widget.get("/loader.js")
    def loader() -> Response:
        return Response(_loader(), media_type="text/javascript", headers={"Cache-Control": BRIEFLY})

    for name, kind in ASSET_TYPES.items():
        widget.add_api_route(f"/{name}", partial(_asset, name, kind))

    @widget.get("/frame")
    def show(site: SiteId, request: Request, host: str = "", language: str | None = None) -> HTMLResponse:
        return _frame(desk, visit(desk, site, request, language), request, host)

    @widget.post("/frame", dependencies=ours)
    def ask_in_frame(site: SiteId, request: Request, form: Form, host: str = "") -> HTMLResponse:
        here = visit(desk, site, request, form.get("language"))
        return _frame(desk, here, request, host, take_turn(desk, here, form))

    @widget.get("/welcome")
    def welcome(site: SiteId, request: Request, language: str | None = None) -> HTMLResponse:
        here = visit(desk, site, request, language)
        return HTMLResponse(render.welcome_fragment(here.site, desk.welcome(here.site.id, here.language), here.language))

    @widget.post("/turn", dependencies=ours)
    def ask(site: SiteId, request: Request, form: Form) -> HTMLResponse:
        here = visit(desk, site, request, form.get("language"))
        turn = take_turn(desk, here, form)
        return HTMLResponse(render.answer_fragment(here.site, turn.answer), status_of(turn.answer.outcome), NO_STORE)

    @widget.post("/feedback", dependencies=ours)
    def send_feedback(site: SiteId, request: Request, form: Form) -> HTMLResponse:
        here = visit(desk, site, request, form.get("language"))
        return HTMLResponse(render.feedback_fragment(here.site, take_feedback(desk, here, form), here.language), headers=NO_STORE)

    return widget


def _asset(name: str, kind: str) -> Response:
    return Response((ASSETS / name).read_bytes(), media_type=kind, headers={"Cache-Control": FOREVER})


def _frame(desk: WebDesk, here: Visit, request: Request, host: str, turn: Turn | None = None) -> HTMLResponse:
    known_host = host if _may_embed(here.site, host, request) else ""
    chat = Chat(
        site=here.site,
        language=here.language,
        languages=here.languages,
        action=f"/widget/v1/frame?{urlencode({'site': here.site.id, 'host': known_host})}",
        welcome=desk.welcome(here.site.id, here.language),
        text_limit=desk.text_limit,
        framed=True,
        host=known_host,
        conversation=turn.answer.conversation if turn else "",
        turn=turn,
    )
    headers = {**NO_STORE, "Content-Security-Policy": content_policy(here.site.origins)}
    return HTMLResponse(render.chat_page(chat), status_of(turn.answer.outcome) if turn else 200, headers)


def _may_embed(site: SiteCard, host: str, request: Request) -> bool:
    """Whether messages may be exchanged with that origin: the same ones that may frame us."""
    own = ORIGIN.fullmatch(host) is not None and urlsplit(host).netloc == request.headers.get("host")
    return own or host in site.origins


@cache
def _loader() -> str:
    """The launcher with its style and its words in every language written in: the city's page loads one file, once."""
    keys = [key for key in wording("channels") if key.startswith("loader.")]
    words = {
        language: {key.removeprefix("loader."): say("channels", key, language) for key in keys}
        for language in sorted(languages("channels"))
    }
    settings = {"style": (ASSETS / "loader.css").read_text(encoding="utf-8"), "words": words}
    source = (ASSETS / "loader.js").read_text(encoding="utf-8")
    return source.replace('"SETTINGS"', json.dumps(settings, ensure_ascii=False))
