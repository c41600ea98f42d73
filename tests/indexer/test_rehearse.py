"""What is asked before residents ask."""

from indexer.rehearse import count_questions, rehearsal_of
from knowledge.entry import Entry, Kind

FAQ = [Entry(str(number), f"質問{number}", "答え", wordings=(f"言い方{number}", f"別の言い方{number}")) for number in range(50)]
PAGE = Entry("page", "ページ", "本文", wordings=("ページのこと",), kind=Kind.PAGE)


def test_a_question_is_a_wording_that_its_entry_goes_without() -> None:
    rehearsal = rehearsal_of(FAQ)
    left = {entry.id: entry for entry in rehearsal.entries}
    for question, right in rehearsal.questions:
        assert question in FAQ[int(right)].wordings
        assert right not in left or question not in left[right].wordings


def test_some_entries_are_hidden_but_asked_for() -> None:
    rehearsal = rehearsal_of(FAQ)
    asked = {right for _, right in rehearsal.questions}
    hidden = asked - {entry.id for entry in rehearsal.entries}
    assert len(asked) == 50
    assert 2 <= len(hidden) <= 20


def test_every_turn_asks_something_else_and_none_twice() -> None:
    asked = [question for turn in range(3) for question, _ in rehearsal_of(FAQ, turn).questions]
    assert len(asked) == len(set(asked)) == count_questions(FAQ, 3) == 100


def test_only_faqs_are_asked_and_answered_from() -> None:
    rehearsal = rehearsal_of([*FAQ, PAGE])
    assert "page" not in {entry.id for entry in rehearsal.entries} | {right for _, right in rehearsal.questions}
