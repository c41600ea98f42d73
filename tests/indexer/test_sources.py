"""Pairs of texts to train on."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest

from indexer.training.sources import (
    NEIGHBOURS,
    SENTENCES_PER_ARTICLE,
    SHORTEST_SENTENCE,
    articles,
    questions_and_passages,
    rows,
    speech,
)
from knowledge.topics import Topic

SAYS = tuple(f"言い方その{number}" for number in range(9))
TOPIC = Topic("ごみ", "袋", "指定袋はどこで買えますか。", SAYS, ("指定袋", "取扱店"), ("ふくろ",))


def written(path: Path, values: Sequence[dict[str, Any]]) -> Path:
    lines = "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)
    path.write_bytes(gzip.compress(lines.encode()) if path.suffix == ".gz" else lines.encode())
    return path


@pytest.mark.parametrize("name", ["questions.jsonl", "questions.jsonl.gz"])
def test_rows_are_read_packed_or_not(tmp_path: Path, name: str) -> None:
    values = [{"question": "何時から?"}, {"question": "どこ?\u2028"}]
    assert list(rows(written(tmp_path / name, values))) == values


def test_a_question_belongs_to_its_passage_and_questions_of_one_passage_are_a_group(tmp_path: Path) -> None:
    passages = written(tmp_path / "passages.jsonl.gz", [{"id": "a", "text": "朝九時"}, {"id": "b", "text": "北口"}])
    asked = [("何時から", "a"), ("どこ", "b"), ("いつ", "a")]
    questions = written(tmp_path / "questions.jsonl", [{"question": text, "passage": passage} for text, passage in asked])
    found = list(questions_and_passages(questions, passages))
    assert [(pair.left, pair.right) for pair in found] == [("何時から", "朝九時"), ("どこ", "北口"), ("いつ", "朝九時")]
    assert found[0].group == found[2].group != found[1].group


def test_passages_of_two_files_are_never_one_group(tmp_path: Path) -> None:
    groups = set()
    for folder in (tmp_path / "one", tmp_path / "two"):
        folder.mkdir()
        passages = written(folder / "passages.jsonl", [{"id": "1", "text": "本文"}])
        questions = written(folder / "questions.jsonl", [{"question": "題", "passage": "1"}])
        groups |= {pair.group for pair in questions_and_passages(questions, passages)}
        groups |= {pair.group for pair in articles(written(folder / "articles.jsonl", [{"title": "題", "body": "本文"}]))}
    assert len(groups) == 4


def test_a_title_belongs_to_its_body_and_a_sentence_to_those_around_it(tmp_path: Path) -> None:
    body = "広報紙の一番目の文です。短い。広報紙の二番目の文です。\n広報紙の三番目の文です。"
    found = list(articles(written(tmp_path / "news.jsonl", [{"title": "お知らせ", "body": body}])))
    one, two, three = (f"広報紙の{number}番目の文です。" for number in "一二三")
    assert [(pair.left, pair.right) for pair in found] == [
        ("お知らせ", body),
        (one, f"{two} {three}"),
        (two, f"{one} {three}"),
        (three, f"{one} {two}"),
    ]


def test_a_page_has_no_title_and_a_row_without_text_gives_nothing(tmp_path: Path) -> None:
    page = "# アクセスのご案内\n村役場までの道順です。"
    found = list(articles(written(tmp_path / "pages.jsonl", [{"path": "a.md", "markdown": page}, {"path": "b.md"}])))
    assert [pair.left for pair in found] == ["# アクセスのご案内", "村役場までの道順です。"]


def test_a_sentence_belongs_to_so_many_around_it_and_a_long_article_is_cut(tmp_path: Path) -> None:
    sentences = [f"{'長' * SHORTEST_SENTENCE}い文その{number}。" for number in range(SENTENCES_PER_ARTICLE + 20)]
    found = list(articles(written(tmp_path / "long.jsonl", [{"body": "".join(sentences)}])))
    assert [pair.left for pair in found] == sentences[:SENTENCES_PER_ARTICLE]
    middle = found[30].right.split(" ")
    assert middle == sentences[30 - NEIGHBOURS : 30] + sentences[31 : 31 + NEIGHBOURS]
    assert len(found[0].right.split(" ")) == NEIGHBOURS


def test_what_residents_say_belongs_to_the_offices_words_and_to_another_way_of_saying_it() -> None:
    found = list(speech([TOPIC], Random(1)))
    standard = "指定袋はどこで買えますか。 指定袋 取扱店"
    assert {pair.left for pair in found if pair.right == standard} == set(TOPIC.trained)
    assert [(pair.left, pair.right) for pair in found][-1] == ("ふくろ", "指定袋 取扱店")
    between = [pair for pair in found if pair.right in SAYS]
    assert len(between) == len(TOPIC.trained) - 1
    assert {text for pair in between for text in (pair.left, pair.right)} == set(TOPIC.trained)
    assert {pair.group for pair in found} == {"ごみ/袋"}


def test_sentences_kept_aside_are_never_trained_on() -> None:
    texts = {text for pair in speech([TOPIC], Random(2)) for text in (pair.left, pair.right)}
    assert texts.isdisjoint(TOPIC.held_out)


def test_the_same_seed_gives_the_same_pairs() -> None:
    assert list(speech([TOPIC], Random(3))) == list(speech([TOPIC], Random(3)))
    assert list(speech([TOPIC], Random(3))) != list(speech([TOPIC], Random(4)))
