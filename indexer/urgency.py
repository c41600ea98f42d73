"""Hears emergencies that no list of phrases foresaw: a regression over what a question's words mean and how they are put."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from indexer.bags import Matrix
from indexer.domain import plain_vector
from indexer.errors import ModelUnusable
from indexer.passage import SENTENCE_END
from indexer.words import PARTICLE, Tokenizer, stop_words
from indexer.wordvectors import BUILT_IN, WordVectors
from knowledge.urgency_sheet import Urgency

FILE = "urgency.npz"

EDGE = "\t"
"""Stands before and behind a text: how it begins and ends is part of how it is put."""

WORDS_IN_A_ROW = (1, 2)
KANA_IN_A_ROW = (2, 3, 4)

PIECES_SHARE = 4.0
"""What the pieces of a text weigh beside its meaning (chosen by cross-validation)."""

LEAST_PIECES = 4
"""A text of one known piece is not surer than one of four."""

LONG = 120
"""Characters from which a message is listened to sentence by sentence: a cry at the end of a long story is one."""

_KATAKANA = {each: each + ord("ア") - ord("あ") for each in range(ord("ぁ"), ord("ゖ") + 1)}


@dataclass(frozen=True, slots=True)
class Features:
    """What is looked at in one text."""

    vector: Matrix
    """Shape (dimension,): its content words, as `plain_vector` adds them up."""
    pieces: tuple[str, ...]
    """Words and pairs of words, and short pieces of how it is read: kana, kanji and dialect share them."""


@dataclass(frozen=True)
class Ear:
    """Multinomial logistic regression, the same for every city; `reasons` says what spoke for what it heard."""

    model: WordVectors
    tokenizer: Tokenizer
    pieces: tuple[str, ...]
    meaning: Matrix
    """Shape (dimension, kinds)."""
    weights: Matrix
    """Shape (pieces, kinds)."""
    intercepts: Matrix
    """Shape (kinds,), in the order of `Urgency`."""
    threshold: float
    """The probability from which a text is an emergency."""

    def hear(self, text: str) -> Urgency | None:
        """The kind of emergency that a message speaks of, None when it is calm."""
        parts = [part for part in SENTENCE_END.split(text) if part.strip()] if len(text) > LONG else [text]
        urgent = max((self.probabilities(part) for part in parts or [text]), key=lambda each: 1 - each[_CALM])
        if 1 - urgent[_CALM] < self.threshold:
            return None
        return _KINDS[int(np.argmax(np.delete(urgent, _CALM)))]

    def probabilities(self, text: str) -> Matrix:
        """Shape (kinds,), in the order of `Urgency`."""
        logits = self._logits(look_at(self.model, self.tokenizer, text))
        shares = np.exp(logits - logits.max())
        return np.asarray(shares / shares.sum(), np.float32)

    def reasons(self, text: str, kind: Urgency) -> list[tuple[str, float]]:
        """The known pieces of a text with what each adds for a kind and against calm, most telling first."""
        pieces = look_at(self.model, self.tokenizer, text).pieces
        rows = [self._rows[piece] for piece in pieces if piece in self._rows]
        told = (self.weights[rows, _KINDS.index(kind)] - self.weights[rows, _CALM]) * share_of(len(rows))
        found = zip((self.pieces[row].replace(EDGE, "|") for row in rows), told.tolist(), strict=True)
        return sorted(found, key=lambda each: -abs(each[1]))

    def save(self, folder: Path) -> None:
        """Write `urgency.npz`, two bytes a number."""
        arrays = {name: getattr(self, name).astype(np.float16) for name in _ARRAYS}
        pieces = np.frombuffer("\n".join(self.pieces).encode(), np.uint8)
        with (folder / FILE).open("wb") as file:
            np.savez_compressed(file, pieces=pieces, threshold=self.threshold, model=self.model.digest, **arrays)

    def _logits(self, features: Features) -> Matrix:
        rows = [self._rows[piece] for piece in features.pieces if piece in self._rows]
        put = self.weights[rows].sum(axis=0) * share_of(len(rows))
        return np.asarray(features.vector @ self.meaning + put + self.intercepts, np.float32)

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {piece: row for row, piece in enumerate(self.pieces)}


Hear = Callable[[str], Urgency | None]
"""The kind of emergency that a message speaks of, None when it is calm."""

_ARRAYS = ("meaning", "weights", "intercepts")
_KINDS = tuple(Urgency)
_CALM = _KINDS.index(Urgency.CALM)


def look_at(model: WordVectors, tokenizer: Tokenizer, text: str) -> Features:
    """What a text means and how it is put, in lower case."""
    low = text.lower()
    sequence = tokenizer.sequence(low)
    words = [word for word in sequence if not word.startswith(PARTICLE) and word not in stop_words()]
    read = EDGE + "".join(kana for _, kana in tokenizer.readings(low)).translate(_KATAKANA) + EDGE
    put = [*_in_a_row([EDGE, *sequence, EDGE], WORDS_IN_A_ROW, " "), *_in_a_row(read, KANA_IN_A_ROW, "")]
    return Features(plain_vector(model, words), tuple(dict.fromkeys(put)))


def share_of(pieces: int) -> float:
    """What each of a text's known pieces counts, so that a long text is not louder than a short one."""
    return float(PIECES_SHARE / np.sqrt(max(pieces, LEAST_PIECES)))


def load_ear(model: WordVectors, tokenizer: Tokenizer, folder: Path = BUILT_IN) -> Ear:
    """Read `urgency.npz` of a model folder. Raises ModelUnusable when it is missing, damaged or of another model."""
    try:
        with np.load(BytesIO((folder / FILE).read_bytes())) as data:
            pieces = tuple(bytes(data["pieces"]).decode().split("\n"))
            arrays: dict[str, npt.NDArray[np.float32]] = {name: data[name].astype(np.float32) for name in _ARRAYS}
            threshold, made_with = float(data["threshold"]), str(data["model"])
    except (OSError, EOFError, BadZipFile, ValueError, KeyError) as error:
        raise ModelUnusable(folder.name, FILE) from error
    shapes = tuple(arrays[name].shape for name in _ARRAYS)
    if made_with != model.digest or shapes != ((model.dimension, len(_KINDS)), (len(pieces), len(_KINDS)), (len(_KINDS),)):
        raise ModelUnusable(folder.name, FILE)
    return Ear(model, tokenizer, pieces, **arrays, threshold=threshold)


def _in_a_row(parts: Sequence[str], lengths: Sequence[int], between: str) -> list[str]:
    """All runs of so many parts."""
    return [between.join(parts[start : start + size]) for size in lengths for start in range(len(parts) - size + 1)]
