"""Greedy captions of held-out scenes, for `tools/world/score_captions.mjs`.

`python -m tools.backbone.describe --run DIR --data DIR [DIR ...] --pictures true|blank|swapped --out FILE`

`blank` shows a grey picture and `swapped` that of another scene: a model that looks must then be wrong.
Writes two files: OUT (captions, {index, text} a line) and OUT.scenes (the same scenes' facts, in that order).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from . import tokenizer as tk
from .arguments import folder_of, out_file, whole_number
from .captions import greedy
from .model import build
from .shards import FILES, HELD_OUT, Scenes, json_lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=folder_of("tokenizer.json", "checkpoint.pt"), required=True)
    parser.add_argument("--data", type=folder_of(*FILES), nargs="+", required=True)
    parser.add_argument("--pictures", choices=("true", "blank", "swapped"), default="true")
    parser.add_argument("--count", type=whole_number(1, HELD_OUT), default=500)
    parser.add_argument("--out", type=out_file, required=True)
    args = parser.parse_args()
    scenes = Scenes(args.data)
    tokenizer = Tokenizer.from_file(str(args.run / "tokenizer.json"))
    model = build(tk.VOCABULARY, tk.ids(tokenizer), 0)
    model.load_state_dict(torch.load(args.run / "checkpoint.pt", weights_only=False)["model"])
    model.eval()
    held = np.arange(scenes.train, scenes.train + args.count)
    shown = np.roll(held, 1) if args.pictures == "swapped" else held
    facts = [row["facts"] for folder in args.data for row in json_lines(folder / "scenes.jsonl")]
    texts: list[str] = []
    for at in range(0, args.count, 50):
        pictures = scenes.pictures(shown[at:at + 50])
        texts += greedy(model, tokenizer, torch.full_like(pictures, 128) if args.pictures == "blank" else pictures)
    args.out.write_text("".join(json.dumps({"index": i, "text": t}) + "\n" for i, t in enumerate(texts)))
    Path(f"{args.out}.scenes").write_text("".join(json.dumps({"facts": facts[i]}) + "\n" for i in held))


if __name__ == "__main__":
    main()
