"""Goldens from PyTorch, transformers and PEFT for a random model of the SmolVLM (Idefics3) architecture.

`python tools/golden/make_goldens.py` writes tests/golden/tiny/ (a Hugging Face folder, bfloat16) and
tests/golden/tiny-goldens.{json,safetensors}: resized pixels, vision features, logits, losses, the gradient of every
trainable tensor, parameters after AdamW steps, greedy tokens, token ids. Everything is seeded; nothing is learnt.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from peft import LoraConfig, get_peft_model
from PIL import Image
from safetensors.torch import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import Idefics3Config, Idefics3ForConditionalGeneration

OUT = Path(__file__).resolve().parents[2] / "tests" / "golden"
SEED = 7
IMAGE, PATCH, SCALE = 32, 8, 2
IMAGE_TOKENS = (IMAGE // PATCH // SCALE) ** 2
RANK, ALPHA = 4, 6
LOSS_ALPHA, LOSS_BETA = 0.7, 0.3
SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<end_of_utterance>", "<fake_token_around_image>", "<global-img>", "<image>", "<|pad|>")
QUESTION = "Is it a ball or a box?"
CAPTIONS = ("A red ball lies on sand.", "Two boxes, one blue and one green, stand in front of a grey wall; it is dark.")
STRINGS = (
    "", " ", "hello", " Hello, world!", "Is it a ball or a box?", "don't  stop\n\nnow\t!", "12345 67.8 %", "naïve café — ünïcödé",
    "日本語のテキスト", "emoji 🙂👍🏽 end", "a\u00a0b\u200bc", "<|im_start|>User:<image> x<end_of_utterance>\nAssistant:", "trailing space ",
    "UPPER lower MiXeD", "tab\tnewline\r\nreturn", "x" * 60, "1. Initial observation: the face is flat.", "(brackets) [and] {braces} <tags>",
)


def make_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    digits = pre_tokenizers.Digits(individual_digits=True)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([digits, pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=352, special_tokens=[AddedToken(t, special=True, normalized=False) for t in SPECIAL],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), show_progress=False)
    tokenizer.train_from_iterator([QUESTION, "User: Assistant:", *(f" {c}" for c in CAPTIONS)] * 3, trainer)
    return tokenizer


def make_model(tokenizer: Tokenizer) -> Idefics3ForConditionalGeneration:
    ids = {t: tokenizer.token_to_id(t) for t in SPECIAL}
    special = {"pad_token_id": ids["<|pad|>"], "bos_token_id": ids["<|im_start|>"], "eos_token_id": ids["<end_of_utterance>"]}
    config = Idefics3Config(
        image_token_id=ids["<image>"], scale_factor=SCALE, tie_word_embeddings=False, **special,
        vision_config={"model_type": "idefics3_vision", "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 48,
                       "image_size": IMAGE, "patch_size": PATCH, "hidden_act": "gelu_pytorch_tanh", "layer_norm_eps": 1e-6},
        text_config={"model_type": "llama", "vocab_size": tokenizer.get_vocab_size(), "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4,
                     "num_key_value_heads": 2, "head_dim": 8, "intermediate_size": 48, "hidden_act": "silu", "max_position_embeddings": 128,
                     "rms_norm_eps": 1e-5, "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0}, "tie_word_embeddings": False, **special})
    config._attn_implementation = "eager"
    torch.manual_seed(SEED)
    model = Idefics3ForConditionalGeneration(config).float().eval()
    generator = torch.Generator().manual_seed(SEED)
    for name, parameter in sorted(model.named_parameters()):
        spread = 0.1 if parameter.ndim == 1 else 0.8 if "embed" in name or "position" in name else 1.2 * parameter[0].numel() ** -0.5
        centre = 1.0 if parameter.ndim == 1 and "norm" in name and name.endswith("weight") else 0.0
        # Rounded to bfloat16 now, so that the file and the model are the same numbers.
        parameter.data = (centre + spread * torch.randn(parameter.shape, generator=generator)).bfloat16().float()
    return model


def write_folder(folder: Path, tokenizer: Tokenizer, model: Idefics3ForConditionalGeneration) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    config = model.config.to_dict()
    config["architectures"] = ["Idefics3ForConditionalGeneration"]
    for name, value in {
        "config.json": config,
        "tokenizer_config.json": {"tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": False, "bos_token": "<|im_start|>",
                                  "eos_token": "<end_of_utterance>", "pad_token": "<|pad|>", "unk_token": "<|endoftext|>"},
        "preprocessor_config.json": {"do_image_splitting": False, "image_processor_type": "Idefics3ImageProcessor", "resample": 3, "rescale_factor": 1 / 255,
                                     "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5], "size": {"longest_edge": IMAGE},
                                     "max_image_size": {"longest_edge": IMAGE}},
    }.items():
        (folder / name).write_text(json.dumps(value, indent=1, default=str) + "\n")
    state = {name: tensor.to(torch.bfloat16).contiguous() for name, tensor in model.state_dict().items()}
    save_file(state, str(folder / "model.safetensors"), metadata={"format": "pt"})


def pictures() -> list[Image.Image]:
    rng = np.random.default_rng(SEED)
    made = []
    for width, height in ((60, 44), (50, 90), (32, 32)):
        y, x = np.mgrid[0:height, 0:width]
        base = np.stack([128 + 100 * np.sin(x / rng.uniform(3, 9) + y / rng.uniform(4, 12) + phase) for phase in rng.uniform(0, 6, 3)], -1)
        made.append(Image.fromarray(np.clip(base + rng.normal(0, 12, base.shape), 0, 255).astype(np.uint8)))
    return made


def fitted(image: Image.Image, resample: int) -> Image.Image:
    """The two resizes of Idefics3ImageProcessor without splitting."""
    width, height = image.size
    aspect = width / height
    if width >= height:
        width, height = IMAGE, int(IMAGE / aspect)
        height += height % 2
    else:
        width, height = int(IMAGE * aspect), IMAGE
        width += width % 2
    return image.resize((max(1, width), max(1, height)), resample).resize((IMAGE, IMAGE), resample)


def normalised(image: Image.Image) -> torch.Tensor:
    return (torch.from_numpy(np.asarray(image).copy()).permute(2, 0, 1).float() / 255 - 0.5) / 0.5


def main() -> None:
    torch.manual_seed(SEED)
    tokenizer = make_tokenizer()
    model = make_model(tokenizer)
    write_folder(OUT / "tiny", tokenizer, model)
    arrays: dict[str, torch.Tensor] = {}

    images = pictures()
    for i, image in enumerate(images):
        arrays[f"image.{i}"] = torch.from_numpy(np.asarray(image).copy()).float()
        for name, resample in (("lanczos", 1), ("bilinear", 2), ("bicubic", 3)):
            arrays[f"resized.{name}.{i}"] = torch.from_numpy(np.asarray(fitted(image, resample)).copy()).float()
    x = torch.stack([normalised(fitted(image, 3)) for image in images])
    arrays["pixels"] = x.permute(0, 2, 3, 1).contiguous()

    around = "<fake_token_around_image>"
    prompt = f"<|im_start|>User:{around}<global-img>{'<image>' * IMAGE_TOKENS}{around}{QUESTION}<end_of_utterance>\nAssistant:"
    prompt_ids = tokenizer.encode(prompt, add_special_tokens=False).ids
    caption_ids = [tokenizer.encode(f" {c}<end_of_utterance>", add_special_tokens=False).ids for c in CAPTIONS]

    def features(m) -> torch.Tensor:
        return m.model.get_image_features(x[:, None], return_dict=True).last_hidden_state

    def text_logits(m, sequences: list[list[int]], which: slice) -> torch.Tensor:
        longest = max(len(s) for s in sequences)
        pad = tokenizer.token_to_id("<|pad|>")
        ids = torch.tensor([s + [pad] * (longest - len(s)) for s in sequences])
        mask = torch.tensor([[1] * len(s) + [0] * (longest - len(s)) for s in sequences])
        return m(input_ids=ids, attention_mask=mask, pixel_values=x[which][:, None]).logits

    sequences = [prompt_ids + c for c in caption_ids]
    with torch.no_grad():
        arrays["features.base"] = features(model)
        logits = text_logits(model, sequences, slice(0, 2))
        for i, sequence in enumerate(sequences):
            arrays[f"logits.base.{i}"] = logits[i, len(prompt_ids) - 1:len(sequence) - 1].clone()

    def greedy(m, limit: int = 24) -> list[list[int]]:
        end = tokenizer.token_to_id("<end_of_utterance>")
        texts = []
        for i in range(len(images)):
            sequence = list(prompt_ids)
            while len(sequence) < len(prompt_ids) + limit:
                with torch.no_grad():
                    best = int(text_logits(m, [sequence], slice(i, i + 1))[0, -1].argmax())
                if best == end:
                    break
                sequence.append(best)
            texts.append(sequence[len(prompt_ids):])
        return texts

    greedy_off = greedy(model)

    lora = LoraConfig(
        r=RANK, lora_alpha=ALPHA, lora_dropout=0.0, bias="none", modules_to_save=["lm_head", "modality_projection"],
        target_modules=r".*(text_model|vision_model\.encoder)\.layers\.\d+\.self_attn\.(q|k|v)_proj")
    peft = get_peft_model(model, lora)
    head = torch.nn.Linear(32, 2)
    generator = torch.Generator().manual_seed(SEED + 1)
    trainable = {}
    for name, parameter in peft.named_parameters():
        if not parameter.requires_grad:
            continue
        short = name.removeprefix("base_model.model.").replace(".modules_to_save.default", "").replace(".default", "")
        trainable[short] = parameter
    trainable |= {"vision_cls_head.weight": head.weight, "vision_cls_head.bias": head.bias}
    for name, parameter in sorted(trainable.items()):
        noise = torch.randn(parameter.shape, generator=generator)
        parameter.data = 0.2 * noise if "lora" in name or "head.weight" in name[:23] and "vision" in name else parameter.data * 0 + 0.1 * noise \
            if "bias" in name else parameter.data + 0.05 * noise
        arrays[f"start.{name}"] = parameter.data.clone()

    labels = torch.tensor([0, 1, 1])

    def losses() -> tuple[torch.Tensor, torch.Tensor]:
        cls = F.cross_entropy(head(features(peft.base_model.model).mean(1)), labels)
        logits = text_logits(peft.base_model.model, sequences, slice(0, 2))
        picked = torch.cat([logits[i, len(prompt_ids) - 1:len(s) - 1] for i, s in enumerate(sequences)])
        return cls, F.cross_entropy(picked, torch.tensor(sum(caption_ids, [])))

    with torch.no_grad():
        adapted = features(peft.base_model.model)
        arrays["features.adapted"] = adapted
        arrays["probability"] = head(adapted.mean(1)).softmax(-1)[:, 1].contiguous()
        logits = text_logits(peft.base_model.model, sequences, slice(0, 2))
        for i, sequence in enumerate(sequences):
            arrays[f"logits.adapted.{i}"] = logits[i, len(prompt_ids) - 1:len(sequence) - 1].clone()
    greedy_on = greedy(peft.base_model.model)

    optimiser = torch.optim.AdamW(trainable.values(), lr=2e-3, weight_decay=0.01, betas=(0.9, 0.999), eps=1e-8)
    history = []
    for step in range(4):
        cls, cap = losses()
        total = LOSS_ALPHA * cls + LOSS_BETA * cap
        optimiser.zero_grad()
        total.backward()
        norm = torch.nn.utils.clip_grad_norm_(list(trainable.values()), float("inf"))
        if step == 0:
            for name, parameter in trainable.items():
                arrays[f"gradient.{name}"] = parameter.grad.clone()
        history.append({"total": total.item(), "cls": cls.item(), "cap": cap.item(), "gradientNorm": norm.item()})
        if step == 3:
            break
        torch.nn.utils.clip_grad_norm_(list(trainable.values()), 1.0)
        optimiser.step()
    for name, parameter in trainable.items():
        arrays[f"after.{name}"] = parameter.data.clone()

    save_file({k: v.float().contiguous() for k, v in arrays.items()}, str(OUT / "tiny-goldens.safetensors"))
    (OUT / "tiny-goldens.json").write_text(json.dumps({
        "question": QUESTION, "captions": CAPTIONS, "labels": ["live", "spoof", "spoof"], "rank": RANK, "alpha": ALPHA,
        "lossAlpha": LOSS_ALPHA, "lossBeta": LOSS_BETA, "optimiser": {"learningRate": 2e-3, "weightDecay": 0.01, "clip": 1.0},
        "promptText": prompt, "prompt": prompt_ids, "captionIds": caption_ids, "steps": history, "greedyOff": greedy_off, "greedyOn": greedy_on,
        "greedyOffText": [tokenizer.decode(t).strip() for t in greedy_off], "greedyOnText": [tokenizer.decode(t).strip() for t in greedy_on], "greedyLimit": 24, "parameters": sum(p.numel() for p in Idefics3ForConditionalGeneration(model.config).parameters()),
        "strings": [{"text": s, "ids": tokenizer.encode(s, add_special_tokens=False).ids,
                     "decoded": tokenizer.decode(tokenizer.encode(s, add_special_tokens=False).ids, skip_special_tokens=True)} for s in STRINGS],
    }, indent=1) + "\n")
    print(history, greedy_off, greedy_on, sum(p.stat().st_size for p in OUT.rglob("tiny*") if p.is_file()))


if __name__ == "__main__":
    main()
