"""A small true desk: it answers at once and always alike, with one question for every outcome."""

from dataclasses import dataclass, field
from datetime import date

from channels.feedback import Feedback
from channels.message import Answer, Card, Choice, Contact, Outcome, Question
from channels.web.desk import SiteCard, WebDesk, Welcome

CONVERSATION = "3vQq0bJk1x8mT2cYh5LZwA"
CITY_PAGE = "https://www.city.mihon.example.jp"

JUMINHYO = Card(
    id="juminhyo-copy",
    question="住民票の写しはどこで、いくらで取れますか",
    answer=(
        "市民課の窓口、コンビニエンスストア、郵送で取れます。\n"
        "- **窓口・郵送**：1通300円\n"
        "- **コンビニ**：1通200円（マイナンバーカードが必要です）\n"
        "木曜日は19:00まで窓口で受け付けます。"
    ),
    language="ja",
    division="市民課",
    source="https://www.city.mihon.example.jp/registry/juminhyo.html",
    procedure="https://shinsei.example.jp/juminhyo",
    contact="",
    confirmed_on=date(2026, 10, 7),
)
JUMINHYO_EASY = Card(
    id="juminhyo-copy",
    question="住民票（じゅうみんひょう）は どこで もらえますか。いくらですか。",
    answer=(
        "市役所（しやくしょ）の 市民課（しみんか）で もらえます。\n"
        "- 市民課と 郵便（ゆうびん）：1枚（まい）300円（えん）\n- コンビニ：1枚 200円"
    ),
    language="ja-x-easy",
    division="市民課（しみんか）",
    source=JUMINHYO.source,
    procedure="",
    contact="",
    confirmed_on=date(2026, 10, 7),
)
JUMINHYO_EN = Card(
    id="juminhyo-copy",
    question="Where can I get a copy of my certificate of residence (juminhyo), and how much is it?",
    answer=(
        "You can get it at the Citizens Division, at a convenience store, or by mail.\n"
        "- Counter or mail: 300 yen\n- Convenience store: 200 yen"
    ),
    language="en",
    division="Citizens Division",
    source=JUMINHYO.source,
    procedure="",
    contact="",
    confirmed_on=date(2026, 10, 7),
)
CARDS = {"ja": JUMINHYO, "ja-x-easy": JUMINHYO_EASY, "en": JUMINHYO_EN}
CHOICES = {
    "ja": (
        Choice("moving-in", "市外からみほん市へ引っ越してきたときの届出（転入届）"),
        Choice("juminhyo-copy", "住民票の写しはどこで、いくらで取れますか"),
        Choice("waste-days", "地区ごとのごみの収集日"),
    ),
    "ja-x-easy": (
        Choice("moving-in", "ほかの 市（し）から 引（ひ）っ越（こ）しました"),
        Choice("juminhyo-copy", "住民票（じゅうみんひょう）は どこで もらえますか"),
        Choice("waste-days", "ごみは 何曜日（なんようび）に 出（だ）しますか"),
    ),
    "en": (
        Choice("moving-in", "I moved to Mihon City. What do I have to submit?"),
        Choice("juminhyo-copy", "Where can I get a certificate of residence?"),
        Choice("waste-days", "On which days is garbage collected?"),
    ),
}
WELCOME = {
    "ja": "こんにちは。みほん市の手続きやくらしのことにお答えします。\n知りたいことを、短い文で入力してください。",
    "ja-x-easy": "こんにちは。みほん市（し）の ことを 教（おし）えます。\n知（し）りたいことを 書（か）いてください。",
    "en": "Hello. I answer questions about living in Mihon City.\nPlease type what you would like to know.",
}
CONTACT = Contact("市民課", "0999-00-1101", "平日 8:30〜17:15（木曜は19:00まで）", open_now=False, next_open="11月24日（火）8:30")
OPEN_CONTACT = Contact("環境課", "0999-00-1108", "平日 8:30〜17:15", open_now=True)

HOSTILE = '<img src=x onerror="document.title=\'hacked\'"><script>document.title="hacked"</script>[x](javascript:alert(1))'
HOSTILE_CARD = Card(
    id="hostile",
    question=HOSTILE,
    answer=HOSTILE,
    language="ja",
    division=HOSTILE,
    source="javascript:alert(1)",
    procedure="data:text/html,x",
    contact=HOSTILE,
    confirmed_on=None,
)

MESSAGES = {
    Outcome.ANSWERED_ENTRY: "次のご案内が見つかりました。",
    Outcome.ANSWERED_GREETING: "こんにちは。どのようなことをお調べですか。",
    Outcome.ANSWERED_THANKS: "お役に立ててうれしいです。",
    Outcome.SUGGESTED_CARDS: "この中に答えがありそうです。",
    Outcome.SUGGESTED: "お知りになりたいことは、この中にありますか。",
    Outcome.CLARIFY: "引っ越しは、市の中ですか、外ですか。",
    Outcome.HANDOFF_REQUESTED: "担当の窓口をご案内します。",
    Outcome.HANDOFF_NO_MATCH: "お答えできる内容が見つかりませんでした。担当の窓口をご案内します。",
    Outcome.REFUSED_PERSONAL_DATA: "個人番号が含まれているようです。番号を消して、もう一度ご質問ください。",
    Outcome.REFUSED_EMPTY: "ご質問を入力してください。",
    Outcome.REFUSED_TOO_LONG: "300文字以内でご質問ください。",
    Outcome.EMERGENCY: "火事・救急は **[119](tel:119)**、事件・事故は **[110](tel:110)** へ、すぐに電話してください。",
    Outcome.EMERGENCY_CRISIS: "つらいお気持ちを、ひとりで抱えないでください。話を聞く窓口があります。",
    Outcome.ERROR_NOT_READY: "ただいま準備中です。しばらくしてからお試しください。",
    Outcome.ERROR_UNEXPECTED: "うまくお答えできませんでした。時間をおいてもう一度お試しください。",
}
WITH_CONTACT = frozenset({Outcome.HANDOFF_REQUESTED, Outcome.HANDOFF_NO_MATCH, Outcome.EMERGENCY_CRISIS})
WITH_CHOICES = frozenset({Outcome.SUGGESTED, Outcome.CLARIFY})

MIHON = SiteCard(
    "mihon",
    "みほん市",
    "0999-00-1000",
    names={"en": "Mihon City", "ja-x-easy": "みほん市（し）"},
    languages=("ja", "ja-x-easy", "en"),
    origins=(CITY_PAGE,),
)


@dataclass
class Desk:
    """What came in, kept for the tests to look at."""

    questions: list[Question] = field(default_factory=list)
    feedback: list[Feedback] = field(default_factory=list)

    def converse(self, question: Question) -> Answer:
        self.questions.append(question)
        outcome = outcome_for(question)
        cards = (CARDS[question.language],) if outcome is Outcome.ANSWERED_ENTRY else ()
        return Answer(
            outcome=outcome,
            message=HOSTILE if question.text == "hostile" else MESSAGES[outcome],
            language=question.language,
            conversation=question.conversation or CONVERSATION,
            entries=(HOSTILE_CARD,) if question.text == "hostile" else cards,
            choices=CHOICES[question.language] if outcome in WITH_CHOICES else (),
            contact=CONTACT if outcome in WITH_CONTACT else None,
            record=None if outcome.family in {"refused", "error"} else f"q_{len(self.questions)}",
        )

    def welcome(self, site: str, language: str) -> Welcome:
        assert site == MIHON.id
        return Welcome(WELCOME[language], CHOICES[language])


def outcome_for(question: Question) -> Outcome:
    """The outcome a text names, else an answer; empty and long texts are refused as by the service."""
    if question.text in [each.value for each in Outcome]:
        return Outcome(question.text)
    if not question.text.strip():
        return Outcome.REFUSED_EMPTY
    return Outcome.REFUSED_TOO_LONG if len(question.text) > 300 else Outcome.ANSWERED_ENTRY


def web_desk(desk: Desk, *sites: SiteCard) -> WebDesk:
    return WebDesk(desk.converse, lambda: sites or (MIHON,), desk.feedback.append, desk.welcome)
