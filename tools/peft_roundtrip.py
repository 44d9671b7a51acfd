"""`python peft_roundtrip.py BACKBONE FOLDER...`: loads exported adapters by their own live_spoof.py (and so by peft), and
compares logits and P(spoof) with the page's, in logits.bin and expected.json. Fails where they are 1e-4
apart: float32 sums in another order differ by a few 1e-5 in logits of this size, a wrong scale or a lost tensor by far more."""

import importlib.util
import json
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import torch
import transformers

# Missing or unexpected tensors are warnings in peft; here they are failures.
warnings.filterwarnings("error", message=".*(missing|unexpected).*")
transformers.logging.disable_progress_bar()


def picture_inputs(model, picture: torch.Tensor) -> dict:
    """LLaVA-OneVision takes a picture as one of several, without patches of higher resolution, as the page does."""
    if model.config.model_type == "llava_onevision":
        size = model.config.vision_config.image_size
        return {"pixel_values": picture[None], "image_sizes": torch.tensor([[size, size]]), "batch_num_images": torch.tensor([2])}
    return {"pixel_values": picture[None, None]}


@torch.no_grad()
def caption_logits(model, prompt: list[int], captions: list[list[int]], x: torch.Tensor) -> np.ndarray:
    """[caption tokens of all, vocabulary]"""
    rows = []
    for caption, picture in zip(captions, x):
        ids = torch.tensor([prompt + caption])
        logits = model(input_ids=ids, attention_mask=torch.ones_like(ids), **picture_inputs(model, picture)).logits[0]
        rows.append(logits[len(prompt) - 1:len(prompt) + len(caption) - 1])
    return torch.cat(rows).numpy()


def merged_and_saved(live_spoof, backbone: Path, folder: Path):
    """The adapter merged into the weights, written and read again."""
    model, _ = live_spoof.load(str(backbone), str(folder), untie=True)
    with tempfile.TemporaryDirectory() as out:
        model.merge_and_unload().save_pretrained(out)
        return transformers.AutoModelForImageTextToText.from_pretrained(out, dtype=torch.float32).eval()


@torch.no_grad()
def compare(backbone: Path, folder: Path) -> bool:
    """Prints how far logits and P(spoof) are apart."""
    spec = importlib.util.spec_from_file_location("live_spoof", folder / "live_spoof.py")
    live_spoof = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(live_spoof)
    expected = json.loads((folder / "expected.json").read_text())
    with warnings.catch_warnings(record=True) as warned:
        model, head = live_spoof.load(str(backbone), str(folder))
    size, prompt = model.config.vision_config.image_size, expected["prompt"]
    i = torch.arange(size * size * 3, dtype=torch.int64)
    x = torch.stack([((i * f % 256).double() / 127.5 - 1).float().view(size, size, 3).permute(2, 0, 1) for f in expected["factors"]])
    found = caption_logits(model, prompt, expected["captions"], x)
    page = np.fromfile(folder / "logits.bin", dtype=np.float32).reshape(found.shape)
    apart = float(np.abs(found - page).max())
    merged = float(np.abs(caption_logits(merged_and_saved(live_spoof, backbone, folder), prompt, expected["captions"], x) - page).max())
    p = float(np.abs(head(x).numpy() - np.array(expected["probability"])).max())
    same = torch.equal(head(x[:, None]), head(x))  # as processors lay pictures, and without that dimension
    said = "".join(f"; warned: {str(w.message)[:100]}" for w in warned if not issubclass(w.category, (DeprecationWarning, FutureWarning)))
    print(f"{folder.name}: {len(found)} x {found.shape[1]} logits at most {apart:.1e} apart (largest {np.abs(found).max():.1f}), merged {merged:.1e}, "
          f"P(spoof) {p:.1e}{said}")
    return max(apart, merged, p) < 1e-4 and same


results = [compare(Path(sys.argv[1]), Path(folder)) for folder in sys.argv[2:]]
sys.exit(0 if results and all(results) else 1)
