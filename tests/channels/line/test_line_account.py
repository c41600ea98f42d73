"""Who may deliver webhooks: only LINE, with one of the secrets, over exactly these bytes."""

from hypothesis import given
from hypothesis import strategies as st

from channels.line.account import Account

# LINE's own example: https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature/
SECRET = "8c570fa6dd201bb328f1c1eac23a96d8"
BODY = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
SIGNATURE = "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="


def account(*secrets: str) -> Account:
    return Account("mihon", "a token", secrets)


def test_lines_own_example_is_genuine() -> None:
    assert account(SECRET).signed(BODY, SIGNATURE)


def test_the_former_secret_counts_while_it_is_being_exchanged() -> None:
    assert account("the new one", SECRET).signed(BODY, SIGNATURE)
    assert not account("the new one").signed(BODY, SIGNATURE)


def test_an_account_without_secrets_believes_nobody() -> None:
    assert not account().signed(BODY, SIGNATURE)


@given(st.text())
def test_no_other_signature_is_genuine(signature: str) -> None:
    assert account(SECRET).signed(BODY, signature) is (signature == SIGNATURE)


@given(st.binary())
def test_no_other_body_is_genuine(body: bytes) -> None:
    assert account(SECRET).signed(body, SIGNATURE) is (body == BODY)


def test_secrets_are_not_shown() -> None:
    assert SECRET not in repr(account(SECRET))
    assert "a token" not in repr(account(SECRET))
