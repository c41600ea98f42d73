"""Topics against entries."""

from collections.abc import Callable, Sequence

from indexer.coverage import cover
from indexer.search import Searcher
from knowledge.entry import Entry
from knowledge.topics import Topic

DOG = Topic(
    "動物",
    "犬の登録",
    "犬の登録の手続きを教えてください。",
    ("犬を飼い始めた", "いぬ とどけ"),
    ("犬の登録", "鑑札"),
    ("犬の届け",),
)
MARRIAGE = Topic("戸籍", "婚姻届", "婚姻届の出し方を教えてください。", ("結婚する",), ("婚姻届",), ("結婚",))
ENTRIES = [
    Entry(
        "dog", "犬の登録の手続き", "犬を飼い始めたら、環境課で登録して鑑札を受け取ってください。", wordings=("犬を飼い始めた",)
    ),
    Entry("garbage", "粗大ごみの出し方", "受付センターに申し込んでください。"),
    Entry("water", "水道の使用を始める手続き", "上下水道課に連絡してください。"),
    Entry("tax", "固定資産税の納め方", "納付書で納めてください。"),
]


def test_a_topic_is_covered_by_the_entry_about_it(open_city: Callable[[Sequence[Entry]], Searcher]) -> None:
    dog, marriage = cover(open_city(ENTRIES), [DOG, MARRIAGE])
    assert dog.nearest is not None
    assert dog.nearest.id == "dog"
    assert dog.probability > marriage.probability
    assert not marriage.covered


def test_likely_wordings_are_those_that_nobody_wrote_down_yet(open_city: Callable[[Sequence[Entry]], Searcher]) -> None:
    dog, marriage = cover(open_city(ENTRIES), [DOG, MARRIAGE])
    assert dog.wordings == (("いぬ とどけ",) if dog.covered else ())
    assert marriage.wordings == ()
