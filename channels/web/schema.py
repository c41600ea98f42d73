"""The shapes of the JSON API, with the examples its documentation shows."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, WithJsonSchema

from channels.feedback import COMMENT_LIMIT, RECORD_SHAPE, Reason
from channels.message import Answer, Card, Outcome
from channels.web.desk import CONVERSATION_SHAPE, SiteCard
from channels.web.markdown import answer_html

# Written out in the schema: a request body that FastAPI does not see cannot refer to its components.
WrittenReason = Annotated[Reason, WithJsonSchema({"type": "string", "enum": [each.value for each in Reason]})]
Token = Annotated[str, Field(pattern=f"^{CONVERSATION_SHAPE}$")]


class QuestionIn(BaseModel):
    """What a resident asks."""

    text: str = Field(description="The question, in the resident's own words; line breaks and emoji are welcome.")
    conversation: Token | None = Field(None, description="Token from the previous answer, to go on with that conversation.")
    language: str | None = Field(
        None,
        max_length=35,
        description="ja, ja-x-easy (easy Japanese), en; an unknown one means ja, none leaves it to Accept-Language.",
    )
    choice: str | None = Field(None, max_length=200, description="`entry` of the choice that was pressed.")


class CardOut(BaseModel):
    """An approved answer."""

    id: str
    question: str
    answer: str = Field(description="The approved text, in light Markdown.")
    answer_html: str = Field(description="The same text as safe HTML.")
    division: str = Field(description="Name of the division in charge.")
    source: str = Field(description="URL of the city's page, or empty.")
    procedure: str = Field(description="URL of the online procedure, or empty.")
    contact: str
    confirmed_on: date | None = Field(description="Day on which the division last confirmed the text.")
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
    message: str = Field(description="The desk's own sentence, ready to be shown.")
    language: str
    entries: list[CardOut]
    choices: list[ChoiceOut]
    contact: ContactOut | None
    conversation: str
    record: str | None = Field(description="Handle for feedback on this answer; null when nothing was recorded.")

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

    sites: list[SiteOut]


class FeedbackIn(BaseModel):
    """What a resident thought of one answer."""

    record: str = Field(pattern=f"^{RECORD_SHAPE}$", description="`record` of the answer.")
    helpful: StrictBool = Field(description="Whether it helped.")
    reason: WrittenReason | None = Field(None, description="Why it did not.")
    comment: str = Field("", max_length=COMMENT_LIMIT, description="Free text, without personal data.")


class ErrorDetail(BaseModel):
    """A code for programs and a sentence for people."""

    code: str
    message: str


class ErrorOut(BaseModel):
    """Every refusal that is not an answer."""

    error: ErrorDetail
