"""The same question in another manner: politely, bluntly, by voice, in a dialect, with a long preface; pure."""

from evals.spelling import Rewrite, Words, wrong_kanji
from evals.varieties import manners, pick, table


def polite(text: str, _: Words, key: str) -> str:
    """With the phrases of a letter around it."""
    return pick(manners()["polite"]["forms"], key).format(text=text)


def blunt(text: str, _: Words, key: str) -> str:
    """Without any courtesy, and impatient."""
    return pick(manners()["blunt"]["forms"], key).format(text=_without_courtesy(text))


def voice(_: str, words: Words, key: str) -> str:
    """As a telephone types what is said to it: no marks, fillers, and a word of the same sound."""
    said = manners()["voice"]
    middle = max(len(words) // 2, 1)
    halves = ("".join(written for written, _ in part) for part in (words[:middle], words[middle:]))
    first, second = (pick(said["fillers"], f"{key}/{place}") for place in ("first", "second"))
    heard = first + second.join(halves)
    return wrong_kanji(heard.translate(dict.fromkeys(map(ord, said["dropped"]))), words, key)


def dialect(name: str) -> Rewrite:
    """A way to write what is said in that part of the country."""

    def rewrite(text: str, _: Words, key: str) -> str:
        rows = [(standard, local) for where, standard, local in table("dialects") if where == name]
        said = _replaced(text.rstrip("。？?！! "), sorted(rows, key=lambda row: -len(row[0])))
        return said + pick(manners()["dialects"][name], key)

    return rewrite


def long_winded(text: str, _: Words, key: str) -> str:
    """After a greeting and circumstances that have nothing to do with it."""
    said = manners()["long"]
    parts = [pick(said[part], f"{key}/{part}") for part in ("openings", "circumstances", "closings")]
    return f"{parts[0]}{parts[1]}{text}　{parts[2]}"


def _without_courtesy(text: str) -> str:
    bare = text.rstrip("。？?！! ")
    return next((bare.removesuffix(end) for end in manners()["blunt"]["dropped"] if bare.endswith(end)), bare)


def _replaced(text: str, rows: list[tuple[str, str]]) -> str:
    """Each place changed once, by the longest word that fits: what was changed is not changed again."""
    said, place = "", 0
    while place < len(text):
        standard, local = next((row for row in rows if text.startswith(row[0], place)), (text[place], text[place]))
        said += local
        place += len(standard)
    return said
