"""The built-in model."""

import re
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.errors import ModelUnusable
from indexer.wordvectors import BUILT_IN, WordVectors, load_word_vectors, save_word_vectors, write_word_vectors

FILES = ("config.json", "vocabulary.txt", "rows.npy", "table.npy", "scales.npy")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    vectors = np.random.default_rng(1).normal(size=(3, 16)).astype(np.float32)
    save_word_vectors(tmp_path, ["市役所", "役所", "ごみ", "猫"], vectors, np.array([0, 0, 1, 2], np.int32))
    return tmp_path


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(1e-3, 1e3))
def test_saved_vectors_come_back_with_their_lengths_and_off_by_half_a_step_at_most(seed: int, scale: float) -> None:
    vectors = (np.random.default_rng(seed).normal(size=(20, 64)) * scale).astype(np.float32)
    with TemporaryDirectory() as place:
        save_word_vectors(Path(place), [str(number) for number in range(20)], vectors, np.arange(20, dtype=np.int32))
        read = load_word_vectors(Path(place)).vectors([str(number) for number in range(20)])
    steps = abs(vectors).max(axis=1, keepdims=True) / 127
    assert (abs(read - vectors) <= 0.501 * steps).all()
    assert np.linalg.norm(read, axis=1) == pytest.approx(np.linalg.norm(vectors, axis=1), rel=0.01)


def test_a_word_without_meaning_keeps_a_vector_of_zeros(tmp_path: Path) -> None:
    save_word_vectors(tmp_path, ["も"], np.zeros((1, 4), np.float32), np.zeros(1, np.int32))
    assert load_word_vectors(tmp_path).vectors(["も"]).tolist() == [[0, 0, 0, 0]]


def test_words_may_share_a_row(folder: Path) -> None:
    one, other = load_word_vectors(folder).vectors(["市役所", "役所"])
    assert one.tolist() == other.tolist()


def test_unknown_words_are_zeros_and_no_words_are_no_rows(folder: Path) -> None:
    model = load_word_vectors(folder)
    assert not model.vectors(["知らない言葉", ""]).any()
    assert model.vectors([]).shape == (0, 16)


def test_a_model_is_written_again_byte_for_byte(folder: Path, tmp_path: Path) -> None:
    write_word_vectors(tmp_path / "copy", load_word_vectors(folder))
    assert [(tmp_path / "copy" / name).read_bytes() for name in FILES] == [(folder / name).read_bytes() for name in FILES]


@pytest.mark.parametrize("name", ["vocabulary.txt", "rows.npy", "table.npy", "scales.npy"])
def test_another_content_has_another_digest(folder: Path, name: str) -> None:
    before = load_word_vectors(folder).digest
    content = bytearray((folder / name).read_bytes())
    content[-8] ^= 1
    (folder / name).write_bytes(content)
    assert load_word_vectors(folder).digest != before


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", [lambda _: None, lambda _: b"", lambda old: old[: len(old) // 2], lambda _: b"\x93garbage"])
def test_a_damaged_model_is_refused_with_a_sentence(folder: Path, name: str, damage: Callable[[bytes], bytes | None]) -> None:
    content = damage((folder / name).read_bytes())
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_bytes(content)
    with pytest.raises(ModelUnusable, match="埋め込みモデル"):
        load_word_vectors(folder)


@pytest.mark.parametrize("rows", [[0, 0, 1, 3], [0, 0, 1, -1], [0, 0, 1]])
def test_rows_that_do_not_fit_the_table_are_refused(folder: Path, rows: list[int]) -> None:
    np.save(folder / "rows.npy", np.array(rows, np.int32))
    with pytest.raises(ModelUnusable, match="do not fit together"):
        load_word_vectors(folder)


@pytest.mark.parametrize(
    ("word", "near", "far"), [("転居", "引っ越し", "納税"), ("塵", "廃棄", "婚姻"), ("保育", "幼児", "水道")]
)
def test_the_built_in_model_knows_what_words_mean(built_in: WordVectors, word: str, near: str, far: str) -> None:
    asked, related, unrelated = built_in.vectors([word, near, far])
    assert asked @ related > asked @ unrelated + 0.1


@pytest.mark.parametrize("telling", ["年金", "印鑑", "水道", "介護", "犬"])
@pytest.mark.parametrize("empty", ["今", "私", "必要", "本当"])
def test_the_more_a_word_matters_the_longer_its_vector(built_in: WordVectors, telling: str, empty: str) -> None:
    long, short = np.linalg.norm(built_in.vectors([telling, empty]), axis=1)
    assert long > short + 0.1


def test_no_built_in_word_is_without_a_vector_or_drowns_the_others(built_in: WordVectors) -> None:
    lengths = np.linalg.norm(built_in.table.astype(np.float32) * built_in.scales[:, None], axis=1)
    assert lengths.min() > 0.3
    assert lengths.max() < 2


def test_the_readme_of_the_model_tells_its_real_size(built_in: WordVectors) -> None:
    readme = (BUILT_IN / "README.md").read_text("utf-8")
    told = dict(re.findall(r"^\| (words|rows|dimension|size) \| ([\d.,]+)", readme, re.MULTILINE))
    size = sum((BUILT_IN / name).stat().st_size for name in FILES)
    assert told == {
        "words": f"{len(built_in.vocabulary):,}",
        "rows": f"{len(built_in.table):,}",
        "dimension": str(built_in.dimension),
        "size": f"{size / 1e6:.1f}",
    }
    assert size < 25e6
