"""Goes on with a run of the page (its bundle) on transformers, peft and accelerate: the same objective, samples, order,
optimiser and schedule from the same step.

    python run.py BUNDLE --backbone FOLDER --out FOLDER [--frames FOLDER] [--steps N]
    accelerate launch run.py ...            # several GPUs, or several machines

Processes share the micro-batches of a step and add up their gradients, so the numbers do not depend on how many there
are. What is written to --out is a bundle again, whose adapter/ the page and peft load. Requirements: requirements.txt.
"""

import argparse
import hashlib
import json
import os
import shutil
import sys
import time
from pathlib import Path

import torch
from accelerate import Accelerator
from learner import ARCHITECTURES, LABELS, Learner
from order import DataOrder
from pictures import Frames
from safetensors.torch import load_file, save_file
from transformers import AutoModelForImageTextToText

FORMAT = "whylive-run-1"
PIECE = 16 * 2**20


def backbone_hash(folder: Path) -> str:
    """A chain of SHA-256 over pieces of config.json and the weight files, as the page computes it."""
    chain = bytes(32)
    for path in sorted(p for p in folder.iterdir() if p.name == "config.json" or p.suffix == ".safetensors"):
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                chain = hashlib.sha256(chain + hashlib.sha256(piece).digest()).digest()
    return chain.hex()


def learning_rate(step: int, config: dict) -> float:
    """Of optimiser step `step`, from 1: linear warm-up, constant, linear fall."""
    rise = min(1, step / config["warmupSteps"]) if config["warmupSteps"] > 0 else 1
    falling = config.get("decayShare", 0) * config["steps"]
    fall = min(1, (config["steps"] - step + 1) / falling) if falling > 0 else 1
    return config["learningRate"] * rise * fall


def optimiser_of(trained: dict, config: dict, step: int, moments: Path) -> torch.optim.AdamW:
    betas = (config["adamBeta1"], config["adamBeta2"])
    optimiser = torch.optim.AdamW(
        trained.values(), lr=config["learningRate"], betas=betas, eps=config["adamEpsilon"], weight_decay=config["weightDecay"])
    kept = load_file(moments)
    for name, parameter in trained.items():
        first, second = (kept[f"{kind}.{name}"].to(parameter.device) for kind in ("first", "second"))
        optimiser.state[parameter] = {"step": torch.tensor(float(step)), "exp_avg": first, "exp_avg_sq": second}
    return optimiser


def save(out: Path, source: Path, run: dict, learner: Learner, optimiser: torch.optim.AdamW) -> None:
    """The run as it stands, as a bundle; the one before stays until this one is whole."""
    part = out.with_name(out.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    # peft would add the frozen embedding where lm_head has an adapter.
    learner.language.save_pretrained(part / "adapter", save_embedding_layers=False)
    save_file({k: v.detach().cpu().contiguous() for k, v in learner.head.state_dict().items()}, part / "adapter" / "classifier.safetensors")
    about = json.loads((source / "adapter" / "classifier.json").read_text())
    about["trained"] = bool(any(p.any() for p in learner.head.parameters()))
    (part / "adapter" / "classifier.json").write_text(json.dumps(about, indent=2) + "\n")
    for name in ("live_spoof.py", "README.md"):
        shutil.copy(source / "adapter" / name, part / "adapter" / name)
    described = json.loads((source / "adapter" / "run.json").read_text()) | {"step": run["step"], "config": run["config"]}
    (part / "adapter" / "run.json").write_text(json.dumps(described, indent=1) + "\n")
    moments = {f"{kind}.{name}": optimiser.state[p][key].cpu().contiguous() for name, p in learner.trained().items()
               for kind, key in (("first", "exp_avg"), ("second", "exp_avg_sq"))}
    save_file(moments, part / "optimiser.safetensors", metadata={"format": "pt"})
    (part / "run.json").write_text(json.dumps(run, indent=1) + "\n")
    for name in ("samples.jsonl", "README.md"):
        shutil.copy(source / name, part / name)
    old = out.with_name(out.name + ".old")
    if out.exists():
        os.replace(out, old)
    os.replace(part, out)
    shutil.rmtree(old, ignore_errors=True)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("bundle", type=Path, help="folder of run.json, unzipped")
    arguments.add_argument("--backbone", type=Path, required=True, help="folder of the model that the run was made on")
    arguments.add_argument("--out", type=Path, required=True, help="folder for the run as it goes on; replaced at each checkpoint")
    arguments.add_argument("--frames", type=Path, help="folder of the run's frames; BUNDLE/frames if not given")
    arguments.add_argument("--originals", type=Path, help="folder above the data sets, for still pictures without frames")
    arguments.add_argument("--steps", type=int, help="optimiser steps in all, instead of the run's own number")
    arguments.add_argument("--dtype", choices=("float32", "bfloat16"), default="float32", help="of the frozen weights and the arithmetic; what is trained stays float32")
    arguments.add_argument("--cpu", action="store_true", help="no GPU, although there may be one")
    arguments.add_argument("--any-backbone", action="store_true", help="go on although the backbone's hash is another")
    given = arguments.parse_args()

    accelerator = Accelerator(cpu=given.cpu, mixed_precision="bf16" if given.dtype == "bfloat16" else "no")
    run = json.loads((given.bundle / "run.json").read_text())
    if run["format"] != FORMAT:
        sys.exit(f"{given.bundle}/run.json is of the format {run['format']}, not {FORMAT}.")
    architecture = run["backbone"]["architecture"]
    if architecture not in ARCHITECTURES:
        sys.exit(f"The backbone's architecture is {architecture}; this program goes on with {', '.join(ARCHITECTURES)}.")
    if not given.any_backbone and backbone_hash(given.backbone) != run["backbone"]["sha256"]:
        sys.exit(f"{given.backbone} is not the {run['backbone']['name']} that the run was made on (its hash differs): name that folder, or say --any-backbone.")
    config = run["config"]
    config["steps"] = given.steps or config["steps"]
    rows = [json.loads(line) for line in (given.bundle / "samples.jsonl").read_text().splitlines()]
    train = [row for row in rows if row["split"] == "train"]

    base = AutoModelForImageTextToText.from_pretrained(given.backbone, dtype=getattr(torch, given.dtype))
    if config["gradientCheckpointing"]:
        base.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    learner = Learner(base, given.bundle / "adapter").to(accelerator.device).train()
    frames = Frames(given.backbone, architecture, base.config.vision_config.image_size, given.frames or given.bundle / "frames", given.originals)
    frames.check(train)
    trained = learner.trained()
    optimiser = optimiser_of(trained, config, run["step"], given.bundle / "optimiser.safetensors")
    order = DataOrder(len(train), config["seed"], config["batch"], config["accumulation"])
    prompts = {style: prompt["ids"] for style, prompt in run["prompts"].items()}
    if run["backbone"].get("weights", "file") != "file":
        accelerator.print(f"The page held the frozen weights as {run['backbone']['weights']}, which are not rounded here: losses will differ from its own.")
    accelerator.print(f"Step {run['step']} of {config['steps']}, {accelerator.num_processes} process(es) on {accelerator.device.type}, "
                      f"{sum(p.numel() for p in trained.values())} trained numbers, {len(train)} training samples.")

    began, first = time.monotonic(), run["step"]
    for step in range(first + 1, config["steps"] + 1):
        optimiser.zero_grad(set_to_none=True)
        sums = torch.zeros(4, dtype=torch.float64, device=accelerator.device)  # total, cls, cap, micro-batches with captions
        for micro in range(accelerator.process_index, config["accumulation"], accelerator.num_processes):
            batch = [train[i] for i in order.indices(step - 1, micro)]
            labels = torch.tensor([LABELS.index(row["label"]) for row in batch], device=accelerator.device)
            with accelerator.autocast():
                cls, cap = learner(frames.batch(batch).to(accelerator.device), labels,
                                   [prompts[row["style"]] for row in batch], [row["caption_ids"] for row in batch])
                total = config["alpha"] * cls + (0 if cap is None else config["beta"] * cap)
            (total / config["accumulation"]).backward()
            sums += torch.tensor([total.item(), cls.item(), 0 if cap is None else cap.item(), cap is not None], device=sums.device)
        # A parameter that no sample reached decays like the others: its gradient is zero, not absent.
        for parameter in trained.values():
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
        if accelerator.num_processes > 1:
            flat = accelerator.reduce(torch.cat([p.grad.flatten() for p in trained.values()]), reduction="sum")
            sums = accelerator.reduce(sums, reduction="sum")
            for parameter, part in zip(trained.values(), flat.split([p.numel() for p in trained.values()])):
                parameter.grad.copy_(part.view_as(parameter))
        norm = torch.nn.utils.clip_grad_norm_(trained.values(), config["gradientClip"] or float("inf")).item()
        total, cls, cap, captioned = sums.tolist()
        loss = {"step": step, "total": total / config["accumulation"], "cls": cls / config["accumulation"], "cap": cap / captioned if captioned else None}
        if not (torch.isfinite(sums).all() and norm < float("inf")):
            sys.exit(f"The loss or gradient of step {step} is not finite; {given.out} holds the last checkpoint.")
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(step, config)
        optimiser.step()
        run["step"], run["history"] = step, [*run["history"], loss]
        left = (config["steps"] - step) * (time.monotonic() - began) / (step - first)
        accelerator.print(f"step {step} of {config['steps']}: loss {loss['total']:.5f} (verdict {loss['cls']:.5f}, caption "
                          f"{'-' if cap is None else format(loss['cap'] or 0, '.5f')}), gradient {norm:.4f}, {left:.0f} s left")
        if accelerator.is_main_process and (step % config["checkpointEvery"] == 0 or step == config["steps"]):
            save(given.out, given.bundle, run, learner, optimiser)
        accelerator.wait_for_everyone()
    accelerator.end_training()


if __name__ == "__main__":
    try:
        main()
    except FileNotFoundError as error:
        sys.exit(f"{error.filename}: there is no such file. Name the folders of the bundle, the backbone and the frames." if error.filename else str(error))
