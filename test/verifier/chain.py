"""chain: are these the chains that were written? From doc/ledger.md alone.

For: the verifier. Takes a dump of creditbank.ledger_fields and, if there is
one, of the heads, recomputes every hash, and names each break by account and
seq. Promise: no order of rows is presumed, and no row is left out in silence.
"""

import re
from collections import defaultdict
from typing import NamedTuple, Optional

from entry import FIELD_NAMES, FieldError, entry_of, hash_bytes, integer
from table import read_rows, row_at

LEDGER_COLUMNS = ("entry_id",) + FIELD_NAMES
HEAD_COLUMNS = ("account_id", "seq", "head_hash")

_ROW_START = re.compile(rb"[^,\n]*,(-?[0-9]{1,19}),(-?[0-9]{1,19}),")


class Finding(NamedTuple):
    account_id: Optional[int]
    seq: Optional[int]
    break_class: str
    meaning: str

    def __str__(self):
        account = "?" if self.account_id is None else self.account_id
        seq = "?" if self.seq is None else self.seq
        return f"account id {account} seq {seq}: {self.break_class}: {self.meaning}"


class Link(NamedTuple):
    """What a chain needs of an entry: the whole would not fit into memory."""
    seq: int
    entry_id: int
    prev_hash: bytes
    entry_hash: bytes
    start: int


class Dump:
    """The entries of a dump, and what is found in it."""

    def __init__(self, data, ledger):
        self.data = data
        self.ledger = ledger
        self.chains = defaultdict(list)
        self.findings = set()
        for row in read_rows(data, LEDGER_COLUMNS):
            self._take(row)

    def report(self, account_id, seq, break_class, meaning):
        self.findings.add(Finding(account_id, seq, break_class, meaning))

    def _take(self, row):
        try:
            if row.values is None:
                raise FieldError("row", f"not {len(LEDGER_COLUMNS)} well-formed CSV fields")
            entry_id = integer("entry_id", row.values[0], 1, 2**63 - 1)
            entry = entry_of(row.values[1:])
        except FieldError as error:
            place = _ROW_START.match(row.raw)
            account_id, seq = (int(number) for number in place.groups()) if place else (None, None)
            self.report(account_id, seq, "ill_formed_entry", f"line {row.line} of the dump, {error}")
        else:
            entry_hash = self.ledger.entry_hash(entry)
            self.chains[entry.account_id].append(Link(entry.seq, entry_id, entry.prev_hash, entry_hash, row.start))

    def entries(self):
        return sum(len(chain) for chain in self.chains.values())

    def entry_hashes(self):
        """The entries' hashes in the order of entry_id, as the tree takes them."""
        links = sorted((link.entry_id, link.entry_hash) for chain in self.chains.values() for link in chain)
        return [entry_hash for _, entry_hash in links]

    def check(self, heads=None, kept_heads=None):
        """Looks at every chain. heads: taken in the same snapshot, one for each
        account; kept_heads: taken at any time before."""
        self._check_entry_ids()
        for account_id in self.chains:
            self.chains[account_id].sort()
        if heads is not None:
            for account_id in heads.keys() - self.chains.keys():
                self.report(account_id, heads[account_id][0], "missing_entry",
                            f"the head is at seq {heads[account_id][0]}, the dump has no entry of the account")
        for account_id, links in self.chains.items():
            head = None
            if heads is not None:
                head = heads.get(account_id)
                if head is None:
                    self.report(account_id, links[-1].seq, "missing_head", "the account has entries, but no head")
            self._check_chain(account_id, links, head)
        for account_id, (seq, head_hash) in (kept_heads or {}).items():
            if not any(link.seq == seq and link.entry_hash == head_hash for link in self.chains.get(account_id, ())):
                self.report(account_id, seq, "altered_entry", "the kept head is not in the chain")

    def _check_entry_ids(self):
        seen = set()
        for account_id, links in self.chains.items():
            for link in links:
                if link.entry_id in seen:
                    self.report(account_id, link.seq, "repeated_entry_id", f"entry_id {link.entry_id} occurs twice")
                seen.add(link.entry_id)

    def _check_chain(self, account_id, links, head):
        self._check_places(account_id, [link.seq for link in links], head)
        held_of_last = None if head is None or head[0] != links[-1].seq else head[1]
        for number, link in enumerate(links):
            if link.seq == 1 and link.prev_hash != self.ledger.genesis_hash(account_id):
                self.report(account_id, 1, "altered_start", "the previous hash is not the genesis hash of this account in this ledger")
            following = [other for other in links[number + 1:number + 3] if other.seq == link.seq + 1]
            if following and all(other.prev_hash != link.entry_hash for other in following):
                self._report_mismatch(account_id, link, following[0], links[number + 2:number + 3], held_of_last)
        if held_of_last is not None and links[-1].entry_hash != held_of_last:
            self.report(account_id, links[-1].seq, "altered_entry",
                        f"the hash is {links[-1].entry_hash.hex()}, the head holds {held_of_last.hex()}")

    def _check_places(self, account_id, seqs, head):
        expected = 1
        for seq in seqs:
            if seq < 1:
                self.report(account_id, seq, "inserted_entry", "a chain begins with seq 1")
            elif seq < expected:
                self.report(account_id, seq, "forked_chain", "two entries in one place")
            else:
                self._report_missing(account_id, expected, seq - 1)
                expected = seq + 1
        if head is not None:
            self._report_missing(account_id, expected, head[0])
            for seq in seqs:
                if seq > head[0]:
                    self.report(account_id, seq, "inserted_entry", f"the head is at seq {head[0]}")

    def _report_missing(self, account_id, first, last):
        if first <= last:
            places = "the place is empty" if first == last else f"the places {first} to {last} are empty"
            self.report(account_id, first, "missing_entry", places)

    def _report_mismatch(self, account_id, link, following, after, held_of_last):
        """Two neighbours do not fit. If the second would fit the third (or the
        head) with the first one's hash in it, its previous hash was altered;
        else the first was."""
        held = after[0].prev_hash if after and after[0].seq == following.seq + 1 else held_of_last
        if held is not None and held != following.entry_hash:
            entry = entry_of(row_at(self.data, following.start, len(LEDGER_COLUMNS))[1:])
            if self.ledger.entry_hash(entry._replace(prev_hash=link.entry_hash)) == held:
                self.report(account_id, following.seq, "altered_entry", "its previous hash is not the hash of the entry before it")
                return
        self.report(account_id, link.seq, "altered_entry",
                    f"the hash is {link.entry_hash.hex()}, the next entry holds {following.prev_hash.hex()}")


def read_heads(data):
    """{account id: (seq, hash)} of a dump of the heads."""
    heads = {}
    for row in read_rows(data, HEAD_COLUMNS):
        if row.values is None or None in row.values:
            raise FieldError(f"line {row.line}", f"not {len(HEAD_COLUMNS)} well-formed CSV fields")
        account_id = integer("account_id", row.values[0], -2**63, 2**63 - 1)
        if account_id in heads:
            raise FieldError(f"line {row.line}", f"account id {account_id} has a head already")
        heads[account_id] = (integer("seq", row.values[1], 1, 2**63 - 1), hash_bytes("head_hash", row.values[2]))
    return heads
