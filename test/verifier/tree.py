"""tree: the Merkle tree over a ledger's entries, and its proofs.

For: the verifier and the signer. Written from doc/checkpoint.md and RFC 9162,
sections 2.1.3.2 and 2.1.4.2. digest is the hash of the ledger's suite.
Promise: a proof is true or false; one with a hash too few or too many is false.
"""


def leaf_hash(digest, data):
    return digest(b"\x00" + data)


def node_hash(digest, left, right):
    return digest(b"\x01" + left + right)


def root_of(digest, leaves):
    """The root over these leaf hashes, joined in pairs from the left: a subtree
    of full size as soon as its second half is there."""
    if not leaves:
        return digest(b"")
    subtrees = []                        # (number of leaves, root), each smaller than the one before
    for leaf in leaves:
        size, root = 1, leaf
        while subtrees and subtrees[-1][0] == size:
            root = node_hash(digest, subtrees.pop()[1], root)
            size *= 2
        subtrees.append((size, root))
    root = subtrees.pop()[1]
    while subtrees:
        root = node_hash(digest, subtrees.pop()[1], root)
    return root


def includes(digest, leaf, index, size, proof, root):
    """Does the proof lead from this leaf hash at index to the root over size leaves?"""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(digest, sibling, found)
            while place and not place & 1:
                place >>= 1
                last >>= 1
        else:
            found = node_hash(digest, found, sibling)
        place >>= 1
        last >>= 1
    return last == 0 and found == root


def grew(digest, old_size, new_size, proof, old_root, new_root):
    """Is the tree of old_size the beginning of the one of new_size?"""
    if not 0 <= old_size <= new_size:
        return False
    if old_size == 0:
        return not proof and old_root == digest(b"")
    if old_size == new_size:
        return not proof and old_root == new_root
    if not proof:
        return False
    hashes = list(proof)
    if old_size & (old_size - 1) == 0:
        hashes.insert(0, old_root)
    place, last = old_size - 1, new_size - 1
    while place & 1:
        place >>= 1
        last >>= 1
    found_old = found_new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            found_old = node_hash(digest, sibling, found_old)
            found_new = node_hash(digest, sibling, found_new)
            while place and not place & 1:
                place >>= 1
                last >>= 1
        else:
            found_new = node_hash(digest, found_new, sibling)
        place >>= 1
        last >>= 1
    return last == 0 and found_old == old_root and found_new == new_root
