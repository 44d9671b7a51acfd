"""What `tools/world/render_scenes.mjs` wrote: pictures, attribute codes, captions and texts of one or more folders."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch

SIZE = 128
HELD_OUT = 1000  # the last scenes


class Scenes:
    """Pictures are uint8 [n, 128, 128, 3] in shared, read-only files; codes int64 [n, attributes], -1 where absent."""

    def __init__(self, folders: list[Path]) -> None:
        self.attributes: dict[str, list[str]] = json.loads((folders[0] / "attributes.json").read_text())
        self.files = [np.memmap(folder / "images.bin", np.uint8, "r").reshape(-1, SIZE, SIZE, 3) for folder in folders]
        codes = [np.fromfile(folder / "codes.bin", np.int8).reshape(-1, len(self.attributes)) for folder in folders]
        self.codes = torch.from_numpy(np.concatenate(codes).astype(np.int64))
        self.parts: list[str] = json.loads((folders[0] / "parts.json").read_text())
        self.maps = [np.memmap(folder / "parts.bin", np.uint8, "r").reshape(-1, 2, SIZE // 2, SIZE // 2) for folder in folders]
        self.starts = np.cumsum([0] + [len(file) for file in self.files])
        if not [len(m) for m in self.maps] == [len(c) for c in codes] == [len(f) for f in self.files]:
            raise ValueError(f"{folders}: the files do not hold equally many scenes; render them to the end")
        self.captions: list[list[tuple[str, str]]] = []
        self.texts: list[tuple[str, str]] = []
        for folder in folders:
            for line in (folder / "scenes.jsonl").open():
                self.captions.append([(c["question"], c["text"]) for c in json.loads(line)["captions"]])
            self.texts += [(t["question"], t["text"]) for t in map(json.loads, (folder / "texts.jsonl").open())]

    def __len__(self) -> int:
        return int(self.starts[-1])

    @property
    def train(self) -> int:
        """Scenes to train on: those before the held-out ones."""
        return len(self) - HELD_OUT

    def pictures(self, index: np.ndarray) -> torch.Tensor:
        """uint8 [len(index), 128, 128, 3]"""
        return self._rows(self.files, index)

    def places(self, index: np.ndarray) -> torch.Tensor:
        """What lies where, uint8 [len(index), 2, 64, 64]: the part's number and its colour's number plus one."""
        return self._rows(self.maps, index)

    def _rows(self, files: list[np.ndarray], index: np.ndarray) -> torch.Tensor:
        shard = np.searchsorted(self.starts, index, side="right") - 1
        return torch.from_numpy(np.stack([files[s][i - self.starts[s]] for s, i in zip(shard, index)]))
