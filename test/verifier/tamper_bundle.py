#!/usr/bin/env python3
"""tamper_bundle: is every change of a bundle noticed? tamper_bundle BUNDLE.json KEY WITNESS SEED

For: test/t/foreign_verifier.pl. Takes a bundle that holds, changes each value in
it in several ways, takes each key away and adds one, and flips one bit, drawn
by SEED, of each byte; each must be refused, unless the change has no meaning in
JSON. Promise: writes nothing; exit status 0 only when all was refused.
"""

import copy
import json
import random
import sys

from bundle import BundleError, check_bundle
from entry import FieldError
from note import NoteError, Refused, read_key


def other_values(value):
    """Values near to this one, and of other types."""
    if isinstance(value, int):
        return [value + 1, value - 1, -value - 1, value ^ 1 << 40, value + 0.5, str(value), None, True]
    if isinstance(value, str):
        return [value + "0", value[:-1], value.upper() + " ", "1" + value[1:], " " + value, None, 1, ""]
    if value is None:
        return [0, "", "null", False]
    if isinstance(value, list):
        return [value + ["00" * 32], value[:-1], value[::-1], value + value, [], {}, None]
    return [[], None, {}]


def places(value, path=()):
    """The paths of all values in a document."""
    yield path
    if isinstance(value, (dict, list)):
        for name in value if isinstance(value, dict) else range(len(value)):
            yield from places(value[name], path + (name,))


def at_path(document, path):
    for name in path:
        document = document[name]
    return document


def changed_documents(original):
    for path in places(original):
        here = at_path(original, path)
        if path:
            for other in other_values(here):
                changed = copy.deepcopy(original)
                at_path(changed, path[:-1])[path[-1]] = other
                yield path, changed
            changed = copy.deepcopy(original)
            del at_path(changed, path[:-1])[path[-1]]
            yield path + ("taken away",), changed
        if isinstance(here, dict):
            changed = copy.deepcopy(original)
            at_path(changed, path)["more"] = 1
            yield path + ("more",), changed


def flipped_texts(data):
    for at in range(len(data)):
        yield data[:at] + bytes([data[at] ^ 1 << random.randrange(8)]) + data[at + 1:]


def refused(data, log_key, witness_key):
    try:
        check_bundle(data, log_key, [witness_key])
    except (Refused, BundleError, FieldError, NoteError):
        return True
    return False


def same_document(data, original):
    try:
        return json.dumps(json.loads(data), sort_keys=True) == json.dumps(original, sort_keys=True)
    except ValueError:
        return False


def main(path, key_text, witness_text, seed):
    random.seed(seed)
    keys = read_key(key_text), read_key(witness_text)
    with open(path, "rb") as file:
        data = file.read()
    original = json.loads(data)
    check_bundle(data, keys[0], [keys[1]])
    tried, taken = 0, []
    for changed_path, changed in changed_documents(original):
        if json.dumps(changed, sort_keys=True) == json.dumps(original, sort_keys=True):
            continue
        tried += 1
        if not refused(json.dumps(changed).encode(), *keys):
            taken.append(f"changed at {changed_path}: {at_path(changed, changed_path[:-1])}")
    for flipped in flipped_texts(data):
        tried += 1
        if not same_document(flipped, original) and not refused(flipped, *keys):
            taken.append(f"flipped: {flipped!r}")
    for trouble in taken[:20]:
        print(trouble)
    print(f"{tried} changes, {len(taken)} not noticed")
    return 1 if taken or not tried else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
