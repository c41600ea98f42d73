"""`madoguchi search`: what is found for a question, with scores, the rejected included."""

from dataclasses import asdict
from typing import Annotated

import typer

from app.commands.terminal import JsonOption, SiteOption, chosen_site, service, tell, tell_json
from indexer.explain import from_when
from indexer.search import Hit, SearchResult
from knowledge.sentences import say

NAME = "search"


def run(
    text: Annotated[str, typer.Argument(help=say("app", "options.text"))],
    site: SiteOption = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help=say("app", "options.limit"))] = 10,
    as_json: JsonOption = False,
) -> None:
    """Search the current snapshot exactly as the service does."""
    running = service()
    result = running.live.searcher(chosen_site(running, site)).search(text, limit)
    if as_json:
        hits = [_row(hit, hit in result.hits) for hit in result.ranking]
        told = {"confidence": asdict(result.confidence), "calibration": asdict(result.calibration)}
        tell_json({"words": result.words, "hits": hits, **told, "milliseconds": result.milliseconds})
        return
    tell("searched", words="・".join(result.words), milliseconds=sum(result.milliseconds.values()))
    for rank, hit in enumerate(result.ranking, 1):
        accepted = "accepted" if hit in result.hits else "rejected"
        tell(
            f"hit_{accepted}",
            rank=rank,
            id=hit.entry.id,
            question=hit.entry.question,
            **_scores(hit),
        )
    _tell_confidence(result)


def _tell_confidence(result: SearchResult) -> None:
    sure, calibration = result.confidence, result.calibration
    levels = {"answer": from_when(calibration.answer), "cards": from_when(calibration.cards)}
    tell("judged", first=sure.first, three=sure.three, **levels)


def _row(hit: Hit, accepted: bool) -> dict[str, object]:
    return {
        "entry_id": hit.entry.id,
        "question": hit.entry.question,
        "accepted": accepted,
        **_scores(hit),
    }


def _scores(hit: Hit) -> dict[str, float]:
    return {"score": hit.score, "dense": hit.dense, "lexical": hit.lexical}
