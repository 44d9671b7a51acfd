"""Second stage: the whole model learns to describe scenes, next token by next token.

`python -m tools.backbone.pretrain --data DIR [DIR ...] --vision FILE --out DIR --seed 1 --steps 2000`

Per step: a batch of scenes, each with one of its captions, and a few texts without pictures
(src/data/synthetic/words/games.ts). Loss on caption tokens only, plus the attribute loss of the first stage with a
small weight so that pooled vision features stay readable. No picture comes with a verdict.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch.nn.functional import cross_entropy

from . import tokenizer as tk
from .heads import AttributeHeads
from .model import IMAGE_TOKENS, WIDTH, build, pixels, vision_features
from .pretrain_vision import accuracy
from .schedule import rate_at
from .shards import Scenes

IMAGE_START = 5  # <|im_start|> User : <fake_token_around_image> <global-img> come before the image tokens
END = "<end_of_utterance>"


def encode(tokenizer: Tokenizer, question: str, answer: str, picture: bool) -> tuple[list[int], int]:
    """Token ids of the whole conversation and the index of the first caption token."""
    prompt = tokenizer.encode(tk.prompt(question, picture)).ids
    return prompt + tokenizer.encode(f" {answer}{END}").ids, len(prompt)


def batch_loss(model, rows: list[tuple[list[int], int]], pad: int, image_features: torch.Tensor | None) -> torch.Tensor:
    """Mean cross-entropy over the caption tokens of `rows`; features are [rows, 16, 128] or None."""
    length = max(len(ids) for ids, _ in rows)
    ids = torch.full((len(rows), length), pad)
    target = torch.full((len(rows), length), -100)
    for i, (tokens, start) in enumerate(rows):
        ids[i, : len(tokens)] = torch.tensor(tokens)
        target[i, start:len(tokens)] = torch.tensor(tokens[start:])
    embedded = model.model.text_model.embed_tokens(ids)
    if image_features is not None:
        embedded = torch.cat([embedded[:, :IMAGE_START], image_features, embedded[:, IMAGE_START + IMAGE_TOKENS:]], 1)
    hidden = model.model.text_model(inputs_embeds=embedded, use_cache=False).last_hidden_state[:, :-1]
    wanted = target[:, 1:]
    keep = wanted >= 0
    return cross_entropy(model.lm_head(hidden[keep]), wanted[keep])


@torch.no_grad()
def greedy(model, tokenizer: Tokenizer, image: torch.Tensor, question: str, limit: int = 110) -> str:
    """A caption for one picture, uint8 [1, size, size, 3], the likeliest token each time."""
    ids = tokenizer.encode(tk.prompt(question, True)).ids
    start = len(ids)
    features = model.model.connector(vision_features(model, pixels(image)))
    end = tokenizer.token_to_id(END)
    while len(ids) < start + limit:
        embedded = model.model.text_model.embed_tokens(torch.tensor([ids]))
        embedded = torch.cat([embedded[:, :IMAGE_START], features, embedded[:, IMAGE_START + IMAGE_TOKENS:]], 1)
        token = int(model.lm_head(model.model.text_model(inputs_embeds=embedded, use_cache=False).last_hidden_state[:, -1]).argmax())
        if token == end:
            break
        ids.append(token)
    return tokenizer.decode(ids[start:]).strip()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--vision", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--text", type=int, default=4)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--vision-rate", type=float, default=0.4, help="share of the rate that the vision tower gets")
    parser.add_argument("--frozen", type=float, default=0.5, help="share of the steps before the vision tower learns too")
    parser.add_argument("--attributes", type=float, default=0.5, help="weight of the attribute loss")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)
    scenes = Scenes(args.data)
    pairs = [pair for captions in scenes.captions[:3000] for pair in captions[:2]]
    tokenizer = tk.train(pairs + scenes.texts[:6000])
    tk.save(tokenizer, args.out)
    ids = tk.ids(tokenizer)
    model = build(tk.VOCABULARY, ids, args.seed + 1)
    first = torch.load(args.vision, weights_only=False)
    model.model.vision_model.load_state_dict(first["vision"])
    heads = AttributeHeads(scenes.attributes, WIDTH)
    heads.load_state_dict(first["heads"])
    seeing = [*model.model.vision_model.parameters(), *heads.parameters()]
    known = {id(p) for p in seeing}
    telling = [p for p in model.parameters() if id(p) not in known]
    optimiser = torch.optim.AdamW([{"params": telling, "share": 1.0}, {"params": seeing, "share": args.vision_rate}], lr=args.rate,
                                  weight_decay=0.02, betas=(0.9, 0.98), fused=True)
    rng = np.random.default_rng(args.seed)
    held = np.arange(scenes.train, scenes.train + 400)
    held_rows = [encode(tokenizer, *scenes.captions[i][0], True) for i in held]
    queue: list[np.ndarray] = []
    log: list[dict[str, object]] = []
    start, caption_tokens = time.time(), 0
    for step in range(args.steps):
        last = step + 1 == args.steps
        frozen = step < args.frozen * args.steps
        for group in optimiser.param_groups:
            group["lr"] = rate_at(step, args.rate, args.steps) * group["share"]
        if not queue:
            # Eight batches at once, sorted by caption length, so that little is padded.
            index = rng.choice(scenes.train, 8 * args.batch, replace=False)
            rows = {int(i): encode(tokenizer, *scenes.captions[i][rng.integers(len(scenes.captions[i]))], True) for i in index}
            index = np.array(sorted(index, key=lambda i: len(rows[int(i)][0])))
            queue = [np.sort(part) for part in index.reshape(8, args.batch)]
            rng.shuffle(queue)
        chosen = queue.pop()
        with torch.set_grad_enabled(not frozen):
            features = vision_features(model, pixels(scenes.pictures(chosen)))
        caption_loss = batch_loss(model, [rows[int(i)] for i in chosen], ids["pad"], model.model.connector(features))
        text_rows = [encode(tokenizer, *scenes.texts[i], False) for i in rng.integers(len(scenes.texts), size=args.text)]
        text_loss = batch_loss(model, text_rows, ids["pad"], None)
        loss = caption_loss + 0.3 * text_loss
        if not frozen:
            loss = loss + args.attributes * heads.loss(features, scenes.codes[chosen])[0]
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        caption_tokens += sum(len(rows[int(i)][0]) - rows[int(i)][1] for i in chosen)
        if step % 25 == 0 or last:
            log.append({"step": step, "caption": round(caption_loss.item(), 4), "text": round(text_loss.item(), 4), "seconds": round(time.time() - start, 1)})
            print(json.dumps(log[-1]), flush=True)
        if (step + 1) % 400 == 0 or last:
            with torch.no_grad():
                losses = []
                for at in range(0, 400, 50):
                    f = vision_features(model, pixels(scenes.pictures(held[at:at + 50])))
                    losses.append(batch_loss(model, held_rows[at:at + 50], ids["pad"], model.model.connector(f)).item())
            samples = [{"true": scenes.captions[i][0][1], "model": greedy(model, tokenizer, scenes.pictures(held[j:j + 1]), "Describe the picture.")}
                       for j, i in enumerate(held[:6 if last else 3])]
            log.append({"step": step, "held_out_caption": round(float(np.mean(losses)), 4), "samples": samples})
            if last:
                log.append({"step": step, "accuracy": accuracy(model, heads, scenes)[1]})
            print(json.dumps(log[-1]), flush=True)
            torch.save({"model": model.state_dict(), "log": log, "steps": step + 1, "caption_tokens": caption_tokens,
                        "first": {k: first[k] for k in ("log", "steps", "arguments")},
                        "arguments": {k: str(v) for k, v in vars(args).items()}}, args.out / "checkpoint.pt")


if __name__ == "__main__":
    main()
