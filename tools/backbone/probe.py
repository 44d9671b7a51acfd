"""How separable live and spoof are in the frozen tiny backbone: a logistic regression on pooled features.

`python -m tools.backbone.probe --model public/models/tiny --data public/demo`
"""

from __future__ import annotations

import argparse

import torch
from transformers import Idefics3ForConditionalGeneration

from .arguments import folder_of
from .demo_data import load, subject_split
from .forward import vision_features
from .model import pixels


def fit(x: torch.Tensor, y: torch.Tensor, steps: int = 300, decay: float = 1e-3) -> tuple[torch.Tensor, torch.Tensor]:
    w, b = torch.zeros(x.shape[1], requires_grad=True), torch.zeros(1, requires_grad=True)
    optimiser = torch.optim.LBFGS([w, b], max_iter=steps, line_search_fn="strong_wolfe")

    def closure():
        optimiser.zero_grad()
        loss = torch.nn.functional.binary_cross_entropy_with_logits(x @ w + b, y) + decay * (w * w).sum()
        loss.backward()
        return loss

    optimiser.step(closure)
    return w.detach(), b.detach()


def rates(score: torch.Tensor, live: torch.Tensor) -> dict[str, float]:
    far, frr = float((score[~live] > 0).float().mean()), float((score[live] <= 0).float().mean())
    return {"HTER": round((far + frr) / 2, 4), "FAR": round(far, 4), "FRR": round(frr, 4), "accuracy": round(float(((score > 0) == live).float().mean()), 4)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=folder_of("config.json", "model.safetensors"), default="public/models/tiny")
    parser.add_argument("--data", type=folder_of("captions.jsonl"), default="public/demo")
    args = parser.parse_args()
    torch.set_num_threads(1)
    model = Idefics3ForConditionalGeneration.from_pretrained(args.model, dtype=torch.float32).eval()
    images, rows = load(args.data)
    with torch.no_grad():
        x = torch.cat([vision_features(model.model.vision_model, pixels(images[i:i + 32])).mean(1) for i in range(0, len(images), 32)])
    live = torch.tensor([r["label"] == "live" for r in rows])
    x = (x - x.mean(0)) / (x.std(0) + 1e-6)

    def report(name: str, train: list[int], test: list[int]) -> None:
        w, b = fit(x[train], live[train].float())
        print(f"{name}: train n={len(train)} test n={len(test)}", rates(x[test] @ w + b, live[test]))

    for seed in range(4):
        report(f"subjects held out, seed {seed}", *subject_split(rows, 0.3, seed))
    for camera in sorted({r["file"].split("/")[0] for r in rows}):
        inside = [i for i, r in enumerate(rows) if r["file"].startswith(camera)]
        outside = [i for i, r in enumerate(rows) if not r["file"].startswith(camera)]
        report(f"{camera} held out", outside, inside)


if __name__ == "__main__":
    main()
