"""Questions and answers as token ids, in a batch, in a mirror, and generated."""

from __future__ import annotations

import re
from typing import NamedTuple

import torch
from tokenizers import Tokenizer

from . import tokenizer as tk
from .forward import vision_features, with_pictures
from .model import pixels

END = "<end_of_utterance>"
QUESTION = "Describe the picture."


class Row(NamedTuple):
    """The whole conversation and the index of the first answer token."""

    ids: list[int]
    start: int


def encode(tokenizer: Tokenizer, question: str, answer: str, picture: bool) -> Row:
    prompt = tokenizer.encode(tk.prompt(question, picture)).ids
    return Row(prompt + tokenizer.encode(f" {answer}{END}").ids, len(prompt))


def mirrored(pair: tuple[str, str]) -> tuple[str, str]:
    """A question and its answer as they are true of the mirror image."""
    swap = {"left": "right", "right": "left"}
    return tuple(re.sub(r"\b(left|right)\b", lambda m: swap[m[0]], text) for text in pair)


def collate(rows: list[Row], pad: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Ids and targets [rows, tokens]; a target is -100 where no answer token stands."""
    length = max(len(ids) for ids, _ in rows)
    ids = torch.full((len(rows), length), pad)
    target = torch.full((len(rows), length), -100)
    for i, (tokens, start) in enumerate(rows):
        ids[i, : len(tokens)] = torch.tensor(tokens)
        target[i, start : len(tokens)] = torch.tensor(tokens[start:])
    return ids, target


@torch.no_grad()
def greedy(model, tokenizer: Tokenizer, images: torch.Tensor, question: str = QUESTION, limit: int = 130) -> list[str]:
    """The likeliest token each time, for all pictures (uint8 [n, 128, 128, 3]) together, in the model's precision."""
    prompt = torch.tensor([tokenizer.encode(tk.prompt(question, True)).ids] * len(images))
    text = model.model.text_model
    features = model.model.connector(vision_features(model.model.vision_model, pixels(images).to(model.lm_head.weight.dtype)))
    embedded = with_pictures(text.embed_tokens(prompt), features)
    end, out = tokenizer.token_to_id(END), []
    alive = torch.ones(len(images), dtype=torch.bool)
    cache = None
    for _ in range(limit):
        step = text(inputs_embeds=embedded, past_key_values=cache, use_cache=True)
        cache = step.past_key_values
        token = model.lm_head(step.last_hidden_state[:, -1]).argmax(-1)
        alive &= token != end
        if not alive.any():
            break
        out.append(torch.where(alive, token, end))
        embedded = text.embed_tokens(token)[:, None]
    rows = torch.stack(out, 1).tolist() if out else [[] for _ in images]
    return [tokenizer.decode([t for t in row if t != end]).strip() for row in rows]
