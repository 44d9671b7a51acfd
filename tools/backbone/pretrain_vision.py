"""First stage: teach the vision tower to see, from the scenes' attribute words.

`python -m tools.backbone.pretrain_vision --data DIR --out FILE --seed 1 --stable 1500 --decay 400`

A linear head per attribute reads the mean of the post-layernorm features; the heads are thrown away
afterwards. The attributes are those of tools/world/scenes.py: colours, textures, light, shapes. There
is no live/spoof label among them.

The rate is constant for `--stable` steps after a warm-up, then falls to zero in `--decay` steps.
`--seconds` may end the constant part sooner (on a busy machine); the log says at which step, and that
number given as `--stable` repeats the run.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch

from tools.world.scenes import ATTRIBUTES

from .schedule import Schedule
from .model import build, pixels, place_patches, vision_features, whiten_patches


class AttributeHeads(torch.nn.Module):
    """One linear classifier per attribute over pooled features [batch, 128]."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes = [len(v) for v in ATTRIBUTES.values()]
        self.linear = torch.nn.Linear(128, sum(self.sizes))

    def loss(self, pooled: torch.Tensor, codes: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Mean cross-entropy over the attributes present, and hits [attributes, 2] (right, seen)."""
        total, count, hits = pooled.new_zeros(()), 0, []
        for i, logits in enumerate(self.linear(pooled).split(self.sizes, -1)):
            seen = codes[:, i] >= 0
            hits.append((int((logits.argmax(-1) == codes[:, i])[seen].sum()), int(seen.sum())))
            if seen.any():
                total = total + torch.nn.functional.cross_entropy(logits[seen], codes[seen, i], reduction="sum")
                count += int(seen.sum())
        return total / max(1, count), torch.tensor(hits)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--stable", type=int, default=1500)
    parser.add_argument("--decay", type=int, default=400)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    images = np.load(args.data / "images.npy", mmap_mode="r")
    codes = torch.from_numpy(np.load(args.data / "codes.npy").astype(np.int64))
    model = build(1024, {"image": 3, "pad": 0, "bos": 1, "eos": 2}, args.seed)
    whiten_patches(model, torch.from_numpy(images[:1500].copy()))
    place_patches(model)
    heads = AttributeHeads()
    vision = model.model.vision_model
    parameters = [*vision.parameters(), *heads.parameters()]
    optimiser = torch.optim.AdamW(parameters, lr=args.rate, weight_decay=0.05, betas=(0.9, 0.98))
    rng = np.random.default_rng(args.seed)
    held = 800
    train = len(images) - held
    per_epoch = train // args.batch
    schedule = Schedule(args.rate, args.stable, args.decay, args.seconds)
    order = rng.permutation(train)
    start, log = time.time(), []
    step = 0
    while not schedule.done(step):
        if step % per_epoch == 0:
            order = rng.permutation(train)
        for group in optimiser.param_groups:
            group["lr"] = schedule.rate(step)
        index = np.sort(order[(step % per_epoch) * args.batch:][: args.batch])
        pooled = vision_features(model, pixels(torch.from_numpy(images[index]))).mean(1)
        loss, _ = heads.loss(pooled, codes[index])
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        last = schedule.done(step + 1)
        if step % 50 == 0 or last:
            log.append({"step": step, "loss": round(loss.item(), 4), "seconds": round(time.time() - start, 1)})
            print(json.dumps(log[-1]), flush=True)
        if (step + 1) % 200 == 0 or last:
            with torch.no_grad():
                losses, hits = [], torch.zeros(len(ATTRIBUTES), 2)
                for at in range(train, len(images), 200):
                    p = vision_features(model, pixels(torch.from_numpy(images[at:at + 200]))).mean(1)
                    value, hit = heads.loss(p, codes[at:at + 200])
                    losses.append(value.item())
                    hits += hit
            report = {n: round(float(h[0] / h[1].clamp(min=1)), 3) for n, h in zip(ATTRIBUTES, hits)}
            log.append({"step": step, "held_out_loss": round(float(np.mean(losses)), 4), "accuracy": report})
            print(json.dumps(log[-1]), flush=True)
            torch.save({"vision": vision.state_dict(), "heads": heads.state_dict(), "log": log, "steps": step + 1, "stable": schedule.stable}, args.out)
        step += 1


if __name__ == "__main__":
    main()
