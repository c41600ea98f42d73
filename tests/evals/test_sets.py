"""A whole run on a small city: asked, scored, killed, gone on with, and refused where it would mislead."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from app.cli import main
from app.settings import Settings
from app.wiring import Service
from channels.message import Outcome
from evals.answered import ask
from evals.case import Case
from evals.errors import NoCases, RunOfOthers
from evals.runs import METRICS, MISSES, RunState, open_run
from evals.service import city_service, published_city
from evals.sets import begin_or_go_on, complete
from evals.verdict import Verdict
from knowledge.sheet_errors import SheetNotFound
from tests.app.small_city import ENTRIES, KITA, SITE, take
from tests.evals.conftest import write

CASES = (
    Case("own-words", "住民票がほしい", "answers", "answered", {"juminhyo": 2}),
    Case("emergency", "救急車を呼んでください", "emergency", "emergency", {}, protected=True),
    Case("number", "マイナンバーは123456789018です", "personal_data", "refused", {}, private=("1234 5678 9018",)),
    Case("phone", "救急車を呼んで 090-0000-0000", "personal_data", "emergency", {}, private=("０９０００００００００",)),
    Case("nonsense", "asdfgh", "abstention", "handoff", {}),
    Case("follow", "手数料は？", "follow_up", "answered", {"juminhyo": 2}, before=("住民票がほしい",)),
    Case("english", "I need a juminhyo", "language", "answered", {"juminhyo": 2}, language="en"),
)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("MADOGUCHI_")]:
            patch.delenv(name)
        patch.chdir(tmp_path_factory.mktemp("here"))
        with city_service(SITE, ENTRIES) as service:
            yield service


def test_a_case_is_asked_as_a_resident_would(running: Service) -> None:
    answered = ask(CASES[0], running, KITA)
    assert (answered.outcome, answered.entries[:1]) == (Outcome.ANSWERED_ENTRY, ("juminhyo",))
    assert answered.confidence is not None
    assert answered.milliseconds > 0


def test_messages_before_are_of_the_same_conversation(running: Service) -> None:
    follow = CASES[5]
    assert ask(follow, running, KITA).entries[:1] == ("juminhyo",)
    alone = ask(replace(follow, before=()), running, KITA)
    assert alone.outcome is not Outcome.ANSWERED_ENTRY


def test_a_record_is_searched_for_what_is_private(running: Service) -> None:
    assert not ask(CASES[2], running, KITA).kept_private
    assert not ask(CASES[3], running, KITA).kept_private
    assert ask(replace(CASES[0], private=("住民票",)), running, KITA).kept_private


def test_a_run_is_asked_scored_and_kept(running: Service, tmp_path: Path) -> None:
    folder = begin_or_go_on(tmp_path, "", CASES, running, KITA, {"files": 1})
    metrics = complete(folder, CASES, running, KITA)
    assert metrics.verdicts == dict.fromkeys((case.id for case in CASES), Verdict.RIGHT)
    assert folder.state is RunState.SCORED
    assert folder.config().details == {"files": 1}
    assert folder.config().cases == len(CASES)
    assert complete(folder, CASES, running, KITA) == metrics


def test_a_killed_run_asks_only_what_is_left(running: Service, tmp_path: Path) -> None:
    def dies(cases: Sequence[Case]) -> Iterable[Case]:
        yield from cases[:3]
        raise KeyboardInterrupt

    folder = begin_or_go_on(tmp_path, "night", CASES, running, KITA)
    with pytest.raises(KeyboardInterrupt):
        complete(folder, CASES, running, KITA, dies)
    assert [answered.case for answered in folder.answers()] == [case.id for case in CASES[:3]]
    left: list[str] = []

    def watched(cases: Sequence[Case]) -> Iterable[Case]:
        left.extend(case.id for case in cases)
        return cases

    again = begin_or_go_on(tmp_path, "night", CASES, running, KITA)
    assert again == folder
    assert len(complete(again, CASES, running, KITA, watched).verdicts) == len(CASES)
    assert left == [case.id for case in CASES[3:]]


def test_a_run_that_was_asked_and_not_scored_is_only_scored(running: Service, tmp_path: Path) -> None:
    folder = begin_or_go_on(tmp_path, "night", CASES, running, KITA)
    metrics = complete(folder, CASES, running, KITA)
    (folder.path / METRICS).unlink()

    def refuses(_: Sequence[Case]) -> Iterable[Case]:
        raise AssertionError

    assert complete(folder, CASES, running, KITA, refuses) == metrics


def test_a_run_begun_with_other_cases_is_not_gone_on_with(running: Service, tmp_path: Path) -> None:
    begin_or_go_on(tmp_path, "night", CASES, running, KITA)
    with pytest.raises(RunOfOthers, match="「night」は、今と違う質問で始めたもの"):
        begin_or_go_on(tmp_path, "night", CASES[:2], running, KITA)


def test_a_run_begun_with_other_entries_is_not_gone_on_with(running: Service, tmp_path: Path) -> None:
    begin_or_go_on(tmp_path, "night", CASES, running, KITA)
    with city_service(SITE, ENTRIES[:-2]) as other, pytest.raises(RunOfOthers, match="今と違う項目で始めた"):
        begin_or_go_on(tmp_path, "night", CASES, other, KITA)
    with city_service(SITE, ENTRIES) as same:
        assert begin_or_go_on(tmp_path, "night", CASES, same, KITA).name == "night"


def test_without_cases_no_run_is_begun(running: Service, tmp_path: Path) -> None:
    with pytest.raises(NoCases):
        begin_or_go_on(tmp_path, "", [], running, KITA)
    assert list(tmp_path.iterdir()) == []


Sets = Callable[..., tuple[int, str, str]]
ROWS = [{"id": "a", "set": "answers", "text": "住民票がほしい", "entries": {"juminhyo": 2}, "protected": True}]


@pytest.fixture
def eval_sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sets:
    """Runs `madoguchi eval sets` for the small city of this installation and gives its status, output and errors."""
    monkeypatch.setenv("MADOGUCHI_DATA_DIR", str(tmp_path / "data"))
    installed = Service(Settings(data_dir=tmp_path / "data", _env_file=None))
    take(installed, SITE, ENTRIES)
    installed.sessions.kw["bind"].dispose()

    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", list(map(str, ["madoguchi", "eval", "sets", "--site", KITA, *words])))
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    return run


def test_the_command_measures_a_city_of_this_installation_and_leaves_its_records_alone(eval_sets: Sets, tmp_path: Path) -> None:
    cases = write(tmp_path / "cases.jsonl", ROWS)
    status, told, _ = eval_sets("--cases", cases, "--run", "first")
    assert status == 0
    assert "正答率" in told
    assert "打ちまちがい（字が抜ける）" in told
    assert "評価の結果：results/first" in told
    folder = open_run(Path("results/first"))
    assert folder.state is RunState.SCORED
    assert len(folder.answers()) > 10
    installed = Service(Settings(data_dir=tmp_path / "data", _env_file=None))
    assert published_city(installed, KITA)[0].name == SITE.name
    with installed.sessions() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM questions").scalar() == 0


def test_the_command_tells_figures_as_json(eval_sets: Sets, tmp_path: Path) -> None:
    cases = write(tmp_path / "cases.jsonl", ROWS)
    status, told, _ = eval_sets("--cases", cases, "--plain", "--json", "--run", "first")
    assert status == 0
    figures = json.loads(told)
    assert figures["figures"]["right"] == {"mean": 1.0, "low": 1.0, "high": 1.0, "queries": 1}
    assert figures["varieties"] == {}
    assert Path("results/first", MISSES).read_text(encoding="utf-8") == ""


def test_the_command_tells_what_it_could_not_use(eval_sets: Sets, tmp_path: Path) -> None:
    bad = [{**ROWS[0], "id": f"b{number}", "entries": {"gone": 2}} for number in range(25)]
    status, _, errors = eval_sets("--cases", write(tmp_path / "cases.jsonl", [*ROWS, *bad]), "--plain")
    assert status == 0
    lines = errors.splitlines()
    assert lines[0].startswith("使えなかった行：cases.jsonl の2行目：項目「gone」は、この市にありません。")
    assert lines[-1] == "ほかに、使えなかった行が5件あります。"


def test_the_command_gives_no_figure_without_cases(eval_sets: Sets, tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").touch()
    status, told, errors = eval_sets("--cases", tmp_path / "empty.jsonl")
    assert (status, told) == (1, "")
    assert "empty.jsonl：質問が1件もありません。" in errors
    assert errors.splitlines()[-1].startswith("質問が1件もないため、測れません。")
    assert not Path("results").exists()


def test_a_city_without_cases_is_told_to_write_some(eval_sets: Sets) -> None:
    status, told, errors = eval_sets()
    assert (status, told) == (1, "")
    assert "評価用の質問（JSONL）を用意してください" in errors


def test_the_command_refuses_a_half_written_run_of_other_cases(eval_sets: Sets, tmp_path: Path) -> None:
    eval_sets("--cases", write(tmp_path / "cases.jsonl", ROWS), "--plain", "--run", "night")
    status, told, errors = eval_sets(
        "--cases", write(tmp_path / "other.jsonl", [{**ROWS[0], "id": "x"}]), "--plain", "--run", "night"
    )
    assert (status, told) == (1, "")
    assert errors.splitlines()[-1].startswith("評価の結果「night」は、今と違う質問で始めたもの")


def test_a_case_file_that_is_not_there_is_one_sentence(eval_sets: Sets) -> None:
    status, told, errors = eval_sets("--cases", "gone.jsonl")
    assert (status, told, errors) == (1, "", f"{SheetNotFound(name='gone.jsonl')}\n")
