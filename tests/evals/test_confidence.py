"""The whole measurement on a tiny city."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from evals.cases import Cases, Query, read_outside
from evals.confidence import measure_confidence
from evals.errors import CasesUnusable, NothingLabelled
from knowledge.entry import Entry

ENTRIES = (
    Entry("dog", "犬の登録の手続き", "環境課で登録してください。"),
    Entry("garbage", "粗大ごみの出し方", "受付センターに申し込んでください。"),
    Entry("water", "水道の使用を始める手続き", "上下水道課に連絡してください。"),
    Entry("tax", "固定資産税の納め方", "納付書で納めてください。"),
)
QUERIES = (
    Query(1, "犬を登録したい", {"dog": 2}),
    Query(2, "粗大ごみを出したい", {"garbage": 2}),
    Query(3, "水道を使いたい", {"water": 2}),
    Query(4, "固定資産税を納めたい", {"tax": 2}),
)
CASES = Cases(ENTRIES, QUERIES, {entry.id: entry.id for entry in ENTRIES}, ())


def test_all_figures_are_measured_and_kept(tmp_path: Path) -> None:
    figures = measure_confidence(CASES, ["ワールドカップの優勝国はどこ", "日本一高い山は"], tmp_path)
    assert figures["precision@50%"].mean == 1.0
    assert figures["auroc outside"].mean == 1.0
    assert 0 <= figures["auroc entries removed"].mean <= 1
    kept = json.loads((tmp_path / "confidence.json").read_text(encoding="utf-8"))
    assert {name: kept[name] for name in figures} == {name: each.mean for name, each in figures.items()}
    assert set(kept["intervals"]) == set(figures)
    assert all(each.low <= each.mean <= each.high for each in figures.values())
    assert [coverage for coverage, _ in kept["risk_coverage"]["as asked"]] == [0.25, 0.5, 0.75, 1.0]
    assert kept["calibration"]["source"] == "borrowed"
    assert "約束できません" in kept["explained"]


def test_what_residents_get_is_measured_on_three_mixes(tmp_path: Path) -> None:
    figures = measure_confidence(CASES, ["ワールドカップの優勝国はどこ", "日本一高い山は"], tmp_path)
    for mix, queries in (("as asked", 4), ("half removed", 4), ("half outside", 4)):
        for name in ("calibration error", "answered", "three shown", "handed over"):
            assert 0 <= figures[f"{mix}: {name}"].mean <= 1
            assert figures[f"{mix}: {name}"].queries == queries


def test_the_plots_name_their_mix_and_can_be_read(tmp_path: Path) -> None:
    measure_confidence(CASES, ["日本一高い山は"], tmp_path)
    for kind in ("risk-coverage", "reliability"):
        for mix, name in (("as-asked", "質問のまま"), ("half-removed", "除いた"), ("half-outside", "関係のない")):
            root = ET.fromstring((tmp_path / f"{kind}-{mix}.svg").read_text(encoding="utf-8"))
            assert any(name in (each.text or "") for each in root.iter() if each.tag.endswith("title"))


def test_a_share_of_nothing_is_left_out_of_the_figures(tmp_path: Path) -> None:
    strict = Cases(ENTRIES, (Query(1, "まったく関係のないこと", {"dog": 2}),), CASES.ids, ())
    figures = measure_confidence(strict, [], tmp_path)
    assert "as asked: wrong among answered" not in figures
    assert "NaN" not in (tmp_path / "confidence.json").read_text(encoding="utf-8")


def test_nothing_is_measured_without_labels(tmp_path: Path) -> None:
    unlabelled = Cases(ENTRIES, (Query(1, "犬", {}),), CASES.ids, ())
    with pytest.raises(NothingLabelled):
        measure_confidence(unlabelled, [], tmp_path)
    assert not (tmp_path / "confidence.json").exists()


def test_a_line_without_a_question_is_named(tmp_path: Path) -> None:
    file = tmp_path / "outside.jsonl"
    file.write_text('{"query": "天気は"}\n{"text": "天気は"}\n', encoding="utf-8")
    with pytest.raises(CasesUnusable, match="2"):
        read_outside(file)
