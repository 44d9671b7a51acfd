"""Write PROVENANCE.md of the tiny backbone from its training log.

`python -m tools.backbone.provenance --run DIR --out public/models/tiny --scenes N --probe FILE`
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy
import tokenizers
import torch
import transformers

TEMPLATE = """# The tiny backbone

A {parameters:,}-parameter model of SmolVLM's architecture (`Idefics3ForConditionalGeneration`), trained from scratch on two
processor cores so that the page has something to adapt without a download. It is a teaching object, not a describer of
real photographs: **it has never seen one.**

## Shape

Picture 128 x 128, patch 16 (64 patches); vision 128 wide, 4 layers, 4 heads, 512 in the MLP; pixel shuffle 2, so 16 image tokens;
text (Llama) 128 wide, 4 layers, 4 heads, 2 key/value heads, 384 in the MLP, untied output; 1,024 byte-level BPE tokens; bfloat16.
Prompt: `<|im_start|>User:<fake_token_around_image><global-img>`, 16 times `<image>`,
`<fake_token_around_image>`, the question, `<end_of_utterance>`, a new line, `Assistant:`.

## Data

- Pictures: {scenes:,} scenes of `src/data/synthetic/scenes` (generated faces and plain things, 128 x 128); the last 800 are held
  out. Surface, border, cast, glare, pieces, marks, focus, contrast, tones, sheet, wall, light, skin, hair ... are drawn
  **independently of each other**. There is no live/spoof label and none could be derived.
- Captions: `src/data/synthetic/words/describe.ts`, from the same facts. They say what is seen and nothing of genuineness.
- Text without a picture: `src/data/synthetic/words/games.ts`. It gives the words that the face sets use (live, spoof, print,
  replay ...) trained embeddings, since embeddings stay frozen when the page trains. In it no cue goes more often with one
  verdict than with the other.
- The tokenizer was trained on texts of these two kinds.

It never saw: a photograph; a real person; a live/spoof label beside a picture; a print, a screen or a worn attack as such. The
textures that media are drawn with are among those of the scenes.

## Training

```
node tools/world/render_scenes.mjs --out DATA --count {scenes} --seed 1
python -m tools.backbone.pretrain_vision {first}
python -m tools.backbone.pretrain {second}
python -m tools.backbone.export --run RUN --out public/models/tiny
```

1. Vision tower, attributes read by throw-away linear heads: {n1:,} steps of {batch1} scenes, batch loss {a0} to {a1}, held out
   {ah}; {seconds1} s. Held-out accuracy: {accuracy}.
2. Whole model, next token on caption tokens only, plus 0.3 x text without pictures and, once the vision tower learns too,
   {attributes} x the attribute loss: {n2:,} steps of {batch} scenes and {text} texts ({tokens:,} caption tokens). Caption loss {c0}
   to {c1}, **held out {ch}** nats a token; {seconds2} s.

| step | caption | text |
| ---- | ------- | ---- |
{table}

Python {python}, PyTorch {torch}, transformers {transformers}, tokenizers {tokenizers}, NumPy {numpy}.

## Held-out scenes, greedy

{samples}

## Live and spoof in the frozen features

A logistic regression on the mean of the post-layernorm features of the face set (`python -m tools.backbone.probe`), a check made after
training; nothing of it is in the weights:

```
{probe}
```

Licence: Apache-2.0, as the project.
"""


def command(told: dict[str, str], paths: tuple[str, ...]) -> str:
    """The arguments of a stage as they were given, without this machine's paths."""
    words = [f"--{key.replace('_', '-')} {value}" for key, value in told.items() if key not in paths and key != "threads"]
    return " ".join([f"--{path} {path.upper()}" for path in paths] + words)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--probe", type=Path, required=True)
    parser.add_argument("--scenes", type=int, required=True)
    args = parser.parse_args()
    saved = torch.load(args.run / "checkpoint.pt", weights_only=False)
    first, log, told = saved["first"], saved["log"], saved["arguments"]
    seen = [e for e in first["log"] if "loss" in e]
    tested = [e for e in first["log"] if "accuracy" in e][-1]
    steps = [e for e in log if "caption" in e]
    held = [e for e in log if "samples" in e][-1]
    every = max(1, len(steps) // 12)
    (args.out / "PROVENANCE.md").write_text(TEMPLATE.format(
        parameters=sum(v.numel() for v in saved["model"].values()), scenes=args.scenes,
        first=command(first["arguments"], ("data", "out")), second=command(told, ("data", "vision", "out")),
        n1=first["steps"], batch1=first["arguments"]["batch"], a0=seen[0]["loss"], a1=seen[-1]["loss"], ah=tested["held_out_loss"],
        seconds1=seen[-1]["seconds"], accuracy=", ".join(f"{k} {v}" for k, v in tested["accuracy"].items()),
        n2=saved["steps"], batch=told["batch"], text=told["text"], attributes=told["attributes"], tokens=saved["caption_tokens"],
        c0=steps[0]["caption"], c1=steps[-1]["caption"], ch=held["held_out_caption"], seconds2=steps[-1]["seconds"],
        table="\n".join(f"| {e['step']} | {e['caption']} | {e['text']} |" for e in [*steps[:-1:every], steps[-1]]),
        python=sys.version.split()[0], torch=torch.__version__, transformers=transformers.__version__, tokenizers=tokenizers.__version__,
        numpy=numpy.__version__, probe=args.probe.read_text().strip(),
        samples="\n".join(f"- The scene's own caption: {s['true']}\n  The model: **{s['model']}**" for s in held["samples"]),
    ))


if __name__ == "__main__":
    main()
