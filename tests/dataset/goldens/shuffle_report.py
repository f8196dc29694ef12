"""The numbers of tests/dataset/bench/shuffle_report_test.cc: every order of a few samples is gone through, in whole fractions.

usage: shuffle_report.py
"""

from fractions import Fraction
from itertools import permutations
from math import comb

CASES = [  # labels in storage order, the order, batch size
    ([0, 0, 0, 1, 1, 2], [3, 0, 5, 1, 4, 2], 3),
    ([0, 0, 0, 1, 1, 2], [0, 1, 2, 3, 4, 5], 3),
    ([0, 0, 1, 1, 2, 2, 0], [6, 2, 4, 0, 1, 5, 3], 3),
    ([0, 1, 0, 1, 3], [4, 1, 2], 2),
    ([0, 0], [1], 4),
]


def classes(order, labels, size):
    batches = [order[i:i + size] for i in range(0, len(order), size)]
    return Fraction(sum(len({labels[i] for i in batch}) for batch in batches), len(batches))


def displacement(order, stored):
    m = len(order)
    return sum(abs(Fraction(2 * p + 1, 2 * m) - Fraction(2 * i + 1, 2 * stored)) for p, i in enumerate(order)) / m


def neighbours(order):
    m = len(order)
    places = sorted(range(m), key=order.__getitem__)
    return Fraction(sum(abs(a - b) for a, b in zip(places, places[1:])), (m - 1) * m) if m > 1 else Fraction(0)


def mean(values):
    values = list(values)
    return sum(values) / Fraction(len(values))


for labels, order, size in CASES:
    everything = list(permutations(order))
    rows = [(classes(order, labels, size), mean(classes(o, labels, size) for o in everything)),
            (displacement(order, len(labels)), mean(displacement(o, len(labels)) for o in everything)),
            (neighbours(order), mean(neighbours(o) for o in everything))]
    print(labels, order, size, *(f"{found} {uniform}" for found, uniform in rows), sep="\n  ")

for counts, drawn in [([1000] * 20, 256), ([1, 999], 10), ([3, 5, 0, 2], 10), ([300, 700], 500)]:
    n = sum(counts)
    expected = sum(1 - Fraction(comb(n - c, drawn), comb(n, drawn)) for c in counts if c)
    print(counts[:4], drawn, repr(float(expected)))
