"""All words of a site's entries as flat arrays, so that building is arithmetic and unchanged entries are not cut again."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.passage import Part, texts_of
from indexer.words import Tokenizer
from knowledge.entry import Entry

Progress = Callable[[int, int], None]
"""Told how much is done, and of how much."""

BOILERPLATE_SHARE = 0.01
BOILERPLATE_LEAST = 5


@dataclass(frozen=True, slots=True)
class Corpus:
    """n entries made of u texts made of w words; text and word arrays are in entry order."""

    vocabulary: tuple[str, ...]
    digests: tuple[str, ...]
    """Shape (n,): what each entry's words were cut from."""
    texts_per_entry: npt.NDArray[np.int32]
    """Shape (n,)."""
    parts: npt.NDArray[np.uint8]
    """Shape (u,): a `Part` for each text."""
    keys: npt.NDArray[np.uint64]
    """Shape (u,): equal for equal texts."""
    words_per_text: npt.NDArray[np.int32]
    """Shape (u,)."""
    words: npt.NDArray[np.int32]
    """Shape (w,): rows of the vocabulary."""

    @property
    def entry_of_text(self) -> npt.NDArray[np.int64]:
        """Shape (u,): the entry each text belongs to."""
        return np.repeat(np.arange(len(self.digests)), self.texts_per_entry)

    @property
    def text_of_word(self) -> npt.NDArray[np.int64]:
        """Shape (w,): the text each word belongs to."""
        return np.repeat(np.arange(len(self.parts)), self.words_per_text)

    def boilerplate(self) -> npt.NDArray[np.bool_]:
        """Shape (u,): answer sentences that stand in so many entries that they tell none of them apart."""
        is_sentence, size = self.parts == Part.SENTENCE, max(len(self.digests), 1)
        _, texts = np.unique(self.keys, return_inverse=True)
        # A line that one entry repeats is counted once.
        pairs = np.unique(texts[is_sentence] * np.int64(size) + self.entry_of_text[is_sentence])
        entries = np.bincount(pairs // size, minlength=len(texts))
        return np.asarray(is_sentence & (entries[texts] > max(BOILERPLATE_LEAST, BOILERPLATE_SHARE * size)))

    def save(self, folder: Path) -> None:
        """Write `words.npz` and `vocabulary.txt`."""
        (folder / "vocabulary.txt").write_text("\n".join(self.vocabulary), encoding="utf-8", newline="\n")
        np.savez(
            folder / "words.npz",
            digests=np.array(self.digests, dtype="S64"),
            texts_per_entry=self.texts_per_entry,
            parts=self.parts,
            keys=self.keys,
            words_per_text=self.words_per_text,
            words=self.words,
        )

    @staticmethod
    def load(folder: Path) -> "Corpus":
        """Read what `save` wrote."""
        with np.load(folder / "words.npz") as data:
            arrays = {name: data[name] for name in data.files}
        digests = tuple(digest.decode() for digest in arrays.pop("digests").tolist())
        return Corpus(read_vocabulary(folder), digests, **arrays)


def read_vocabulary(folder: Path) -> tuple[str, ...]:
    """The words of a saved corpus, in row order."""
    text = (folder / "vocabulary.txt").read_text(encoding="utf-8")
    return tuple(text.split("\n")) if text else ()


@dataclass(frozen=True, slots=True)
class _Cut:
    """One entry's texts, cut."""

    parts: list[int]
    keys: list[int]
    words: list[list[str]]


def cut(
    entries: Sequence[Entry], tokenizer: Tokenizer, previous: Corpus | None = None, progress: Progress | None = None
) -> Corpus:
    """Cut every entry into words; entries whose digest `previous` knows are copied from there."""
    known = _kept(previous) if previous else {}
    cuts, digests, vocabulary = [], [], dict[str, int]()
    for number, entry in enumerate(entries):
        digest = text_digest(entry, tokenizer)
        digests.append(digest)
        cuts.append(known[digest] if digest in known else _cut(entry, tokenizer))
        if progress:
            progress(number + 1, len(entries))
    words = [vocabulary.setdefault(word, len(vocabulary)) for each in cuts for text in each.words for word in text]
    return Corpus(
        vocabulary=tuple(vocabulary),
        digests=tuple(digests),
        texts_per_entry=np.array([len(each.parts) for each in cuts], np.int32),
        parts=np.array([part for each in cuts for part in each.parts], np.uint8),
        keys=np.array([key for each in cuts for key in each.keys], np.uint64),
        words_per_text=np.array([len(text) for each in cuts for text in each.words], np.int32),
        words=np.array(words, np.int32),
    )


def text_digest(entry: Entry, tokenizer: Tokenizer) -> str:
    """Hex SHA-256 of what is cut and how: equal digests give equal words."""
    texts = [(text.part, text.text) for text in texts_of(entry)]
    return hashlib.sha256(json.dumps([tokenizer.digest, texts], ensure_ascii=False).encode()).hexdigest()


def _cut(entry: Entry, tokenizer: Tokenizer) -> _Cut:
    texts = texts_of(entry)
    keys = [int.from_bytes(hashlib.blake2b(each.text.encode(), digest_size=8).digest()) for each in texts]
    return _Cut([each.part for each in texts], keys, [tokenizer.words(each.text) for each in texts])


def _kept(previous: Corpus) -> dict[str, _Cut]:
    """The earlier entries by digest, their words as strings again."""
    words = [previous.vocabulary[row] for row in previous.words.tolist()]
    text_ends = [0, *accumulate(previous.words_per_text.tolist())]
    texts = [words[start:end] for start, end in pairwise(text_ends)]
    entry_ends = [0, *accumulate(previous.texts_per_entry.tolist())]
    parts, keys = previous.parts.tolist(), previous.keys.tolist()
    return {
        digest: _Cut(parts[start:end], keys[start:end], texts[start:end])
        for digest, start, end in zip(previous.digests, entry_ends, entry_ends[1:], strict=False)
    }
