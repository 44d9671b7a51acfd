"""Which samples each micro-batch holds: the page's src/train/order.ts and random.ts, number for number.

An epoch is a permutation made from (seed, epoch) alone, so a run can go on anywhere from its step. The generator is
xoroshiro128+ on 32-bit halves and the whole numbers are drawn without bias, as in pure-rand 8.4.
"""

from functools import lru_cache

WORD = 0xFFFFFFFF
#: `PURPOSE.order` of random.ts.
ORDER = 1


def _scramble(value: int) -> int:
    """MurmurHash3's 32-bit finaliser."""
    h = value & WORD
    h = ((h ^ (h >> 16)) * 0x85EBCA6B) & WORD
    h = ((h ^ (h >> 13)) * 0xC2B2AE35) & WORD
    return h ^ (h >> 16)


class Stream:
    """A generator for a list of whole numbers."""

    def __init__(self, *key: int):
        seed = 7
        for part in key:
            seed = _scramble(seed * 31 + _scramble(part + 0x9E3779B9))
        self.s01, self.s00, self.s11, self.s10 = WORD, ~seed & WORD, seed, 0

    def next(self) -> int:
        """A signed 32-bit number."""
        out = (self.s00 + self.s10) & WORD
        a0, a1 = self.s10 ^ self.s00, self.s11 ^ self.s01
        s00, s01 = self.s00, self.s01
        self.s00 = (s00 << 24 ^ s01 >> 8 ^ a0 ^ a0 << 16) & WORD
        self.s01 = (s01 << 24 ^ s00 >> 8 ^ a1 ^ (a1 << 16 | a0 >> 16)) & WORD
        self.s10 = (a1 << 5 ^ a0 >> 27) & WORD
        self.s11 = (a0 << 5 ^ a1 >> 27) & WORD
        return out - 2**32 if out >= 2**31 else out

    def below(self, size: int) -> int:
        """Uniform in 0 .. size - 1."""
        allowed = 2**32 // size * size if size > 2 else 2**32
        while (value := self.next() + 2**31) >= allowed:
            pass
        return value % size


def permutation(n: int, *key: int) -> list[int]:
    """Of 0 .. n - 1 (Fisher-Yates)."""
    stream, order = Stream(*key), list(range(n))
    for i in range(n - 1, 0, -1):
        j = stream.below(i + 1)
        order[i], order[j] = order[j], order[i]
    return order


class DataOrder:
    def __init__(self, count: int, seed: int, batch: int, accumulation: int):
        self.count, self.batch, self.accumulation = count, batch, accumulation
        self.epoch = lru_cache(maxsize=2)(lambda epoch: permutation(count, ORDER, seed, epoch))

    def indices(self, step: int, micro: int) -> list[int]:
        """Into the training set, for micro-batch `micro` of optimiser step `step`, both from 0."""
        first = (step * self.accumulation + micro) * self.batch
        return [self.epoch(at // self.count)[at % self.count] for at in range(first, first + self.batch)]
