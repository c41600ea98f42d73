"""A city with two divisions and fifteen entries, on a holiday: what most tests of the service talk to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path

from app.settings import Settings
from app.wiring import Service
from channels.message import Answer, Question
from indexer.risk import NEVER
from knowledge.calendar import Hours
from knowledge.database import writing
from knowledge.entry import Division, Entry, Kind, Site, Translation
from knowledge.intake import take_in
from knowledge.rows import By
from knowledge.sites import add_site

KITA = "kita"
HOLIDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Monday 23 November 2026, 10:00 in Japan: 勤労感謝の日."""

CITIZENS = Division(
    "citizens",
    "市民課",
    "0999-00-1101",
    Hours({day: ((time(8, 30), time(19) if day == "thu" else time(17, 15)),) for day in ("mon", "tue", "wed", "thu", "fri")}),
    {"en": "Citizens Division", "ja-x-easy": "市民課（しみんか）"},
)
WASTE = Division("waste", "環境課")
SITE = Site(KITA, "きた市", "0999-00-1000", (CITIZENS, WASTE))

ENTRIES = (
    Entry(
        "juminhyo",
        "住民票の写しはどこで取れますか",
        "市民課の窓口とコンビニで取れます。\n- 手数料：1通300円\n- 持ち物：本人確認書類",
        ("住民票がほしい",),
        division="citizens",
        source="https://www.city.example.jp/juminhyo.html",
        procedure="https://apply.example.jp/juminhyo",
        contact="駅前出張所",
        confirmed_on=date(2026, 10, 5),
        translations={
            "en": Translation("Where can I get a certificate of residence?", "At the Citizens Division.", ("I need a juminhyo",)),
            "ja-x-easy": Translation("住民票（じゅうみんひょう）は どこで もらえますか", "市民課（しみんか）で もらえます。"),
        },
    ),
    Entry("inkan", "印鑑登録の方法を教えてください", "印鑑と本人確認書類を持って市民課に来てください。", division="citizens"),
    Entry(
        "tennyu",
        "引っ越してきたときの転入届",
        "14日以内に届け出てください。",
        ("引っ越してきました",),
        division="citizens",
    ),
    Entry(
        "card",
        "マイナンバーカードの申請方法",
        "郵便で申請できます。",
        ("マイナカードを作りたい",),
        division="citizens",
    ),
    Entry("koseki", "戸籍謄本の請求", "本籍のある市区町村で請求できます。", division="citizens"),
    Entry("kokuho", "国民健康保険に入る手続き", "会社をやめた日から14日以内に届け出てください。", division="citizens"),
    Entry("sodai", "粗大ごみの出し方", "電話で申し込んでください。", ("ソファを捨てたい",), division="waste"),
    Entry("moeru", "燃えるごみの収集日はいつですか", "月曜日と木曜日です。", ("可燃ごみの日",), division="waste"),
    Entry("denchi", "乾電池はどう捨てればよいですか", "回収箱に入れてください。", division="waste"),
    Entry("neko", "道路で死んでいる猫を見つけました", "環境課に電話してください。", division="waste"),
    Entry("dv", "DVを受けています。相談先はどこですか", "女性相談の窓口があります。", division="citizens"),
    Entry("hoiku", "保育所の入所申し込み", "こども園に申し込んでください。", ("子どもを保育園に入れたい",)),
    Entry("toshokan", "図書館の開館時間", "午前9時から午後7時までです。", ("本を借りたい",)),
    Entry("risai", "罹災証明書の申請", "火事や水害のあとで申請できます。", ("火事のあとの罹災証明",), division="citizens"),
    Entry("ended", "給付金の受け取り", "11月22日まで申請できます。", valid_until=date(2026, 11, 23), division="citizens"),
    Entry("future", "プレミアム商品券の購入", "12月1日から買えます。", valid_from=date(2026, 12, 1)),
)


@dataclass
class SetClock:
    """A clock that stands still until a test moves it."""

    now: datetime = HOLIDAY

    def __call__(self) -> datetime:
        return self.now


def service(folder: Path, clock: SetClock | None = None) -> Service:
    """A service over a data folder, with nothing taken from this machine's own settings; it shows no cards."""
    return with_cards_from(Service(Settings(data_dir=folder, _env_file=None), clock or SetClock()), NEVER)


def with_cards_from(running: Service, confidence: float) -> Service:
    """The service with another threshold for cards, so that tests do not depend on how sure the model happens to be."""
    usual = running.engine.assurance
    cards = replace(usual.borrowed.cards, threshold=confidence)
    running.engine.__dict__["assurance"] = replace(usual, borrowed=replace(usual.borrowed, cards=cards))
    return running


def fill(running: Service, site: Site = SITE, entries: Sequence[Entry] = ENTRIES) -> None:
    """Store a site with its entries and put a snapshot of them into use."""
    take(running, site, entries)
    running.publisher.publish(site.id)


def take(running: Service, site: Site, entries: Sequence[Entry]) -> None:
    """Store a site with its entries; residents see nothing of them yet."""
    with writing(running.sessions) as session:
        add_site(session, site, running.clock())
        counts = take_in(session, site.id, Kind.FAQ, entries, 0, By("import", "test", running.clock()))
    assert not counts.problems


def ask(running: Service, text: str, conversation: str | None = None, language: str = "ja", choice: str | None = None) -> Answer:
    """One question to the small city."""
    return running.answerer.converse(Question(KITA, text, "test", language, conversation, choice))
