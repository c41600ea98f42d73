"""All words of a site's entries as flat arrays, so that building is arithmetic and unchanged entries are not cut again."""

import hashlib
import json
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.bags import Bags
from indexer.passage import Part, texts_of
from indexer.ragged import places_of, starts_of
from indexer.words import Tokenizer
from knowledge.entry import Entry

Progress = Callable[[int, int], None]
"""Told how much is done, and of how much."""

BOILERPLATE_SHARE = 0.01
BOILERPLATE_LEAST = 5

Chosen = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Corpus:
    """n entries made of u texts made of w words; text and word arrays are in entry order."""

    vocabulary: tuple[str, ...]
    """Sorted, so that the same entries give the same corpus however it came about."""
    digests: tuple[str, ...]
    """Shape (n,): what each entry's words were cut from."""
    texts_per_entry: npt.NDArray[np.int32]
    """Shape (n,)."""
    parts: npt.NDArray[np.uint8]
    """Shape (u,): a `Part` for each text."""
    keys: npt.NDArray[np.uint64]
    """Shape (u,): equal for equal texts."""
    boilerplate: npt.NDArray[np.bool_]
    """Shape (u,): answer sentences that stand in so many of a site's entries that they tell none of them apart."""
    words_per_text: npt.NDArray[np.int32]
    """Shape (u,)."""
    words: npt.NDArray[np.int32]
    """Shape (w,): rows of the vocabulary."""

    @property
    def entry_of_text(self) -> Chosen:
        """Shape (u,): the entry each text belongs to."""
        return np.repeat(np.arange(len(self.digests)), self.texts_per_entry)

    @property
    def text_of_word(self) -> Chosen:
        """Shape (w,): the text each word belongs to."""
        return np.repeat(np.arange(len(self.parts)), self.words_per_text)

    def bags(self, bag_of_text: Chosen, size: int) -> Bags:
        """`size` bags of the texts' words; texts of bag -1 are left out."""
        bag_of_word = np.repeat(bag_of_text, self.words_per_text)
        kept = bag_of_word >= 0
        stride = np.int64(max(len(self.vocabulary), 1))
        # Sorted by hand: on so many numbers np.unique is sixty times slower than np.sort.
        keys = np.sort(bag_of_word[kept] * stride + self.words[kept])
        first = np.flatnonzero(np.diff(keys, prepend=-1))
        counts = np.diff(first, append=len(keys))
        bags, words = np.divmod(keys[first], stride)
        return Bags(words.astype(np.int32), np.log1p(counts).astype(np.float32), starts_of(np.bincount(bags, minlength=size)))

    def take(self, chosen: Chosen) -> "Corpus":
        """Some of the entries, in that order, with the whole vocabulary and what is boilerplate among all."""
        texts, _ = places_of(starts_of(self.texts_per_entry), chosen)
        words, _ = places_of(starts_of(self.words_per_text), texts)
        return replace(
            self,
            digests=tuple(self.digests[entry] for entry in chosen),
            texts_per_entry=self.texts_per_entry[chosen],
            parts=self.parts[texts],
            keys=self.keys[texts],
            boilerplate=self.boilerplate[texts],
            words_per_text=self.words_per_text[texts],
            words=self.words[words],
        )

    def save(self, folder: Path) -> None:
        """Write `words.npz` and `vocabulary.txt`."""
        (folder / "vocabulary.txt").write_text("\n".join(self.vocabulary), encoding="utf-8", newline="\n")
        np.savez(
            folder / "words.npz",
            digests=np.array(self.digests, dtype="S32"),
            texts_per_entry=self.texts_per_entry,
            parts=self.parts,
            keys=self.keys,
            boilerplate=self.boilerplate,
            words_per_text=self.words_per_text,
            words=self.words.astype(np.min_scalar_type(len(self.vocabulary))),
        )

    @staticmethod
    def load(folder: Path) -> "Corpus":
        """Read what `save` wrote."""
        with np.load(folder / "words.npz") as data:
            arrays = {name: data[name] for name in data.files}
        digests = tuple(digest.decode() for digest in arrays.pop("digests").tolist())
        words = arrays.pop("words").astype(np.int32)
        return Corpus(read_vocabulary(folder), digests, words=words, **arrays)


NO_CORPUS = Corpus(
    vocabulary=(),
    digests=(),
    texts_per_entry=np.zeros(0, np.int32),
    parts=np.zeros(0, np.uint8),
    keys=np.zeros(0, np.uint64),
    boilerplate=np.zeros(0, np.bool_),
    words_per_text=np.zeros(0, np.int32),
    words=np.zeros(0, np.int32),
)


def read_vocabulary(folder: Path) -> tuple[str, ...]:
    """The words of a saved corpus, in row order."""
    text = (folder / "vocabulary.txt").read_text(encoding="utf-8")
    return tuple(text.split("\n")) if text else ()


def cut(entries: Sequence[Entry], tokenizer: Tokenizer, previous: Corpus = NO_CORPUS, progress: Progress | None = None) -> Corpus:
    """Cut every entry into words; entries whose digest `previous` knows are copied from there."""
    digests = [text_digest(entry, tokenizer) for entry in entries]
    known = {digest: row for row, digest in enumerate(previous.digests)}
    pool = _Pool(previous)
    for number, (entry, digest) in enumerate(zip(entries, digests, strict=True)):
        if digest not in known:
            known[digest] = pool.add(entry, digest, tokenizer)
        if progress:
            progress(number + 1, len(entries))
    corpus = _compact(pool.corpus().take(np.array([known[digest] for digest in digests], np.int64)))
    return replace(corpus, boilerplate=_boilerplate(corpus))


def text_digest(entry: Entry, tokenizer: Tokenizer) -> str:
    """A digest of what is cut and how: equal digests give equal words."""
    translations = [(each.question, each.wordings) for each in entry.translations.values()]
    text = json.dumps([tokenizer.digest, entry.question, entry.wordings, entry.answer, translations], ensure_ascii=False)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


class _Pool:
    """A corpus that entries are added to; its vocabulary grows at the end."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._rows = {word: row for row, word in enumerate(corpus.vocabulary)}
        self._digests = list(corpus.digests)
        self._texts_per_entry, self._words_per_text, self._words = array("i"), array("i"), array("i")
        self._parts, self._keys = array("B"), array("Q")

    def add(self, entry: Entry, digest: str, tokenizer: Tokenizer) -> int:
        """Cut an entry; its number in the pool."""
        texts = texts_of(entry)
        for text in texts:
            words = tokenizer.words(text.text)
            self._words.extend(self._rows.setdefault(word, len(self._rows)) for word in words)
            self._words_per_text.append(len(words))
            self._parts.append(text.part)
            self._keys.append(_key(text.text))
        self._texts_per_entry.append(len(texts))
        self._digests.append(digest)
        return len(self._digests) - 1

    def corpus(self) -> Corpus:
        """All of it; nothing is marked as boilerplate yet."""
        old = self._corpus
        return Corpus(
            vocabulary=tuple(self._rows),
            digests=tuple(self._digests),
            texts_per_entry=np.append(old.texts_per_entry, np.array(self._texts_per_entry, np.int32)),
            parts=np.append(old.parts, np.array(self._parts, np.uint8)),
            keys=np.append(old.keys, np.array(self._keys, np.uint64)),
            boilerplate=np.zeros(len(old.parts) + len(self._parts), np.bool_),
            words_per_text=np.append(old.words_per_text, np.array(self._words_per_text, np.int32)),
            words=np.append(old.words, np.array(self._words, np.int32)),
        )


def _key(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())


def _compact(corpus: Corpus) -> Corpus:
    """The corpus with the words it uses, sorted."""
    used = np.flatnonzero(np.bincount(corpus.words, minlength=len(corpus.vocabulary)))
    words = sorted((corpus.vocabulary[row], int(row)) for row in used)
    rows = np.zeros(len(corpus.vocabulary), np.int32)
    rows[[row for _, row in words]] = np.arange(len(words))
    return replace(corpus, vocabulary=tuple(word for word, _ in words), words=rows[corpus.words])


def _boilerplate(corpus: Corpus) -> npt.NDArray[np.bool_]:
    is_sentence, size = corpus.parts == Part.SENTENCE, max(len(corpus.digests), 1)
    _, texts = np.unique(corpus.keys, return_inverse=True)
    # A line that one entry repeats is counted once.
    pairs = np.sort(texts[is_sentence] * np.int64(size) + corpus.entry_of_text[is_sentence])
    entries = np.bincount(pairs[np.diff(pairs, prepend=-1) > 0] // size, minlength=len(texts))
    return np.asarray(is_sentence & (entries[texts] > max(BOILERPLATE_LEAST, BOILERPLATE_SHARE * size)))
