"""The whole measurement on a tiny city."""

import json
from pathlib import Path

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
    figures = measure_confidence(CASES, ["ワールドカップの優勝国はどこ"], tmp_path)
    assert figures["precision@50%"] == 1.0
    assert figures["auroc outside"] == 1.0
    assert 0 <= figures["auroc entries removed"] <= 1
    kept = json.loads((tmp_path / "confidence.json").read_text(encoding="utf-8"))
    assert {name: kept[name] for name in figures} == figures
    assert [coverage for coverage, _ in kept["risk_coverage"]] == [0.25, 0.5, 0.75, 1.0]


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
