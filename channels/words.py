"""The words around answers in one resident's language, the same on the web and in LINE."""

from datetime import date

from knowledge.sentences import say


class Words:
    """`words("send")` is the sentence `web.send`; templates call it `t`."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, key: str, **values: object) -> str:
        return say("channels", key if "." in key else f"web.{key}", self.language, **values)


def day(value: date, words: Words) -> str:
    """A date as people of that language write it, always in western years."""
    return words("dates", year=value.year, month=words(f"months.{value.month}"), day=value.day)
