"""Text without pictures: gives every later token a trained embedding and teaches plain grammar.

The embedding matrix stays frozen when the page trains adapters, so words that only the face set uses
(live, spoof, print, replay, judgment ...) must be met before. They are met here in spelling and
counting games, in lists, in dictionary-like statements, in repeat-after-me games and in six-part
texts whose parts are drawn independently of each other. No picture is present, and the clauses of a
six-part text are random with respect to its last line, so nothing ties a cue to a class.
"""

from __future__ import annotations

import re

import numpy as np

from . import face_captions as fc
from . import scene_captions as sc
from .face import COLOURS, HAIR, HAIR_STYLE, SKIN
from .scene_captions import pick, sentence

STATEMENTS = (
    "To replay a tune is to play it again.", "A print is ink laid on paper.", "A judgment is an opinion that has been given.",
    "A screen can show letters and films.", "To attack a problem is to work on it with force.", "A spoof is a playful copy of a song or a story.",
    "A live concert happens while we listen.", "A genuine friend is a good friend.", "Paper is made from wood.",
    "A video is a row of pictures.", "A photo is a picture made with light.", "To judge is to form an opinion.",
    "A mask can be worn at a party.", "An artifact is a thing made by hand.", "Detection is the act of finding something.",
    "A feature is a part of a whole.", "Analysis means taking a thing apart.", "An observation is something that was seen.",
    "The context of a word is the text around it.", "The initial letter is the first one.", "The final page is the last one.",
    "A shadow is a place with little light.", "Lighting is the way a place is lit.", "A surface is the outer side of a thing.",
    "Real life is often busy.", "A fake smile fools few people.", "The attack was planned at night.",
    "They live near the sea.", "She reads the final chapter.", "He printed a letter on paper.", "We replayed the game on the screen.",
    "The spoof was shown in a theatre.", "His judgment was fair.", "They judge the cakes at noon.", "The live show starts at nine.",
)
EXTRA = (
    "live", "spoof", "print", "printed", "replay", "replayed", "screen", "paper", "genuine", "attack", "judgment", "judge", "photo",
    "video", "real", "fake", "mask", "verdict", "presentation", "bona", "fide", "display", "authentic", "camera", "phone", "tablet",
)
NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen")
ASK = (
    "Is this face live or spoof?", "Is the face live or a spoof? Explain.", "Explain whether the face is live or a spoof.",
    "Describe the face and decide if it is live or a spoof.", "Is this a live face or a spoof? Explain step by step.",
)
CLAUSES = tuple(
    clause
    for bank in (fc.CLEAN, fc.DOTS, fc.FAINT_DOTS, fc.GRID, fc.FAINT_GRID, fc.STRIPES, fc.FAINT_STRIPES, fc.GLARE, fc.BLUISH, fc.BANDED,
                 fc.FADED, fc.BLURRED, fc.FAINT_PORES, fc.SMOOTH, fc.DULL, sc.FLAT, sc.ROUND, *sc.PORES.values(), *sc.LIGHT.values(),
                 *sc.SURFACE.values(), *sc.FRAME.values(), *sc.CAST.values(), *sc.GLARE.values(), *sc.FOCUS.values(), *sc.CONTRAST.values(), *sc.TONES.values())
    for clause in bank
)
VERDICTS = tuple(v for bank in fc.VERDICT.values() for v in bank)
WORDS = tuple(sorted({w for text in (*CLAUSES, *VERDICTS, *STATEMENTS) for w in re.findall(r"[a-z]{3,}", text.lower())}
                     | set(EXTRA) | set(COLOURS) | set(HAIR) | set(HAIR_STYLE) | set(SKIN)))


def word(rng: np.random.Generator) -> str:
    return pick(rng, EXTRA) if rng.random() < 0.3 else pick(rng, WORDS)


def verdict(rng: np.random.Generator) -> str:
    """Live and spoof equally often, whatever the number of phrases."""
    kind = (None, None, "print", "replay")[int(rng.integers(4))]
    return pick(rng, fc.VERDICT[kind])


def game(rng: np.random.Generator) -> tuple[str, str]:
    """(question, answer) without a picture."""
    choice = int(rng.integers(9))
    a, b, c = word(rng), word(rng), word(rng)
    if choice == 0:
        return f"Spell {a}.", f"The word {a} is spelled {', '.join(a)}."
    if choice == 1:
        n = NUMBERS[len(a)] if len(a) < len(NUMBERS) else "many"
        return f"How many letters has {a}?", f"The word {a} has {n} letters."
    if choice == 2:
        first, last = sorted((a, b))
        return f"Which word comes first, {a} or {b}?", f"The word {first} comes before {last}."
    if choice == 3:
        return "Name three words.", f"Three words are {a}, {b} and {c}."
    if choice == 4:
        return pick(rng, ("Write a sentence.", "Tell me something.")), pick(rng, STATEMENTS)
    if choice in (5, 6):
        text = verdict(rng) if rng.random() < 0.4 else sentence(pick(rng, CLAUSES))
        return f"Repeat: {text}", text
    if choice == 7:
        return pick(rng, ASK), pick(rng, ("There is no picture.", "I see no picture here.", "No image was given."))
    bodies = [sentence(pick(rng, CLAUSES)) for _ in range(5)] + [verdict(rng)]
    return "Write six parts at random.", " ".join(f"{n}: {t}" for n, t in zip(fc.STAGES, bodies))
