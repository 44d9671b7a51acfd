"""The page's training in Python, to choose the demo preset: LoRA, connector, lm_head and a live/spoof head.

`python -m tools.backbone.finetune --rate 2e-3 --steps 40 --style half`
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import Idefics3ForConditionalGeneration

from . import tokenizer as tk
from .demo_data import load, subject_split
from .model import pixels, vision_features
from .pretrain import batch_loss, encode, greedy
from .probe import rates

QUESTION = "Is this face live or spoof?"


class Lora(torch.nn.Module):
    """y = W x + (alpha / rank) B A x, W frozen."""

    def __init__(self, base: torch.nn.Linear, rank: int, alpha: float) -> None:
        super().__init__()
        self.base, self.scale = base, alpha / rank
        self.a = torch.nn.Parameter(torch.empty(rank, base.in_features))
        torch.nn.init.kaiming_uniform_(self.a, a=5**0.5)
        self.b = torch.nn.Parameter(torch.zeros(base.out_features, rank))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.base(x) + self.scale * (x @ self.a.T @ self.b.T)


def verdict(text: str) -> str:
    """The class that the last sentence names, else undecided."""
    tail = text.rsplit(".", 2)[-2] if text.count(".") > 1 else text
    live, spoof = "live" in tail.lower(), "spoof" in tail.lower()
    return "undecided" if live == spoof else "live" if live else "spoof"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=Path("public/models/tiny"))
    parser.add_argument("--data", type=Path, default=Path("public/demo"))
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--accumulation", type=int, default=2)
    parser.add_argument("--style", choices=("vanilla", "reasoning", "half"), default="half")
    parser.add_argument("--question", default=QUESTION)
    parser.add_argument("--every", type=int, default=20)
    parser.add_argument("--text", type=int, default=24, help="held-out samples scored by generated text")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    rng = np.random.default_rng(args.seed)
    model = Idefics3ForConditionalGeneration.from_pretrained(args.model, dtype=torch.float32)
    tokenizer = Tokenizer.from_file(str(args.model / "tokenizer.json"))
    pad = tk.ids(tokenizer)["pad"]
    for p in model.parameters():
        p.requires_grad_(False)
    for layers in (model.model.vision_model.encoder.layers, model.model.text_model.layers):
        for layer in layers:
            for name in ("q_proj", "k_proj", "v_proj"):
                setattr(layer.self_attn, name, Lora(getattr(layer.self_attn, name), 32, 32))
    head = torch.nn.Linear(128, 2)
    torch.nn.init.zeros_(head.weight)
    torch.nn.init.zeros_(head.bias)
    for module in (model.lm_head, model.model.connector):
        for p in module.parameters():
            p.requires_grad_(True)
    trainable = [p for p in [*model.parameters(), *head.parameters()] if p.requires_grad]
    images, rows = load(args.data)
    train, test = subject_split(rows, 0.3, args.seed)
    live = torch.tensor([r["label"] == "live" for r in rows])
    style = {i: ("vanilla", "reasoning")[n % 2] if args.style == "half" else args.style for n, i in enumerate(rng.permutation(train))}
    optimiser = torch.optim.AdamW(trainable, lr=args.rate, weight_decay=0.01)

    def evaluate(step: int) -> None:
        with torch.no_grad():
            logits = torch.cat([head(vision_features(model, pixels(images[test[i:i + 32]])).mean(1)) for i in range(0, len(test), 32)])
        chosen = np.random.default_rng(1).permutation(test)[: args.text]
        texts = {int(i): greedy(model, tokenizer, images[i:i + 1], args.question) for i in chosen}
        said = {i: verdict(t) for i, t in texts.items()}
        truth = {i: rows[i]["label"] for i in texts}
        wrong = {k: np.mean([said[i] != truth[i] for i in texts if truth[i] == k]) for k in ("live", "spoof")}
        print(json.dumps({"step": step, "head": rates(logits[:, 1] - logits[:, 0], live[test]), "text_HTER": round(float(sum(wrong.values()) / 2), 4),
                          "undecided": sum(v == "undecided" for v in said.values()), "n_text": len(texts)}), flush=True)
        seen = {}
        for i in texts:
            seen.setdefault(rows[i]["attack"], i)
        for attack, i in seen.items():
            print("   ", attack or "live", "->", texts[i], flush=True)

    start = time.time()
    evaluate(0)
    order: list[int] = []
    for step in range(1, args.steps + 1):
        optimiser.zero_grad(set_to_none=True)
        total = np.zeros(2)
        for _ in range(args.accumulation):
            if len(order) < 4:
                order = list(rng.permutation(train))
            batch = [int(order.pop()) for _ in range(4)]
            features = vision_features(model, pixels(images[batch]))
            cls = torch.nn.functional.cross_entropy(head(features.mean(1)), live[batch].long())
            cap = batch_loss(model, [encode(tokenizer, args.question, rows[i][f"caption_{style[i]}"], True) for i in batch], pad, model.model.connector(features))
            ((0.7 * cls + 0.3 * cap) / args.accumulation).backward()
            total += np.array([cls.item(), cap.item()]) / args.accumulation
        torch.nn.utils.clip_grad_norm_(trainable, 1.0)
        optimiser.step()
        if step % 5 == 0:
            print(json.dumps({"step": step, "cls": round(total[0], 4), "cap": round(total[1], 4), "seconds": round(time.time() - start)}), flush=True)
        if step % args.every == 0:
            evaluate(step)


if __name__ == "__main__":
    main()
