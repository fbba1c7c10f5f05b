#!/usr/bin/env python3
"""ledger_verifier: checks a creditbank ledger with nothing of creditbank in it.

For: whoever does not want to believe the server. Written from doc/ledger.md and
doc/checkpoint.md; needs Python 3.8 or later and no other library, no server
and no network. Promise: exit status 0 only when everything asked for holds, 1
when something does not, 2 when the question cannot be read.
"""

import argparse
import mmap
import sys

import chain
import primitives
from entry import FIELD_NAMES, FieldError, Ledger, amount_text, date_text, entry_of, printable, time_text
from table import TableError, read_rows

VECTOR_COLUMNS = ("name", "suite", "ledger_id", "account_id", "seq", "kind", "amount_text", "unit", "count", "ref",
                  "date_text", "occurred_on", "time_text", "recorded_at", "actor", "detail", "detail_times",
                  "reverses", "prev_hash", "bytes", "hash")


class Refused(Exception):
    """What was asked about does not hold."""


def read_file(path):
    with open(path, "rb") as file:
        return file.read()


def map_file(path):
    """A file's bytes, without taking them all into memory."""
    with open(path, "rb") as file:
        file.seek(0, 2)
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if file.tell() else b""


# vectors

def vector_troubles(values):
    """What is wrong with one golden vector."""
    vector = dict(zip(VECTOR_COLUMNS, values))
    ledger = Ledger(vector["ledger_id"].decode(), vector["suite"].decode())
    if vector["kind"] is None:
        account_id = int(vector["account_id"])
        found = {"bytes": ledger.genesis_bytes(account_id), "hash": ledger.genesis_hash(account_id)}
    else:
        if vector["detail"] is not None:
            vector["detail"] *= int(vector["detail_times"])
        entry = entry_of([vector[name] for name in FIELD_NAMES])
        found = {"bytes": ledger.entry_bytes(entry), "hash": ledger.entry_hash(entry)}
        texts = {"date_text": date_text(entry.occurred_on), "time_text": time_text(entry.recorded_at),
                 "amount_text": None if entry.unit is None else amount_text(entry.unit, entry.count)}
        for name, shown in texts.items():
            if vector[name] != (None if shown is None else shown.encode()):
                yield f"{name} is {vector[name]!r}, the number beside it is {shown}"
    for name, value in found.items():
        expected = vector[name]
        if expected is None and name == "bytes":
            continue                     # of long entries the hash alone is given
        if expected != value.hex().encode():
            yield f"{name}: computed {value.hex()}, the file has {expected!r}"


def check_vectors(options):
    wrong = [f"{name}: not the published answer" for name in primitives.wrong_known_answers()]
    count = 0
    for row in read_rows(read_file(options.file), VECTOR_COLUMNS):
        if row.values is None:
            wrong.append(f"line {row.line}: not {len(VECTOR_COLUMNS)} well-formed CSV fields")
            continue
        count += 1
        name = f"{row.values[0].decode()} ({row.values[1].decode()})"
        try:
            wrong.extend(f"{name}: {trouble}" for trouble in vector_troubles(row.values))
        except FieldError as error:
            wrong.append(f"{name}: {error}")
    for trouble in wrong:
        print(trouble)
    if wrong or not count:
        raise Refused(f"{count} vectors, {len(wrong)} disagreements")
    print(f"{count} vectors agree")


# ledger

def check_ledger(options):
    dump = chain.Dump(map_file(options.file), Ledger(options.ledger_id, options.suite))
    heads = chain.read_heads(map_file(options.heads)) if options.heads else None
    kept = chain.read_heads(map_file(options.kept_heads)) if options.kept_heads else None
    dump.check(heads, kept)
    findings = sorted(dump.findings, key=lambda f: (f.account_id is None, f.account_id or 0, f.seq or 0, f.break_class))
    for finding in findings:
        print(finding)
    counted = f"{dump.entries()} entries of {len(dump.chains)} accounts"
    if findings:
        raise Refused(f"{counted}, {len(findings)} findings")
    print(f"{counted}: no findings")
    if heads is None:
        print("Without --heads nothing shows whether the chains go on, or whether an account is missing.")


def parser_of_commands():
    parser = argparse.ArgumentParser(description="Checks a creditbank ledger with nothing of creditbank in it.")
    commands = parser.add_subparsers(dest="command", required=True)
    vectors = commands.add_parser("vectors", help="check the golden vectors, and this program by published answers")
    vectors.add_argument("file", help="ledger_vectors.csv")
    vectors.set_defaults(run=check_vectors)
    ledger = commands.add_parser("ledger", help="recompute all chains of a dump of creditbank.ledger_fields")
    ledger.add_argument("file", help="the dump, CSV with header")
    ledger.add_argument("--ledger-id", required=True, help="the ledger's UUID")
    ledger.add_argument("--suite", required=True, choices=primitives.SUITE_CODES, help="the ledger's suite")
    ledger.add_argument("--heads", help="the heads of the same snapshot, CSV: account_id,seq,head_hash")
    ledger.add_argument("--kept-heads", help="heads of any time before, kept elsewhere; the same form")
    ledger.set_defaults(run=check_ledger)
    return parser


def main(arguments):
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")
    options = parser_of_commands().parse_args(arguments)
    try:
        options.run(options)
    except Refused as refusal:
        print(f"REFUSED: {refusal}")
        return 1
    except (OSError, TableError, FieldError) as error:
        print(f"{options.command}: {printable(str(error))}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
