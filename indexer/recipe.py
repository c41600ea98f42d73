"""What a snapshot depends on besides the entries."""

import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from indexer.assurance import Assurance
from indexer.rerank import SecondLook
from indexer.words import Tokenizer
from knowledge.labelled import Labelled
from knowledge.topics import Topic

LARGE = (".npy", "vocabulary.txt")
"""Files of the model that its name has a digest of."""


def recipe_of(
    tokenizer: Tokenizer,
    topics: Sequence[Topic],
    assurance: Assurance,
    look: SecondLook | None,
    labelled: Sequence[Labelled] = (),
) -> str:
    """A digest of all but the model, which the encoder's state tells: code, dictionary, resident speech, judge, bound, and
    the questions that thresholds are chosen on."""
    chosen = (tokenizer.digest, assurance.digest, repr(assurance.bound), look.name if look else "")
    questions = [f"{each.text}{sorted(each.right)}" for each in labelled]
    parts = [_code(), *chosen, *map(repr, topics), *questions]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


@cache
def _code() -> str:
    digest = hashlib.sha256()
    for file in _walk(files("indexer")):
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _walk(folder: Traversable) -> list[Traversable]:
    """All small files under a folder, in order; no compiled ones, which differ between machines."""
    found = []
    for each in sorted(folder.iterdir(), key=lambda each: each.name):
        if each.is_dir():
            found += _walk(each) if each.name != "__pycache__" else []
        elif not each.name.endswith(LARGE):
            found.append(each)
    return found
