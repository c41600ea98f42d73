"""What a message asks, found among courtesy and circumstances."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answering.gist import LONG, MOST, parts, without_courtesy
from app.answering.steps.retrieve import retrieve
from indexer.search import SearchResult
from tests.app.test_steps import A, draft, hit, result

STORY = (
    "父が先月から入院していて、家のことは私が全部しています。"
    "慣れないことばかりで、毎日とても疲れていますし、だれに聞けばよいのかも分かりませんでした。"
)
LETTER = f"お世話になっております。{STORY}住民票はどこで取れますか。突然の質問で申し訳ありません。お返事をお待ちしております。"


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("お忙しいところ恐れ入ります。住民票はどこですか？　よろしくお願いいたします。", "住民票はどこですか？"),
        ("すみません、いつもお世話になっております！\n犬の登録\nご教示いただけますと幸いです", "犬の登録"),
        ("お手数ですが、住民票の取り方を教えてください。", "お手数ですが、住民票の取り方を教えてください。"),
        ("住民票を取りたい。母の分です。", "住民票を取りたい。母の分です。"),
        ("よろしくお願いいたします。", "よろしくお願いいたします。"),
        ("恐れ入ります。教えてください。", "恐れ入ります。教えてください。"),
        ("", ""),
    ],
)
def test_sentences_of_nothing_but_courtesy_are_left_out(said: str, asked: str) -> None:
    assert without_courtesy(said) == asked


def test_a_short_message_needs_all_of_its_sentences() -> None:
    assert parts("先週、隣の県から越してきた。いつまでに行けばいいですか。") == []
    assert parts("あ" * LONG) == []


def test_a_long_one_is_looked_at_sentence_by_sentence_and_in_pairs() -> None:
    found = parts(f"{STORY}住民票はどこで取れますか。")
    assert found[2] == "住民票はどこで取れますか。"
    assert found[-1].startswith("慣れないことばかりで")
    assert found[-1].endswith("分かりませんでした。住民票はどこで取れますか。")
    assert len(found) == 3 + 2


@given(st.text(alphabet="あ住。？！\n　 a", max_size=300))
def test_any_text_has_few_parts_all_of_which_were_said(text: str) -> None:
    plain = "".join(text.split())
    assert len(parts(text)) < 2 * MOST
    assert all("".join(part.split()) in plain for part in parts(text))
    assert without_courtesy(text).strip() or not text.strip()


ASKED = "住民票はどこで取れますか。"


@pytest.mark.parametrize(("sure", "is_chosen"), [(0.45, False), (0.8, True)])
def test_a_part_of_a_long_message_is_searched_for_when_it_is_clearer_than_the_whole(sure: float, is_chosen: bool) -> None:
    searched: list[str] = []

    def search(_: str, text: str) -> SearchResult:
        searched.append(text)
        return result(hit(A), words=(text,), three=sure if text == ASKED else 0.4)

    made = draft(LETTER)
    assert retrieve(search, lambda _, ids, __: set(ids))(made) is None
    whole = f"{STORY}{ASKED}"
    assert searched[0] == whole
    assert made.subject == (ASKED if is_chosen else whole)
    assert made.result is not None
    assert made.result.words == (made.subject,)


def test_a_short_message_is_searched_for_once() -> None:
    searched: list[str] = []

    def search(_: str, text: str) -> SearchResult:
        searched.append(text)
        return result(hit(A))

    retrieve(search, lambda _, ids, __: set(ids))(draft("こんにちは。住民票がほしい。いくらですか。"))
    assert searched == ["住民票がほしい。いくらですか。"]
