"""A city's own sheets of resident speech: they lead its questions, nobody else's, and are told about by the commands."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.commands import demo
from app.wiring import Service
from channels.message import Outcome, Question
from knowledge.own_speech import SpeechFolderMissing
from knowledge.sheet_errors import MixedEncodings
from tests.app.seed import SEED
from tests.app.shell import Madoguchi, one_sentence
from tests.app.small_city import ENTRIES, KITA, SITE, SetClock, ask, fill, service
from tests.quick_engine import FEW

FOREST = "呼び名,正式な名前\nほんのもり,図書館\n"
TOPIC = """分野,話題,質問,言い方1,正式な名前,住民の言葉
文化,本を読む,図書館の開館時間を教えてください。,ほんのもり 何時,図書館／開館時間,ほんのもり
"""


def write(text: str, name: str = "own.csv", folder: Path = Path("data/speech")) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def publish(running: Service, clock: SetClock, site: str = KITA) -> str:
    """The id of a snapshot built a second later, which a process that starts now would serve."""
    clock.now += timedelta(seconds=1)
    return running.publisher.publish(site).id


def asked(running: Service, clock: SetClock, text: str, site: str = KITA) -> Sequence[str]:
    """What a process that starts now would offer."""
    fresh = service(running.settings.data_dir, clock)
    answer = fresh.answerer.converse(Question(site, text, "test"))
    return [each.id for each in answer.entries] or [each.entry for each in answer.choices]


def test_a_nickname_leads_to_the_entry_from_the_next_build_on(own_city: Service, clock: SetClock) -> None:
    before = asked(own_city, clock, "ほんのもり")
    write(FOREST, "kita/own.csv", own_city.settings.data_dir / "speech")
    assert asked(own_city, clock, "ほんのもり") == before
    publish(own_city, clock)
    assert asked(own_city, clock, "ほんのもり")[0] == "toshokan"
    assert before[:1] != ["toshokan"]


def test_a_change_in_the_sheets_alone_makes_a_new_snapshot(own_city: Service, clock: SetClock) -> None:
    folder = own_city.settings.data_dir / "speech"
    speech = []
    for text in (FOREST, FOREST.replace("図書館", "市民課"), TOPIC):
        write(text, "own.csv", folder)
        snapshot = publish(own_city, clock)
        speech.append(own_city.engine.store.verify(KITA, snapshot).speech)
    assert len(set(speech)) == 3
    assert own_city.engine.builder(KITA).speech_digest == speech[-1]


def test_no_city_sees_the_rows_of_another(own_city: Service, clock: SetClock) -> None:
    fill(own_city, replace(SITE, id="minami"), ENTRIES)
    folder = own_city.settings.data_dir / "speech"
    write(FOREST, "kita/own.csv", folder)
    write(TOPIC, "kita/topics.csv", folder)
    for site in (KITA, "minami"):
        publish(own_city, clock, site)
    assert asked(own_city, clock, "ほんのもり")[0] == "toshokan"
    assert asked(own_city, clock, "ほんのもり", "minami")[:1] != ["toshokan"]
    assert [len(own_city.engine.speech(site).own) for site in (KITA, "minami")] == [1, 0]
    for file in (own_city.settings.snapshots / "minami").rglob("*.json"):
        assert "ほんのもり" not in file.read_text(encoding="utf-8")


def test_shared_sheets_are_seen_by_all(own_city: Service, clock: SetClock) -> None:
    fill(own_city, replace(SITE, id="minami"), ENTRIES)
    write(FOREST, "shared.csv", own_city.settings.data_dir / "speech")
    for site in (KITA, "minami"):
        publish(own_city, clock, site)
        assert asked(own_city, clock, "ほんのもり", site)[0] == "toshokan"


def test_sheets_that_go_round_in_circles_leave_the_ranking_as_it_was(own_city: Service, clock: SetClock) -> None:
    before = [asked(own_city, clock, text) for text in ("住民票がほしい", "図書館", "粗大ごみ")]
    rows = ("住民票,図書館", "図書館,住民票", "粗大ごみ,粗大ごみ", "ごみ,粗大ごみ")
    write("\n".join(["呼び名,正式な名前", *rows]), "kita/own.csv", own_city.settings.data_dir / "speech")
    publish(own_city, clock)
    assert [asked(own_city, clock, text) for text in ("住民票がほしい", "図書館", "粗大ごみ")] == before
    assert [problem.problem.row for problem in own_city.engine.speech(KITA).problems] == [4, 2, 3]


def test_the_folder_can_be_named(own_city: Service, tmp_path: Path) -> None:
    write(FOREST, "own.csv", tmp_path / "elsewhere")
    settings = own_city.settings.model_copy(update={"speech_dir": str(tmp_path / "elsewhere")})
    assert [each.lay for each in Service(settings).engine.speech(KITA).nicknames] == ["ほんのもり"]
    missing = Service(settings.model_copy(update={"speech_dir": str(tmp_path / "nowhere")}))
    with pytest.raises(SpeechFolderMissing, match="MADOGUCHI_SPEECH_DIR"):
        missing.engine.speech(KITA)


def test_a_damaged_sheet_stops_the_build_and_the_old_snapshot_serves_on(own_city: Service, clock: SetClock) -> None:
    before = own_city.engine.store.current(KITA)
    sheet = write("", "kita/own.csv", own_city.settings.data_dir / "speech")
    sheet.write_bytes(FOREST.encode() + "ゆめ,文化会館\n".encode("cp932"))
    with pytest.raises(MixedEncodings, match=r"「own\.csv」には、UTF-8の行とShift_JISの行が混ざっています（3行目"):
        publish(own_city, clock)
    assert own_city.engine.store.all(KITA) == [before]
    assert ask(own_city, "住民票がほしい").outcome is Outcome.ANSWERED_ENTRY


def test_build_tells_how_many_rows_are_the_citys_own(kita: Madoguchi) -> None:
    assert "住民の話し方" not in kita("build").out
    write(FOREST + "袋,指定ごみ袋\n", "kita/own.csv")
    write(TOPIC, "topics.csv")
    ended = kita("build")
    assert ended.status == 0
    told = ended.out.splitlines()[-1]
    assert told == "住民の話し方の表から、この市の話題 1 件と呼び名 1 件を使いました（問題 1 件）。"
    assert ended.err.splitlines()[-1].startswith("  「kita/own.csv」3行目：「袋」は短すぎる")
    as_json = kita("build", "--json").json()
    assert (as_json["own_topics"], as_json["nicknames"], len(as_json["speech_problems"])) == (1, 1, 1)


def test_a_damaged_sheet_is_one_sentence(kita: Madoguchi) -> None:
    write("これは表ではない\n", "kita/own.csv")
    for command in ("build", "speech", "coverage"):
        assert "ファイル「own.csv」に必要な列がありません。足りない列：正式な名前・住民の言葉" in one_sentence(kita(command))


def test_speech_shows_the_lexicon_with_own_rows_marked(kita: Madoguchi) -> None:
    write(FOREST)
    write(TOPIC, "kita/topics.csv")
    ended = kita("speech")
    lines = ended.out.splitlines()
    assert ended.status == 0
    assert lines[:2] == ["★ ほんのもり → 図書館", "★ ほんのもり → 図書館／開館時間（本を読む）"]
    assert len(lines) == 2 + len(FEW) + 1
    assert {line[:1] for line in lines[2:-1]} == {"　"}
    assert lines[-1] == f"この市の話題 1 件、呼び名 1 件（★）、組み込みの話題 {len(FEW)} 件です。"


def test_speech_is_searched_by_a_word(kita: Madoguchi) -> None:
    write(FOREST)
    write(TOPIC, "kita/topics.csv")
    assert len(kita("speech", "ﾎﾝﾉﾓﾘ").out.splitlines()) == 1
    assert "★ ほんのもり → 図書館／開館時間（本を読む）" in kita("speech", "開館").out
    assert "ほんのもり" not in kita("speech", "妊婦").out
    topics = kita("speech", "何時", "--topics", "--own").out.splitlines()
    assert topics[:2] == ["★ 文化/本を読む: 図書館の開館時間を教えてください。", "　　　ほんのもり 何時"]
    assert len(kita("speech", "--own").out.splitlines()) == 3


def test_speech_as_json_has_everything_a_script_needs(kita: Madoguchi) -> None:
    write(FOREST)
    write(TOPIC, "kita/topics.csv")
    told = kita("speech", "--json").json()
    assert (told["site"], told["nicknames"], told["problems"]) == (KITA, [{"lay": "ほんのもり", "office": ["図書館"]}], [])
    assert [each["own"] for each in told["topics"]] == [True] + [False] * len(FEW)
    assert told["topics"][0] == {
        "own": True,
        "field": "文化",
        "topic": "本を読む",
        "question": "図書館の開館時間を教えてください。",
        "says": ["ほんのもり 何時"],
        "office": ["図書館", "開館時間"],
        "lay": ["ほんのもり"],
    }


def test_speech_checks_the_sheets_without_building(kita: Madoguchi) -> None:
    before = sorted(Path("data/snapshots").rglob("*"))
    write(FOREST + "ゆめ,ゆめ\n", "kita/own.csv")
    write(FOREST, "kitta/own.csv")
    ended = kita("speech", "--own")
    assert ended.status == 2
    assert ended.err.splitlines() == [
        "  「kita/own.csv」3行目：「ゆめ」は、住民の言葉と正式な名前が同じため、使いません。",
        "  フォルダー「kitta」に当たる自治体がないため、中の表を使いません。名前を自治体のID（kita）にしてください。",
    ]
    assert kita("speech", "--json").json()["problems"] == [line.strip() for line in ended.err.splitlines()]
    assert sorted(Path("data/snapshots").rglob("*")) == before


def test_of_many_problems_the_first_are_told(kita: Madoguchi) -> None:
    write("呼び名,正式な名前\n" + "".join(f"{number},\n" for number in range(10_000)))
    ended = kita("speech", "--own")
    assert (ended.status, len(ended.err.splitlines())) == (2, 21)
    assert "9980 件" in ended.err


def test_coverage_asks_for_the_citys_own_topics_too(kita: Madoguchi) -> None:
    write(TOPIC)
    topics = json.loads(kita("coverage", "--json").out)
    assert [each["topic"] for each in topics].count("本を読む") == 1


def test_the_demo_is_built_again_when_only_its_speech_has_changed(tmp_path: Path, clock: SetClock) -> None:
    small = tmp_path / "seed"
    (small / "entries").mkdir(parents=True)
    (small / "pages").mkdir()
    shutil.copy(SEED / "site.json", small)
    shutil.copy(SEED / "entries" / "culture.jsonl", small / "entries")
    shutil.copy(SEED / "pages" / "registry" / "juminhyo.html", small / "pages")
    (small / "waste.csv").write_text("item,kana,category,note\nアイロン,あいろん,燃やせないごみ,\n", encoding="utf-8")
    running = service(tmp_path / "data", clock)
    built = []
    for text in ("", FOREST, FOREST):
        if text:
            write(text, "mihon/own.csv", tmp_path / "data" / "speech")
        clock.now += timedelta(seconds=1)
        demo.load(running, small)
        built.append(running.engine.store.current("mihon"))
    assert built[0] != built[1] == built[2]
