"""The commands of `madoguchi`, run as from a shell."""

import csv
import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from openpyxl import load_workbook

from app import cli
from app.cli import COMMANDS
from app.commands import demo
from app.commands.import_ import with_divisions
from app.commands.serve import refuse_taken_port
from app.errors import PortTaken
from app.wiring import Service
from knowledge.entry import Division, Entry, Kind, Site
from knowledge.sentences import say
from knowledge.store import live_entries
from tests.app.seed import SEED
from tests.app.shell import Madoguchi, one_sentence
from tests.app.small_city import ENTRIES, KITA, service

Row = dict[str, object]
FAQ: list[Row] = [
    {"id": "juminhyo", "question": "住民票の取り方", "answer": "市民課へ。", "division": "市民課", "wordings": ["住民票"]},
    {"id": "gomi", "question": "粗大ごみの出し方", "answer": "電話で。"},
]
SITE_JSON = {"id": "nishi", "name": "にし市", "divisions": [{"id": "citizens", "name": "市民課"}]}
PAGE = "<html><body><main><h1>住民票</h1><p>市民課で取れます。</p><h2>手数料</h2><p>300円です。</p></main></body></html>"


@pytest.fixture
def nishi(madoguchi: Madoguchi) -> Madoguchi:
    """The same, with an empty city."""
    Path("site.json").write_text(json.dumps(SITE_JSON), encoding="utf-8")
    assert madoguchi("site", "site.json").status == 0
    return madoguchi


def jsonl(name: str, rows: Iterable[Row]) -> Path:
    path = Path(name)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def stored(kind: Kind = Kind.FAQ, site: str = "nishi") -> list[str]:
    with service(Path("data")).sessions() as session:
        return [each.entry.id for each in live_entries(session, site, kind)]


def test_help_names_every_command(madoguchi: Madoguchi) -> None:
    ended = madoguchi("--help")
    assert ended.status == 0
    for name in [command.NAME for command in COMMANDS] + ["eval"]:
        assert name in ended.out
    for command in COMMANDS:
        assert say("app", f"help.{command.NAME}")[:20] in ended.out


def test_every_command_has_help(madoguchi: Madoguchi) -> None:
    for command in COMMANDS:
        ended = madoguchi(command.NAME, "--help")
        assert ended.status == 0
        assert say("app", f"help.{command.NAME}")[:20] in ended.out


def test_packages_above_the_service_bring_their_own_commands() -> None:
    assert [each.name for each in entry_points(group="madoguchi.commands")] == [
        "bench",
        "eval",
        "nightly",
        "report",
    ]


def test_the_installed_command_runs() -> None:
    command = Path(sys.executable).with_name("madoguchi")
    ended = subprocess.run([command, "import", "--help"], capture_output=True, text=True, check=True)
    assert "--draft" in ended.stdout


def test_a_site_is_added_and_brought_up_to_date(nishi: Madoguchi) -> None:
    Path("site.json").write_text(json.dumps({**SITE_JSON, "name": "新にし市"}), encoding="utf-8")
    ended = nishi("site", "site.json")
    assert (ended.status, ended.out) == (0, "新にし市（nishi）を登録しました。担当課は1課です。\n")


def test_entries_are_imported_and_brought_up_to_date(nishi: Madoguchi) -> None:
    path = jsonl("faq.jsonl", FAQ)
    first = nishi("import", path, "--json")
    assert first.status == 0
    assert first.json() == {
        "site": "nishi",
        "kind": "faq",
        "added": 2,
        "updated": 0,
        "unchanged": 0,
        "retired": 0,
        "restored": 0,
        "kept": 0,
        "superseded": 0,
        "problems": [],
    }
    jsonl("faq.jsonl", [FAQ[0] | {"answer": "窓口へ。"}])
    assert nishi("import", path).out.startswith("faq.jsonl: 追加 0、更新 1、変更なし 0、終了 1、")
    assert stored() == ["juminhyo"]


def test_drafts_wait_for_an_approval(nishi: Madoguchi) -> None:
    assert nishi("import", jsonl("faq.jsonl", FAQ), "--draft", "--json").json()["added"] == 2
    assert stored() == []


def test_waste_and_pages_are_imported_too(nishi: Madoguchi) -> None:
    Path("waste.csv").write_text("品目,よみ,分別,備考\nアイロン,あいろん,燃やせないごみ,\n", encoding="cp932")
    assert nishi("import", "waste.csv", "--kind", "waste").status == 0
    Path("pages").mkdir()
    Path("pages/juminhyo.html").write_text(PAGE, encoding="utf-8")
    assert nishi("import", "pages", "--kind", "page", "--base-url", "https://www.city.example.jp/").status == 0
    assert len(stored(Kind.WASTE)) == 1
    assert len(stored(Kind.PAGE)) >= 1


def test_problems_are_told_and_the_good_rows_taken(nishi: Madoguchi) -> None:
    bad: list[Row] = [{"question": "答えがない"}, {"question": "課がない", "answer": "あ", "division": "宇宙課"}]
    ended = nishi("import", jsonl("faq.jsonl", [*FAQ, *bad]))
    assert ended.status == 2
    assert "追加 2" in ended.out
    assert "取り込めなかった行 2" in ended.out
    assert ended.err.splitlines()[0] == "  3行目：「回答」がありません。必ず書いてください。"
    assert "宇宙課" in ended.err
    as_json = nishi("import", "faq.jsonl", "--json")
    assert as_json.status == 2
    assert as_json.json()["problems"] == [line.strip() for line in ended.err.splitlines()]


def test_of_many_problems_the_first_are_told(nishi: Madoguchi) -> None:
    bad: list[Row] = [{"question": f"問い{number}"} for number in range(25)]
    ended = nishi("import", jsonl("faq.jsonl", [*FAQ, *bad]))
    assert len(ended.err.splitlines()) == 21
    assert "5 件" in ended.err.splitlines()[-1]
    assert len(ended.out.splitlines()) == 1


@pytest.mark.parametrize("name", ["out.jsonl", "out.csv", "out.xlsx", "out.tsv"])
def test_what_is_exported_can_be_imported_again(kita: Madoguchi, name: str) -> None:
    ended = kita("export", name)
    assert (ended.status, ended.out) == (0, f"{len(ENTRIES)}件を {name} に書き出しました。\n")
    again = kita("import", name, "--json").json()
    assert (again["unchanged"], again["added"], again["updated"], again["retired"]) == (len(ENTRIES), 0, 0, 0)


def test_waste_is_exported_as_a_waste_sheet(nishi: Madoguchi) -> None:
    Path("waste.csv").write_text("品目,よみ,分別,備考\nアイロン,あいろん,燃やせないごみ,\n", encoding="utf-8")
    nishi("import", "waste.csv", "--kind", "waste")
    assert nishi("export", "again.csv", "--kind", "waste").status == 0
    (row,) = csv.DictReader(Path("again.csv").read_text(encoding="utf-8-sig").splitlines())
    assert row["品目"] == "アイロン"
    assert nishi("export", "again.xlsx", "--kind", "waste").status == 0
    assert load_workbook("again.xlsx").active is not None
    assert nishi("import", "again.csv", "--kind", "waste", "--json").json()["unchanged"] == 1


def test_build_makes_a_snapshot_and_puts_it_into_use(nishi: Madoguchi) -> None:
    nishi("import", jsonl("faq.jsonl", FAQ))
    built = nishi("build", "--json").json()
    assert (built["site"], built["entries"]) == ("nishi", 2)
    assert Path("data/snapshots/nishi/current").read_text(encoding="utf-8") == built["snapshot"]
    assert built["changed_since"] == 0
    assert nishi("build", "--json").json()["fitted_at"] == built["fitted_at"]
    assert nishi("build", "--anew", "--json").json()["fitted_at"] > built["fitted_at"]
    told = nishi("build")
    assert told.out.startswith("nishi の索引 ")
    assert "2件" in told.out


def test_ask_prints_the_answer_a_resident_gets(kita: Madoguchi) -> None:
    ended = kita("ask", "住民票がほしい")
    assert ended.status == 0
    assert ended.out.splitlines()[0] == "[answered_entry] お答えします。"
    assert "■ 住民票の写しはどこで取れますか" in ended.out
    assert "担当: 市民課  出典: https://www.city.example.jp/juminhyo.html  最終確認日: 2026-10-05" in ended.out
    assert "乾電池はどう捨てればよいですか" in kita("ask", "電池を捨てたい").out
    assert "連絡先: きた市 0999-00-1000（月・火・水・木・金 8:30〜17:15）" in kita("ask", "asdfgh").out


def test_ask_takes_language_and_conversation(kita: Madoguchi) -> None:
    first = kita("ask", "住民票がほしい", "--json", "--language", "en").json()
    assert first["language"] == "en"
    (card,) = first["entries"]
    assert (card["language"], card["confirmed_on"]) == ("en", "2026-10-05")
    follow_up = kita("ask", "料金は？", "--json", "--conversation", first["conversation"]).json()
    assert follow_up["conversation"] == first["conversation"]
    assert follow_up["outcome"] == "answered_entry"


def test_search_shows_the_rejected_too(kita: Madoguchi) -> None:
    found = kita("search", "電池を捨てたい", "--limit", "5", "--json").json()
    assert found["words"] == ["電池", "捨てる"]
    assert found["hits"][0].items() >= {"entry_id": "denchi", "accepted": True}.items()
    assert set(found["hits"][0]) >= {"entry_id", "question", "accepted", "score", "dense", "lexical"}
    rejected = kita("search", "火星に行きたい", "--limit", "5", "--json").json()
    assert [hit["accepted"] for hit in rejected["hits"]] == [False] * 5
    for text, mark in (("電池を捨てたい", "○"), ("火星に行きたい", "×")):
        told = kita("search", text, "--limit", "5").out.splitlines()
        assert told[0].startswith("調べた単語: ")
        assert len(told) == 7
        assert mark in told[1]
        assert told[-1].startswith("正しい見込み: 1件目 ")


def test_with_several_sites_one_must_be_named(kita: Madoguchi) -> None:
    Path("site.json").write_text(json.dumps(SITE_JSON), encoding="utf-8")
    kita("site", "site.json")
    ended = kita("ask", "住民票がほしい")
    assert (ended.status, ended.err) == (1, "自治体が複数あります。--site で選んでください（kita、nishi）。\n")
    assert kita("ask", "住民票がほしい", "--site", KITA).status == 0


def test_without_a_site_it_says_how_to_add_one(madoguchi: Madoguchi) -> None:
    for command in (["ask", "住民票"], ["search", "住民票"], ["build"], ["import", "x.jsonl"], ["export", "x.jsonl"]):
        assert "madoguchi site" in one_sentence(madoguchi(*command))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["site", "gone.json"], "ファイル「gone.json」を開けません"),
        (["import", "gone.jsonl"], "ファイル「gone.jsonl」を開けません"),
        (["import", "gone", "--kind", "page"], "gone"),
        (["import", "faq.doc"], "faq.doc"),
        (["import", "empty.jsonl"], "empty.jsonl"),
        (["export", "out.pdf"], "out.pdf"),
        (["export", "no/such/folder/out.jsonl"], "no/such/folder"),
        (["export", "file/out.csv"], "file/out.csv"),
        (["export", "folder.csv"], "folder.csv"),
        (["ask", "住民票", "--site", "nowhere"], "自治体「nowhere」は登録されていません"),
        (["build", "--site", "nowhere"], "自治体「nowhere」は登録されていません"),
        (["build"], "公開中の項目がない"),
        (["search", "住民票"], "索引がまだありません"),
    ],
)
def test_a_known_error_is_one_sentence(nishi: Madoguchi, arguments: list[str], sentence: str) -> None:
    for name in ("empty.jsonl", "file"):
        Path(name).touch()
    Path("wrong.jsonl").write_text("これはJSONではない\n", encoding="utf-8")
    Path("faq.doc").write_bytes(b"\xd0\xcf\x11\xe0")
    Path("folder.csv").mkdir()
    assert sentence in one_sentence(nishi(*arguments))


def test_a_file_without_a_usable_row_is_refused_with_the_reasons(nishi: Madoguchi) -> None:
    Path("wrong.jsonl").write_text("これはJSONではない\n", encoding="utf-8")
    ended = nishi("import", "wrong.jsonl")
    assert ended.status == 1
    assert "1行目" in ended.err
    assert "取り込める行が一つもなかった" in ended.err
    assert "Traceback" not in ended.err


def test_a_repeated_waste_row_does_not_keep_vanished_items(kita: Madoguchi) -> None:
    Path("waste.csv").write_text("item,category\n傘,燃えないごみ\n鏡,燃えないごみ\n", encoding="utf-8")
    assert kita("import", "waste.csv", "--kind", "waste").status == 0
    Path("waste.csv").write_text("item,category\n傘,燃えないごみ\n傘,燃えないごみ\n", encoding="utf-8")
    assert kita("import", "waste.csv", "--kind", "waste", "--json").json()["retired"] == 1


def test_a_damaged_snapshot_is_one_sentence(kita: Madoguchi) -> None:
    (path,) = Path("data/snapshots/kita").glob("*/entries.jsonl")
    path.write_text("{}", encoding="utf-8")
    assert "entries.jsonl が壊れている" in one_sentence(kita("search", "住民票"))
    asked = kita("ask", "住民票", "--json")
    assert (asked.status, asked.json()["outcome"]) == (0, "error_not_ready")


def test_a_folder_that_takes_no_data_is_one_sentence(madoguchi: Madoguchi, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("file").touch()
    monkeypatch.setenv("MADOGUCHI_DATA_DIR", "file/data")
    assert "書き込めません" in one_sentence(madoguchi("build"))
    monkeypatch.setenv("MADOGUCHI_DATA_DIR", "/proc/1/data")
    assert "書き込めません" in one_sentence(madoguchi("build"))


def test_a_folder_that_takes_no_snapshot_is_one_sentence(kita: Madoguchi) -> None:
    shutil.rmtree("data/snapshots")
    Path("data/snapshots").touch()
    assert "索引を kita に書き込めませんでした" in one_sentence(kita("build"))


def test_a_database_that_is_none_is_one_sentence(madoguchi: Madoguchi, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("data").mkdir()
    Path("data/madoguchi.db").write_bytes(b"not a database at all" * 100)
    assert "madoguchi.db" in one_sentence(madoguchi("build"))
    monkeypatch.setenv("MADOGUCHI_DATABASE_URL", "mysql://localhost/x")
    assert "mysql" in one_sentence(madoguchi("build"))


def test_a_database_that_refuses_in_the_middle_is_one_sentence(kita: Madoguchi) -> None:
    engine = service(Path("data")).sessions.kw["bind"]
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TRIGGER full BEFORE UPDATE ON sites BEGIN SELECT RAISE(ABORT, 'no room'); END")
    assert "no room" in one_sentence(kita("import", jsonl("faq.jsonl", FAQ)))


@pytest.mark.parametrize(("name", "value"), [("PORT", "many"), ("EMBED_ORIGINS", "www.city.example.jp")])
def test_a_wrong_setting_is_one_sentence(madoguchi: Madoguchi, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"MADOGUCHI_{name}", value)
    assert f"設定 MADOGUCHI_{name} の値「{value}」は使えません" in one_sentence(madoguchi("build"))


def test_a_model_that_is_not_there_is_one_sentence(kita: Madoguchi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    monkeypatch.setenv("MADOGUCHI_EMBEDDING_MODEL", "/no/such/model")
    monkeypatch.setenv("MADOGUCHI_PORT", "0")
    for command in (["search", "住民票"], ["build"], ["serve"]):
        assert "埋め込みモデル「/no/such/model」を使えません" in one_sentence(kita(*command))


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_taken_port_is_one_sentence(madoguchi: Madoguchi, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        monkeypatch.setenv("MADOGUCHI_PORT", str(port))
        assert one_sentence(madoguchi(command)).startswith(f"ポート {port} はほかのプログラムが使っています")
    refuse_taken_port("127.0.0.1", port)


def test_a_port_is_only_taken_on_its_own_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(PortTaken):
        refuse_taken_port("127.0.0.1", other.getsockname()[1])
    with pytest.raises(OSError, match="assign"):
        refuse_taken_port("192.0.2.1", 8000)


def test_a_wrong_command_line_is_told_by_its_usage(madoguchi: Madoguchi) -> None:
    ended = madoguchi("import")
    assert ended.status == 2
    assert "Usage" in ended.err
    assert madoguchi("no-such-command").status == 2


def test_a_programming_mistake_is_not_hidden(madoguchi: Madoguchi, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(cli, "application", lambda: broken)
    with pytest.raises(RuntimeError, match="boom"):
        madoguchi("build")


def test_the_demo_is_loaded_once_and_brought_up_to_date(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small = tmp_path / "seed"
    (small / "entries").mkdir(parents=True)
    (small / "pages").mkdir()
    shutil.copy(SEED / "site.json", small)
    shutil.copy(SEED / "entries" / "registry.jsonl", small / "entries")
    shutil.copy(SEED / "pages" / "registry" / "juminhyo.html", small / "pages")
    (small / "waste.csv").write_text("item,kana,category,note\nアイロン,あいろん,燃やせないごみ,\n", encoding="utf-8")
    running: Service = service(tmp_path / "data")
    assert demo.load(running, small).name == "みほん市"
    first = running.engine.store.all("mihon")
    assert "見本の faq を 18 件取り込みました（問題 0 件）。" in capsys.readouterr().out
    demo.load(running, small)
    assert running.engine.store.all("mihon") == first


def test_a_page_belongs_to_the_division_that_its_contact_block_names() -> None:
    site = Site("city", "市", divisions=(Division("tax", "税務課"), Division("citizens", "市民課")))
    page = Entry(
        "page-1", "転入届", "14日以内に届け出ます。", kind=Kind.PAGE, contact="市民課 電話 0999-00-1101（税務課ではありません）"
    )
    own = replace(page, id="page-2", division="tax")
    assert [entry.division for entry in with_divisions([page, own, replace(page, contact="代表")], site)] == [
        "citizens",
        "tax",
        "",
    ]
