"""What staff are told of an account that is set up well, or not yet."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from channels.line.check import check, recent
from channels.line.client import LineClient
from tests.channels.line.line_platform import Fault, Platform
from tests.channels.line.town import MIHON, TIMEOUT, LineTown

HANAKO = "U" + "1" * 32


def bad(town: LineTown, *, call: bool = True) -> set[str]:
    client = LineClient(town.account, town.base, TIMEOUT)
    return {finding.key for finding in check(client, call=call) if not finding.good}


def counted(town: LineTown) -> dict[str, dict[str, int]]:
    with town.sessions() as session:
        return {each.key: each.values for each in recent(session, MIHON.id, town.clock() - timedelta(days=7))}


def test_an_account_that_is_set_up_well_leaves_nothing_to_do(town: LineTown) -> None:
    assert bad(town) == set()


def wrong_token(platform: Platform) -> None:
    platform.bad_token = True


def other_address(platform: Platform) -> None:
    platform.endpoint = "https://chat.city.example.jp/line/kita"


def not_encrypted(platform: Platform) -> None:
    platform.endpoint = "http://chat.city.example.jp/line/mihon"


def switched_off(platform: Platform) -> None:
    platform.active = False


def no_answer(platform: Platform) -> None:
    platform.reached = False


def used_up(platform: Platform) -> None:
    platform.quota = platform.used_up = 200


def no_webhook(platform: Platform) -> None:
    platform.endpoint = ""


def no_quota(platform: Platform) -> None:
    platform.faults = lambda path: Fault.ERROR_BEFORE if "quota" in path else None


@pytest.mark.parametrize(
    ("happened", "expected"),
    [
        (wrong_token, {"token_refused"}),
        (other_address, {"webhook"}),
        (not_encrypted, {"webhook"}),
        (switched_off, {"webhook_active"}),
        (no_answer, {"webhook_called"}),
        (no_webhook, {"webhook_missing"}),
        (used_up, {"quota"}),
        (no_quota, {"quota_unknown"}),
    ],
)
def test_what_is_not_as_it_should_be_is_found(town: LineTown, happened: Callable[[Platform], None], expected: set[str]) -> None:
    happened(town.platform)
    assert bad(town) == expected


def test_without_a_running_service_line_need_not_call(town: LineTown) -> None:
    no_answer(town.platform)
    assert bad(town, call=False) == set()
    assert "/v2/bot/channel/webhook/test" not in [path for path, _ in town.platform.calls]


def test_how_the_last_days_went_is_counted(town: LineTown) -> None:
    town.platform.quota = 0
    town.hear(town.platform.text(HANAKO, "住民票"), town.platform.event("poll", HANAKO))
    town.work()
    town.hear(town.platform.text(HANAKO, "ごみの日"))
    town.clock.pass_(minutes=5)
    town.work()
    town.hear(town.platform.text(HANAKO, "水道"))
    assert counted(town) == {
        "recent": {"sent": 1, "events": 4, "waiting": 1},
        "over_quota": {"count": 1},
        "unknown": {"count": 1},
    }
    town.clock.pass_(days=8)
    assert counted(town) == {"recent": {"sent": 0, "events": 0, "waiting": 0}}
