"""The JSON API, for the city's own apps and for machines."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from channels.feedback import Feedback
from channels.message import Question
from channels.web import api_examples
from channels.web.body import json_body
from channels.web.desk import WebDesk
from channels.web.headers import API_PREFIX, NO_STORE
from channels.web.language import choose, offered
from channels.web.outcomes import status_of
from channels.web.schema import AnswerOut, FeedbackIn, QuestionIn, SiteOut, SitesOut

CHANNEL = "api"

SiteId = Annotated[str, Path(description="`id` of one of the sites.", examples=["mihon"])]


def router(desk: WebDesk) -> APIRouter:
    """`/api/v1`."""
    api = APIRouter(prefix=f"{API_PREFIX}v1")

    @api.get("/sites", operation_id="listSites", tags=["sites"], responses=api_examples.SITES)
    def list_sites() -> SitesOut:
        """The municipalities that can be asked here, with their languages."""
        return SitesOut(sites=[SiteOut.of(site) for site in desk.sites()])

    @api.post(
        "/sites/{site}/questions",
        operation_id="askQuestion",
        tags=["questions"],
        responses=api_examples.ANSWERS,
        openapi_extra=api_examples.QUESTION,
    )
    def ask_question(
        site: SiteId, asked: Annotated[QuestionIn, Depends(json_body(QuestionIn))], request: Request, response: Response
    ) -> AnswerOut:
        """An approved answer, close questions to choose from, or the people to ask. The body has one shape for every outcome."""
        available = offered(desk.site(site).languages)
        language = choose(asked.language, request.headers.get("accept-language", ""), available)
        answer = desk.converse(Question(site, asked.text, CHANNEL, language, asked.conversation, asked.choice))
        response.status_code = status_of(answer.outcome)
        response.headers.update(NO_STORE)
        return AnswerOut.of(answer)

    @api.post(
        "/sites/{site}/feedback",
        operation_id="sendFeedback",
        tags=["questions"],
        status_code=204,
        responses=api_examples.REFUSALS,
        openapi_extra=api_examples.FEEDBACK,
    )
    def send_feedback(site: SiteId, given: Annotated[FeedbackIn, Depends(json_body(FeedbackIn))]) -> None:
        """Whether an answer helped. Sent again for the same record, it replaces what was said before."""
        desk.take_feedback(Feedback(desk.site(site).id, given.record, given.helpful, given.reason, given.comment))

    return api
