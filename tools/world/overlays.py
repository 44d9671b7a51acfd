"""What may lie between a subject and the picture: surfaces, frames, light, lens and sensor faults.

Every function takes and gives a float32 [height, width, 3] picture in 0..1. Lengths are fractions
of the width, so that a cue looks the same at every size. None of them knows of live or spoof.
"""

from __future__ import annotations

import cv2
import numpy as np

from .face import Image, mesh


def dots(image: Image, period: float, strength: float, angle: float = 0.785) -> Image:
    """Halftone: a rotated lattice of darker spots."""
    h, w = image.shape[:2]
    y, x = mesh(h, w)
    f = 2 * np.pi / (period * w)
    a = np.cos((x * np.cos(angle) + y * np.sin(angle)) * f)
    b = np.cos((-x * np.sin(angle) + y * np.cos(angle)) * f)
    wave = np.clip(0.5 + 1.1 * (a * b), 0, 1)
    return np.clip(image * (1 - strength * wave[..., None]) + 0.25 * strength, 0, 1)


def stripes(image: Image, period: float, strength: float, angle: float, bend: float = 0.0) -> Image:
    """Moire: soft, slightly bent bands of light and colour."""
    h, w = image.shape[:2]
    y, x = mesh(h, w)
    along = x * np.cos(angle) + y * np.sin(angle)
    across = -x * np.sin(angle) + y * np.cos(angle)
    phase = 2 * np.pi * (along / w + bend * (across / w - 0.5) ** 2) / period
    wave = np.stack([np.cos(phase), np.cos(phase + 0.7), np.cos(phase + 1.4)], -1)
    return np.clip(image + strength * 0.5 * wave, 0, 1)


def grid(image: Image, period: float, strength: float) -> Image:
    """A screen's pixel lattice: thin dark lines both ways."""
    h, w = image.shape[:2]
    y, x = mesh(h, w)
    f = 2 * np.pi / (period * w)
    wave = np.maximum(np.clip(np.cos(x * f), 0, 1), np.clip(np.cos(y * f), 0, 1)) ** 2
    return np.clip(image * (1 - strength * wave[..., None]), 0, 1)


def grain(image: Image, sigma: float, rng: np.random.Generator, soft: float = 0.0) -> Image:
    noise = rng.normal(size=image.shape).astype(np.float32)
    if soft > 0:
        noise = cv2.GaussianBlur(noise, (0, 0), soft) * (1 + 2 * soft)
    return np.clip(image + sigma * noise, 0, 1)


def blur(image: Image, radius: float) -> Image:
    return cv2.GaussianBlur(image, (0, 0), max(0.05, radius * image.shape[1]))


def contrast(image: Image, gain: float, pivot: float = 0.5) -> Image:
    return np.clip((image - pivot) * gain + pivot, 0, 1)


def saturation(image: Image, gain: float) -> Image:
    grey = image.mean(-1, keepdims=True)
    return np.clip(grey + (image - grey) * gain, 0, 1)


def cast(image: Image, gains: tuple[float, float, float]) -> Image:
    return np.clip(image * np.array(gains, np.float32), 0, 1)


def glare(image: Image, centre: float, width: float, strength: float, angle: float) -> Image:
    """A pale slanting band, as of a window in glass."""
    h, w = image.shape[:2]
    y, x = mesh(h, w)
    along = (x * np.cos(angle) + y * np.sin(angle)) / w
    band = np.exp(-(((along - centre) / width) ** 4)) * strength
    return np.clip(image + band[..., None] * (1 - image), 0, 1)


def banding(image: Image, levels: int) -> Image:
    """Few tones: smooth gradients break into steps."""
    return np.round(image * (levels - 1)) / (levels - 1)


def vignette(image: Image, strength: float) -> Image:
    h, w = image.shape[:2]
    y, x = mesh(h, w)
    r2 = ((x / w - 0.5) ** 2 + (y / h - 0.5) ** 2) * 2
    return image * (1 - strength * r2[..., None])


def set_in(image: Image, margin: tuple[float, float, float, float], surround: Image, skew: float, shadow: float) -> Image:
    """The picture shrunk into the quadrilateral left by the margins (left, top, right, bottom)."""
    h, w = image.shape[:2]
    l, t, r, b = margin
    src = np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32)
    dst = np.array(
        [[l * w, (t + skew) * h], [(1 - r) * w, (t - skew) * h], [(1 - r + skew) * w, (1 - b) * h], [(l + skew) * w, (1 - b) * h]],
        np.float32,
    )
    matrix = cv2.getPerspectiveTransform(src, dst)
    laid = cv2.warpPerspective(image, matrix, (w, h), flags=cv2.INTER_LINEAR)
    mask = cv2.warpPerspective(np.ones((h, w), np.float32), matrix, (w, h), flags=cv2.INTER_LINEAR)
    if shadow > 0:
        dark = cv2.GaussianBlur(np.roll(mask, (int(0.02 * h), int(0.02 * w)), (0, 1)), (0, 0), 0.02 * w)
        surround = surround * (1 - shadow * dark[..., None])
    return (laid * mask[..., None] + surround * (1 - mask[..., None])).astype(np.float32)


def paper_edge(image: Image, width: float, tint: tuple[float, float, float], rng: np.random.Generator) -> Image:
    """A pale, slightly crooked margin with a darker surface beyond it."""
    h, w = image.shape[:2]
    page = np.empty_like(image)
    page[:] = np.array(tint, np.float32)
    inner = set_in(image, tuple(float(v) for v in width * rng.uniform(0.6, 1.1, 4)), page, float(rng.uniform(-0.012, 0.012)), 0)
    table = np.empty_like(image)
    table[:] = rng.uniform(0.18, 0.5, 3).astype(np.float32)
    return set_in(inner, tuple(float(v) for v in rng.uniform(0.015, 0.05, 4)), table, float(rng.uniform(-0.02, 0.02)), 0.5)


def dark_frame(image: Image, width: float, rng: np.random.Generator) -> Image:
    """A straight dark rim with a thin bright line at its inner side."""
    surround = np.empty_like(image)
    surround[:] = np.array([0.05, 0.05, 0.06], np.float32) + float(rng.uniform(0, 0.06))
    margin = tuple(float(v) for v in width * rng.uniform(0.85, 1.15, 4))
    return set_in(image, margin, surround, float(rng.uniform(-0.006, 0.006)), 0)


def colour_frame(image: Image, width: float, colour: tuple[float, float, float]) -> Image:
    surround = np.empty_like(image)
    surround[:] = np.array(colour, np.float32)
    return set_in(image, (width, width, width, width), surround, 0.0, 0)


def jpeg(image: Image, quality: int) -> Image:
    _, data = cv2.imencode(".jpg", (image[..., ::-1] * 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality])
    return cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1].astype(np.float32) / 255
