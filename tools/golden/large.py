"""Losses and slices of gradients of a whole SmolVLM-256M training step, from PyTorch, transformers and PEFT.

`python tools/golden/large.py` writes tests/golden/large.json. Weights, vision features and token ids are numbers that
tests/bench/numbers.ts makes alike (a hash of an index), rounded to bfloat16 where the page holds them so; the vision
tower is left out: its output is given, as it is to a run whose features are kept. Takes a few minutes and 6 GB.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from peft import LoraConfig, get_peft_model
from transformers import LlamaConfig, LlamaForCausalLM

OUT = Path(__file__).resolve().parents[2] / "tests" / "golden" / "large.json"
HIDDEN, LAYERS, HEADS, KV, HEAD_DIM, MLP, VOCAB = 576, 30, 9, 3, 64, 1536, 49280
VISION, PATCHES, SCALE, IMAGE_TOKENS, IMAGE = 768, 1024, 4, 64, 49190
BATCH, TOKENS, PROMPT, RANK = 4, 268, 132, 32
LOSS_ALPHA, LOSS_BETA = 0.7, 0.3
ENTRIES = 12


def hashes(name: str, count: int) -> np.ndarray:
    seed = 0x811C9DC5
    for char in name.encode():
        seed = ((seed ^ char) * 0x01000193) & 0xFFFFFFFF
    x = np.arange(count, dtype=np.uint32) + np.uint32(seed)
    x = (x ^ (x >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    x = (x ^ (x >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return x ^ (x >> np.uint32(16))


def numbers(name: str, shape: tuple[int, ...], spread: float, centre: float = 0.0, rounded: bool = False) -> torch.Tensor:
    values = hashes(name, int(np.prod(shape))).astype(np.float64) * (2 * spread / 2**32) - spread + centre
    tensor = torch.from_numpy(values.astype(np.float32)).reshape(shape)
    return tensor.bfloat16().float() if rounded else tensor


def weight(name: str, outputs: int, inputs: int) -> torch.Tensor:
    return numbers(f"{name}.weight", (outputs, inputs), inputs**-0.5, rounded=True)


def make_model() -> torch.nn.Module:
    config = LlamaConfig(
        vocab_size=VOCAB, hidden_size=HIDDEN, num_hidden_layers=LAYERS, num_attention_heads=HEADS, num_key_value_heads=KV, head_dim=HEAD_DIM,
        intermediate_size=MLP, hidden_act="silu", max_position_embeddings=8192, rms_norm_eps=1e-5, tie_word_embeddings=False,
        rope_parameters={"rope_type": "default", "rope_theta": 100000.0})
    model = LlamaForCausalLM(config).float().eval()
    state: dict[str, torch.Tensor] = {"model.embed_tokens.weight": weight("embed_tokens", VOCAB, HIDDEN), "lm_head.weight": weight("lm_head", VOCAB, HIDDEN),
                                      "model.norm.weight": numbers("text.norm", (HIDDEN,), 0.1, 1)}
    for i in range(LAYERS):
        layer = f"model.layers.{i}"
        q, k, v = weight(f"text.{i}.qkv", (HEADS + 2 * KV) * HEAD_DIM, HIDDEN).split((HEADS * HEAD_DIM, KV * HEAD_DIM, KV * HEAD_DIM))
        gate, up = weight(f"text.{i}.gate_up", 2 * MLP, HIDDEN).chunk(2)
        state |= {f"{layer}.self_attn.q_proj.weight": q, f"{layer}.self_attn.k_proj.weight": k, f"{layer}.self_attn.v_proj.weight": v,
                  f"{layer}.self_attn.o_proj.weight": weight(f"text.{i}.out", HIDDEN, HEADS * HEAD_DIM),
                  f"{layer}.mlp.gate_proj.weight": gate, f"{layer}.mlp.up_proj.weight": up,
                  f"{layer}.mlp.down_proj.weight": weight(f"text.{i}.down", HIDDEN, MLP),
                  f"{layer}.input_layernorm.weight": numbers(f"text.{i}.norm1", (HIDDEN,), 0.1, 1),
                  f"{layer}.post_attention_layernorm.weight": numbers(f"text.{i}.norm2", (HIDDEN,), 0.1, 1)}
    model.load_state_dict(state)
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    lora = LoraConfig(r=RANK, lora_alpha=RANK, target_modules=["q_proj", "k_proj", "v_proj"], bias="none")
    adapted = get_peft_model(model, lora)
    for name, parameter in adapted.named_parameters():
        if "lora_" in name:
            # As the page names and lays them: [in, out], the transpose of Python's.
            short = page_name(name)
            turned = tuple(reversed(parameter.shape))
            parameter.data = numbers(short, turned, 0.02).T.contiguous()
    adapted.base_model.model.lm_head.weight.requires_grad_(True)
    return adapted


def page_name(name: str) -> str:
    return name.replace("base_model.model.model.", "model.text_model.").replace(".default", "")


def main() -> None:
    torch.manual_seed(0)
    model = make_model()
    connector = weight("connector", HIDDEN, VISION * SCALE**2).requires_grad_(True)
    head_weight = numbers("vision_cls_head.weight", (VISION, 2), 0.02).T.contiguous().requires_grad_(True)
    head_bias = numbers("vision_cls_head.bias", (2,), 0.02).requires_grad_(True)
    features = numbers("features", (BATCH, PATCHES, VISION), 1.0)
    ids = torch.from_numpy((hashes("ids", BATCH * TOKENS) % 49000).astype(np.int64)).reshape(BATCH, TOKENS)
    ids[:, 4:4 + IMAGE_TOKENS] = IMAGE
    labels = torch.tensor([0, 1, 0, 1])

    side = int(PATCHES**0.5)
    blocks = side // SCALE
    shuffled = features.reshape(BATCH, blocks, SCALE, blocks, SCALE, VISION).permute(0, 1, 3, 2, 4, 5).reshape(BATCH, IMAGE_TOKENS, SCALE**2 * VISION)
    embedded = model.get_input_embeddings()(ids).detach().clone()
    embedded[:, 4:4 + IMAGE_TOKENS] = shuffled @ connector.T
    logits = model(inputs_embeds=embedded).logits
    # Token i is predicted at i - 1; captions run from PROMPT to the end.
    cap = F.cross_entropy(logits[:, PROMPT - 1:-1].reshape(-1, VOCAB), ids[:, PROMPT:].reshape(-1))
    cls = F.cross_entropy(features.mean(1) @ head_weight.T + head_bias, labels)
    total = LOSS_ALPHA * cls + LOSS_BETA * cap
    total.backward()

    gradients: dict[str, torch.Tensor] = {"model.connector.modality_projection.proj.weight": connector.grad.T, "vision_cls_head.weight": head_weight.grad.T,
                                          "vision_cls_head.bias": head_bias.grad, "lm_head.weight": model.base_model.model.lm_head.weight.grad.T}
    for name, parameter in model.named_parameters():
        if "lora_" in name and any(f"layers.{i}." in name for i in (0, 14, 29)):
            gradients[page_name(name)] = parameter.grad.T
    slices = {}
    for name, gradient in gradients.items():
        flat = gradient.contiguous().reshape(-1)
        places = [int(h) % flat.numel() for h in hashes(f"places {name}", ENTRIES)]
        slices[name] = {"norm": float(flat.double().norm()), "largest": float(flat.abs().max()), "places": places, "values": [float(flat[p]) for p in places]}
    OUT.write_text(json.dumps({"torch": torch.__version__, "loss": {"cls": cls.item(), "cap": cap.item(), "total": total.item()}, "gradients": slices}, indent=1) + "\n")


if __name__ == "__main__":
    main()
