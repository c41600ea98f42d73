"""Thresholds chosen on residents' questions whose right answers are known."""

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from app.labelled import LabelledStore
from indexer.calibrate import LEAST_TRIALS, Source
from indexer.snapshot import Manifest, SnapshotStore
from knowledge.labelled import Labelled
from tests.app.shell import Madoguchi, one_sentence
from tests.app.small_city import ENTRIES, KITA, SITE, fill, service

ASKED = [entry for entry in ENTRIES if entry.valid_until is None][:12]


def rows(count: int) -> list[dict[str, object]]:
    """Questions that differ in how they are put, and every tenth that nothing answers."""
    return [
        {"id": number, "query": f"今年の花火大会{number}", "relevant": {}}
        if number % 10 == 0
        else {"id": number, "query": f"{entry.question}その{number}", "relevant": {entry.id: 2}}
        for number in range(count)
        for entry in [ASKED[number % len(ASKED)]]
    ]


def write(path: Path, values: Iterable[object]) -> Path:
    path.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in values), encoding="utf-8")
    return path


@pytest.fixture
def built(madoguchi: Madoguchi, tmp_path: Path) -> Madoguchi:
    """The commands, in a folder where the small city is built."""
    fill(service(tmp_path / "data"))
    return madoguchi


def manifest(folder: Path) -> Manifest:
    store = SnapshotStore(folder / "data" / "snapshots")
    return store.verify(KITA, store.current(KITA))


def test_thresholds_rest_on_labelled_questions_from_now_on(built: Madoguchi, tmp_path: Path) -> None:
    ended = built("calibrate", write(tmp_path / "labelled.jsonl", rows(LEAST_TRIALS + 20)))
    assert (ended.status, ended.err) == (0, "")
    assert "住民の質問120件" in ended.out
    assert manifest(tmp_path).calibration.source is Source.LABELLED
    assert "住民の質問120件" in built("build").out
    assert manifest(tmp_path).calibration.answer.questions == 120


def test_three_questions_are_refused_with_the_number_it_takes(built: Madoguchi, tmp_path: Path) -> None:
    before = manifest(tmp_path)
    sentence = one_sentence(built("calibrate", write(tmp_path / "three.jsonl", rows(3))))
    assert sentence == (
        "使える質問が3件しかないため、誤りの割合を約束する基準は作れません。"
        "100件以上必要です（あと97件）。今までの基準はそのまま使われます。"
    )
    assert manifest(tmp_path) == before
    assert not (tmp_path / "data" / "labelled").exists()


def test_rows_that_cannot_be_used_are_told_and_cost_no_others(built: Madoguchi, tmp_path: Path) -> None:
    bad = [{"id": 1, "query": "市役所", "relevant": {"unknown": 2}}, rows(2)[1], rows(2)[1]]
    ended = built("calibrate", write(tmp_path / "labelled.jsonl", [*bad, *rows(LEAST_TRIALS + 20)[2:]]), "--json")
    assert ended.status == 2
    assert [each.partition("：")[0] for each in ended.json()["problems"]] == ["1行目", "3行目"]
    assert "住民の質問119件" in ended.json()["explained"]


def test_forgetting_them_goes_back_to_the_wordings(built: Madoguchi, tmp_path: Path) -> None:
    built("calibrate", write(tmp_path / "labelled.jsonl", rows(LEAST_TRIALS)))
    assert manifest(tmp_path).calibration.source is Source.LABELLED
    assert built("calibrate", "--forget").status == 0
    assert manifest(tmp_path).calibration.source is Source.BORROWED


def test_without_a_file_it_says_what_to_do(built: Madoguchi) -> None:
    assert "JSONL" in one_sentence(built("calibrate"))


def test_a_file_that_is_not_there_is_one_sentence(built: Madoguchi) -> None:
    assert "gone.jsonl" in one_sentence(built("calibrate", "gone.jsonl"))


def test_a_build_says_what_is_promised_and_a_search_how_sure_it_is(built: Madoguchi) -> None:
    promised = "回答の基準は、見本の市の"
    assert promised in built("build").out
    assert "正しい見込み" in built("search", "住民票がほしい").out
    assert set(built("search", "住民票", "--json").json()) >= {"confidence", "calibration"}


def test_what_residents_wrote_is_kept_masked_and_for_one_site_only(tmp_path: Path) -> None:
    store = LabelledStore(tmp_path / "labelled")
    store.keep(KITA, [Labelled("電話は090-1234-5678です", frozenset({"dv"}))])
    assert store.read(KITA) == (Labelled("電話は【電話番号】です", frozenset({"dv"})),)
    assert store.read("minami") == ()
    store.forget("minami")
    store.forget(KITA)
    assert store.read(KITA) == ()


def test_a_retired_answer_leaves_its_questions_out_of_the_next_build(built: Madoguchi, tmp_path: Path) -> None:
    built("calibrate", write(tmp_path / "labelled.jsonl", rows(LEAST_TRIALS + 20)))
    fewer = [entry for entry in ENTRIES if entry.id != ASKED[1].id]
    fill(service(tmp_path / "data"), SITE, fewer)
    assert LEAST_TRIALS <= manifest(tmp_path).calibration.answer.questions < 120


def test_a_file_cannot_be_kept_and_forgotten_at_once(built: Madoguchi) -> None:
    ended = built("calibrate", "questions.jsonl", "--forget")
    assert ended.status == 1
    assert "--forget" in ended.err
