"""Write the Hugging Face folder: `python -m tools.backbone.export --run DIR --out public/models/tiny`.

Then opens it again with transformers and compares logits with the training code, in the same file's
precision, so that a wrong name, shape or preprocessing setting cannot pass.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from tokenizers import Tokenizer
from transformers import AutoProcessor, Idefics3ForConditionalGeneration

from . import tokenizer as tk
from .arguments import folder_of, out_folder
from .forward import text_states, vision_features, with_pictures
from .model import build, pixels

COPIED = ("tokenizer.json", "tokenizer_config.json", "chat_template.json", "preprocessor_config.json", "processor_config.json")


def export(run: Path, out: Path) -> None:
    tokenizer = Tokenizer.from_file(str(run / "tokenizer.json"))
    ids = tk.ids(tokenizer)
    model = build(tk.VOCABULARY, ids, 0)
    model.load_state_dict(torch.load(run / "checkpoint.pt", weights_only=False)["model"])
    model.to(torch.bfloat16).save_pretrained(out, safe_serialization=True)
    (out / "generation_config.json").write_text(json.dumps(
        {"bos_token_id": ids["bos"], "eos_token_id": ids["eos"], "pad_token_id": ids["pad"], "do_sample": False, "max_new_tokens": 160}, indent=2) + "\n")
    for name in COPIED:
        shutil.copy(run / name, out / name)


def check(out: Path) -> float:
    """Largest difference between the class's logits and the training code's, on one random picture."""
    tokenizer = Tokenizer.from_file(str(out / "tokenizer.json"))
    model = Idefics3ForConditionalGeneration.from_pretrained(out, dtype=torch.float32).eval()
    image = np.random.default_rng(0).integers(0, 256, (128, 128, 3), np.uint8)
    prompt = tk.prompt("Describe the picture.", True)
    ids = torch.tensor([tokenizer.encode(prompt).ids])
    x = pixels(torch.from_numpy(image[None]))
    with torch.no_grad():
        theirs = model(input_ids=ids, pixel_values=x[:, None]).logits
        features = model.model.connector(vision_features(model.model.vision_model, x))
        text = model.model.text_model
        ours = model.lm_head(text_states(text, with_pictures(text.embed_tokens(ids), features)))
    difference = float((theirs - ours).abs().max())
    processor = AutoProcessor.from_pretrained(out)
    message = [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "Describe the picture."}]}]
    text = processor.apply_chat_template(message, add_generation_prompt=True)
    made = processor(text=text, images=[[Image.fromarray(image)]], return_tensors="pt")
    assert made["input_ids"].tolist() == ids.tolist(), (made["input_ids"].tolist(), ids.tolist())
    assert float((made["pixel_values"][0, 0] - x[0]).abs().max()) < 1e-5
    return difference


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=folder_of("checkpoint.pt", *COPIED), required=True)
    parser.add_argument("--out", type=out_folder, required=True)
    args = parser.parse_args()
    export(args.run, args.out)
    print("logits differ by at most", check(args.out))


if __name__ == "__main__":
    main()
