"""`madoguchi line deliver`, run as from a shell, with the service and LINE behind it: news for residents, once to everybody."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.clock import system_clock
from app.commands.demo import sheets
from app.line import line_office
from channels.line.delivery.delivering import LANE
from tests.app.newsletter import MIHON, asked, found, installation, register
from tests.app.seed import SEED
from tests.app.shell import Madoguchi, one_sentence
from tests.channels.line.line_platform import Fault, Platform
from tests.channels.line.server import serving

ACCOUNTS = {MIHON: {"token": "token", "secret": "s" * 32}}
NEWS = """
title: 年末のごみ
to: {to}
urgent: {urgent}
sender: 環境課
messages:
  - text: 12月28日が年内最後です。
    buttons: [{{label: 市のページ, open: "https://www.city.mihon.example.jp/gomi.html"}}, {{label: 収集日, ask: ごみの日}}]
"""
AUTHOR, APPROVER = ("--by", "環境課の担当"), ("--by", "広報課の担当")


@pytest.fixture
def platform() -> Platform:
    return Platform(system_clock)


@pytest.fixture
def deliver(madoguchi: Madoguchi, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Iterator[Madoguchi]:
    """The commands, for a site with an account and three residents who have signed up."""
    found()
    madoguchi("line", "segments", "apply", asked())
    for name, area in (("U1", "north"), ("U2", "north"), ("U3", "south")):
        register(name, area)
    with serving(platform) as base:
        monkeypatch.setenv("MADOGUCHI_LINE_API_BASE", base)
        monkeypatch.setenv("MADOGUCHI_LINE_ACCOUNTS", json.dumps(ACCOUNTS))
        yield lambda *arguments: madoguchi("line", "deliver", *arguments)


def news(to: str = "{area: [north]}", urgent: bool = False) -> Path:
    file = Path("news.yaml")
    file.write_text(NEWS.format(to=to, urgent=str(urgent).lower()), encoding="utf-8")
    return file


def approved(deliver: Madoguchi, to: str = "{area: [north]}", urgent: bool = False) -> None:
    deliver("compose", news(to, urgent), *AUTHOR)
    assert deliver("approve", 1, *APPROVER).status == 0


def serve(platform: Platform, *events: dict[str, object]) -> None:
    """What `madoguchi serve` does about what has come in and what is due."""
    with installation() as running:
        line = line_office(running)
        if events:
            line.take_in(MIHON, platform.deliver(events)[0])
        for lane in line.work.due(10):
            line.work.work_off(*lane)
        while line.delivering.due(1):
            line.delivering.work_off(MIHON, LANE)


def told(platform: Platform) -> list[str]:
    return sorted(each.to for each in platform.said)


def test_news_goes_from_a_file_to_those_it_is_for(deliver: Madoguchi, platform: Platform) -> None:
    assert "配信 1 の下書きを作りました。今の届け先は2人です" in deliver("compose", news(), *AUTHOR).out
    assert "配信 1「年末のごみ」を承認しました。今の届け先は2人です" in deliver("approve", 1, *APPROVER).out
    serve(platform)
    assert told(platform) == []
    assert "に始まります（今の届け先は2人）" in deliver("start", 1, *AUTHOR).out
    serve(platform)
    assert told(platform) == ["U1", "U2"]
    shown = deliver("show", 1).out
    assert "「年末のごみ」: 終了" in shown
    assert "送信済み 2人、確認中 0人、届いたか不明 0人、まだの方 0人" in shown


def test_what_is_to_be_approved_can_be_read_whole(deliver: Madoguchi) -> None:
    deliver("compose", news(), *AUTHOR)
    shown = deliver("show", 1).out
    assert "送る相手: 地区が北" in shown
    assert "今の届け先: 2人（登録した方 3人、友だち 3人）" in shown
    assert "    （送り主: 環境課）\n    12月28日が年内最後です。\n" in shown
    assert "［市のページ］→ https://www.city.mihon.example.jp/gomi.html" in shown
    assert "［収集日］→ 「ごみの日」と質問します" in shown
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d  作成  環境課の担当", shown)


def test_whom_it_is_for_is_said_in_words(deliver: Madoguchi) -> None:
    deliver("compose", news("{area: [north, south], language: [en, ja-x-easy]}"), *AUTHOR)
    assert "送る相手: 地区が北・南、かつ 言語がEnglish・やさしい日本語\n" in deliver("show", 1).out


def test_the_same_news_again_is_pointed_out(deliver: Madoguchi) -> None:
    assert "同じ内容" not in deliver("compose", news(), *AUTHOR).out
    assert "配信 1 が同じ内容" in deliver("compose", news("registered"), *AUTHOR).out
    assert "配信 1 が同じ内容" in deliver("approve", 2, *APPROVER).out
    deliver("discard", 1, *AUTHOR)
    assert "配信 2 が同じ内容" in deliver("compose", news(), *AUTHOR).out


def test_nobody_sends_alone(deliver: Madoguchi, platform: Platform) -> None:
    deliver("compose", news("everyone", urgent=True), *AUTHOR)
    assert "「下書き」なので、「開始」はできません" in one_sentence(deliver("start", 1, *AUTHOR))
    assert "自分では承認できません" in one_sentence(deliver("approve", 1, "--by", " 環境課の　担当"))
    assert "--by" in one_sentence(deliver("approve", 1))
    assert "「下書き」なので、「開始」はできません" in one_sentence(deliver("start", 1, *AUTHOR))
    serve(platform)
    assert told(platform) == []


def test_a_trial_goes_to_its_tester_only(deliver: Madoguchi, platform: Platform) -> None:
    deliver("compose", news(), *AUTHOR)
    assert "tester 広報の電話" in one_sentence(deliver("try", 1, "--tester", "広報の電話", *AUTHOR))
    code = deliver("tester", "広報の電話").out.split()[-1]
    serve(platform, platform.text("U3", code))
    assert "試し送りの受け取り手: 広報の電話" in deliver("tester").out
    platform.said.clear()
    assert deliver("try", 1, "--tester", "広報の電話", *AUTHOR).status == 0
    assert told(platform) == ["U3"]
    assert "試し送り  環境課の担当 広報の電話" in deliver("show", 1).out
    deliver("tester", "広報の電話", "--remove")
    assert "受け取り手: —" in deliver("tester").out
    assert "受け取り手はいない" in one_sentence(deliver("tester", "--remove"))


def test_reach_and_quota_are_seen_before_anything_is_sent(deliver: Madoguchi, platform: Platform) -> None:
    deliver("compose", news(), *AUTHOR)
    assert "上限なし（今月の使用 0通）" in deliver("reach", 1).out
    platform.quota, platform.used_up = 200, 50
    assert "上限 200通の1.0%を使います（使用 50通、ほかの予約 0通、残り 150通）" in deliver("reach", 1).out
    platform.used_up = 199
    assert "1通足りない" in deliver("reach", 1).out
    deliver("approve", 1, *APPROVER)
    assert "残りは1通で、届け先は2人" in one_sentence(deliver("start", 1, *AUTHOR))
    platform.faults = lambda _: Fault.ERROR_BEFORE
    assert "LINE に問い合わせできませんでした（500" in one_sentence(deliver("reach", 1))


def test_it_can_be_stopped_resumed_and_given_up(deliver: Madoguchi, platform: Platform) -> None:
    approved(deliver, "registered", urgent=True)
    platform.quota = 2
    deliver("start", 1, *AUTHOR)
    serve(platform)
    shown = deliver("show", 1).out
    assert "停止中" in shown
    assert "今月の配信数の上限に達しました" in shown
    assert "まだの方 3人" in shown
    platform.quota = 200
    assert "まだの方 3人" in deliver("resume", 1, *APPROVER).out
    assert "送信済み 0人、まだの方 3人" in deliver("stop", 1, *APPROVER).out
    serve(platform)
    assert told(platform) == []
    deliver("resume", 1, *APPROVER)
    serve(platform)
    assert told(platform) == ["U1", "U2", "U3"]
    assert "「終了」なので" in one_sentence(deliver("discard", 1, *AUTHOR))
    deliver("compose", news(), *AUTHOR)
    assert "取りやめました" in deliver("discard", 2, *AUTHOR).out
    assert re.findall(r"^ +(\d)  (\S+)", deliver("list").out, re.MULTILINE) == [("2", "取りやめ"), ("1", "終了")]


def test_a_time_is_japans(deliver: Madoguchi, platform: Platform) -> None:
    approved(deliver)
    assert "2099-12-01 09:00 に始まります" in deliver("start", 1, *AUTHOR, "--at", "２０９９/12/01　09:00").out
    serve(platform)
    assert told(platform) == []
    assert re.search(r"予約・送信中  2099-12-01 09:00  年末のごみ", deliver("list").out)


@pytest.mark.parametrize(
    ("at", "sentence"), [("", "「」が読めません"), ("明日の朝", "明日の朝"), ("2026-01-01 09:00", "過ぎています")]
)
def test_a_time_that_is_not_understood_does_not_mean_now(deliver: Madoguchi, at: str, sentence: str) -> None:
    approved(deliver)
    assert sentence in one_sentence(deliver("start", 1, *AUTHOR, "--at", at))
    assert "承認済み" in deliver("list").out


def test_every_mistake_in_a_file_is_a_sentence(deliver: Madoguchi) -> None:
    news("{area: [west], age: [old]}").write_text(Path("news.yaml").read_text("utf-8").replace("open: ", "openn: "), "utf-8")
    ended = deliver("compose", "news.yaml", *AUTHOR)
    assert (ended.status, ended.out, len(ended.err.splitlines())) == (2, "", 4)
    assert "配信はまだありません" in deliver("list").out


def test_what_stands_in_the_way_is_one_sentence(deliver: Madoguchi, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "nowhere.yaml" in one_sentence(deliver("compose", "nowhere.yaml", *AUTHOR))
    assert "配信 7 はありません" in one_sentence(deliver("show", 7))
    assert "--by" in one_sentence(deliver("compose", news()))
    monkeypatch.setenv("MADOGUCHI_LINE_ACCOUNTS", json.dumps({"minami": ACCOUNTS[MIHON]}))
    assert "「minami」" in one_sentence(deliver("list"))
    monkeypatch.setenv("MADOGUCHI_LINE_ACCOUNTS", "{}")
    assert "LINE公式アカウントの設定がありません" in one_sentence(deliver("list"))


def test_the_samples_fit_together_and_the_sample_city(deliver: Madoguchi, madoguchi: Madoguchi) -> None:
    for name in ("segments", "deliver"):
        Path(f"{name}.yaml").write_text(madoguchi("line", name, "sample").out, encoding="utf-8")
    madoguchi("line", "segments", "apply", "segments.yaml", "--delete-answers")
    assert deliver("compose", "deliver.yaml", *AUTHOR).status == 0
    shown = deliver("show", 1).out
    named = set(re.findall(r"項目 (\S+) の答え", shown))
    assert named
    assert named <= {entry.id for sheet in sheets(SEED).values() for entry in sheet.good}
