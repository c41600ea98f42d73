"""Puts the LINE channel together with the service behind it."""

from functools import partial
from random import Random, SystemRandom

from app.answering.answerer import LONGEST_READ
from app.errors import NoLineAccount, SiteNotNamed
from app.records.masking import cut, mask
from app.settings import Settings
from app.wiring import Service
from channels.line.account import Account
from channels.line.channel import LineChannel, line_channel
from channels.line.client import LineClient
from channels.line.delivery.office import DeliveryOffice
from channels.line.desk import LineDesk, Town
from channels.line.events import Masked
from knowledge.sentences import DEFAULT_LANGUAGE, languages


def line_accounts(settings: Settings) -> dict[str, Account]:
    """The accounts of the settings by site."""
    return {
        site: Account(site, each.token.get_secret_value(), each.secrets, each.bot_name)
        for site, each in settings.line_accounts.items()
    }


def chosen_accounts(settings: Settings, site: str) -> list[Account]:
    """The account of the named site, or all of them. Raises NoLineAccount."""
    found = [account for name, account in line_accounts(settings).items() if site in ("", name)]
    if not found:
        raise NoLineAccount(site)
    return found


def chosen_account(settings: Settings, site: str) -> Account:
    """The account of the named site, or the only one. Raises NoLineAccount or SiteNotNamed."""
    found = chosen_accounts(settings, site)
    if len(found) > 1:
        raise SiteNotNamed([account.site for account in found])
    return found[0]


def line_client(settings: Settings, account: Account) -> LineClient:
    """The account's way to LINE."""
    return LineClient(account, settings.line_api_base)


def line_deliveries(running: Service, site: str) -> DeliveryOffice:
    """News for residents of the named site, or the only one with an account.

    Raises NoLineAccount, SiteNotNamed or UnknownSite.
    """
    account = chosen_account(running.settings, site)
    known = running.find_site(account.site)
    return DeliveryOffice(known.id, running.sessions, running.clock, SystemRandom(), line_client(running.settings, account))


def line_languages() -> tuple[str, ...]:
    """What residents may choose to be answered in."""
    return (DEFAULT_LANGUAGE, *sorted(languages("app") - {DEFAULT_LANGUAGE}))


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
        return Town(found.id, found.name, found.phone, line_languages())

    answerer, records = running.answerer, running.records
    return LineDesk(answerer.converse, town, answerer.card, running.take_feedback, records.forget, _masked)


def _masked(text: str) -> Masked:
    found = mask(cut(text, LONGEST_READ))
    return Masked(found.text, frozenset(found.found))
