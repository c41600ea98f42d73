"""Cuts Japanese text into the content words that building and searching share."""

import hashlib
import threading
from functools import cache, cached_property, lru_cache
from importlib.metadata import version
from importlib.resources import files
from typing import Any, NamedTuple

from fugashi import Tagger

from indexer.text import normalise

CONTENT_CLASSES = frozenset({"名詞", "動詞", "形容詞", "形状詞", "副詞", "接尾辞", "接頭辞", "代名詞", "感動詞", "連体詞"})
"""UniDic's first-level parts of speech that carry meaning; particles, auxiliaries and marks are dropped."""

PARTICLE_CLASSES = frozenset({"助詞", "助動詞", "接続詞"})
"""What ties content words together; only readers of whole sentences look at it."""

PARTICLE = "@"
"""Marks a particle in a sequence: no content word begins with it, as marks are no words."""

CUTTING_RULES = 1
"""Raise when the way text is cut changes: words kept from an earlier snapshot are then cut again."""

PLACE_ENDINGS = frozenset("都道府県市区町村郡")


REMEMBERED = 4
"""Texts whose words are kept for a moment: several parts of a search read the same question."""


class _Word(NamedTuple):
    form: str
    kind: str
    is_place: bool
    surface: str


class Tokenizer:
    """fugashi with UniDic: one tagger a thread, because MeCab's lattice is not safe to share."""

    def __init__(self) -> None:
        self._local = threading.local()
        self._stop_words = stop_words()
        self._cut = lru_cache(REMEMBERED)(self._cut_anew)

    def words(self, text: str) -> list[str]:
        """The dictionary forms of the content words, in order, stop words left out.

        Dictionary forms are UniDic lemmas, so 引っ越し, 引越し and 引越 are one word, and so are ごみ and ゴミ; the English
        gloss that UniDic adds to loan words (サービス-service) is cut off.
        """
        return [word for word in self.sequence(text) if not word.startswith(PARTICLE) and word not in self._stop_words]

    def sequence(self, text: str) -> list[str]:
        """The dictionary forms of all words in order, stop words included, and particles with `PARTICLE` before them."""
        return [word.form if word.kind in CONTENT_CLASSES else PARTICLE + word.form for word in self._cut(text)]

    def reading(self, text: str) -> str:
        """The text as it is read, in katakana; what the dictionary cannot read stays as it is."""
        return "".join(read for _, read in self.readings(text))

    def readings(self, text: str) -> list[tuple[str, str]]:
        """Every word of the text as it is written and as it is read, in katakana."""
        return [(node.surface, node.feature.kana or node.surface) for node in self._tagger()(normalise(text))]

    def places(self, text: str) -> list[str]:
        """The names of places when a text names nothing else (札幌市), as `words` gives them."""
        words = [word for word in self._cut(text) if word.kind in CONTENT_CLASSES]
        others = [word for word in words if not word.is_place and word.surface not in PLACE_ENDINGS]
        return [] if others else [word.form for word in words if word.is_place]

    @cached_property
    def digest(self) -> str:
        """Changes whenever the same text could be cut differently."""
        rules = "\n".join([str(CUTTING_RULES), version("unidic-lite"), *sorted(self._stop_words)])
        return hashlib.sha256(rules.encode()).hexdigest()[:16]

    def _cut_anew(self, text: str) -> tuple[_Word, ...]:
        found = []
        for node in self._tagger()(normalise(text).lower()):
            kind = node.feature.pos1
            if kind in CONTENT_CLASSES or kind in PARTICLE_CLASSES:
                found.append(_Word(_lemma(node), kind, node.feature.pos3 == "地名", node.surface))
        return tuple(found)

    def _tagger(self) -> Tagger:
        tagger: Tagger | None = getattr(self._local, "tagger", None)
        if tagger is None:
            tagger = self._local.tagger = Tagger()
        return tagger


def _lemma(node: Any) -> str:
    """The dictionary form without UniDic's gloss."""
    return str((node.feature.lemma or node.surface).partition("-")[0] or node.surface)


@cache
def stop_words() -> frozenset[str]:
    """The words of `stopwords.txt`: so common in questions to any city hall that they say nothing."""
    lines = files("indexer").joinpath("stopwords.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
