"""Render the pretraining pictures: `python -m tools.world.render_scenes --out DIR --count 24000 --seed 1`.

Writes images.npy (uint8 [count, size, size, 3]), codes.npy (int8 [count, attributes]) and words.json
to DIR. Shards are seeded on their own, so the result does not depend on the number of processes.
"""

from __future__ import annotations

import argparse
import json
import os
from multiprocessing import Pool
from pathlib import Path

import cv2
import numpy as np

from .scenes import attribute_codes, sample_scene

SHARD = 1000


def shard(task: tuple[int, int, int, int]) -> tuple[np.ndarray, np.ndarray, list[dict[str, str]]]:
    seed, index, count, size = task
    cv2.setNumThreads(1)
    images = np.empty((count, size, size, 3), np.uint8)
    codes, words = [], []
    for i in range(count):
        rng = np.random.default_rng([seed, index, i])
        told, image = sample_scene(rng, size)
        images[i] = np.clip(image * 255 + 0.5, 0, 255).astype(np.uint8)
        codes.append(attribute_codes(told))
        words.append(told)
    return images, np.stack(codes), words


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=24000)
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    tasks = [(args.seed, i, min(SHARD, args.count - i * SHARD), args.size) for i in range((args.count + SHARD - 1) // SHARD)]
    os.nice(5)
    with Pool(args.processes) as pool:
        parts = pool.map(shard, tasks, chunksize=1)
    np.save(args.out / "images.npy", np.concatenate([p[0] for p in parts]))
    np.save(args.out / "codes.npy", np.concatenate([p[1] for p in parts]))
    (args.out / "words.json").write_text(json.dumps([w for p in parts for w in p[2]]))
    print(f"{args.count} scenes in {args.out}")


if __name__ == "__main__":
    main()
