"""Pairs of texts that belong together, from public question sets, articles and the sheets of resident speech."""

import gzip
import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from indexer.passage import SENTENCE_END
from knowledge.topics import Topic

NEIGHBOURS = 6
"""Sentences before and after one that belong to it."""

SENTENCES_PER_ARTICLE = 60
SHORTEST_SENTENCE = 8


class TextPair(NamedTuple):
    """Two texts that belong together; pairs of one group are about the same thing."""

    left: str
    right: str
    group: str


def questions_and_passages(questions: Path, passages: Path) -> Iterator[TextPair]:
    """`{"question", "passage"}` rows with the text of `{"id", "text"}` rows, as JaQuAD and JSQuAD have them."""
    texts = {row["id"]: row["text"] for row in rows(passages)}
    for row in rows(questions):
        yield TextPair(row["question"], texts[row["passage"]], f"{passages}:{row['passage']}")


def articles(file: Path) -> Iterator[TextPair]:
    """`{"title", "body"}` rows: the title belongs to the body, each sentence to those around it. Pages have no title."""
    for number, row in enumerate(rows(file)):
        body = row.get("body") or row.get("markdown") or ""
        if row.get("title"):
            yield TextPair(row["title"], body, f"{file}:{number}")
        yield from _sentences(body, f"{file}:{number}")


def speech(topics: Sequence[Topic], random: Random) -> Iterator[TextPair]:
    """What residents say belongs to the standard question with the office words, to another say, and lay to office words."""
    for topic in topics:
        standard = " ".join((topic.question, *topic.office))
        says = list(topic.trained)
        yield from (TextPair(say, standard, topic.id) for say in says)
        random.shuffle(says)
        yield from (TextPair(first, second, topic.id) for first, second in pairwise(says))
        yield TextPair(" ".join(topic.lay), " ".join(topic.office), topic.id)


def rows(file: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSONL file, packed or not."""
    opener = gzip.open if file.suffix == ".gz" else open
    with opener(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _sentences(body: str, group: str) -> Iterator[TextPair]:
    found = [text for raw in SENTENCE_END.split(body) if len(text := raw.strip()) >= SHORTEST_SENTENCE][:SENTENCES_PER_ARTICLE]
    for position, sentence in enumerate(found):
        around = found[max(0, position - NEIGHBOURS) : position] + found[position + 1 : position + 1 + NEIGHBOURS]
        if around:
            yield TextPair(sentence, " ".join(around), f"{group}:{position}")
