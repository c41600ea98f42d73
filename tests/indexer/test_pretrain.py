"""Making a model, from texts to a folder that loads."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from indexer.training import pretrain
from indexer.words import Tokenizer
from indexer.wordvectors import WordVectors, load_word_vectors, save_word_vectors
from knowledge.topics import read_topics

KNOWN = ["猫", "犬", "駅", "鳥", "川", "塵", "袋", "時計"]
BASE_ROWS = [0, 0, 1, 2, 2, 3, 4, 5]
"""猫 and 犬 share a row, and so do 鳥 and 川."""
OFTEN, SELDOM, NEVER = ("猫", "塵", "袋"), ("駅", "鳥"), ("犬", "川", "時計")
"""Known words that the texts below say at least three times, less often, and never."""

PASSAGES = {
    "a": "猫は塵の袋で眠る。スパゲッティも好きだ。鳥とパンダを見た。",
    "b": "塵の袋と猫。スパゲッティの皿と駅。",
    "c": "猫の袋とスパゲッティ。塵を払う。",
}
"""Each is asked for by its first sentence."""
ARTICLES = [{"title": "猫のお知らせ", "body": "役所に猫が来ます。猫はすぐ帰ります。"}]
SAYS = [f"袋を{verb}" for verb in ("買う", "売る", "捨てる", "探す")]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base")
    vectors = np.random.default_rng(5).normal(size=(6, 8)).astype(np.float32)
    save_word_vectors(folder, KNOWN, vectors, np.array(BASE_ROWS, np.int32))
    return folder


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("texts")
    passages = [{"id": name, "text": text} for name, text in PASSAGES.items()]
    questions = [{"question": text.split("。")[0], "passage": name} for name, text in PASSAGES.items()]
    for name, values in (("passages", passages), ("questions", questions), ("articles", ARTICLES)):
        (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, values)), encoding="utf-8")
    (folder / "speech").mkdir()
    with (folder / "speech" / "sheet.csv").open("w", encoding="utf-8", newline="") as sheet:
        writer = csv.writer(sheet)
        writer.writerow(["field", "topic", "question", *(f"say_{number}" for number in range(1, 5)), "office", "lay"])
        writer.writerows(
            [["f", f"t{n}", f"指定袋{n}はどこですか", *(f"{say}{n}" for say in SAYS), "指定袋", "袋"] for n in range(4)]
        )
    return folder


@pytest.fixture(scope="module")
def patched(texts: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pretrain, "read_topics", lambda: read_topics(texts / "speech"))
        yield


def made(base: Path, texts: Path, out: Path, seed: int = 0) -> WordVectors:
    questions = [(texts / "questions.jsonl", texts / "passages.jsonl")]
    pretrain.main(base, out, questions, [texts / "articles.jsonl"], seed)
    return load_word_vectors(out)


@pytest.fixture(scope="module")
def model(base: Path, texts: Path, patched: None, tmp_path_factory: pytest.TempPathFactory) -> WordVectors:  # noqa: ARG001
    return made(base, texts, tmp_path_factory.mktemp("out"))


def test_the_words_of_this_test_are_those_that_the_tokenizer_gives(tokenizer: Tokenizer) -> None:
    for word in KNOWN:
        assert tokenizer.words(word) == [word]


def test_the_model_made_knows_all_words_it_began_with(model: WordVectors) -> None:
    assert model.dimension == 8
    assert set(KNOWN) <= set(model.vocabulary)
    assert len(set(model.vocabulary)) == len(model.vocabulary)
    assert model.vectors(KNOWN).any(axis=1).all()


def test_words_seen_often_are_trained_and_have_a_row_of_their_own(model: WordVectors, base: Path) -> None:
    uses = np.bincount(model.rows)
    for word in OFTEN:
        assert uses[model.rows[model.vocabulary[word]]] == 1
    assert (abs(model.vectors(OFTEN) - load_word_vectors(base).vectors(OFTEN)).max(axis=1) > 2e-5).all()


def test_words_seen_seldom_or_never_keep_their_vector_and_share_their_row(model: WordVectors, base: Path) -> None:
    before = load_word_vectors(base)
    assert model.vectors(SELDOM + NEVER) == pytest.approx(before.vectors(SELDOM + NEVER), abs=1e-6)
    assert model.rows[model.vocabulary["鳥"]] == model.rows[model.vocabulary["川"]]
    assert model.rows[model.vocabulary["猫"]] != model.rows[model.vocabulary["犬"]]


def test_new_words_are_learned_when_they_are_seen_often_enough(model: WordVectors) -> None:
    assert "スパゲッティ" in model.vocabulary
    assert model.vectors(["スパゲッティ"]).any()
    assert "パンダ" not in model.vocabulary


def test_every_row_is_somebodys(model: WordVectors) -> None:
    assert np.bincount(model.rows, minlength=len(model.table)).min() == 1


@pytest.mark.usefixtures("patched")
def test_the_same_texts_and_seed_make_the_same_model(
    base: Path, texts: Path, model: WordVectors, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert made(base, texts, tmp_path / "again").digest == model.digest
    assert made(base, texts, tmp_path / "other", seed=1).digest != model.digest
    general, residents, *_ = capsys.readouterr().out.splitlines()
    assert general.startswith("general 6 pairs, loss by epoch: [")
    assert residents.startswith("residents 24 pairs, loss by epoch: [")


@pytest.mark.usefixtures("patched")
def test_residents_speech_alone_makes_a_model_too(base: Path, tmp_path: Path) -> None:
    pretrain.main(base, tmp_path / "alone", [], [])
    assert "指定" in load_word_vectors(tmp_path / "alone").vocabulary
