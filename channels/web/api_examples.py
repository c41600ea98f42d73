"""What the documentation of the JSON API shows: a request, an answer and a refusal of every kind, as a city would see them."""

from typing import Any

from fastapi.openapi.models import Example
from pydantic import BaseModel

from channels.errors import BodyTooLarge, InvalidField, MalformedJson, UnknownSite, WrongContentType
from channels.message import Outcome
from channels.web.body import BODY_LIMIT, JSON_TYPE
from channels.web.schema import AnswerOut, ErrorOut, FeedbackIn, QuestionIn, SitesOut
from knowledge.errors import KnownError

_CONVERSATION = "3vQq0bJk1x8mT2cYh5LZwA"
_RECORD = "q_01J9Z6C3M4"

Responses = dict[int | str, dict[str, Any]]

_CARD = {
    "id": "juminhyo-copy",
    "question": "住民票の写しはどこで、いくらで取れますか",
    "answer": "市民課の窓口、コンビニエンスストア、郵送で取れます。\n- 窓口・郵送：1通300円\n- コンビニ：1通200円",
    "answer_html": "<p>市民課の窓口、コンビニエンスストア、郵送で取れます。</p>\n"
    "<ul>\n<li>窓口・郵送：1通300円</li>\n<li>コンビニ：1通200円</li>\n</ul>\n",
    "division": "市民課",
    "source": "https://www.city.mihon.example.jp/registry/juminhyo.html",
    "procedure": "",
    "contact": "",
    "confirmed_on": "2026-10-07",
    "language": "ja",
}
_CHOICES = [
    {"entry": "moving-in", "text": "市外からみほん市へ引っ越してきたときの届出（転入届）"},
    {"entry": "moving-out", "text": "みほん市から市外へ引っ越すときの届出（転出届）"},
]
_CONTACT = {
    "division": "市民課",
    "phone": "0999-00-1101",
    "hours": "平日 8:30〜17:15",
    "open_now": False,
    "next_open": "11月24日（火）8:30",
}
_SITE = {"id": "mihon", "name": "みほん市", "phone": "0999-00-1000", "languages": ["ja", "ja-x-easy", "en"]}


def _refusal(error: KnownError) -> Example:
    return Example(value={"error": {"code": type(error).__name__, "message": error.sentence()}})


def _answer(outcome: Outcome, message: str, **others: Any) -> Example:
    # FastAPI drops every null from its documentation, so the examples have none: a contact and a record each time.
    base: dict[str, Any] = {"language": "ja", "entries": [], "choices": [], "contact": _CONTACT, "record": _RECORD}
    return Example(value={"outcome": outcome.value, "message": message, **base, "conversation": _CONVERSATION, **others})


def _response(model: Any, description: str, **examples: Example) -> dict[str, Any]:
    return {"model": model, "description": description, "content": {JSON_TYPE: {"examples": examples}}}


def _request(model: type[BaseModel], **examples: Example) -> dict[str, Any]:
    """The request body in OpenAPI; FastAPI cannot see it, because `body.py` reads it with our limits."""
    content = {JSON_TYPE: {"schema": model.model_json_schema(), "examples": examples}}
    return {"requestBody": {"required": True, "content": content}}


SITES: Responses = {200: _response(SitesOut, "The municipalities", one=Example(value={"sites": [_SITE]}))}

QUESTION = _request(
    QuestionIn,
    first=Example(value={"text": "住民票の写しはどこで取れますか", "language": "ja"}),
    next=Example(value={"text": "コンビニでも取れますか", "conversation": _CONVERSATION, "language": "ja"}),
    choice=Example(value={"text": _CHOICES[0]["text"], "conversation": _CONVERSATION, "choice": "moving-in"}),
)

FEEDBACK = _request(
    FeedbackIn,
    helpful=Example(value={"record": _RECORD, "helpful": True}),
    outdated=Example(
        value={"record": _RECORD, "helpful": False, "reason": "outdated", "comment": "手数料が窓口の掲示と違いました。"}
    ),
)

REFUSALS: Responses = {
    400: _response(ErrorOut, "Not JSON", malformed=_refusal(MalformedJson())),
    404: _response(ErrorOut, "No such municipality", unknown_site=_refusal(UnknownSite("mihonn"))),
    413: _response(ErrorOut, "The body is too large", too_large=_refusal(BodyTooLarge(BODY_LIMIT))),
    415: _response(ErrorOut, "Not sent as JSON", wrong_type=_refusal(WrongContentType(JSON_TYPE))),
    422: _response(ErrorOut, "A field has no usable value", missing=_refusal(InvalidField("record", "missing"))),
}

ANSWERS: Responses = {
    **REFUSALS,
    200: _response(
        AnswerOut,
        "An answer; `outcome` says of which kind",
        answered=_answer(Outcome.ANSWERED_ENTRY, "次のご案内が見つかりました。", entries=[_CARD]),
        suggested=_answer(Outcome.SUGGESTED, "お知りになりたいことは、この中にありますか。", choices=_CHOICES),
        handoff=_answer(Outcome.HANDOFF_NO_MATCH, "お答えが見つかりませんでした。担当の窓口をご案内します。"),
    ),
    413: _response(
        AnswerOut | ErrorOut,
        "The question is too long, or the body is too large",
        too_long=_answer(Outcome.REFUSED_TOO_LONG, "300文字以内でご質問ください。"),
        too_large=_refusal(BodyTooLarge(BODY_LIMIT)),
    ),
    422: _response(
        AnswerOut | ErrorOut,
        "The question is empty, or a field has no usable value",
        empty=_answer(Outcome.REFUSED_EMPTY, "ご質問を入力してください。"),
        wrong_token=_refusal(InvalidField("conversation", "string_pattern_mismatch")),
    ),
    500: _response(
        AnswerOut,
        "Something went wrong that nobody foresaw",
        unexpected=_answer(Outcome.ERROR_UNEXPECTED, "うまくお答えできませんでした。もう一度お試しください。"),
    ),
    503: _response(
        AnswerOut,
        "Nothing has been published yet",
        not_ready=_answer(Outcome.ERROR_NOT_READY, "ただいま準備中です。しばらくしてからお試しください。"),
    ),
}
