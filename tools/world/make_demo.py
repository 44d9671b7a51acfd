"""Make the embedded face set: `python -m tools.world.make_demo --out public/demo --seed 7`.

Real files: H.264 in MP4 and VP9 in WebM through ffmpeg, JPEG and PNG stills. Subjects are disjoint
between the cameras: s01..s14 before camera-a, s15..s28 before camera-b. Two live clips, one print and
one replay clip each, and a still from every third subject.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
from pathlib import Path

import cv2
import numpy as np

from . import face_captions
from .attacks import Facts, present, sample_facts
from .cameras import CAMERAS, Camera, expose
from .face import Face, Shot, replace, sample_face, sample_shot
from .manifest import write_manifest

SUBJECTS = 14  # a camera
FRAMES_A_SECOND = 12
TAKES: tuple[tuple[str | None, int], ...] = ((None, 1), (None, 2), ("print", 1), ("replay", 1))


def clip_frames(face: Face, shot: Shot, facts: Facts, camera: Camera, count: int, rng: np.random.Generator) -> list[np.ndarray]:
    """`count` frames, uint8 [size, size, 3]: the head sways; a print only moves as a whole."""
    phase, speed = rng.uniform(0, 6.28), rng.uniform(0.7, 1.3)
    blink_at = int(rng.integers(3, count + 6))
    frames = []
    for i in range(count):
        sway = float(np.sin(phase + speed * i * 0.5))
        moved = shot
        if facts.attack != "print":
            moved = replace(shot, x=shot.x + 0.012 * sway, yaw=shot.yaw + 0.08 * sway, roll=shot.roll + 0.015 * sway,
                            blink=0.8 if i == blink_at else 0.0)
        image = present(face, moved, facts, camera.size, sway)
        if facts.attack is not None:
            shift = np.array([[1, 0, 0.008 * camera.size * sway], [0, 1, 0.005 * camera.size * np.cos(phase + i * 0.4)]], np.float32)
            image = cv2.warpAffine(image, shift, (camera.size, camera.size), borderMode=cv2.BORDER_REPLICATE)
        frames.append(expose(camera, image, rng))
    return frames


def write_video(path: Path, frames: list[np.ndarray]) -> None:
    height, width = frames[0].shape[:2]
    codec = (
        ["-c:v", "libx264", "-preset", "slow", "-crf", "24", "-threads", "1"] if path.suffix == ".mp4"
        else ["-c:v", "libvpx-vp9", "-b:v", "0", "-crf", "34", "-deadline", "good", "-cpu-used", "2", "-threads", "1", "-row-mt", "0"]
    )
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", str(FRAMES_A_SECOND), "-i", "-",
         *codec, "-pix_fmt", "yuv420p", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-map_metadata", "-1", str(path)],
        input=np.stack(frames).tobytes(), check=True,
    )


def write_still(path: Path, image: np.ndarray) -> None:
    options = [cv2.IMWRITE_JPEG_QUALITY, 88] if path.suffix == ".jpg" else [cv2.IMWRITE_PNG_COMPRESSION, 9]
    cv2.imwrite(str(path), image[..., ::-1], options)


def captions(face: Face, facts: Facts, rng: np.random.Generator) -> dict[str, str]:
    """Both styles. A vanilla caption of more than 33 words is written anew: it must stay short."""
    while len((vanilla := face_captions.vanilla(facts, rng)).split()) > 33:
        continue
    return {"caption_vanilla": vanilla, "caption_reasoning": face_captions.reasoning(face, facts, rng)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    rows = []
    for number, camera in enumerate(CAMERAS):
        shutil.rmtree(args.out / camera.name, ignore_errors=True)
        made = 0
        for s in range(SUBJECTS):
            subject = f"s{number * SUBJECTS + s + 1:02d}"
            face = sample_face(np.random.default_rng([args.seed, number, s]))
            takes = [*TAKES, *([((None, "print", "replay")[(s // 3) % 3], 9)] if s % 3 == 0 else [])]
            for attack, take in takes:
                rng = np.random.default_rng([args.seed, number, s, take, ("none", "print", "replay").index(attack or "none")])
                facts, shot = sample_facts(rng, attack), sample_shot(rng)
                still = take == 9
                suffix = camera.still if still else camera.containers[made % len(camera.containers)]
                kind = attack or "live"
                file = f"{camera.name}/{kind}/{subject}_{'still' if still else take}.{suffix}"
                path = args.out / file
                path.parent.mkdir(parents=True, exist_ok=True)
                if still:
                    write_still(path, clip_frames(face, shot, facts, camera, 1, rng)[0])
                else:
                    write_video(path, clip_frames(face, shot, facts, camera, int(rng.integers(10, 14)), rng))
                    made += 1
                rows.append({"file": file, "label": "live" if attack is None else "spoof", "attack": attack, "subject": subject, **captions(face, facts, rng)})
    (args.out / "captions.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
    print(len(rows), "files,", write_manifest(args.out), "bytes")


if __name__ == "__main__":
    main()
