"""`madoguchi eval retrieval` and `madoguchi eval answers`, from their files to their files."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from evals.metrics import MEASURES
from evals.retrieval import METRICS, RUN
from tests.evals.conftest import write

Evaluate = Callable[..., tuple[int, str, str]]


@pytest.fixture
def evaluate(
    entries_file: Path, queries_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Evaluate:
    """Runs an evaluation into `out` and gives its status, output and errors."""

    def run(command: str, *more: object, entries: Path = entries_file, queries: Path = queries_file) -> tuple[int, str, str]:
        files = ["--entries", entries, "--queries", queries, "--out", "out/run"]
        monkeypatch.setattr(sys, "argv", list(map(str, ["madoguchi", "eval", command, *files, *more])))
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    return run


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path("out/run", name).read_text(encoding="utf-8").splitlines()]


def test_retrieval_ranks_at_least_fifty_entries_by_the_ids_of_the_file(evaluate: Evaluate) -> None:
    status, told, _ = evaluate("retrieval")
    assert status == 0
    run = lines(RUN)
    assert [row["query_id"] for row in run] == [7, "b", 9, 10]
    first = run[0]["ranking"]
    assert len(first) >= 50
    assert first[0]["entry_id"] == 0
    assert {type(hit["entry_id"]) for hit in first} == {int}
    assert len({hit["entry_id"] for hit in first}) == len(first)
    scores = [hit["score"] for hit in first]
    assert scores == sorted(scores, reverse=True)
    assert told.startswith("4件の質問を60件の項目から探しました。")


def test_retrieval_is_scored_where_the_right_entries_are_known(evaluate: Evaluate) -> None:
    _, told, _ = evaluate("retrieval")
    written = json.loads(Path("out/run", METRICS).read_text(encoding="utf-8"))
    assert set(written) == set(MEASURES)
    assert {measure["queries"] for measure in written.values()} == {3}
    assert all(measure["low"] <= measure["mean"] <= measure["high"] for measure in written.values())
    assert written["success@1"]["mean"] == pytest.approx(2 / 3)
    assert len(told.splitlines()) == 1 + len(MEASURES)
    status, as_json, _ = evaluate("retrieval", "--json")
    assert status == 0
    assert json.loads(as_json) == {name: measure["mean"] for name, measure in written.items()}


def test_the_same_evaluation_gives_the_same_files(evaluate: Evaluate) -> None:
    evaluate("retrieval")
    first = [Path("out/run", name).read_bytes() for name in (RUN, METRICS)]
    evaluate("retrieval")
    assert [Path("out/run", name).read_bytes() for name in (RUN, METRICS)] == first


def test_without_right_entries_there_are_no_metrics_not_even_old_ones(evaluate: Evaluate, tmp_path: Path) -> None:
    evaluate("retrieval")
    assert Path("out/run", METRICS).exists()
    plain = write(tmp_path / "plain.jsonl", [{"id": 1, "query": "住民票"}])
    status, told, _ = evaluate("retrieval", queries=plain)
    assert (status, len(told.splitlines())) == (0, 1)
    assert [row["query_id"] for row in lines(RUN)] == [1]
    assert not Path("out/run", METRICS).exists()
    assert evaluate("retrieval", "--json", queries=plain)[1] == "{}\n"


def test_answers_say_how_each_query_ended(evaluate: Evaluate) -> None:
    status, told, _ = evaluate("answers")
    assert status == 0
    first, second, third, _ = lines("answers.jsonl")
    assert (first["query_id"], first["outcome"], first["entry_ids"]) == (7, "answered_entry", [0])
    assert isinstance(first["confidence"], float)
    assert second["query_id"] == "b"
    assert third == {"query_id": 9, "outcome": "handoff_no_match", "entry_ids": [], "confidence": 0.0}
    assert "4件の質問" in told


def test_each_query_is_a_conversation_of_its_own(evaluate: Evaluate, tmp_path: Path) -> None:
    queries = write(tmp_path / "two.jsonl", [{"id": 1, "query": "住民票の手続き0"}, {"id": 2, "query": "料金は？"}])
    evaluate("answers", queries=queries)
    assert lines("answers.jsonl")[1]["outcome"] != "answered_entry"


def test_entries_that_cannot_be_read_are_told_and_left_out(evaluate: Evaluate, tmp_path: Path) -> None:
    entries = write(
        tmp_path / "some.jsonl", [{"id": 1, "question": "住民票", "answer": "窓口へ。"}, {"id": 2, "question": "印鑑"}]
    )
    status, told, errors = evaluate("retrieval", "--json", entries=entries)
    assert status == 0
    assert errors == "読めなかった項目が1件あります。最初の1件: 2行目：「回答」がありません。必ず書いてください。\n"
    assert set(json.loads(told)) == set(MEASURES)


@pytest.mark.parametrize("command", ["retrieval", "answers"])
def test_what_cannot_be_evaluated_is_one_sentence(evaluate: Evaluate, command: str, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"id": 1, "query": "住民票"}\nこれはJSONではない\n', encoding="utf-8")
    for files, sentence in (
        ({"entries": tmp_path / "gone.jsonl"}, "gone.jsonl"),
        ({"queries": tmp_path / "gone.jsonl"}, "gone.jsonl"),
        ({"queries": broken}, "broken.jsonl の 2 行目を読めません"),
    ):
        status, told, errors = evaluate(command, **files)
        assert (status, told) == (1, "")
        assert sentence in errors
        assert len(errors.splitlines()) == 1


@pytest.mark.parametrize("command", ["retrieval", "answers"])
def test_a_folder_that_takes_no_results_is_one_sentence(evaluate: Evaluate, command: str) -> None:
    Path("out").touch()
    status, _, errors = evaluate(command)
    assert status == 1
    assert "out/run" in errors.splitlines()[-1]
    assert "Traceback" not in errors
