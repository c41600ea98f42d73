"""Nights to report on: measured by the real scoring over a few cases, with whatever a resident might have written."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from channels.message import Outcome
from evals.answered import Answered
from evals.case import Case
from evals.metrics import Measure
from evals.night import Decision, Field, FigureChange, Flip, Night, NightState, PageChange, Proposal, ProposalKind
from evals.page_facts import Difference, FactKind
from evals.runs import RunConfig
from evals.score import evaluate, misses
from evals.verdict import Verdict
from indexer.calibrate import Calibration, Source
from indexer.risk import Promise

BEGAN = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
"""Saturday 21 November 2026, 2:00 in Japan."""

QUESTIONS = {"juminhyo": "住民票の写しはどこで取れますか", "inkan": "印鑑登録をするには"}
"""Of the entries, by id."""

OWN = Calibration(
    Promise(0.62, 786, 82, 4, 0.0952, 82, tested=True),
    Promise(0.38, 786, 416, 60, 0.172, 416, tested=True),
    0.1,
    Source.OWN_WORDINGS,
    bound=0.1,
    cards_bound=0.2,
)


def cases(text: str = "住民票がほしい") -> list[Case]:
    """Three sets, one of them all wrong, and one question written differently; no emergency among them."""
    return [
        Case("a1", text, "answers", "answered", {"juminhyo": 2}, protected=True, tags=("registry",)),
        Case("a2", f"{text}、急ぎで", "answers", "answered", {"juminhyo": 2}, before=(text,), tags=("registry",)),
        Case("a3", f"{text}の写し", "answers", "answered", {"juminhyo": 2, "inkan": 1}, tags=("registry",)),
        Case("u1", f"{text}と旅券", "abstention", "handoff", {}, tags=("services",)),
        Case("p1", f"{text} 123456789018", "personal_data", "refused", {}, private=("123456789018",)),
        Case("a1~kana", "じゅうみんひょうがほしい", "answers", "answered", {"juminhyo": 2}, plain="a1", variety="kana"),
    ]


ANSWERED = (
    Answered("a1", Outcome.ANSWERED_ENTRY, ("juminhyo",), 0.91, 2.1),
    Answered("a2", Outcome.SUGGESTED_CARDS, ("inkan", "juminhyo"), 0.44, 3.3),
    Answered("a3", Outcome.ANSWERED_ENTRY, ("tax",), 0.72, 2.9),
    Answered("u1", Outcome.SUGGESTED_CARDS, ("inkan",), 0.41, 4.0),
    Answered("p1", Outcome.REFUSED_PERSONAL_DATA, (), None, 0.7),
    Answered("a1~kana", Outcome.SUGGESTED, ("juminhyo",), 0.2, 5.2),
)


def full_night(text: str = "住民票がほしい") -> Night:
    """A night with something in every part of its report; `text` is what residents and others wrote."""
    asked = cases(text)
    return Night(
        site="kita",
        site_name="きた市",
        started_at=BEGAN,
        finished_at=BEGAN + timedelta(minutes=9),
        state=NightState.FINISHED,
        before="20261120-170000",
        after="20261121-170000",
        candidate="20261121-170000",
        entries=1234,
        decision=Decision.PROMOTED,
        reasons=(f"理由 {text}",),
        remarks=(f"できなかった {text}",),
        config=RunConfig("kita", "20261121-170000", "cd", len(asked), "ab", "0.1.0", BEGAN.isoformat(), {"model": text}),
        metrics=evaluate(ANSWERED, asked),
        changes=(
            FigureChange("right", 0.5, 1 / 3, Measure(-1 / 6, -0.4, 0.1, 3), fell=False),
            FigureChange("set:abstention", 0.2, 0.9, Measure(0.7, 0.5, 0.9, 30), fell=False),
            FigureChange("variety:kana", 0.9, 0.2, Measure(-0.7, -0.9, -0.5, 30), fell=True),
        ),
        flips=(
            Flip("a3", text, ("juminhyo",), ("tax",), Verdict.PARTIAL, Verdict.WRONG, False, "answers", "", "answered_entry"),
            Flip("a1", text, ("juminhyo",), ("juminhyo",), Verdict.WRONG, Verdict.RIGHT, True, "answers", "", "answered_entry"),
            Flip("a1~kana", text, ("juminhyo",), (), Verdict.RIGHT, Verdict.MISSED, True, "answers", "kana", "handoff_no_match"),
        ),
        misses=tuple(misses(ANSWERED, asked)),
        points=((0.91, True), (0.44, False), (0.72, False), (0.05, True)),
        calibration=OWN,
        calibration_before=replace(OWN, answer=replace(OWN.answer, highest=0.12)),
        pages=(
            PageChange(
                "https://www.city.example.jp/a.html",
                text,
                BEGAN,
                differences=(
                    Difference(FactKind.FEE, "300円", "350円", f"手数料 {text}"),
                    Difference(FactKind.DATE, "", text, ""),
                ),
                sections=(text,),
                gone=("inkan",),
                quoted_by=("juminhyo", "unknown-id"),
                drafts=("inkan",),
            ),
            PageChange("javascript:alert(1)", "", BEGAN, problem=f"読めません {text}"),
        ),
        proposals=(
            Proposal(ProposalKind.WORDING, text, (text, "犬が死にました"), 5, 4, "inkan", text, 0.5),
            Proposal(ProposalKind.NEW_ENTRY, text, (text,), 7, 6),
        ),
        coverage=(Field("税", 10, 8, (text, "固定資産税の縦覧")), Field("ごみ", 4, 4, ())),
        residents={"answered_entry": 5, "handoff_no_match": 3},
        forgotten={"questions": 3},
        durations={"build": 12.3, "evaluate": 312.0},
    )


def empty_night() -> Night:
    """The first night of a city that has no cases and that nobody has asked anything."""
    return Night("kita", "きた市", BEGAN, BEGAN, NightState.FINISHED)


def nights_before(count: int, night: Night) -> list[Night]:
    """The same on so many days before, oldest first."""
    return [
        replace(night, started_at=night.started_at - timedelta(days=day), finished_at=night.finished_at - timedelta(days=day))
        for day in range(count, 0, -1)
    ]
