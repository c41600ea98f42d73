"""What a city may put in and residents may write that nobody hoped for: clear words, a sensible ranking or a person."""

import csv
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.wiring import Service
from channels.message import Answer, Outcome
from indexer.calibrate import Source
from indexer.errors import ModelUnusable
from indexer.wordvectors import BUILT_IN, load_word_vectors
from knowledge.check import MAX_ANSWER
from knowledge.entry import Entry
from knowledge.sentences import say
from knowledge.sheet import read_entries
from tests.app.small_city import ENTRIES, KITA, SITE, SetClock, ask, fill, service, take

ENGLISH = (
    Entry("move", "How do I register my address?", "Come within 14 days of moving in.", ("I moved here",)),
    Entry("dog", "How do I register my dog?", "Bring the vaccination certificate.", ("dog license",)),
    Entry("trash", "When is burnable garbage collected?", "On Mondays and Thursdays.", ("garbage day",)),
    Entry("bulky", "How do I dispose of bulky waste?", "Call the bulky waste center.", ("throw away a sofa",)),
    Entry("library", "What are the opening hours of the library?", "From 9 am to 7 pm."),
    Entry("tax", "How do I pay the residence tax?", "At a bank."),
)
ALIKE = Entry("alike", "住民票の写しはどこで取れますか", "市民課の窓口で取れます。", division="citizens")


@pytest.fixture(scope="module")
def cities(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Service]:
    """Cities of one strange kind of entries each."""
    kinds = {
        "english": ENGLISH,
        "ten": ENTRIES[:10],
        "alike": [replace(ALIKE, id=f"alike-{number}") for number in range(30)],
        "twins": [replace(ALIKE, id=f"twin-{number}", answer=f"{number}番の窓口で取れます。") for number in range(30)],
        "long": [
            *ENTRIES,
            Entry("long", "長い答え", "住民票は市民課で取れます。" * 4000),
            Entry("endless", "終わらない文", "あ" * 50_000),
        ],
        "symbols": [
            Entry("marks", "？？？", "！！！"),
            Entry("smile", "🎉", "🎉"),
            Entry("asking", "どうすればいいですか", "はい"),
        ],
        "alone": ENTRIES[:1],
    }
    made = {}
    for name, entries in kinds.items():
        made[name] = service(tmp_path_factory.mktemp(name))
        fill(made[name], SITE, entries)
    return made


def offered(answer: Answer) -> list[str]:
    return [card.id for card in answer.entries] + [choice.entry for choice in answer.choices]


def ranking(running: Service, text: str) -> list[str]:
    return [hit.entry.id for hit in running.search(KITA, text).ranking]


def is_a_person(answer: Answer) -> bool:
    return answer.outcome is Outcome.HANDOFF_NO_MATCH and answer.contact is not None and bool(answer.contact.phone)


@pytest.mark.parametrize("asked", [entry.question for entry in ENGLISH] + ["dog license", "GARBAGE DAY", "i moved here!"])
def test_a_city_of_english_entries_answers_in_their_own_words(cities: dict[str, Service], asked: str) -> None:
    answer = ask(cities["english"], asked)
    assert answer.outcome is Outcome.ANSWERED_ENTRY
    (card,) = answer.entries
    assert card.language == "ja", "an entry is Japanese until it says otherwise"


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("library open?", "library"),
        ("WHAT TIME DOES THE LIBRARY CLOSE", "library"),
        ("where to throw away a sofa", "bulky"),
        ("register dog", "dog"),
        ("ｄｏｇ ライセンス 登録", "dog"),
    ],
)
def test_a_city_of_english_entries_ranks_them_sensibly(cities: dict[str, Service], asked: str, first: str) -> None:
    assert ranking(cities["english"], asked)[0] == first
    answer = ask(cities["english"], asked)
    assert is_a_person(answer) or offered(answer)[0] == first


@pytest.mark.parametrize("asked", ["犬の登録", "犬 dog", "図書館は何時まで", "quantum physics", "国民健康保険に入りたい"])
def test_a_city_of_english_entries_never_answers_by_chance(cities: dict[str, Service], asked: str) -> None:
    assert is_a_person(ask(cities["english"], asked))


def test_ten_entries_are_ranked_with_borrowed_thresholds(cities: dict[str, Service]) -> None:
    ten = cities["ten"]
    assert ten.live.searcher(KITA).manifest.calibration.source is Source.BORROWED
    for asked, first in (("住民票", "juminhyo"), ("引っ越し", "tennyu"), ("ソファ 捨てる", "sodai"), ("死んだ猫", "neko")):
        assert ranking(ten, asked)[0] == first
    assert is_a_person(ask(ten, "火星に行きたい"))


def test_entries_that_are_all_alike_are_shown_once(cities: dict[str, Service]) -> None:
    alike = cities["alike"]
    assert [len(offered(ask(alike, asked))) for asked in (ALIKE.question, "住民票")] == [1, 1]
    assert ask(alike, ALIKE.question).outcome is Outcome.ANSWERED_ENTRY
    assert is_a_person(ask(alike, "粗大ごみ"))


def test_entries_that_differ_in_their_answers_alone_leave_the_choice_to_the_resident(cities: dict[str, Service]) -> None:
    answer = ask(cities["twins"], ALIKE.question)
    assert answer.outcome is Outcome.SUGGESTED_CARDS
    assert len({card.answer for card in answer.entries}) == len(answer.entries) == 3


def test_one_entry_answers_its_own_question_and_no_other(cities: dict[str, Service]) -> None:
    assert offered(ask(cities["alone"], "住民票がほしい")) == ["juminhyo"]
    assert ask(cities["alone"], "犬の登録").outcome is not Outcome.ANSWERED_ENTRY


def test_entries_without_a_word_are_found_by_nobody_and_hurt_nobody(cities: dict[str, Service]) -> None:
    for asked in ("住民票", "？？？", "どうすればいいですか"):
        assert is_a_person(ask(cities["symbols"], asked))


@pytest.mark.parametrize(
    ("length", "told"),
    [
        (50_000, f"「回答」が長すぎます（50,000文字）。{MAX_ANSWER:,}文字までにしてください。"),
        (200_000, "行が長すぎるため、読み取りませんでした。"),
    ],
)
def test_an_answer_of_50_000_characters_is_refused_with_its_row_and_the_others_taken(
    tmp_path: Path, length: int, told: str
) -> None:
    path = tmp_path / "faq.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["質問", "回答"], ["短い", "はい"], ["長い", "あ" * length], ["次", "はい"]])
    found = read_entries(path)
    assert [entry.question for entry in found.good] == ["短い", "次"]
    assert [problem.sentence for problem in found.problems] == [f"3行目：{told}"]


def test_an_answer_of_50_000_characters_that_is_there_all_the_same_disturbs_no_other(cities: dict[str, Service]) -> None:
    long = cities["long"]
    assert offered(ask(long, "住民票がほしい")) == ["juminhyo"]
    assert ranking(long, "粗大ごみを出したい")[0] == "sodai"
    (card,) = ask(long, "長い答え").entries
    assert len(card.answer) == 52_000


@pytest.mark.parametrize("letter", ["あ", "ん", "ア", "ｱ", "a", "Ａ", "1", "１", "가", "ñ", "か？", " ん。", "（1）"])
def test_one_letter_is_asked_back(city: Service, letter: str) -> None:
    answer = ask(city, letter)
    assert (answer.outcome, answer.message) == (Outcome.CLARIFY, say("app", "answers.clarify"))
    assert not offered(answer)


@pytest.mark.parametrize(("letter", "first"), [("猫", "neko"), ("票", "juminhyo")])
def test_one_ideograph_is_a_word(city: Service, letter: str, first: str) -> None:
    assert offered(ask(city, letter))[0] == first


@pytest.mark.parametrize("marks", ["？", "!!!???", "。", "…", "🎉", "👨‍👩‍👧", "♪♪", "〜", "ー", "()", "／", "・・・", "___"])
def test_nothing_but_symbols_gets_a_person(city: Service, marks: str) -> None:
    assert is_a_person(ask(city, marks))


@pytest.mark.parametrize("name", ["きた市", "きた市。", " き\u200bた市？"])
def test_the_citys_own_name_is_asked_back(city: Service, name: str) -> None:
    assert ask(city, name).outcome is Outcome.CLARIFY


@pytest.mark.parametrize("place", ["東京", "札幌市", "北海道札幌市中央区", "沖縄県", "アメリカ", "夕張"])
def test_the_name_of_another_place_gets_a_person(city: Service, place: str) -> None:
    assert is_a_person(ask(city, place))


def test_a_place_that_an_entry_names_is_found(own_city: Service, clock: SetClock) -> None:
    assert is_a_person(ask(own_city, "札幌"))
    clock.now += timedelta(seconds=1)
    take(own_city, SITE, [*ENTRIES, Entry("sapporo", "札幌市との姉妹都市交流", "毎年、札幌市の子どもを招きます。")])
    own_city.publisher.publish(KITA)
    fresh = service(own_city.settings.data_dir, clock)
    assert offered(ask(fresh, "札幌市"))[0] == "sapporo"
    assert offered(ask(fresh, "札幌"))[0] == "sapporo"


@pytest.mark.parametrize(
    "mixed",
    [
        "住民票 is doko",
        "how to get 住民票",
        "ジュウミン票ほしい 住民票",
        "住民票ｶﾞﾎｼｲ",
        "じゅうみん票　住民票",
        "住民票 증명서",
        "住民票🎉🎉",
    ],
)
def test_mixed_scripts_are_ranked_by_what_is_understood(city: Service, mixed: str) -> None:
    assert ranking(city, mixed)[0] == "juminhyo"
    assert offered(ask(city, mixed))[:1] == ["juminhyo"]


@pytest.mark.parametrize("mixed", ["а住б民в票", "住min票", "ｊｕ民ｈｙｏ", "住\u200b民\u200b票"])
def test_letters_mixed_inside_a_word_do_no_harm(city: Service, mixed: str) -> None:
    answer = ask(city, mixed)
    assert is_a_person(answer) or offered(answer)
    assert answer.record


@pytest.mark.parametrize("damage", ["gone", "emptied", "another dimension", "another vocabulary"])
def test_a_model_folder_that_is_no_whole_model_is_one_sentence(tmp_path: Path, damage: str) -> None:
    model = tmp_path / "model"
    if damage != "gone":
        model.mkdir()
    if damage.startswith("another"):
        shutil.copytree(BUILT_IN, model, dirs_exist_ok=True)
    if damage == "another dimension":
        (model / "config.json").write_text('{"dimension": 128}', encoding="utf-8")
    if damage == "another vocabulary":
        (model / "vocabulary.txt").write_text("住民票\n粗大ごみ", encoding="utf-8")
    with pytest.raises(ModelUnusable) as refusal:
        load_word_vectors(model)
    assert str(refusal.value).startswith(f"埋め込みモデル「{model}」を使えません（")
    assert "\n" not in str(refusal.value)


def test_a_configured_model_that_is_not_there_is_told_before_anything_is_built(own_city: Service, tmp_path: Path) -> None:
    before = own_city.engine.store.all(KITA)
    missing = str(tmp_path / "nowhere")
    chosen = Service(own_city.settings.model_copy(update={"embedding_model": missing}), own_city.clock)
    with pytest.raises(ModelUnusable, match="MADOGUCHI_EMBEDDING_MODEL"):
        chosen.publisher.publish(KITA)
    assert own_city.engine.store.all(KITA) == before
