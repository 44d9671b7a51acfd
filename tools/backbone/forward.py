"""The model's forward pass as plain matrix products, over the parameters of the transformers classes.

At this size their attention costs more than all other products together on a processor; written out, in bfloat16 and
compiled, a step takes a third of the time. `export.py` compares the result with the classes' own.
"""

from __future__ import annotations

import torch
from torch.nn.functional import gelu, linear, rms_norm, silu

from .model import IMAGE_SIZE, IMAGE_TOKENS, PATCH

IMAGE_START = 5  # <|im_start|> User : <fake_token_around_image> <global-img> come before the image tokens


def heads(x: torch.Tensor, size: int) -> torch.Tensor:
    """[batch, tokens, heads * size] to [batch, heads, tokens, size]"""
    return x.unflatten(-1, (-1, size)).transpose(1, 2)


def vision_features(vision: torch.nn.Module, x: torch.Tensor) -> torch.Tensor:
    """
    Post-layernorm patch features [batch, 64, 128] of pixels [batch, 3, 128, 128] in the tower's precision; pictures
    are whole, so positions are 0..63.
    """
    embed = vision.embeddings.patch_embedding
    side = IMAGE_SIZE // PATCH
    cut = x.unflatten(2, (side, PATCH)).unflatten(4, (side, PATCH)).permute(0, 2, 4, 1, 3, 5).flatten(1, 2).flatten(2)
    h = linear(cut, embed.weight.flatten(1), embed.bias) + vision.embeddings.position_embedding.weight
    for layer in vision.encoder.layers:
        a = layer.self_attn
        parts = (a.q_proj, a.k_proj, a.v_proj)
        weight, bias = torch.cat([p.weight for p in parts]), torch.cat([p.bias for p in parts])
        q, k, v = (heads(p, a.head_dim) for p in linear(layer.layer_norm1(h), weight, bias).chunk(3, -1))
        seen = torch.softmax((q * a.head_dim**-0.5) @ k.transpose(-1, -2), -1) @ v
        h = h + a.out_proj(seen.transpose(1, 2).flatten(2))
        h = h + layer.mlp.fc2(gelu(layer.mlp.fc1(layer.layer_norm2(h)), approximate="tanh"))
    return vision.post_layernorm(h)


def turned(x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
    """Rotary embedding of [batch, heads, tokens, size] (halves, as Llama's checkpoints have it)."""
    a, b = x.chunk(2, -1)
    return x * cos + torch.cat([-b, a], -1) * sin


def text_states(text: torch.nn.Module, h: torch.Tensor) -> torch.Tensor:
    """Normalised last states of embeddings [batch, tokens, 128]; causal, so padding belongs at the end."""
    config = text.config
    size, groups = config.head_dim, config.num_attention_heads // config.num_key_value_heads
    tokens = h.shape[1]
    frequency = config.rope_parameters["rope_theta"] ** (-torch.arange(0, size, 2) / size)
    angle = torch.arange(tokens)[:, None] * frequency.repeat(2)
    cos, sin = angle.cos().to(h.dtype), angle.sin().to(h.dtype)
    later = torch.full((tokens, tokens), float("-inf"), dtype=h.dtype).triu(1)
    norm = lambda x, module: rms_norm(x, x.shape[-1:], module.weight, config.rms_norm_eps)  # noqa: E731
    for layer in text.layers:
        a, m = layer.self_attn, layer.mlp
        x = norm(h, layer.input_layernorm)
        q, k, v = (heads(linear(x, p.weight), size) for p in (a.q_proj, a.k_proj, a.v_proj))
        q, k = turned(q, cos, sin) * size**-0.5, turned(k, cos, sin)
        k, v = k.repeat_interleave(groups, 1), v.repeat_interleave(groups, 1)
        seen = torch.softmax(q @ k.transpose(-1, -2) + later, -1) @ v
        h = h + linear(seen.transpose(1, 2).flatten(2), a.o_proj.weight)
        x = norm(h, layer.post_attention_layernorm)
        h = h + linear(silu(linear(x, m.gate_proj.weight)) * linear(x, m.up_proj.weight), m.down_proj.weight)
    return norm(h, text.norm)


def with_pictures(embedded: torch.Tensor, pictures: torch.Tensor) -> torch.Tensor:
    """Embeddings [batch, tokens, 128] with the first rows' image tokens replaced by `pictures` [rows, 16, 128]."""
    rows = len(pictures)
    start, end = IMAGE_START, IMAGE_START + IMAGE_TOKENS
    seen = torch.cat([embedded[:rows, :start], pictures, embedded[:rows, end:]], 1)
    return torch.cat([seen, embedded[rows:]])
