"""The face set as the page sees it: one early and one middle frame of each video, 128 x 128."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import torch

from .arguments import refuse
from .model import IMAGE_SIZE


def frames(path: Path) -> list[np.ndarray]:
    if path.suffix in (".jpg", ".png"):
        pictures = [cv2.imread(str(path))]
    else:
        reader, pictures = cv2.VideoCapture(str(path)), []
        while True:
            good, picture = reader.read()
            if not good:
                break
            pictures.append(picture)
        pictures = [pictures[1], pictures[len(pictures) // 2]] if len(pictures) > 1 else [None]
    if pictures[0] is None:
        refuse(f"{path}: it is missing or cannot be read. Make the set anew with tools/world/make_demo.mjs.")
    return [cv2.resize(p[..., ::-1], (IMAGE_SIZE, IMAGE_SIZE), interpolation=cv2.INTER_AREA) for p in pictures]


def load(folder: Path) -> tuple[torch.Tensor, list[dict]]:
    """uint8 [samples, 128, 128, 3] and the caption row of each sample."""
    images, rows = [], []
    for line in (folder / "captions.jsonl").read_text().splitlines():
        row = json.loads(line)
        for picture in frames(folder / row["file"]):
            images.append(picture)
            rows.append(row)
    return torch.from_numpy(np.stack(images)), rows


def subject_split(rows: list[dict], share: float, seed: int) -> tuple[list[int], list[int]]:
    """Indices of training and held-out samples; no subject is in both."""
    subjects = sorted({r["subject"] for r in rows})
    held = set(np.random.default_rng(seed).permutation(subjects)[: round(len(subjects) * share)])
    return [i for i, r in enumerate(rows) if r["subject"] not in held], [i for i, r in enumerate(rows) if r["subject"] in held]
