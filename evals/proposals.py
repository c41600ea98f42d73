"""Questions that several people asked in vain, as proposals for staff; no word that only one person used is in them."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from app.records.masking import without_labels
from app.records.unanswered import Turn
from channels.message import Outcome
from evals.clusters import clusters
from evals.night import Proposal, ProposalKind
from indexer.coverage import COVERED
from indexer.search import Searcher
from indexer.text import normalise
from knowledge.sentences import say

MOST_TEXTS = 20_000
"""Different questions of one night that are looked at, those of most people and the newest first."""

MOST_PROPOSALS = 50
EXAMPLES = 3
LONGEST = 60
"""Characters of a question that is shown: longer ones tell somebody's story."""

KEYWORDS = 5

Ask = Callable[[str], Outcome]
"""How the bot ends a question now."""


@dataclass
class _Asked:
    """One question however often it was asked."""

    text: str
    words: tuple[str, ...]
    newest: datetime
    questions: int = 0
    people: set[str] = field(default_factory=set)
    unhelpful: bool = False


def propose(turns: Iterable[Turn], searcher: Searcher, ask: Ask, smallest: int, since: datetime) -> list[Proposal]:
    """One for each kind of question that at least `smallest` conversations asked, one of them since the moment.

    Left out is what the bot answers by now. Most asked first.
    """
    asked = _asked(turns, searcher)
    vectors = np.array([searcher.encoder.query(each.text, each.words) for each in asked], np.float32)
    known = _known_words(asked, searcher, smallest)
    found = []
    for rows in clusters(vectors) if asked else ():
        cluster = [asked[row] for row in rows]
        if len(_people(cluster)) >= smallest and any(each.newest >= since for each in cluster):
            proposal = _proposal(cluster, searcher, ask, known, smallest)
            found += [proposal] if proposal else []
    return sorted(found, key=lambda each: (-each.conversations, -each.questions, each.text))[:MOST_PROPOSALS]


def _asked(turns: Iterable[Turn], searcher: Searcher) -> list[_Asked]:
    """Every different question that says something, those of most people first."""
    seen: dict[str, _Asked] = {}
    for turn in turns:
        text = normalise(turn.text)
        one = seen.get(text) or seen.setdefault(text, _Asked(text, _words(text, searcher), turn.asked_at))
        one.questions += 1
        one.people.add(turn.conversation)
        one.newest = max(one.newest, turn.asked_at)
        one.unhelpful = one.unhelpful or turn.helpful is False
    telling = [each for each in seen.values() if each.words]
    return sorted(telling, key=lambda each: (-len(each.people), -each.newest.timestamp(), each.text))[:MOST_TEXTS]


def _words(text: str, searcher: Searcher) -> tuple[str, ...]:
    return tuple(searcher.tokenizer.words(without_labels(text)))


def _people(cluster: Iterable[_Asked]) -> set[str]:
    return set().union(*(each.people for each in cluster))


def _known_words(asked: Iterable[_Asked], searcher: Searcher, smallest: int) -> set[str]:
    """Words that tell nothing of anybody: the city's own, and those that enough people used."""
    people: dict[str, set[str]] = {}
    for each in asked:
        for word in each.words:
            people.setdefault(word, set()).update(each.people)
    return {word for word, users in people.items() if len(users) >= smallest or word in searcher.ranker.lexical.rows}


def _proposal(cluster: Sequence[_Asked], searcher: Searcher, ask: Ask, known: set[str], smallest: int) -> Proposal | None:
    """None when the bot answers it by now, and nobody who was answered has complained."""
    texts = [each.text for each in cluster if _may_be_shown(each, known, smallest)]
    text = texts[0] if texts else _keywords(cluster, smallest)
    if not text or (ask(text) is Outcome.ANSWERED_ENTRY and not any(each.unhelpful for each in cluster)):
        return None
    result = searcher.search(text)
    near = result.ranking[0].entry if result.ranking and result.confidence.three >= COVERED else None
    return Proposal(
        kind=ProposalKind.WORDING if near else ProposalKind.NEW_ENTRY,
        text=text,
        examples=tuple(texts[1 : EXAMPLES + 1]),
        questions=sum(each.questions for each in cluster),
        conversations=len(_people(cluster)),
        entry=near.id if near else "",
        entry_question=near.question if near else "",
        probability=round(result.confidence.three, 3),
    )


def _may_be_shown(asked: _Asked, known: set[str], smallest: int) -> bool:
    """Whether the question tells nothing of the one who asked it: it is short and each of its words is everybody's.

    A long story stays hidden even when it came several times: whoever tells it may have tried again.
    """
    plain = without_labels(asked.text) == asked.text and len(asked.text) <= LONGEST
    common = len(asked.people) >= smallest or not _DIGIT.search(asked.text)
    return plain and common and known.issuperset(asked.words)


_DIGIT = re.compile(r"\d")


def _keywords(cluster: Iterable[_Asked], smallest: int) -> str:
    """The words that enough people used, when no question of theirs can be shown; one alone says too little."""
    users: Counter[str] = Counter()
    for each in cluster:
        users.update({word: len(each.people) for word in dict.fromkeys(each.words)})
    common = [word for word, count in users.most_common() if count >= smallest]
    return say("evals", "proposals.between").join(common[:KEYWORDS]) if len(common) > 1 else ""
