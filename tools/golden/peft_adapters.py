"""Adapters that peft itself saved, with the logits that it computes with them.

`python tools/golden/peft_adapters.py` writes tests/golden/peft/, on the embedded backbone: `text/` (LoRA on q and v of the
decoder and on lm_head, float16, with a live/spoof head), `vision/` (the plain list of suffixes, so q, k, v of both
towers; rank-stabilised; projector and lm_head whole; bfloat16); the same on the small LLaVA-OneVision of backbones.py:
`llava-text/` on the tied one, `llava-vision/` on the untied one. logits.safetensors and golden.json (versions, captions)
hold what is compared. Everything is seeded; weights are rounded to the type of the file before the logits are computed.
torch, transformers, peft, safetensors; and what backbones.py needs.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import peft
import torch
import transformers
from backbones import fill, llava
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from transformers import Idefics3ForConditionalGeneration

ROOT = Path(__file__).resolve().parents[2]
BACKBONE = ROOT / "public" / "models" / "tiny"
OUT = ROOT / "tests" / "golden" / "peft"
SEED = 11
QUESTION = "Is this face live or a spoof? Explain briefly."
CAPTIONS = ("The skin has fine texture. This is a live face.", "A paper edge runs along the side.")
#: Of words that its small tokenizer knows.
LLAVA_CAPTIONS = ("A paper print, held by hand.", "The skin has pores")
#: Pixel i of picture p is (i * FACTORS[p] mod 256) / 127.5 - 1, rows of red, green, blue.
FACTORS = (7, 4099)

CASES = {
    "text": (torch.float16, {"r": 4, "lora_alpha": 6, "target_modules": r".*{text}\.layers\.\d+\.self_attn\.(q|v)_proj|lm_head"}),
    "vision": (torch.bfloat16, {"r": 4, "lora_alpha": 5, "use_rslora": True, "target_modules": ["q_proj", "k_proj", "v_proj"],
                                "modules_to_save": ["lm_head", "{projector}"]}),
}


@dataclass
class Backbone:
    """What the cases are made on, and how transformers feeds it."""

    prefix: str
    captions: tuple[str, ...]
    tokenizer: Tokenizer
    #: Before the question, behind it, and around a caption.
    prompt: tuple[str, str]
    caption: tuple[str, str]
    names: dict[str, str]
    #: The model for a case.
    load: Callable[[str], torch.nn.Module]
    #: A picture `[3, size, size]` as arguments of the model.
    inputs: Callable[[torch.Tensor], dict]
    #: What the projector reads, `[n, patches, hidden]`.
    features: Callable[[torch.nn.Module, torch.Tensor], torch.Tensor]


def embedded() -> Backbone:
    config = json.loads((BACKBONE / "config.json").read_text())
    patches = config["vision_config"]["image_size"] // config["vision_config"]["patch_size"]
    around, images = "<fake_token_around_image>", "<image>" * (patches // config["scale_factor"]) ** 2
    return Backbone(
        prefix="", captions=CAPTIONS, tokenizer=Tokenizer.from_file(str(BACKBONE / "tokenizer.json")),
        prompt=(f"<|im_start|>User:{around}<global-img>{images}{around}", "<end_of_utterance>\nAssistant:"), caption=(" ", "<end_of_utterance>"),
        names={"text": "text_model", "projector": "modality_projection"},
        load=lambda _: Idefics3ForConditionalGeneration.from_pretrained(BACKBONE, dtype=torch.float32, attn_implementation="eager"),
        inputs=lambda picture: {"pixel_values": picture[None, None]},
        features=lambda model, x: model.model.vision_model(x).last_hidden_state)


def small_llava() -> Backbone:
    a = llava()

    def load(case: str) -> torch.nn.Module:
        model = a.model(tied=case == "text").float().eval()
        model.config._attn_implementation = "eager"
        fill(model)
        return model

    return Backbone(
        prefix="llava-", captions=LLAVA_CAPTIONS, tokenizer=a.tokenizer,
        prompt=(f"<|im_start|>user {'<image>' * a.image_tokens}\n", "<|im_end|><|im_start|>assistant\n"), caption=(a.lead, a.end),
        names={"text": "language_model", "projector": "multi_modal_projector"},
        load=load, inputs=lambda picture: a.inputs(picture[None]), features=a.features)


def pixels(size: int) -> torch.Tensor:
    """[2, 3, size, size]"""
    i = torch.arange(size * size * 3, dtype=torch.int64)
    made = [((i * f % 256).double() / 127.5 - 1).float().view(size, size, 3).permute(2, 0, 1) for f in FACTORS]
    return torch.stack(made)


@torch.no_grad()
def caption_logits(model, backbone: Backbone, prompt: list[int], captions: list[list[int]], x: torch.Tensor) -> torch.Tensor:
    rows = []
    for caption, picture in zip(captions, x):
        ids = torch.tensor([prompt + caption])
        logits = model(input_ids=ids, attention_mask=torch.ones_like(ids), **backbone.inputs(picture)).logits[0]
        rows.append(logits[len(prompt) - 1:len(prompt) + len(caption) - 1])
    return torch.cat(rows)


def save(model, dtype: torch.dtype, folder: Path) -> None:
    # Without copies of the frozen lm_head and embedding, which peft adds of itself where lm_head has an adapter.
    model.save_pretrained(folder, save_embedding_layers=False)
    (folder / "README.md").unlink(missing_ok=True)
    file = folder / "adapter_model.safetensors"
    save_file({k: v.to(dtype) for k, v in load_file(file).items()}, file, metadata={"format": "pt"})
    settings = json.loads((folder / "adapter_config.json").read_text())
    settings["base_model_name_or_path"] = "someone/tiny"
    if isinstance(settings["target_modules"], list):
        settings["target_modules"].sort()
    (folder / "adapter_config.json").write_text(json.dumps(settings, indent=1, sort_keys=True) + "\n")


def make(backbone: Backbone, arrays: dict[str, torch.Tensor]) -> dict[str, object]:
    before, behind = backbone.prompt
    lead, end = backbone.caption
    prompt = backbone.tokenizer.encode(f"{before}{QUESTION}{behind}", add_special_tokens=False).ids
    captions = [backbone.tokenizer.encode(f"{lead}{c}{end}", add_special_tokens=False).ids for c in backbone.captions]
    for number, (case, (dtype, options)) in enumerate(CASES.items()):
        name = backbone.prefix + case
        base = backbone.load(case)
        x = pixels(base.config.vision_config.image_size)
        if number == 0:
            arrays[f"{backbone.prefix}base"] = caption_logits(base, backbone, prompt, captions, x)
        torch.manual_seed(SEED + number)
        named = {k: filled(v, backbone.names) for k, v in options.items()}
        model = get_peft_model(base, LoraConfig(lora_dropout=0.0, bias="none", **named)).eval()
        for parameter_name, parameter in model.named_parameters():
            if not parameter.requires_grad:
                continue
            noise = torch.randn(parameter.shape)
            spread = 0.1 if "lora_" in parameter_name else 0.02
            parameter.data = ((0 if "lora_" in parameter_name else parameter.data) + spread * noise).to(dtype).float()
        arrays[name] = caption_logits(model, backbone, prompt, captions, x)
        save(model, dtype, OUT / name)
        if case == "text":
            head = {"weight": torch.randn(2, base.config.vision_config.hidden_size), "bias": torch.randn(2)}
            save_file(head, OUT / name / "classifier.safetensors", metadata={"format": "pt"})
            with torch.no_grad():
                features = backbone.features(base, x).mean(1)
                arrays[f"{backbone.prefix}probability"] = (features @ head["weight"].T + head["bias"]).softmax(-1)[:, 1].contiguous()
    return {"captions": backbone.captions, "prompt": prompt, "captionIds": captions}


def filled(value, names: dict[str, str]):
    """`{text}` and `{projector}` by the backbone's own names."""
    if isinstance(value, list):
        return [filled(item, names) for item in value]
    return value.replace("{text}", names["text"]).replace("{projector}", names["projector"]) if isinstance(value, str) else value


def main() -> None:
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    arrays: dict[str, torch.Tensor] = {}
    golden: dict[str, object] = {
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__},
        "seed": SEED, "question": QUESTION, "factors": FACTORS}
    golden |= {"embedded": make(embedded(), arrays), "llava": make(small_llava(), arrays)}
    save_file({k: v.contiguous() for k, v in arrays.items()}, OUT / "logits.safetensors")
    (OUT / "golden.json").write_text(json.dumps(golden, indent=1) + "\n")
    print({str(f.relative_to(OUT)): f.stat().st_size for f in sorted(OUT.rglob("*")) if f.is_file()})


if __name__ == "__main__":
    main()
