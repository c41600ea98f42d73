"""Whole nights on the small city: what is measured, promoted, refused, kept and told."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.wiring import Service
from evals.candidate import ASIDE
from evals.errors import NightDamaged, NightRunning
from evals.night import Decision, Night, NightState, ProposalKind
from evals.night_folder import NIGHT, RESUMED_WITHIN
from evals.nightly import STEPS, nights_of, run_night
from indexer.errors import NothingToBuild
from knowledge.database import writing
from knowledge.entry import State
from knowledge.rows import By
from knowledge.sentences import say
from knowledge.store import stored
from knowledge.workflow import retire
from tests.app import small_city
from tests.app.small_city import KITA, SetClock
from tests.evals import night_city
from tests.evals.night_city import close, edit, furnish, night, remember, with_pages, write_cases, write_page
from tests.quick_engine import FEW

SABOTAGE = {"question": "市役所の電話番号", "wordings": ("図書館の開館時間",)}
"""Makes another entry answer what residents ask about the library."""


@pytest.fixture(scope="module")
def furnished(city_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small city's data with cases, pages and a past."""
    data = shutil.copytree(city_data, tmp_path_factory.mktemp("furnished") / "data")
    furnish(data)
    return data


@pytest.fixture
def data(furnished: Path, tmp_path: Path) -> Path:
    return shutil.copytree(furnished, tmp_path / "data")


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def running(data: Path, clock: SetClock) -> Iterator[Service]:
    opened = with_pages(data, clock)
    yield opened
    close(opened)


def current(running: Service) -> str:
    return running.engine.store.current(KITA)


def next_day(clock: SetClock) -> None:
    clock.now += timedelta(days=1)


def test_a_quiet_night_measures_and_leaves_the_snapshot(running: Service) -> None:
    before = current(running)
    found = night(running)
    assert (found.decision, found.reasons, found.remarks) == (Decision.UNCHANGED, (), ())
    assert current(running) == before == found.before == found.after
    assert found.metrics is not None
    assert found.metrics.figures["right"].mean == 1.0
    assert found.metrics.figures["abstention"].queries == 2
    assert len(found.points) == 24
    assert (found.flips, found.misses) == ((), ())
    assert {change.difference.mean for change in found.changes} == {0.0}
    assert found.calibration == found.calibration_before
    assert found.config is not None
    assert found.config.cases == 26
    assert sum(each.topics for each in found.coverage) == len(FEW)


def test_a_changed_entry_that_harms_nobody_is_promoted(running: Service) -> None:
    before = current(running)
    edit(running, "denchi", answer="回収箱か市役所の窓口に入れてください。")
    found = night(running)
    assert (found.decision, found.reasons) == (Decision.PROMOTED, ())
    assert current(running) == found.after == found.candidate != before
    assert small_city.ask(running, "乾電池はどう捨てればよいですか").entries[0].answer == "回収箱か市役所の窓口に入れてください。"


def test_a_sabotaged_entry_is_refused_and_the_snapshot_in_use_stays(running: Service) -> None:
    before = current(running)
    edit(running, "denchi", **SABOTAGE)
    edit(running, "toshokan", question="市立の施設", wordings=(), answer="施設の一覧です。")
    found = night(running)
    assert found.decision is Decision.REFUSED
    assert current(running) == before == found.after
    assert found.candidate not in running.engine.store.all(KITA)
    assert not (running.engine.store.root / ASIDE / KITA).exists()
    assert "守る質問「図書館の開館時間」（toshokan-1）" in found.reasons[0]
    assert "「図書館の開館時間」（toshokan。新しい索引では「市立の施設」）" in found.reasons[0]
    assert "「乾電池はどう捨てればよいですか」（denchi。新しい索引では「市役所の電話番号」）" in found.reasons[0]
    assert {flip.case for flip in found.flips if flip.protected} == {"toshokan-1", "toshokan-2"}
    assert small_city.ask(running, "図書館の開館時間").entries[0].id == "toshokan"


def test_an_operator_may_promote_anyway_with_a_reason_that_is_kept(running: Service) -> None:
    edit(running, "toshokan", question="市立の施設", wordings=(), answer="施設の一覧です。")
    found = night(running, override="図書館は来月閉まります")
    assert (found.decision, found.override) == (Decision.PROMOTED_ANYWAY, "図書館は来月閉まります")
    assert found.reasons
    assert current(running) == found.candidate


def test_a_reason_to_promote_anyway_is_not_kept_where_none_was_needed(running: Service) -> None:
    assert night(running, override="念のため").override == ""


def test_a_retired_entry_that_a_protected_case_needs_is_a_refusal_that_says_so(running: Service) -> None:
    with writing(running.sessions) as session:
        retire(session, KITA, "toshokan", 1, By("課長", "取り下げ", running.clock()))
    found = night(running)
    assert found.decision is Decision.REFUSED
    assert "「図書館の開館時間」（toshokan。公開されていません）" in found.reasons[0]


def test_three_nights_in_a_row(running: Service, clock: SetClock) -> None:
    first = night(running)
    edit(running, "toshokan", question="市立の施設", wordings=(), answer="施設の一覧です。")
    next_day(clock)
    second = night(running)
    edit(running, "toshokan", question="図書館の開館時間", wordings=("本を借りたい",), answer="午前9時から午後8時までです。")
    next_day(clock)
    third = night(running)
    assert [each.decision for each in (first, second, third)] == [Decision.UNCHANGED, Decision.REFUSED, Decision.PROMOTED]
    assert first.after == second.after == third.before != third.after
    history, problems = nights_of(running, KITA).history()
    assert (history, problems) == ([first, second, third], [])


def test_the_answers_of_last_night_are_not_asked_for_again(running: Service, clock: SetClock) -> None:
    night(running)
    next_day(clock)
    night(running)
    first, second = nights_of(running, KITA).all()
    assert (first.path / "live").exists()
    assert second.result("live")["run"] == f"{first.path.name}/candidate"
    assert not (second.path / "live").exists()


def test_with_other_cases_the_snapshot_in_use_is_asked_again(running: Service, clock: SetClock, data: Path) -> None:
    night(running)
    next_day(clock)
    write_cases(data, {**night_city.ASKED, "neko": "道路で死んでいる猫を見つけました"})
    found = night(running)
    assert {change.difference.queries for change in found.changes if change.name == "right"} == {26}
    assert (nights_of(running, KITA).all()[1].path / "live").exists()


def test_without_cases_nothing_is_measured_and_it_is_told(running: Service, data: Path) -> None:
    shutil.rmtree(data / "cases")
    edit(running, "denchi", answer="回収箱か市役所の窓口に入れてください。")
    found = night(running)
    assert (found.decision, found.metrics, found.config, found.points) == (Decision.PROMOTED, None, None, ())
    assert [each for each in found.remarks if "評価用の質問がない" in each]


def test_cases_that_vanish_over_night_are_a_refusal(running: Service, clock: SetClock, data: Path) -> None:
    night(running)
    next_day(clock)
    shutil.rmtree(data / "cases")
    edit(running, "denchi", answer="回収箱か市役所の窓口に入れてください。")
    found = night(running)
    assert found.decision is Decision.REFUSED
    assert "昨夜は26件" in found.reasons[0]


def test_lines_that_cannot_be_used_are_told_and_cost_no_other_case(running: Service, data: Path) -> None:
    with (data / "cases" / KITA / "more.jsonl").open("w", encoding="utf-8") as file:
        file.write('{"id": "bad", "text": "？", "entries": {"unknown": 2}}\n')
        file.write('{"id": "toshokan-1", "text": "本", "expected": "handoff"}\n{"id"')
    found = night(running)
    assert len(found.remarks) == 3
    assert all("more.jsonl" in each for each in found.remarks)
    assert found.config is not None
    assert found.config.cases == 26


def test_the_first_night_of_a_city_without_a_snapshot_puts_one_into_use(data: Path, clock: SetClock) -> None:
    shutil.rmtree(data / "snapshots")
    running = with_pages(data, clock)
    found = night(running)
    assert (found.before, found.decision) == (None, Decision.PROMOTED)
    assert current(running) == found.after
    close(running)


def test_a_damaged_snapshot_is_replaced_and_compared_by_last_nights_answers(running: Service, clock: SetClock) -> None:
    night(running)
    (running.engine.store.folder(KITA, current(running)) / "entries.jsonl").write_text("{}", encoding="utf-8")
    next_day(clock)
    found = night(running)
    assert found.decision is Decision.PROMOTED
    assert {change.difference.queries for change in found.changes if change.name == "right"} == {24}


def test_a_city_without_entries_is_told_and_changes_nothing(tmp_path: Path) -> None:
    running = small_city.service(tmp_path / "empty")
    small_city.take(running, small_city.SITE, small_city.ENTRIES[:1])
    with writing(running.sessions) as session:
        retire(session, KITA, "juminhyo", 1, By("課長", "取り下げ", running.clock()))
    with pytest.raises(NothingToBuild):
        night(running)
    close(running)


def test_residents_records_are_not_touched_by_the_evaluation(running: Service) -> None:
    from sqlalchemy import func, select

    from app.records.tables import QuestionRow

    night(running)
    with running.sessions() as session:
        assert session.scalar(select(func.count()).select_from(QuestionRow)) == 4


def test_what_residents_asked_in_vain_is_proposed_and_counted(running: Service) -> None:
    found = night(running)
    assert [(each.kind, each.text, each.questions) for each in found.proposals] == [
        (ProposalKind.NEW_ENTRY, "犬を飼ったときの届出", 4)
    ]
    assert found.residents == {"handoff_no_match": 4}
    folder = nights_of(running, KITA).all()[0].path
    lines = (folder / "proposals.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["text"] for line in lines] == ["犬を飼ったときの届出"]


def test_the_same_questions_are_not_proposed_every_night(running: Service, clock: SetClock) -> None:
    night(running)
    next_day(clock)
    assert night(running).proposals == ()
    remember(running, ["犬を飼ったときの届出"], clock.now + timedelta(hours=1))
    next_day(clock)
    assert [each.questions for each in night(running).proposals] == [5]


def test_old_records_are_forgotten(running: Service) -> None:
    assert night(running).forgotten == {"questions": 3, "conversations": 3, "contexts": 3, "nights": 0}


def test_a_changed_page_is_listed_and_put_before_staff(running: Service, clock: SetClock, data: Path) -> None:
    assert night(running).pages == ()
    write_page(data, "12,000円", "15,000円")
    edit(running, "risai", answer="斎場の使用料と同じく、市民の使用料は12,000円です。")
    next_day(clock)
    change = night(running).pages[0]
    assert [(each.before, each.after) for each in change.differences] == [("12,000円", "15,000円")]
    assert change.title == "斎場の使用料"
    assert len(change.drafts) == 1
    assert set(change.quoted_by) == {"risai", *change.drafts}
    with running.sessions() as session:
        assert stored(session, KITA, change.drafts[0]).state is State.PENDING
    next_day(clock)
    again = night(running).pages
    assert [each.noticed_at for each in again] == [change.noticed_at]
    assert set(again[0].quoted_by) == set(change.quoted_by)


def test_a_page_that_is_gone_is_kept_and_told(running: Service, clock: SetClock, data: Path) -> None:
    night(running)
    (data / "www" / "saijo.html").unlink()
    next_day(clock)
    found = night(running)
    assert [(each.title, bool(each.problem)) for each in found.pages] == [("斎場の使用料", True)]
    with running.sessions() as session:
        assert stored(session, KITA, next(iter(_pages(running)))).state is State.PUBLISHED


def _pages(running: Service) -> set[str]:
    return {entry.id for entry in running.live.searcher(KITA).entries if entry.id.startswith("page-")}


def test_a_web_site_that_is_not_there_is_a_remark_and_the_night_goes_on(running: Service, data: Path) -> None:
    shutil.rmtree(data / "www")
    found = night(running)
    assert found.decision is Decision.UNCHANGED
    assert len(found.remarks) == 1
    assert "MADOGUCHI_PAGE_PLACES" in found.remarks[0]


def test_two_nights_of_one_site_do_not_run_at_once(running: Service) -> None:
    with nights_of(running, KITA).alone(), pytest.raises(NightRunning, match="ほかの処理"):
        night(running)
    assert night(running).state is NightState.FINISHED


def test_a_snapshot_published_during_the_night_is_not_overtaken_by_an_older_one(running: Service, clock: SetClock) -> None:
    edit(running, "denchi", answer="回収箱へ。")

    def publish(step: str) -> None:
        if step == "promote":
            clock.now += timedelta(seconds=1)
            running.publisher.publish(KITA)

    found = night(running, tell=publish)
    assert found.decision is Decision.REFUSED
    assert "別の索引" in found.reasons[0]
    assert current(running) == found.after != found.candidate


class Killed(BaseException):
    """Stands for a kill."""


def killed_before(step: str, running: Service) -> None:
    def tell(name: str) -> None:
        if name == step:
            raise Killed

    with pytest.raises(Killed):
        night(running, tell=tell)


def test_a_killed_night_goes_on_with_the_step_it_stopped_at(running: Service, clock: SetClock) -> None:
    killed_before("decide", running)
    clock.now += timedelta(hours=3)
    done: list[str] = []
    found = night(running, tell=done.append)
    assert done == ["decide", "promote", "proposals", "coverage", "forget"]
    assert len(nights_of(running, KITA).all()) == 1
    assert found.finished_at - found.started_at == timedelta(hours=3)
    assert "build" in found.durations


def test_a_night_killed_too_long_ago_is_closed_and_a_new_one_begins(running: Service, clock: SetClock) -> None:
    killed_before("decide", running)
    assert (running.engine.store.root / ASIDE / KITA).exists()
    clock.now += RESUMED_WITHIN
    found = night(running)
    assert found.started_at == clock.now
    history = nights_of(running, KITA).history()[0]
    assert [each.state for each in history] == [NightState.ABANDONED, NightState.FINISHED]


def test_what_an_abandoned_night_had_noticed_is_not_lost(running: Service, clock: SetClock, data: Path) -> None:
    night(running)
    remember(running, ["犬を飼ったときの届出"], clock.now + timedelta(hours=1))
    next_day(clock)
    write_page(data, "12,000円", "15,000円")
    killed_before("build", running)
    next_day(clock)
    shutil.rmtree(data / "cases")
    found = night(running)
    assert [each.differences[0].after for each in found.pages] == ["15,000円"]
    assert [each.questions for each in found.proposals] == [5]
    assert "昨夜は26件" in found.reasons[0]


def test_another_version_does_not_go_on_with_a_night(running: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    killed_before("decide", running)
    monkeypatch.setattr("evals.night_folder.VERSION", "0.2.0")
    night(running)
    assert [each.state for each in nights_of(running, KITA).history()[0]] == [NightState.ABANDONED, NightState.FINISHED]


def test_a_night_that_cannot_be_read_is_told_by_its_name(running: Service) -> None:
    killed_before("decide", running)
    folder = nights_of(running, KITA).all()[0]
    (folder.path / "steps" / "build.json").write_text("{", encoding="utf-8")
    with pytest.raises(NightDamaged, match=folder.path.name):
        night(running)


def test_a_past_night_that_cannot_be_read_is_a_remark(running: Service, clock: SetClock) -> None:
    night(running)
    (nights_of(running, KITA).all()[0].path / NIGHT).write_text('{"site": "kita"}', encoding="utf-8")
    next_day(clock)
    assert [each for each in night(running).remarks if NIGHT in each]


def test_the_report_is_given_the_night_its_history_and_the_questions(running: Service, clock: SetClock) -> None:
    first = night(running)
    next_day(clock)
    told: list[tuple[Path, Night, list[Night], dict[str, str]]] = []
    second, folder = run_night(running, KITA, lambda *given: told.append(given), plain=True)
    path, given, history, questions = told[0]
    assert (path, replace(given), list(history)) == (folder.path / "report.html", second, [first])
    assert questions["toshokan"] == "図書館の開館時間"


def test_other_ways_to_write_are_asked_too(running: Service) -> None:
    found = night(running, plain=False)
    assert found.metrics is not None
    assert found.metrics.varieties
    assert found.config is not None
    assert found.config.cases > 100


def test_every_step_has_a_name_for_people_and_is_documented() -> None:
    told = (Path(__file__).parents[2] / "docs" / "nightly.md").read_text(encoding="utf-8")
    assert all(say("evals", f"steps.{name}") and f"`{name}`" in told for name, _ in STEPS)


def test_a_night_runs_on_either_database(database_url: str, tmp_path: Path) -> None:
    running = night_city.service(tmp_path / "data", database_url=database_url)
    small_city.fill(running)
    write_cases(tmp_path / "data", night_city.ASKED)
    remember(running, ["犬を飼ったときの届出"] * 4, running.clock() - timedelta(hours=5))
    remember(running, ["昔の質問"] * 3, running.clock() - timedelta(days=400))
    found = night(running)
    assert (found.decision, len(found.proposals), found.forgotten["questions"]) == (Decision.UNCHANGED, 1, 3)
    close(running)
