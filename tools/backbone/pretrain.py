"""Second stage: the whole model learns to describe scenes, next token by next token.

`python -m tools.backbone.pretrain --data DIR --vision FILE --out DIR --seed 1 --stable 900 --decay 300`

Per step: a batch of scenes with captions made afresh from their attribute words, and a batch of text
without pictures (tools/world/text_only.py). Loss on caption tokens only, plus the attribute loss of the
first stage with a small weight so that pooled vision features stay readable. No live/spoof label
exists in this data.
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

from tools.world import text_only
from tools.world.scene_captions import caption

from . import tokenizer as tk
from .model import IMAGE_TOKENS, build, pixels, vision_features
from .pretrain_vision import AttributeHeads
from .schedule import Schedule

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
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--vision", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stable", type=int, default=1500)
    parser.add_argument("--decay", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--text", type=int, default=4)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--vision-rate", type=float, default=0.6, help="share of the rate that the vision tower gets")
    parser.add_argument("--frozen", type=int, default=600, help="steps before the vision tower learns too")
    parser.add_argument("--attributes", type=float, default=0.5, help="weight of the attribute loss")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)
    images = np.load(args.data / "images.npy", mmap_mode="r")
    codes = torch.from_numpy(np.load(args.data / "codes.npy").astype(np.int64))
    words = json.loads((args.data / "words.json").read_text())
    tokenizer = tk.train(args.seed, words[:6000])
    tk.save(tokenizer, args.out)
    ids = tk.ids(tokenizer)
    model = build(tk.VOCABULARY, ids, args.seed + 1)
    first = torch.load(args.vision, weights_only=False)
    model.model.vision_model.load_state_dict(first["vision"])
    heads = AttributeHeads()
    heads.load_state_dict(first["heads"])
    seeing = [*model.model.vision_model.parameters(), *heads.parameters()]
    known = {id(p) for p in seeing}
    telling = [p for p in model.parameters() if id(p) not in known]
    optimiser = torch.optim.AdamW([{"params": telling, "share": 1.0}, {"params": seeing, "share": args.vision_rate}], lr=args.rate,
                                  weight_decay=0.02, betas=(0.9, 0.98))
    rng = np.random.default_rng(args.seed)
    schedule = Schedule(args.rate, args.stable, args.decay, args.seconds, warmup=100)
    train = len(images) - 800
    held = list(range(train, len(images)))
    held_rows = [encode(tokenizer, *caption(words[i], np.random.default_rng([2, i])), True) for i in held]
    queue: list[np.ndarray] = []
    log: list[dict[str, object]] = []
    start, step, last, caption_tokens = time.time(), 0, False, 0
    while not last:
        for group in optimiser.param_groups:
            group["lr"] = schedule.rate(step) * group["share"]
        if not queue:
            # Eight batches at once, sorted by caption length, so that little is padded.
            index = rng.choice(train, 8 * args.batch, replace=False)
            rows = {int(i): encode(tokenizer, *caption(words[i], rng), True) for i in index}
            index = np.array(sorted(index, key=lambda i: len(rows[int(i)][0])))
            queue = [np.sort(part) for part in index.reshape(8, args.batch)]
            rng.shuffle(queue)
        chosen = queue.pop()
        with torch.set_grad_enabled(step >= args.frozen):
            features = vision_features(model, pixels(torch.from_numpy(images[chosen])))
        caption_loss = batch_loss(model, [rows[int(i)] for i in chosen], ids["pad"], model.model.connector(features))
        attribute_loss, _ = heads.loss(features.mean(1), codes[chosen])
        text_rows = [encode(tokenizer, *text_only.game(rng), False) for _ in range(args.text)]
        text_loss = batch_loss(model, text_rows, ids["pad"], None)
        loss = caption_loss + 0.3 * text_loss + args.attributes * attribute_loss
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        caption_tokens += sum(len(rows[int(i)][0]) - rows[int(i)][1] for i in chosen)
        last = schedule.done(step + 1)
        if step % 25 == 0 or last:
            log.append({"step": step, "caption": round(caption_loss.item(), 4), "text": round(text_loss.item(), 4),
                        "attributes": round(attribute_loss.item(), 4), "seconds": round(time.time() - start, 1)})
            print(json.dumps(log[-1]), flush=True)
        if (step + 1) % 200 == 0 or last:
            with torch.no_grad():
                losses = []
                for at in range(0, 400, 50):
                    f = vision_features(model, pixels(torch.from_numpy(images[held[at]:held[at] + 50].copy())))
                    losses.append(batch_loss(model, held_rows[at:at + 50], ids["pad"], model.model.connector(f)).item())
            samples = [{"true": caption(words[i], np.random.default_rng([2, i]))[1],
                        "model": greedy(model, tokenizer, torch.from_numpy(images[i:i + 1].copy()), "Describe the picture.")} for i in held[:6 if last else 3]]
            log.append({"step": step, "held_out_caption": round(float(np.mean(losses)), 4), "samples": samples})
            print(json.dumps(log[-1]), flush=True)
            torch.save({"model": model.state_dict(), "log": log, "steps": step + 1, "stable": schedule.stable,
                        "caption_tokens": caption_tokens, "first": {k: first[k] for k in ("log", "steps", "stable")},
                        "arguments": {k: str(v) for k, v in vars(args).items()}}, args.out / "checkpoint.pt")
        step += 1


if __name__ == "__main__":
    main()
