"""Variants are what residents write, the same every time, and only where they ask for the same."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals import manner, spelling
from evals.case import Case
from evals.robustness import ANOTHER, VARIETIES, variants
from evals.spelling import latin
from evals.varieties import manners, number, pick, table
from indexer.text import normalise
from indexer.words import Tokenizer
from knowledge.sentences import say

READ = Tokenizer().readings
TEXT = "住民票はコンビニで取れますか？"
CASES = (
    Case("a", TEXT, "answers", "answered", {"juminhyo": 2, "page": 1}, protected=True),
    Case("b", "犬を飼い始めた", "answers", "answered", {"dog": 2}),
    Case("c", "家が火事です", "emergency", "emergency", {}),
)


def rewritten(rewrite: Callable[..., str], text: str = TEXT, key: str = "a") -> str:
    return rewrite(text, READ(text), key)


def test_slips_change_one_letter_that_is_not_the_first() -> None:
    assert len(rewritten(spelling.dropped)) == len(TEXT) - 1
    assert len(rewritten(spelling.doubled)) == len(TEXT) + 1
    slip = rewritten(spelling.neighbour)
    assert sum(one != other for one, other in zip(TEXT, slip, strict=True)) == 1
    assert all(rewritten(each)[0] == TEXT[0] for each in (spelling.dropped, spelling.doubled))


def test_a_wrong_conversion_sounds_alike() -> None:
    assert rewritten(spelling.wrong_kanji, "住民票がほしい") == "住民表がほしい"
    assert rewritten(spelling.wrong_kanji, "ソファー") == "ソファー"


def test_kana_and_latin_letters_are_as_it_is_read() -> None:
    assert rewritten(spelling.kana, "住民票は何円") == "じゅうみんひょうはなんえん"
    assert rewritten(spelling.romaji, "住民票は何円？") == "jumin hyo wa nan en?"
    assert rewritten(spelling.romaji, "引っ越して来た。") == "hikkoshi te ki ta."
    assert rewritten(spelling.kana, "My Number カード 2枚") == "MyNumberかーど2まい"


@pytest.mark.parametrize(
    ("katakana", "spelt"),
    [
        ("ジュウミンヒョウ", "juminhyo"),
        ("キップ", "kippu"),
        ("マッチ", "matchi"),
        ("オオサカ", "osaka"),
        ("パーティー", "pati"),
        ("漢", "漢"),
    ],
)
def test_hepburn_without_long_vowels(katakana: str, spelt: str) -> None:
    assert latin(katakana) == spelt


def test_widths_look_different_and_mean_the_same() -> None:
    assert rewritten(spelling.widths, "ガス 18kgとプラごみは？") == "ｶﾞｽ １８ｋｇとﾌﾟﾗごみは？"
    assert rewritten(spelling.widths, "が") == "が"


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x30FF), max_size=40))
def test_widths_never_change_what_is_normalised(text: str) -> None:
    plain = normalise(text)
    assert normalise(spelling.widths(plain, (), "")) == plain


def test_manners_keep_the_question() -> None:
    for polite in (rewritten(manner.polite), rewritten(manner.long_winded)):
        assert TEXT in polite
        assert len(polite) > len(TEXT) + 10
    assert "ますか" not in rewritten(manner.blunt)


def test_what_is_spoken_has_fillers_and_no_marks() -> None:
    spoken = rewritten(manner.voice, "ソファー、いくら？")
    assert not set(spoken) & set("、。？")
    assert sum(filler in spoken for filler in manners()["voice"]["fillers"]) >= 1
    assert spoken.replace("ソファー", "").replace("いくら", "") not in ("", spoken)


def test_a_dialect_changes_the_longest_word_once() -> None:
    assert rewritten(manner.dialect("関西"), "どうすればいい？").startswith("どないしたらええ")
    assert rewritten(manner.dialect("九州"), "それでいい").startswith("それでよか")


@pytest.mark.parametrize("variety", VARIETIES)
def test_every_variety_has_its_words_and_gives_the_same_again(variety: str) -> None:
    assert say("evals", f"varieties.{variety}")
    assert rewritten(VARIETIES[variety]) == rewritten(VARIETIES[variety])


def test_chance_depends_on_nothing_but_the_key() -> None:
    assert len({number(str(each)) for each in range(50)}) == 50
    assert {pick(("x", "y", "z"), str(each)) for each in range(50)} == {"x", "y", "z"}


def test_variants_point_to_their_plain_case_and_keep_what_is_right() -> None:
    found = variants(CASES, READ)
    first = {each.variety: each for each in found if each.plain == "a"}
    assert set(first) == {*VARIETIES, ANOTHER}
    for variety, each in first.items():
        assert each.id == f"a~{variety}"
        assert not each.protected
        assert each.text != TEXT
        assert each.entries["juminhyo"] == 2
    assert first["kana"].entries == CASES[0].entries
    assert found == variants(CASES, READ)


def test_two_questions_may_both_be_answered_and_no_emergency_is_one_of_them() -> None:
    two = [each for each in variants(CASES, READ) if each.variety == ANOTHER]
    assert [each.plain for each in two] == ["a", "b"]
    assert all("飼い始めた" in each.text and "住民票" in each.text for each in two)
    assert two[0].entries == {"dog": 2, "juminhyo": 2, "page": 1}


@pytest.mark.parametrize(
    "case",
    [
        Case("x", "いくら？", "follow_up", "answered", {"a": 2}, before=("住民票",)),
        Case("x", "番号は1234", "personal_data", "refused_personal_data", {}, private=("1234",)),
        Case("x", "How much?", "language", "answered", {"a": 2}, language="en"),
        Case("x", "Tôi muốn", "language", "answered", {"a": 2}),
        Case("x", "今日の天気", "abstention", "handoff", {}),
        Case("x~kana", "すむ", "answers", "answered", {"a": 2}, plain="x", variety="kana"),
    ],
)
def test_what_cannot_be_written_otherwise_is_left_alone(case: Case) -> None:
    assert variants([case], READ) == []


@pytest.mark.parametrize(("name", "columns"), [("neighbours", 2), ("homophones", 2), ("romaji", 2), ("dialects", 3)])
def test_tables_are_complete_and_say_everything_once(name: str, columns: int) -> None:
    rows = table(name)
    assert rows
    assert all(len(row) == columns and all(row) for row in rows)
    assert len({row[:-1] for row in rows}) == len(rows)
    assert all(row[-1] != row[-2] for row in rows)
