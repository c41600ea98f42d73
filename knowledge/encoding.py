"""Tells UTF-8 from the Shift_JIS of Windows (CP932) line by line, so that a file mixing the two is refused and not garbled."""

import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Literal

from knowledge.sheet_errors import MixedEncodings, NotThisFormat, SheetDamaged, SheetNotFound, SheetTooLarge, UnknownEncoding

MAX_BYTES = 400_000_000
"""Of a sheet, unpacked: twice what 200,000 entries of ordinary length need."""
MAX_LINE = 16_000_000
"""Bytes of one line; the longest entry the checker allows, with twenty translations, stays below."""

Encoding = Literal["utf-8-sig", "cp932"]

_UNASSIGNED = re.compile("[\x80-\x9f\uf8f0-\uf8f3]")
"""What Python's CP932 makes of the bytes 80, A0 and FD to FF, which no text has."""
_GZIP = b"\x1f\x8b"
_OTHER_KINDS = (b"PK\x03\x04", b"\x89PNG", b"%PDF", b"\xd0\xcf\x11\xe0", b"GIF8", b"\xff\xd8\xff")
"""How ZIP (Excel, Word), PNG, PDF, old Office, GIF and JPEG begin."""


@contextmanager
def open_text_file(path: Path) -> Iterator[BinaryIO]:
    """The bytes of a text file, unpacked when it is gzip. Raises SheetNotFound, NotThisFormat or SheetDamaged."""
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == _GZIP
    except OSError as error:
        raise SheetNotFound(name=path.name) from error
    try:
        with gzip.open(path) if packed else path.open("rb") as stream:
            if stream.read(4).startswith(_OTHER_KINDS):
                raise NotThisFormat(name=path.name)
            stream.seek(0)
            yield stream  # type: ignore[misc]  # gzip.GzipFile reads like any binary file
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise SheetDamaged(name=path.name) from error


def lines(stream: BinaryIO, name: str) -> Iterator[bytes | None]:
    """The lines one by one, None for a line longer than MAX_LINE. Raises SheetTooLarge past MAX_BYTES."""
    total, skipping = 0, False
    while line := stream.readline(MAX_LINE):
        total += len(line)
        if total > MAX_BYTES:
            raise SheetTooLarge(name=name, limit=MAX_BYTES // 1_000_000)
        ended = line.endswith(b"\n") or len(line) < MAX_LINE
        if skipping:
            skipping = not ended
        elif ended:
            yield line
        else:
            skipping = True
            yield None


def detect(stream: BinaryIO, name: str) -> Encoding:
    """The one encoding of all lines. Raises MixedEncodings or UnknownEncoding with the first line that does not fit."""
    settled: Encoding | None = None
    for number, line in enumerate(lines(stream, name), 1):
        if line is None or line.isascii():
            continue
        possible = _possible(line)
        if not possible:
            raise UnknownEncoding(name=name, row=number)
        if len(possible) == 1 and settled not in (None, *possible):
            raise MixedEncodings(name=name, row=number)
        settled = possible[0] if len(possible) == 1 else settled
    return settled or "utf-8-sig"


def _possible(line: bytes) -> tuple[Encoding, ...]:
    """What the bytes can be. Both are possible where UTF-8 gives no Japanese: ﾈｺ in CP932 would be Ⱥ, and 﨑① would be 핇@."""
    try:
        text = line.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ("cp932",) if _is_cp932(line) else ()
    if max(text, default="") >= "\u0800" and _fits_cp932(text):
        return ("utf-8-sig",)
    return ("utf-8-sig", "cp932") if _is_cp932(line) else ("utf-8-sig",)


def _fits_cp932(text: str) -> bool:
    try:
        text.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


def _is_cp932(line: bytes) -> bool:
    try:
        return _UNASSIGNED.search(line.decode("cp932")) is None
    except UnicodeDecodeError:
        return False
