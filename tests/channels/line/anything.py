"""Answers of every kind for property tests: long, empty, damaged, hostile."""

from datetime import date

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from channels.message import Answer, Card, Choice, Contact, Outcome

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
"""Texts of fifty thousand characters take their time to make, more on a busy machine."""
FAMILY = "👨‍👩‍👧‍👦"
ZALGO = "e" + "\u0301" * 3_000
FIFTY_THOUSAND = "住民票の写しは、市民課の窓口で取れます。" * 2_500
PIECES = st.sampled_from(
    [
        "住民票は市民課で取れます。",
        "漢字（かんじ）を 読（よ）みます。",
        "Please come on Monday. ",
        FAMILY * 300,
        "👍🏽" * 7_000,
        ZALGO,
        "𠮟る",
        "\ud83d",
        "\ude00 half",
        "\u200b" * 2_000,
        "　",
        "\x00\x07\x1b",
        "\n",
        "\n- 項目",
        "\n1. 一つ目",
        "\n  - 中",
        "\n\n|表|頭|\n|-|-|\n|一|二|\n\n",
        "**太字**" * 400,
        "**",
        "[市のページ](https://www.city.mihon.example.jp/日本語?q=a b%zz#x)",
        "[](https://a.example/)",
        "[x](javascript:alert(1))",
        "[メール](mailto:desk@city.mihon.example.jp)",
        "[119](tel:119)",
        "[#7119](tel:#7119)",
        "[x](https://[)",
        "".join(f"[{number}](https://a.example/{number})" for number in range(60)),
        "電話は０９９９－００－１１０１、0120-279-338、119、#8008です。",
        FIFTY_THOUSAND,
        "無" * 50_000,
    ]
)
HALVES = st.text(st.characters(exclude_categories=()), max_size=40)
TEXTS = st.one_of(st.just(""), HALVES, st.lists(st.one_of(PIECES, HALVES), max_size=6).map("".join))
URLS = st.one_of(
    st.sampled_from(
        [
            "",
            "/local/page.html",
            "https://www.city.mihon.example.jp/a.html#b",
            "https://ドメイン.example/頁?鍵=値#錨",
            "https://a.example:99999/",
            "https://user:pass@a.example/",
            "https://a.example/" + "x" * 5_000,
            "https://a.example/#" + "x" * 1_500,
            "http://[::1]/",
            "https://[",
            "https://" + "a" * 300 + ".example/",
            "https://xn--a",
            "https://a..example/",
            "javascript:alert(1)",
            "tel:119",
            "HTTPS://A.EXAMPLE/%E3%81%82%zz|^`{}\\ \"<>'",
        ]
    ),
    TEXTS,
)
CARDS = st.builds(
    Card,
    id=TEXTS,
    question=TEXTS,
    answer=TEXTS,
    language=st.sampled_from(["ja", "en", "ja-x-easy"]),
    division=TEXTS,
    source=URLS,
    procedure=URLS,
    contact=TEXTS,
    confirmed_on=st.one_of(st.none(), st.dates(date(2000, 1, 1), date(2100, 1, 1))),
)
CONTACTS = st.builds(Contact, division=TEXTS, phone=TEXTS, hours=TEXTS, open_now=st.booleans(), next_open=TEXTS)
ANSWERS = st.builds(
    Answer,
    outcome=st.sampled_from(Outcome),
    message=TEXTS,
    language=st.sampled_from(["ja", "en", "ja-x-easy", "vi"]),
    conversation=st.just("c" * 22),
    entries=st.lists(CARDS, max_size=15).map(tuple),
    choices=st.lists(st.builds(Choice, entry=TEXTS, text=TEXTS), max_size=20).map(tuple),
    contact=st.one_of(st.none(), CONTACTS),
    record=st.one_of(st.none(), TEXTS),
)
