"""Generated presentations of a face to a camera: live, printed on paper, replayed on a screen.

Each function returns the picture before the camera (float32 [size, size, 3]) for a clip whose facts
were drawn once by `sample_facts`, so that all frames of a clip share them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import overlays as o
from .face import BACKDROP, COLOURS, LIGHT, Face, Image, Shot, pick, render_face, replace


@dataclass(frozen=True)
class Facts:
    """What is true of one clip; captions are written from this and nothing else."""

    attack: str | None  # None is live, else 'print' or 'replay'
    light: str
    depth: float
    pores: float
    backdrop: str
    backdrop_colour: str
    dots: float = 0.0
    grid: float = 0.0
    stripes: float = 0.0
    faded: float = 1.0
    blur: float = 0.0
    edge: float = 0.0
    bezel: float = 0.0
    glare: float = 0.0
    banding: int = 0
    bluish: float = 0.0
    curl: float = 0.0
    seed: int = 0


def sample_facts(rng: np.random.Generator, attack: str | None) -> Facts:
    common = dict(
        attack=attack, backdrop=pick(rng, BACKDROP), backdrop_colour=pick(rng, COLOURS), seed=int(rng.integers(1 << 30)),
    )
    if attack is None:
        faint = rng.random() < 0.15
        return Facts(
            light=pick(rng, LIGHT), depth=float(rng.uniform(0.5, 0.85)),
            pores=float(rng.uniform(0.07, 0.1) if faint else rng.uniform(0.12, 0.17)), **common,
        )
    if attack == "print":
        weak = rng.random() < 0.2
        return Facts(
            light="front", depth=float(rng.uniform(0.08, 0.2)), pores=0.0,
            dots=float(rng.uniform(0.18, 0.25) if weak else rng.uniform(0.32, 0.55)),
            faded=float(rng.uniform(0.5, 0.7)), blur=float(rng.uniform(0.004, 0.011)) if rng.random() < 0.5 else 0.0,
            edge=float(rng.uniform(0.05, 0.085)) if rng.random() < 0.7 else 0.0, curl=float(rng.uniform(-0.2, 0.2)), **common,
        )
    lattice = rng.random() < 0.5
    weak = rng.random() < 0.2
    return Facts(
        light=pick(rng, LIGHT), depth=float(rng.uniform(0.25, 0.5)), pores=0.0,
        grid=float(rng.uniform(0.25, 0.32) if weak else rng.uniform(0.4, 0.65)) if lattice else 0.0,
        stripes=0.0 if lattice else float(rng.uniform(0.12, 0.15) if weak else rng.uniform(0.18, 0.3)),
        bezel=float(rng.uniform(0.05, 0.09)) if rng.random() < 0.6 else 0.0,
        glare=float(rng.uniform(0.35, 0.6)) if rng.random() < 0.55 else 0.0,
        banding=int(rng.integers(7, 10)) if rng.random() < 0.3 else 0,
        bluish=float(rng.uniform(0.08, 0.2)), **common,
    )


def present(face: Face, shot: Shot, facts: Facts, size: int, sway: float) -> Image:
    """One frame before the camera. `sway` in -1..1 moves the medium a little over the clip."""
    rng = np.random.default_rng(facts.seed)
    shot = replace(shot, light=facts.light, depth=facts.depth, pores=facts.pores,
                   backdrop=facts.backdrop, backdrop_colour=facts.backdrop_colour)
    image = render_face(face, shot, size)
    if facts.attack == "print":
        image = o.saturation(o.contrast(image, facts.faded, 0.62), 0.75)
        if facts.blur:
            image = o.blur(image, facts.blur)
        image = o.cast(image, (1.03, 1.0, 0.93))
        image = o.dots(image, float(rng.uniform(0.034, 0.046)), facts.dots, 0.785 + 0.05 * sway)
        y, x = o.mesh(size, size)
        image = np.clip(image * (1 + facts.curl * np.sin(2.4 * (x / size - 0.3 + 0.05 * sway)))[..., None], 0, 1)
        if facts.edge:
            image = o.paper_edge(image, facts.edge, (0.94, 0.92, 0.87), np.random.default_rng(facts.seed + 1))
    elif facts.attack == "replay":
        if facts.banding:
            image = o.banding(image, facts.banding)
        image = o.cast(image, (1 - facts.bluish, 1 - 0.3 * facts.bluish, 1 + 0.6 * facts.bluish))
        if facts.grid:
            image = o.grid(image, float(rng.uniform(0.034, 0.046)), facts.grid)
        if facts.stripes:
            image = o.stripes(image, float(rng.uniform(0.045, 0.09)), facts.stripes, float(rng.uniform(0.3, 2.8)) + 0.06 * sway, float(rng.uniform(-0.15, 0.15)))
        if facts.glare:
            image = o.glare(image, float(rng.uniform(0.3, 0.9)) + 0.05 * sway, float(rng.uniform(0.06, 0.12)), facts.glare, float(rng.uniform(0.4, 1.1)))
        if facts.bezel:
            image = o.dark_frame(image, facts.bezel, np.random.default_rng(facts.seed + 1))
    return image
