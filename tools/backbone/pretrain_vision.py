"""First stage: teach the vision tower to see, from the scenes' attributes.

`python -m tools.backbone.pretrain_vision --data DIR [DIR ...] --out FILE --seed 1 --steps 2000`

The rate rises, stays, and falls over the last fifth of the steps; the step count alone decides, so that a run can be
repeated. There is no live/spoof label among the attributes (src/data/synthetic/scenes/codes.ts).
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch

from .heads import AttributeHeads
from .model import WIDTH, build, pixels, place_patches, vision_features, whiten_patches
from .schedule import rate_at
from .shards import Scenes


def accuracy(model, heads: AttributeHeads, scenes: Scenes) -> tuple[float, dict[str, float]]:
    """Loss and share right for each attribute on the held-out scenes."""
    losses, hits = [], torch.zeros(len(heads.names), 2)
    with torch.no_grad():
        for at in range(scenes.train, len(scenes), 100):
            index = np.arange(at, min(at + 100, len(scenes)))
            value, hit = heads.loss(vision_features(model, pixels(scenes.pictures(index))), scenes.codes[index])
            losses.append(value.item())
            hits += hit
    return float(np.mean(losses)), {n: round(float(h[0] / h[1].clamp(min=1)), 3) for n, h in zip(heads.names, hits)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    scenes = Scenes(args.data)
    model = build(1024, {"image": 3, "pad": 0, "bos": 1, "eos": 2}, args.seed)
    whiten_patches(model, scenes.pictures(np.arange(1000)))
    place_patches(model)
    heads = AttributeHeads(scenes.attributes, WIDTH)
    vision = model.model.vision_model
    parameters = [*vision.parameters(), *heads.parameters()]
    optimiser = torch.optim.AdamW(parameters, lr=args.rate, weight_decay=0.05, betas=(0.9, 0.98), fused=True)
    rng = np.random.default_rng(args.seed)
    order: list[int] = []
    start, log = time.time(), []
    for step in range(args.steps):
        for group in optimiser.param_groups:
            group["lr"] = rate_at(step, args.rate, args.steps)
        if len(order) < args.batch:
            order = list(rng.permutation(scenes.train))
        index = np.sort([order.pop() for _ in range(args.batch)])
        loss, _ = heads.loss(vision_features(model, pixels(scenes.pictures(index))), scenes.codes[index])
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        last = step + 1 == args.steps
        if step % 50 == 0 or last:
            log.append({"step": step, "loss": round(loss.item(), 4), "seconds": round(time.time() - start, 1)})
            print(json.dumps(log[-1]), flush=True)
        if (step + 1) % 400 == 0 or last:
            value, report = accuracy(model, heads, scenes)
            log.append({"step": step, "held_out_loss": round(value, 4), "accuracy": report})
            print(json.dumps(log[-1]), flush=True)
            torch.save({"vision": vision.state_dict(), "heads": heads.state_dict(), "log": log, "steps": step + 1, "arguments": {k: str(v) for k, v in vars(args).items()}}, args.out)


if __name__ == "__main__":
    main()
