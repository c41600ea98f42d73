"""Leading a question from the residents' words to the office's."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.bags import Matrix, unit
from indexer.bridge import GATE, NEAREST, Bridge, bridge_of, build_bridge
from indexer.corpus import cut
from indexer.embed import WordEncoder, fit_word_encoder
from indexer.words import Tokenizer
from indexer.wordvectors import WordVectors
from knowledge.entry import Entry
from knowledge.topics import Topic, read_topics

AXES = np.eye(6, dtype=np.float32)
CROSS = bridge_of(AXES[[0, 1, 1]], [0, 1, 1], AXES[[3, 4]])
"""Two topics: the first is said as axis 0 and called axis 3, the second said as axis 1 and called axis 4."""


def towards(axis: int, cosine: float) -> Matrix:
    """A question with that cosine to an axis, its rest along axis 5, which nothing lies on."""
    return np.asarray(AXES[axis] * cosine + AXES[5] * np.sqrt(1 - cosine**2), np.float32)


def led(bridge: Bridge, query: Matrix) -> Matrix:
    return bridge.lead(query, bridge.similarities(query))


@pytest.fixture(scope="module")
def topics() -> Sequence[Topic]:
    return read_topics()[::40]


@pytest.fixture(scope="module")
def encoder(topics: Sequence[Topic], tokenizer: Tokenizer, built_in: WordVectors) -> WordEncoder:
    entries = [Entry(topic.id, topic.question, "\n".join(topic.office)) for topic in topics]
    return fit_word_encoder(cut(entries, tokenizer), built_in)


@pytest.fixture(scope="module")
def bridge(topics: Sequence[Topic], tokenizer: Tokenizer, encoder: WordEncoder) -> Bridge:
    return build_bridge(topics, tokenizer, encoder)


def test_what_residents_say_is_led_to_what_the_office_calls_it(
    bridge: Bridge, topics: Sequence[Topic], tokenizer: Tokenizer, encoder: WordEncoder
) -> None:
    gains = []
    for row, topic in enumerate(topics):
        for say in topic.trained:
            query = encoder.query(say, tokenizer.words(say))
            if query.any():
                assert bridge.similarities(query)[row] == pytest.approx(1, abs=0.01)
                gains.append(float((led(bridge, query) - query) @ bridge.topics[row]))
    assert min(gains) > -1e-5
    assert np.mean(gains) > 0.1


def test_sentences_kept_aside_come_nearer_to_their_topic_too(
    bridge: Bridge, topics: Sequence[Topic], tokenizer: Tokenizer, encoder: WordEncoder
) -> None:
    gains = []
    for row, topic in enumerate(topics):
        for say in topic.held_out:
            query = encoder.query(say, tokenizer.words(say))
            gains.append(float((led(bridge, query) - query) @ bridge.topics[row]))
    assert np.mean(gains) > 0.02


def test_only_sentences_that_may_be_trained_on_are_in_it(
    bridge: Bridge, topics: Sequence[Topic], tokenizer: Tokenizer, encoder: WordEncoder
) -> None:
    expected = [encoder.query(say, tokenizer.words(say)) for topic in topics for say in topic.trained]
    np.testing.assert_allclose(bridge.says.vectors(slice(None)), np.array(expected), atol=0.005)
    assert np.bincount(bridge.owners).tolist() == [len(topic.says) - len(topic.held_out) for topic in topics]


def test_a_topic_is_as_near_as_its_nearest_say_or_its_own_words() -> None:
    query = unit(np.array([[0.6, 0.2, 0, 0, 0.9, 0]], np.float32))[0]
    assert CROSS.similarities(query) == pytest.approx([query[0], query[4]])


@pytest.mark.parametrize("cosine", [0.0, 0.3, GATE])
def test_a_topic_that_is_not_near_does_not_lead(cosine: float) -> None:
    query = towards(0, cosine)
    assert led(CROSS, query) == pytest.approx(query, abs=1e-6)


def test_a_topic_said_word_for_word_counts_as_much_as_the_question() -> None:
    assert led(CROSS, AXES[0]) == pytest.approx((AXES[0] + AXES[3]) / np.sqrt(2), abs=1e-6)


@given(st.floats(0, 1, width=32), st.floats(0, 1, width=32))
def test_the_nearer_the_topic_the_more_it_leads(one: float, other: float) -> None:
    less, more = sorted((one, other))
    pulls = [float(led(CROSS, towards(0, cosine))[3]) for cosine in (less, more)]
    assert 0 <= pulls[0] <= pulls[1] + 1e-6
    assert pulls[1] <= np.sqrt(0.5) + 1e-6


@given(st.integers(0, 2**32 - 1))
def test_a_led_question_is_a_unit_vector_pulled_by_at_most_three_topics(seed: int) -> None:
    random = np.random.default_rng(seed)
    says, topics, query = (unit(random.normal(loc=1, size=(count, 6)).astype(np.float32)) for count in (20, 8, 1))
    bridge = bridge_of(says, np.sort(random.integers(0, 8, 20)).tolist(), topics)
    similar = bridge.similarities(query[0])
    says = bridge.says.vectors(slice(None))
    best = np.array([max([*(says @ query[0])[bridge.owners == topic], (topics @ query[0])[topic]]) for topic in range(8)])
    assert similar == pytest.approx(best, abs=1e-6)
    nearest = np.argsort(-similar)[:NEAREST]
    pulled = query[0] + sum(max(similar[topic] - GATE, 0) / (1 - GATE) * topics[topic] for topic in nearest)
    assert bridge.lead(query[0], similar) == pytest.approx(pulled / np.linalg.norm(pulled), abs=1e-4)


def test_a_question_without_a_known_word_is_led_nowhere() -> None:
    assert not led(CROSS, np.zeros(6, np.float32)).any()


def test_a_saved_bridge_leads_the_same_way(
    bridge: Bridge, topics: Sequence[Topic], tokenizer: Tokenizer, encoder: WordEncoder, tmp_path: Path
) -> None:
    bridge.save(tmp_path)
    loaded = Bridge.load(tmp_path)
    assert loaded.owners.tolist() == bridge.owners.tolist()
    for topic in topics:
        query = encoder.query(topic.held_out[0], tokenizer.words(topic.held_out[0]))
        assert led(loaded, query) == pytest.approx(led(bridge, query), abs=0.005)


def test_topics_without_a_trained_sentence_lead_by_their_own_words(tokenizer: Tokenizer, encoder: WordEncoder) -> None:
    topic = Topic("ごみ", "袋", "指定袋はどこで買えますか。", ("袋ほしい",), ("指定袋",), ("袋",))
    bridge = build_bridge([topic], tokenizer, encoder)
    query = encoder.query("指定袋", tokenizer.words("指定袋"))
    assert len(bridge.says) == 0
    assert float(led(bridge, query) @ bridge.topics[0]) >= float(query @ bridge.topics[0]) - 1e-6
