"""Batches of texts that belong together, as numbered words in their order; the other pairs of a batch are counter-examples."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from indexer.interaction import BREAK
from indexer.training.sources import TextPair
from indexer.words import Tokenizer
from knowledge.topics import Topic

PASSAGES = 48
"""Pairs of a batch of questions with their passages …"""
SAYS = 80
"""… and of what residents say with the standard question."""

NEAR = 3
"""Near topics that come into a batch with each topic, once they are known."""

PASSAGE_WORDS, TOPIC_WORDS = 64, 40

Words = list[int]


class Batch(NamedTuple):
    """n pairs; pairs of one group are about the same thing."""

    left: list[Words]
    right: list[Words]
    groups: list[str]


@dataclass(frozen=True, slots=True)
class _Lesson:
    """One topic, numbered."""

    id: str
    question: Words
    office: list[Words]
    says: list[Words]


class Lessons:
    """Everything there is to learn from; each word gets a number in the order of first use, a break 0."""

    def __init__(self, pairs: Sequence[TextPair], topics: Sequence[Topic], tokenizer: Tokenizer, random: Random) -> None:
        self.numbers = {BREAK: 0}
        self.near: dict[str, list[str]] = {}
        """By topic, those that are hard to tell from it; none until somebody puts them in."""
        self._tokenizer, self._random = tokenizer, random
        self._pairs = [(self._cut(each.left), self._cut(each.right)[:PASSAGE_WORDS], each.group) for each in pairs]
        self._topics = {each.id: self._lesson(each) for each in topics}
        self._says = [(each.id, say) for each in self._topics.values() for say in each.says]

    def passages(self) -> Batch:
        """Questions with their passages."""
        chosen = self._random.sample(self._pairs, PASSAGES)
        return Batch([left for left, _, _ in chosen], [right for _, right, _ in chosen], [group for *_, group in chosen])

    def says(self) -> Batch:
        """What residents say, with the standard question, office words or other says; near topics come together."""
        chosen: list[tuple[str, Words]] = []
        while len(chosen) < SAYS:
            topic, say = self._random.choice(self._says)
            near = self.near.get(topic, [])
            near = self._random.sample(near, min(NEAR, len(near)))
            chosen += [(topic, say), *((each, self._random.choice(self._topics[each].says)) for each in near)]
        right = [self._document(self._topics[topic], say) for topic, say in chosen[:SAYS]]
        return Batch([say for _, say in chosen[:SAYS]], right, [topic for topic, _ in chosen[:SAYS]])

    def standards(self) -> dict[str, Words]:
        """Each topic as a city's entry would have it."""
        return {each.id: [*each.question, *_joined(each.office)][:TOPIC_WORDS] for each in self._topics.values()}

    def _document(self, lesson: _Lesson, say: Words) -> Words:
        """Another part of the topic each time, so that no single word has to carry it."""
        parts = [lesson.question, *self._random.sample(lesson.office, max(1, len(lesson.office) // 2))]
        if self._random.random() < 0.5:
            others = [each for each in lesson.says if each is not say]
            parts += self._random.sample(others, min(len(others), 1))
            parts = parts[self._random.randrange(2) :]
        return _joined(parts)[:TOPIC_WORDS]

    def _lesson(self, topic: Topic) -> _Lesson:
        office = [self._cut(word) for word in topic.office] or [self._cut(topic.question)]
        return _Lesson(topic.id, self._cut(topic.question), office, [self._cut(say) for say in topic.trained])

    def _cut(self, text: str) -> Words:
        return [self.numbers.setdefault(word, len(self.numbers)) for word in self._tokenizer.sequence(text)]


def _joined(parts: Sequence[Words]) -> Words:
    return [word for part in parts for word in part]
