"""Cities grown to any size, the stopwatch, and the table of figures."""

import json
import os
import sys
from time import sleep

import pytest

from app.cli import main
from evals.bench import DATA, bench_cases
from evals.bench_cli import LINES
from evals.grown import grow
from evals.stopwatch import memory, pace, seconds_alive, spent
from knowledge.entry import Entry

REAL = os.environ.get(DATA, "")
"""Read before the fixtures hide it: no setting of this machine reaches a test."""

FEW = [Entry(str(number), f"住民票の写し{number}", "市民課の窓口で、手数料は三百円です。") for number in range(5)]


def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["madoguchi", "bench", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr()
    return int(ended.value.code or 0), told.out, told.err


def test_a_grown_city_begins_with_the_real_entries_and_has_no_two_alike() -> None:
    grown = list(grow(FEW, 60))
    assert [(each.question, each.answer) for each in grown[:5]] == [(each.question, each.answer) for each in FEW]
    assert len({each.id for each in grown}) == len({(each.question, each.answer) for each in grown}) == 60
    assert list(grow(FEW, 60)) == grown


def test_a_city_may_be_smaller_than_the_real_one() -> None:
    assert [each.question for each in grow(FEW, 2)] == [each.question for each in FEW[:2]]


def test_waiting_is_not_computing() -> None:
    took, result = spent(lambda: sleep(0.05))
    assert result is None
    assert took.cpu < 0.05 <= took.wall


def test_half_of_the_times_are_below_the_middle_and_few_above_the_high_one() -> None:
    took = pace(sleep, [0.001] * 9 + [0.05])
    assert 1 <= took.p50 < 40 < took.p99


def test_memory_and_age_of_this_process_are_told() -> None:
    assert memory().anonymous > 1
    assert seconds_alive() > 0


def test_without_data_the_bench_says_what_to_do(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DATA, raising=False)
    status, out, err = run(capsys, monkeypatch, "--size", "20")
    assert (status, out) == (1, "")
    assert DATA in err


@pytest.mark.bench
@pytest.mark.skipif(not REAL, reason=f"{DATA} is not set: no data to measure on")
def test_the_bench_measures_what_its_table_tells(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATA, REAL)
    assert len(bench_cases().queries) > 100
    status, out, _ = run(capsys, monkeypatch, "--size", "40", "--json")
    assert status == 0
    figures = json.loads(out)["40"]
    assert all(figures[name] > 0 for name in {name for names in LINES.values() for name in names} & set(figures))
    assert {"built", "changed", "search_p50", "anonymous", "ours_words", "flat"} <= set(figures)
