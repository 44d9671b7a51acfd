/** The Python that travels with an exported adapter: a loader for the live/spoof head, which PEFT knows nothing of. */

export const LOADER = 'live_spoof.py';

/** Needs torch, transformers, peft and safetensors; checked against peft 0.21 by `tools/peft_roundtrip.py`. */
export const LOADER_CODE = `"""Loads this adapter folder: the language model with its adapter, and the live/spoof head.

    from live_spoof import load
    model, head = load("path/to/backbone", "path/to/this/folder")
    p_spoof = head(pixel_values)           # [batch], from pixel_values [batch, 3, height, width]

\`pixel_values\` are those of the backbone's processor for whole pictures, one a sample, with or without the dimension of
pictures that processors put second: do_image_splitting=False for SmolVLM; for LLaVA-OneVision a picture as one of
several (image_processor([[first, second]])), since a single one is also cut into patches of higher resolution. The head
is one linear layer on the mean over patches of the vision tower's features, adapters applied; classifier.json holds its
labels and the threshold.
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
        """[batch, 2] from [batch, 3, height, width] or [batch, 1, 3, height, width]."""
        if pixel_values.ndim == 5:
            if pixel_values.shape[1] != 1:
                raise ValueError(f"{pixel_values.shape[1]} pictures a sample: the head takes one whole picture of each")
            pixel_values = pixel_values[:, 0]
        outputs = self.tower[0](pixel_values, output_hidden_states=not self.normalised)
        features = outputs.last_hidden_state if self.normalised else outputs.hidden_states[-1]
        return features.mean(dim=1).to(self.weight.dtype) @ self.weight.T + self.bias

    @torch.no_grad()
    def forward(self, pixel_values: torch.Tensor) -> torch.Tensor:
        """[batch]: P(spoof)."""
        return self.logits(pixel_values).softmax(dim=-1)[:, 1]


def load(
    backbone: str, folder: str, dtype: torch.dtype = torch.float32, untie: bool = False
) -> tuple[PeftModel, LiveSpoofHead]:
    """The backbone with the adapter of \`folder\`, in evaluation mode, and the head on its vision tower.

    \`untie\` first gives lm_head weights of its own, where it shares the embedding's: what is merged into it or saved of
    it would otherwise change the embedding too (peft warns of that), or be lost."""
    base = AutoModelForImageTextToText.from_pretrained(backbone, dtype=dtype)
    if untie and base.lm_head.weight is base.get_input_embeddings().weight:
        base.lm_head.weight = torch.nn.Parameter(base.lm_head.weight.detach().clone())
        base.config.tie_word_embeddings = base.config.text_config.tie_word_embeddings = False
    model = PeftModel.from_pretrained(base, folder).eval()
    about = json.loads((Path(folder) / "classifier.json").read_text())
    if about["labels"] != ["live", "spoof"]:
        raise ValueError(f"The head's labels are {about['labels']}, not live and spoof")
    inner = model.base_model.model.model
    tower = inner.vision_model if hasattr(inner, "vision_model") else inner.vision_tower
    return model, LiveSpoofHead(tower, about["normalised"], **load_file(Path(folder) / "classifier.safetensors"))
`;
