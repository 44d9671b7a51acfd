"""What a vision tower that stands still sees, computed once."""

from __future__ import annotations

import numpy as np
import torch

from .forward import vision_features
from .model import pixels
from .shards import Scenes


class FrozenFeatures:
    """Features bfloat16 [batch, 64, 128] of scenes and of their mirror images; `tower` is in bfloat16."""

    def __init__(self, tower: torch.nn.Module, scenes: Scenes) -> None:
        see = torch.compile(lambda x: vision_features(tower, x))
        self.kept: tuple[list[torch.Tensor], list[torch.Tensor]] = ([], [])
        with torch.no_grad():
            for at in range(0, scenes.train, 64):
                index = np.arange(at, at + 64).clip(max=scenes.train - 1)
                images = scenes.pictures(index)
                for kept, seen in zip(self.kept, (images, images.flip(2))):
                    kept.append(see(pixels(seen).bfloat16()))

    def __call__(self, index: np.ndarray, flip: bool) -> torch.Tensor:
        kept = self.kept[flip]
        return torch.stack([kept[i // 64][i % 64] for i in index])
