"""table: CSV as COPY ... (FORMAT csv, HEADER) writes it, read to the byte.

For: the verifier. Python's csv module gives the same for NULL (nothing) and
for an empty string (""), and mends what is ill-formed; this reader does
neither. Promise: a row that is not well-formed is reported with its line, and
reading goes on at the next line; a header that is not the one asked for is a
TableError.
"""

import re
from typing import NamedTuple, Optional

_FIELD = rb'(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))'


class TableError(ValueError):
    """A file that is not the table asked for."""


class Row(NamedTuple):
    line: int
    start: int                   # of the row in the file
    values: Optional[list]       # bytes, None for NULL; no list at all: ill-formed
    raw: bytes                   # its bytes, or those of the line where it is ill-formed


def _row_pattern(columns):
    return re.compile(rb",".join([_FIELD] * columns) + rb"\n")


def _values(match):
    for number in range(1, match.re.groups, 2):
        quoted, plain = match.group(number, number + 1)
        if quoted is not None:
            yield quoted.replace(b'""', b'"')
        else:
            yield plain or None


def row_at(data, start, columns):
    """The values of the well-formed row that begins at start."""
    return list(_values(_row_pattern(columns).match(data, start)))


def read_rows(data, columns):
    """The rows of a table whose header names exactly these columns."""
    end = data.find(b"\n") + 1
    header = bytes(data[:end]).rstrip(b"\n").decode("ascii", "replace")
    if not end or header != ",".join(columns):
        raise TableError(f"the first line is not the header {','.join(columns)}")
    pattern = _row_pattern(len(columns))
    line, at, well_formed = 2, end, True
    while at < len(data):
        match = pattern.match(data, at)
        if match:
            well_formed, next_at = True, match.end()
            yield Row(line, at, list(_values(match)), match.group())
        else:
            next_at = data.find(b"\n", at) + 1 or len(data)
            # The lines of a text that has lost its quotes are one damage, not many.
            if well_formed:
                yield Row(line, at, None, bytes(data[at:next_at]))
            well_formed = False
        line += data[at:next_at].count(b"\n")
        at = next_at


def _quoted(value):
    if value is None:
        return b""
    if not value or re.search(rb'[",\r\n]', value):
        return b'"' + value.replace(b'"', b'""') + b'"'
    return value


def row_bytes(values):
    """A row as COPY writes it; the reverse of reading."""
    return b",".join(_quoted(value) for value in values) + b"\n"
