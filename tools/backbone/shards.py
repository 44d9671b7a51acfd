"""What `tools/world/render_scenes.mjs` wrote: pictures, attribute codes, captions and texts of one or more folders."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch

from .arguments import refuse

SIZE = 128
HELD_OUT = 1000  # the last scenes
FILES = ("attributes.json", "parts.json", "images.bin", "parts.bin", "codes.bin", "scenes.jsonl", "texts.jsonl")
RENDER = "tools/world/render_scenes.mjs"


def json_lines(path: Path) -> list[dict]:
    rows = []
    for number, line in enumerate(path.open(), 1):
        try:
            rows.append(json.loads(line))
        except ValueError:
            refuse(f"{path}, line {number}, is not JSON. Render the scenes to the end with {RENDER}.")
    return rows


def check_sizes(folder: Path, attributes: int) -> None:
    """Ends the tool where files of the folder were not written to the end, or are of pictures of another size."""
    sizes = {"images.bin": SIZE * SIZE * 3, "parts.bin": 2 * (SIZE // 2) ** 2, "codes.bin": attributes}
    counts = {(folder / name).stat().st_size / size for name, size in sizes.items()}
    if len(counts) > 1 or 0 in counts or counts.pop() % 1:
        refuse(f"{folder}: its files do not hold equally many scenes of {SIZE} pixels. Render them to the end with {RENDER}.")


class Scenes:
    """Pictures are uint8 [n, 128, 128, 3] in shared, read-only files; codes int64 [n, attributes], -1 where absent."""

    def __init__(self, folders: list[Path], train: int = 0) -> None:
        """Ends the tool where the folders are not whole, or hold fewer than `train` scenes beside the held-out ones."""
        self.attributes: dict[str, list[str]] = json.loads((folders[0] / "attributes.json").read_text())
        for folder in folders:
            check_sizes(folder, len(self.attributes))
        self.files = [np.memmap(folder / "images.bin", np.uint8, "r").reshape(-1, SIZE, SIZE, 3) for folder in folders]
        codes = [np.fromfile(folder / "codes.bin", np.int8).reshape(-1, len(self.attributes)) for folder in folders]
        self.codes = torch.from_numpy(np.concatenate(codes).astype(np.int64))
        self.parts: list[str] = json.loads((folders[0] / "parts.json").read_text())
        self.maps = [np.memmap(folder / "parts.bin", np.uint8, "r").reshape(-1, 2, SIZE // 2, SIZE // 2) for folder in folders]
        self.starts = np.cumsum([0] + [len(file) for file in self.files])
        if self.train < train:
            refuse(f"--data holds {len(self)} scenes. {HELD_OUT} are held out{f', and {train} are needed to train on' if train else ''}. "
                   f"Render {HELD_OUT + train} or more with {RENDER}.")
        self.captions: list[list[tuple[str, str]]] = []
        self.texts: list[tuple[str, str]] = []
        for folder in folders:
            self.captions += [[(c["question"], c["text"]) for c in row["captions"]] for row in json_lines(folder / "scenes.jsonl")]
            self.texts += [(t["question"], t["text"]) for t in json_lines(folder / "texts.jsonl")]
        if len(self.captions) != len(self):
            refuse(f"--data holds {len(self)} pictures and {len(self.captions)} lines about them. Render the scenes to the end with {RENDER}.")

    def __len__(self) -> int:
        return int(self.starts[-1])

    @property
    def train(self) -> int:
        """Scenes to train on: those before the held-out ones."""
        return len(self) - HELD_OUT

    def require_words(self) -> None:
        """Ends the tool where a scene has nothing said of it, or there is no text without a picture."""
        for number, told in enumerate(self.captions):
            if not told or not all(text.strip() for _, text in told):
                refuse(f"Scene {number} of --data has no caption. Render the scenes with --captions 1 or more.")
        if not self.texts:
            refuse("--data holds no text without a picture. Render the scenes with --texts 1 or more.")

    def pictures(self, index: np.ndarray) -> torch.Tensor:
        """uint8 [len(index), 128, 128, 3]"""
        return self._rows(self.files, index)

    def places(self, index: np.ndarray) -> torch.Tensor:
        """What lies where, uint8 [len(index), 2, 64, 64]: the part's number and its colour's number plus one."""
        return self._rows(self.maps, index)

    def _rows(self, files: list[np.ndarray], index: np.ndarray) -> torch.Tensor:
        shard = np.searchsorted(self.starts, index, side="right") - 1
        return torch.from_numpy(np.stack([files[s][i - self.starts[s]] for s, i in zip(shard, index)]))
