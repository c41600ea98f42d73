"""Finds entries for the question and, when it leaves its subject unsaid, for the question before it too."""

from collections.abc import Callable
from datetime import date
from time import perf_counter

from app.answering.draft import Draft, Step
from app.answering.phrases import phrases
from app.records.masking import without_labels
from channels.message import Answer
from indexer.search import SearchResult

Search = Callable[[str, str], SearchResult]
"""Searches a site for a text."""

StillPublished = Callable[[str, list[str], date], set[str]]
"""Which of a site's entries may be shown on a day."""


def retrieve(search: Search, still_published: StillPublished) -> Step:
    """A step that only adds to the draft: what it finds is judged by the next ones."""

    def step(draft: Draft) -> Answer | None:
        start = perf_counter()
        draft.understood = without_labels(draft.text)
        result = search(draft.site.id, draft.understood)
        if draft.memory.text and is_about_something_said_before(result.words):
            draft.understood = f"{draft.memory.text} {draft.understood}"
            result = search(draft.site.id, draft.understood)
        draft.result = result
        ids = [hit.entry.id for hit in result.hits]
        # The snapshot may be older than the newest decision: text retired or expired since is never shown.
        shown = still_published(draft.site.id, ids, draft.today) if ids else set()
        draft.hits = tuple(hit for hit in result.hits if hit.entry.id in shown and hit.entry.valid_on(draft.today))
        draft.milliseconds |= {**result.milliseconds, "retrieve": (perf_counter() - start) * 1000}
        return None

    return step


def is_about_something_said_before(words: tuple[str, ...]) -> bool:
    """Whether a question consists only of words such as 料金 or 持ち物, or of none at all."""
    return all(word in phrases("aspect")["words"] for word in words)
