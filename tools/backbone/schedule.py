"""Warm-up, constant, linear fall to a hundredth over the last fifth: a function of the step alone."""


def rate_at(step: int, peak: float, steps: int, warmup: int = 100) -> float:
    fall = max(0.0, (step - 0.8 * steps) / (0.2 * steps))
    return peak * min(1.0, (step + 1) / warmup) * max(0.01, 1 - fall)
