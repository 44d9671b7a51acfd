"""Warm-up, constant, linear decay to zero; the constant part may be cut short by the clock."""

from __future__ import annotations

import time


class Schedule:
    """`stable` and `decay` are optimiser steps; `seconds` of wall time may end the constant part sooner."""

    def __init__(self, peak: float, stable: int, decay: int, seconds: float = float("inf"), warmup: int = 150) -> None:
        self.peak, self.stable, self.decay, self.warmup = peak, stable, decay, warmup
        self.deadline = time.time() + seconds

    def rate(self, step: int) -> float:
        if step < self.stable and time.time() > self.deadline:
            self.stable = step
            print(f"decay from step {step}", flush=True)
        fall = max(0, step - self.stable) / self.decay
        return self.peak * min(1.0, (step + 1) / self.warmup) * max(0.01, 1 - fall)

    def done(self, step: int) -> bool:
        return step >= self.stable + self.decay
