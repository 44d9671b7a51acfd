"""Captions of the face set in both styles, written from a clip's facts.

Vanilla: one to three sentences on the face alone (texture, lighting, depth), the verdict last.
Reasoning: the six stages of src/protocol/samples.ts in order; nothing before the last stage says
which class it is. Neither mentions glasses or resolution; vanilla does not mention the background.
"""

from __future__ import annotations

import numpy as np

from .attacks import Facts
from .face import Face
from .scene_captions import FLAT, LIGHT, PORES, ROUND, article, pick, sentence

STAGES = ("Initial observation", "Artifact detection", "Feature analysis", "Lighting and shadows", "Context", "Final judgment")

VERDICT = {
    None: ("This is a live face.", "So this is a live face.", "It is a genuine live face.", "The face is live.", "I judge this face to be live."),
    "print": ("This is a spoof, a print attack.", "So this is a spoof, printed on paper.", "It is a spoof made with a print.", "The face is a spoof, a printed photo.", "I judge this face to be a spoof on paper."),
    "replay": ("This is a spoof, a replay attack.", "So this is a spoof, replayed on a screen.", "It is a spoof shown on a screen.", "The face is a spoof, a replayed video.", "I judge this face to be a spoof on a screen."),
}
CLEAN = ("no dots or lines lie over the skin", "no pattern lies over the skin", "the skin is free of dots, bands and grids", "nothing lies over the face")
DOTS = ("small regular dots cover the skin", "a pattern of fine dots lies over the face", "rows of tiny dots are spread across the face", "dots are seen all over the skin")
FAINT_DOTS = ("faint dots lie over the skin", "a weak pattern of dots covers the face")
GRID = ("a fine grid of dark lines covers the face", "thin crossing lines form a grid over the skin", "a grid of small cells lies over the face")
FAINT_GRID = ("a faint grid of lines covers the face", "a weak grid lies over the skin")
STRIPES = ("wavy bands of colour run across the face", "soft stripes cross the skin", "a pattern of wavy stripes covers the face")
FAINT_STRIPES = ("faint bands of colour run across the face", "weak stripes cross the skin")
GLARE = ("a slanting band of glare crosses the face", "a pale streak of glare lies across it")
BLUISH = ("the skin has a bluish tint", "a cool blue cast lies over the skin")
BANDED = ("the tones break into steps", "the shades fall into coarse steps")
FADED = ("the colours are faded and weak", "the contrast is low")
BLURRED = ("the details are blurred", "edges are soft and blurred")
FAINT_PORES = ("faint pores are seen on the skin", "the skin shows a little fine texture")
SMOOTH = PORES["even"]
DULL = ("the light is flat and dull", "there is little shading", "hardly any shadow is seen")


def artifact(f: Facts, rng: np.random.Generator) -> str:
    if f.attack is None:
        return pick(rng, CLEAN)
    if f.attack == "print":
        return pick(rng, DOTS if f.dots > 0.3 else FAINT_DOTS)
    if f.grid:
        return pick(rng, GRID if f.grid > 0.35 else FAINT_GRID)
    return pick(rng, STRIPES if f.stripes > 0.16 else FAINT_STRIPES)


def texture(f: Facts, rng: np.random.Generator) -> str:
    if f.attack is None:
        return pick(rng, PORES["fine"] if f.pores > 0.11 else FAINT_PORES)
    options = list(SMOOTH)
    if f.attack == "print":
        options += list(FADED) + (list(BLURRED) if f.blur else [])
    else:
        options += list(BLUISH) + (list(BANDED) * 2 if f.banding else [])
    return pick(rng, options)


def lighting(f: Facts, rng: np.random.Generator) -> str:
    if f.attack is None:
        return pick(rng, LIGHT[f.light])
    if f.attack == "print":
        return pick(rng, DULL + FLAT[:1])
    return pick(rng, GLARE) if f.glare else pick(rng, DULL[1:2] + ("the light on the skin is cool", "shadows are weak"))


def depth(f: Facts, rng: np.random.Generator) -> str:
    if f.attack is None:
        return pick(rng, ROUND)
    return pick(rng, ("the face looks flat", "there is little depth", "nose and cheeks hardly stand out"))


def vanilla(f: Facts, rng: np.random.Generator) -> str:
    first = sentence(artifact(f, rng), texture(f, rng)) if rng.random() < 0.6 else sentence(pick(rng, (artifact(f, rng), texture(f, rng))) if f.attack is None else artifact(f, rng))
    middle = [lighting(f, rng), depth(f, rng)]
    second = sentence(*middle) if rng.random() < 0.4 else sentence(pick(rng, middle))
    parts = [first, second] if rng.random() < 0.6 else [second, first]
    return " ".join([*parts, pick(rng, VERDICT[f.attack])])


def context(f: Facts, rng: np.random.Generator) -> str:
    if f.edge:
        return pick(rng, ("a pale margin with a crooked edge runs around the face", "a pale border lies around the face"))
    if f.bezel:
        return pick(rng, ("a dark straight frame surrounds the face", "a black rim runs around the face"))
    wall = f"{article(f.backdrop_colour)} wall"
    return pick(rng, (f"{wall} is behind the face and no border is seen", f"behind it is {wall}, with no frame", f"no border is seen before {wall}"))


def reasoning(face: Face, f: Facts, rng: np.random.Generator) -> str:
    hair = "a bald head" if face.hair_style == "bald" else f"{face.hair_style} {face.hair} hair"
    opening = pick(rng, ("a face with {} skin and {} looks at the camera", "the picture shows a face with {} skin and {}", "this is a person with {} skin and {}"))
    bodies = (
        sentence(opening.format(face.skin, hair)),
        sentence(artifact(f, rng)),
        sentence(texture(f, rng)),
        sentence(lighting(f, rng), depth(f, rng)) if rng.random() < 0.6 else sentence(lighting(f, rng)),
        sentence(context(f, rng)),
        pick(rng, VERDICT[f.attack]),
    )
    return " ".join(f"{name}: {body}" for name, body in zip(STAGES, bodies))
