"""The built-in model as a sentence-transformers model."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from indexer.embed import WordEncoder
from indexer.sentence_module import WordVectorModule
from indexer.words import Tokenizer
from indexer.wordvectors import BUILT_IN, WordVectors, load_word_vectors

TEXTS = [
    "住民票の取り方",
    "粗大ごみ、粗大ごみ、また粗大ごみ",
    "ＬＩＮＥで引越しの手続き",
    "qwertyzx",
    "",
    "？！",
    "市役所 " * 2000,
]


@pytest.fixture(scope="module")
def model() -> SentenceTransformer:
    return SentenceTransformer(str(BUILT_IN), trust_remote_code=True)


@pytest.fixture(scope="module")
def plain(built_in: WordVectors) -> WordEncoder:
    """Our own code with every idf 1 and no direction removed."""
    nothing = np.zeros((0, built_in.dimension), np.float16)
    return WordEncoder(built_in, {}, nothing, 1.0, np.zeros(built_in.dimension, np.float32), "")


def test_sentence_transformers_gives_the_vectors_that_our_own_code_gives(
    model: SentenceTransformer, plain: WordEncoder, tokenizer: Tokenizer
) -> None:
    expected = np.array([plain.query(text, tokenizer.words(text)) for text in TEXTS])
    np.testing.assert_allclose(model.encode(TEXTS), expected, atol=1e-6)


def test_a_vector_is_the_mean_weighted_by_the_logarithm_of_the_counts(built_in: WordVectors, tokenizer: Tokenizer) -> None:
    module = WordVectorModule(built_in)
    (found,) = module.preprocess([TEXTS[1]])["sentence_embedding"].numpy()
    counts = Counter(word for word in tokenizer.words(TEXTS[1]) if word in built_in.vocabulary)
    weights = {word: np.log1p(count) for word, count in counts.items()}
    expected = sum(built_in.vectors([word])[0] * weight for word, weight in weights.items()) / sum(weights.values())
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_it_behaves_as_sentence_transformers_expects(model: SentenceTransformer) -> None:
    assert model.get_embedding_dimension() == 256
    assert model.encode([]).shape == (0,)
    assert model.encode("住民票").shape == (256,)
    together, apart = model.encode(TEXTS * 10, batch_size=3), [model.encode(text) for text in TEXTS] * 10
    np.testing.assert_allclose(together, apart, atol=1e-6)
    np.testing.assert_allclose(model.encode(["取り方"], prompt="住民票の"), model.encode(["住民票の取り方"]), atol=1e-6)


def test_similar_questions_are_near(model: SentenceTransformer) -> None:
    asked, same, other = model.encode(["引っ越しの手続き", "転居の届け出", "犬の予防注射"])
    assert asked @ same > asked @ other + 0.1


def test_it_can_be_saved_and_loaded_again(model: SentenceTransformer, tmp_path: Path, built_in: WordVectors) -> None:
    model.save(str(tmp_path))
    assert load_word_vectors(tmp_path).digest == built_in.digest
    again = SentenceTransformer(str(tmp_path), trust_remote_code=True)
    assert again.encode(TEXTS).tolist() == model.encode(TEXTS).tolist()


def test_it_is_not_loaded_without_consent_to_run_our_code() -> None:
    with pytest.raises(ValueError, match="trust_remote_code"):
        SentenceTransformer(str(BUILT_IN))
