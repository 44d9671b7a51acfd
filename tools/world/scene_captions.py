"""Captions for generic scenes, written from the scene's attribute words alone.

They say what is seen (subject, surface, light, surroundings) and never whether anything is genuine.
Sentences are put together from banks of clauses, so that wording varies while the grammar holds.
"""

from __future__ import annotations

import numpy as np

SURFACE = {
    "plain": ("the surface is clean and even", "no pattern lies over it", "the tones run on without any pattern", "nothing lies over the surface"),
    "dotted": ("small regular dots cover the surface", "a pattern of fine dots lies over it", "rows of tiny dots are spread across it", "dots are seen all over the surface"),
    "striped": ("wavy bands of colour run across it", "soft stripes cross the surface", "coloured stripes lie over it", "a pattern of wavy stripes covers it"),
    "gridded": ("a fine grid of dark lines covers it", "thin crossing lines form a grid over it", "the surface is cut into tiny cells by a grid", "a grid of small cells lies over it"),
    "grainy": ("coarse grain covers the surface", "it is speckled with noise", "strong grain is spread over it", "the surface is rough with noise"),
}
FRAME = {
    "none": ("no border is seen", "the scene runs to the edges", "there is no frame around it"),
    "pale": ("a pale margin with a crooked edge runs around it", "a pale paper border lies around it", "it lies inside a pale border"),
    "dark": ("a dark straight frame surrounds it", "a black rim runs around it", "it sits inside a dark frame"),
    "coloured": ("a coloured frame runs around it", "it sits inside a bright coloured frame"),
}
CAST = {
    "none": ("the colours look balanced", "there is no tint"),
    "bluish": ("the whole picture has a bluish tint", "a cool blue cast lies over the colours"),
    "yellowish": ("the whole picture has a yellow tint", "a warm yellow cast lies over the colours"),
    "greenish": ("the whole picture has a green tint", "a green cast lies over the colours"),
}
GLARE = {
    "yes": ("a slanting band of glare crosses it", "a pale streak of glare lies across it", "glare washes over a part of it"),
    "no": ("no glare is seen", "it is free of glare"),
}
FOCUS = {
    "sharp": ("the details are sharp", "edges are crisp", "the focus is sharp"),
    "blurred": ("the details are blurred", "edges are soft and blurred", "it is out of focus"),
}
CONTRAST = {
    "strong": ("the contrast is strong", "the colours are full"),
    "faded": ("the contrast is low", "the colours are faded and weak"),
}
TONES = {
    "smooth": ("the tones change smoothly", "the shades are smooth"),
    "banded": ("the tones break into steps", "the shades fall into coarse steps"),
}
PORES = {
    "fine": ("the skin shows fine pores and small highlights", "fine uneven skin texture is seen", "pores and tiny marks give the skin a fine texture"),
    "even": ("the skin is even and smooth", "the skin shows no fine texture", "the skin looks smooth"),
}
LIGHT = {
    "left": ("light falls from the left", "the left side is lit and the right side lies in shadow", "shadows deepen toward the right"),
    "right": ("light falls from the right", "the right side is lit and the left side lies in shadow", "shadows deepen toward the left"),
    "above": ("light falls from above", "the forehead is bright and the chin lies in shadow", "shadows fall downward from the brow"),
    "front": ("light comes from the front", "the face is lit evenly from the front", "the cheeks fade softly toward the edges"),
}
FLAT = ("the face looks flat, with hardly any shading", "there is little shading and little depth", "the light is flat")
ROUND = ("the shading gives the face depth", "the head looks round", "nose and cheeks stand out in depth")
MOUTH = {"smiling": ("smiling", "with a smile"), "closed": ("with a closed mouth", "with closed lips"), "open": ("with an open mouth", "with the mouth open")}
QUESTIONS = (
    "Describe the picture.", "What do you see?", "Describe this image.", "What does the picture show?",
    "Tell me about this image.", "Describe the face and its surface.", "Explain what you see.",
)
SECTION_QUESTIONS = ("Describe the picture in sections.", "Explain step by step what you see.", "Describe the image in stages.")


def pick(rng: np.random.Generator, options) -> str:
    return options[int(rng.integers(len(options)))]


def sentence(*clauses: str) -> str:
    """Clauses joined into one sentence with a capital and a full stop."""
    joined = clauses[0] if len(clauses) == 1 else ", ".join(clauses[:-1]) + " and " + clauses[-1]
    return joined[0].upper() + joined[1:] + "."


def article(word: str) -> str:
    return ("an " if word[0] in "aeiou" else "a ") + word


def backdrop(w: dict[str, str], rng: np.random.Generator) -> str:
    colour, kind = w["backdrop_colour"], w["backdrop"]
    noun = pick(rng, ("background", "wall"))
    if kind == "gradient":
        return pick(rng, (f"a {colour} {noun} that changes in tone", f"a shaded {colour} {noun}"))
    return f"a {kind} {colour} {noun}"


def subject(w: dict[str, str], rng: np.random.Generator) -> str:
    """A noun phrase for what the scene shows."""
    if w["kind"] == "objects":
        first = f"{article(w['colour'])} {w['shape']}"
        if "shape2" in w:
            second = f"{article(w['colour2'])} {w['shape2']}"
            relation = {"left": "to the left of", "right": "to the right of", "top": "above", "bottom": "below"}[w["place"]]
            return f"{first} {relation} {second}" if rng.random() < 0.7 else f"{first} and {second}"
        where = {"centre": "in the centre", "top": "at the top", "bottom": "at the bottom", "left": "on the left", "right": "on the right"}
        return f"{first} {where[w['place']]}"
    noun = pick(rng, ("face", "person", "head"))
    words = f"a {noun} with {w['skin']} skin"
    if w["hair_style"] == "bald":
        words += pick(rng, (" and a bald head", " and no hair")) if rng.random() < 0.8 else ""
    elif rng.random() < 0.85:
        words += f" and {w['hair_style']} {w['hair']} hair"
    if w["glasses"] != "none" and rng.random() < 0.85:
        words += pick(rng, (f", wearing {w['glasses']} glasses", f", in {w['glasses']} glasses"))
    if rng.random() < 0.5:
        words += ", " + pick(rng, MOUTH[w["mouth"]])
    return words


def light(w: dict[str, str], rng: np.random.Generator) -> str:
    if w["depth"] == "flat":
        return pick(rng, FLAT)
    return pick(rng, LIGHT[w["light"]]) if rng.random() < 0.75 else pick(rng, ROUND)


def details(w: dict[str, str], rng: np.random.Generator) -> list[str]:
    """Clauses about the lesser attributes, the unusual ones likelier than the usual."""
    out = []
    for bank, value, usual in ((FRAME, w["frame"], "none"), (CAST, w["cast"], "none"), (GLARE, w["glare"], "no"),
                               (FOCUS, w["focus"], "sharp"), (CONTRAST, w["contrast"], "strong"), (TONES, w["tones"], "smooth")):
        if rng.random() < (0.12 if value == usual else 0.8):
            out.append(pick(rng, bank[value]))
    rng.shuffle(out)
    return out


def short_caption(w: dict[str, str], rng: np.random.Generator) -> str:
    opening = pick(rng, ("The picture shows {}", "There is {}", "This is {}", "The image shows {}", "Here is {}", "We see {}"))
    text = opening.format(subject(w, rng))
    if rng.random() < 0.5:
        text += pick(rng, (" before ", " against ")) + backdrop(w, rng)
    parts = [text + "."]
    clauses = []
    if w["surface"] != "plain" or rng.random() < 0.4:
        clauses.append(pick(rng, SURFACE[w["surface"]]))
    if w["kind"] == "face":
        if rng.random() < 0.5:
            clauses.append(light(w, rng))
        if rng.random() < 0.35:
            clauses.append(pick(rng, PORES[w["pores"]]))
    clauses += details(w, rng)
    while clauses:
        take = min(len(clauses), 1 + int(rng.integers(2)))
        parts.append(sentence(*clauses[:take]))
        clauses = clauses[take:]
    return " ".join(parts)


def sectioned_caption(w: dict[str, str], rng: np.random.Generator) -> str:
    """The same facts under headings, in a fixed order with some left out."""
    heads = [
        (pick(rng, ("Initial observation", "Subject", "Overview")),
         sentence(pick(rng, ("the picture shows ", "this is ", "there is ")) + subject(w, rng))),
        (pick(rng, ("Feature analysis", "Texture", "Surface")),
         sentence(pick(rng, SURFACE[w["surface"]]), pick(rng, PORES[w["pores"]] if w["kind"] == "face" else FOCUS[w["focus"]]))),
    ]
    if w["kind"] == "face":
        heads.append((pick(rng, ("Lighting and shadows", "Light")), sentence(light(w, rng), pick(rng, GLARE[w["glare"]]))))
    else:
        heads.append((pick(rng, ("Lighting and shadows", "Light")), sentence(pick(rng, CONTRAST[w["contrast"]]), pick(rng, GLARE[w["glare"]]))))
    heads.append((pick(rng, ("Context", "Surroundings")),
                  sentence(pick(rng, FRAME[w["frame"]]), pick(rng, (f"behind it is {backdrop(w, rng)}", pick(rng, CAST[w["cast"]]))))))
    if rng.random() < 0.4:
        heads.pop(int(rng.integers(1, len(heads))))
    return " ".join(f"{name}: {text}" for name, text in heads)


def caption(w: dict[str, str], rng: np.random.Generator) -> tuple[str, str]:
    """(question, caption) for one scene."""
    if rng.random() < 0.3:
        return pick(rng, SECTION_QUESTIONS + QUESTIONS[:2]), sectioned_caption(w, rng)
    return pick(rng, QUESTIONS), short_caption(w, rng)
