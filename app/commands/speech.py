"""`madoguchi speech`: how the city's residents speak, its own rows marked, and what is wrong with its own sheets."""

from collections.abc import Iterable
from typing import Annotated

import typer

from app.commands.terminal import JsonOption, SiteOption, chosen_site, service, tell, tell_json, tell_problems
from app.wiring import Service
from knowledge.own_speech import HIDDEN, Speech
from knowledge.sentences import say
from knowledge.sites import sites
from knowledge.speech_sheet import Nickname, plain
from knowledge.topics import BETWEEN, Topic

NAME = "speech"


def run(
    word: Annotated[str, typer.Argument(help=say("app", "options.word"))] = "",
    site: SiteOption = "",
    topics: Annotated[bool, typer.Option("--topics", help=say("app", "options.topics"))] = False,
    own: Annotated[bool, typer.Option("--own", help=say("app", "options.own"))] = False,
    as_json: JsonOption = False,
) -> None:
    """Read the sheets and print them; nothing is built. Exit status 2 when rows of own sheets had to be left out."""
    running = service()
    chosen = chosen_site(running, site)
    speech = running.engine.speech(chosen)
    problems = problems_of(running, speech)
    nicknames = [each for each in speech.nicknames if _has(word, each.lay, *each.office)]
    found = [each for each in speech.topics if (each.own or not own) and _has(word, *_texts(each, says=topics))]
    if as_json:
        rows = {"nicknames": list(map(_name, nicknames)), "topics": list(map(_row, found))}
        tell_json({"site": chosen, **rows, "problems": problems})
    else:
        _print_topics(found) if topics else _print_lexicon(nicknames, found)
        tell("speech", topics=len(speech.own), nicknames=len(speech.nicknames), standard=len(speech.topics) - len(speech.own))
        tell_problems(problems)
    if problems:
        raise typer.Exit(2)


def problems_of(running: Service, speech: Speech) -> list[str]:
    """What is wrong in the own sheets, and folders that belong to no site."""
    folder = running.settings.speech
    with running.sessions() as session:
        known = [each.id for each in sites(session)]
    inside = sorted(each.name for each in folder.iterdir() if each.is_dir()) if folder else []
    strangers = [name for name in inside if name not in known and not name.startswith(HIDDEN)]
    told = [say("app", "told.speech_of_nobody", folder=name, known="、".join(known)) for name in strangers]
    return [*(problem.sentence for problem in speech.problems), *told]


def _print_lexicon(nicknames: Iterable[Nickname], topics: Iterable[Topic]) -> None:
    """From what residents say to what the office says."""
    for nickname in nicknames:
        tell("nickname", lay=nickname.lay, office=BETWEEN.join(nickname.office))
    for each in topics:
        tell(f"lexicon_{_whose(each)}", topic=each.topic, lay=BETWEEN.join(each.lay), office=BETWEEN.join(each.office))


def _print_topics(topics: Iterable[Topic]) -> None:
    for each in topics:
        tell(f"topic_{_whose(each)}", id=each.id, question=each.question, says=BETWEEN.join(each.says))


def _whose(topic: Topic) -> str:
    return "own" if topic.own else "standard"


def _has(word: str, *texts: str) -> bool:
    return any(plain(word) in plain(text) for text in texts)


def _texts(topic: Topic, says: bool) -> tuple[str, ...]:
    """What is printed of a topic."""
    return (topic.id, topic.question, *topic.says) if says else (topic.topic, *topic.lay, *topic.office)


def _name(nickname: Nickname) -> dict[str, object]:
    return {"lay": nickname.lay, "office": nickname.office}


def _row(topic: Topic) -> dict[str, object]:
    return {name: getattr(topic, name) for name in ("own", "field", "topic", "question", "says", "office", "lay")}
