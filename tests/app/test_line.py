"""LINE as part of the whole service: from a signed webhook to an approved text on the resident's telephone."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any

import pytest
import structlog
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.cli import main
from app.clock import system_clock
from app.main import create_app
from app.records.tables import ConversationRow, FeedbackRow, QuestionRow
from app.settings import LineAccount, Settings
from app.wiring import Service
from channels.line.check import BAD_ENDINGS, BAD_OUTCOMES
from channels.line.postback import More, Rate, encode
from channels.line.worker import Worker
from knowledge.sentences import say
from tests.app.small_city import KITA
from tests.channels.line.line_platform import Fault, Json, Platform
from tests.channels.line.server import serving

HANAKO = "U" + "1" * 32
ACCOUNTS = {KITA: {"token": "token", "secret": "s" * 32, "bot_name": "きた市 自動応答"}}


@pytest.fixture
def platform() -> Iterator[Platform]:
    yield Platform(system_clock, endpoint=f"https://chat.city.example.jp/line/{KITA}")
    structlog.reset_defaults()


@pytest.fixture
def base(platform: Platform) -> Iterator[str]:
    with serving(platform) as address:
        yield address


@pytest.fixture
def running(own_city: Service, base: str) -> Service:
    """The small city with an account; the time is the real one, as reply tokens know it."""
    accounts = {site: LineAccount.model_validate(each) for site, each in ACCOUNTS.items()}
    return Service(own_city.settings.model_copy(update={"line_accounts": accounts, "line_api_base": base}))


@pytest.fixture
def client(running: Service) -> Iterator[TestClient]:
    with TestClient(create_app(running), headers={"accept-language": "ja"}) as opened:
        yield opened


def deliver(client: TestClient, platform: Platform, *events: Json) -> None:
    body, headers = platform.deliver(events)
    assert client.post(f"/line/{KITA}", content=body, headers=headers).status_code == 200


def until(sign: Callable[[], object]) -> None:
    """Wait for what other threads do."""
    end = monotonic() + 20
    while not sign():
        assert monotonic() < end, "it never happened"


def test_it_is_ready_while_the_inbox_is_worked_off(running: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    with TestClient(create_app(running)) as opened:
        ready = opened.get("/readyz")
        assert (ready.status_code, ready.json()["checks"]["line"]) == (200, "ok")
        monkeypatch.setattr(Worker, "is_alive", False)
        ready = opened.get("/readyz")
        assert (ready.status_code, ready.json()["checks"]["line"]) == (503, "stopped")


def test_a_resident_gets_an_approved_text(client: TestClient, platform: Platform, running: Service) -> None:
    event = platform.text(HANAKO, "住民票がほしい。電話は090-1234-5678です")
    deliver(client, platform, event)
    until(lambda: platform.said)
    (said,) = platform.said
    assert (said.to, said.event) == (HANAKO, event["webhookEventId"])
    assert "手数料：1通300円" in said.text
    assert "市民課" in said.text
    assert said.messages[-1]["sender"]["name"] == "きた市 自動応答"
    with running.sessions() as session:
        (question,) = session.scalars(select(QuestionRow))
    assert (question.channel, question.reference, question.outcome) == ("line", event["message"]["id"], "answered_entry")
    assert question.text == "住民票がほしい。電話は【電話番号】です"


def test_a_number_nobody_may_keep_is_refused_and_kept_nowhere(client: TestClient, platform: Platform, running: Service) -> None:
    deliver(client, platform, platform.text(HANAKO, "マイナンバーは123456789018です"))
    until(lambda: platform.said)
    assert "書かないでください" in platform.said[0].text
    files = [path for path in running.settings.data_dir.iterdir() if path.is_file()]
    assert files
    assert not [path for path in files if b"123456789018" in path.read_bytes()]


def test_feedback_from_line_is_kept(client: TestClient, platform: Platform, running: Service) -> None:
    deliver(client, platform, platform.text(HANAKO, "住民票がほしい"))
    until(lambda: platform.said)
    with running.sessions() as session:
        record = session.scalars(select(QuestionRow.id)).one()
    deliver(client, platform, platform.event("postback", HANAKO, postback={"data": encode(Rate(record, True))}))
    until(lambda: len(platform.said) == 2)
    with running.sessions() as session:
        assert session.scalars(select(FeedbackRow.helpful)).all() == [True]


def test_the_rest_of_an_answer_is_looked_up_without_being_a_question(
    client: TestClient, platform: Platform, running: Service
) -> None:
    for entry in ("juminhyo", "ended", "nothing"):
        data = encode(More(entry, 0, "0" * 8))
        deliver(client, platform, platform.event("postback", HANAKO, postback={"data": data}))
    until(lambda: len(platform.said) == 3)
    assert ["手数料" in each.text for each in platform.said] == [True, False, False]
    with running.sessions() as session:
        assert session.scalars(select(QuestionRow)).all() == []


def test_a_message_taken_back_leaves_the_records(client: TestClient, platform: Platform, running: Service) -> None:
    event = platform.text(HANAKO, "住民票がほしい")
    deliver(client, platform, event)
    until(lambda: platform.said)
    deliver(client, platform, platform.unsend(event))

    def kept() -> list[str]:
        with running.sessions() as session:
            return [*session.scalars(select(QuestionRow.text)), *filter(None, session.scalars(select(ConversationRow.text)))]

    until(lambda: not kept())


def test_without_accounts_there_is_no_webhook(own_city: Service) -> None:
    with TestClient(create_app(own_city)) as client:
        assert client.post(f"/line/{KITA}", content=b"{}").status_code == 404


def test_the_sdk_is_not_loaded_where_nobody_uses_it(own_city: Service) -> None:
    """It costs more than a second and 60 MB."""
    lines = "import sys; import app.cli, app.main; assert not [name for name in sys.modules if name.startswith('linebot')]"
    subprocess.run([sys.executable, "-c", lines], check=True)
    assert own_city.settings.line_accounts == {}


def check(
    arguments: tuple[str, ...], settings: Settings, base: str, patch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str, str]:
    patch.setenv("MADOGUCHI_DATA_DIR", str(settings.data_dir))
    patch.setenv("MADOGUCHI_LINE_API_BASE", base)
    patch.setattr(sys, "argv", ["madoguchi", "line", "check", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr()
    return int(ended.value.code or 0), told.out, told.err


def test_staff_are_told_what_line_says_and_what_to_click(
    running: Service,
    base: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    secrets = running.settings.data_dir / "line.json"
    secrets.write_text(json.dumps(ACCOUNTS), encoding="utf-8")
    monkeypatch.setenv("MADOGUCHI_LINE_ACCOUNTS_FILE", str(secrets))
    status, out, _ = check((), running.settings, base, monkeypatch, capsys)
    assert status == 0
    assert "「みほん市」（@mihon）に接続できました" in out
    assert "「応答メッセージ」をオフ" in out
    assert f"（このサービスのホスト名）/line/{KITA}" in out
    assert "×" not in out
    assert ACCOUNTS[KITA]["secret"] not in out


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ({"bad_token": True}, "チャネルアクセストークンを発行"),
        ({"endpoint": ""}, f"/line/{KITA} を登録"),
        ({"endpoint": "https://chat.city.example.jp/"}, f"/line/{KITA} に変えて"),
        ({"active": False}, "「Webhookの利用」をオン"),
        ({"reached": False}, "証明書"),
        ({"quota": 200, "used_up": 200}, "地方公共団体プラン"),
        ({"faults": lambda path: Fault.ERROR_BEFORE if "quota" in path else None}, "アクセストークンとネットワーク"),
    ],
)
def test_whatever_is_wrong_staff_are_told_what_to_do(
    running: Service,
    platform: Platform,
    base: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    wrong: dict[str, Any],
    hint: str,
) -> None:
    monkeypatch.setenv("MADOGUCHI_LINE_ACCOUNTS", json.dumps(ACCOUNTS))
    for name, value in wrong.items():
        setattr(platform, name, value)
    status, out, _ = check(("--site", KITA), running.settings, base, monkeypatch, capsys)
    assert status == 1
    assert "×" in out
    assert hint in out.partition("→")[2].partition("LINE の管理画面")[0]


def test_every_ending_staff_must_know_of_has_its_sentences() -> None:
    for bad in (*BAD_ENDINGS, *BAD_OUTCOMES):
        assert "3件" in say("app", f"line.{bad.value}", count=3)
        assert say("app", f"line_hints.{bad.value}", count=3)


def test_without_accounts_the_check_says_what_to_do(
    running: Service, base: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _, err = check((), running.settings, base, monkeypatch, capsys)
    assert status == 1
    assert "MADOGUCHI_LINE_ACCOUNTS に token と secret を入れてください" in err
