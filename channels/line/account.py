"""One LINE official account: whose it is, and the secrets that belong to it."""

import hmac
from base64 import b64encode
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Account:
    """The account of one site, with what its Messaging API channel is known by."""

    site: str
    token: str = field(repr=False)
    """The channel access token, for sending."""
    secrets: tuple[str, ...] = field(repr=False)
    """The channel secret, and the one before it while it is being exchanged: LINE ends the old one at once."""
    bot_name: str = ""
    """What stands above the bot's messages; empty means the name in the wording."""

    def signed(self, body: bytes, signature: str) -> bool:
        """Whether LINE sent exactly these bytes (base64 of their HMAC-SHA256 under the channel secret)."""
        given = signature.encode("ascii", "replace")
        matches = [hmac.compare_digest(b64encode(hmac.digest(each.encode(), body, "sha256")), given) for each in self.secrets]
        return any(matches)
