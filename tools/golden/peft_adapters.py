"""Adapters that peft itself saved, on the embedded backbone, with the logits that it computes with them.

`python tools/golden/peft_adapters.py` writes tests/golden/peft/: `text/` (LoRA on q and v of the decoder and on lm_head,
float16, with a live/spoof head), `vision/` (the plain list of suffixes, so q, k, v of both towers; rank-stabilised;
connector and lm_head whole; bfloat16), logits.safetensors and golden.json (versions, captions). Everything is seeded;
weights are rounded to the type of the file before the logits are computed. torch, transformers, peft, safetensors.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import peft
import torch
import transformers
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
#: Pixel i of picture p is (i * FACTORS[p] mod 256) / 127.5 - 1, rows of red, green, blue.
FACTORS = (7, 4099)

CASES = {
    "text": (torch.float16, {"r": 4, "lora_alpha": 6, "target_modules": r".*text_model\.layers\.\d+\.self_attn\.(q|v)_proj|lm_head"}),
    "vision": (torch.bfloat16, {"r": 4, "lora_alpha": 5, "use_rslora": True, "target_modules": ["q_proj", "k_proj", "v_proj"],
                                "modules_to_save": ["lm_head", "modality_projection"]}),
}


def prompt_ids(tokenizer: Tokenizer, image_tokens: int) -> list[int]:
    around = "<fake_token_around_image>"
    text = f"<|im_start|>User:{around}<global-img>{'<image>' * image_tokens}{around}{QUESTION}<end_of_utterance>\nAssistant:"
    return tokenizer.encode(text, add_special_tokens=False).ids


def pixels(size: int) -> torch.Tensor:
    """[2, 3, size, size]"""
    i = torch.arange(size * size * 3, dtype=torch.int64)
    made = [((i * f % 256).double() / 127.5 - 1).float().view(size, size, 3).permute(2, 0, 1) for f in FACTORS]
    return torch.stack(made)


@torch.no_grad()
def caption_logits(model, prompt: list[int], captions: list[list[int]], x: torch.Tensor) -> torch.Tensor:
    rows = []
    for caption, picture in zip(captions, x):
        ids = torch.tensor([prompt + caption])
        logits = model(input_ids=ids, attention_mask=torch.ones_like(ids), pixel_values=picture[None, None]).logits[0]
        rows.append(logits[len(prompt) - 1:len(prompt) + len(caption) - 1])
    return torch.cat(rows)


def main() -> None:
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    tokenizer = Tokenizer.from_file(str(BACKBONE / "tokenizer.json"))
    arrays: dict[str, torch.Tensor] = {}
    golden: dict[str, object] = {
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__},
        "seed": SEED, "question": QUESTION, "captions": CAPTIONS, "factors": FACTORS}
    for number, (name, (dtype, options)) in enumerate(CASES.items()):
        torch.manual_seed(SEED + number)
        base = Idefics3ForConditionalGeneration.from_pretrained(BACKBONE, dtype=torch.float32, attn_implementation="eager")
        config = base.config
        patches = config.vision_config.image_size // config.vision_config.patch_size
        prompt = prompt_ids(tokenizer, (patches // config.scale_factor) ** 2)
        captions = [tokenizer.encode(f" {c}<end_of_utterance>", add_special_tokens=False).ids for c in CAPTIONS]
        x = pixels(config.vision_config.image_size)
        if number == 0:
            arrays["base"] = caption_logits(base, prompt, captions, x)
            golden |= {"prompt": prompt, "captionIds": captions}
        model = get_peft_model(base, LoraConfig(lora_dropout=0.0, bias="none", **options)).eval()
        for parameter_name, parameter in model.named_parameters():
            if not parameter.requires_grad:
                continue
            noise = torch.randn(parameter.shape)
            spread = 0.1 if "lora_" in parameter_name else 0.02
            parameter.data = ((0 if "lora_" in parameter_name else parameter.data) + spread * noise).to(dtype).float()
        arrays[name] = caption_logits(model, prompt, captions, x)
        # Without copies of the frozen lm_head and embedding, which peft adds of itself where lm_head has an adapter.
        model.save_pretrained(OUT / name, save_embedding_layers=False)
        (OUT / name / "README.md").unlink(missing_ok=True)
        file = OUT / name / "adapter_model.safetensors"
        save_file({k: v.to(dtype) for k, v in load_file(file).items()}, file, metadata={"format": "pt"})
        settings = json.loads((OUT / name / "adapter_config.json").read_text())
        settings["base_model_name_or_path"] = "someone/tiny"
        if isinstance(settings["target_modules"], list):
            settings["target_modules"].sort()
        (OUT / name / "adapter_config.json").write_text(json.dumps(settings, indent=1, sort_keys=True) + "\n")
        if name == "text":
            head = {"weight": torch.randn(2, config.vision_config.hidden_size), "bias": torch.randn(2)}
            save_file(head, OUT / name / "classifier.safetensors", metadata={"format": "pt"})
            with torch.no_grad():
                features = base.model.vision_model(x).last_hidden_state.mean(1)
                arrays["probability"] = (features @ head["weight"].T + head["bias"]).softmax(-1)[:, 1].contiguous()
    save_file({k: v.contiguous() for k, v in arrays.items()}, OUT / "logits.safetensors")
    (OUT / "golden.json").write_text(json.dumps(golden, indent=1) + "\n")
    print({f.name: f.stat().st_size for f in sorted(OUT.rglob("*")) if f.is_file()})


if __name__ == "__main__":
    main()
