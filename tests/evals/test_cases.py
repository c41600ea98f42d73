"""Evaluation files are read as they are written, and refused by line where they cannot be."""

from pathlib import Path

import pytest

from evals.cases import Query, read_cases
from evals.errors import CasesUnusable
from evals.service import SITE, evaluation_service
from knowledge.entry import Kind
from knowledge.sheet_errors import SheetNotFound
from tests.evals.conftest import write

ENTRY = {"id": "a", "question": "住民票", "answer": "窓口へ。"}
QUERY = {"id": 1, "query": "住民票"}


def test_ids_stay_as_the_file_writes_them(entries_file: Path, queries_file: Path) -> None:
    cases = read_cases(entries_file, queries_file)
    assert [entry.id for entry in cases.entries][:3] == ["0", "1", "2"]
    assert cases.ids["2"] == 2
    assert [query.id for query in cases.queries] == [7, "b", 9, 10]
    assert cases.queries[0] == Query(7, "住民票の手続き0", {"0": 2, "12": 1})
    assert cases.queries[3].relevant == {}
    assert cases.problems == ()


def test_an_entry_without_an_id_gets_one(tmp_path: Path) -> None:
    rows = [{"question": "住民票", "answer": "窓口へ。"}, {**ENTRY, "id": " b "}]
    cases = read_cases(write(tmp_path / "e.jsonl", rows), write(tmp_path / "q.jsonl", [QUERY]))
    assert set(cases.ids) == {entry.id for entry in cases.entries}
    assert cases.ids["b"] == " b "


def test_a_bad_entry_is_left_out_and_told(tmp_path: Path) -> None:
    entries = write(tmp_path / "e.jsonl", [ENTRY, {"id": "b", "question": "答えがない"}])
    with entries.open("a", encoding="utf-8") as file:
        file.write("これはJSONではない\n")
    cases = read_cases(entries, write(tmp_path / "q.jsonl", [QUERY]))
    assert [entry.id for entry in cases.entries] == ["a"]
    assert [problem.row for problem in cases.problems] == [2, 3]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("これはJSONではない", "JSON"),
        ("[1]", "id, query"),
        ('{"id": 1}', "id, query"),
        ('{"query": "住民票"}', "id, query"),
        ('{"id": 1, "query": 2}', "id, query"),
        ('{"id": [1], "query": "住民票"}', "id, query"),
        ('{"id": 1, "query": "住民票", "relevant": ["a"]}', "relevant"),
        ('{"id": 1, "query": "住民票", "relevant": {"a": "2"}}', "relevant"),
    ],
)
def test_a_query_that_cannot_be_read_is_refused_by_its_line(tmp_path: Path, line: str, wanted: str) -> None:
    queries = write(tmp_path / "q.jsonl", [QUERY])
    queries.write_text(queries.read_text(encoding="utf-8") + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(CasesUnusable, match=rf"q\.jsonl の 3 行目を読めません（必要なもの：{wanted}）"):
        read_cases(write(tmp_path / "e.jsonl", [ENTRY]), queries)


def test_entries_of_which_none_is_good_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CasesUnusable, match=r"e\.jsonl"):
        read_cases(write(tmp_path / "e.jsonl", [{"id": 1}]), write(tmp_path / "q.jsonl", [QUERY]))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SheetNotFound):
        read_cases(tmp_path / "gone.jsonl", tmp_path / "gone.jsonl")
    with pytest.raises(SheetNotFound):
        read_cases(write(tmp_path / "e.jsonl", [ENTRY]), tmp_path / "gone.jsonl")


def test_the_service_of_an_evaluation_knows_all_entries_whatever_their_kind_and_division(tmp_path: Path) -> None:
    rows = [ENTRY, {**ENTRY, "id": "b", "division": "市民課"}, *({**ENTRY, "id": kind, "kind": kind} for kind in Kind)]
    cases = read_cases(write(tmp_path / "e.jsonl", rows), write(tmp_path / "q.jsonl", [QUERY]))
    with evaluation_service(cases) as running:
        assert set(running.live.searcher(SITE).by_id) == {"a", "b", *Kind}
        folder = running.settings.data_dir
        assert folder.exists()
    assert not folder.exists()


def test_an_evaluation_leaves_the_database_of_the_service_alone(
    entries_file: Path, queries_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MADOGUCHI_DATA_DIR", str(tmp_path / "production"))
    monkeypatch.setenv("MADOGUCHI_DATABASE_URL", f"sqlite:///{tmp_path}/production.db")
    with evaluation_service(read_cases(entries_file, queries_file)):
        pass
    assert not (tmp_path / "production").exists()
    assert not (tmp_path / "production.db").exists()
