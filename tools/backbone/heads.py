"""Throw-away linear classifiers that teach the vision tower to see: one for each attribute of a scene."""

from __future__ import annotations

import torch
from torch.nn.functional import avg_pool2d, cross_entropy

GRID = 4


class AttributeHeads(torch.nn.Module):
    """
    Two readings of the last layer [batch, patches, width]: the mean over all patches (what the live/spoof head will
    read) and means over a 4 x 4 grid (where things are). Each has one linear layer for all attributes.
    """

    def __init__(self, attributes: dict[str, list[str]], width: int) -> None:
        super().__init__()
        self.names = list(attributes)
        self.sizes = [len(values) for values in attributes.values()]
        self.whole = torch.nn.Linear(width, sum(self.sizes))
        self.grid = torch.nn.Linear(width * GRID * GRID, sum(self.sizes))
        # Where something is cannot be read from a mean over the picture.
        self.placed = [name.lower().endswith(("place", "place2")) for name in self.names]

    def loss(self, features: torch.Tensor, codes: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Mean cross-entropy over both readings, and the grid reading's hits [attributes, 2] (right, seen)."""
        batch, patches, width = features.shape
        side = int(patches**0.5)
        map_ = features.transpose(1, 2).reshape(batch, width, side, side)
        readings = [self.whole(features.mean(1)), self.grid(avg_pool2d(map_, side // GRID).flatten(1))]
        total, count, hits = features.new_zeros(()), 0, []
        for i, parts in enumerate(zip(*(reading.split(self.sizes, -1) for reading in readings))):
            seen = codes[:, i] >= 0
            hits.append((int((parts[1].argmax(-1) == codes[:, i])[seen].sum()), int(seen.sum())))
            for whole, logits in zip((True, False), parts):
                if whole and self.placed[i]:
                    continue
                total = total + cross_entropy(logits, codes[:, i].clamp(min=0), reduction="none")[seen].sum()
                count += int(seen.sum())
        return total / max(1, count), torch.tensor(hits)
