"""Any sentence-transformers model as encoder, tried with a tiny one of random weights."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import huggingface_hub.constants
import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules.normalize import Normalize
from sentence_transformers.base.modules.transformer import Transformer
from sentence_transformers.sentence_transformer.modules.pooling import Pooling
from transformers import BertConfig, BertModel, BertTokenizer

from indexer.bags import Matrix
from indexer.build import Builder, word_vector_fit
from indexer.corpus import cut
from indexer.errors import ModelUnusable, SnapshotDamaged, SnapshotOfAnotherModel
from indexer.search import open_snapshot, word_encoder_opener
from indexer.snapshot import SnapshotStore
from indexer.transformer import Prefixes, TransformerEncoder, load_transformer, prefixes_for
from indexer.words import Tokenizer
from indexer.wordvectors import BUILT_IN, WordVectors
from knowledge.entry import Entry, Translation
from tests.assured import assurance

ByHand = Callable[[str], Matrix]

ENTRIES = [
    Entry("1", "住民票の写し", "窓口で取れます。\n【お問い合わせ先】\n市民課", wordings=("住民票ください", "世帯の証明")),
    Entry("2", "粗大ごみ", "電話で申し込みます。", translations={"en": Translation("bulky waste", "call us", ("big garbage",))}),
    Entry("3", "犬の登録", "市役所で。"),
]
LETTERS = sorted(
    {letter for entry in ENTRIES for letter in entry.question + entry.answer + "".join(entry.wordings)}
    | set("検索クエリ文書:abcdefghijklmnopqrstuvwxyz")
)


def make_model(folder: Path, dimension: int = 32, seed: int = 0) -> Path:
    """A BERT of one layer and random weights that reads letter by letter, with mean pooling."""
    bert = folder / "bert"
    bert.mkdir(parents=True)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *LETTERS, *(f"##{letter}" for letter in LETTERS)]
    (bert / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizer(str(bert / "vocab.txt")).save_pretrained(bert)
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(words), hidden_size=dimension, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16
    )
    BertModel(config).save_pretrained(bert)
    modules = [Transformer(str(bert)), Pooling(dimension, "mean"), Normalize()]
    SentenceTransformer(modules=modules).save(str(folder / "model"), create_model_card=False)
    return folder / "model"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def encoder(folder: Path) -> TransformerEncoder:
    return load_transformer(str(folder), "query: ", "passage: ")


@pytest.fixture(scope="module")
def by_hand(folder: Path) -> ByHand:
    """Straight through sentence-transformers, one text at a time."""
    model = SentenceTransformer(str(folder))
    return lambda text: np.asarray(model.encode(text), np.float32)


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)


@pytest.mark.parametrize(
    ("model", "query", "passage"),
    [
        ("cl-nagoya/ruri-v3-30m", "検索クエリ: ", "検索文書: "),
        ("cl-nagoya/ruri-v3-310m", "検索クエリ: ", "検索文書: "),
        ("intfloat/multilingual-e5-small", "query: ", "passage: "),
        ("pkshatech/GLuCoSE-base-ja-v2", "query: ", "passage: "),
        ("BAAI/bge-m3", "", ""),
        ("./models/mine", "", ""),
    ],
)
def test_known_models_get_the_prefixes_of_their_cards(model: str, query: str, passage: str) -> None:
    assert prefixes_for(model, None, None) == Prefixes(query, passage)


def test_configured_prefixes_win_even_when_empty() -> None:
    assert prefixes_for("intfloat/multilingual-e5-small", "", None) == Prefixes("", "passage: ")
    assert prefixes_for("intfloat/multilingual-e5-small", None, "p: ") == Prefixes("query: ", "p: ")
    assert prefixes_for("mine", "q: ", "p: ") == Prefixes("q: ", "p: ")


def test_a_question_is_encoded_with_its_prefix(folder: Path, encoder: TransformerEncoder, by_hand: ByHand) -> None:
    found = encoder.query("住民票の写し", [])
    np.testing.assert_allclose(found, by_hand("query: 住民票の写し"), atol=1e-6)
    bare = load_transformer(str(folder)).query("住民票の写し", [])
    np.testing.assert_allclose(bare, by_hand("住民票の写し"), atol=1e-6)
    assert abs(found - bare).max() > 0.01


def test_an_entry_has_a_row_for_itself_and_one_for_each_wording(
    encoder: TransformerEncoder,
    tokenizer: Tokenizer,
    by_hand: ByHand,
) -> None:
    rows = encoder.rows(ENTRIES, cut(ENTRIES, tokenizer))
    texts = [
        "住民票の写し\n窓口で取れます。",
        "住民票ください",
        "世帯の証明",
        "粗大ごみ\n電話で申し込みます。",
        "bulky waste",
        "big garbage",
        "犬の登録\n市役所で。",
    ]
    assert rows.own.starts.tolist() == [0, 3, 6, 7]
    np.testing.assert_allclose(rows.own.vectors, np.array([by_hand(f"passage: {text}") for text in texts]), atol=1e-5)
    assert np.linalg.norm(rows.own.vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_a_model_finds_an_entry_by_its_wording(tmp_path: Path, folder: Path, tokenizer: Tokenizer) -> None:
    encoder = load_transformer(str(folder))
    store = SnapshotStore(tmp_path)
    manifest = Builder(store, tokenizer, lambda *_: encoder, assurance()).build("city", ENTRIES, datetime(2026, 4, 1, tzinfo=UTC))
    city = open_snapshot(store, "city", manifest.id, tokenizer, lambda *_: encoder, assurance())
    result = city.search("世帯の証明")
    assert result.ranking[0].entry.id == "1"
    assert result.ranking[0].dense == pytest.approx(1, abs=0.01)
    assert city.search("？！").ranking == ()
    assert city.search("").ranking == ()


def test_the_name_tells_models_prefixes_and_weights_apart(tmp_path: Path, folder: Path) -> None:
    name = load_transformer(str(folder)).name
    assert load_transformer(str(folder)).name == name
    assert load_transformer(str(folder), "query: ").name != name
    assert load_transformer(str(folder), None, "passage: ").name != name
    again = make_model(tmp_path, seed=1)
    shutil.copytree(folder, tmp_path / "first")
    trained = tmp_path / "first" / "model.safetensors"
    before = load_transformer(str(tmp_path / "first")).name
    shutil.copy(again / "model.safetensors", trained)
    assert load_transformer(str(tmp_path / "first")).name != before


def test_a_snapshot_is_not_searched_with_a_model_of_another_dimension(tmp_path: Path, folder: Path, tokenizer: Tokenizer) -> None:
    place = tmp_path / "model"
    shutil.copytree(folder, place)
    encoder = load_transformer(str(place))
    store = SnapshotStore(tmp_path / "snapshots")
    manifest = Builder(store, tokenizer, lambda *_: encoder, assurance()).build("city", ENTRIES, datetime(2026, 4, 1, tzinfo=UTC))
    shutil.rmtree(place)
    shutil.copytree(make_model(tmp_path / "wider", dimension=48), place)
    wider = load_transformer(str(place))
    with pytest.raises((SnapshotOfAnotherModel, SnapshotDamaged), match=manifest.id):
        open_snapshot(store, "city", manifest.id, tokenizer, lambda *_: wider, assurance())


def test_switching_between_word_vectors_and_a_model_asks_for_a_new_build(
    tmp_path: Path, encoder: TransformerEncoder, tokenizer: Tokenizer, letter_vectors: WordVectors
) -> None:
    store, noon = SnapshotStore(tmp_path), datetime(2026, 4, 1, tzinfo=UTC)
    words = Builder(store, tokenizer, word_vector_fit(letter_vectors), assurance()).build("city", ENTRIES, noon)
    model = Builder(store, tokenizer, lambda *_: encoder, assurance()).build("city", ENTRIES, noon)
    with pytest.raises(SnapshotOfAnotherModel, match="MADOGUCHI_EMBEDDING_MODEL"):
        open_snapshot(store, "city", words.id, tokenizer, lambda *_: encoder, assurance())
    with pytest.raises(SnapshotOfAnotherModel, match="MADOGUCHI_EMBEDDING_MODEL"):
        open_snapshot(store, "city", model.id, tokenizer, word_encoder_opener(letter_vectors), assurance())


def empty(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def a_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("not a folder")


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize(
    "damage",
    [
        shutil.rmtree,
        empty,
        a_file,
        lambda folder: (folder / "model.safetensors").unlink(),
        lambda folder: (folder / "model.safetensors").write_bytes((folder / "model.safetensors").read_bytes()[:500]),
        lambda folder: (folder / "model.safetensors").write_bytes(b""),
        lambda folder: (folder / "config.json").write_text("{"),
        lambda folder: (folder / "config.json").unlink(),
        lambda folder: (folder / "config.json").write_text(
            (folder / "config.json").read_text().replace('"hidden_size": 32', '"hidden_size": 64')
        ),
        lambda folder: (folder / "modules.json").write_text("{"),
        lambda folder: (folder / "modules.json").write_text("[1]"),
        lambda folder: (folder / "modules.json").write_text((folder / "modules.json").read_text().replace("Pooling", "Puling")),
        lambda folder: shutil.rmtree(folder / "1_Pooling"),
    ],
)
def test_a_folder_that_is_not_a_whole_model_is_refused_with_a_sentence(
    tmp_path: Path, folder: Path, damage: Callable[[Path], object]
) -> None:
    place = tmp_path / "deep" / "model"
    shutil.copytree(folder, place)
    damage(place)
    with pytest.raises(ModelUnusable, match="MADOGUCHI_EMBEDDING_MODEL") as raised:
        load_transformer(str(place))
    assert "\n" not in str(raised.value)


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize("name", ["cl-nagoya/ruri-v3-30m", "no-such-model"])
def test_a_hub_model_without_the_hub_is_refused_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("SENTENCE_TRANSFORMERS_HOME", str(tmp_path))
    with pytest.raises(ModelUnusable, match=name):
        load_transformer(name)


def test_a_model_with_code_of_its_own_is_refused_with_a_sentence() -> None:
    with pytest.raises(ModelUnusable, match="third-party code"):
        load_transformer(str(BUILT_IN))
