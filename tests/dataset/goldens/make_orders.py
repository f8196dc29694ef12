#!/usr/bin/env python3
"""Writes orders.csv: the orders of proto/FORMAT.md, section 7, for sampler_test.cc, from that page alone.

    python3 make_orders.py > orders.csv

A line is one round: case, segment, epoch, first position, position behind the last, blocks, picks as id:repeat.
"""
import math
import sys

MASK = (1 << 32) - 1


def philox(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        even, odd = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(odd >> 32) ^ c[1] ^ k[0], odd & MASK, (even >> 32) ^ c[3] ^ k[1], even & MASK]
        k = [(k[0] + 0x9E3779B9) & MASK, (k[1] + 0xBB67AE85) & MASK]
    return c


class Rng:
    def __init__(self, seed, domain, epoch, number):
        self.key = [seed & MASK, seed >> 32]
        self.at = [domain, epoch, number]
        self.block, self.words = 0, []

    def word(self):
        if not self.words:
            self.words = philox(self.at + [self.block], self.key)
            self.block += 1
        return self.words.pop(0)

    def below(self, n):
        while True:
            m = self.word() * n
            if (m & MASK) >= (1 << 32) % n:
                return m >> 32

    def double(self):
        a, b = self.word(), self.word()
        return ((a << 32 | b) >> 11) * 2.0 ** -53

    def permute(self, items):
        for i in range(len(items) - 1, 0, -1):
            j = self.below(i + 1)
            items[i], items[j] = items[j], items[i]


def largest_remainder(n, parts):
    total = sum(parts)
    quotas = [n * part // total for part in parts]
    by_remainder = sorted(range(len(parts)), key=lambda i: (-(n * parts[i] % total), i))
    for i in by_remainder[: n - sum(quotas)]:
        quotas[i] += 1
    return quotas


class Case:
    def __init__(self, counts, size, order, seed=7, limit=10**9, epochs=1, batch=4, spanning=False, weights=None):
        """`counts` and `size`: samples in each block, bytes of a sample; `limit`: of a segment's cost (L / 2)."""
        self.blocks, first = [], 0
        for count in counts:
            self.blocks.append((first, count, count * size + 20 * count))
            first += count
        self.n, self.order, self.seed, self.limit, self.epochs = first, order, seed, limit, epochs
        self.batch, self.spanning, self.weights = batch, spanning, weights
        self.labels = [(i * i + i // 3) % 7 // 2 for i in range(first)]

    def deal(self, walk):
        cost = sum(block[2] for block in self.blocks)
        count = 1
        if cost > self.limit:
            count = math.ceil(cost / (self.limit - min(max(b[2] for b in self.blocks), self.limit // 2)))
        numbers = list(range(len(self.blocks)))
        if self.order != "sequential":
            rng = Rng(self.seed, 3, walk * self.epochs, 0)
            groups = [numbers[i : i + count] for i in range(0, len(numbers), count)]
            turns = list(groups)
            rng.permute(turns)
            for group in groups:
                rng.permute(group)
            numbers = [group[turn] for turn in range(count) for group in turns if turn < len(group)]
        segments, held, dealt = [], 0, 0
        for number in numbers:
            block_cost = self.blocks[number][2]
            share = math.ceil(cost / count)
            if not segments or held + block_cost > self.limit or dealt >= len(segments) * share:
                segments.append([])
                held = 0
            segments[-1].append(number)
            held += block_cost
            dealt += block_cost
        return [sorted(segment) for segment in segments]

    def ids(self, segment):
        return [i for b in segment for i in range(self.blocks[b][0], self.blocks[b][0] + self.blocks[b][1])]

    def lengths(self, segments):
        if self.order != "weighted":
            return [len(self.ids(segment)) for segment in segments]
        sums = []
        for segment in segments:
            total = 0.0
            for i in self.ids(segment):
                total += self.weights[i]
            sums.append(total)
        everything = 0.0
        for one in sums:
            everything += one
        return largest_remainder(self.n, [math.floor(one / everything * 1e15 + 0.5) for one in sums])

    def picks(self, segment, number, epoch, begin, end, first):
        ids = self.ids(segment)
        if self.order == "weighted":
            cumulative, total = [], 0.0
            for i in ids:
                total += self.weights[i]
                cumulative.append(total)
            result = []
            for d in range(end - begin):
                at = Rng(self.seed, 8, epoch, first + d).double() * total
                result.append((next(i for i, c in zip(ids, cumulative) if c > at), d + 1))
            return result
        g = Rng(self.seed, 4, epoch, number)
        if self.order != "sequential":
            g.permute(ids)
        if self.order in ("sequential", "shuffled"):
            return [(i, 0) for i in ids]
        queues = {}
        for i in ids:
            queues.setdefault(self.labels[i], []).append(i)
        present = sorted(queues)
        if self.order == "balanced":
            classes = sorted(set(self.labels))
            quota = {label: 0 for label in classes}
            for p in range(begin, end):
                quota[classes[p % len(classes)]] += 1
            lost = sum(quota[label] for label in classes if label not in queues)
            for i in range(lost):
                quota[present[(begin + i) % len(present)]] += 1
            result = []
            for label in present:
                queue = queues[label]
                for i in range(quota[label]):
                    if i > 0 and i % len(queue) == 0:
                        g.permute(queue)
                    result.append((queue[i % len(queue)], i // len(queue)))
            g.permute(result)
            return result
        result, position = [], begin
        while position < end:
            if self.spanning:
                edge = (position // self.batch + 1) * self.batch
            else:
                start = position // self.n * self.n
                edge = start + min(((position - start) // self.batch + 1) * self.batch, self.n)
            edge = min(edge, end)
            part = []
            for label, quota in zip(present, largest_remainder(edge - position, [len(queues[c]) for c in present])):
                part += [(queues[label].pop(0), 0) for _ in range(quota)]
            g.permute(part)
            result += part
            position = edge
        return result

    def rounds(self, walk):
        segments = self.deal(walk)
        position, first = walk * self.epochs * self.n, 0
        for number, (segment, length) in enumerate(zip(segments, self.lengths(segments))):
            for turn in range(self.epochs):
                epoch = walk * self.epochs + turn
                if length:
                    picks = self.picks(segment, number, epoch, position, position + length, first)
                    yield number, epoch, position, position + length, segment, picks
                position += length
            first += length


FEW = [3, 1, 2, 4, 2]
MANY = [5, 3, 4, 4, 1, 6, 2, 5, 3, 3, 4, 2]
CASES = {
    "shuffled whole": (Case(FEW, 10, "shuffled"), 2),
    "shuffled": (Case(FEW, 10, "shuffled", limit=150), 2),
    "shuffled seed": (Case(FEW, 10, "shuffled", limit=150, seed=5 << 32 | 7), 1),
    "shuffled many": (Case(MANY, 100, "shuffled", limit=1800), 2),
    "shuffled rounds": (Case(MANY, 100, "shuffled", limit=1800, epochs=3), 2),
    "shuffled tiny": (Case(FEW, 10, "shuffled", limit=1), 1),
    "sequential": (Case(MANY, 100, "sequential", limit=1800), 1),
    "balanced whole": (Case(MANY, 100, "balanced"), 2),
    "balanced": (Case(MANY, 100, "balanced", limit=1000, epochs=2), 2),
    "balanced lacking": (Case([1, 2, 1, 2, 1, 3], 10, "balanced", limit=70), 2),
    "stratified whole": (Case(MANY, 100, "stratified"), 2),
    "stratified": (Case(MANY, 100, "stratified", limit=1800, batch=5), 2),
    "stratified spanning": (Case(MANY, 100, "stratified", limit=1800, batch=5, spanning=True), 2),
    "weighted whole": (Case(FEW, 10, "weighted", weights=[0, 1, 2, 0.5, 0, 0, 3, 1, 1, 1, 0.25, 0]), 2),
    "weighted": (Case(MANY, 100, "weighted", limit=1800, weights=[i % 5 / 3 for i in range(42)]), 2),
    "weighted one": (Case(MANY, 100, "weighted", limit=1800, weights=[float(i == 20) for i in range(42)]), 1),
}


def main():
    for name, (case, walks) in CASES.items():
        for walk in range(walks):
            for number, epoch, begin, end, blocks, picks in case.rounds(walk):
                sys.stdout.write(
                    f"{name},{number},{epoch},{begin},{end},{' '.join(map(str, blocks))},"
                    f"{' '.join(f'{i}:{repeat}' for i, repeat in picks)}\n"
                )


main()
