"""What an entry may hold, and what is said of the rest."""

import json
from collections.abc import Mapping
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.check import Problem, check_all, from_json, language_tag
from knowledge.entry import Entry, Kind, Translation, to_json

LEAST = {"question": "住民票はどこで取れますか。", "answer": "市民課の窓口です。"}


def entry(**fields: object) -> Entry:
    checked = from_json({**LEAST, **fields})
    assert isinstance(checked, Entry), [problem.sentence for problem in checked]
    return checked


def problems(**fields: object) -> list[Problem]:
    checked = from_json({**LEAST, **fields}, 37)
    assert isinstance(checked, tuple)
    return list(checked)


def only(**fields: object) -> Problem:
    found = problems(**fields)
    assert len(found) == 1, [problem.sentence for problem in found]
    return found[0]


def test_question_and_answer_are_enough_and_the_question_gives_the_id() -> None:
    made = entry()
    assert made.id.startswith("faq-")
    assert len(made.id) == len("faq-") + 12
    assert made.id == entry(answer="別の回答").id != entry(question="別の質問").id
    assert (made.kind, made.wordings, made.valid_until, made.details) == (Kind.FAQ, (), None, {})


def test_what_was_written_is_read_back() -> None:
    full = Entry(
        id="juminhyo-1",
        **LEAST,
        wordings=("住民票の取り方", " 前後の空白 "),
        kind=Kind.PAGE,
        category="届出",
        division="shimin",
        source="https://www.city.example.lg.jp/jumin.html#utsushi",
        procedure="/denshi/jumin",
        contact="市民課\n電話：00-0000-0000",
        valid_from=date(2026, 4, 1),
        valid_until=date(2026, 4, 1),
        review_on=date(2027, 3, 1),
        confirmed_on=date(2026, 3, 31),
        details={"path": "jumin.html"},
        translations={"en": Translation("Where?", "Here.", ("resident record",)), "ja-x-easy": Translation("どこ？", "まどぐち")},
    )
    assert from_json(json.loads(json.dumps(to_json(full)))) == full


@pytest.mark.parametrize(("raw", "read"), [(119, "119"), ("  a-1 ", "a-1"), ("住民票.1", "住民票.1"), (0, "0")])
def test_numbers_and_japanese_serve_as_ids(raw: object, read: str) -> None:
    assert entry(id=raw).id == read


@pytest.mark.parametrize("raw", ["a b", "../etc", "-1", "a/b", "<b>", "a?b", "#x", -3, "x" * 101])
def test_an_id_that_would_break_a_link_is_refused(raw: object) -> None:
    assert {problem.key for problem in problems(id=raw)} <= {"bad_id", "too_long"}


@pytest.mark.parametrize("raw", [True, 1.5, ["a"], {"a": 1}])
def test_an_id_of_another_type_is_refused(raw: object) -> None:
    assert only(id=raw).key == "not_text"


def test_the_sentence_begins_with_the_row_and_names_the_field_as_the_sheets_do() -> None:
    found = only(answer="  \n")
    assert found.sentence == "37行目：「回答」がありません。必ず書いてください。"
    assert Problem(None, found.key, found.values).sentence == "「回答」がありません。必ず書いてください。"


def test_every_problem_of_a_row_is_told_at_once() -> None:
    found = problems(question=None, answer=3, kind="x", valid_until="いつか")
    assert [problem.key for problem in found] == ["missing", "bad_kind", "not_text", "bad_date"]


@pytest.mark.parametrize("value", [None, "text", 3, ["question"], True])
def test_a_value_that_is_no_object_is_a_problem(value: object) -> None:
    checked = from_json(value, 2)
    assert isinstance(checked, tuple)
    assert checked[0].sentence.startswith("2行目：項目名と値の組")


def test_an_unknown_key_is_named_with_the_nearest_known_one() -> None:
    assert "「anser」という項目はありません。「answer」のことですか。" in only(anser="x").sentence
    assert only(備考="x").key == "unknown_field"


def test_control_characters_go_and_line_ends_become_lf_but_nothing_else_changes() -> None:
    made = entry(answer=" a\x00b\x07\r\nc\rd\te　\u200b\x85\ufffe ", question="Ｑ①ｶﾅ")
    assert made.answer == " ab\nc\nd\te　\u200b "
    assert made.question == "Ｑ①ｶﾅ"


def test_half_a_character_is_a_problem_whose_sentence_can_be_printed() -> None:
    assert only(answer="壊れ\ud83d").key == "lone_surrogate"
    broken: dict[str, object] = {"\udc00鍵": "x", "valid_from": "\ud800", "translations": {"\ud800": {}}}
    assert all(problem.sentence.encode() for problem in problems(**broken))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-04-01", date(2026, 4, 1)),
        ("2026/4/1", date(2026, 4, 1)),
        ("２０２６年４月１日", date(2026, 4, 1)),
        ("令和8年4月1日", date(2026, 4, 1)),
        ("令和元年5月1日（水）", date(2019, 5, 1)),
        ("㋿8年4月1日", date(2026, 4, 1)),
        ("R8.4.1", date(2026, 4, 1)),
        ("平成31年4月30日", date(2019, 4, 30)),
        (" 2026/04/01 0:00:00", date(2026, 4, 1)),
        ("2026-04-01T00:00:00", date(2026, 4, 1)),
        (date(2026, 4, 1), date(2026, 4, 1)),
        (datetime(2026, 4, 1, 13, 5), date(2026, 4, 1)),  # noqa: DTZ001  # Excel knows no time zones
        ("　", None),
        (None, None),
    ],
)
def test_dates_are_read_as_japanese_sheets_write_them(text: object, day: date | None) -> None:
    assert entry(valid_from=text).valid_from == day


@pytest.mark.parametrize(
    "text", ["2026-02-30", "0226-04-01", "20226/4/1", "4月1日", "2026年4月", "来年", 46113, True, [], "9999-01-01"]
)
def test_what_is_no_date_or_cannot_be_meant_is_a_problem(text: object) -> None:
    assert only(review_on=text).key == "bad_date"


def test_an_entry_may_end_on_the_day_it_starts_but_not_before() -> None:
    assert entry(valid_from="2026-04-01", valid_until="2026-04-01").valid_on(date(2026, 4, 1))
    assert "有効開始日（2026-04-01）より前" in only(valid_from="2026-04-01", valid_until="令和8年3月31日").sentence


@pytest.mark.parametrize(
    "link",
    ["https://www.city.example.lg.jp/a.html?b=c#d", "http://example.jp:8080/", "kurashi/gomi.html#sodai", "/くらし/", "#top", ""],
)
def test_web_pages_and_paths_are_links(link: str) -> None:
    assert entry(source=link, procedure=link).source == link


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        " JavaScript:alert(1)",
        "java\nscript:alert(1)",
        "java\x00script:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "mailto:a@example.jp",
        "//evil.example/",
        "/\\evil.example/",
        "https:evil",
        "https://",
        "http://[",
        "https://www.city.example.lg.jp@evil.example/",
        "https://example.jp/a b",
        'https://example.jp/"onclick=',
    ],
)
def test_a_link_that_a_browser_could_run_or_a_reader_mistake_is_refused(link: str) -> None:
    assert only(source=link).key == "bad_link"
    assert only(procedure=link).key == "bad_link"


@pytest.mark.parametrize(
    ("field", "limit"), [("question", 500), ("answer", 20_000), ("category", 100), ("division", 100), ("contact", 1_000)]
)
def test_texts_have_a_limit(field: str, limit: int) -> None:
    assert getattr(entry(**{field: "あ" * limit}), field) == "あ" * limit
    found = only(**{field: "あ" * (limit + 1)})
    assert (found.key, found.values["length"], found.values["limit"]) == ("too_long", limit + 1, limit)


def test_each_wording_is_one_line_once() -> None:
    expected = ("ごみの日", "収集日", "いつ")
    assert entry(wordings="ごみの日\r\n\n収集日\nいつ\nごみの日").wordings == expected
    assert entry(wordings=["ごみの日\n収集日", "  ", "いつ", "収集日"]).wordings == expected


def test_wordings_have_a_limit_in_number_and_length() -> None:
    assert len(entry(wordings=[str(number) for number in range(200)]).wordings) == 200
    assert only(wordings=[str(number) for number in range(201)]).key == "too_many"
    assert only(wordings=["あ" * 501]).key == "too_long"
    assert only(wordings=[3]).key == "not_text"
    assert only(wordings=3).key == "not_text"


def test_details_hold_texts_of_limited_size() -> None:
    assert entry(details={"kana": "かな"}).details == {"kana": "かな"}
    assert only(details={"a": 1}).key == "not_text"
    assert only(details=["a"]).key == "not_a_mapping"
    assert only(details={str(number): "あ" * 3_000 for number in range(7)}).key == "too_long"


@pytest.mark.parametrize(
    ("tag", "written"),
    [("EN", "en"), ("zh-hans", "zh-Hans"), ("pt-br", "pt-BR"), ("JA-X-EASY", "ja-x-easy"), ("es-419", "es-419")],
)
def test_language_tags_are_written_as_bcp_47_does(tag: str, written: str) -> None:
    assert language_tag(tag) == written


@pytest.mark.parametrize("tag", ["", "e", "english", "日本語", "en_US", "en-", "x-easy", "ja", "../en"])
def test_a_translation_into_no_language_is_refused(tag: str) -> None:
    assert only(translations={tag: {"question": "Q", "answer": "A"}}).key == "bad_language"


def test_a_translation_needs_its_question_and_answer_and_stands_once() -> None:
    found = only(translations={"en": {"question": "Q"}})
    assert found.sentence == "37行目：「回答[en]」がありません。必ず書いてください。"
    assert only(translations={"en": {"question": "Q", "answer": "A", "anser": "x"}}).key == "unknown_field_near"
    text = {"question": "Q", "answer": "A"}
    assert only(translations={"en": text, "EN": text}).key == "bad_language"
    assert {problem.key for problem in problems(translations={"en": "Q"})} == {"missing"}


def test_the_second_of_two_entries_with_one_id_is_told_with_both_rows() -> None:
    first, again, other = {**LEAST, "id": "a"}, {**LEAST, "id": "a", "answer": "別"}, {**LEAST, "id": "b"}
    good, found = check_all([Problem(1, "broken_json"), (2, first), (3, {"question": "Q"}), (4, again), (5, other)])
    assert [(each.id, each.answer) for each in good] == [("a", LEAST["answer"]), ("b", LEAST["answer"])]
    assert [problem.row for problem in found] == [1, 3, 4]
    assert found[2].sentence.startswith("4行目：ID「a」は2行目にもあるため")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=()), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = tuple(to_json(Entry("a", "q", "a")))


@given(st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=6), JSON, max_size=8))
def test_any_json_gives_an_entry_or_problems_that_can_be_told(value: Mapping[str, object]) -> None:
    checked = from_json(value, 5)
    if isinstance(checked, Entry):
        assert from_json(to_json(checked)) == checked
    else:
        assert checked
        assert all(problem.sentence.startswith("5行目：") for problem in checked)
