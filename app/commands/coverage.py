"""`madoguchi coverage`: which standard topics the city has no entry for, by field, and likely wordings for the entries it has."""

from collections.abc import Iterable
from itertools import groupby

from app.commands.terminal import JsonOption, SiteOption, chosen_site, service, tell, tell_json
from indexer.coverage import Coverage, cover

NAME = "coverage"


def run(site: SiteOption = "", as_json: JsonOption = False) -> None:
    """Ask every standard question of the current snapshot."""
    running = service()
    chosen = chosen_site(running, site)
    found = list(cover(running.live.searcher(chosen), running.engine.speech(chosen).topics))
    if as_json:
        tell_json([_row(each) for each in found])
    else:
        _print(found)


def _row(each: Coverage) -> dict[str, object]:
    return {
        "field": each.topic.field,
        "topic": each.topic.topic,
        "question": each.topic.question,
        "covered": each.covered,
        "probability": round(each.probability, 3),
        "nearest": each.nearest.id if each.nearest else None,
        "wordings": each.wordings,
    }


def _print(found: Iterable[Coverage]) -> None:
    for field, topics in groupby(sorted(found, key=_field), key=_field):
        inside = list(topics)
        missing = [each for each in inside if not each.covered]
        tell("coverage_field", field=field, covered=len(inside) - len(missing), topics=len(inside))
        for each in missing:
            nearest = each.nearest.question if each.nearest else "－"
            tell("coverage_missing", topic=each.topic.topic, probability=each.probability, nearest=nearest)


def _field(each: Coverage) -> str:
    return each.topic.field
