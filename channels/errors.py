"""What can be wrong with a request that reaches us, whatever its channel."""

from typing import ClassVar

from knowledge import sites
from knowledge.errors import KnownError
from knowledge.sentences import DEFAULT_LANGUAGE, say, wording


class UnknownSite(sites.UnknownSite):
    """The same refusal as in `knowledge`, said to residents in their languages: the address names no municipality."""

    def __init__(self, site: str) -> None:
        super().__init__(site[:64])


class PageNotFound(KnownError):
    """Nothing lives at that address."""

    status = 404


class MethodNotAllowed(KnownError):
    """The address exists, but not for this method."""

    status = 405


class RequestRefused(KnownError):
    """Any other refusal of the web framework; the status says which."""


class MalformedJson(KnownError):
    """The body is not JSON, or is nested deeper than anybody could mean."""

    status = 400


class BodyTooLarge(KnownError):
    """More was sent than any question needs; reading stopped there."""

    status = 413

    def __init__(self, limit: int) -> None:
        super().__init__(limit=limit // 1024)


class BodyCutOff(KnownError):
    """The sender went away before the end; nobody is left to read this."""

    status = 400


class WrongContentType(KnownError):
    """The body came as something else than the address takes."""

    status = 415

    def __init__(self, expected: str) -> None:
        super().__init__(expected=expected)


class CrossSitePost(KnownError):
    """A form was sent from a page that is not ours."""

    status = 403


class SignatureWrong(KnownError):
    """A webhook that LINE has not signed, or not with the secret we know."""

    status = 401


class NotAWebhook(KnownError):
    """Signed JSON, but not with a list of events in it."""

    status = 400


class NotStoredInTime(KnownError):
    """The database has not taken a webhook before LINE's patience ended; it is delivered again."""

    status = 503


class LineUnavailable(KnownError):
    """LINE does not answer a question about the account, or refuses to."""

    status = 502

    def __init__(self, status: int | None, note: str) -> None:
        super().__init__(status=status or "-", note=note)


class FontMissing(KnownError):
    """There is no font that can draw Japanese."""

    status = 500

    def __init__(self, name: str) -> None:
        super().__init__(name=name)


class RichMenuRefused(KnownError):
    """LINE did not take a step of changing the menu, or did not answer; running it again goes on from there."""

    status = 502

    def __init__(self, step: str, reason: str) -> None:
        super().__init__(step=step, reason=reason[:300])
        self.reason = reason


class AliasTaken(KnownError):
    """Somebody else's menu has the alias that one of ours needs."""

    status = 409

    def __init__(self, alias: str) -> None:
        super().__init__(alias=alias)


class AnswersWouldBeLost(KnownError):
    """A questionnaire no longer has options that residents have chosen."""

    status = 409

    def __init__(self, people: int, answers: str) -> None:
        super().__init__(people=people, answers=answers)


class UnknownDelivery(KnownError):
    """A site has no delivery of that number."""

    status = 404

    def __init__(self, number: int) -> None:
        super().__init__(number=number)


class DeliveryMoved(KnownError):
    """A delivery is not in a state in which that could be done about it."""

    status = 409

    def __init__(self, number: int, state: str, act: str) -> None:
        super().__init__(number=number, state=state, act=act)


class OwnDelivery(KnownError):
    """Four eyes: nobody approves what they wrote."""

    status = 403

    def __init__(self, number: int) -> None:
        super().__init__(number=number)


class NameMissing(KnownError):
    """Somebody wants to do something without saying who they are."""

    status = 422


class QuotaTooSmall(KnownError):
    """A delivery reaches more residents than messages are left in this month."""

    status = 409

    def __init__(self, people: int, left: int) -> None:
        super().__init__(people=people, left=left)


class PastTime(KnownError):
    """A delivery is to begin at a time that is over: a slip that would otherwise send it at once."""

    status = 422


class NobodyReached(KnownError):
    """A delivery is for nobody at present."""

    status = 409


class UnknownTester(KnownError):
    """Nobody of that name tries deliveries out, or they have not sent their code yet."""

    status = 404

    def __init__(self, name: str) -> None:
        super().__init__(name=name)


class NotTriedOut(KnownError):
    """LINE did not take what was to be tried out, or did not answer."""

    status = 502

    def __init__(self, verdict: str, note: str) -> None:
        super().__init__(verdict=verdict, note=note)


class InvalidField(KnownError):
    """One field is missing or has a value of another kind; `problem` is a key of `[problems]`."""

    status = 422
    UNNAMED: ClassVar[str] = "other"

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(field=field, problem=problem)
        self.field = field
        self.problem = problem

    def sentence(self, language: str = DEFAULT_LANGUAGE) -> str:
        known = f"problems.{self.problem}" in wording("channels")
        label = f"fields.{self.field}" if f"fields.{self.field}" in wording("channels") else f"fields.{self.UNNAMED}"
        return say(
            "channels",
            "errors.InvalidField",
            language,
            label=say("channels", label, language),
            field=self.field,
            problem=say("channels", f"problems.{self.problem if known else self.UNNAMED}", language),
        )
