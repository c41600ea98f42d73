"""The bot in one screen: a question goes through the steps in order, and the first answer ends it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter

import structlog

from app.answering.draft import Draft, Memory, Step
from app.answering.opening import contact_of
from app.answering.steps.choose import FindEntry, answer_choice
from app.answering.steps.clarify import ask_back
from app.answering.steps.emergency import point_to_help
from app.answering.steps.judge import answer_if_sure, show_three_if_fairly_sure, suggest_if_close
from app.answering.steps.person import hand_over_on_request, offer_person
from app.answering.steps.personal_data import refuse_personal_data
from app.answering.steps.retrieve import Search, StillPublished, retrieve
from app.answering.steps.talk import greet
from app.answering.steps.usable import refuse_unusable
from app.clock import Clock
from app.records.masking import PersonalData, cut, mask
from channels.message import Answer, Card, Outcome, Question
from indexer.errors import SnapshotDamaged, SnapshotMissing, SnapshotOfAnotherModel
from indexer.urgency import Hear
from knowledge.entry import Site
from knowledge.sentences import languages

LONGEST_READ = 5000
"""Characters of a message that are looked at, whatever may be asked."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Parts:
    """What the bot works with: plain functions, so that tests and evaluations can put in their own."""

    find_site: Callable[[str], Site]
    """Raises UnknownSite."""
    search: Search
    hear: Hear
    find_entry: FindEntry
    still_published: StillPublished
    recall: Callable[[str, str | None], Memory]
    """The memory of a site's conversation; a new one when the token is unknown."""
    record: Callable[[Draft, Answer], str | None]
    """Keeps what was asked and how it ended; returns the handle for feedback."""
    clock: Clock
    question_limit: int


def steps(parts: Parts) -> tuple[Step, ...]:
    """The product, read from top to bottom."""
    return (
        # First of all, as the text of a button may itself speak of an emergency or of a person.
        answer_choice(parts.find_entry, parts.still_published),
        # Before any refusal: whoever is in need may write much, and with it what we must not keep.
        point_to_help(parts.hear),
        refuse_unusable(parts.question_limit),
        refuse_personal_data,
        greet,
        hand_over_on_request(parts.find_entry),
        ask_back,
        retrieve(parts.search, parts.still_published),
        answer_if_sure,
        show_three_if_fairly_sure,
        suggest_if_close,
        offer_person,
    )


@dataclass(frozen=True, slots=True)
class Answerer:
    """Gives every question exactly one answer with one outcome."""

    parts: Parts
    steps: tuple[Step, ...]

    def converse(self, question: Question) -> Answer:
        """Answer one message. Raises UnknownSite, and DBAPIError when the site cannot even be looked up.

        Anything else that goes wrong becomes an answer of its own.
        """
        start = perf_counter()
        draft = self._draft(question)
        answer = self._run(draft)
        draft.milliseconds["total"] = (perf_counter() - start) * 1000
        return replace(answer, record=self.parts.record(draft, answer))

    def card(self, site: str, entry: str, language: str) -> Card | None:
        """An approved text as it may be shown today. To look something up is not to ask, so nothing is recorded."""
        draft = self._draft(Question(site, "", "", language, choice=entry))
        try:
            found = answer_choice(self.parts.find_entry, self.parts.still_published)(draft)
        except (SnapshotMissing, SnapshotDamaged, SnapshotOfAnotherModel):
            return None
        return found.entries[0] if found else None

    def _draft(self, question: Question) -> Draft:
        site = self.parts.find_site(question.site)
        heard = mask(cut(question.text, max(self.parts.question_limit, LONGEST_READ)))
        return Draft(
            site=site,
            text=cut(heard.text, self.parts.question_limit),
            heard=heard.text,
            language=question.language if question.language in languages("app") else "ja",
            now=self.parts.clock(),
            memory=self.parts.recall(site.id, question.conversation),
            channel=question.channel,
            length=len(question.text),
            choice=question.choice,
            personal_data=heard.found | frozenset(map(PersonalData, question.taken_out)),
            reference=question.reference,
        )

    def _run(self, draft: Draft) -> Answer:
        try:
            return next(answer for step in self.steps if (answer := step(draft)) is not None)
        except (SnapshotMissing, SnapshotDamaged, SnapshotOfAnotherModel) as error:
            log.error("no snapshot to search", site=draft.site.id, reason=str(error))
            return draft.answer(Outcome.ERROR_NOT_READY, contact=contact_of(draft, None))
        except Exception:
            log.exception("step failed", site=draft.site.id)
            return draft.answer(Outcome.ERROR_UNEXPECTED)
