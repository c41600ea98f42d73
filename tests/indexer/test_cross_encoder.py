"""A cross-encoder as second look, tried with a tiny one of random weights."""

from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import CrossEncoder
from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

from indexer.cross_encoder import LONGEST, WORTH, CrossEncoderLook, load_cross_encoder, text_of
from indexer.errors import ModelUnusable
from knowledge.entry import Entry
from tests.indexer.test_transformer import LETTERS

ENTRIES = [
    Entry("1", "住民票の写し", "窓口で取れます。"),
    Entry("2", "粗大ごみ", "電話で申し込みます。"),
    Entry("3", "犬の登録", "市役所で。"),
]
ALL = np.arange(len(ENTRIES))


def make_model(folder: Path, labels: int = 1, seed: int = 0) -> Path:
    """A BERT of one layer and random weights that reads letter by letter."""
    folder.mkdir(parents=True)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *LETTERS, *(f"##{letter}" for letter in LETTERS)]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        initializer_range=1.0,
    )
    config.num_labels = labels
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("cross") / "model")


@pytest.fixture(scope="module")
def look(folder: Path) -> CrossEncoderLook:
    return load_cross_encoder(str(folder))


def test_each_candidate_gains_its_probability(look: CrossEncoderLook, folder: Path) -> None:
    by_hand = CrossEncoder(str(folder))
    pairs = [("住民票", text_of(entry)) for entry in ENTRIES]
    expected = [1 / (1 + np.exp(-float(by_hand.predict([pair], activation_fn=torch.nn.Identity())[0]))) for pair in pairs]
    gains = look.make(ENTRIES, None, ALL).gains("住民票", ALL)
    assert gains == pytest.approx(WORTH * np.array(expected), abs=1e-3)
    assert len(set(gains.tolist())) == len(ENTRIES)


def test_only_the_candidates_are_read(look: CrossEncoderLook) -> None:
    reranker = look.make(ENTRIES, None, ALL)
    assert reranker.gains("犬", np.array([2, 0])) == pytest.approx(reranker.gains("犬", ALL)[[2, 0]], abs=1e-4)


def test_a_snapshot_needs_no_file_of_it(look: CrossEncoderLook, tmp_path: Path) -> None:
    look.make(ENTRIES, None, ALL).save(tmp_path)
    assert not list(tmp_path.iterdir())
    opened, made = look.open(tmp_path, ENTRIES), look.make(ENTRIES, None, ALL)
    assert opened.gains("犬", ALL).tolist() == made.gains("犬", ALL).tolist()


def test_the_name_tells_weights_apart(look: CrossEncoderLook, tmp_path: Path) -> None:
    other = load_cross_encoder(str(make_model(tmp_path / "other", seed=1)))
    assert look.name.rpartition("|")[2] != other.name.rpartition("|")[2]


def test_a_model_that_gives_two_numbers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match="num_labels"):
        load_cross_encoder(str(make_model(tmp_path / "two", labels=2)))


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelUnusable):
        load_cross_encoder(str(tmp_path))


def test_no_more_of_an_entry_is_read_than_a_model_may_see() -> None:
    assert len(text_of(Entry("1", "長い", "あ" * 50_000))) == LONGEST
