"""bundle: one entry and all that proves it, without a server.

For: the verifier. Written from doc/checkpoint.md. Promise: a bundle has exactly
the keys specified and exact numbers, or it is a BundleError; one that proves
nothing, or not all that it says, is Refused.
"""

import json
from typing import NamedTuple

from entry import FIELD_NAMES, Entry, FieldError, Ledger, entry_of, hash_bytes, integer, text
from note import Opened, Refused, open_note
from tree import includes, leaf_hash

_KEYS = ("format", "ledger_id", "suite", "entry", "entry_hash", "leaf_index", "tree_size", "proof", "checkpoint")
_FORMAT = "creditbank-bundle-v1"


class BundleError(Exception):
    """A file that is no bundle."""


class Proven(NamedTuple):
    ledger: Ledger
    entry: Entry
    entry_hash: bytes
    leaf_index: int
    opened: Opened


def _object(pairs):
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise BundleError(f"a key twice in one object: {', '.join(sorted(names))}")
    return dict(pairs)


def _no_number(token):
    raise BundleError(f"{token} is not an integer")


def _with_keys(what, value, keys):
    if not isinstance(value, dict) or set(value) != set(keys):
        raise BundleError(f"{what} is not an object with exactly the keys {', '.join(keys)}")
    return value


def _read(data):
    try:
        parsed = json.loads(data.decode("utf-8"), object_pairs_hook=_object, parse_float=_no_number, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise BundleError(f"not JSON in UTF-8: {error}") from None
    bundle = _with_keys("the bundle", parsed, _KEYS)
    if bundle["format"] != _FORMAT:
        raise BundleError(f"the format is {bundle['format']!r}, not {_FORMAT!r}")
    if not isinstance(bundle["proof"], list):
        raise BundleError("proof is not an array")
    _with_keys("entry", bundle["entry"], FIELD_NAMES)
    return bundle


def check_bundle(data, log_key, witness_keys=()):
    """What a bundle's bytes prove to someone who trusts these keys; all of them must have signed."""
    bundle = _read(data)
    ledger = Ledger(bundle["ledger_id"], bundle["suite"])
    if str(ledger.ledger_id) != bundle["ledger_id"]:
        raise FieldError("ledger_id", "not in lower case with hyphens")
    entry = entry_of([bundle["entry"][name] for name in FIELD_NAMES])
    entry_hash = hash_bytes("entry_hash", bundle["entry_hash"])
    leaf_index = integer("leaf_index", bundle["leaf_index"], 0, 2**63 - 1)
    tree_size = integer("tree_size", bundle["tree_size"], 1, 2**63 - 1)
    proof = [hash_bytes("proof", value) for value in bundle["proof"]]

    if ledger.entry_hash(entry) != entry_hash:
        raise Refused(f"the entry is not the one hashed: its hash is {ledger.entry_hash(entry).hex()}")
    if entry.seq == 1 and entry.prev_hash != ledger.genesis_hash(entry.account_id):
        raise Refused("the entry has seq 1, but its previous hash is not the genesis hash of its account in this ledger")
    opened = open_note(text("checkpoint", bundle["checkpoint"]), [log_key, *witness_keys])
    checkpoint = opened.checkpoint
    if checkpoint.origin != log_key.name:
        raise Refused(f"the checkpoint is of {checkpoint.origin}, the key of {log_key.name}")
    if checkpoint.suite != ledger.suite:
        raise Refused(f"the checkpoint is of suite {checkpoint.suite}, the bundle of {ledger.suite}")
    if checkpoint.size != tree_size:
        raise Refused(f"the checkpoint is of {checkpoint.size} entries, the proof of {tree_size}")
    if not includes(ledger.digest, leaf_hash(ledger.digest, entry_hash), leaf_index, tree_size, proof, checkpoint.root):
        raise Refused("the proof does not lead from the entry to the root of the checkpoint")
    for key in (log_key, *witness_keys):
        if key not in opened.signed:
            raise Refused(f"the checkpoint is not signed by {key}")
    return Proven(ledger, entry, entry_hash, leaf_index, opened)
