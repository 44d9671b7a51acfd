"""Second stage: the whole model learns to describe scenes, next token by next token.

`python -m tools.backbone.pretrain --data DIR [DIR ...] --vision FILE --out DIR --seed 1 --steps 20000`

Per step: a batch of scenes, each with one of its captions or that caption's mirror image, and a few texts without
pictures (src/data/synthetic/words/games.ts). Loss on caption tokens only. In the first part of the steps the vision
tower stands still, so its features are computed once; then it learns too, with the first stage's losses beside the
captions' so that its features stay readable. No picture comes with a verdict.
"""

from __future__ import annotations

import argparse
import json
import time

import numpy as np
import torch
from tokenizers import Tokenizer
from torch.nn.functional import cross_entropy, linear

from . import tokenizer as tk
from .arguments import file, folder_of, out_folder, whole_number
from .augment import Mirror, moved
from .captions import Row, collate, encode, greedy, mirrored
from .features import FrozenFeatures
from .forward import text_states, vision_features, with_pictures
from .heads import AttributeHeads
from .model import WIDTH, build, pixels
from .optimiser import Optimiser, Working
from .pretrain_vision import accuracy
from .schedule import rate_at
from .shards import FILES, Scenes

TOGETHER = 8  # batches drawn at once and sorted by the captions' length, so that little is padded


class Learner:
    """The working copies of the parts and the caption loss over them."""

    def __init__(self, model: torch.nn.Module, pad: int) -> None:
        self.working = Working(model.model.vision_model, model.model.connector, model.model.text_model, model.lm_head)
        self.vision, self.connector, self.text, self.head = self.working.copies
        self.pad = pad
        self.see = torch.compile(lambda x: vision_features(self.vision, x))
        self.think = torch.compile(lambda h: text_states(self.text, h), dynamic=True)

    def caption_loss(self, rows: list[Row], texts: list[Row], features: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Mean cross-entropy over the tokens of captions and over those of texts; `features` [captions, 64, 128]."""
        ids, target = collate(rows + texts, self.pad)
        embedded = with_pictures(self.text.embed_tokens(ids), self.connector(features))
        hidden = self.think(embedded)[:, :-1]
        wanted = target[:, 1:]
        keep = wanted >= 0
        losses = cross_entropy(linear(hidden[keep], self.head.weight).float(), wanted[keep], reduction="none")
        pictured = keep.nonzero()[:, 0] < len(rows)
        return losses[pictured].mean(), losses[~pictured].mean()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=folder_of(*FILES), nargs="+", required=True)
    parser.add_argument("--vision", type=file, required=True)
    parser.add_argument("--out", type=out_folder, required=True)
    parser.add_argument("--seed", type=whole_number(0), default=1)
    parser.add_argument("--steps", type=whole_number(1), default=20000)
    parser.add_argument("--batch", type=whole_number(1), default=32)
    parser.add_argument("--text", type=whole_number(1), default=4)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--vision-rate", type=float, default=0.3, help="share of the rate that the vision tower gets")
    parser.add_argument("--frozen", type=float, default=0.6, help="share of the steps before the vision tower learns too")
    parser.add_argument("--attributes", type=float, default=0.3, help="weight of the first stage's losses")
    parser.add_argument("--threads", type=whole_number(1), default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    scenes = Scenes(args.data, TOGETHER * args.batch)
    scenes.require_words()
    pairs = [pair for captions in scenes.captions[:3000] for pair in captions[:2]]
    tokenizer = tk.train(pairs + scenes.texts[:6000])
    tk.save(tokenizer, args.out)
    ids = tk.ids(tokenizer)
    model = build(tk.VOCABULARY, ids, args.seed + 1)
    first = torch.load(args.vision, weights_only=False)
    model.model.vision_model.load_state_dict(first["vision"])
    heads = AttributeHeads(scenes.attributes, scenes.parts, WIDTH)
    heads.load_state_dict(first["heads"])
    seeing = [(f"vision.{n}", p) for n, p in model.model.vision_model.named_parameters()] + [*heads.named_parameters()]
    known = {id(p) for _, p in seeing}
    telling = [(n, p) for n, p in model.named_parameters() if id(p) not in known]
    optimiser = Optimiser([(telling, 1.0), (seeing, args.vision_rate)], 0.02)
    learner = Learner(model, ids["pad"])
    mirror = Mirror(scenes.attributes)
    start = time.time()
    frozen = FrozenFeatures(learner.vision, scenes)
    print(json.dumps({"frozen_features": len(scenes), "seconds": round(time.time() - start, 1)}), flush=True)
    held = np.arange(scenes.train, scenes.train + 400)
    held_rows = [encode(tokenizer, *scenes.captions[i][0], True) for i in held]
    text_rows = [encode(tokenizer, *text, False) for text in scenes.texts]
    rng = np.random.default_rng(args.seed)
    queue: list[tuple[np.ndarray, bool]] = []
    rows: dict[int, Row] = {}
    log: list[dict[str, object]] = []
    seen, caption_tokens = [], 0
    for step in range(args.steps):
        last = step + 1 == args.steps
        still = step < args.frozen * args.steps
        if not queue:
            flip = bool(rng.random() < 0.5)
            drawn = rng.choice(scenes.train, TOGETHER * args.batch, replace=False)
            told = (scenes.captions[i][rng.integers(len(scenes.captions[i]))] for i in drawn)
            rows = {int(i): encode(tokenizer, *(mirrored(pair) if flip else pair), True) for i, pair in zip(drawn, told)}
            drawn = np.array(sorted(drawn, key=lambda i: len(rows[int(i)].ids)))
            queue = [(np.sort(part), flip) for part in drawn.reshape(TOGETHER, args.batch)]
            rng.shuffle(queue)
        index, flip = queue.pop()
        if still:
            features = frozen(index, flip)
        else:
            images, places = moved(scenes.pictures(index), scenes.places(index), rng)
            codes = scenes.codes[index]
            if flip:
                images, places, codes = images.flip(2), places.flip(3), mirror.codes(codes)
            features = learner.see(pixels(images).bfloat16())
        texts = [text_rows[i] for i in rng.integers(len(text_rows), size=args.text)]
        caption, text = learner.caption_loss([rows[int(i)] for i in index], texts, features)
        loss = caption + 0.3 * text
        if not still:
            read = features.float()
            loss = loss + args.attributes * (2 * heads.loss(read, codes)[0] + heads.cell_loss(read, codes, places))
        optimiser.zero_grad()
        loss.backward()
        learner.working.hand_back()
        optimiser.step(rate_at(step, args.rate, args.steps))
        learner.working.refresh()
        caption_tokens += sum(len(rows[int(i)].ids) - rows[int(i)].start for i in index)
        seen.append((caption.item(), text.item()))
        if (step + 1) % 200 == 0 or last:
            log.append({"step": step + 1, "caption": round(float(np.mean([c for c, _ in seen])), 4), "text": round(float(np.mean([t for _, t in seen])), 4), "seconds": round(time.time() - start, 1)})
            seen = []
            print(json.dumps(log[-1]), flush=True)
        if (step + 1) % 2000 == 0 or last:
            with torch.no_grad():
                losses = [learner.caption_loss(held_rows[at:at + 50], [], vision_features(learner.vision, pixels(scenes.pictures(held[at:at + 50])).bfloat16()))[0].item()
                          for at in range(0, 400, 50)]
            told = greedy(model, tokenizer, scenes.pictures(held[: 6 if last else 3]))
            samples = [{"true": scenes.captions[i][0][1], "model": text} for i, text in zip(held, told)]
            log.append({"step": step + 1, "held_out_caption": round(float(np.mean(losses)), 4), "samples": samples})
            if last:
                log.append({"step": step + 1, "accuracy": accuracy(learner.vision, heads, scenes)[1]})
            print(json.dumps(log[-1]), flush=True)
            torch.save({"model": model.state_dict(), "log": log, "steps": step + 1, "caption_tokens": caption_tokens,
                        "first": {k: first[k] for k in ("log", "steps", "arguments")},
                        "arguments": {k: str(v) for k, v in vars(args).items()}}, args.out / "checkpoint.pt")


if __name__ == "__main__":
    main()
