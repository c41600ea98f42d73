"""Refusals a person can act on: each class names its sentence, its HTTP status and nothing else."""

from typing import ClassVar

from knowledge.sentences import DEFAULT_LANGUAGE, say


class KnownError(Exception):
    """Base of every expected refusal.

    The sentence is found by class name under `errors.` in the wording files of the package that defines the class,
    so a new error is a class, a status and one reviewed sentence.
    """

    status: ClassVar[int] = 400

    def __init__(self, **values: object) -> None:
        super().__init__(values)
        self.values = values

    def sentence(self, language: str = DEFAULT_LANGUAGE) -> str:
        """What to show a person in the given language."""
        kind = type(self)
        return say(kind.__module__.partition(".")[0], f"errors.{kind.__name__}", language, **self.values)

    def __str__(self) -> str:
        return self.sentence()
