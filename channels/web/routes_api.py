"""The JSON API, for the city's own apps and for machines."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from channels.errors import BodyTooLarge, InvalidField, MalformedJson, UnknownSite, WrongContentType
from channels.message import Outcome, Question
from channels.web import schema
from channels.web.body import BODY_LIMIT, JSON_TYPE, json_body
from channels.web.desk import Feedback, WebDesk
from channels.web.headers import NO_STORE
from channels.web.language import choose, offered
from channels.web.outcomes import status_of
from channels.web.schema import AnswerOut, ErrorOut, FeedbackIn, QuestionIn, SiteOut, SitesOut
from knowledge.errors import KnownError

CHANNEL = "api"


def router(desk: WebDesk) -> APIRouter:
    """`/api/v1`."""
    api = APIRouter(prefix="/api/v1")

    @api.get("/sites", operation_id="listSites", tags=["sites"], summary="自治体の一覧", response_model=SitesOut)
    def list_sites() -> SitesOut:
        """この窓口で質問できる自治体と、使える言語を返します。"""
        return SitesOut(sites=[SiteOut.of(site) for site in desk.sites()])

    @api.post(
        "/sites/{site}/questions",
        operation_id="askQuestion",
        tags=["questions"],
        summary="質問する",
        response_model=AnswerOut,
        responses=ANSWERS,
        openapi_extra=_takes(QuestionIn),
    )
    def ask(
        site: str, asked: Annotated[QuestionIn, Depends(json_body(QuestionIn))], request: Request, response: Response
    ) -> AnswerOut:
        """承認済みの回答、近い質問の候補、または人の窓口を返します。結果の種類は outcome で分かります。本文の形はいつも同じです。"""
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
        summary="回答を評価する",
        status_code=204,
        responses=REFUSALS,
        openapi_extra=_takes(FeedbackIn),
    )
    def send_feedback(site: str, given: Annotated[FeedbackIn, Depends(json_body(FeedbackIn))]) -> None:
        """回答が役に立ったかどうかを送ります。同じ record にもう一度送ると、前の評価と置き換わります。"""
        desk.take_feedback(Feedback(desk.site(site).id, given.record, given.helpful, given.reason, given.comment))

    return api


def _takes(model: type[BaseModel]) -> dict[str, Any]:
    """The request body in OpenAPI; FastAPI cannot see it, because `body.py` reads it with our limits."""
    return {"requestBody": {"required": True, "content": {JSON_TYPE: {"schema": model.model_json_schema()}}}}


def _refusal(error: KnownError) -> dict[str, Any]:
    return {"error": {"code": type(error).__name__, "message": error.sentence()}}


def _documented(model: Any, description: str, **examples: Any) -> dict[str, Any]:
    content = {JSON_TYPE: {"examples": {name: {"value": value} for name, value in examples.items()}}}
    return {"model": model, "description": description, "content": content}


REFUSALS: dict[int | str, dict[str, Any]] = {
    400: _documented(ErrorOut, "JSON として読めません", malformed=_refusal(MalformedJson())),
    404: _documented(ErrorOut, "その自治体はありません", unknown_site=_refusal(UnknownSite("mihonn"))),
    413: _documented(ErrorOut, "本文が大きすぎます", too_large=_refusal(BodyTooLarge(BODY_LIMIT))),
    415: _documented(ErrorOut, "Content-Type が application/json ではありません", wrong_type=_refusal(WrongContentType(JSON_TYPE))),
    422: _documented(ErrorOut, "項目の値が正しくありません", missing=_refusal(InvalidField("record", "missing"))),
}

ANSWERS: dict[int | str, dict[str, Any]] = {
    **REFUSALS,
    200: _documented(
        AnswerOut,
        "回答",
        answered=schema.answer_example(Outcome.ANSWERED_ENTRY, "次のご案内が見つかりました。", entries=[schema.CARD_EXAMPLE]),
        suggested=schema.answer_example(
            Outcome.SUGGESTED, "お知りになりたいことは、この中にありますか。", choices=schema.CHOICES_EXAMPLE
        ),
        handoff=schema.answer_example(
            Outcome.HANDOFF_NO_MATCH,
            "お答えできる内容が見つかりませんでした。担当の窓口をご案内します。",
            contact=schema.CONTACT_EXAMPLE,
        ),
    ),
    413: _documented(
        AnswerOut | ErrorOut,
        "質問が長すぎます、または本文が大きすぎます",
        too_long=schema.answer_example(Outcome.REFUSED_TOO_LONG, "300文字以内でご質問ください。", record=None),
        too_large=_refusal(BodyTooLarge(BODY_LIMIT)),
    ),
    422: _documented(
        AnswerOut | ErrorOut,
        "質問が空です、または項目の値が正しくありません",
        empty=schema.answer_example(Outcome.REFUSED_EMPTY, "ご質問を入力してください。", record=None),
        wrong_token=_refusal(InvalidField("conversation", "string_pattern_mismatch")),
    ),
    500: _documented(
        AnswerOut,
        "思わぬ誤りが起きました",
        unexpected=schema.answer_example(
            Outcome.ERROR_UNEXPECTED, "うまくお答えできませんでした。時間をおいてもう一度お試しください。", record=None
        ),
    ),
    503: _documented(
        AnswerOut,
        "準備中です",
        not_ready=schema.answer_example(Outcome.ERROR_NOT_READY, "ただいま準備中です。しばらくしてからお試しください。", record=None),
    ),
}
