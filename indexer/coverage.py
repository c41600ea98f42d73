"""Holds a city hall's standard topics against a site: what no entry is about, and what residents say for those there are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from indexer.search import Searcher
from knowledge.entry import Entry
from knowledge.topics import Topic

COVERED = 0.5
"""Probability that one of the three nearest entries is about a topic, from which the topic counts as covered."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """One topic and the site's nearest entry."""

    topic: Topic
    nearest: Entry | None
    probability: float

    @property
    def covered(self) -> bool:
        """Whether the site probably has an entry for it."""
        return self.probability >= COVERED

    @property
    def wordings(self) -> tuple[str, ...]:
        """What residents are likely to say for the entry and its staff have not written down."""
        if not self.covered or self.nearest is None:
            return ()
        return tuple(say for say in self.topic.says if say not in self.nearest.wordings)


def cover(searcher: Searcher, topics: Iterable[Topic]) -> Iterator[Coverage]:
    """Ask each topic's standard question."""
    for topic in topics:
        result = searcher.search(topic.question, 1)
        nearest = result.ranking[0].entry if result.ranking else None
        yield Coverage(topic, nearest, result.confidence.three)
