"""A parametric drawn face: no photograph and no real person stands behind it.

Albedo is drawn with OpenCV polygons and ellipses; shading is Lambert's law on an ellipsoid with a
nose bump, so that the direction of the light can be told from the picture.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

Image = np.ndarray  # [height, width, 3], float32 in 0..1, RGB

SKIN = {
    "pale": (246, 214, 192),
    "light": (228, 184, 152),
    "tan": (196, 146, 106),
    "brown": (142, 96, 66),
    "dark": (92, 60, 42),
}
HAIR = {
    "black": (28, 24, 24),
    "brown": (92, 58, 34),
    "blond": (222, 186, 104),
    "red": (176, 76, 30),
    "grey": (168, 168, 170),
}
HAIR_STYLE = ("short", "long", "curly", "bald")
MOUTH = ("smiling", "closed", "open")
GLASSES = ("none", "round", "square")
LIGHT = {
    "left": (-0.85, -0.2),
    "right": (0.85, -0.2),
    "above": (0.0, -0.9),
    "front": (0.0, -0.05),
}
COLOURS = {
    "red": (200, 52, 48),
    "green": (64, 152, 72),
    "blue": (58, 96, 196),
    "yellow": (232, 204, 66),
    "purple": (134, 74, 168),
    "orange": (232, 136, 46),
    "white": (236, 236, 232),
    "grey": (134, 136, 140),
    "black": (36, 36, 40),
}
BACKDROP = ("plain", "gradient", "striped", "spotted", "tiled")


@dataclass(frozen=True)
class Face:
    """What is drawn. Lengths are fractions of the picture's width."""

    skin: str
    hair: str
    hair_style: str
    mouth: str
    glasses: str
    shirt: str
    head_width: float
    head_ratio: float
    eye_gap: float
    eye_size: float
    eye_colour: tuple[int, int, int]
    brow_tilt: float
    brow_weight: int
    nose: float
    mouth_width: float
    tone: tuple[float, float, float]
    freckles: int
    seed: int


@dataclass(frozen=True)
class Shot:
    """How it is lit and where it stands. Angles are fractions of the head's half width."""

    light: str
    depth: float
    pores: float
    backdrop: str
    backdrop_colour: str
    x: float = 0.5
    y: float = 0.5
    zoom: float = 1.0
    yaw: float = 0.0
    roll: float = 0.0
    blink: float = 0.0


def pick(rng: np.random.Generator, options) -> str:
    options = list(options)
    return options[int(rng.integers(len(options)))]


def sample_face(rng: np.random.Generator) -> Face:
    return Face(
        skin=pick(rng, SKIN),
        hair=pick(rng, HAIR),
        hair_style=pick(rng, HAIR_STYLE),
        mouth=pick(rng, MOUTH),
        glasses=("none", "none", "round", "square")[int(rng.integers(4))],
        shirt=pick(rng, COLOURS),
        head_width=float(rng.uniform(0.235, 0.285)),
        head_ratio=float(rng.uniform(1.2, 1.42)),
        eye_gap=float(rng.uniform(0.38, 0.48)),
        eye_size=float(rng.uniform(0.15, 0.2)),
        eye_colour=((70, 48, 30), (60, 98, 140), (74, 104, 66), (40, 34, 30))[int(rng.integers(4))],
        brow_tilt=float(rng.uniform(-0.07, 0.07)),
        brow_weight=int(rng.integers(2, 5)),
        nose=float(rng.uniform(0.14, 0.22)),
        mouth_width=float(rng.uniform(0.28, 0.42)),
        tone=tuple(float(t) for t in rng.uniform(0.95, 1.05, 3)),
        freckles=int(rng.integers(0, 3)) * 8,
        seed=int(rng.integers(1 << 30)),
    )


def sample_shot(rng: np.random.Generator) -> Shot:
    return Shot(
        light=pick(rng, LIGHT),
        depth=float((0.12, 0.75)[int(rng.integers(2))] * rng.uniform(0.85, 1.15)),
        pores=float((0.0, 0.16)[int(rng.integers(2))] * rng.uniform(0.8, 1.2)),
        backdrop=pick(rng, BACKDROP),
        backdrop_colour=pick(rng, COLOURS),
        x=float(rng.uniform(0.44, 0.56)),
        y=float(rng.uniform(0.46, 0.54)),
        zoom=float(rng.uniform(0.9, 1.25)),
        yaw=float(rng.uniform(-0.25, 0.25)),
        roll=float(rng.uniform(-0.1, 0.1)),
    )


_MESH: dict[tuple[int, int], tuple[np.ndarray, np.ndarray]] = {}


def mesh(height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Pixel coordinates as two [height, width] arrays, y first."""
    if (height, width) not in _MESH:
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        _MESH[(height, width)] = (y, x)
    return _MESH[(height, width)]


def backdrop(kind: str, colour: str, size: int, rng: np.random.Generator) -> np.ndarray:
    """A wall behind the subject: uint8 [size, size, 3]."""
    base = np.array(COLOURS[colour], np.float32)
    other = base * 0.62 if base.mean() > 90 else base * 0.6 + 70
    y, x = mesh(size, size)
    if kind == "plain":
        weight = np.zeros_like(x)
    elif kind == "gradient":
        weight = (y if rng.random() < 0.5 else x) / size
    elif kind == "striped":
        weight = (np.floor((x if rng.random() < 0.5 else y) / (size * 0.11)) % 2).astype(np.float32)
    elif kind == "tiled":
        weight = ((np.floor(x / (size * 0.16)) + np.floor(y / (size * 0.16))) % 2).astype(np.float32)
    else:
        weight = np.zeros_like(x)
        for _ in range(14):
            centre = (int(rng.integers(size)), int(rng.integers(size)))
            cv2.circle(weight, centre, int(size * rng.uniform(0.03, 0.08)), 1.0, -1)
    image = base[None, None] * (1 - weight[..., None]) + other[None, None] * weight[..., None]
    return np.clip(image, 0, 255).astype(np.uint8)


def render_face(face: Face, shot: Shot, size: int) -> Image:
    """The face as a camera without faults would see it: [size, size, 3] float32 in 0..1."""
    rng = np.random.default_rng(face.seed)
    canvas = backdrop(shot.backdrop, shot.backdrop_colour, size, np.random.default_rng(face.seed + 1))
    rx = face.head_width * shot.zoom * size
    ry = rx * face.head_ratio
    cx, cy = shot.x * size, shot.y * size
    cos, sin = np.cos(shot.roll), np.sin(shot.roll)
    shift = 16  # sub-pixel bits for OpenCV

    def at(u: float, v: float) -> tuple[float, float]:
        """Head coordinates (u right, v down, in half widths and half heights) to pixels."""
        a, b = u * rx, v * ry
        return cx + a * cos - b * sin, cy + a * sin + b * cos

    def fixed(point: tuple[float, float]) -> tuple[int, int]:
        return int(point[0] * 65536), int(point[1] * 65536)

    def oval(u, v, a, b, colour, start=0.0, stop=360.0, weight=-1, tilt=0.0):
        cv2.ellipse(
            canvas, fixed(at(u, v)), (max(1, int(a * 65536)), max(1, int(b * 65536))),
            float(np.degrees(shot.roll) + tilt), start, stop, colour, weight, cv2.LINE_AA, shift,
        )

    def poly(points, colour):
        array = np.array([fixed(at(u, v)) for u, v in points], np.int32)
        cv2.fillPoly(canvas, [array], colour, cv2.LINE_AA, shift)

    def line(points, colour, weight):
        array = np.array([fixed(at(u, v)) for u, v in points], np.int32)
        cv2.polylines(canvas, [array], False, colour, max(1, int(round(weight))), cv2.LINE_AA, shift)

    skin = tuple(float(np.clip(c * t, 0, 255)) for c, t in zip(SKIN[face.skin], face.tone))
    shade = tuple(c * 0.72 for c in skin)
    hair = tuple(float(c) for c in HAIR[face.hair])
    shirt = tuple(float(c) for c in COLOURS[face.shirt])
    if face.hair_style == "long":
        oval(0, 0.12, rx * 1.28, ry * 1.18, hair)
        poly([(-1.27, 0.1), (1.27, 0.1), (1.2, 1.35), (-1.2, 1.35)], hair)
    elif face.hair_style == "curly":
        for angle in np.linspace(np.pi * 0.95, np.pi * 2.05, 11):
            oval(1.02 * np.cos(angle), 0.95 * np.sin(angle), rx * 0.34, rx * 0.34, hair)
    poly([(-0.5, 0.6), (0.5, 0.6), (0.55, 1.5), (-0.55, 1.5)], shade)
    poly([(-0.55, 1.22), (0.55, 1.22), (2.2, 1.6), (2.6, 3.2), (-2.6, 3.2), (-2.2, 1.6)], shirt)
    for side in (-1, 1):
        oval(side * 0.99 - shot.yaw * 0.15, 0.02, rx * 0.14, ry * 0.17, shade)
    oval(0, 0, rx, ry, skin)

    for _ in range(face.freckles):
        u, v = rng.uniform(-0.6, 0.6), rng.uniform(0.0, 0.4)
        oval(u + shot.yaw, v, rx * 0.018, rx * 0.018, tuple(c * 0.78 for c in skin))
    yaw = shot.yaw
    lid = 1.0 - shot.blink
    for side in (-1, 1):
        u = side * face.eye_gap + yaw
        a = rx * face.eye_size * (1 - 0.35 * abs(yaw))
        oval(u, -0.1, a * 1.15, a * 0.72, tuple(c * 0.86 for c in skin))
        oval(u, -0.1, a, a * 0.56 * lid, (240.0, 240.0, 236.0))
        if lid > 0.4:
            oval(u + yaw * 0.1, -0.1, a * 0.5, a * 0.5 * lid, tuple(float(c) for c in face.eye_colour))
            oval(u + yaw * 0.1, -0.1, a * 0.23, a * 0.23, (12.0, 12.0, 14.0))
        line([(u - 0.17, -0.29 + side * face.brow_tilt), (u, -0.335), (u + 0.17, -0.29 - side * face.brow_tilt)],
             tuple(c * 0.8 for c in hair), face.brow_weight * size / 160)
    line([(yaw * 1.25 - 0.05, -0.08), (yaw * 1.5 - face.nose * 0.62, 0.2)], tuple(c * 0.85 for c in skin), size / 110)
    oval(yaw * 1.5, 0.25, rx * face.nose, ry * 0.055, tuple(c * 0.88 for c in skin))
    for side in (-1, 1):
        oval(yaw * 1.5 + side * face.nose * 0.5, 0.265, rx * 0.04, rx * 0.03, tuple(c * 0.5 for c in skin))
    lips = (skin[0] * 0.78, skin[1] * 0.5, skin[2] * 0.5)
    m = rx * face.mouth_width
    if face.mouth == "smiling":
        oval(yaw * 1.2, 0.46, m, m * 0.52, lips, 8, 172, max(2, int(size / 48)))
        oval(yaw * 1.2, 0.47, m * 0.86, m * 0.36, (244.0, 240.0, 234.0), 5, 175)
    elif face.mouth == "open":
        oval(yaw * 1.2, 0.54, m * 0.66, m * 0.52, lips)
        oval(yaw * 1.2, 0.54, m * 0.48, m * 0.36, (52.0, 22.0, 24.0))
    else:
        oval(yaw * 1.2, 0.53, m * 0.85, m * 0.2, lips)
        line([(yaw * 1.2 - 0.3, 0.53), (yaw * 1.2 + 0.3, 0.53)], tuple(c * 0.55 for c in lips), size / 110)
    if face.hair_style != "bald":
        fringe = -0.55 if face.hair_style == "short" else -0.5
        points = [(np.cos(t) * 1.05, np.sin(t) * 1.06) for t in np.linspace(np.pi * 1.03, np.pi * 1.97, 18)]
        points += [(0.9, fringe + 0.12), (0.3, fringe - 0.05), (-0.2, fringe), (-0.9, fringe + 0.12)]
        poly(points, hair)
    if face.glasses != "none":
        frame = (22.0, 22.0, 26.0)
        for side in (-1, 1):
            u = side * face.eye_gap + yaw
            if face.glasses == "round":
                oval(u, -0.09, rx * 0.32, rx * 0.32, frame, weight=max(2, int(size / 60)))
            else:
                box = [(u - 0.31, -0.28), (u + 0.31, -0.28), (u + 0.29, 0.11), (u - 0.29, 0.11), (u - 0.31, -0.28)]
                line(box, frame, max(2, size / 60))
            line([(side * 0.98, -0.14), (u + side * 0.31, -0.12)], frame, max(1.5, size / 80))
        line([(yaw - 0.13, -0.12), (yaw + 0.13, -0.12)], frame, max(1.5, size / 80))

    y, x = mesh(size, size)
    u = ((x - cx) * cos + (y - cy) * sin) / rx
    v = (-(x - cx) * sin + (y - cy) * cos) / ry
    r2 = u * u + v * v
    nx, ny = u - 0.55 * yaw, v * 0.8
    bump = np.exp(-(((u - yaw * 1.5) / 0.14) ** 2) - ((v - 0.08) / 0.22) ** 2)
    nx = nx + 1.6 * bump * (u - yaw * 1.5) / 0.3
    lx, ly = LIGHT[shot.light]
    lz = np.sqrt(max(0.05, 1 - lx * lx - ly * ly))
    nz = np.sqrt(np.clip(1.0 - r2 * 0.9, 0.03, 1.0))
    lambert = np.clip((nx * lx + ny * ly + nz * lz) / np.sqrt(nx * nx + ny * ny + nz * nz), 0, 1)
    inside = np.clip((1.35 - r2) * 4, 0, 1)
    body = np.clip(0.75 + 0.35 * (lx * (x - cx) + ly * (y - cy)) / size, 0.3, 1.2)
    shading = inside * (0.42 + 0.72 * lambert) + (1 - inside) * body
    shading = 0.92 + shot.depth * (shading - 0.92) / 0.75
    image = canvas.astype(np.float32) * (1 / 255)
    if shot.pores > 0:
        texture = rng.normal(size=(size, size)).astype(np.float32)
        texture = cv2.GaussianBlur(texture, (0, 0), size / 220) - cv2.GaussianBlur(texture, (0, 0), size / 60)
        shading = shading * (1 + shot.pores * texture * 1.6 * (r2 < 1))
        # Oily highlights: a soft gleam on forehead and nose.
        gleam = np.exp(-(((u - 0.6 * lx * 0.5) / 0.3) ** 2) - ((v + 0.45) / 0.16) ** 2) + 0.8 * bump
        image = image + (shot.pores * 0.9 * gleam * (r2 < 1))[..., None]
    image = image * shading[..., None]
    return np.clip(image, 0, 1).astype(np.float32)


__all__ = [
    "Face", "Shot", "Image", "render_face", "sample_face", "sample_shot", "backdrop", "mesh", "pick", "replace",
    "SKIN", "HAIR", "HAIR_STYLE", "MOUTH", "GLASSES", "LIGHT", "COLOURS", "BACKDROP",
]
