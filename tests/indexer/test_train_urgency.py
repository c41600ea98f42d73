"""Learning to hear emergencies, on a few sayings."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from indexer.training.urgency import SPOKEN_IN_NEED, Example, Lesson, examples_of, fit, learn_to_hear
from indexer.urgency import look_at
from indexer.words import Tokenizer
from indexer.wordvectors import WordVectors
from knowledge.topics import Topic, read_topics
from knowledge.urgency_sheet import Saying, Urgency, held_out, read_sayings

SAYINGS = tuple(each for each in read_sayings().good if each.kind in {Urgency.LIFE, Urgency.CALM})[::5]
ASIDE = held_out(SAYINGS)


def test_what_was_learned_is_heard_in_sayings_that_were_kept_aside(built_in: WordVectors, tokenizer: Tokenizer) -> None:
    topic = Topic("f", "t", "q", ("ごみの日はいつ", "住民票がほしい"), (), ())
    examples = examples_of([each for each in SAYINGS if each not in ASIDE], [(topic, topic.says)])
    ear = learn_to_hear(examples, built_in, tokenizer)
    heard = {kind: [ear.hear(each.text) for each in ASIDE if each.kind is kind] for kind in (Urgency.LIFE, Urgency.CALM)}
    assert 0 < ear.threshold < 1
    assert heard[Urgency.LIFE].count(Urgency.LIFE) > len(heard[Urgency.LIFE]) / 3
    assert heard[Urgency.CALM].count(None) > len(heard[Urgency.CALM]) * 0.9


def test_resident_speech_is_learned_as_calm_and_goes_by_topic() -> None:
    topic = Topic("f", "t", "q", ("ごみの日", "ごみ いつ"), (), ())
    saying = Saying(Urgency.LIFE, "a", "もうだめ")
    assert examples_of([saying], [(topic, topic.says)]) == [
        Example("もうだめ", Urgency.LIFE, False, "もうだめ"),
        Example("ごみの日", Urgency.CALM, True, "f/t"),
        Example("ごみ いつ", Urgency.CALM, True, "f/t"),
    ]


def test_pieces_of_resident_speech_alone_and_rare_ones_are_not_learned(built_in: WordVectors, tokenizer: Tokenizer) -> None:
    said = [Example(f"{word}がもえてる", Urgency.FIRE_OR_AMBULANCE, False, word) for word in ("いえ", "やま", "くるま")]
    said += [Example(f"{word}はなんようび", Urgency.CALM, True, word) for word in ("びん", "かん", "ふとん", "ざっし")]
    lesson = Lesson([look_at(built_in, tokenizer, each.text) for each in said], said)
    pieces = lesson.learn(np.arange(len(said))).pieces
    assert "モエ" in pieces
    assert not [piece for piece in pieces if "ヨウビ" in piece or "ヤマ" in piece]


def test_the_regression_finds_which_input_speaks_for_which_kind() -> None:
    kinds = np.arange(len(Urgency)).repeat(3)
    fitted = fit(csr_matrix(np.eye(len(Urgency), dtype=np.float32)[kinds]), kinds, np.full(len(kinds), 0.1, np.float32))
    assert fitted.shape == (len(Urgency) + 1, len(Urgency))
    assert np.argmax(fitted[:-1], axis=1).tolist() == list(range(len(Urgency)))


@pytest.mark.parametrize("topic", sorted(SPOKEN_IN_NEED))
def test_topics_that_are_spoken_of_in_need_exist(topic: str) -> None:
    assert topic in {each.topic for each in read_topics()}
