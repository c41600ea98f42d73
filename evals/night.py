"""A night: what one `madoguchi nightly` did for one site and how good the bot was then; reports are made of these."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from evals import score
from evals.metrics import Measure
from evals.page_facts import Difference, FactKind
from evals.runs import RunConfig
from evals.score import Metrics
from evals.verdict import Verdict
from indexer.calibrate import Calibration, calibration_from_json

Row = TypeVar("Row")


class NightState(StrEnum):
    """How a night ended."""

    FINISHED = "finished"
    ABANDONED = "abandoned"
    """It was killed and nobody went on with it in time; what it had measured is not counted."""


class Decision(StrEnum):
    """What became of the candidate."""

    PROMOTED = "promoted"
    PROMOTED_ANYWAY = "promoted_anyway"
    """The gate refused and an operator gave a reason to go on."""
    REFUSED = "refused"
    UNCHANGED = "unchanged"
    """The candidate is the snapshot in use, file by file."""


class ProposalKind(StrEnum):
    """What staff could do about questions that nobody could answer."""

    NEW_ENTRY = "new_entry"
    WORDING = "wording"
    """An entry is near: it may only lack the words that residents use."""


@dataclass(frozen=True, slots=True)
class Flip:
    """A case that ended otherwise than on the snapshot in use."""

    case: str
    text: str
    entries: tuple[str, ...]
    """Those that rightly answer it."""
    shown: tuple[str, ...]
    """Those that the candidate gave or offered."""
    before: Verdict
    after: Verdict
    protected: bool
    set: str = ""
    variety: str = ""
    """In which way it is written differently; empty for what people wrote."""
    outcome: str = ""
    """How the candidate ended."""


@dataclass(frozen=True, slots=True)
class FigureChange:
    """One figure over the cases that both snapshots were asked."""

    name: str
    """Of `evals.score.FIGURES`, or `set:<name>` or `variety:<name>` for the share of right answers among those cases."""
    before: float
    after: float
    difference: Measure
    """After less before, with its paired bootstrap interval."""
    fell: bool
    """Worse by more than its noise."""


@dataclass(frozen=True, slots=True)
class PageChange:
    """A procedure page that says something else than before, or that could not be read and was kept as it was."""

    url: str
    title: str
    noticed_at: datetime
    problem: str = ""
    """Why it was kept, in a sentence; empty for a page that was read."""
    differences: tuple[Difference, ...] = ()
    sections: tuple[str, ...] = ()
    """Headings whose text changed."""
    gone: tuple[str, ...] = ()
    """Entries made of sections that are no longer there; they stay until somebody retires them."""
    quoted_by: tuple[str, ...] = ()
    """Entries that link to the page or say what it used to say, and have not been edited since."""
    drafts: tuple[str, ...] = ()
    """Entries for which a new text waits for approval."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Questions that were asked by several people and not answered; nothing here is published by itself."""

    kind: ProposalKind
    text: str
    """The question that stands for all."""
    examples: tuple[str, ...]
    questions: int
    conversations: int
    entry: str = ""
    """The near entry, for a wording."""
    entry_question: str = ""
    probability: float = 0.0
    """How likely the near entry, or one of the next two, is the answer."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a city hall's standard topics."""

    name: str
    topics: int
    covered: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Night:
    """Everything a report needs; the same as JSON in `night.json`."""

    site: str
    site_name: str
    started_at: datetime
    finished_at: datetime
    state: NightState
    before: str | None = None
    """The snapshot in use when the night began."""
    after: str | None = None
    """The one in use when it ended."""
    candidate: str | None = None
    entries: int = 0
    """In the candidate."""
    decision: Decision = Decision.UNCHANGED
    reasons: tuple[str, ...] = ()
    """Sentences: why the gate refused, or would have."""
    override: str = ""
    """The operator's reason to go on all the same."""
    remarks: tuple[str, ...] = ()
    """Sentences about what could not be done or read, and does not stop the night."""
    config: RunConfig | None = None
    """Of the run over the candidate; None, as all figures, when there are no cases."""
    metrics: Metrics | None = None
    changes: tuple[FigureChange, ...] = ()
    flips: tuple[Flip, ...] = ()
    misses: tuple[Mapping[str, Any], ...] = ()
    """As the lines of `misses.jsonl`, of the cases that people wrote."""
    points: tuple[tuple[float, bool], ...] = ()
    """For every answerable case: confidence in the first entry found, and whether it is a right one."""
    calibration: Calibration | None = None
    calibration_before: Calibration | None = None
    pages: tuple[PageChange, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    coverage: tuple[Field, ...] = ()
    residents: Mapping[str, int] = field(default_factory=dict)
    """Questions that residents asked since the night before, by outcome."""
    forgotten: Mapping[str, int] = field(default_factory=dict)
    """What retention removed: `questions`, `conversations`, `contexts`, `nights`."""
    durations: Mapping[str, float] = field(default_factory=dict)
    """Seconds by step, in the order they ran."""


def to_json(night: Night) -> dict[str, Any]:
    """What `night.json` holds."""
    values = {each.name: getattr(night, each.name) for each in fields(night)}
    metrics = score.to_json(night.metrics) if night.metrics else None
    own: dict[str, Any] = plain({**values, "metrics": metrics})
    return own


def plain(value: object) -> Any:
    """Values of this module, and lists and dictionaries of them, as JSON has them."""
    return json.loads(json.dumps(value, default=_plain))


def from_json(value: Mapping[str, Any]) -> Night:
    """The inverse of `to_json`. Raises KeyError, TypeError or ValueError for what we did not write."""
    own = dict(value)
    for name in ("started_at", "finished_at"):
        own[name] = datetime.fromisoformat(own[name])
    for name in ("calibration", "calibration_before"):
        own[name] = calibration_from_json(own[name]) if own[name] else None
    own["state"], own["decision"] = NightState(own["state"]), Decision(own["decision"])
    own["config"] = RunConfig(**own["config"]) if own["config"] else None
    own["metrics"] = score.from_json(own["metrics"]) if own["metrics"] else None
    own["changes"] = tuple(figure_change_from(each) for each in own["changes"])
    own["flips"] = tuple(flip_from(each) for each in own["flips"])
    own["pages"] = tuple(page_change_from(each) for each in own["pages"])
    own["proposals"] = tuple(proposal_from(each) for each in own["proposals"])
    own["coverage"] = tuple(field_from(each) for each in own["coverage"])
    own["points"] = tuple((float(sure), bool(right)) for sure, right in own["points"])
    own["misses"] = tuple(own["misses"])
    return Night(**_tuples(own, "reasons", "remarks"))


def flip_from(value: Mapping[str, Any]) -> Flip:
    """One of `flips`."""
    verdicts = {name: Verdict(value[name]) for name in ("before", "after")}
    return Flip(**{**_tuples(value, "entries", "shown"), **verdicts})


def figure_change_from(value: Mapping[str, Any]) -> FigureChange:
    """One of `changes`."""
    return FigureChange(**{**value, "difference": Measure(**value["difference"])})


def page_change_from(value: Mapping[str, Any]) -> PageChange:
    """One of `pages`."""
    own = _tuples(value, "sections", "gone", "quoted_by", "drafts")
    own["noticed_at"] = datetime.fromisoformat(own["noticed_at"])
    own["differences"] = tuple(Difference(**{**each, "kind": FactKind(each["kind"])}) for each in own["differences"])
    return PageChange(**own)


def proposal_from(value: Mapping[str, Any]) -> Proposal:
    """One of `proposals`."""
    return Proposal(**{**_tuples(value, "examples"), "kind": ProposalKind(value["kind"])})


def field_from(value: Mapping[str, Any]) -> Field:
    """One of `coverage`."""
    return Field(**_tuples(value, "missing"))


def _tuples(value: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """The values, those named as tuples: JSON knows only lists."""
    return {**value, **{name: tuple(value[name]) for name in names}}


def _plain(value: Any) -> Any:
    """What json cannot write by itself."""
    return value.isoformat() if isinstance(value, datetime) else asdict(value)
