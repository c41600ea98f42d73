"""Makes the first built-in model from the chiVe word vectors inside the ja-ginza package.

pip download --no-deps ja-ginza && unzip ja_ginza-*.whl && pip install spacy
python -m indexer.training.chive ja_ginza/ja_ginza-*/vocab indexer/model
"""

import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.words import Tokenizer
from indexer.wordvectors import save_word_vectors

DIMENSION = 256


def main(vocabulary_folder: Path, model_folder: Path) -> None:
    """Read spaCy's vectors, keep the words our tokenizer can produce, reduce and save them."""
    from spacy.strings import StringStore
    from spacy.vectors import Vectors

    vectors = Vectors().from_disk(vocabulary_folder)
    strings = StringStore().from_disk(vocabulary_folder / "strings.json")
    row_of_key = {string: vectors.key2row[strings[string]] for string in strings if strings[string] in vectors.key2row}
    row_of_word = words_of(row_of_key)
    save_word_vectors(model_folder, list(row_of_word), reduce(vectors.data), np.array(list(row_of_word.values()), np.int32))


def words_of(row_of_key: dict[str, int]) -> dict[str, int]:
    """The table row of every dictionary form that one key is cut into; the form itself wins over its inflections."""
    tokenizer = Tokenizer()
    rows: dict[str, int] = {}
    for key, row in row_of_key.items():
        words = tokenizer.words(key)
        if len(words) == 1 and not words[0].isdigit() and (words[0] not in rows or words[0] == key):
            rows[words[0]] = row
    return rows


def reduce(table: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The rows in their first `DIMENSION` principal directions, at unit length."""
    unit = table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9)
    directions = np.linalg.eigh(unit.T @ unit)[1][:, ::-1]
    reduced = unit @ directions[:, :DIMENSION]
    return np.asarray(reduced / np.maximum(np.linalg.norm(reduced, axis=1, keepdims=True), 1e-9), np.float32)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
