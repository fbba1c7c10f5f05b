"""advance: may this checkpoint follow that one?

For: the verifier and the signer. Promise: a checkpoint that does not contain
what the older one stated, or that another incarnation of the database made, is
Refused, unless that incarnation was accepted by its number; even then what it
lost is said.
"""

from note import Refused
from tree import grew


def _relation(old, new, proof):
    """(is the older tree the beginning of the newer one?, how they stand to one another)"""
    if new.size < old.size:
        return False, f"a rewind: the older checkpoint has {old.size} entries, this one {new.size}"
    if grew(old.digest, old.size, new.size, proof, old.root, new.root):
        same = "the same tree" if new.size == old.size else f"the tree grew from {old.size} entries to {new.size}"
        return True, f"{same}: nothing that the older checkpoint states was changed"
    if new.size == old.size:
        return False, f"a fork: another tree of the same {new.size} entries"
    return False, f"a fork: the proof does not lead from the {old.size} entries of the older checkpoint to these {new.size}"


def check_advance(old, new, proof, accepted_incarnation=None):
    """What is known about new after old, as sentences; else Refused."""
    if new.origin != old.origin:
        raise Refused(f"another origin: {new.origin}, the older checkpoint is of {old.origin}")
    if new.suite != old.suite:
        raise Refused(f"another suite: {new.suite}, the older checkpoint has {old.suite}")
    consistent, relation = _relation(old, new, proof)
    if (new.incarnation, new.marker) == (old.incarnation, old.marker):
        if not consistent:
            raise Refused(relation)
        return [relation]
    changed = (f"another incarnation of the database: {new.incarnation} {new.marker}, "
               f"the older checkpoint is of {old.incarnation} {old.marker}")
    if accepted_incarnation != new.incarnation:
        raise Refused(f"{changed}; {relation}")
    if consistent:
        return [f"accepted, {changed}", relation]
    return [f"accepted, {changed}", f"{relation}; what the older checkpoint states can no longer be relied upon"]
