"""Splitting entries into the texts that are searched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.passage import Part, Text, sentences, texts_of
from knowledge.entry import Entry, Translation


def test_an_entry_is_its_question_its_wordings_and_the_sentences_of_its_answer() -> None:
    entry = Entry("1", "転入届とは", "14日以内に届けます。\n・本人確認書類\n・届書", wordings=("引っ越してきた",))
    assert texts_of(entry) == [
        Text(Part.QUESTION, "転入届とは"),
        Text(Part.WORDING, "引っ越してきた"),
        Text(Part.SENTENCE, "14日以内に届けます。"),
        Text(Part.SENTENCE, "・本人確認書類"),
        Text(Part.SENTENCE, "・届書"),
    ]


def test_questions_in_other_languages_are_wordings() -> None:
    translation = Translation("How do I move in?", "Within 14 days.", wordings=("moving in",))
    texts = texts_of(Entry("1", "転入届とは", "", translations={"en": translation}))
    assert texts[1:] == [Text(Part.WORDING, "How do I move in?"), Text(Part.WORDING, "moving in")]


@pytest.mark.parametrize(
    "heading",
    [
        "【お問い合わせ先】",
        "【問い合わせ】",
        "【お問合せ】",
        "【担当課】",
        "【担当】",
        "■問い合わせ先",
        "■お問合せ時間",
        "■担当課",
        "【関連FAQ】",
        "【関連するＦＡＱ】",
        "関連質問",
        "■関連するＦＡＱ",
        "【よくある質問】",
        "よくある質問",
    ],
)
def test_contact_blocks_and_lists_of_related_questions_are_cut(heading: str) -> None:
    assert sentences(f"窓口で受け付けます。\n{heading}\n水道課　06-0000-0000\n介護の申請は？") == ["窓口で受け付けます。"]


def test_a_sentence_that_mentions_related_questions_cuts_nothing() -> None:
    answer = "公開しているのは、人口、よくある質問です。手数料は300円です。"
    assert sentences(answer) == ["公開しているのは、人口、よくある質問です。", "手数料は300円です。"]


@pytest.mark.parametrize("before", ["", "\n", " \n　\n"])
def test_a_contact_block_with_nothing_before_it_is_the_answer(before: str) -> None:
    assert sentences(f"{before}【お問い合わせ先】\n水道課") == ["【お問い合わせ先】", "水道課"]


def test_sentences_end_at_marks_and_at_line_ends() -> None:
    assert sentences("できますか？はい。\r\n\n できます！\n・印鑑") == ["できますか？", "はい。", "できます！", "・印鑑"]


@given(st.text("あい。？！?!\n 　・A", max_size=60))
def test_no_character_of_an_answer_is_lost(answer: str) -> None:
    found = sentences(answer)
    assert "".join("".join(found).split()) == "".join(answer.split())
    assert all(found)


@given(st.text("お問合せ【】■担当課関連質問。\n", max_size=30))
def test_an_answer_is_never_cut_to_nothing(answer: str) -> None:
    assert bool(sentences(answer)) == bool(answer.strip())
