"""Run folders: nothing is half there, what was killed is recognised, and nobody writes over anything."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from channels.message import Outcome
from evals.answered import Answered
from evals.case import Case
from evals.errors import RunDamaged, RunExists, RunInUse
from evals.runs import (
    ANSWERS,
    ANSWERS_SO_FAR,
    CONFIG,
    METRICS,
    MISSES,
    RunConfig,
    RunFolder,
    RunState,
    all_runs,
    begin,
    open_run,
    run_name,
)
from evals.score import evaluate, misses

CONFIGURED = RunConfig("mihon", "snapshot", "abc", 2, "def", "0.1.0", "2026-11-20T18:30:00+00:00", {"variants": True})
CASE = Case("a", "質問", "answers", "answered", {"x": 2})
ONE = Answered("a", Outcome.ANSWERED_ENTRY, ("x",), 0.9, 1.5)
TWO = Answered("b", Outcome.HANDOFF_NO_MATCH, (), None, 2.5, kept_private=True)


def test_a_run_is_named_after_the_time_it_began_in_utc(tmp_path: Path) -> None:
    assert begin(tmp_path, CONFIGURED).name == "20261120-183000"
    assert run_name(datetime(2026, 11, 21, 3, 30, tzinfo=timezone(timedelta(hours=9)))) == "20261120-183000"
    assert run_name(datetime(2026, 11, 20, tzinfo=UTC)) < run_name(datetime(2026, 11, 20, 0, 0, 1, tzinfo=UTC))


def test_a_run_has_its_configuration_from_the_first_moment(tmp_path: Path) -> None:
    folder = begin(tmp_path / "new", CONFIGURED)
    assert open_run(folder.path).config() == CONFIGURED
    assert (folder.state, folder.answers()) == (RunState.BEGUN, [])
    assert [path.name for path in (tmp_path / "new").iterdir()] == [folder.name]


def test_a_run_goes_from_begun_to_scored(tmp_path: Path) -> None:
    folder = begin(tmp_path, CONFIGURED)
    states = [folder.state]
    with folder.writing_answers() as add:
        add(ONE)
        add(TWO)
        states.append(folder.state)
    states.append(folder.state)
    assert folder.answers() == [ONE, TWO]
    metrics = evaluate([ONE], [CASE])
    folder.finish(metrics, misses([ONE], [CASE]))
    assert [*states, folder.state] == [RunState.BEGUN, RunState.BEGUN, RunState.ANSWERED, RunState.SCORED]
    assert folder.metrics() == metrics
    assert folder.misses() == []
    assert sorted(path.name for path in folder.path.iterdir()) == sorted([CONFIG, ANSWERS, METRICS, MISSES])


def test_what_was_answered_before_a_kill_stays_and_half_a_line_goes(tmp_path: Path) -> None:
    folder = begin(tmp_path, CONFIGURED)
    with pytest.raises(KeyboardInterrupt):
        _answer_one_and_die(folder)
    with (folder.path / ANSWERS_SO_FAR).open("a", encoding="utf-8") as stream:
        stream.write('{"case": "b", "outc')
    assert folder.state is RunState.BEGUN
    assert folder.answers() == [ONE]
    with folder.writing_answers() as add:
        add(TWO)
    assert folder.answers() == [ONE, TWO]


def _answer_one_and_die(folder: RunFolder) -> None:
    with folder.writing_answers() as add:
        add(ONE)
        raise KeyboardInterrupt


def test_an_existing_run_is_never_written_over(tmp_path: Path) -> None:
    begin(tmp_path, CONFIGURED)
    with pytest.raises(RunExists, match="「20261120-183000」は、すでにあります"):
        begin(tmp_path, CONFIGURED)
    assert len(list(tmp_path.iterdir())) == 1


def test_two_processes_do_not_write_into_one_run(tmp_path: Path) -> None:
    folder = begin(tmp_path, CONFIGURED)
    with folder.writing_answers(), pytest.raises(RunInUse, match="ほかの処理が書き込んでいます"), folder.writing_answers():
        pass


@pytest.mark.parametrize("content", ["", "{", "[]", '{"site": "mihon"}', '{"unknown": 1}'])
def test_a_folder_with_no_readable_configuration_is_no_run(tmp_path: Path, content: str) -> None:
    (tmp_path / "run").mkdir()
    with pytest.raises(RunDamaged, match=r"「run」の config\.json がないか、壊れています"):
        open_run(tmp_path / "run")
    (tmp_path / "run" / CONFIG).write_text(content, encoding="utf-8")
    with pytest.raises(RunDamaged):
        open_run(tmp_path / "run")


@pytest.mark.parametrize("line", ["{}", "[]", "not JSON", '{"case": "a", "outcome": "solved", "entries": []}'])
def test_answers_that_are_not_ours_are_refused(tmp_path: Path, line: str) -> None:
    folder = begin(tmp_path, CONFIGURED)
    (folder.path / ANSWERS).write_text(line + "\n", encoding="utf-8")
    with pytest.raises(RunDamaged, match=r"answers\.jsonl"):
        folder.answers()


def test_metrics_that_are_missing_or_broken_are_refused(tmp_path: Path) -> None:
    folder = begin(tmp_path, CONFIGURED)
    with pytest.raises(RunDamaged, match=r"metrics\.json"):
        folder.metrics()
    for content in ("{}", "[]", json.dumps({"figures": []})):
        (folder.path / METRICS).write_text(content, encoding="utf-8")
        with pytest.raises(RunDamaged, match=r"metrics\.json"):
            folder.metrics()


def test_all_runs_are_listed_oldest_first_and_the_broken_ones_told(tmp_path: Path) -> None:
    assert all_runs(tmp_path) == ([], [])
    later = begin(tmp_path, replace(CONFIGURED, started_at="2026-11-21T18:30:00+00:00"))
    earlier = begin(tmp_path, CONFIGURED)
    (tmp_path / "broken").mkdir()
    (tmp_path / ".unfinished-1").mkdir()
    (tmp_path / "note.txt").touch()
    good, bad = all_runs(tmp_path)
    assert good == [earlier, later]
    assert [str(error).partition("の ")[0] for error in bad] == ["評価の結果「broken」"]
