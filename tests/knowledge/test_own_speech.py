"""A site's own sheets of resident speech: read beside the product's, with a sentence for every row that is not used."""

import csv
from collections.abc import Iterable
from pathlib import Path

import pytest
from openpyxl import Workbook

from knowledge import own_speech
from knowledge.own_speech import Speech, SpeechFolderMissing, speech_of
from knowledge.sheet_errors import MissingColumns, MixedEncodings, NotThisFormat, SheetEmpty, SheetTooLong
from knowledge.speech_sheet import MOST_ROWS, Nickname
from knowledge.topics import SPEECH, Topic, read_topics

STANDARD = (
    Topic("ごみ", "粗大ごみ", "粗大ごみの出し方を教えてください。", ("ソファ 捨てたい",), ("粗大ごみ",), ("大きいごみ",)),
    Topic("市税", "納付", "市税はどこで納められますか。", ("税金 払う",), ("納付場所",), ("払う所",)),
)
TOPIC = {"field": "交通", "topic": "つばさ号", "question": "コミュニティバスの時刻を教えてください。", "say_1": "つばさ号 何時"}
HALL = {"lay": "ゆめホール", "office": "みほん市文化会館"}


def sheet(path: Path, rows: Iterable[dict[str, str]], encoding: str = "utf-8") -> Path:
    """A CSV file with a column for every key."""
    rows = list(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding=encoding, newline="") as file:
        heading = list(dict.fromkeys([*(key for row in rows for key in row), "lay", "office"]))
        writer = csv.DictWriter(file, heading, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def read(folder: Path, site: str = "mihon") -> Speech:
    return speech_of(site, folder, STANDARD)


def sentences(speech: Speech) -> list[str]:
    return [problem.sentence for problem in speech.problems]


def called(speech: Speech) -> dict[str, tuple[str, ...]]:
    return {each.lay: each.office for each in speech.nicknames}


def test_a_row_with_a_question_is_a_topic_and_one_without_a_nickname(tmp_path: Path) -> None:
    sheet(tmp_path / "mihon" / "own.csv", [{**TOPIC, "office": "コミュニティバス／時刻表", "lay": "つばさ号"}, HALL])
    speech = read(tmp_path)
    own = Topic(
        "交通", "つばさ号", TOPIC["question"], ("つばさ号 何時",), ("コミュニティバス", "時刻表"), ("つばさ号",), own=True
    )
    assert speech == Speech((own, *STANDARD), (Nickname("ゆめホール", ("みほん市文化会館",)),), ())
    assert speech.own == (own,)


def test_every_sentence_of_an_own_topic_is_used(tmp_path: Path) -> None:
    sheet(tmp_path / "own.csv", [TOPIC])
    assert read(tmp_path).own[0].trained == ("つばさ号 何時",)


def test_two_columns_with_japanese_headings_are_a_sheet(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("呼び名,正式名称\nゆめホール,みほん市文化会館\n", encoding="cp932")
    (tmp_path / "b.tsv").write_text("住民の言葉\t役所の言葉\nぽかぽか\t子育て支援センター\n", encoding="utf-8-sig")
    book = Workbook()
    assert book.active is not None
    for row in (
        ["質問", "言い方1", "正式な名前", "住民の言葉"],
        ["バスの時刻は？", "つばさ号 何時", "コミュニティバス", "つばさ号"],
    ):
        book.active.append(row)
    book.save(tmp_path / "c.xlsx")
    speech = read(tmp_path)
    assert called(speech) == {"ゆめホール": ("みほん市文化会館",), "ぽかぽか": ("子育て支援センター",)}
    assert [(each.id, each.says) for each in speech.own] == [("この市の話題/バスの時刻は？", ("つばさ号 何時",))]
    assert speech.problems == ()


def test_several_words_of_a_cell_stand_between_slashes_or_on_lines(tmp_path: Path) -> None:
    sheet(tmp_path / "own.csv", [{"lay": "ゆめ／ ゆめ ホール／ゆめ", "office": "文化会館\n市民会館／"}])
    office = ("文化会館", "市民会館")
    assert called(read(tmp_path)) == {"ゆめ": office, "ゆめ ホール": office}


def test_a_sheet_with_the_columns_of_the_product_is_read(tmp_path: Path) -> None:
    (tmp_path / "waste.csv").write_bytes((SPEECH / "waste.csv").read_bytes())
    speech = speech_of("mihon", tmp_path, read_topics())
    assert speech.problems == ()
    assert len(speech.own) == 97
    assert sorted(topic.id for topic in speech.topics) == sorted(topic.id for topic in read_topics())


def test_a_site_sees_its_own_sheets_and_the_shared_ones(tmp_path: Path) -> None:
    sheet(tmp_path / "shared.csv", [{"lay": "国保", "office": "国民健康保険"}])
    sheet(tmp_path / "kita" / "own.csv", [HALL])
    sheet(tmp_path / "minami" / "own.csv", [TOPIC, {"lay": "ゆめホール", "office": "南市民会館"}])
    assert called(read(tmp_path, "kita")) == {"国保": ("国民健康保険",), "ゆめホール": ("みほん市文化会館",)}
    assert called(read(tmp_path, "minami")) == {"国保": ("国民健康保険",), "ゆめホール": ("南市民会館",)}
    assert [len(read(tmp_path, site).own) for site in ("kita", "minami", "nishi")] == [0, 1, 0]


@pytest.mark.parametrize(
    "against",
    [
        {"lay": "ゆめホール", "office": "別の館"},
        {"lay": "みほん市文化会館", "office": "本館"},
        {"lay": "会館", "office": "ゆめホール"},
    ],
)
def test_what_a_site_says_wins_over_what_all_share(tmp_path: Path, against: dict[str, str]) -> None:
    sheet(tmp_path / "kita" / "own.csv", [HALL, {**TOPIC, "say_1": "ここの言い方"}])
    sheet(tmp_path / "shared.csv", [against, TOPIC, {"lay": "国保", "office": "国民健康保険"}])
    speech = read(tmp_path, "kita")
    assert called(speech) == {"ゆめホール": ("みほん市文化会館",), "国保": ("国民健康保険",)}
    assert [each.says for each in speech.own] == [("ここの言い方",)]
    assert speech.problems == ()


@pytest.mark.parametrize(
    "same",
    [
        {"field": "ごみ", "topic": "粗大ごみ", "question": "別の質問"},
        {"topic": "別の話題", "question": "粗大ごみの 出し方を教えてください。"},
    ],
)
def test_an_own_topic_with_the_name_or_question_of_a_standard_one_takes_its_place(tmp_path: Path, same: dict[str, str]) -> None:
    sheet(tmp_path / "own.csv", [{**same, "say_1": "いす 捨てたい"}])
    speech = read(tmp_path)
    assert [each.says for each in speech.topics] == [("いす 捨てたい",), ("税金 払う",)]
    assert speech.problems == ()


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"lay": "ゆめホール"}, "「正式な名前」がありません"),
        ({"office": "文化会館"}, "「住民の言葉」がありません"),
        ({"question": "バスの時刻は？"}, "「言い方1」がありません"),
        ({"topic": "バス", "say_1": "バス 何時"}, "「質問」がありません"),
        ({"question": "あ" * 501, "say_1": "バス"}, "「質問」が長すぎます（501文字）"),
        ({"question": "バス？", "say_1": "あ" * 501}, "「言い方1」が長すぎます（501文字）"),
        ({"lay": "あ" * 1001, "office": "い"}, "「住民の言葉」が長すぎます（1,001文字）"),
        ({"lay": "Ｙｕｍｅ ホール", "office": "yumeホール"}, "「Ｙｕｍｅ ホール」は、住民の言葉と正式な名前が同じ"),
        ({"lay": "袋", "office": "指定ごみ袋"}, "「袋」は短すぎる"),
        ({"lay": "！！", "office": "指定ごみ袋"}, "「！！」は短すぎる"),
        ({"lay": "!袋!", "office": "指定ごみ袋"}, "「!袋!」は短すぎる"),
    ],
)
def test_a_row_that_cannot_be_used_is_told_with_sheet_and_number(tmp_path: Path, row: dict[str, str], told: str) -> None:
    sheet(tmp_path / "mihon" / "own.csv", [{"lay": "ぽかぽか", "office": "子育て支援センター"}, row])
    speech = read(tmp_path)
    (sentence,) = sentences(speech)
    assert sentence.startswith("「mihon/own.csv」3行目：")
    assert told in sentence
    assert sentence.endswith("。")
    assert called(speech) == {"ぽかぽか": ("子育て支援センター",)}
    assert speech.own == ()


def test_a_word_that_is_lay_and_office_at_once_costs_no_topic(tmp_path: Path) -> None:
    sheet(tmp_path / "own.csv", [{**TOPIC, "office": "バス", "lay": "ﾊﾞｽ／つばさ号"}])
    speech = read(tmp_path)
    assert speech.own[0].lay == ("つばさ号",)
    assert sentences(speech) == [
        "「own.csv」2行目：「ﾊﾞｽ」は住民の言葉と正式な名前の両方にあるため、住民の言葉としては使いません。"
    ]


def test_what_is_said_twice_is_used_once(tmp_path: Path) -> None:
    sheet(tmp_path / "a.csv", [HALL, TOPIC])
    sheet(tmp_path / "b.csv", [{"lay": "ユメホール", "office": "別"}, HALL, {**TOPIC, "topic": "別", "say_1": "別"}])
    speech = read(tmp_path)
    assert called(speech)["ゆめホール"] == ("みほん市文化会館",)
    assert [each.says for each in speech.own] == [("つばさ号 何時",)]
    assert [each.partition("「a.csv」の")[2][:3] for each in sentences(speech)] == ["2行目", "3行目"]


@pytest.mark.parametrize("order", [1, -1])
def test_nicknames_that_go_round_in_circles_are_not_used(tmp_path: Path, order: int) -> None:
    rows = [{"lay": "ゆめホール", "office": "文化会館"}, {"lay": "文化会館", "office": "ゆめホール"}][::order]
    sheet(tmp_path / "own.csv", [*rows, {"lay": "ぽかぽか", "office": "子育て支援センター"}])
    speech = read(tmp_path)
    assert called(speech) == {"ぽかぽか": ("子育て支援センター",)}
    assert [each[:14] for each in sentences(speech)] == ["「own.csv」2行目：正", "「own.csv」3行目：正"]
    assert "「own.csv」の3行目では呼び名" in sentences(speech)[0]


def test_a_nickname_of_a_nickname_is_told_and_the_other_followed(tmp_path: Path) -> None:
    sheet(tmp_path / "own.csv", [{"lay": "ゆめ館", "office": "ゆめホール"}, HALL])
    speech = read(tmp_path)
    assert called(speech) == {"ゆめホール": ("みほん市文化会館",)}
    assert "正式な名前「ゆめホール」が「own.csv」の3行目では呼び名になっている" in sentences(speech)[0]


def test_rows_with_nothing_in_them_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("呼び名,正式名称,備考\n,,\n\n ,　,メモだけ\nゆめホール,文化会館,\n", encoding="utf-8")
    speech = read(tmp_path)
    assert called(speech) == {"ゆめホール": ("文化会館",)}
    assert [each for each in sentences(speech) if "備考" not in each] == []


def test_ten_thousand_nicknames_are_read(tmp_path: Path) -> None:
    sheet(tmp_path / "own.csv", [{"lay": f"愛称{number}", "office": f"施設{number}"} for number in range(MOST_ROWS)])
    speech = read(tmp_path)
    assert (len(speech.nicknames), speech.problems) == (MOST_ROWS, ())


def test_more_rows_than_anybody_reads_through_are_refused(tmp_path: Path) -> None:
    sheet(tmp_path / "own.csv", [{"lay": f"愛称{number}", "office": f"施設{number}"} for number in range(MOST_ROWS + 1)])
    with pytest.raises(SheetTooLong, match="10,000行"):
        read(tmp_path)


def test_of_too_many_topics_the_first_are_used_and_the_rest_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_speech, "MOST_TOPICS", 3)
    rows = [{**TOPIC, "topic": f"t{number}", "question": f"q{number}"} for number in range(5)]
    sheet(tmp_path / "mihon" / "own.csv", rows[:2])
    sheet(tmp_path / "shared.csv", rows[2:])
    speech = read(tmp_path)
    assert [each.topic for each in speech.own] == ["t0", "t1", "t2"]
    assert sentences(speech) == [
        "「shared.csv」3行目：この市の話題が3件を超えたため、ここから後の2件を使いません。よく聞かれる話題にしぼってください。"
    ]
    assert set(STANDARD) < set(speech.topics)


def test_files_that_are_no_sheets_are_told_and_notes_passed_over(tmp_path: Path) -> None:
    sheet(tmp_path / "own.csv", [HALL])
    for name in ("README.md", "memo.txt", ".own.csv.swp", "~$own.xlsx"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    speech = read(tmp_path)
    assert called(speech) == {"ゆめホール": ("みほん市文化会館",)}
    assert sentences(speech) == [
        "「old.xls」この形式の表は使いません。.csv・.tsv・.xlsx のいずれかで保存し直すか、フォルダーから出してください。"
    ]


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("own.csv", b"", SheetEmpty),
        ("own.csv", "質問,言い方\nバスは？,バス\n".encode(), MissingColumns),
        ("own.csv", "呼び名,正式名称\nゆめホール,文化会館\n".encode() + "住民票,市民課\n".encode("cp932"), MixedEncodings),
        ("own.xlsx", b"not a workbook", NotThisFormat),
        ("own.csv", b"PK\x03\x04 a workbook after all", NotThisFormat),
    ],
)
def test_a_damaged_sheet_is_refused_by_its_name(tmp_path: Path, name: str, content: bytes, error: type[Exception]) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(error, match=f"ファイル「{name}」"):
        read(tmp_path)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpeechFolderMissing, match=r"フォルダー「.*nowhere」がありません"):
        read(tmp_path / "nowhere")


def test_a_folder_without_sheets_leaves_the_standard_topics(tmp_path: Path) -> None:
    assert read(tmp_path) == Speech(STANDARD)
