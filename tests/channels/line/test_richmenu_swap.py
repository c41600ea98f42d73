"""Menus are swapped without a gap, whatever fails on the way, and nobody else's menu is touched."""

import subprocess
import sys
from collections.abc import Sequence

import pytest

from channels.errors import AliasTaken, RichMenuRefused
from channels.line.richmenu.plan import Wanted
from channels.line.richmenu.sdk import SdkRichMenus
from channels.line.richmenu.swap import Swapped, swap
from tests.channels.line.richmenu_account import Account, Failure
from tests.channels.line.richmenu_server import TOKEN, serving

FOREIGN = {"richmenu-foreign": "夏のキャンペーン", "richmenu-other-site": "madoguchi:higashi:faq:0000"}


def wanted(version: str, *keys: str) -> tuple[Wanted, ...]:
    return tuple(
        Wanted(
            f"madoguchi-{key}",
            {
                "name": f"madoguchi:mihon:{key}:{version}",
                "size": {"width": 2500, "height": 1686},
                "selected": True,
                "chatBarText": "メニュー",
                "areas": [
                    {
                        "bounds": {"x": 0, "y": 0, "width": 10, "height": 10},
                        "action": {"type": "message", "label": "a", "text": "b"},
                    }
                ],
            },
            f"{key}{version}".encode(),
        )
        for key in keys
    )


OLD, NEW = wanted("1", "faq", "waste", "language"), wanted("2", "faq", "waste", "disaster")


def account_with(*foreign: str) -> Account:
    """An account in which somebody else has menus, too."""
    account = Account(
        names={each: FOREIGN[each] for each in foreign},
        images=dict.fromkeys(foreign, b"theirs"),
        leads={"summer": foreign[0]} if foreign else {},
    )
    account.menus_made = {each: {"name": name} for each, name in account.names.items()}
    return account


def assert_exactly(account: Account, plan: Sequence[Wanted]) -> None:
    ours = {menu_id: name for menu_id, name in account.names.items() if menu_id not in FOREIGN}
    assert sorted(ours.values()) == sorted(each.name for each in plan)
    assert {alias: account.names[menu_id] for alias, menu_id in account.leads.items() if alias != "summer"} == {
        each.alias: each.name for each in plan
    }
    assert {account.names[menu_id]: image for menu_id, image in account.images.items() if menu_id in ours} == {
        each.name: each.image for each in plan
    }
    assert account.default is not None
    assert account.names[account.default] == plan[0].name


def never_without(account: Account) -> None:
    """Once there was a menu, residents always see one, and every alias of ours leads somewhere."""
    assert account.default in account.images
    assert all(menu_id in account.images for menu_id in account.leads.values())


def test_the_first_time_everything_is_made() -> None:
    account = account_with()
    assert swap(OLD, account, "mihon") == Swapped(made=3, kept=0, removed=0)
    assert_exactly(account, OLD)


def test_nothing_changes_the_second_time() -> None:
    account = account_with()
    swap(OLD, account, "mihon")
    before = dict(account.names)
    assert swap(OLD, account, "mihon") == Swapped(made=0, kept=3, removed=0)
    assert account.names == before


def test_new_menus_take_the_place_of_the_old_ones() -> None:
    account = account_with(*FOREIGN)
    swap(OLD, account, "mihon")
    account.watch = never_without
    assert swap(NEW, account, "mihon") == Swapped(made=3, kept=0, removed=3)
    assert_exactly(account, NEW)


def test_only_what_changed_is_made_again() -> None:
    account = account_with()
    swap(OLD, account, "mihon")
    assert swap((OLD[0], NEW[1], OLD[2]), account, "mihon") == Swapped(made=1, kept=2, removed=1)


@pytest.mark.parametrize("done", [False, True], ids=["lost on the way there", "lost on the way back"])
@pytest.mark.parametrize("started", [False, True], ids=["first", "later"])
def test_a_failure_at_any_step_is_mended_by_the_next_run(started: bool, done: bool) -> None:
    steps = 0
    while True:
        account = account_with(*FOREIGN)
        if started:
            swap(OLD, account, "mihon")
            account.watch = never_without
        steps += 1
        account.failure = Failure(steps, done)
        try:
            swap(NEW, account, "mihon")
        except RichMenuRefused:
            account.failure = None
            swap(NEW, account, "mihon")
            assert_exactly(account, NEW)
            assert {each: account.names[each] for each in FOREIGN} == FOREIGN
            assert account.leads["summer"] == "richmenu-foreign"
        else:
            break
    assert_exactly(account, NEW)
    # 2 lists, 3 validations, 3 menus with pictures, 3 aliases, the default, 2 lists; later also an alias and 3 menus to remove.
    assert steps - 1 == (21 if started else 17)


def test_a_second_failure_on_the_way_is_mended_too() -> None:
    for first in range(1, 22):
        for second in range(1, 22, 4):
            account = account_with(*FOREIGN)
            swap(OLD, account, "mihon")
            account.watch = never_without
            for at in (first, second):
                account.failure = Failure(at, done=True)
                with_failure(account)
            account.failure = None
            swap(NEW, account, "mihon")
            assert_exactly(account, NEW)


def with_failure(account: Account) -> None:
    try:
        swap(NEW, account, "mihon")
    except RichMenuRefused:
        return


def test_an_alias_of_somebody_else_is_left_alone() -> None:
    account = account_with("richmenu-foreign")
    account.leads["madoguchi-faq"] = "richmenu-foreign"
    with pytest.raises(AliasTaken):
        swap(OLD, account, "mihon")
    assert set(account.names) == {"richmenu-foreign"}


def test_an_alias_that_leads_nowhere_is_used_again() -> None:
    account = account_with()
    account.leads["madoguchi-faq"] = "richmenu-deleted-by-hand"
    swap(OLD, account, "mihon")
    assert_exactly(account, OLD)


def test_a_menu_that_line_refuses_changes_nothing() -> None:
    account = account_with()
    swap(OLD, account, "mihon")
    broken = (NEW[0], Wanted(NEW[1].alias, NEW[1].menu | {"areas": []}, b""))
    with pytest.raises(RichMenuRefused):
        swap(broken, account, "mihon")
    assert_exactly(account, OLD)


def test_it_works_through_the_sdk() -> None:
    account = account_with(*FOREIGN)
    with serving(account) as base:
        assert swap(OLD, SdkRichMenus(TOKEN, base), "mihon") == Swapped(3, 0, 0)
        assert_exactly(account, OLD)
        account.watch = never_without
        assert swap(NEW, SdkRichMenus(TOKEN, base), "mihon") == Swapped(3, 0, 3)
    assert_exactly(account, NEW)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ((400, {"message": "The request body has 1 error(s)", "details": [{"property": "areas", "message": "bad"}]}), "400 The"),
        ((401, {"message": "Authentication failed"}), "401 Authentication failed"),
        ((429, {"message": "The API rate limit has been exceeded."}), "429 The API rate limit"),
        ((500, b"<html>"), "500"),
        ((200, b"{"), "Error"),
        ((0, ""), "Error"),
    ],
)
def test_a_refusal_is_one_sentence(answer: tuple[int, object], told: str) -> None:
    def spoil(method: str, path: str) -> tuple[int, object] | None:
        return answer if (method, path) == ("POST", "/v2/bot/richmenu") else None

    with serving(Account(), spoil) as base, pytest.raises(RichMenuRefused) as refused:
        swap(OLD, SdkRichMenus(TOKEN, base), "mihon")
    assert told in str(refused.value)
    assert "create" in str(refused.value)


@pytest.mark.parametrize("answer", [b"{", b"[]", b'{"richmenus": [3]}', b'{"richmenus": null}'])
def test_a_list_that_is_none_changes_nothing(answer: bytes) -> None:
    account = account_with(*FOREIGN)

    def spoil(_: str, path: str) -> tuple[int, object] | None:
        return (200, answer) if path.endswith("richmenu/list") else None

    with serving(account, spoil) as base, pytest.raises(RichMenuRefused):
        swap(OLD, SdkRichMenus(TOKEN, base), "mihon")
    assert account.names == FOREIGN


def test_the_sdk_is_imported_only_when_it_is_used() -> None:
    code = "import sys, channels.line.richmenu.sdk, channels.line.render; print('linebot' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert told.stdout.strip() == "False"


def test_what_is_gone_already_is_removed() -> None:
    with serving(Account()) as base:
        api = SdkRichMenus(TOKEN, base)
        api.delete("richmenu-1")
        api.delete_alias("madoguchi-faq")
        with pytest.raises(RichMenuRefused):
            api.set_default("richmenu-1")
