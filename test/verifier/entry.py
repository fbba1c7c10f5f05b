"""entry: canonical bytes of ledger entries, from doc/ledger.md alone.

For: the verifier. Reads the fields of an entry from CSV (bytes) or JSON
(numbers and strings), makes its canonical bytes and its hash, and shows it in
words. Promise: what is out of range or ill-formed is a FieldError that names
the field; nothing is guessed, trimmed or normalised.
"""

import re
import uuid
from typing import NamedTuple, Optional

from primitives import HASH_OF_SUITE, SUITE_CODES

KINDS = {1: "opened", 2: "deposited", 3: "recognised", 4: "declined", 5: "consumed", 6: "converted", 7: "reversed",
         8: "published", 9: "superseded", 10: "activated", 11: "frozen", 12: "released", 13: "closed", 14: "merged",
         15: "erased", 16: "renamed", 17: "attested", 18: "evidenced", 19: "submitted", 20: "returned", 21: "assessed",
         22: "appealed", 23: "withdrawn", 24: "revoked", 25: "earned", 26: "reserved", 27: "redeemed",
         28: "certificate_issued", 29: "certificate_revoked", 30: "consent_given", 31: "consent_used", 32: "consent_revoked"}
UNITS = ("cr", "pt", "hr", "ects", "cats")

_INTEGER = re.compile(rb"-?[1-9][0-9]*|0")
_HASH = re.compile(r"[0-9a-f]{64}")


class FieldError(ValueError):
    """A field that no entry can have."""

    def __init__(self, field, trouble):
        super().__init__(f"{field}: {trouble}")
        self.field = field


def integer(field, value, low, high):
    """An integer, written in decimal without a leading zero when it is bytes."""
    if isinstance(value, bytes):
        if not _INTEGER.fullmatch(value):
            raise FieldError(field, f"{value!r} is not an integer")
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise FieldError(field, f"{value!r} is not an integer")
    if not low <= value <= high:
        raise FieldError(field, f"{value} is out of range")
    return value


def text(field, value):
    if isinstance(value, bytes):
        try:
            value = value.decode("utf-8")
        except UnicodeDecodeError as error:
            raise FieldError(field, f"not UTF-8 at byte {error.start + 1}") from None
    if not isinstance(value, str):
        raise FieldError(field, f"{value!r} is not text")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise FieldError(field, "half a character (a lone surrogate)") from None
    return value


def hash_bytes(field, value):
    """32 bytes from 64 lower-case hexadecimal digits."""
    digits = text(field, value)
    if not _HASH.fullmatch(digits):
        raise FieldError(field, "not 64 lower-case hexadecimal digits")
    return bytes.fromhex(digits)


def _signed(bits):
    return lambda field, value: integer(field, value, -2 ** (bits - 1), 2 ** (bits - 1) - 1)


def _between(low, high):
    return lambda field, value: integer(field, value, low, high)


# name, how it is read, may it be NULL
_FIELDS = (
    ("account_id", _signed(64), False),
    ("seq", _signed(64), False),
    ("kind", _between(0, 2**16 - 1), False),
    ("unit", _between(0, len(UNITS) - 1), True),
    ("count", _signed(64), True),
    ("ref", text, True),
    ("occurred_on", _signed(32), False),
    ("recorded_at", _signed(64), False),
    ("actor", text, True),
    ("detail", text, True),
    ("reverses", _signed(64), True),
    ("prev_hash", hash_bytes, False),
)
FIELD_NAMES = tuple(name for name, _, _ in _FIELDS)


class Entry(NamedTuple):
    account_id: int
    seq: int
    kind: int
    unit: Optional[int]
    count: Optional[int]
    ref: Optional[str]
    occurred_on: int
    recorded_at: int
    actor: Optional[str]
    detail: Optional[str]
    reverses: Optional[int]
    prev_hash: bytes


def entry_of(values):
    """The entry of twelve values in the order of FIELD_NAMES; None is NULL."""
    fields = []
    for (name, read, optional), value in zip(_FIELDS, values):
        if value is None and not optional:
            raise FieldError(name, "missing")
        fields.append(None if value is None else read(name, value))
    entry = Entry(*fields)
    if (entry.unit is None) != (entry.count is None):
        raise FieldError("unit", "unit and count are NULL together or not at all")
    return entry


class Ledger:
    """A ledger's identity and suite, and the hashes made under them."""

    def __init__(self, ledger_id, suite):
        if suite not in SUITE_CODES:
            raise FieldError("suite", f"{suite!r} is none of {', '.join(SUITE_CODES)}")
        try:
            self.ledger_id = uuid.UUID(ledger_id)
        except (ValueError, AttributeError, TypeError):
            raise FieldError("ledger_id", f"{ledger_id!r} is not a UUID") from None
        self.suite = suite
        self.digest = HASH_OF_SUITE[suite]

    def _prologue(self, domain):
        return domain + bytes([1, SUITE_CODES[self.suite]]) + self.ledger_id.bytes

    def genesis_bytes(self, account_id):
        return self._prologue(b"creditbank.genesis") + _i64(account_id)

    def genesis_hash(self, account_id):
        return self.digest(self.genesis_bytes(account_id))

    def entry_bytes(self, entry):
        amount = None if entry.unit is None else bytes([entry.unit]) + _i64(entry.count)
        return b"".join((
            self._prologue(b"creditbank.entry"),
            _i64(entry.account_id),
            _i64(entry.seq),
            entry.kind.to_bytes(2, "big"),
            _optional(amount),
            _optional_text(entry.ref),
            entry.occurred_on.to_bytes(4, "big", signed=True),
            _i64(entry.recorded_at),
            _optional_text(entry.actor),
            _optional_text(entry.detail),
            _optional(None if entry.reverses is None else _i64(entry.reverses)),
            entry.prev_hash,
        ))

    def entry_hash(self, entry):
        return self.digest(self.entry_bytes(entry))


def _i64(number):
    return number.to_bytes(8, "big", signed=True)


def _optional(encoded):
    return b"\x00" if encoded is None else b"\x01" + encoded


def _optional_text(value):
    if value is None:
        return b"\x00"
    encoded = value.encode("utf-8")
    return b"\x01" + len(encoded).to_bytes(4, "big") + encoded


# In words

def printable(value):
    """A text in which line ends, control characters and whatever else is not seen
    are escapes, and so are backslashes."""
    return "".join(c if c.isprintable() and c != "\\" else c.encode("unicode_escape").decode("ascii") for c in value)


def date_text(days):
    """The proleptic Gregorian day, as YYYY-MM-DD, with BC behind it before year 1."""
    days += 719468                       # from 0000-03-01
    era, day = divmod(days, 146097)
    year = (day - day // 1460 + day // 36524 - day // 146096) // 365
    day -= 365 * year + year // 4 - year // 100
    month = (5 * day + 2) // 153
    day -= (153 * month + 2) // 5
    year += 400 * era + (month >= 10)
    month += 3 if month < 10 else -9
    shown = year if year > 0 else 1 - year
    return f"{shown:04}-{month:02}-{day + 1:02}" + ("" if year > 0 else " BC")


def time_text(microseconds):
    days, rest = divmod(microseconds, 86_400_000_000)
    seconds, fraction = divmod(rest, 1_000_000)
    date, *era = date_text(days).split(" ")
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{fraction:06}"
    return " ".join((date, clock, "UTC", *era))


def amount_text(unit, count):
    whole, fraction = divmod(abs(count), 10_000)
    digits = f".{fraction:04}".rstrip("0") if fraction else ""
    return f"{'-' if count < 0 else ''}{whole}{digits} {UNITS[unit]}"


def lines_of(entry):
    """The entry in words, one line for each field that it has."""
    def shown(value):
        return f'"{printable(value)}"'
    yield f"account id   {entry.account_id}"
    yield f"seq          {entry.seq}"
    yield f"kind         {entry.kind} {KINDS.get(entry.kind, '(unknown)')}"
    if entry.unit is not None:
        yield f"amount       {amount_text(entry.unit, entry.count)}"
    if entry.ref is not None:
        yield f"ref          {shown(entry.ref)}"
    yield f"occurred on  {date_text(entry.occurred_on)}"
    yield f"recorded at  {time_text(entry.recorded_at)}"
    if entry.actor is not None:
        yield f"actor        {shown(entry.actor)}"
    if entry.detail is not None:
        yield f"detail       {shown(entry.detail)}"
    if entry.reverses is not None:
        yield f"reverses     {entry.reverses}"
