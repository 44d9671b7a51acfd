"""Write PROVENANCE.md of the tiny backbone from its training log.

`python -m tools.backbone.provenance --run DIR --out public/models/tiny --probe FILE`
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import cv2
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

- Pictures: {scenes:,} scenes of `tools/world/scenes.py` (drawn faces and drawn objects, 128 x 128); the last 800 are held out.
  Surface pattern, frame, colour cast, glare, focus, contrast, tones, background, light, skin, hair ... are drawn **independently
  of each other**. There is no live/spoof label and no label could be derived: a dotted surface is as likely on a framed square
  as on a face in warm light.
- Captions: written anew at each step by `tools/world/scene_captions.py` from those attributes, short or under headings.
  They say what is seen and nothing of genuineness.
- Text without a picture (`tools/world/text_only.py`): spelling, counting and repeating games, lists, dictionary-like statements, and
  six-part texts whose parts are drawn at random. This gives the words that the face set uses later (live, spoof, print, replay,
  judgment ...) trained embeddings, since embeddings stay frozen when the page trains. No picture comes with it, and no cue
  goes more often with one verdict than with the other.
- The tokenizer was trained on texts of these three kinds and on captions of the face set's generator (words only).

It never saw: a photograph; a real person; a file or a subject of `public/demo`; the two demo cameras; a live/spoof label beside a picture.
The overlays that the presentation attacks are drawn with (dots, grids, stripes, frames, glare) are the same functions that the
scenes use, in their own strengths.

## Training

```
python -m tools.world.render_scenes --out DATA --count {scenes} --seed 1
python -m tools.backbone.pretrain_vision --data DATA --out DATA/vision.pt --seed 1 --stable {s1} --decay {d1}
python -m tools.backbone.pretrain --data DATA --vision DATA/vision.pt --out RUN --seed 1 --stable {s2} --decay {d2}{extra}
python -m tools.backbone.export --run RUN --out public/models/tiny
```

1. Vision tower, attribute words read from pooled features by throw-away linear heads: {n1:,} steps of 32 scenes, AdamW 1.5e-3,
   batch loss {a0} to {a1}, held out {ah}.
   Held-out accuracy: {accuracy}.
2. Whole model, next token on caption tokens only, plus 0.3 x text without pictures and 0.5 x the attribute loss: {n2:,} steps of
   {batch} scenes and {text} texts ({tokens:,} caption tokens; {frozen}), AdamW {rate}. Caption loss {c0} to {c1}, **held out {ch}** nats a token;
   {seconds} s.

| step | caption | text | attributes |
| ---- | ------- | ---- | ---------- |
{table}

Python {python}, PyTorch {torch}, transformers {transformers}, tokenizers {tokenizers}, NumPy {numpy}, OpenCV {cv2}. The machine was shared: a
clock ended the constant part of each schedule; the step counts above repeat it, to the precision of floating-point sums.

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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--probe", type=Path, required=True)
    parser.add_argument("--scenes", type=int, default=24000)
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
        s1=min(first["stable"], first["steps"]), d1=max(0, first["steps"] - first["stable"]), n1=first["steps"], a0=seen[0]["loss"], a1=seen[-1]["loss"],
        ah=tested["held_out_loss"], accuracy=", ".join(f"{k} {v}" for k, v in tested["accuracy"].items()),
        s2=saved["stable"], d2=saved["steps"] - saved["stable"], n2=saved["steps"], batch=told["batch"], text=told["text"], rate=told["rate"], frozen=f"the vision tower learns with it from step {told['frozen']} on" if int(told["frozen"]) < saved["steps"] else "the vision tower stays as the first stage left it",
        extra="".join(f" --{k.replace('_', '-')} {told[k]}" for k in ("batch", "text", "rate", "vision_rate", "frozen")),
        tokens=saved["caption_tokens"], c0=steps[0]["caption"], c1=steps[-1]["caption"], ch=held["held_out_caption"], seconds=steps[-1]["seconds"],
        table="\n".join(f"| {e['step']} | {e['caption']} | {e['text']} | {e['attributes']} |" for e in steps[::every] + steps[-1:]),
        python=sys.version.split()[0], torch=torch.__version__, transformers=transformers.__version__, tokenizers=tokenizers.__version__,
        numpy=numpy.__version__, cv2=cv2.__version__, probe=args.probe.read_text().strip(),
        samples="\n".join(f"- The scene's own caption: {s['true']}\n  The model: **{s['model']}**" for s in held["samples"]),
    ))


if __name__ == "__main__":
    main()
