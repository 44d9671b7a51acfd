"""Warm-up, constant, linear fall to a hundredth over the last part: a function of the step alone."""


def rate_at(step: int, peak: float, steps: int, warmup: int = 100, fall: float = 0.4) -> float:
    left = (steps - step) / (fall * steps)
    return peak * min(1.0, (step + 1) / warmup) * max(0.01, min(1.0, left))
