#!/usr/bin/env python3
"""flip_bytes: does the verifier find every damage? flip_bytes LEDGER.csv HEADS.csv LEDGER_ID SUITE SEED

For: test/t/foreign_verifier.pl. Takes a dump in which nothing is found, flips
one bit, drawn by SEED, of each byte after the header in turn, and looks whether
the finding names the account and the seq that the byte belonged to. Left out
are the bytes of entry_id, which is not hashed. The same is done to the heads,
where the account must be named, or the file refused.
Promise: writes nothing; exit status 0 only when every damage was found.
"""

import random
import sys

import chain
from entry import FieldError, Ledger
from table import TableError, read_rows


def findings_of(dump, heads, ledger):
    found = chain.Dump(dump, ledger)
    found.check(chain.read_heads(heads))
    return found.findings


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 1 << random.randrange(8)]) + data[at + 1:]


def miss_in_dump(dump, heads, ledger, at, place):
    found = {(finding.account_id, finding.seq) for finding in findings_of(flipped(dump, at), heads, ledger)}
    return None if place in found else f"byte {at} of the dump, entry {place}: found {sorted(found, key=str)}"


def miss_in_heads(dump, heads, ledger, at, account_id):
    try:
        found = {finding.account_id for finding in findings_of(dump, flipped(heads, at), ledger)}
    except (FieldError, TableError):
        return None
    return None if account_id in found else f"byte {at} of the heads, account {account_id}: found {found}"


def misses(dump, heads, ledger):
    """None for each flip that was found, else what was missed."""
    for row in read_rows(dump, chain.LEDGER_COLUMNS):
        place = (int(row.values[1]), int(row.values[2]))
        for at in range(row.start + len(row.values[0]) + 1, row.start + len(row.raw)):
            yield miss_in_dump(dump, heads, ledger, at, place)
    for row in read_rows(heads, chain.HEAD_COLUMNS):
        for at in range(row.start, row.start + len(row.raw)):
            yield miss_in_heads(dump, heads, ledger, at, int(row.values[0]))


def main(dump_path, heads_path, ledger_id, suite, seed):
    random.seed(seed)
    with open(dump_path, "rb") as dump_file, open(heads_path, "rb") as heads_file:
        dump, heads = dump_file.read(), heads_file.read()
    ledger = Ledger(ledger_id, suite)
    if findings_of(dump, heads, ledger):
        print("the dump has findings before any damage")
        return 1
    results = list(misses(dump, heads, ledger))
    missed = [miss for miss in results if miss]
    for miss in missed[:20]:
        print(miss)
    print(f"{len(results)} bytes flipped, {len(missed)} not found")
    return 1 if missed or not results else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
