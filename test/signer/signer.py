#!/usr/bin/env python3
"""signer: signs a creditbank ledger's checkpoints outside of the database.

For: whoever keeps the log's key, or is a witness, on a machine of their own. An
ordinary SQL client: psql with libpq's environment (PGHOST, PGSERVICE, ...) as a
role that may call latest_checkpoint, consistency_proof and add_signature
(creditbank_verifier). Needs Python 3.8 or later, psql, and openssl 3 for the key.

Promise: the server is asked, never trusted. Signed is only what contains
everything signed before, by the proof checked here; a rewind, a fork, another
origin, another suite and another incarnation are refused. What was signed
last is in the state file: written at once or not at all, after the signature is
made and before it is handed over. Not before it is made: the state would speak
of a signature that may never exist. Not after it is handed over: a crash in
between would let the signer forget a tree that others hold its word for, and
sign a fork of it. If handing over fails, the next run hands the same line over.
"""

import argparse
import contextlib
import fcntl
import os
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "verifier"))

from advance import check_advance  # noqa: E402
from entry import FieldError, hash_bytes, printable  # noqa: E402
from note import (Key, NoteError, Refused, cosignature_message, find_key, open_note,  # noqa: E402
                  read_body, signature_line, split_note, verify_content)

# SubjectPublicKeyInfo up to the key itself (RFC 8410; GB/T 35276 with the curve's OID)
_PUBLIC_KEY_PREFIXES = {
    "ed25519": bytes.fromhex("302a300506032b6570032100"),
    "sm2": bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200"),
}
_SIGN_OPTIONS = {
    "ed25519": ["-rawin"],
    "sm2": ["-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678"],
}


class Failed(Exception):
    """A program that was needed did not do its work."""


def run_program(arguments, given=b""):
    environment = dict(os.environ, PGCLIENTENCODING="UTF8")
    done = subprocess.run(arguments, input=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, check=False)
    if done.returncode:
        raise Failed(f"{arguments[0]} failed: {done.stderr.decode('utf-8', 'replace').strip()}")
    return done.stdout


# The server

def ask(statement, **values):
    """The lines that a statement gives. Values go as psql variables, which psql
    quotes (:'name'), never into the text of the statement."""
    variables = [f"--set={name}={value}" for name, value in values.items()]
    output = run_program(["psql", "-XqAt", "--set=ON_ERROR_STOP=1", *variables, "--file=-"], statement.encode())
    return output.decode("utf-8").splitlines()


def fetch_checkpoint():
    """What the server says is its latest checkpoint. Only the body counts: it is what is signed."""
    lines = ask("SELECT encode(convert_to(body, 'UTF8'), 'hex') FROM creditbank.latest_checkpoint();")
    if not lines:
        raise Failed("the ledger was never sealed: there is no checkpoint to sign")
    try:
        return read_body(bytes.fromhex("".join(lines)).decode("utf-8"))
    except ValueError as error:
        raise NoteError(f"the server's checkpoint cannot be read: {error}") from None


def fetch_proof(old_size, new_size):
    lines = ask("""SELECT encode(p.hash, 'hex')
FROM unnest(creditbank.consistency_proof(:'old_size', :'new_size')) WITH ORDINALITY AS p (hash, place)
ORDER BY p.place;""", old_size=old_size, new_size=new_size)
    return [hash_bytes("the server's proof", line) for line in lines]


def hand_over(size, line):
    ask("SELECT creditbank.add_signature(:'size', :'line');", size=size, line=line.rstrip("\n"))


# The key

def read_private_key(path, name, role):
    """The public half of a PEM key, as the key of this signer."""
    encoded = run_program(["openssl", "pkey", "-in", path, "-pubout", "-outform", "DER"])
    for algorithm, prefix in _PUBLIC_KEY_PREFIXES.items():
        if encoded.startswith(prefix):
            return Key(name, role, algorithm, encoded[len(prefix):])
    raise Failed(f"{path} is neither an Ed25519 key nor an SM2 key")


def sign(path, key, body):
    """The signature line over a body; openssl signs, and what it made is verified here."""
    seconds = int(time.time()) if key.role == "witness" else None
    message = body.encode() if seconds is None else cosignature_message(body, seconds)
    with tempfile.NamedTemporaryFile() as file:
        file.write(message)
        file.flush()
        signature = run_program(["openssl", "pkeyutl", "-sign", "-inkey", path, "-in", file.name, *_SIGN_OPTIONS[key.algorithm]])
    content = signature if seconds is None else seconds.to_bytes(8, "big") + signature
    if not verify_content(key, body, content)[0]:
        raise Failed("openssl made a signature that does not verify")
    return signature_line(key, content)


# The state: the note that was signed last

@contextlib.contextmanager
def locked(state):
    """One signer at a time for one state file."""
    with open(f"{state}.lock", "w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failed(f"another signer works with {state}") from None
        yield


def read_state(state, key):
    """The note signed last, or None where there is none yet."""
    try:
        note = state.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    opened = open_note(note, [key])
    if key not in opened.signed:
        raise Refused(f"{state} is not signed by this key, {key}")
    return note


def write_state(state, note):
    """All or nothing, also when the power fails: a new file takes the old one's name."""
    with tempfile.NamedTemporaryFile(dir=state.parent, prefix=f"{state.name}.", delete=False) as file:
        try:
            file.write(note.encode())
            file.flush()
            os.fsync(file.fileno())
            os.replace(file.name, state)
        except BaseException:
            os.unlink(file.name)
            raise
    folder = os.open(state.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def own_line(note, key):
    content = next(s.content for s in split_note(note)[1] if find_key([key], s))
    return signature_line(key, content)


# Signing

def check_new(old, new, options):
    """What was found out about new; Refused when it must not be signed."""
    if new.origin != options.origin:
        raise Refused(f"another origin: {new.origin}, this signer signs for {options.origin}")
    if old is None:
        if not options.first:
            raise Refused(f"{options.state} is not there: with --first this signer takes the ledger as it is now, and holds it to that from then on")
        return [f"the first checkpoint that this signer sees, of {new.size} entries"]
    proof = fetch_proof(old.size, new.size) if old.size < new.size else []
    found = check_advance(old, new, proof, options.accept_incarnation)
    if options.witness:
        # A witness says that the tree is consistent with all before: no one's word changes that.
        check_advance(old._replace(incarnation=new.incarnation, marker=new.marker), new, proof)
    return found


def sign_latest(options):
    key = read_private_key(options.key, options.witness or options.origin, "witness" if options.witness else "log")
    if options.show_key:
        print(key)
        return
    with locked(options.state):
        note = read_state(options.state, key)
        old = note and read_body(split_note(note)[0])
        new = fetch_checkpoint()
        if old and new.body == old.body:
            print(f"signed already, {new.size} entries")
        else:
            for sentence in check_new(old, new, options):
                print(sentence)
            note = f"{new.body}\n{sign(options.key, key, new.body)}"
            write_state(options.state, note)
        hand_over(new.size, own_line(note, key))
        print(f"handed over: {own_line(note, key)}", end="")


def read_options(arguments):
    parser = argparse.ArgumentParser(description="Signs the latest checkpoint of a creditbank ledger, if it contains all that was signed before.")
    parser.add_argument("--origin", required=True, help="the ledger's origin: nothing else is signed")
    parser.add_argument("--key", required=True, help="a PEM file with the private key, Ed25519 or SM2")
    parser.add_argument("--state", type=pathlib.Path, help="the file that keeps what was signed last")
    parser.add_argument("--witness", metavar="NAME", help="sign as the witness of this name, not as the log")
    parser.add_argument("--first", action="store_true", help="there is no state file yet")
    parser.add_argument("--accept-incarnation", type=int, metavar="N", help="someone has looked into it: the ledger goes on as incarnation N")
    parser.add_argument("--show-key", action="store_true", help="print the verifier key, to be registered by add_key, and sign nothing")
    options = parser.parse_args(arguments)
    if not options.state and not options.show_key:
        parser.error("--state is needed")
    return options


def main(arguments):
    for stream in (sys.stdout, sys.stderr):
        # Lines come out in the order in which they were said, errors among them.
        stream.reconfigure(errors="backslashreplace", line_buffering=True)
    options = read_options(arguments)
    try:
        sign_latest(options)
    except Refused as refusal:
        print(f"REFUSED: {printable(str(refusal))}")
        return 1
    except (OSError, Failed, FieldError, NoteError) as error:
        print(f"signer: {printable(str(error))}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
