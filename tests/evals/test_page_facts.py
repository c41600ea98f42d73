"""Fees, dates, times, terms, telephone numbers and forms are found however they are written, and compared by what they mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.page_facts import Difference, FactKind, differences, facts


def values(text: str, kind: FactKind) -> list[str]:
    return [fact.value for fact in facts(text) if fact.kind is kind]


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("1通300円、１通３００円", FactKind.FEE, ["300", "300"]),
        ("千円、5万円、1万2,000円、3千円、1,234,567円", FactKind.FEE, ["1000", "50000", "12000", "3000", "1234567"]),
        ("手数料は無料です", FactKind.FEE, ["0"]),
        ("令和8年4月1日、2026年4月1日、2026/4/1、R8.4.1", FactKind.DATE, ["2026-04-01"] * 4),
        ("令和8年度、2026年4月、平成元年、4月下旬", FactKind.DATE, ["2026年度", "2026-04", "1989", "-04下旬"]),
        ("12月29日〜1月3日", FactKind.DATE, ["-12-29", "-01-03"]),
        ("毎週月・木曜日と第2日曜", FactKind.DATE, ["月", "木", "日"]),
        ("平日 8:30〜17:15", FactKind.TIME, ["8:30", "17:15"]),
        ("午後1時30分から、午前9時半、午前10時", FactKind.TIME, ["13:30", "9:30", "10:00"]),
        ("14日以内、３ヶ月、10営業日、24時間", FactKind.TERM, ["14日以内", "3か月", "10営業日", "24時間"]),
        (
            "電話 0999-00-1101、(0120)279-338、0999－00－1000、#8008",
            FactKind.PHONE,
            ["0999001101", "0120279338", "0999001000", "#8008"],
        ),
        ("転入届と印鑑登録申請書（/forms/inkan.pdf）", FactKind.FORM, ["転入届", "印鑑登録申請書", "inkan.pdf"]),
    ],
)
def test_facts_are_found_however_they_are_written(text: str, kind: FactKind, expected: list[str]) -> None:
    assert sorted(values(text, kind)) == sorted(expected)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("24時間いつでも", FactKind.TIME),
        ("14日以内に届け出てください", FactKind.FORM),
        ("14日以内に届出をしてください", FactKind.FORM),
        ("4月1日", FactKind.TERM),
        ("1人1個に限り、15歳以上", FactKind.TERM),
        ("郵便番号 999-0001", FactKind.PHONE),
    ],
)
def test_what_only_looks_like_a_fact_is_none(text: str, kind: FactKind) -> None:
    assert values(text, kind) == []


def test_a_changed_fee_is_one_difference_with_its_line() -> None:
    assert differences("手数料\n- 1通 300円", "手数料\n- 1通 350円") == [
        Difference(FactKind.FEE, "300円", "350円", "- 1通 350円")
    ]


def test_fees_that_changed_places_are_noticed() -> None:
    found = differences("窓口 300円\nコンビニ 200円", "窓口 200円\nコンビニ 300円")
    assert [(each.before, each.after) for each in found] == [("300円", "200円"), ("200円", "300円")]


def test_a_line_that_was_reworded_is_paired_by_the_only_fact_that_changed() -> None:
    found = differences("手数料は1通300円です。", "証明書の手数料は1通350円になりました。")
    assert found == [Difference(FactKind.FEE, "300円", "350円", "証明書の手数料は1通350円になりました。")]


def test_another_spelling_is_no_difference() -> None:
    assert differences("手数料 ３００円、令和8年4月1日から", "手数料は300円（2026年4月1日〜）") == []


def test_what_is_new_or_gone_has_an_empty_side() -> None:
    found = differences("窓口は8:30〜17:15\n電話 0999-00-1101", "窓口は8:30〜17:15\n印鑑登録申請書をお持ちください")
    assert [(each.kind, each.before, each.after) for each in found] == [
        (FactKind.PHONE, "0999-00-1101", ""),
        (FactKind.FORM, "", "印鑑登録申請書"),
    ]


def test_lines_that_moved_are_no_difference() -> None:
    lines = ["手数料 300円", "期限 14日以内", "電話 0999-00-1101"]
    assert differences("\n".join(lines), "\n".join(reversed(lines))) == []


@given(st.text(alphabet="0123456789円万千百月日年時間分:-/.()令和R午前後半届申請書pdf無料、 \n曜", max_size=80))
def test_a_text_never_differs_from_itself(text: str) -> None:
    assert differences(text, text) == []


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_two_texts_can_be_compared(one: str, other: str) -> None:
    assert bool(differences(one, other)) == bool(differences(other, one))
