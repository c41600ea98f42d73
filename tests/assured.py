"""The built-in judge of answers and ear for emergencies, loaded once for all tests."""

from functools import cache

from indexer.assurance import Assurance, load_assurance
from indexer.urgency import Ear, load_ear
from indexer.words import Tokenizer
from indexer.wordvectors import load_word_vectors


@cache
def assurance() -> Assurance:
    return load_assurance()


@cache
def ear() -> Ear:
    return load_ear(load_word_vectors(), Tokenizer())
