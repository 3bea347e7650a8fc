"""Measuring the matching: records as sides, the pairs found, and how sure the figures are."""

from collections import defaultdict
from functools import lru_cache
from itertools import combinations
from math import sqrt

from kartotek.core import alike, blocks
from kartotek.core.candidates import MOST_WEAK
from kartotek.core.catalogue import the_type
from kartotek.core.context import Context


@lru_cache
def _contacts():
    """The catalogue asks the database again after a while; these tests have none."""
    return the_type("contacts")


def side(**values):
    """A contact of these raw values, as it is compared."""
    contacts, context = _contacts(), Context()
    parsed = {name: contacts.fields[name].parse(raw, context) for name, raw in values.items()}
    return alike.side(contacts, parsed, context)


def found(sides):
    """The pairs of keys that the shipped setting suggests."""
    gathered = defaultdict(set)
    for key, one in sides.items():
        for block in blocks.keys(one):
            gathered[block].add(key)
        for pairs in one.identifiers.values():
            for pair in pairs:
                gathered[pair].add(key)
    candidates = {
        pair
        for keys in gathered.values() if len(keys) <= MOST_WEAK
        for pair in combinations(sorted(keys), 2)
    }  # fmt: skip
    return {(a, b) for a, b in candidates if alike.are_alike(sides[a], sides[b])}


def true_pairs(clusters):
    """Every pair of keys of the same cluster."""
    together = defaultdict(list)
    for key, cluster in clusters.items():
        together[cluster].append(key)
    return {pair for keys in together.values() for pair in combinations(sorted(keys), 2)}


def wilson(hits, of):
    """The share, and its 95 % interval by Wilson's score."""
    z, share = 1.96, hits / of
    middle = share + z * z / (2 * of)
    half = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return share, (middle - half) / (1 + z * z / of), (middle + half) / (1 + z * z / of)


def measured(sides, clusters):
    """(precision, recall) of the shipped setting, each with its interval."""
    truth, said = true_pairs(clusters), found(sides)
    return wilson(len(said & truth), len(said)), wilson(len(said & truth), len(truth))
