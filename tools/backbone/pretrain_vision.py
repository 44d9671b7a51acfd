"""First stage: teach the vision tower to see, from the scenes' attributes and from maps of what lies where.

`python -m tools.backbone.pretrain_vision --data DIR [DIR ...] --out FILE --seed 1 --steps 20000`

The rate rises, stays, and falls over the last two fifths of the steps; the step count alone decides, so that a run
can be repeated. There is no live/spoof label among the attributes (src/data/synthetic/scenes/codes.ts).
"""

from __future__ import annotations

import argparse
import json
import time

import numpy as np
import torch

from .arguments import folder_of, out_file, whole_number
from .augment import Mirror, moved
from .forward import vision_features
from .heads import AttributeHeads
from .model import WIDTH, attend_alike, build, pixels, place_patches, whiten_patches
from .optimiser import Optimiser, Working
from .schedule import rate_at
from .shards import FILES, Scenes


@torch.no_grad()
def accuracy(tower: torch.nn.Module, heads: AttributeHeads, scenes: Scenes) -> tuple[float, dict[str, float]]:
    """The grid reading's loss and share right for each attribute on the held-out scenes; `tower` in bfloat16."""
    losses, hits = [], torch.zeros(len(heads.names), 2)
    for at in range(scenes.train, len(scenes), 100):
        index = np.arange(at, min(at + 100, len(scenes)))
        features = vision_features(tower, pixels(scenes.pictures(index)).bfloat16()).float()
        _, value, hit = heads.loss(features, scenes.codes[index])
        losses.append(value)
        hits += hit
    return float(np.mean(losses)), {n: round(float(h[0] / h[1].clamp(min=1)), 3) for n, h in zip(heads.names, hits)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=folder_of(*FILES), nargs="+", required=True)
    parser.add_argument("--out", type=out_file, required=True)
    parser.add_argument("--steps", type=whole_number(1), default=20000)
    parser.add_argument("--batch", type=whole_number(1), default=32)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=whole_number(0), default=1)
    parser.add_argument("--threads", type=whole_number(1), default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    scenes = Scenes(args.data, args.batch)
    model = build(1024, {"image": 3, "pad": 0, "bos": 1, "eos": 2}, args.seed)
    whiten_patches(model, scenes.pictures(np.arange(1000)))
    place_patches(model)
    attend_alike(model)
    vision = model.model.vision_model
    heads = AttributeHeads(scenes.attributes, scenes.parts, WIDTH)
    optimiser = Optimiser([([*vision.named_parameters(), *heads.named_parameters()], 1.0)], 0.05)
    working = Working(vision)
    tower = working.copies[0]
    see = torch.compile(lambda x: vision_features(tower, x))
    mirror = Mirror(scenes.attributes)
    rng = np.random.default_rng(args.seed)
    order: list[int] = []
    start, log, seen = time.time(), [], []
    for step in range(args.steps):
        if len(order) < args.batch:
            order = list(rng.permutation(scenes.train))
        index = np.sort([order.pop() for _ in range(args.batch)])
        images, places = moved(scenes.pictures(index), scenes.places(index), rng)
        codes = scenes.codes[index]
        if rng.random() < 0.5:
            images, places, codes = images.flip(2), places.flip(3), mirror.codes(codes)
        features = see(pixels(images).bfloat16()).float()
        whole, grid, _ = heads.loss(features, codes)
        cells = heads.cell_loss(features, codes, places)
        optimiser.zero_grad()
        (2 * whole + cells).backward()
        working.hand_back()
        optimiser.step(rate_at(step, args.rate, args.steps))
        working.refresh()
        seen.append((grid, cells.item()))
        last = step + 1 == args.steps
        if (step + 1) % 200 == 0 or last:
            attributes, cells = np.mean(seen, 0)
            log.append({"step": step + 1, "attributes": round(attributes, 4), "cells": round(cells, 4), "seconds": round(time.time() - start, 1)})
            seen = []
            print(json.dumps(log[-1]), flush=True)
        if (step + 1) % 2000 == 0 or last:
            value, report = accuracy(tower, heads, scenes)
            log.append({"step": step + 1, "held_out_loss": round(value, 4), "accuracy": report})
            print(json.dumps(log[-1]), flush=True)
            torch.save({"vision": vision.state_dict(), "heads": heads.state_dict(), "log": log, "steps": step + 1,
                        "arguments": {k: str(v) for k, v in vars(args).items()}}, args.out)


if __name__ == "__main__":
    main()
