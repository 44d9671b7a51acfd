"""Frames as the vision tower takes them, by Pillow, as in the page: transformers' Idefics3ImageProcessor without tiles, or
LlavaOnevisionImageProcessor for one of several pictures, padded to a square."""

import json
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps

#: Longest edge of the frames that the page stores.
STORED_EDGE = 512
VIDEO = {".mp4", ".mov", ".webm", ".mkv", ".avi"}
#: What the classes in transformers take where the file does not say: resample, mean, std.
DEFAULTS = {
    "squeezed": (1, [0.5] * 3, [0.5] * 3),
    "padded": (3, [0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]),
}


def processor_settings(backbone: Path) -> dict:
    """Of preprocessor_config.json, or of processor_config.json, where transformers 5 writes the same fields."""
    if (backbone / "preprocessor_config.json").is_file():
        return json.loads((backbone / "preprocessor_config.json").read_text())
    return json.loads((backbone / "processor_config.json").read_text())["image_processor"]


class Frames:
    """`frames`: the folder of the page's own PNG files. `originals`: the folder above the data sets, for still pictures
    without their frames; the browser scaled those by its own filter, so losses then agree less closely."""

    def __init__(self, backbone: Path, architecture: str, image_size: int, frames: Path | None, originals: Path | None):
        settings = processor_settings(backbone)
        self.size = image_size
        self.fit = "padded" if architecture == "llava_onevision" else "squeezed"
        resample, mean, std = DEFAULTS[self.fit]
        self.resample = Image.Resampling(settings.get("resample") or resample)
        self.scale = settings.get("rescale_factor", 1 / 255)
        self.mean, self.std = (np.array(settings.get(k) or v) for k, v in (("image_mean", mean), ("image_std", std)))
        whole = settings.get("do_image_splitting") is False
        self.edge = settings["size"]["longest_edge"] if whole and "longest_edge" in settings.get("size", {}) else image_size
        self.frames, self.originals = frames, originals
        self.pixels = lru_cache(maxsize=1024)(self._pixels)

    def check(self, rows: list[dict]) -> None:
        """Every picture that will be asked for is there. Raises FileNotFoundError naming the first that is not."""
        missing = [row for row in rows if self._path(row) is None]
        if missing:
            row = missing[0]
            raise FileNotFoundError(
                f"{len(missing)} of {len(rows)} pictures are missing, the first is {Path(row['frame']).name} "
                f"({row['set']}/{row['file']}). Export the run with its frames, or name their folder with --frames"
                + (" (frames of videos are cut by the page only)." if Path(row["file"]).suffix.lower() in VIDEO else "."))

    def _path(self, row: dict) -> Path | None:
        if self.frames is not None and (path := self.frames / Path(row["frame"]).name).is_file():
            return path
        if self.originals is not None and Path(row["file"]).suffix.lower() not in VIDEO:
            for path in (self.originals / row["set"] / row["file"], self.originals / row["file"]):
                if path.is_file():
                    return path
        return None

    def batch(self, rows: list[dict]) -> torch.Tensor:
        """[batch, 3, size, size], float32"""
        return torch.stack([self.pixels(str(self._path(row))) for row in rows])

    def _pixels(self, path: str) -> torch.Tensor:
        image = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
        if max(image.size) > STORED_EDGE:
            image.thumbnail((STORED_EDGE, STORED_EDGE), Image.Resampling.BICUBIC)
        square = self._padded(image) if self.fit == "padded" else self._squeezed(image)
        values = (np.asarray(square, dtype=np.float64) * self.scale - self.mean) / self.std
        return torch.from_numpy(values.astype(np.float32)).permute(2, 0, 1).contiguous()

    def _squeezed(self, image: Image.Image) -> Image.Image:
        return image.resize(self._fitted(*image.size), self.resample).resize((self.size, self.size), self.resample)

    def _padded(self, image: Image.Image) -> Image.Image:
        """Bands in the mean colour; an odd one is a pixel wider on the right or below."""
        side = max(image.size)
        square = Image.new("RGB", (side, side), tuple(int(m * 255) for m in self.mean))
        square.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
        return square.resize((self.size, self.size), self.resample)

    def _fitted(self, width: int, height: int) -> tuple[int, int]:
        """Longest edge to `edge`, the other one even, as transformers rounds it."""
        aspect = width / height
        if width >= height:
            width, height = self.edge, int(self.edge / aspect)
            height += height % 2
        else:
            width, height = int(self.edge * aspect), self.edge
            width += width % 2
        return max(1, width), max(1, height)
