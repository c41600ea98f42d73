"""`madoguchi line richmenu`, run as from a shell, against an account that keeps what it is given."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from PIL import Image

from app.cli import main
from app.commands.demo import sheets
from channels.errors import FontMissing
from channels.line.postback import Choose, decode
from channels.line.richmenu.fonts import find_font
from channels.line.richmenu.read import read_menu
from tests.app.seed import SEED
from tests.channels.line.richmenu_account import Account
from tests.channels.line.richmenu_server import TOKEN, serving

Ended = tuple[int, str, str]
Madoguchi = Callable[..., Ended]

MENU = """
bar: メニュー
width: 1200
height: 810
tabs:
  - {key: faq, label: 質問, areas: [{label: 住民票, icon: document, ask: 住民票}]}
  - {key: waste, label: ごみ, areas: [{label: 収集日, icon: calendar, ask: ごみの日}]}
"""


@pytest.fixture(autouse=True)
def _font() -> None:
    try:
        find_font("")
    except FontMissing:
        pytest.skip("Noto Sans CJK is not installed")


@pytest.fixture
def account() -> Account:
    return Account()


@pytest.fixture
def madoguchi(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Madoguchi]:
    """Runs a command for an installation with one account, in a folder with a menu."""
    monkeypatch.chdir(tmp_path)
    Path("menu.yaml").write_text(MENU, encoding="utf-8")

    def run(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["madoguchi", "line", "richmenu", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    with serving(account) as base:
        monkeypatch.setenv("MADOGUCHI_LINE_API_BASE", base)
        monkeypatch.setenv("MADOGUCHI_LINE_ACCOUNTS", json.dumps({"mihon": {"token": TOKEN, "secret": "s" * 32}}))
        yield run
    structlog.reset_defaults()


def test_a_menu_is_put_in_place_and_stays(madoguchi: Madoguchi, account: Account) -> None:
    status, out, err = madoguchi("apply", "menu.yaml")
    assert (status, err) == (0, "")
    assert "作成 2、そのまま 0、削除 0" in out
    assert account.default == account.leads["madoguchi-faq"]
    assert "作成 0、そのまま 2、削除 0" in madoguchi("apply", "menu.yaml", "--site", "mihon")[1]


def test_a_changed_menu_takes_its_place(madoguchi: Madoguchi, account: Account) -> None:
    madoguchi("apply", "menu.yaml")
    Path("menu.yaml").write_text(MENU.replace("収集日", "粗大ごみ"), encoding="utf-8")
    assert "作成 1、そのまま 1、削除 1" in madoguchi("apply", "menu.yaml")[1]
    assert len(account.names) == 2


def test_pictures_can_be_looked_at_without_line(madoguchi: Madoguchi, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MADOGUCHI_LINE_ACCOUNTS")
    status, out, _ = madoguchi("apply", "menu.yaml", "--dry-run", "--out", "pictures")
    assert status == 0
    assert "faq.png" in out
    with Image.open("pictures/waste.png") as picture:
        assert picture.size == (1200, 810)
    assert account.names == {}


def test_every_mistake_is_a_sentence(madoguchi: Madoguchi, account: Account) -> None:
    Path("menu.yaml").write_text(
        MENU.replace("メニュー", "とても長いメニューという文字").replace("ask: ごみの日", "cat: 1"), encoding="utf-8"
    )
    status, _, err = madoguchi("apply", "menu.yaml")
    assert (status, len(err.splitlines())) == (2, 2)
    Path("menu.yaml").write_text(MENU.replace("住民票,", "住民票🗑,"), encoding="utf-8")
    assert madoguchi("apply", "menu.yaml")[::2] == (
        2,
        "タブ「質問」の1番目: 「🗑」はフォントにないため描けません。別の文字にしてください。\n",
    )
    assert account.names == {}


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("MADOGUCHI_LINE_ACCOUNTS", "{}", "LINE公式アカウントの設定がありません"),
        ("MADOGUCHI_LINE_ACCOUNTS", '{"a": {"token": "t", "secret": "s"}, "b": {"token": "t", "secret": "s"}}', "自治体が複数"),
        ("MADOGUCHI_LINE_ACCOUNTS", '{"mihon": {"token": "wrong", "secret": "s"}}', "401 Authentication failed"),
        ("MADOGUCHI_LINE_API_BASE", "http://127.0.0.1:9", "リッチメニューの入れ替えが途中で止まりました"),
        ("MADOGUCHI_FONT", "nowhere.ttf", "fonts-noto-cjk"),
    ],
)
def test_what_stands_in_the_way_is_one_sentence(
    madoguchi: Madoguchi, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(variable, value)
    status, _, err = madoguchi("apply", "menu.yaml")
    assert status == 1
    assert sentence in err
    assert len(err.splitlines()) == 1


def test_a_missing_file_is_one_sentence(madoguchi: Madoguchi) -> None:
    status, _, err = madoguchi("apply", "nowhere.yaml")
    assert (status, len(err.splitlines())) == (1, 1)


def test_the_sample_can_be_begun_with(madoguchi: Madoguchi) -> None:
    _, out, _ = madoguchi("sample")
    Path("menu.yaml").write_text(out, encoding="utf-8")
    status, _, err = madoguchi("apply", "menu.yaml", "--dry-run")
    assert (status, err) == (0, "")


def test_the_service_carries_nothing_that_only_menus_need() -> None:
    code = "import sys, app.cli; print(sorted({'PIL.ImageDraw', 'yaml', 'linebot'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "[]\n"


def test_the_sample_gives_entries_of_the_sample_city() -> None:
    known = {entry.id for sheet in sheets(SEED).values() for entry in sheet.good}
    menu, _ = read_menu(Path(str(SEED.parents[1] / "channels" / "line" / "richmenu" / "sample.yaml")))
    assert menu is not None
    chosen = [decode(area.action["data"]) for tab in menu.tabs for area in tab.areas if area.action["type"] == "postback"]
    named = {each.entry for each in chosen if isinstance(each, Choose)}
    assert len(named) > 15
    assert named <= known
