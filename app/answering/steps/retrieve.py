"""Finds entries for the question and, when it leaves its subject unsaid, for the question before it too."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from time import perf_counter

from app.answering.draft import Draft, Step
from app.answering.gist import parts, without_courtesy
from app.answering.phrases import phrases
from app.records.masking import without_labels
from channels.message import Answer
from indexer.passage import sentences
from indexer.search import Hit, SearchResult
from indexer.text import letters
from knowledge.entry import Entry

CLEARER = 0.1
"""By how much a part has to be likelier to lead to a right entry: of several tries one is the best by chance alone."""

Search = Callable[[str, str], SearchResult]
"""Searches a site for a text."""

StillPublished = Callable[[str, list[str], date], set[str]]
"""Which of a site's entries may be shown on a day."""


def retrieve(search: Search, still_published: StillPublished) -> Step:
    """A step that only adds to the draft: what it finds is judged by the next ones."""

    def step(draft: Draft) -> Answer | None:
        start = perf_counter()
        asked = without_labels(draft.text)
        draft.subject, result = _clearest(partial(search, draft.site.id), without_courtesy(asked))
        if draft.memory.text and is_about_something_said_before(result.words):
            draft.follows_up, draft.subject = True, draft.memory.text
            result = search(draft.site.id, f"{draft.subject} {asked}")
        draft.result = result
        found = [*result.hits, *(hit for hit in result.rejected if asks_for(asked, hit.entry))]
        # The snapshot may be older than the newest decision: text retired or expired since is never shown.
        shown = still_published(draft.site.id, [hit.entry.id for hit in found], draft.today) if found else set()
        draft.hits = tuple(_once(hit for hit in found if hit.entry.id in shown and hit.entry.valid_on(draft.today)))
        draft.milliseconds |= {**result.milliseconds, "retrieve": (perf_counter() - start) * 1000}
        return None

    return step


def _clearest(search: Callable[[str], SearchResult], text: str) -> tuple[str, SearchResult]:
    """What is searched for: a part of a long message when it leads more clearly to entries than the whole does."""
    whole = search(text)
    found = [(part, search(part)) for part in parts(text)]
    part, best = max(found, key=lambda each: each[1].confidence.three, default=(text, whole))
    return (part, best) if best.confidence.three > whole.confidence.three + CLEARER else (text, whole)


def _once(hits: Iterable[Hit]) -> Iterable[Hit]:
    """The best of those that residents could not tell apart."""
    kept: dict[tuple[str, str], Hit] = {}
    for hit in hits:
        kept.setdefault((hit.entry.question, hit.entry.answer), hit)
    return kept.values()


def asks_for(text: str, entry: Entry) -> bool:
    """Whether the text is the entry's question or one of its wordings, word for word, in any language.

    The first sentence of a question in two counts as the question: it names the subject, which a second (手数料は？) leaves out.
    """
    own = [entry.question, *sentences(entry.question)[:1], *entry.wordings]
    for each in entry.translations.values():
        own += [each.question, *each.wordings]
    said = letters(text)
    return bool(said) and said in map(letters, own)


def is_about_something_said_before(words: tuple[str, ...]) -> bool:
    """Whether a question consists only of words such as 料金 or 持ち物, or of none at all."""
    return all(word in phrases("aspect")["words"] for word in words)
