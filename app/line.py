"""Puts the LINE channel together with the service behind it."""

from functools import partial
from random import Random

from app.answering.answerer import LONGEST_READ
from app.records.masking import cut, mask
from app.settings import Settings
from app.wiring import Service
from channels.line.account import Account
from channels.line.channel import LineChannel, line_channel
from channels.line.client import LineClient
from channels.line.desk import LineDesk, Town
from channels.line.events import Masked
from knowledge.sentences import DEFAULT_LANGUAGE, languages


def line_accounts(settings: Settings) -> dict[str, Account]:
    """The accounts of the settings by site."""
    return {
        site: Account(site, each.token.get_secret_value(), each.secrets, each.bot_name)
        for site, each in settings.line_accounts.items()
    }


def line_client(settings: Settings, account: Account) -> LineClient:
    """The account's way to LINE."""
    return LineClient(account, settings.line_api_base)


def line_office(running: Service) -> LineChannel:
    """The channel with everything it is given."""
    return line_channel(
        _desk(running),
        line_accounts(running.settings),
        running.sessions,
        running.clock,
        Random(),  # noqa: S311 (retry keys and pauses, which nobody gains from guessing)
        partial(line_client, running.settings),
    )


def _desk(running: Service) -> LineDesk:
    def town(site: str) -> Town:
        found = running.find_site(site)
        others = sorted(languages("app") - {DEFAULT_LANGUAGE})
        return Town(found.id, found.name, found.phone, (DEFAULT_LANGUAGE, *others))

    answerer, records = running.answerer, running.records
    return LineDesk(answerer.converse, town, answerer.card, running.take_feedback, records.forget, _masked)


def _masked(text: str) -> Masked:
    found = mask(cut(text, LONGEST_READ))
    return Masked(found.text, frozenset(found.found))
