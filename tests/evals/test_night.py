"""A night as JSON and back."""

import json
from datetime import UTC, datetime

import pytest

from channels.message import Outcome
from evals.answered import Answered
from evals.case import Case
from evals.metrics import Measure
from evals.night import (
    Decision,
    Field,
    FigureChange,
    Flip,
    Night,
    NightState,
    PageChange,
    Proposal,
    ProposalKind,
    from_json,
    to_json,
)
from evals.page_facts import Difference, FactKind
from evals.runs import RunConfig
from evals.score import evaluate
from evals.verdict import Verdict
from indexer.calibrate import load_borrowed

BEGAN = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)


def full_night() -> Night:
    """A night with something in every field."""
    case = Case("a", "住民票", "answers", "answered", {"juminhyo": 2})
    answered = Answered("a", Outcome.ANSWERED_ENTRY, ("juminhyo",), 0.9, 2.5)
    return Night(
        site="kita",
        site_name="きた市",
        started_at=BEGAN,
        finished_at=BEGAN.replace(minute=9),
        state=NightState.FINISHED,
        before="old",
        after="old",
        candidate="new",
        entries=15,
        decision=Decision.REFUSED,
        reasons=("守る質問が誤りになりました。",),
        override="",
        remarks=("ページを読めません。",),
        config=RunConfig("kita", "new", "cd", 1, "ab", "0.1.0", BEGAN.isoformat(), {"model": "words"}),
        metrics=evaluate([answered], [case]),
        changes=(FigureChange("right", 1.0, 0.5, Measure(-0.5, -0.8, -0.1, 10), fell=True),),
        flips=(Flip("a", "住民票", ("juminhyo",), ("inkan",), Verdict.RIGHT, Verdict.WRONG, protected=True),),
        misses=({"case": "a", "text": "住民票"},),
        points=((0.9, True), (0.2, False)),
        calibration=load_borrowed(),
        calibration_before=load_borrowed(),
        pages=(
            PageChange(
                "https://www.city.example.jp/a.html",
                "住民票",
                BEGAN,
                differences=(Difference(FactKind.FEE, "300円", "350円", "手数料：350円"),),
                quoted_by=("juminhyo",),
            ),
        ),
        proposals=(Proposal(ProposalKind.WORDING, "犬が死んだ", ("犬が死にました",), 5, 4, "neko", "猫", 0.5),),
        coverage=(Field("税", 10, 8, ("軽自動車税",)),),
        residents={"answered_entry": 5},
        forgotten={"questions": 3},
        durations={"build": 1.5},
    )


def test_a_night_is_the_same_after_it_was_written_and_read() -> None:
    night = full_night()
    assert from_json(json.loads(json.dumps(to_json(night)))) == night


def test_a_night_without_cases_has_no_figures() -> None:
    night = Night("kita", "きた市", BEGAN, BEGAN, NightState.FINISHED)
    again = from_json(json.loads(json.dumps(to_json(night))))
    assert again == night
    assert again.metrics is None


@pytest.mark.parametrize("wrong", ["state", "decision", "started_at", "points", "flips"])
def test_what_we_did_not_write_is_no_night(wrong: str) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        from_json({**to_json(full_night()), wrong: "nonsense"})
