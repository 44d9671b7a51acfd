"""Generic scenes for the backbone: faces and objects under independently drawn overlays.

A scene is a dictionary of words (what a caption may say) beside its pixels. Every attribute is drawn
on its own, so that no combination stands for anything: dots lie as often on a framed square as on a
glaring face. There is no live/spoof label here and none can be derived.
"""

from __future__ import annotations

import cv2
import numpy as np

from . import overlays as o
from .face import COLOURS, Image, backdrop, pick, render_face, sample_face, sample_shot

SHAPES = ("circle", "square", "triangle", "star", "ring", "cross")
SURFACE = ("plain", "plain", "dotted", "striped", "gridded", "grainy")
FRAME = ("none", "none", "pale", "dark", "coloured")
CAST = ("none", "none", "bluish", "yellowish", "greenish")
PLACES = ("left", "right", "top", "bottom", "centre")

# The categorical attributes that an auxiliary head may read off the picture, each with its values.
ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "kind": ("face", "objects"),
    "surface": ("plain", "dotted", "striped", "gridded", "grainy"),
    "frame": ("none", "pale", "dark", "coloured"),
    "cast": ("none", "bluish", "yellowish", "greenish"),
    "glare": ("no", "yes"),
    "focus": ("sharp", "blurred"),
    "contrast": ("strong", "faded"),
    "tones": ("smooth", "banded"),
    "backdrop": ("plain", "gradient", "striped", "spotted", "tiled"),
    "backdrop_colour": tuple(COLOURS),
    "skin": ("pale", "light", "tan", "brown", "dark"),
    "hair": ("black", "brown", "blond", "red", "grey"),
    "hair_style": ("short", "long", "curly", "bald"),
    "mouth": ("smiling", "closed", "open"),
    "glasses": ("none", "round", "square"),
    "light": ("left", "right", "above", "front"),
    "depth": ("flat", "round"),
    "pores": ("even", "fine"),
    "shirt": tuple(COLOURS),
    "shape": SHAPES,
    "colour": tuple(COLOURS),
    "place": PLACES,
    "shape2": SHAPES,
    "colour2": tuple(COLOURS),
}


def draw_shape(canvas: np.ndarray, shape: str, colour, x: float, y: float, r: float, turn: float) -> None:
    x, y, r = int(x), int(y), int(r)
    if shape == "circle":
        cv2.circle(canvas, (x, y), r, colour, -1, cv2.LINE_AA)
    elif shape == "ring":
        cv2.circle(canvas, (x, y), int(r * 0.8), colour, max(3, int(r * 0.36)), cv2.LINE_AA)
    else:
        if shape == "square":
            angles, radii = np.arange(4) * np.pi / 2 + np.pi / 4, np.full(4, 1.15)
        elif shape == "triangle":
            angles, radii = np.arange(3) * 2 * np.pi / 3 - np.pi / 2, np.full(3, 1.2)
        elif shape == "star":
            angles, radii = np.arange(10) * np.pi / 5 - np.pi / 2, np.tile([1.25, 0.52], 5)
        else:
            base = np.array([[-1, 3], [1, 3], [1, 1], [3, 1], [3, -1], [1, -1], [1, -3], [-1, -3], [-1, -1], [-3, -1], [-3, 1], [-1, 1]]) / 3
            angles, radii = np.arctan2(base[:, 1], base[:, 0]), np.hypot(base[:, 0], base[:, 1])
        points = np.stack([x + r * radii * np.cos(angles + turn), y + r * radii * np.sin(angles + turn)], -1)
        cv2.fillPoly(canvas, [points.astype(np.int32)], colour, cv2.LINE_AA)


def render_objects(words: dict[str, str], size: int, rng: np.random.Generator) -> Image:
    canvas = backdrop(words["backdrop"], words["backdrop_colour"], size, rng)
    where = {"left": (0.27, 0.5), "right": (0.73, 0.5), "top": (0.5, 0.27), "bottom": (0.5, 0.73), "centre": (0.5, 0.5)}
    x, y = where[words["place"]]
    items = [(words["shape"], words["colour"], x, y)]
    if "shape2" in words:
        items.append((words["shape2"], words["colour2"], 1 - x, 1 - y))
    for shape, colour, px, py in items:
        radius = size * (rng.uniform(0.2, 0.3) if len(items) == 1 else rng.uniform(0.15, 0.2))
        px, py = size * (px + rng.uniform(-0.03, 0.03)), size * (py + rng.uniform(-0.03, 0.03))
        draw_shape(canvas, shape, tuple(float(c) for c in COLOURS[colour]), px, py, radius, rng.uniform(-0.25, 0.25))
    image = canvas.astype(np.float32) / 255
    h, w = image.shape[:2]
    yy, xx = o.mesh(h, w)
    return np.clip(image * (0.85 + 0.3 * rng.uniform(-1, 1) * (xx / w - 0.5) + 0.3 * rng.uniform(-1, 1) * (yy / h - 0.5))[..., None], 0, 1)


def sample_scene(rng: np.random.Generator, size: int) -> tuple[dict[str, str], Image]:
    """One scene: its attribute words and its picture [size, size, 3] float32."""
    words: dict[str, str] = {}
    if rng.random() < 0.68:
        face, shot = sample_face(rng), sample_shot(rng)
        words.update(
            kind="face", skin=face.skin, hair=face.hair, hair_style=face.hair_style, mouth=face.mouth,
            glasses=face.glasses, shirt=face.shirt, backdrop=shot.backdrop, backdrop_colour=shot.backdrop_colour,
            depth="round" if shot.depth > 0.4 else "flat", pores="fine" if shot.pores > 0 else "even",
        )
        if words["depth"] == "round":
            words["light"] = shot.light
        if face.hair_style == "bald":
            del words["hair"]
        image = render_face(face, shot, size)
    else:
        words.update(kind="objects", backdrop=pick(rng, ("plain", "gradient", "striped", "spotted", "tiled")),
                     backdrop_colour=pick(rng, COLOURS), shape=pick(rng, SHAPES), place=pick(rng, PLACES))
        words["colour"] = pick(rng, [c for c in COLOURS if c != words["backdrop_colour"]])
        if words["place"] != "centre" and rng.random() < 0.6:
            words["shape2"] = pick(rng, SHAPES)
            words["colour2"] = pick(rng, [c for c in COLOURS if c != words["backdrop_colour"]])
        image = render_objects(words, size, rng)
    words.update(
        surface=pick(rng, SURFACE), frame=pick(rng, FRAME), cast=pick(rng, CAST),
        glare=("no", "no", "yes")[int(rng.integers(3))], focus=("sharp", "sharp", "blurred")[int(rng.integers(3))],
        contrast=("strong", "strong", "faded")[int(rng.integers(3))], tones=("smooth", "smooth", "smooth", "banded")[int(rng.integers(4))],
    )
    return words, dress(image, words, rng)


def dress(image: Image, words: dict[str, str], rng: np.random.Generator) -> Image:
    """Lay the named overlays over a picture, then a random camera of no importance."""
    if words["focus"] == "blurred":
        image = o.blur(image, float(rng.uniform(0.014, 0.024)))
    if words["contrast"] == "faded":
        image = o.saturation(o.contrast(image, float(rng.uniform(0.4, 0.6)), 0.6), 0.65)
    if words["tones"] == "banded":
        image = o.banding(image, int(rng.integers(5, 8)))
    surface = words["surface"]
    if surface == "dotted":
        image = o.dots(image, float(rng.uniform(0.03, 0.05)), float(rng.uniform(0.3, 0.6)), float(rng.uniform(0.5, 1.0)))
    elif surface == "striped":
        image = o.stripes(image, float(rng.uniform(0.035, 0.1)), float(rng.uniform(0.14, 0.32)), float(rng.uniform(0, 3.14)), float(rng.uniform(-0.2, 0.2)))
    elif surface == "gridded":
        image = o.grid(image, float(rng.uniform(0.032, 0.05)), float(rng.uniform(0.35, 0.7)))
    elif surface == "grainy":
        image = o.grain(image, float(rng.uniform(0.08, 0.15)), rng, float(rng.uniform(0, 0.6)))
    if words["glare"] == "yes":
        image = o.glare(image, float(rng.uniform(0.2, 1.0)), float(rng.uniform(0.06, 0.14)), float(rng.uniform(0.4, 0.7)), float(rng.uniform(0.3, 1.2)))
    gains = {"none": (1, 1, 1), "bluish": (0.78, 0.92, 1.12), "yellowish": (1.1, 1.0, 0.72), "greenish": (0.82, 1.08, 0.82)}[words["cast"]]
    image = o.cast(image, gains)
    frame = words["frame"]
    if frame == "pale":
        image = o.paper_edge(image, float(rng.uniform(0.05, 0.09)), (0.93, 0.91, 0.86), rng)
    elif frame == "dark":
        image = o.dark_frame(image, float(rng.uniform(0.05, 0.1)), rng)
    elif frame == "coloured":
        colour = np.array(COLOURS[pick(rng, ("red", "green", "blue", "yellow", "purple", "orange"))]) / 255
        image = o.colour_frame(image, float(rng.uniform(0.05, 0.1)), tuple(float(c) for c in colour))
    if rng.random() < 0.5:
        image = o.vignette(image, float(rng.uniform(0, 0.5)))
    if surface != "grainy":
        image = o.grain(image, float(rng.uniform(0, 0.02)), rng)
    image = np.clip(image * rng.uniform(0.85, 1.1) * (1 + rng.uniform(-0.04, 0.04, 3).astype(np.float32)), 0, 1)
    if rng.random() < 0.4:
        image = o.jpeg(image, int(rng.integers(60, 95)))
    return image


def attribute_codes(words: dict[str, str]) -> np.ndarray:
    """Attribute values as indices, -1 where the scene has no such attribute. int8 [attributes]."""
    return np.array([values.index(words[name]) if name in words else -1 for name, values in ATTRIBUTES.items()], np.int8)
