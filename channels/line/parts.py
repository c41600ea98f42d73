"""Cuts a long answer where a reader would pause, so that the rest can follow when it is asked for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from channels.line.counting import LONGEST_CLUSTER, blank, clusters
from channels.line.prose import Line

SLACK = 1.25
"""A text this little over its room is shown whole: nobody wants to press a button for one more sentence."""
WHOLE = 0.3
"""A line shorter than this share of the room is not torn apart: an item belongs with its link."""

_PAUSE = re.compile(r"(?:[。．！？!?][」』）)]*|\.(?=\s))\n?|\n")


@dataclass(frozen=True, slots=True)
class Part:
    """Some lines of an answer, and where the next part begins."""

    lines: tuple[Line, ...]
    rest: int | None
    """The character to go on from; None at the end."""


def part(lines: Sequence[Line], start: int, room: int) -> Part:
    """The part that begins with a character and is about as long as the room; there is always something to be seen in it."""
    found = _part(_from(lines, start), start, room)
    while found.rest is not None and all(blank(line.text) for line in found.lines):
        found = _part(_from(lines, found.rest), found.rest, room)
    return found


def _part(left: Sequence[Line], start: int, room: int) -> Part:
    if sum(len(line.text) for line in left) <= room * SLACK:
        return Part(tuple(left), None)
    kept: list[Line] = []
    used = 0
    for line in left:
        if used + len(line.text) > room:
            whole = kept and len(line.text) < room * WHOLE
            end = 0 if whole else _pause(line.text, room - used, must=not kept)
            kept += [line.cut(0, end)] * bool(end)
            used += end
            break
        kept.append(line)
        used += len(line.text)
    return Part(tuple(kept), start + used)


def _from(lines: Sequence[Line], start: int) -> list[Line]:
    left, position = [], 0
    for line in lines:
        end = position + len(line.text)
        if end > start:
            left.append(line.cut(max(start - position, 0)))
        position = end
    return left


def _pause(text: str, room: int, must: bool) -> int:
    """The last end of a sentence within the room; where there is none and something must be taken, whole characters."""
    ends = [found.end() for found in _PAUSE.finditer(text, 0, room)]
    if ends:
        return ends[-1]
    return _whole_characters(text, room) if must else 0


def _whole_characters(text: str, room: int) -> int:
    end = 0
    for cluster in clusters(text[: room + LONGEST_CLUSTER]):
        if end and end + len(cluster) > room:
            break
        end += len(cluster)
    return end
