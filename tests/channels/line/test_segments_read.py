"""Questionnaires are read from YAML, and what is wrong is told in one sentence each."""

from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml

from channels.line.segments.questionnaire import Questionnaire
from channels.line.segments.read import read_questionnaire

SAMPLE = Path(str(files("channels.line.segments").joinpath("sample.yaml")))
OPTION: dict[str, Any] = {"key": "north", "label": "北地区"}
QUESTION: dict[str, Any] = {"key": "area", "short": "地区", "question": "地区はどこですか", "options": [OPTION]}
WHOLE: dict[str, Any] = {"questions": [QUESTION]}


def read(value: object, folder: Path) -> tuple[Questionnaire | None, tuple[str, ...]]:
    path = folder / "segments.yaml"
    path.write_text(value if isinstance(value, str) else yaml.safe_dump(value, allow_unicode=True), encoding="utf-8")
    return read_questionnaire(path)


def test_the_sample_asks_what_cities_ask() -> None:
    found, problems = read_questionnaire(SAMPLE)
    assert problems == ()
    assert found is not None
    assert [each.named("ja") for each in found.questions] == ["地区", "年代", "子育て", "ごみ収集", "言語", "関心"]
    assert [each.several for each in found.questions] == [False, False, True, False, False, True]
    assert found.quiet is not None
    assert found.quiet.written == "21:00-08:00"


def test_the_sample_is_there_in_every_language() -> None:
    found, _ = read_questionnaire(SAMPLE)
    assert found is not None
    for question in found.questions:
        for texts in (question.texts, question.short, *(option.labels for option in question.options)):
            assert set(texts) == {"ja", "en", "ja-x-easy"}


def test_japanese_alone_is_enough(tmp_path: Path) -> None:
    found, problems = read(WHOLE, tmp_path)
    assert problems == ()
    assert found is not None
    (question,) = found.questions
    assert (question.asked("en"), question.options[0].label("en")) == ("地区はどこですか", "北地区")


@pytest.mark.parametrize(("quiet", "written"), [("22:30〜7:15", "22:30-07:15"), ("1:00-5:00", "01:00-05:00"), ("none", None)])
def test_the_quiet_hours_are_read(tmp_path: Path, quiet: str, written: str | None) -> None:
    found, problems = read(WHOLE | {"quiet": quiet}, tmp_path)
    assert problems == ()
    assert found is not None
    assert (found.quiet.written if found.quiet else None) == written


def changed(**more: object) -> dict[str, Any]:
    return {"questions": [QUESTION | more]}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("questions: [", "1行目のあたり"),
        ("- a", "書ける名前は questions、quiet です"),
        ({"questions": []}, "questions に、1〜10個"),
        ({"questions": [QUESTION] * 11}, "1〜10個"),
        ({"questions": [QUESTION, QUESTION]}, "key「area」が2つ以上あります"),
        (WHOLE | {"quiet": "夜"}, "quiet「夜」は使えません"),
        (WHOLE | {"quiet": "8:00-8:00"}, "quiet「8:00-8:00」は使えません"),
        (WHOLE | {"quiet": 8}, "quiet「8」は使えません"),
        (WHOLE | {"question": []}, "「question」という名前はありません"),
        (changed(key="地区"), "1番目の質問: key「地区」は使えません"),
        (changed(short=""), "1番目の質問: short に文字を書いてください"),
        (changed(question="あ" * 201), "（201文字、200文字まで）"),
        (changed(question={"en": "Where?"}), "question に日本語（ja）がありません"),
        (changed(question={"ja": "どこ", "xx": "?"}), "question の言語「xx」は使えません"),
        (changed(several="はい"), "several は true か false"),
        (changed(options=[]), "options に、1〜60個"),
        (changed(options=[OPTION, OPTION]), "1番目の質問: key「north」が2つ以上あります"),
        (changed(options=[OPTION | {"key": 10}]), "1番目の選択肢: key「10」は使えません。"),
        (changed(key="language"), "options と several は書かないでください"),
        (changed(options=[{"key": f"k{n}", "label": "あ" * 40} for n in range(60)]), "LINE に出すには多すぎます"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, value: object, told: str) -> None:
    found, problems = read(value, tmp_path)
    assert found is None
    assert [problem for problem in problems if told in problem], problems


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    _, problems = read({"questions": [QUESTION | {"key": "", "short": 3}, 5], "quiet": ""}, tmp_path)
    assert len(problems) >= 4


def test_sixty_options_of_usual_length_can_be_asked(tmp_path: Path) -> None:
    options = [{"key": f"area{number}", "label": f"第{number}自治会の地区"} for number in range(60)]
    assert read(changed(options=options), tmp_path)[1] == ()
