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
from advance import check_advance
from bundle import BundleError, check_bundle
from entry import FIELD_NAMES, FieldError, Ledger, amount_text, date_text, entry_of, hash_bytes, lines_of, printable, time_text
from note import NoteError, Refused, open_note, read_key
from table import TableError, read_rows
from tree import leaf_hash, root_of

VECTOR_COLUMNS = ("name", "suite", "ledger_id", "account_id", "seq", "kind", "amount_text", "unit", "count", "ref",
                  "date_text", "occurred_on", "time_text", "recorded_at", "actor", "detail", "detail_times",
                  "reverses", "prev_hash", "bytes", "hash")


def read_file(path):
    with open(path, "rb") as file:
        return file.read()


def read_text(path):
    try:
        return read_file(path).decode("utf-8")
    except UnicodeDecodeError:
        raise NoteError(f"{path} is not UTF-8") from None


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

def key_of_role(text, role):
    key = read_key(text)
    if key.role != role:
        raise NoteError(f"the verifier key is that of a {key.role}, not of a {role}: {text}")
    return key


def trusted_keys(options):
    """The log's key, and those of the witnesses that must have signed."""
    return key_of_role(options.key, "log"), [key_of_role(text, "witness") for text in options.witness]


def open_trusted(path, log_key, witness_keys=()):
    """The checkpoint of a note that all these keys signed."""
    opened = open_note(read_text(path), [log_key, *witness_keys])
    for key in (log_key, *witness_keys):
        if key not in opened.signed:
            raise Refused(f"{path} is not signed by {key}")
    if opened.checkpoint.origin != log_key.name:
        raise Refused(f"{path} is of {opened.checkpoint.origin}, the key of {log_key.name}")
    return opened


def check_root(dump, options):
    """Does the dump begin with the very entries that a checkpoint states?"""
    checkpoint = open_trusted(options.checkpoint, *trusted_keys(options)).checkpoint
    digest = dump.ledger.digest
    leaves = [leaf_hash(digest, entry_hash) for entry_hash in dump.entry_hashes()]
    if checkpoint.suite != dump.ledger.suite:
        raise Refused(f"the checkpoint is of suite {checkpoint.suite}")
    if len(leaves) < checkpoint.size:
        raise Refused(f"the checkpoint is of {checkpoint.size} entries, the dump has {len(leaves)}")
    root = root_of(digest, leaves[:checkpoint.size])
    if root != checkpoint.root:
        raise Refused(f"the root of the first {checkpoint.size} entries is {root.hex()}, the checkpoint states {checkpoint.root.hex()}")
    print(f"the first {checkpoint.size} entries are those of the checkpoint")


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
    if options.checkpoint:
        check_root(dump, options)
    if heads is None:
        print("Without --heads nothing shows whether the chains go on, or whether an account is missing.")


# bundle

def check_one_bundle(options):
    log_key, witness_keys = trusted_keys(options)
    proven = check_bundle(read_file(options.file), log_key, witness_keys)
    checkpoint = proven.opened.checkpoint
    print("The entry")
    for line in lines_of(proven.entry):
        print(f"  {line}")
    print("is proven:")
    print(f"  it belongs to ledger {proven.ledger.ledger_id}; its hash is {proven.entry_hash.hex()} ({proven.ledger.suite})")
    if proven.entry.seq == 1:
        print("  it begins its account's chain: its previous hash is the genesis hash")
    print(f"  it is number {proven.leaf_index} (from 0) of the {checkpoint.size} entries under the root {checkpoint.root.hex()}")
    print(f"  {checkpoint.origin} states that root, in its incarnation {checkpoint.incarnation} ({checkpoint.marker})")
    for key, seconds in proven.opened.signed.items():
        print(f"  signed by {key}" + ("" if seconds is None else f" at {time_text(seconds * 1_000_000)}"))
    for name in proven.opened.unknown:
        print(f"Not looked at: a signature by {printable(name)}, whose key was not given.")


# checkpoint

def read_proof(path):
    return [hash_bytes(f"line {number} of {path}", line) for number, line in enumerate(read_text(path).split(), 1)]


def check_checkpoints(options):
    log_key, witness_keys = trusted_keys(options)
    old = open_trusted(options.old, log_key).checkpoint
    new = open_trusted(options.new, log_key, witness_keys).checkpoint
    if options.proof is None and old.size != new.size:
        raise NoteError(f"from {old.size} entries to {new.size} a consistency proof is needed: --proof FILE")
    proof = read_proof(options.proof) if options.proof else []
    for sentence in check_advance(old, new, proof, options.accept_incarnation):
        print(sentence)


def add_keys(parser, required=True):
    parser.add_argument("--key", required=required, help="the log's verifier key")
    parser.add_argument("--witness", action="append", default=[], help="the verifier key of a witness that must have signed, too")


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
    ledger.add_argument("--checkpoint", help="a signed note whose root the dump must give; needs --key")
    add_keys(ledger, required=False)
    ledger.set_defaults(run=check_ledger)
    bundle = commands.add_parser("bundle", help="check the proof of one entry, without a server")
    bundle.add_argument("file", help="the bundle, JSON")
    add_keys(bundle)
    bundle.set_defaults(run=check_one_bundle)
    checkpoint = commands.add_parser("checkpoint", help="check that a later checkpoint contains what an older one states")
    checkpoint.add_argument("old", help="the older signed note")
    checkpoint.add_argument("new", help="the later signed note")
    checkpoint.add_argument("--proof", help="the consistency proof, a hash in hexadecimal digits a line")
    checkpoint.add_argument("--accept-incarnation", type=int, metavar="N", help="let the later one be of incarnation N")
    add_keys(checkpoint)
    checkpoint.set_defaults(run=check_checkpoints)
    return parser


def main(arguments):
    for stream in (sys.stdout, sys.stderr):
        # Lines come out in the order in which they were said, errors among them.
        stream.reconfigure(errors="backslashreplace", line_buffering=True)
    parser = parser_of_commands()
    options = parser.parse_args(arguments)
    if options.command == "ledger" and options.checkpoint and not options.key:
        parser.error("--checkpoint needs --key")
    try:
        options.run(options)
    except Refused as refusal:
        print(f"REFUSED: {printable(str(refusal))}")
        return 1
    except (OSError, TableError, FieldError, NoteError, BundleError) as error:
        print(f"{options.command}: {printable(str(error))}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
