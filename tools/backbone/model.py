"""The tiny backbone: SmolVLM's architecture (transformers' Idefics3) at a size that two cores can train."""

from __future__ import annotations

import torch
from transformers import Idefics3Config, Idefics3ForConditionalGeneration

IMAGE_SIZE = 128
PATCH = 16
SCALE = 2
WIDTH = 128
IMAGE_TOKENS = (IMAGE_SIZE // PATCH // SCALE) ** 2  # 16


def build_config(vocabulary: int, ids: dict[str, int]) -> Idefics3Config:
    """`ids`: the special tokens' ids by name (image, pad, bos, eos)."""
    config = Idefics3Config(
        image_token_id=ids["image"],
        pad_token_id=ids["pad"],
        bos_token_id=ids["bos"],
        eos_token_id=ids["eos"],
        scale_factor=SCALE,
        tie_word_embeddings=False,
        vision_config={
            "model_type": "idefics3_vision", "hidden_size": WIDTH, "num_hidden_layers": 4, "num_attention_heads": 4,
            "intermediate_size": 512, "image_size": IMAGE_SIZE, "patch_size": PATCH, "num_channels": 3,
            "hidden_act": "gelu_pytorch_tanh", "layer_norm_eps": 1e-6, "attention_dropout": 0.0,
        },
        text_config={
            "model_type": "llama", "vocab_size": vocabulary, "hidden_size": 128, "num_hidden_layers": 4,
            "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 32, "intermediate_size": 384,
            "hidden_act": "silu", "max_position_embeddings": 512, "rms_norm_eps": 1e-5,
            "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0}, "rope_theta": 10000.0,
            "attention_bias": False, "mlp_bias": False, "tie_word_embeddings": False,
            "pad_token_id": ids["pad"], "bos_token_id": ids["bos"], "eos_token_id": ids["eos"],
        },
    )
    config._attn_implementation = "sdpa"
    return config


def build(vocabulary: int, ids: dict[str, int], seed: int) -> Idefics3ForConditionalGeneration:
    """A fresh model. Weights start at 1/sqrt(fan in), what feeds the residual stream smaller by depth:
    at this width the class's own start (0.02) leaves attention and MLPs nearly silent."""
    torch.manual_seed(seed)
    model = Idefics3ForConditionalGeneration(build_config(vocabulary, ids)).float()
    for name, module in model.named_modules():
        if isinstance(module, torch.nn.Linear):
            depth = 8**-0.5 if name.endswith(("out_proj", "o_proj", "fc2", "down_proj")) else 1.0
            small = 0.2 if name.endswith(("lm_head", "modality_projection.proj")) else depth
            torch.nn.init.normal_(module.weight, std=small * module.in_features**-0.5)
    torch.nn.init.normal_(model.model.text_model.embed_tokens.weight, std=0.1)
    return model


def place_patches(model: Idefics3ForConditionalGeneration, amplitude: float = 0.6) -> None:
    """Start the position embedding as sines and cosines of row and column, as loud as the patches' content:
    from near zero, the tower reads the picture as a bag of patches for hundreds of steps."""
    weight = model.model.vision_model.embeddings.position_embedding.weight
    side, quarter = IMAGE_SIZE // PATCH, weight.shape[1] // 4
    row, column = torch.meshgrid(torch.arange(side) / side, torch.arange(side) / side, indexing="ij")
    frequency = torch.pi * torch.linspace(0.5, 4.0, quarter)
    parts = [f(p.reshape(-1, 1) * frequency) for p in (row, column) for f in (torch.sin, torch.cos)]
    with torch.no_grad():
        weight.copy_(amplitude * torch.cat(parts, -1))


def attend_alike(model: Idefics3ForConditionalGeneration) -> None:
    """Start every attention head near the identity: a patch looks at patches like itself and near itself, and hands on
    the opposite of what it saw, as trained towers do (mimetic initialisation, Trockman and Kolter 2023)."""
    for layer in model.model.vision_model.encoder.layers:
        attention = layer.self_attn
        width, heads = attention.embed_dim, attention.num_heads
        size = width // heads
        with torch.no_grad():
            for head in range(heads):
                rows = slice(head * size, (head + 1) * size)
                wanted = 0.7 * torch.eye(width) + 0.7 * torch.randn(width, width) / width**0.5
                u, s, v = torch.linalg.svd(wanted)
                root = s[:size].sqrt()
                attention.q_proj.weight[rows] = (u[:, :size] * root).T
                attention.k_proj.weight[rows] = root[:, None] * v[:size]
            wanted = -0.4 * torch.eye(width) + 0.4 * torch.randn(width, width) / width**0.5
            u, s, v = torch.linalg.svd(wanted)
            attention.out_proj.weight.copy_(u * s.sqrt())
            attention.v_proj.weight.copy_(s.sqrt()[:, None] * v)


def whiten_patches(model: Idefics3ForConditionalGeneration, images: torch.Tensor) -> None:
    """Start the patch embedding as whitened principal components of patches of `images` (uint8 [n, size, size, 3]):
    half of it the strongest ones, half a random mixture of all others, where fine textures are, which are faint
    beside plain colour and would else be learned late."""
    x = pixels(images)
    patches = torch.nn.functional.unfold(x, PATCH, stride=PATCH).transpose(1, 2).reshape(-1, 3 * PATCH * PATCH)
    mean = patches.mean(0)
    centred = patches - mean
    values, vectors = torch.linalg.eigh(centred.T @ centred / len(centred))
    embedding = model.model.vision_model.embeddings.patch_embedding
    half = embedding.out_channels // 2
    strong = vectors[:, -half:] / (values[-half:] + 1e-3).sqrt()
    faint = vectors[:, :-half] / (values[:-half] + 3e-4).sqrt()
    mixed = faint @ torch.randn(faint.shape[1], half) / faint.shape[1] ** 0.5
    basis = torch.cat([strong, mixed], 1)
    with torch.no_grad():
        embedding.weight.copy_(basis.T.reshape(embedding.weight.shape))
        embedding.bias.copy_(-(basis.T @ mean))


def pixels(images: torch.Tensor) -> torch.Tensor:
    """uint8 [batch, size, size, 3] to float [batch, 3, size, size] in -1..1 (mean = std = 0.5)."""
    return images.permute(0, 3, 1, 2).float().div_(127.5).sub_(1.0)
