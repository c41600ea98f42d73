"""What is asked before residents ask."""

from indexer.rehearse import ENOUGH, HIDDEN, count_questions, labelled_rehearsals, rehearsal_of, rehearsals_of
from knowledge.entry import Entry, Kind
from knowledge.labelled import Labelled

FAQ = [Entry(str(number), f"質問{number}", "答え", wordings=(f"言い方{number}", f"別の言い方{number}")) for number in range(50)]
PAGE = Entry("page", "ページ", "本文", wordings=("ページのこと",), kind=Kind.PAGE)


def test_a_question_is_a_wording_that_its_entry_goes_without() -> None:
    rehearsal = rehearsal_of(FAQ)
    left = {entry.id: entry for entry in rehearsal.entries}
    for ask in rehearsal.questions:
        assert ask.right == {ask.about}
        assert ask.text in FAQ[int(ask.about)].wordings
        assert ask.about not in left or ask.text not in left[ask.about].wordings


def test_some_entries_are_hidden_but_asked_for() -> None:
    rehearsal = rehearsal_of(FAQ)
    asked = {ask.about for ask in rehearsal.questions}
    hidden = asked - {entry.id for entry in rehearsal.entries}
    assert len(asked) == 50
    assert 2 <= len(hidden) <= 20


def test_every_turn_asks_something_else_and_none_twice() -> None:
    asked = [ask.text for rehearsal in rehearsals_of(FAQ) for ask in rehearsal.questions]
    assert len(asked) == len(set(asked)) == count_questions(FAQ) == 100


def test_a_large_site_is_asked_until_it_is_enough() -> None:
    many = [
        Entry(str(number), "質問", "答え", wordings=tuple(f"{number}{letter}" for letter in "abcde")) for number in range(700)
    ]
    assert [len(rehearsal.questions) for rehearsal in rehearsals_of(many)] == [700, 700]
    assert ENOUGH < 1400 < count_questions(many)


def test_only_faqs_are_asked_and_answered_from() -> None:
    rehearsal = rehearsal_of([*FAQ, PAGE])
    assert "page" not in {entry.id for entry in rehearsal.entries} | {ask.about for ask in rehearsal.questions}


def test_each_labelled_question_is_asked_once_and_one_in_five_has_no_answer() -> None:
    labelled = [Labelled(f"質問{number}のこと", frozenset({str(number)})) for number in range(50)]
    rehearsals = labelled_rehearsals(FAQ, labelled)
    asked = [ask.text for rehearsal in rehearsals for ask in rehearsal.questions]
    assert sorted(asked) == sorted(each.text for each in labelled)
    answerable = [
        not ask.right.isdisjoint(entry.id for entry in rehearsal.entries)
        for rehearsal in rehearsals
        for ask in rehearsal.questions
    ]
    assert answerable.count(False) == 50 // HIDDEN


def test_questions_that_have_no_answer_by_themselves_take_the_place_of_hidden_ones() -> None:
    unknown = [Labelled(f"天気{number}", frozenset()) for number in range(20)]
    known = [Labelled(f"質問{number}のこと", frozenset({str(number)})) for number in range(30)]
    whole, less = labelled_rehearsals(FAQ, [*known, *unknown])
    assert len(whole.questions) == 50
    assert not less.questions


def test_an_entry_goes_without_a_wording_that_is_the_very_question_asked() -> None:
    whole, _ = labelled_rehearsals(FAQ, [Labelled("言い方7", frozenset({"7"})), Labelled("ほか", frozenset({"8"}))])
    assert {entry.id: entry.wordings for entry in whole.entries}["7"] == ("別の言い方7",)
    assert {entry.id: entry.wordings for entry in whole.entries}["8"] == ("言い方8", "別の言い方8")


def test_waste_items_and_pages_may_be_right_answers_to_labelled_questions() -> None:
    whole, _ = labelled_rehearsals([*FAQ, PAGE], [Labelled("本文のこと", frozenset({"page"}))])
    assert PAGE in whole.entries
    assert whole.questions[0].right == {"page"}


def test_labelled_questions_with_the_same_answers_are_about_the_same() -> None:
    entries = [Entry("a", "犬の登録は？", "環境課へ。", wordings=("犬を 飼った！",)), Entry("b", "水道", "水道課へ。")]
    same = frozenset({"a"})
    told = [Labelled("犬を飼った", same), Labelled("いぬ", same), Labelled("犬の登録は", same), Labelled("天気", frozenset())]
    everything, without = labelled_rehearsals(entries, told)
    asked = [*everything.questions, *without.questions]
    assert sorted(each.about for each in asked if each.right) == ["a", "a"], "who asks an entry's own question is left out"
    assert "犬を 飼った！" not in everything.entries[0].wordings
    assert len({each.about for each in asked}) == 2
