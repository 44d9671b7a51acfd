"""Two cameras that see the same world differently: the domain gap of the demo."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import overlays as o
from .face import Image


@dataclass(frozen=True)
class Camera:
    name: str
    size: int  # pixels, square pictures
    gains: tuple[float, float, float]  # red, green, blue
    noise: float
    noise_softness: float
    blur: float  # fraction of the width
    vignette: float
    contrast: float
    sharpen: float
    containers: tuple[str, ...]  # file name endings, cycled through
    still: str


CAMERAS = (
    Camera("camera-a", 192, (1.05, 1.0, 0.91), 0.008, 0.0, 0.0, 0.05, 1.05, 0.35, ("mp4", "mp4", "webm"), "jpg"),
    Camera("camera-b", 160, (0.9, 0.99, 1.06), 0.034, 0.5, 0.0035, 0.5, 0.86, 0.0, ("webm", "webm", "mp4"), "png"),
)


def expose(camera: Camera, image: Image, rng: np.random.Generator) -> np.ndarray:
    """What the camera records: uint8 [size, size, 3]."""
    if camera.blur:
        image = o.blur(image, camera.blur)
    if camera.sharpen:
        image = np.clip(image + camera.sharpen * (image - o.blur(image, 0.008)), 0, 1)
    image = o.cast(o.contrast(image, camera.contrast), camera.gains)
    image = o.vignette(image, camera.vignette)
    image = o.grain(image, camera.noise, rng, camera.noise_softness)
    return np.clip(image * 255 + 0.5, 0, 255).astype(np.uint8)
