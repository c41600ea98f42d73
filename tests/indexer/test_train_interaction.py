"""Learning which words belong together, on a handful of topics."""

import gzip
import json
from pathlib import Path
from random import Random

import pytest
import torch

from indexer.interaction import load_interaction
from indexer.training import interaction as training
from indexer.training import lessons as lessons_module
from indexer.training.interaction import Net, learn, loss_of, near_topics, padded
from indexer.training.lessons import Lessons
from indexer.training.sources import TextPair
from indexer.words import PARTICLE, Tokenizer
from indexer.wordvectors import WordVectors, write_word_vectors
from knowledge.topics import Topic

TOPICS = [
    Topic(
        "f",
        "ごみ",
        "粗大ごみを出すには",
        ("大きいごみを捨てる", "たんすを捨てたい", "ソファを出したい"),
        ("粗大ごみ",),
        ("大きいごみ",),
    ),
    Topic("f", "犬", "犬を登録するには", ("犬を飼い始めた", "子犬を届けたい", "犬の届け"), ("畜犬登録",), ("犬",)),
    Topic("f", "水道", "水道を止めるには", ("水を止めたい", "引っ越しで水道を止める", "水道の解約"), ("水道の休止",), ("水",)),
    Topic("f", "税", "市民税を納めるには", ("税金を払う", "市民税の払い方", "納税したい"), ("市民税の納付",), ("税金",)),
]
PAIRS = [
    TextPair(f"{thing}はどこ", f"{thing}は役所の{floor}階にある。", thing)
    for floor, thing in enumerate(["窓口", "食堂", "駐車場"])
]


@pytest.fixture
def lessons(monkeypatch: pytest.MonkeyPatch, tokenizer: Tokenizer) -> Lessons:
    monkeypatch.setattr(lessons_module, "PASSAGES", 3)
    monkeypatch.setattr(lessons_module, "SAYS", 8)
    return Lessons(PAIRS, TOPICS, tokenizer, Random(0))


def net_of(lessons: Lessons, model: WordVectors) -> Net:
    torch.manual_seed(0)
    words = list(lessons.numbers)
    return Net(model.vectors(words), [number for number, word in enumerate(words) if word.startswith(PARTICLE)])


def test_says_it_was_trained_on_find_their_topic_better_than_before(lessons: Lessons, built_in: WordVectors) -> None:
    net = net_of(lessons, built_in)
    batch = lessons.says()
    before = loss_of(net.eval(), batch).item()
    learn(net.train(), lessons, 30)
    assert loss_of(net.eval(), batch).item() < 0.8 * before


def test_pairs_of_one_group_are_no_counter_examples(lessons: Lessons, built_in: WordVectors) -> None:
    net = net_of(lessons, built_in).eval()
    batch = lessons.says()
    one_group = batch._replace(groups=["same"] * len(batch.groups))
    assert loss_of(net, one_group).item() == pytest.approx(0, abs=1e-3)
    assert loss_of(net, batch).item() > 0.1


def test_near_topics_come_into_a_batch_together(lessons: Lessons) -> None:
    lessons.near = {topic.id: [TOPICS[0].id] for topic in TOPICS}
    groups = lessons.says().groups
    assert groups[1::2] == [TOPICS[0].id] * 4


def test_a_topic_is_not_near_itself(lessons: Lessons, built_in: WordVectors) -> None:
    near = near_topics(net_of(lessons, built_in), lessons)
    assert set(near) == {topic.id for topic in TOPICS}
    assert all(set(others) == set(near) - {topic} for topic, others in near.items())


def test_short_texts_are_filled_up() -> None:
    assert padded([[1, 2, 3], [4]]).tolist() == [[1, 2, 3], [4, 0, 0]]


def test_training_writes_a_file_that_loads(
    monkeypatch: pytest.MonkeyPatch, built_in: WordVectors, lessons: Lessons, tmp_path: Path
) -> None:
    assert lessons  # the smaller batches are in force
    write_word_vectors(tmp_path / "model", built_in)
    for name, rows in (
        ("questions", [{"question": pair.left, "passage": pair.group} for pair in PAIRS]),
        ("passages", [{"id": pair.group, "text": pair.right} for pair in PAIRS]),
    ):
        with gzip.open(tmp_path / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.write("\n".join(json.dumps(row) for row in rows))
    monkeypatch.setattr(training, "read_topics", lambda: TOPICS)
    training.main(tmp_path / "model", [(tmp_path / "questions.jsonl.gz", tmp_path / "passages.jsonl.gz")], steps=2)
    loaded = load_interaction(built_in, tmp_path / "model")
    assert loaded.read(["犬", f"{PARTICLE}を"]).vectors.any(axis=1).all()
