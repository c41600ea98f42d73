"""What is known about a question while its steps run, and how a step says its answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from app.records.masking import PersonalData
from channels.message import Answer, Card, Choice, Contact, Outcome
from indexer.search import Hit, SearchResult
from knowledge.calendar import TOKYO
from knowledge.entry import Entry, Site
from knowledge.sentences import say


@dataclass(frozen=True, slots=True)
class Memory:
    """What a conversation remembers: what it was about last, and the entry that answered it."""

    conversation: str
    text: str = ""
    entry: str | None = None


@dataclass
class Draft:
    """One question on its way to an answer. Steps read it; only `retrieve` adds to it."""

    site: Site
    text: str
    """Normalised, masked and cut."""
    language: str
    now: datetime
    memory: Memory
    heard: str = ""
    """The text, less cut: more than may be asked, so that an emergency at the end of a long message is noticed."""
    channel: str = "web"
    length: int = 0
    """Characters of the question as it came in."""
    choice: str | None = None
    personal_data: frozenset[PersonalData] = frozenset()
    reference: str | None = None
    """The channel's own id of the message."""
    result: SearchResult | None = None
    hits: tuple[Hit, ...] = ()
    """What was found and may be shown today, best first."""
    subject: str = ""
    """What the question is about; a next one may leave it unsaid."""
    follows_up: bool = False
    """The question left its subject unsaid, so the subject is that of the one before."""
    milliseconds: dict[str, float] = field(default_factory=dict)

    @property
    def confidence(self) -> float | None:
        """The probability that the best entry is right; None when nothing was searched for."""
        return self.result.confidence.first if self.result else None

    def is_judged(self, count: int) -> bool:
        """Whether the first `count` that may be shown are those that the confidence was judged for: none was withdrawn since."""
        return self.result is not None and 0 < count <= len(self.hits) and self.hits[:count] == self.result.ranking[:count]

    @property
    def today(self) -> date:
        """The calendar day in Japan."""
        return self.now.astimezone(TOKYO).date()

    def answer(
        self,
        outcome: Outcome,
        message: str | None = None,
        entries: Sequence[Entry] = (),
        choices: Sequence[Entry] = (),
        contact: Contact | None = None,
        **values: object,
    ) -> Answer:
        """An answer in the question's language; the message is the outcome's own unless another key is named.

        `values` are filled into the message.
        """
        return Answer(
            outcome=outcome,
            message=say("app", f"answers.{message or outcome.value}", self.language, site=self.site.name, **values),
            language=self.language,
            conversation=self.memory.conversation,
            entries=tuple(self._card(entry) for entry in entries),
            choices=tuple(Choice(entry.id, self._question_of(entry)) for entry in choices),
            contact=contact,
        )

    def _card(self, entry: Entry) -> Card:
        """The approved text in the question's language, else in Japanese: never a text nobody approved."""
        translation = entry.translations.get(self.language)
        division = self.site.division(entry.division)
        return Card(
            id=entry.id,
            question=translation.question if translation else entry.question,
            answer=translation.answer if translation else entry.answer,
            language=self.language if translation else "ja",
            division=division.name_in(self.language) if division else "",
            source=entry.source,
            procedure=entry.procedure,
            contact=entry.contact,
            confirmed_on=entry.confirmed_on,
        )

    def _question_of(self, entry: Entry) -> str:
        translation = entry.translations.get(self.language)
        return translation.question if translation else entry.question


Step = Callable[[Draft], Answer | None]
"""Answers the question, or leaves it to the next step with None."""
