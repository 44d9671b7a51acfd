"""The model and its objective: the page's L_cls and L_cap on transformers' model with a PEFT adapter."""

from pathlib import Path

import torch
import torch.nn.functional as F
from peft import PeftModel
from safetensors.torch import load_file

LABELS = ["live", "spoof"]
PREFIX = "base_model.model."


class SmolVlm:
    """Idefics3 and SmolVLM: the tower's output behind its last norm; a picture is what the connector makes of it."""

    def __init__(self, model: torch.nn.Module):
        self.model, self.text = model, model.text_model

    def features(self, pixels: torch.Tensor) -> torch.Tensor:
        """[batch, patches, hidden] from [batch, 3, height, width]"""
        return self.model.vision_model(pixel_values=pixels).last_hidden_state

    def image_tokens(self, features: torch.Tensor) -> torch.Tensor:
        """[batch, image tokens, text hidden]"""
        return self.model.connector(features)


class LlavaOnevision:
    """The tower's last layer before its norm; a picture as one of several: its base grid and one `image_newline`."""

    def __init__(self, model: torch.nn.Module):
        self.model, self.text = model, model.language_model

    def features(self, pixels: torch.Tensor) -> torch.Tensor:
        return self.model.vision_tower(pixel_values=pixels, output_hidden_states=True).hidden_states[-1]

    def image_tokens(self, features: torch.Tensor) -> torch.Tensor:
        projected = self.model.multi_modal_projector(features)
        newline = self.model.image_newline.to(projected.dtype).expand(len(projected), 1, -1)
        return torch.cat([projected, newline], dim=1)


#: By `model_type` of config.json.
ARCHITECTURES = {"idefics3": SmolVlm, "smolvlm": SmolVlm, "llava_onevision": LlavaOnevision}


class Learner(torch.nn.Module):
    """Backbone with its adapter, and the live/spoof head on the mean of what its projector reads."""

    def __init__(self, base: torch.nn.Module, adapter: Path):
        super().__init__()
        self.language = PeftModel.from_pretrained(base, adapter, is_trainable=True)
        self.parts = ARCHITECTURES[base.config.model_type](self.inner.model)
        head = load_file(adapter / "classifier.safetensors")
        self.head = torch.nn.Linear(head["weight"].shape[1], len(LABELS))
        self.head.load_state_dict(head)
        for parameter in self.trained().values():
            parameter.data = parameter.data.float()

    @property
    def inner(self) -> torch.nn.Module:
        return self.language.base_model.model

    def trained(self) -> dict[str, torch.nn.Parameter]:
        """By the names that the bundle uses."""
        found = {n.removeprefix(PREFIX).replace(".modules_to_save.default", "").replace(".default", ""): p
                 for n, p in self.language.named_parameters() if p.requires_grad}
        return found | {"vision_cls_head.weight": self.head.weight, "vision_cls_head.bias": self.head.bias}

    def forward(self, pixels, labels, prompts, captions) -> tuple[torch.Tensor, torch.Tensor | None]:
        """L_cls, mean over the samples, and L_cap, mean over the caption tokens (None without captions).

        `prompts` and `captions`: token ids of each sample; a caption is None where the sample trains the head only."""
        features = self.parts.features(pixels)
        cls = F.cross_entropy(self.head(features.mean(1).float()), labels)
        told = [i for i, caption in enumerate(captions) if caption is not None]
        if not told:
            return cls, None
        sequences = [prompts[i] + captions[i] for i in told]
        longest = max(map(len, sequences))
        ids = torch.tensor([s + [0] * (longest - len(s)) for s in sequences], device=pixels.device)
        mask = torch.tensor([[1] * len(s) + [0] * (longest - len(s)) for s in sequences], device=pixels.device)
        embedded = self.inner.get_input_embeddings()(ids)
        pictures = self.parts.image_tokens(features[told]).to(embedded.dtype)
        image = (ids == self.inner.config.image_token_id) & (mask == 1)
        embedded = embedded.masked_scatter(image[..., None], pictures)
        hidden = self.parts.text(inputs_embeds=embedded, attention_mask=mask).last_hidden_state
        # Positions are chosen before the output projection: it is the largest product of all.
        chosen = torch.cat([h[len(prompts[i]) - 1:len(s) - 1] for h, i, s in zip(hidden, told, sequences)])
        targets = torch.tensor([t for i in told for t in captions[i]], device=pixels.device)
        return cls, F.cross_entropy(self.inner.lm_head(chosen).float(), targets)
