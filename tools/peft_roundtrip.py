"""`python peft_roundtrip.py BACKBONE FOLDER`: loads an exported adapter by its own live_spoof.py (and so by peft), and
compares logits and P(spoof) with the page's, in logits.bin and expected.json. Fails where they are 1e-4 apart."""

import json
import sys
import warnings
from pathlib import Path

import numpy as np
import torch

# Missing or unexpected tensors are warnings in peft; here they are failures.
warnings.filterwarnings("error", message=".*(missing|unexpected).*")
from live_spoof import load  # noqa: E402

backbone, folder = Path(sys.argv[1]), Path(sys.argv[2])
expected = json.loads((folder / "expected.json").read_text())
model, head = load(str(backbone), str(folder))
size = model.config.vision_config.image_size
i = torch.arange(size * size * 3, dtype=torch.int64)
x = torch.stack([((i * f % 256).double() / 127.5 - 1).float().view(size, size, 3).permute(2, 0, 1) for f in expected["factors"]])

rows = []
with torch.no_grad():
    for caption, picture in zip(expected["captions"], x):
        prompt = expected["prompt"]
        ids = torch.tensor([prompt + caption])
        logits = model(input_ids=ids, attention_mask=torch.ones_like(ids), pixel_values=picture[None, None]).logits[0]
        rows.append(logits[len(prompt) - 1:len(prompt) + len(caption) - 1])
found = torch.cat(rows).numpy()
page = np.fromfile(folder / "logits.bin", dtype=np.float32).reshape(found.shape)
apart = float(np.abs(found - page).max())
p = float(np.abs(head(x).numpy() - np.array(expected["probability"])).max())
print(f"{len(found)} x {found.shape[1]} logits at most {apart:.1e} apart (largest {np.abs(found).max():.1f}), P(spoof) {p:.1e}")
sys.exit(0 if apart < 1e-4 and p < 1e-4 else 1)
