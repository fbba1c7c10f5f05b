#!/usr/bin/env python3
"""Attacks tables as they would be published: attack.py SEED TABLES

Makes random entries of random learners, counts them into a table of regions and
members, in half of the tables with sub-totals, asks creditbank.suppressed_cells() (by psql) what of it is hidden, and
then, as a reader who sees the rest and knows how it was made, tries to compute
what is hidden: by solving the equations exactly, in rational numbers, and for
small tables by listing every table of whole numbers that agrees with what is
shown. Prints one line "name: found" for each thing counted.
"""
import itertools
import json
import random
import subprocess
import sys
from fractions import Fraction


def tree(rng, size):
    """Parents of nodes 1.., the first being the whole, level by level."""
    parents = [0]
    level = [1]
    while len(parents) < size:
        below = []
        for node in level:
            for _ in range(rng.choice([1, 2, 2, 3])):
                if len(parents) < size:
                    parents.append(node)
                    below.append(len(parents))
        level = below or level
    return parents


class Table:
    def __init__(self, rng, small):
        self.size = rng.choice([2, 3, 5])
        self.regions = tree(rng, rng.randint(1, 4) if small else rng.randint(3, 14))
        self.members, self.dimensions, self.everywhere, self.disjoint = [], [], [], []
        self.add_member(0, 0, True, False)
        self.totals = [1]
        if rng.random() < 0.5:
            self.totals = [self.add_member(1, 0, True, False) for _ in range(rng.randint(1, 2 if small else 4))]
        self.dimensions_of = {total: self.add_dimensions(rng, total, small) for total in self.totals}
        self.count_entries(rng, rng.randint(1, 12) if small else rng.randint(5, 150))

    def add_member(self, parent, dimension, everywhere, disjoint):
        self.members.append(parent)
        self.dimensions.append(dimension)
        self.everywhere.append(everywhere)
        self.disjoint.append(disjoint)
        return len(self.members)

    def add_dimensions(self, rng, total, small):
        added = range(max(self.dimensions) + 1, max(self.dimensions) + 1 + rng.randint(1, 2 if small else 4))
        for dimension in added:
            apart = rng.random() < 0.4
            tops = [self.add_member(total, dimension, True, apart) for _ in range(rng.randint(1, 3))]
            if rng.random() < 0.4:
                local = rng.random() < 0.5
                for top in tops:
                    for _ in range(rng.randint(1, 2)):
                        self.add_member(top, dimension, local, apart)
        return added

    def leaves(self, parents, allowed):
        return [n for n in range(1, len(parents) + 1) if n not in parents and n in allowed]

    def path(self, parents, node):
        while node:
            yield node
            node = parents[node - 1]

    def count_entries(self, rng, entries):
        region_leaves = self.leaves(self.regions, range(1, len(self.regions) + 1))
        choices = {d: self.leaves(self.members, [m for m in range(1, len(self.members) + 1) if self.dimensions[m - 1] == d])
                   for d in range(1, max(self.dimensions) + 1)}
        home, fixed = {}, {}
        self.count, self.people = {}, {}
        pool = rng.randint(1, entries + 2)
        skew = rng.random() < 0.5
        for _ in range(entries):
            who = rng.randint(1, pool)
            # A learner is in one region, and in one member where members are apart.
            region = home.setdefault(who, min(rng.choice(region_leaves), rng.choice(region_leaves)) if skew else rng.choice(region_leaves))
            total = min(rng.choice(self.totals), rng.choice(self.totals)) if skew else rng.choice(self.totals)
            members = {1, total}
            for number in self.dimensions_of[total]:
                options = choices[number]
                chosen = min(rng.choice(options), rng.choice(options)) if skew else rng.choice(options)
                if self.disjoint[chosen - 1]:
                    chosen = fixed.setdefault((who, number), chosen)
                members.update(self.path(self.members, chosen))
            for r in self.path(self.regions, region):
                for m in members:
                    if r == 1 or self.everywhere[m - 1]:
                        self.count[r, m] = self.count.get((r, m), 0) + 1
                        self.people.setdefault((r, m), set()).add(who)

    def sql(self):
        cells = sorted(self.count)
        arrays = [self.regions, self.members, self.dimensions]
        flags = [self.everywhere, self.disjoint]
        rest = [[r for r, _ in cells], [m for _, m in cells], [self.count[c] for c in cells], [len(self.people[c]) for c in cells]]
        text = [f"'{{{','.join(map(str, a))}}}'" for a in arrays]
        text += [f"'{{{','.join('t' if b else 'f' for b in a)}}}'" for a in flags]
        text += [f"'{{{','.join(map(str, a))}}}'" for a in rest]
        return f"SELECT to_json(creditbank.suppressed_cells({self.size}, {', '.join(text)}));"

    def sums(self):
        """Every published sum: its total and its parts."""
        for r in range(1, len(self.regions) + 1):
            for m in range(1, len(self.members) + 1):
                if r != 1 and not self.everywhere[m - 1]:
                    continue
                parts = [(p + 1, m) for p, above in enumerate(self.regions) if above == r]
                if parts and self.everywhere[m - 1]:
                    yield (r, m), parts
                for d in sorted(set(self.dimensions)):
                    parts = [(r, p + 1) for p, above in enumerate(self.members)
                             if above == m and self.dimensions[p] == d and (r == 1 or self.everywhere[p])]
                    if parts:
                        yield (r, m), parts


def equations(table, hidden):
    """What is known of the hidden cells: coefficients and what they come to."""
    for total, parts in table.sums():
        row, known = {}, 0
        for cell, sign in [(total, 1)] + [(p, -1) for p in parts]:
            if cell in hidden:
                row[cell] = row.get(cell, 0) + sign
            else:
                known += sign * table.count.get(cell, 0)
        row = {c: v for c, v in row.items() if v}
        if row:
            yield row, -known


def solved(system):
    """The cells that the equations alone determine."""
    pivots = {}
    for row, value in system:
        row = {c: Fraction(v) for c, v in row.items()}
        for cell in [c for c in row if c in pivots]:
            factor = row.get(cell, 0)
            if factor:
                other, other_value = pivots[cell]
                for c, v in other.items():
                    row[c] = row.get(c, 0) - factor * v
                value -= factor * other_value
                row = {c: v for c, v in row.items() if v}
        if not row:
            assert value == 0, "what is shown is not exact"
            continue
        cell = min(row)
        scale = row[cell]
        row = {c: v / scale for c, v in row.items()}
        value = Fraction(value) / scale
        for known, (other, other_value) in list(pivots.items()):
            factor = other.get(cell, 0)
            if factor:
                merged = dict(other)
                for c, v in row.items():
                    merged[c] = merged.get(c, 0) - factor * v
                pivots[known] = ({c: v for c, v in merged.items() if v}, other_value - factor * value)
        pivots[cell] = (row, value)
    return {cell: value for cell, (row, value) in pivots.items() if len(row) == 1}


class TooMany(Exception):
    pass


def listed(system, hidden, most):
    """The values each hidden cell takes in all tables of whole numbers from 1 up; a cell
    with two values is safe, so the search for it ends."""
    system = [(row, value) for row, value in system]
    order = sorted(hidden)
    values = {cell: set() for cell in order}
    steps = 0

    def narrow(low, high):
        changed = True
        while changed:
            changed = False
            for row, value in system:
                least = sum(v * (low[c] if v > 0 else high[c]) for c, v in row.items())
                greatest = sum(v * (high[c] if v > 0 else low[c]) for c, v in row.items())
                for c, v in row.items():
                    rest_least = least - v * (low[c] if v > 0 else high[c])
                    rest_greatest = greatest - v * (high[c] if v > 0 else low[c])
                    if v > 0:
                        lower, upper = -((rest_greatest - value) // v), (value - rest_least) // v
                    else:
                        lower, upper = -((value - rest_least) // -v), (rest_greatest - value) // -v
                    if lower > low[c]:
                        low[c], changed = lower, True
                    if upper < high[c]:
                        high[c], changed = upper, True
                    if low[c] > high[c]:
                        return False
                    if changed:
                        break
        return True

    def walk(low, high):
        nonlocal steps
        steps += 1
        if steps > most:
            raise TooMany
        if not narrow(low, high):
            return False
        free = [c for c in order if low[c] < high[c]]
        if not free:
            for c in order:
                values[c].add(low[c])
            return True
        cell = min(free, key=lambda c: high[c] - low[c])
        for choice in range(low[cell], high[cell] + 1):
            if walk({**low, cell: choice}, {**high, cell: choice}):
                return True
        return False

    ceiling = 10 ** 6
    for cell in order:
        # Every value that it may have, until two are found.
        low, high = {c: 1 for c in order}, {c: ceiling for c in order}
        if not narrow(low, high):
            raise AssertionError("no table at all agrees with what is shown")
        for choice in range(low[cell], min(high[cell], low[cell] + 40) + 1):
            if len(values[cell]) > 1:
                break
            walk({**low, cell: choice}, {**high, cell: choice})
    return values


def main():
    rng = random.Random(int(sys.argv[1]))
    tables = [Table(rng, number % 2 == 0) for number in range(int(sys.argv[2]))]
    told = subprocess.run(["psql", "-XqAt", "-v", "ON_ERROR_STOP=1"], input="\n".join(t.sql() for t in tables),
                          capture_output=True, text=True, check=True).stdout.split("\n")
    seen = dict.fromkeys(["tables", "small cells", "small cells shown", "cells hidden", "zeros hidden", "determined",
                          "determined by the small ones alone", "sums of too few learners", "tables listed",
                          "without another value"], 0)
    for table, line in zip(tables, told):
        fates = dict(zip(sorted(table.count), json.loads(line)))
        hidden = {c for c, fate in fates.items() if fate}
        small = {c for c in table.count if len(table.people[c]) < table.size}
        seen["tables"] += 1
        seen["small cells"] += len(small)
        seen["small cells shown"] += len(small - hidden) + sum((fates[c] == 1) != (c in small) for c in fates)
        seen["cells hidden"] += len(hidden)
        seen["zeros hidden"] += len(hidden - set(table.count))
        system = list(equations(table, hidden))
        seen["determined"] += len(solved(system))
        seen["determined by the small ones alone"] += len(solved(list(equations(table, small))))
        for total, parts in table.sums():
            covered = [p for p in parts if p in hidden]
            if covered and total not in hidden:
                together = set().union(*(table.people[p] for p in covered))
                seen["sums of too few learners"] += len(covered) < 2 or len(together) < table.size
        if hidden and len(hidden) <= 60:
            try:
                values = listed(system, hidden, 20000)
            except (TooMany, RecursionError):
                continue
            seen["tables listed"] += 1
            seen["without another value"] += sum(len(v) < 2 for v in values.values())
    for name, found in seen.items():
        print(f"{name}: {found}")


main()
