"""What buttons send back can be read again, fits, and is never an error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.feedback import Reason
from channels.line.counting import units
from channels.line.limits import POSTBACK_DATA
from channels.line.postback import Choose, Languages, More, Postback, Rate, Register, Speak, Step, Tab, decode, encode
from tests.channels.line.anything import TEXTS

IDS = st.from_regex(r"\w[\w.:@+-]{0,99}", fullmatch=True)
"""As the checker of entries allows them."""
RECORDS = st.from_regex(r"[A-Za-z0-9_.:-]{1,128}", fullmatch=True)
KEYS = st.from_regex(r"[a-z0-9_-]{0,20}", fullmatch=True)
VALUES: st.SearchStrategy[Postback] = st.one_of(
    st.builds(Rate, RECORDS, st.booleans(), st.one_of(st.none(), st.sampled_from(Reason))),
    st.builds(More, IDS, st.integers(0, 9_999_999), st.from_regex(r"[0-9a-f]{8}", fullmatch=True)),
    st.builds(Speak, st.sampled_from(["ja", "ja-x-easy", "en", "zh-Hans"])),
    st.just(Languages()),
    st.builds(Tab, st.from_regex(r"[a-z0-9_-]{1,32}", fullmatch=True)),
    st.builds(Register, st.sampled_from(Step), KEYS, KEYS, st.booleans()),
)


@given(VALUES)
def test_what_is_written_is_read_again(value: Postback) -> None:
    assert decode(encode(value)) == value
    assert units(encode(value)) <= POSTBACK_DATA


@given(IDS, TEXTS)
def test_a_choice_keeps_its_entry_and_as_much_of_its_words_as_there_is_room_for(entry: str, text: str) -> None:
    read = decode(encode(Choose(entry, text)))
    assert isinstance(read, Choose)
    assert read.entry == entry
    assert units(encode(Choose(entry, text))) <= POSTBACK_DATA


def test_the_words_of_a_choice_come_back_whole_when_they_are_short() -> None:
    question = "ごみは 何曜日（なんようび）に 出（だ）しますか & 50%+1=?"
    assert decode(encode(Choose("waste-days", question))) == Choose("waste-days", question)
    long = decode(encode(Choose("waste-days", "あ" * 500)))
    assert isinstance(long, Choose)
    assert long.text.startswith("あ" * 250)
    assert long.text.endswith("あ…")


def test_an_id_that_cannot_be_held_gives_nothing() -> None:
    assert encode(Choose("x" * 301, "words")) == ""
    assert encode(More("x" * 301, 0, "0" * 8)) == ""


@pytest.mark.parametrize(
    "data",
    [
        *("", "x", "k=", "k=buy&e=1", "k=choose", "k=choose&e=", "k=rate", "k=rate&r=%00&h=1", "k=rate&r=q&h=2"),
        *("k=more&e=1&s=-1&d=00000000", "k=more&e=1&s=99999999&d=00000000", "k=more&e=1&s=1&d=zz", "k=more&s=1"),
        *("k=speak&l=../etc", "k=tab&t=A%20B"),
    ],
)
def test_what_is_not_ours_is_nothing(data: str) -> None:
    assert decode(data) is None


def test_fields_of_a_later_version_are_passed_over() -> None:
    assert decode("k=rate&r=q_1&h=0&w=too_long&z=9") == Rate("q_1", helpful=False)


@given(TEXTS)
def test_nothing_breaks_it(data: str) -> None:
    decode(data)
    encode(Choose(data, data))
