"""Which language a resident reads: asked for, else the browser's, else Japanese."""

from collections.abc import Sequence

from knowledge.sentences import DEFAULT_LANGUAGE, languages


def offered(wanted: Sequence[str]) -> tuple[str, ...]:
    """The languages of a site that the pages have words for, in the site's order; never empty."""
    known = languages("channels")
    return tuple(each for each in wanted if each in known) or (DEFAULT_LANGUAGE,)


def choose(asked: str | None, accept: str, available: Sequence[str]) -> str:
    """`asked` wins even when nobody speaks it (then Japanese); only silence lets Accept-Language decide."""
    if asked:
        return asked if asked in available else DEFAULT_LANGUAGE
    return next((match for tag in _preferred(accept) if (match := _match(tag, available))), DEFAULT_LANGUAGE)


def html_tag(language: str) -> str:
    """The `lang` attribute: private subtags such as `x-easy` mean nothing to a screen reader's choice of voice."""
    return language.partition("-x-")[0]


def _match(tag: str, available: Sequence[str]) -> str | None:
    """`en-GB` is served by `en`; `ja-x-easy` is only ever chosen by hand."""
    return next((each for each in (tag, tag.partition("-")[0]) if each in available), None)


def _preferred(accept: str) -> list[str]:
    """The tags of an Accept-Language header, best first; what cannot be read counts as not wanted (RFC 9110 12.5.4)."""
    weighed = [(_weight(part), part.partition(";")[0].strip().lower()) for part in accept[:1000].split(",")]
    return [tag for weight, tag in sorted(weighed, key=lambda pair: -pair[0]) if tag and weight > 0]


def _weight(part: str) -> float:
    _, marker, quality = part.partition("q=")
    try:
        return float(quality) if marker else 1.0
    except ValueError:
        return 0.0
