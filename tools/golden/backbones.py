"""Goldens from PyTorch, transformers and PEFT for small random models of every supported architecture, tied and untied.

`python tools/golden/backbones.py` writes tests/golden/backbones/: a Hugging Face folder for each architecture (bfloat16,
the same numbers that PyTorch computes with), whose `lm_head.safetensors` the tied variant does without; one file of
goldens for each variant; `goldens.json` with ids, losses, greedy tokens and library versions. Everything is seeded.
"""

from __future__ import annotations

import json
import platform
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import peft as peft_library
import PIL
import tokenizers as tokenizers_library
import torch
import torch.nn.functional as F
import torchvision
import transformers
from peft import LoraConfig, get_peft_model
from PIL import Image
from safetensors.torch import save_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import (
    Idefics3Processor, LlavaOnevisionConfig, LlavaOnevisionForConditionalGeneration, LlavaOnevisionProcessor, PreTrainedTokenizerFast,
    SmolVLMConfig, SmolVLMForConditionalGeneration)
from transformers.models.idefics3.image_processing_idefics3 import Idefics3ImageProcessor
from transformers.models.idefics3.image_processing_pil_idefics3 import Idefics3ImageProcessorPil
from transformers.models.llava_onevision.image_processing_llava_onevision import LlavaOnevisionImageProcessor
from transformers.models.llava_onevision.image_processing_pil_llava_onevision import LlavaOnevisionImageProcessorPil
from transformers.models.llava_onevision.video_processing_llava_onevision import LlavaOnevisionVideoProcessor
from transformers.models.qwen2.tokenization_qwen2 import PRETOKENIZE_REGEX

OUT = Path(__file__).resolve().parents[2] / "tests" / "golden" / "backbones"
SEED = 12
RANK, ALPHA = 4, 6
LOSS_ALPHA, LOSS_BETA = 0.7, 0.3
STEPS, GREEDY = 10, 64
OPTIMISER = {"learningRate": 3e-4, "weightDecay": 0.01, "clip": 1.0}
QUESTION = "Is this face live or a spoof?"
CAPTIONS = ("A paper print, held by hand.", "The skin has pores and the light moves across it; the depth of the nose is real, so it is live.")
LABELS = ("live", "spoof", "spoof")
CONVERSATION = [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": QUESTION}]}]

SMOLVLM_TEMPLATE = (
    "<|im_start|>{% for message in messages %}{{ message['role'] | capitalize }}:"
    "{% for part in message['content'] %}{% if part['type'] == 'image' %}<image>{% else %}{{ part['text'] }}{% endif %}{% endfor %}"
    "<end_of_utterance>\n{% endfor %}{% if add_generation_prompt %}Assistant:{% endif %}")
LLAVA_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }} "
    "{% for part in message['content'] | selectattr('type', 'equalto', 'image') %}<image>{% endfor %}"
    "{% for part in message['content'] | selectattr('type', 'equalto', 'text') %}"
    "{% if message['role'] == 'assistant' %}{% generation %}{{ '\\n' + part['text'] }}{% endgeneration %}{% else %}{{ '\\n' + part['text'] }}{% endif %}{% endfor %}"
    "<|im_end|>{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}")


def trained(tokenizer: Tokenizer, special: tuple[str, ...], size: int, first: bool) -> Tokenizer:
    """Special tokens come first, as SmolVLM's tokenizer has some, or behind the vocabulary, as Qwen2's has all."""
    added = [AddedToken(t, special=True, normalized=False) for t in special]
    trainer = trainers.BpeTrainer(vocab_size=size, special_tokens=added if first else [], show_progress=False,
                                  initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.train_from_iterator([QUESTION, "User: Assistant: user assistant", *CAPTIONS, *(f" {c}" for c in CAPTIONS)] * 3, trainer)
    tokenizer.add_special_tokens(added)
    return tokenizer


def smolvlm_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tokenizer.decoder = decoders.ByteLevel()
    special = ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<end_of_utterance>", "<fake_token_around_image>", "<global-img>", "<image>", "<|pad|>")
    return trained(tokenizer, special, 312, True)


def llava_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(PRETOKENIZE_REGEX), behavior="isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    return trained(tokenizer, ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<image>", "<video>"), 304, False)


@dataclass
class Architecture:
    """How transformers makes, feeds and reads one."""

    name: str
    tokenizer: Tokenizer
    end: str
    pad: str
    lead: str
    image_tokens: int
    projector: str
    blocks: tuple[str, str]
    image_processors: tuple
    template: str

    def config(self, tied: bool):
        raise NotImplementedError

    def model(self, tied: bool):
        raise NotImplementedError

    def processor(self):
        raise NotImplementedError

    def pictures(self, processor, images: list[Image.Image]) -> torch.Tensor:
        """`[n, 3, size, size]`"""
        raise NotImplementedError

    def features(self, m, x: torch.Tensor) -> torch.Tensor:
        """What the projector reads, `[n, patches, hidden]`."""
        raise NotImplementedError

    def inputs(self, x: torch.Tensor) -> dict:
        raise NotImplementedError

    def fast(self) -> PreTrainedTokenizerFast:
        return PreTrainedTokenizerFast(tokenizer_object=self.tokenizer, eos_token=self.end, pad_token=self.pad, clean_up_tokenization_spaces=False)

    def id(self, token: str) -> int:
        return self.tokenizer.token_to_id(token)


IMAGE, PATCH, SCALE = 32, 8, 2


class SmolVlm(Architecture):
    def config(self, tied):
        special = {"pad_token_id": self.id(self.pad), "bos_token_id": self.id("<|im_start|>"), "eos_token_id": self.id(self.end)}
        return SmolVLMConfig(
            image_token_id=self.id("<image>"), scale_factor=SCALE, tie_word_embeddings=tied, **special,
            vision_config={"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 48, "image_size": IMAGE,
                           "patch_size": PATCH, "hidden_act": "gelu_pytorch_tanh"},
            text_config={"model_type": "llama", "vocab_size": self.tokenizer.get_vocab_size(), "hidden_size": 32, "num_hidden_layers": 2,
                         "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8, "intermediate_size": 48, "max_position_embeddings": 160,
                         "rms_norm_eps": 1e-5, "rope_parameters": {"rope_type": "default", "rope_theta": 100000.0}, "tie_word_embeddings": tied, **special})

    def model(self, tied):
        return SmolVLMForConditionalGeneration(self.config(tied))

    def settings(self) -> dict:
        """Of the published folders but for the sizes; one tile instead of many."""
        return {"do_image_splitting": False, "size": {"longest_edge": IMAGE}, "max_image_size": {"longest_edge": IMAGE}, "resample": 1,
                "image_mean": [0.5] * 3, "image_std": [0.5] * 3, "rescale_factor": 1 / 255}

    def processor(self):
        return Idefics3Processor(self.image_processors[0](**self.settings()), self.fast(), image_seq_len=self.image_tokens, chat_template=self.template)

    def pictures(self, processor, images):
        return processor(images=[[i] for i in images], return_tensors="pt")["pixel_values"][:, 0]

    def features(self, m, x):
        return m.model.get_image_features(x[:, None], return_dict=True).last_hidden_state

    def inputs(self, x):
        return {"pixel_values": x[:, None]}


LLAVA_IMAGE, LLAVA_PATCH = 26, 6


class Llava(Architecture):
    def config(self, tied):
        return LlavaOnevisionConfig(
            image_token_index=self.id("<image>"), video_token_index=self.id("<video>"), tie_word_embeddings=tied,
            image_grid_pinpoints=[[LLAVA_IMAGE, LLAVA_IMAGE]],
            vision_config={"model_type": "siglip_vision_model", "hidden_size": 48, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 40,
                           "image_size": LLAVA_IMAGE, "patch_size": LLAVA_PATCH, "vision_use_head": False},
            text_config={"model_type": "qwen2", "vocab_size": self.tokenizer.get_vocab_size() + 3, "hidden_size": 48, "num_hidden_layers": 2,
                         "num_attention_heads": 6, "num_key_value_heads": 2, "intermediate_size": 56, "max_position_embeddings": 160,
                         "rope_parameters": {"rope_type": "default", "rope_theta": 1000000.0}, "tie_word_embeddings": tied,
                         "eos_token_id": self.id(self.end)})

    def model(self, tied):
        return LlavaOnevisionForConditionalGeneration(self.config(tied))

    def settings(self) -> dict:
        return {"size": {"height": LLAVA_IMAGE, "width": LLAVA_IMAGE}, "resample": 3, "image_mean": [0.5, 0.45, 0.4], "image_std": [0.5, 0.25, 0.3],
                "rescale_factor": 1 / 255, "do_pad": True, "image_grid_pinpoints": [[LLAVA_IMAGE, LLAVA_IMAGE]]}

    def processor(self):
        return LlavaOnevisionProcessor(self.image_processors[0](**self.settings()), self.fast(), LlavaOnevisionVideoProcessor(), num_image_tokens=self.image_tokens - 1,
                                       vision_feature_select_strategy="full", chat_template=self.template)

    def pictures(self, processor, images):
        return processor.image_processor([images], return_tensors="pt")["pixel_values"][:, 0]

    def features(self, m, x):
        out = m.model.get_image_features(x, self.sizes(x), batch_num_images=self.several(x), return_dict=True)
        return out.hidden_states[-1]

    def inputs(self, x):
        return {"pixel_values": x, "image_sizes": self.sizes(x), "batch_num_images": self.several(x)}

    def sizes(self, x):
        return torch.full((len(x), 2), LLAVA_IMAGE)

    def several(self, x):
        """Any number but 1: no picture is then cut into patches of higher resolution."""
        return torch.tensor([max(2, len(x))])


def smolvlm() -> SmolVlm:
    tokens = (IMAGE // PATCH // SCALE) ** 2
    return SmolVlm("smolvlm", smolvlm_tokenizer(), "<end_of_utterance>", "<|pad|>", " ", tokens, "modality_projection",
                   ("text_model", r"vision_model\.encoder"), (Idefics3ImageProcessorPil, Idefics3ImageProcessor), SMOLVLM_TEMPLATE)


def llava() -> Llava:
    tokens = (LLAVA_IMAGE // LLAVA_PATCH) ** 2 + 1
    return Llava("llava", llava_tokenizer(), "<|im_end|>", "<|endoftext|>", "", tokens, "multi_modal_projector",
                 ("language_model", r"vision_tower\.encoder"), (LlavaOnevisionImageProcessorPil, LlavaOnevisionImageProcessor), LLAVA_TEMPLATE)


def fill(model: torch.nn.Module) -> None:
    generator = torch.Generator().manual_seed(SEED)
    # lm_head last: the tied model, which has none, gets the same numbers.
    for name, parameter in sorted(model.named_parameters(), key=lambda item: (item[0] == "lm_head.weight", item[0])):
        spread = 0.1 if parameter.ndim == 1 else 0.8 if "embed" in name or "position" in name or "lm_head" in name else 1.2 * parameter[0].numel() ** -0.5
        if name.endswith("image_newline"):
            spread = 0.8
        centre = 1.0 if parameter.ndim == 1 and "norm" in name and name.endswith("weight") else 0.0
        # Rounded to bfloat16 now, so that the file and the model are the same numbers.
        parameter.data = (centre + spread * torch.randn(parameter.shape, generator=generator)).bfloat16().float()


def as_published(name: str) -> str:
    """LLaVA-OneVision's names of 2024; SmolVLM's are those of the modules."""
    for ours, theirs in (("model.vision_tower.", "vision_tower.vision_model."), ("model.language_model.", "language_model.model."),
                         ("model.multi_modal_projector.", "multi_modal_projector."), ("model.image_newline", "image_newline"),
                         ("lm_head.", "language_model.lm_head.")):
        if name.startswith(ours):
            return theirs + name.removeprefix(ours)
    return name


def write_folder(a: Architecture, model: torch.nn.Module) -> None:
    folder = OUT / a.name
    folder.mkdir(parents=True, exist_ok=True)
    a.tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    config = a.config(False).to_diff_dict()
    files = {"config.json": config, "chat_template.json": {"chat_template": a.template}, "preprocessor_config.json": a.settings(),
             "tokenizer_config.json": {"tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": False, "eos_token": a.end, "pad_token": a.pad}}
    for name, value in files.items():
        (folder / name).write_text(json.dumps(value, indent=1, default=str) + "\n")
    rename = as_published if a.name == "llava" else str
    state = {rename(n): t.bfloat16().contiguous() for n, t in model.state_dict().items()}
    head = {n: t for n, t in state.items() if "lm_head" in n}
    save_file({n: t for n, t in state.items() if n not in head}, str(folder / "model.safetensors"), metadata={"format": "pt"})
    save_file(head, str(folder / "lm_head.safetensors"), metadata={"format": "pt"})


def pictures() -> list[Image.Image]:
    rng = np.random.default_rng(SEED)
    made = []
    for width, height in ((61, 44), (50, 93), (40, 37)):
        y, x = np.mgrid[0:height, 0:width]
        base = np.stack([128 + 100 * np.sin(x / rng.uniform(3, 9) + y / rng.uniform(4, 12) + phase) for phase in rng.uniform(0, 6, 3)], -1)
        made.append(Image.fromarray(np.clip(base + rng.normal(0, 12, base.shape), 0, 255).astype(np.uint8)))
    return made


def preprocessing(a: Architecture, images: list[Image.Image], x: torch.Tensor) -> dict:
    """How far the processor on torchvision is from the one on Pillow, in steps of 255."""
    other = a.processor()
    other.image_processor = a.image_processors[1](**a.settings())
    std = torch.tensor(a.settings()["image_std"])[None, :, None, None]
    steps = ((a.pictures(other, images) - x) * std * 255).abs()
    return {"largest": round(steps.max().item(), 3), "mean": round(steps.mean().item(), 4), "share": round((steps > 0.5).float().mean().item(), 4)}


def variant(a: Architecture, tied: bool, vision: bool, images: list[Image.Image], x: torch.Tensor, prompt: list[int]) -> tuple[dict, dict[str, torch.Tensor]]:
    torch.manual_seed(SEED)
    model = a.model(tied).float().eval()
    model.config._attn_implementation = "eager"
    fill(model)
    if not tied:
        write_folder(a, model)
        check_folder(a, model)
    arrays: dict[str, torch.Tensor] = {}
    captions = [a.tokenizer.encode(a.lead + c + a.end, add_special_tokens=False).ids for c in CAPTIONS]
    sequences = [prompt + c for c in captions]

    def logits_of(m, rows: list[list[int]], which: slice) -> torch.Tensor:
        longest = max(len(s) for s in rows)
        ids = torch.tensor([s + [a.id(a.pad)] * (longest - len(s)) for s in rows])
        mask = torch.tensor([[1] * len(s) + [0] * (longest - len(s)) for s in rows])
        return m(input_ids=ids, attention_mask=mask, **a.inputs(x[which])).logits

    def caption_logits(m) -> list[torch.Tensor]:
        logits = logits_of(m, sequences, slice(0, 2))
        return [logits[i, len(prompt) - 1:len(s) - 1] for i, s in enumerate(sequences)]

    margins = []

    def greedy(m, picture: int) -> list[int]:
        sequence = list(prompt)
        for _ in range(GREEDY):
            with torch.no_grad():
                last = logits_of(m, [sequence], slice(picture, picture + 1))[0, -1]
            (first, second), (best, _) = last.topk(2)
            margins.append((first - second).item())
            if int(best) == a.id(a.end):
                break
            sequence.append(int(best))
        return sequence[len(prompt):]

    with torch.no_grad():
        arrays["features.base"] = a.features(model, x)
        arrays["logits.base"] = torch.cat(caption_logits(model))
    greedy_off = [greedy(model, i) for i in range(2)]

    text, tower = a.blocks
    blocks = f"({text}|{tower})" if vision else text
    target = rf".*{blocks}\.layers\.\d+\.self_attn\.(q|k|v)_proj"
    lora = LoraConfig(r=RANK, lora_alpha=ALPHA, lora_dropout=0.0, bias="none", modules_to_save=["lm_head", a.projector], target_modules=target)
    adapted = get_peft_model(model, lora)
    m = adapted.base_model.model
    parameters = {}
    for name, parameter in adapted.named_parameters():
        if parameter.requires_grad:
            parameters[name.removeprefix("base_model.model.").replace(".modules_to_save.default", "").replace(".default", "")] = parameter
    head = torch.nn.Linear(arrays["features.base"].shape[-1], 2)
    parameters |= {"vision_cls_head.weight": head.weight, "vision_cls_head.bias": head.bias}
    generator = torch.Generator().manual_seed(SEED + 1)
    for name, parameter in sorted(parameters.items()):
        noise = torch.randn(parameter.shape, generator=generator)
        start = 0.2 * noise if "lora" in name or name == "vision_cls_head.weight" else 0.1 * noise if name == "vision_cls_head.bias" else parameter.data + 0.05 * noise
        parameter.data = start.bfloat16().float()
        arrays[f"start.{name}"] = parameter.data.bfloat16()

    labels = torch.tensor([("live", "spoof").index(label) for label in LABELS])
    targets = torch.tensor(sum(captions, []))

    def losses() -> tuple[torch.Tensor, torch.Tensor]:
        return F.cross_entropy(head(a.features(m, x).mean(1)), labels), F.cross_entropy(torch.cat(caption_logits(m)), targets)

    with torch.no_grad():
        features = a.features(m, x)
        if vision:
            arrays["features.adapted"] = features
        arrays["logits.adapted"] = torch.cat(caption_logits(m))
        probability = head(features.mean(1)).softmax(-1)[:, 1].tolist()
    greedy_on = [greedy(m, i) for i in range(2)]
    # A near tie would be decided by rounding; one picture's captions go all the way, the other's may end before.
    lengths = [[len(t) for t in both] for both in (greedy_off, greedy_on)]
    assert min(margins) > 5e-4 and all(max(both) == GREEDY for both in lengths), (a.name, tied, min(margins), lengths)

    optimiser = torch.optim.AdamW(parameters.values(), lr=OPTIMISER["learningRate"], weight_decay=OPTIMISER["weightDecay"], betas=(0.9, 0.999), eps=1e-8)
    history = []
    for step in range(STEPS):
        cls, cap = losses()
        total = LOSS_ALPHA * cls + LOSS_BETA * cap
        optimiser.zero_grad()
        total.backward()
        if step == 0:
            arrays |= {f"gradient.{name}": parameter.grad.clone() for name, parameter in parameters.items()}
        norm = torch.nn.utils.clip_grad_norm_(list(parameters.values()), OPTIMISER["clip"])
        history.append({"total": total.item(), "cls": cls.item(), "cap": cap.item(), "gradientNorm": norm.item()})
        optimiser.step()
    arrays |= {f"after.{name}": parameter.data.clone() for name, parameter in parameters.items()}
    name = f"{a.name}{'-tied' if tied else ''}"
    save_file({k: v.contiguous() for k, v in arrays.items()}, str(OUT / f"{name}.safetensors"))
    return {
        "name": name, "folder": a.name, "tied": tied, "loraVision": vision, "targetModules": target, "modulesToSave": ["lm_head", a.projector],
        "parameters": sum(p.numel() for p in a.model(tied).parameters()), "prompt": prompt, "captionIds": captions, "steps": history,
        "probability": probability, "greedyOff": greedy_off, "greedyOn": greedy_on,
        "smallestMargin": round(min(margins), 5),
    }


def check_folder(a: Architecture, model: torch.nn.Module) -> None:
    """transformers reads the written files as the same model."""
    import shutil
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(OUT / a.name, folder, dirs_exist_ok=True)
        from safetensors.torch import load_file

        whole = load_file(f"{folder}/model.safetensors") | load_file(f"{folder}/lm_head.safetensors")
        Path(folder, "lm_head.safetensors").unlink()
        save_file(whole, f"{folder}/model.safetensors", metadata={"format": "pt"})
        again = type(model).from_pretrained(folder, dtype=torch.float32)
    for (name, ours), (_, theirs) in zip(sorted(model.state_dict().items()), sorted(again.state_dict().items()), strict=True):
        assert torch.equal(ours, theirs), name


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    images = pictures()
    shared = {f"image.{i}": torch.from_numpy(np.asarray(image).copy()).bfloat16() for i, image in enumerate(images)}
    variants, torchvision_steps, prompts = [], {}, {}
    for a, plan in ((smolvlm(), ((False, True), (True, False))), (llava(), ((False, False), (True, True)))):
        processor = a.processor()
        x = a.pictures(processor, images)
        shared[f"pixels.{a.name}"] = x.permute(0, 2, 3, 1).float()
        torchvision_steps[a.name] = preprocessing(a, images, x)
        rendered = processor.apply_chat_template(CONVERSATION, add_generation_prompt=True)
        # As the processor fills it in: for LLaVA, as one of several pictures.
        sizes = {"batch_num_images": [2], "rows": [[0]], "cols": [[0]]}
        text = rendered.replace("<image>", processor.replace_image_token(sizes, 0))
        prompts[a.name] = text
        prompt = a.tokenizer.encode(text, add_special_tokens=False).ids
        assert prompt.count(a.id("<image>")) == a.image_tokens
        variants += [variant(a, tied, vision, images, x, prompt) for tied, vision in plan]
    save_file({k: v.contiguous() for k, v in shared.items()}, str(OUT / "pictures.safetensors"))
    libraries = {"python": platform.python_version(), "torch": torch.__version__, "torchvision": torchvision.__version__, "transformers": transformers.__version__,
                 "peft": peft_library.__version__, "tokenizers": tokenizers_library.__version__, "pillow": PIL.__version__, "numpy": np.__version__}
    (OUT / "goldens.json").write_text(json.dumps({
        "seed": SEED, "libraries": libraries, "question": QUESTION, "captions": CAPTIONS, "labels": LABELS, "rank": RANK, "alpha": ALPHA,
        "lossAlpha": LOSS_ALPHA, "lossBeta": LOSS_BETA, "optimiser": OPTIMISER, "prompts": prompts, "torchvisionSteps": torchvision_steps,
        "variants": variants}, indent=1) + "\n")
    for v in variants:
        print(v["name"], v["steps"][0], v["steps"][-1], v["smallestMargin"], v["greedyOn"])
    print(torchvision_steps, sum(p.stat().st_size for p in OUT.rglob("*") if p.is_file()))


if __name__ == "__main__":
    main()
