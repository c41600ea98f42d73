"""The pages that work without JavaScript: choose a municipality, ask, say whether it helped."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from channels.web import render
from channels.web.body import Form
from channels.web.desk import WebDesk
from channels.web.headers import NO_STORE, refuse_cross_site
from channels.web.language import choose
from channels.web.outcomes import status_of
from channels.web.render import Chat, FeedbackStep, Turn
from channels.web.visit import Visit, take_feedback, take_turn, token, visit
from knowledge.sentences import languages

READING = ["GET", "HEAD"]
"""Link checkers of the city's site ask with HEAD."""


def router(desk: WebDesk) -> APIRouter:
    """`/` and `/s/{site}`."""
    pages = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    ours = [Depends(refuse_cross_site)]

    @pages.api_route("/", methods=READING)
    def home(request: Request, language: str | None = None) -> Response:
        sites = tuple(desk.sites())
        if len(sites) == 1:
            return RedirectResponse(f"/s/{sites[0].id}")
        chosen = choose(language, request.headers.get("accept-language", ""), sorted(languages("channels")))
        return HTMLResponse(render.sites_page(sites, chosen))

    @pages.api_route("/s/{site}", methods=READING)
    def show(site: str, request: Request, language: str | None = None) -> HTMLResponse:
        return _page(desk, visit(desk, site, request, language))

    @pages.post("/s/{site}", dependencies=ours)
    def ask(site: str, request: Request, form: Form) -> HTMLResponse:
        here = visit(desk, site, request, form.get("language"))
        return _page(desk, here, turn=take_turn(desk, here, form))

    @pages.post("/s/{site}/feedback", dependencies=ours)
    def send_feedback(site: str, request: Request, form: Form) -> HTMLResponse:
        here = visit(desk, site, request, form.get("language"))
        return _page(desk, here, conversation=token(form), feedback=take_feedback(desk, here, form))

    return pages


def _page(
    desk: WebDesk, here: Visit, turn: Turn | None = None, conversation: str = "", feedback: FeedbackStep | None = None
) -> HTMLResponse:
    chat = Chat(
        site=here.site,
        language=here.language,
        languages=here.languages,
        action=f"/s/{here.site.id}",
        welcome=desk.welcome(here.site.id, here.language),
        text_limit=desk.text_limit,
        conversation=turn.answer.conversation if turn else conversation,
        turn=turn,
        feedback=feedback,
    )
    return HTMLResponse(render.chat_page(chat), status_of(turn.answer.outcome) if turn else 200, NO_STORE)
