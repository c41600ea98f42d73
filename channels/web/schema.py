"""The shapes of the JSON API, with the examples its documentation shows."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from channels.message import Answer, Card, Outcome
from channels.web.desk import COMMENT_LIMIT, RECORD, TOKEN, Reason, SiteCard
from channels.web.markdown import answer_html

Token = Annotated[str, Field(pattern=f"^{TOKEN}$")]

_CONVERSATION = "3vQq0bJk1x8mT2cYh5LZwA"
_RECORD = "q_01J9Z6C3M4"


class QuestionIn(BaseModel):
    """What a resident asks."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": "住民票の写しはどこで取れますか", "conversation": _CONVERSATION, "language": "ja"}]}
    )

    text: str = Field(description="質問文。改行や絵文字も使えます。")
    conversation: Token | None = Field(None, description="前の回答で受け取った会話の番号。続けて質問するときに送ります。")
    language: str | None = Field(None, max_length=35, description="ja、ja-x-easy（やさしい日本語）、en など。知らない言語は ja です。")
    choice: str | None = Field(None, max_length=200, description="選択肢から選んだときは、その選択肢の entry。")


class CardOut(BaseModel):
    """An approved answer."""

    id: str
    question: str
    answer: str = Field(description="担当課が承認した文（かんたんな Markdown）。")
    answer_html: str = Field(description="同じ文を安全な HTML にしたもの。")
    division: str = Field(description="担当課の名前。")
    source: str = Field(description="市のページの URL。ないときは空。")
    procedure: str = Field(description="電子申請の URL。ないときは空。")
    contact: str
    confirmed_on: date | None = Field(description="担当課が最後に確認した日。")
    language: str

    @classmethod
    def of(cls, card: Card) -> Self:
        return cls(**asdict(card), answer_html=str(answer_html(card.answer, card.language)))


class ChoiceOut(BaseModel):
    """A question offered as a button."""

    model_config = ConfigDict(from_attributes=True)

    entry: str
    text: str


class ContactOut(BaseModel):
    """The people who can be asked."""

    model_config = ConfigDict(from_attributes=True)

    division: str
    phone: str
    hours: str
    open_now: bool
    next_open: str


class AnswerOut(BaseModel):
    """One reply; the shape is the same whatever the outcome and the status."""

    outcome: Outcome
    message: str = Field(description="窓口のことば。そのまま表示できます。")
    language: str
    entries: list[CardOut]
    choices: list[ChoiceOut]
    contact: ContactOut | None
    conversation: str
    record: str | None = Field(description="この回答への評価を送るときに使う番号。記録しなかったときは null。")

    @classmethod
    def of(cls, answer: Answer) -> Self:
        return cls(
            outcome=answer.outcome,
            message=answer.message,
            language=answer.language,
            entries=[CardOut.of(card) for card in answer.entries],
            choices=[ChoiceOut.model_validate(choice) for choice in answer.choices],
            contact=ContactOut.model_validate(answer.contact) if answer.contact else None,
            conversation=answer.conversation,
            record=answer.record,
        )


class SiteOut(BaseModel):
    """A municipality served here."""

    id: str
    name: str
    phone: str
    languages: list[str]

    @classmethod
    def of(cls, site: SiteCard) -> Self:
        return cls(id=site.id, name=site.name, phone=site.phone, languages=list(site.languages))


class SitesOut(BaseModel):
    """All of them."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"sites": [{"id": "mihon", "name": "みほん市", "phone": "0999-00-1000", "languages": ["ja", "ja-x-easy", "en"]}]}
            ]
        }
    )

    sites: list[SiteOut]


class FeedbackIn(BaseModel):
    """What a resident thought of one answer."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"record": _RECORD, "helpful": False, "reason": "outdated", "comment": "手数料が窓口の掲示と違いました。"}]
        }
    )

    record: str = Field(pattern=f"^{RECORD}$", description="回答で受け取った record。")
    helpful: StrictBool = Field(description="役に立ったか。")
    reason: Reason | None = Field(None, description="役に立たなかった理由。")
    comment: str = Field("", max_length=COMMENT_LIMIT, description="自由記述。個人番号やお名前は書かないでください。")


class ErrorDetail(BaseModel):
    """A code for programs and a sentence for people."""

    code: str
    message: str


class ErrorOut(BaseModel):
    """Every refusal that is not an answer."""

    error: ErrorDetail


def answer_example(outcome: Outcome, message: str, **others: Any) -> dict[str, Any]:
    """An example of `AnswerOut` with everything optional left empty."""
    base = {"outcome": outcome.value, "message": message, "language": "ja", "entries": [], "choices": [], "contact": None}
    return {**base, "conversation": _CONVERSATION, "record": _RECORD, **others}


CARD_EXAMPLE = {
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
CHOICES_EXAMPLE = [
    {"entry": "moving-in", "text": "市外からみほん市へ引っ越してきたときの届出（転入届）"},
    {"entry": "moving-out", "text": "みほん市から市外へ引っ越すときの届出（転出届）"},
]
CONTACT_EXAMPLE = {
    "division": "市民課",
    "phone": "0999-00-1101",
    "hours": "平日 8:30〜17:15",
    "open_now": False,
    "next_open": "11月24日（火）8:30",
}
