"""Hearing emergencies: what is heard, what is not, why, and which files are refused."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indexer.errors import ModelUnusable
from indexer.urgency import FILE, LONG, load_ear
from indexer.words import Tokenizer
from indexer.wordvectors import BUILT_IN, WordVectors
from knowledge.topics import read_topics
from knowledge.urgency_sheet import Urgency, held_out, read_sayings
from tests.assured import ear

STORY = "いつもお世話になっております。先月こちらの市へ越してきて、ごみの出し方や図書館のことを教えていただきました。" * 3


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("助けて 台所が燃えてる", Urgency.FIRE_OR_AMBULANCE),
        ("たすけて だいどころが もえてる", Urgency.FIRE_OR_AMBULANCE),
        ("SOMEBODY HELP MY WIFE IS NOT BREATHING", Urgency.FIRE_OR_AMBULANCE),
        ("知らん男がずっとついてきよる", Urgency.CRIME_OR_ACCIDENT),
        ("もう死んでしまいたいんじゃ", Urgency.LIFE),
        ("おかあさんに ぼうで たたかれる", Urgency.CHILD),
        ("夫が殴ってくるので逃げたい", Urgency.VIOLENCE),
    ],
)
def test_an_emergency_is_heard(text: str, kind: Urgency) -> None:
    assert ear().hear(text) is kind


@pytest.mark.parametrize(
    "text",
    [
        "",
        "？！",
        "火災保険の申込書がほしい",
        "救急車を呼ぶときの料金",
        "自殺対策の相談窓口の電話番号",
        "ガス代の補助はありますか",
        "虐待防止の研修の日程",
        "消防署の見学に行きたい",
        "死亡届を出したい",
        "迷子札の申し込み",
        "道路に穴があいています",
        "I want to register my bicycle",
        STORY,
    ],
)
def test_a_calm_message_is_not_taken_for_an_emergency(text: str) -> None:
    assert ear().hear(text) is None


def test_a_cry_at_the_end_of_a_long_story_is_heard() -> None:
    assert len(STORY) > LONG
    assert ear().hear(STORY + "もう死んでしまいたいです。") is Urgency.LIFE


def test_most_emergencies_that_were_kept_aside_are_heard_and_hardly_a_near_miss() -> None:
    aside = held_out(read_sayings().good)
    heard = {saying: ear().hear(saying.text) for saying in aside}
    urgent = [saying for saying in aside if saying.kind is not Urgency.CALM]
    found = [saying for saying in urgent if heard[saying]]
    near = [heard[saying] is not None for saying in aside if saying.kind is Urgency.CALM]
    assert len(found) / len(urgent) > 0.6
    assert np.mean([heard[saying] is saying.kind for saying in found]) > 0.85
    assert np.mean(near) < 0.02


def test_hardly_any_resident_speech_is_taken_for_an_emergency() -> None:
    says = [topic.held_out[0] for topic in read_topics()]
    assert np.mean([ear().hear(say) is not None for say in says]) < 0.01


def test_what_is_heard_is_the_same_in_capitals() -> None:
    assert np.allclose(ear().probabilities("THERE IS A FIRE"), ear().probabilities("there is a fire"))


def test_reasons_name_the_pieces_that_spoke_most_first() -> None:
    told = ear().reasons("死にたい", Urgency.LIFE)
    assert "シニタ" in [piece for piece, _ in told]
    assert [abs(weight) for _, weight in told] == sorted((abs(weight) for _, weight in told), reverse=True)
    assert sum(weight for _, weight in told) > 0 > sum(weight for _, weight in ear().reasons("住民票の写し", Urgency.LIFE))


def test_a_higher_threshold_hears_less() -> None:
    assert replace(ear(), threshold=1.1).hear("助けて 台所が燃えてる") is None


def test_what_is_saved_is_read_again(tmp_path: Path, built_in: WordVectors, tokenizer: Tokenizer) -> None:
    ear().save(tmp_path)
    again = load_ear(built_in, tokenizer, tmp_path)
    assert (again.pieces, again.threshold) == (ear().pieces, ear().threshold)
    assert np.array_equal(again.weights, ear().weights)


def test_a_model_without_the_file_or_with_half_of_it_is_refused(
    tmp_path: Path, built_in: WordVectors, tokenizer: Tokenizer
) -> None:
    with pytest.raises(ModelUnusable, match=FILE):
        load_ear(built_in, tokenizer, tmp_path)
    for content in (b"", b"no archive", (BUILT_IN / FILE).read_bytes()[:100_000]):
        (tmp_path / FILE).write_bytes(content)
        with pytest.raises(ModelUnusable, match=FILE):
            load_ear(built_in, tokenizer, tmp_path)


def test_weights_that_were_learned_with_other_word_vectors_are_refused(
    tmp_path: Path, built_in: WordVectors, tokenizer: Tokenizer
) -> None:
    replace(ear(), model=replace(built_in, digest="other")).save(tmp_path)
    with pytest.raises(ModelUnusable, match=FILE):
        load_ear(built_in, tokenizer, tmp_path)


@pytest.mark.parametrize("name", ["meaning", "weights", "intercepts"])
def test_weights_of_another_shape_are_refused(name: str, tmp_path: Path, built_in: WordVectors, tokenizer: Tokenizer) -> None:
    replace(ear(), **{name: getattr(ear(), name)[:-1]}).save(tmp_path)
    with pytest.raises(ModelUnusable, match=FILE):
        load_ear(built_in, tokenizer, tmp_path)
