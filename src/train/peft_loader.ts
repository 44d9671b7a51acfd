/** The Python that travels with an exported adapter: a loader for the live/spoof head, which PEFT knows nothing of. */

export const LOADER = 'live_spoof.py';

/** Needs torch, transformers, peft and safetensors; checked against peft 0.21 by `tools/peft_roundtrip.py`. */
export const LOADER_CODE = `"""Loads this adapter folder: the language model with its adapter, and the live/spoof head.

    from live_spoof import load
    model, head = load("path/to/backbone", "path/to/this/folder")
    p_spoof = head(pixel_values)           # [batch], from pixel_values [batch, 3, height, width]

\`pixel_values\` are those of the backbone's processor for whole pictures (do_image_splitting=False), one a sample. The
head is one linear layer on the mean over patches of the vision tower's features, adapters applied;
classifier.json holds its labels and the threshold.
"""

import json
from pathlib import Path

import torch
from peft import PeftModel
from safetensors.torch import load_file
from transformers import AutoModelForImageTextToText


class LiveSpoofHead(torch.nn.Module):
    """P(spoof) of pictures, by \`weight\` [2, hidden] and \`bias\` [2], rows live and spoof."""

    def __init__(self, tower: torch.nn.Module, normalised: bool, weight: torch.Tensor, bias: torch.Tensor):
        super().__init__()
        self.normalised = normalised  # by the tower's last norm; LLaVA's features are not
        self.tower = [tower]  # in a list: it belongs to the language model, not to the head
        self.weight, self.bias = torch.nn.Parameter(weight), torch.nn.Parameter(bias)

    def logits(self, pixel_values: torch.Tensor) -> torch.Tensor:
        """[batch, 2] from [batch, 3, height, width]."""
        outputs = self.tower[0](pixel_values, output_hidden_states=True)
        features = outputs.last_hidden_state if self.normalised else outputs.hidden_states[-1]
        return features.mean(dim=1).to(self.weight.dtype) @ self.weight.T + self.bias

    @torch.no_grad()
    def forward(self, pixel_values: torch.Tensor) -> torch.Tensor:
        """[batch]: P(spoof)."""
        return self.logits(pixel_values).softmax(dim=-1)[:, 1]


def load(backbone: str, folder: str, dtype: torch.dtype = torch.float32) -> tuple[PeftModel, LiveSpoofHead]:
    """The backbone with the adapter of \`folder\`, in evaluation mode, and the head on its vision tower."""
    base = AutoModelForImageTextToText.from_pretrained(backbone, dtype=dtype)
    model = PeftModel.from_pretrained(base, folder).eval()
    about = json.loads((Path(folder) / "classifier.json").read_text())
    if about["labels"] != ["live", "spoof"]:
        raise ValueError(f"The head's labels are {about['labels']}, not live and spoof")
    inner = model.base_model.model.model
    tower = inner.vision_model if hasattr(inner, "vision_model") else inner.vision_tower
    return model, LiveSpoofHead(tower, about["normalised"], **load_file(Path(folder) / "classifier.safetensors"))
`;
