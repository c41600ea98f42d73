"""Whom a delivery is for: those who agreed and gave one of the wanted answers to every question that is named."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session

from channels.line.segments.questionnaire import LANGUAGE, Questionnaire
from channels.line.segments.tables import ChoiceRow, RegistrationRow
from channels.line.tables import PersonRow
from knowledge.sentences import DEFAULT_LANGUAGE, say

Wanted = Mapping[str, tuple[str, ...]]
"""Options by question: one of them, of every question."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Residents who registered and answered as wanted; without a wish, all who registered."""

    wanted: Wanted = field(default_factory=dict)
    everyone: bool = False
    """All whom we know, registered or not: for what is urgent only. Friends from before this service who have done nothing
    since are unknown to it."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How many would be told now."""

    people: int
    registered: int
    friends: int


def people_of(site: str, audience: Audience) -> Select[str]:
    """The ids of those it is for, as things stand; who has left or withdrawn is not among them."""
    query = select(PersonRow.id).where(PersonRow.site_id == site, PersonRow.left_at.is_(None))
    if audience.everyone:
        return query
    return query.where(_registered(), *(_answered(*each) for each in audience.wanted.items()))


def reach(session: Session, site: str, audience: Audience) -> Reach:
    """How many an audience has now, and of how many."""

    def count(whom: Audience) -> int:
        return session.scalar(select(func.count()).select_from(people_of(site, whom).subquery())) or 0

    return Reach(count(audience), count(Audience()), count(Audience(everyone=True)))


def described(audience: Audience, questionnaire: Questionnaire | None) -> str:
    """The audience in words for staff."""
    if audience.everyone or not audience.wanted:
        return _said("everyone" if audience.everyone else "registered")
    wishes = [_described(questionnaire, *each) for each in audience.wanted.items()]
    return _said("and").join(wishes)


def to_json(audience: Audience) -> dict[str, Any]:
    """As it is stored."""
    return {"everyone": audience.everyone, "wanted": {question: list(options) for question, options in audience.wanted.items()}}


def from_json(value: Mapping[str, Any]) -> Audience:
    """What `to_json` made."""
    return Audience({question: tuple(options) for question, options in value["wanted"].items()}, value["everyone"])


def _registered() -> ColumnElement[bool]:
    return exists().where(RegistrationRow.site_id == PersonRow.site_id, RegistrationRow.person == PersonRow.id)


def _answered(question: str, options: tuple[str, ...]) -> ColumnElement[bool]:
    if question == LANGUAGE:
        return PersonRow.language.in_(options)
    return exists().where(
        ChoiceRow.site_id == PersonRow.site_id,
        ChoiceRow.person == PersonRow.id,
        ChoiceRow.question == question,
        ChoiceRow.option.in_(options),
    )


def _described(questionnaire: Questionnaire | None, question: str, options: tuple[str, ...]) -> str:
    asked = questionnaire.question(question) if questionnaire else None
    labels = {each.key: each.label(DEFAULT_LANGUAGE) for each in asked.options} if asked else {}
    named = _said("or").join(labels.get(option, option) for option in options)
    return _said("wish", question=asked.named(DEFAULT_LANGUAGE) if asked else question, options=named)


def _said(key: str, **values: object) -> str:
    return say("channels", f"delivery.{key}", DEFAULT_LANGUAGE, **values)
