"""Write PROVENANCE.md of the tiny backbone from its training log.

`python -m tools.backbone.provenance --run DIR --out public/models/tiny --scenes N --scores DIR --probe FILE`
"""

from __future__ import annotations

import argparse
import json
import sys

import numpy
import tokenizers
import torch
import transformers

from .arguments import file, folder_of, out_folder, whole_number
from .model import IMAGE_SIZE, IMAGE_TOKENS, PATCH, SCALE, WIDTH
from .shards import HELD_OUT

TEMPLATE = """# The tiny backbone

A {parameters:,}-parameter model of SmolVLM's architecture (`Idefics3ForConditionalGeneration`), trained from scratch on two
processor cores so that the page has something to adapt without a download. It is a teaching object, not a describer of
real photographs: **it has never seen one.**

## Shape

Picture 128 x 128, patch {patch} ({patches} patches); vision {width} wide, 4 layers, 4 heads, 512 in the MLP; pixel shuffle {scale}, so {image_tokens} image tokens;
text (Llama) 128 wide, 4 layers, 4 heads, 2 key/value heads, 384 in the MLP, untied output; 1,024 byte-level BPE tokens; bfloat16.
Prompt: `<|im_start|>User:<fake_token_around_image><global-img>`, {image_tokens} times `<image>`,
`<fake_token_around_image>`, the question, `<end_of_utterance>`, a new line, `Assistant:`.

## Data

- Pictures: {scenes:,} scenes of `src/data/synthetic/scenes` (generated faces and plain things, 128 x 128); the last {held_out:,} are held
  out. Surface, border, cast, glare, pieces, marks, focus, contrast, tones, sheet, wall, light, skin, hair ... are drawn
  **independently of each other**, and so is the camera (`scenes/camera.ts`), of which nothing is said. There is no live/spoof
  label and none could be derived. A map says what lies where (`scenes/parts.ts`); the first stage alone uses it.
- Captions: `src/data/synthetic/words/describe.ts`, from the same facts. They say what is seen and nothing of genuineness.
- Text without a picture: `src/data/synthetic/words/games.ts`. It gives the words that the face sets use (live, spoof, print,
  replay ...) trained embeddings, since embeddings stay frozen when the page trains. In it no cue goes more often with one
  verdict than with the other. These texts do end in such words: the model can form the sentence that a verdict is, and was
  never given one for anything it saw. Before training, the demo's text is undecided on every frame (`docs/performance.md`).
- The tokenizer was trained on texts of these two kinds.

It never saw: a photograph; a real person; a live/spoof label beside a picture; a print, a screen or a worn attack as such. The
textures that media are drawn with are among those of the scenes.

## Training

```
node tools/world/render_scenes.mjs --out DATA --count {scenes} --seed 1 --captions 3
python -m tools.backbone.pretrain_vision {first}
python -m tools.backbone.pretrain {second}
python -m tools.backbone.export --run RUN --out public/models/tiny
```

1. Vision tower, attributes and maps read by throw-away linear heads, from the mean over the picture, from a 4 x 4 grid and from
   single patches: {n1:,} steps of {batch1} scenes, each mirrored or not and moved a little; Muon and AdamW, {rate1}. Attribute loss
   {a0} to {a1}, held out {ah}; {seconds1} s. Held-out accuracy: {accuracy}.
2. Whole model, next token on caption tokens only, plus 0.3 x text without pictures and, once the vision tower learns too (after
   {frozen} of the steps), {attributes} x the first stage's losses: {n2:,} steps of {batch} scenes and {text} texts ({tokens:,}
   caption tokens), {rate2}. Caption loss {c0} to {c1}, **held out {ch}** nats a token; {seconds2} s.

| step | caption | text |
| ---- | ------- | ---- |
{table}

What was tried before, as the held-out attribute loss after 200 s of the first stage on two cores (16,000 scenes, no rough cameras):
patch 16 and width 128 with batches of 64 gave 0.379, with batches of 32 0.361, and 0.335 once Muon took all matrices of a shape
together; width 192 0.423; width 256 0.504; patch 8 (256 patches, two heads) 0.541. A step of patch 8 teaches more (0.634 after 300
steps, where patch 16 is at 0.718), but costs three times as much, here and in the page. Without maps and Muon, patch 16 was at 0.58
after 388 s.

Python {python}, PyTorch {torch}, transformers {transformers}, tokenizers {tokenizers}, NumPy {numpy}.

## Held-out scenes, greedy

{samples}

## What captions of held-out scenes claim

Greedy captions of {claims_scenes} held-out scenes, read back clause by clause (`tools/world/score_captions.mjs`): the share of claims
that is true of the scene, with its own picture, a grey one, and that of another scene.

| picture | true claims | claims | a caption |
| --- | ---: | ---: | ---: |
{claims}

With its own picture, by attribute: {claims_by}.

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


PICTURES = ("true", "blank", "swapped")


def claims_row(name: str, score: dict) -> str:
    return f"| {name} | {100 * score['share']:.1f} % | {score['claims']:,} | {score['claims_per_caption']:.1f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=folder_of("checkpoint.pt"), required=True)
    parser.add_argument("--out", type=out_folder, required=True)
    parser.add_argument("--probe", type=file, required=True)
    parser.add_argument("--scores", type=folder_of(*(f"{name}.json" for name in PICTURES)), required=True, help="folder of true.json, blank.json and swapped.json, as score_captions prints them")
    parser.add_argument("--scenes", type=whole_number(1), required=True)
    args = parser.parse_args()
    saved = torch.load(args.run / "checkpoint.pt", weights_only=False)
    scores = {name: json.loads((args.scores / f"{name}.json").read_text()) for name in PICTURES}
    first, log, told = saved["first"], saved["log"], saved["arguments"]
    seen = [e for e in first["log"] if "attributes" in e]
    tested = [e for e in first["log"] if "accuracy" in e][-1]
    steps = [e for e in log if "caption" in e]
    held = [e for e in log if "samples" in e][-1]
    every = max(1, len(steps) // 12)
    (args.out / "PROVENANCE.md").write_text(TEMPLATE.format(
        patch=PATCH, patches=(IMAGE_SIZE // PATCH) ** 2, width=WIDTH, scale=SCALE, image_tokens=IMAGE_TOKENS, held_out=HELD_OUT,
        rate1=first["arguments"]["rate"], rate2=told["rate"], frozen=told["frozen"],
        claims_scenes=scores["true"]["captions"], claims="\n".join(claims_row(name, scores[name]) for name in PICTURES),
        claims_by=", ".join(f"{k} {v['share']:.3f} (n = {v['claims']})" for k, v in scores["true"]["attributes"].items()),
        parameters=sum(v.numel() for v in saved["model"].values()), scenes=args.scenes,
        first=command(first["arguments"], ("data", "out")), second=command(told, ("data", "vision", "out")),
        n1=first["steps"], batch1=first["arguments"]["batch"], a0=seen[0]["attributes"], a1=seen[-1]["attributes"], ah=tested["held_out_loss"],
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
