"""Scenes seen anew: mirrored and moved a little, with their attribute codes kept true."""

from __future__ import annotations

import numpy as np
import torch

SHIFT = 2  # each way, in steps of two pixels: the maps of what lies where have half the resolution
TOGETHER = 8  # pictures that move alike


class Mirror:
    """What left and right become in a mirror, for codes [n, attributes]."""

    def __init__(self, attributes: dict[str, list[str]]) -> None:
        names = list(attributes)
        self.maps = torch.arange(max(map(len, attributes.values())) + 1).repeat(len(names), 1)
        for row, values in zip(self.maps, attributes.values()):
            if "left" in values and "right" in values:
                left, right = values.index("left"), values.index("right")
                row[left], row[right] = right, left
        self.first, self.second = ([names.index(n) for n in group] for group in (("shape", "colour"), ("shape2", "colour2")))
        self.place = names.index("place")
        self.beside = names.index("place2"), attributes["place2"].index("right")

    def codes(self, codes: torch.Tensor) -> torch.Tensor:
        # Of two things side by side the first is the left one, so they change their numbers, not their places.
        pair = codes[:, self.beside[0]] == self.beside[1]
        mirrored = torch.where(codes < 0, codes, self.maps.T.gather(0, codes.clamp(min=0)))
        mirrored[pair, self.place] = codes[pair, self.place]
        for a, b in zip(self.first, self.second):
            mirrored[pair, a], mirrored[pair, b] = codes[pair, b], codes[pair, a]
        return mirrored


def moved(images: torch.Tensor, places: torch.Tensor, rng: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """uint8 [n, size, size, 3] and [n, 2, size/2, size/2], each moved by up to four pixels; edges are repeated."""
    out, maps = torch.empty_like(images), torch.empty_like(places)
    size = images.shape[1]
    line, half = torch.arange(size), torch.arange(size // 2)
    for at in range(0, len(images), TOGETHER):
        part = slice(at, at + TOGETHER)
        dy, dx = rng.integers(-SHIFT, SHIFT + 1, 2)
        out[part] = images[part][:, (line + 2 * dy).clamp(0, size - 1)][:, :, (line + 2 * dx).clamp(0, size - 1)]
        maps[part] = places[part][:, :, (half + dy).clamp(0, size // 2 - 1)][..., (half + dx).clamp(0, size // 2 - 1)]
    return out, maps
