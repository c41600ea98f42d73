"""Why a sheet as a whole cannot be read or written; a sheet is named by its file name only, never by its folder."""

from knowledge.errors import KnownError


class SheetNotFound(KnownError):
    """There is no such file, or it may not be opened. `name`"""

    status = 404


class UnknownSheetFormat(KnownError):
    """The suffix is none of those we read or write. `name`, `suffixes`"""

    status = 415


class NotThisFormat(KnownError):
    """The content is not what the suffix says: a picture, an old or protected workbook, a Word document. `name`"""

    status = 415


class SheetDamaged(KnownError):
    """The file is of the right kind but broken inside. `name`"""


class SheetEmpty(KnownError):
    """There is nothing in the file. `name`"""


class SheetTooLarge(KnownError):
    """More bytes than we unpack, which is also what a decompression bomb runs into. `name`, `limit` in MB"""

    status = 413


class SheetTooLong(KnownError):
    """More rows than we read. `name`, `limit`"""

    status = 413


class SheetTooWide(KnownError):
    """More columns than we read. `name`, `limit`"""

    status = 413


class MixedEncodings(KnownError):
    """Some rows are UTF-8, others Shift_JIS. `name`, `row` is the first that differs"""


class UnknownEncoding(KnownError):
    """Neither UTF-8 nor Shift_JIS. `name`, `row` is the first that cannot be read"""


class MissingColumns(KnownError):
    """A required column is not there. `name`, `missing`, `found`"""


class CellTooLong(KnownError):
    """Excel cannot hold the text, so nothing is written. `name`, `row`, `column`, `limit`"""
