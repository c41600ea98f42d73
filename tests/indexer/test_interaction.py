"""Reading word by word: NumPy against the net it is trained as, and texts against texts read apart."""

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import interaction
from indexer.errors import ModelUnusable
from indexer.interaction import BREAK, FILE, Interaction, load_interaction
from indexer.training.interaction import SIZE, Net, interaction_of
from indexer.words import PARTICLE
from indexer.wordvectors import WordVectors, load_word_vectors, save_word_vectors

KNOWN = ["猫", "犬", "駅", "袋", "紙"]
PARTICLES = [f"{PARTICLE}を", f"{PARTICLE}に"]
WORDS = [BREAK, *KNOWN, *PARTICLES, "未知"]
TEXT = st.lists(st.sampled_from(WORDS[1:]), min_size=1, max_size=8)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> WordVectors:
    folder = tmp_path_factory.mktemp("words")
    vectors = np.random.default_rng(5).normal(size=(len(KNOWN), 16)).astype(np.float32)
    save_word_vectors(folder, KNOWN, vectors, np.arange(len(KNOWN), dtype=np.int32))
    return load_word_vectors(folder)


@pytest.fixture(scope="module")
def net(model: WordVectors) -> Net:
    torch.manual_seed(3)
    made = Net(model.vectors(WORDS), [WORDS.index(word) for word in PARTICLES])
    # As after training, when no part is nothing any more.
    torch.nn.init.normal_(made.mattering.weight, std=SIZE**-0.5)
    return made.eval()


@pytest.fixture(scope="module")
def reader(net: Net, model: WordVectors) -> Interaction:
    return interaction_of(net, model, PARTICLES)


@given(st.lists(TEXT, min_size=1, max_size=4))
@settings(deadline=None)
def test_numpy_reads_as_the_net_does(net: Net, reader: Interaction, texts: list[list[str]]) -> None:
    joined = [word for text in texts for word in (*text, BREAK)]
    read = reader.read(joined)
    with torch.no_grad():
        vectors, weights = net.read(torch.tensor([[WORDS.index(word) for word in joined]]))
    assert read.vectors == pytest.approx(vectors[0].numpy(), abs=1e-4)
    assert read.weights == pytest.approx(weights[0].numpy(), abs=1e-4)


@given(st.lists(TEXT, min_size=1, max_size=5), st.integers(1, 7))
@settings(deadline=None)
def test_texts_are_read_alike_together_and_apart_however_they_are_chunked(
    reader: Interaction, texts: list[list[str]], chunk: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(interaction, "CHUNK", chunk)
        together = reader.read([word for text in texts for word in (*text, BREAK)]).vectors
    apart = np.concatenate([reader.read([*text, BREAK]).vectors for text in texts])
    assert together == pytest.approx(apart, abs=1e-5)


def test_a_word_is_another_beside_another(reader: Interaction) -> None:
    first, other = reader.read(["猫", "犬", "駅"]).vectors, reader.read(["駅", "犬", "猫"]).vectors
    assert first[1] != pytest.approx(other[1], abs=1e-3)


def test_a_break_says_nothing_and_changes_nobody(reader: Interaction) -> None:
    read = reader.read(["猫", BREAK, "犬"])
    assert not read.vectors[1].any()
    assert read.weights[1] == 0
    assert read.vectors[[0, 2]] == pytest.approx(reader.read(["猫", BREAK, BREAK, "犬"]).vectors[[0, 3]], abs=1e-6)


def test_it_tells_how_many_of_the_words_it_knows(reader: Interaction) -> None:
    assert reader.read(["猫", BREAK, "未知", "未知", PARTICLES[0]]).known == pytest.approx(0.5)
    assert reader.read([BREAK]).known == 0


def test_no_words_are_read_as_none(reader: Interaction) -> None:
    assert reader.read([]).vectors.shape == (0, reader.meaning.shape[1])


def test_what_was_saved_reads_the_same(reader: Interaction, model: WordVectors, tmp_path: Path) -> None:
    reader.save(tmp_path)
    loaded = load_interaction(model, tmp_path)
    assert loaded.read(WORDS[1:]).vectors == pytest.approx(reader.read(WORDS[1:]).vectors, abs=0.01)
    assert loaded.digest
    reader.save(tmp_path)
    assert load_interaction(model, tmp_path).digest == loaded.digest


def test_a_missing_damaged_or_foreign_file_is_refused(reader: Interaction, model: WordVectors, tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable):
        load_interaction(model, tmp_path)
    reader.save(tmp_path)
    whole = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelUnusable):
        load_interaction(model, tmp_path)
    (tmp_path / FILE).write_bytes(whole)
    with pytest.raises(ModelUnusable):
        load_interaction(load_word_vectors(), tmp_path)
