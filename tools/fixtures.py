"""Makes the small files in tests/fixtures: pictures and clips whose every pixel is known (data), folders with right and
wrong manifests (hub). No camera, no face.

    python tools/fixtures.py

Needs Pillow and ffmpeg (libx264, libvpx). The results are committed, so tests need neither.
"""

import hashlib
import json
import subprocess
import tempfile
from pathlib import Path

from PIL import Image

OUT = Path(__file__).parent.parent / "tests" / "fixtures" / "data"
FRAMES, RATE, WIDTH, HEIGHT = 20, 10, 64, 48

# How a viewer turns stored pixels upright (Exif 2.32, tag 0x0112), so the stored picture is turned the other way.
STORED = {
    1: [],
    2: [Image.Transpose.FLIP_LEFT_RIGHT],
    3: [Image.Transpose.ROTATE_180],
    4: [Image.Transpose.FLIP_TOP_BOTTOM],
    5: [Image.Transpose.TRANSPOSE],
    6: [Image.Transpose.ROTATE_90],
    7: [Image.Transpose.TRANSVERSE],
    8: [Image.Transpose.ROTATE_270],
}


def quadrants() -> Image.Image:
    """Upright: red top left, green top right, blue bottom left, white bottom right; 48 wide, 32 high."""
    image = Image.new("RGB", (48, 32))
    for x, y, colour in [(0, 0, "red"), (24, 0, "lime"), (0, 16, "blue"), (24, 16, "white")]:
        image.paste(colour, (x, y, x + 24, y + 16))
    return image


def stills() -> None:
    for orientation, steps in STORED.items():
        image = quadrants()
        for step in steps:
            image = image.transpose(step)
        exif = Image.Exif()
        exif[0x0112] = orientation
        image.save(OUT / f"exif-{orientation}.jpg", exif=exif, quality=95, subsampling=0)
    quadrants().save(OUT / "quadrants.png")
    quadrants().save(OUT / "quadrants.webp", lossless=True)
    quadrants().save(OUT / "quadrants-lossy.webp", quality=90)
    # Large enough to be scaled, progressive, and detailed, so that a cut falls inside the scan data.
    noise = Image.effect_noise((640, 160), 90)
    noise.save(OUT / "noise-640x160.jpg", quality=20, progressive=True)


def grey(index: int) -> int:
    """The level of frame `index`: 20, 31, 42, ... 229."""
    return 20 + 11 * index


def ffmpeg(*arguments: str) -> None:
    subprocess.run(["ffmpeg", "-hide_banner", "-loglevel", "error", "-y", *arguments], check=True)


def clips() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for index in range(FRAMES):
            Image.new("L", (WIDTH, HEIGHT), grey(index)).save(Path(folder) / f"{index:02}.png")
        source = ["-framerate", str(RATE), "-i", f"{folder}/%02d.png", "-map_metadata", "-1", "-fflags", "+bitexact"]
        h264 = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-crf", "12", "-g", "7", "-bf", "2"]
        for name, codec in {
            "clip.mp4": h264,
            "clip.mov": h264,
            "clip.mkv": h264,
            "clip.webm": ["-c:v", "libvpx-vp9", "-pix_fmt", "yuv420p", "-crf", "12", "-b:v", "0"],
            "clip-vp8.webm": ["-c:v", "libvpx", "-pix_fmt", "yuv420p", "-crf", "8", "-b:v", "400k"],
            "mpeg4-part2.mp4": ["-c:v", "mpeg4", "-q:v", "3"],
            "mjpeg.avi": ["-c:v", "mjpeg", "-q:v", "3", "-pix_fmt", "yuvj420p"],
        }.items():
            ffmpeg(*source, *codec, str(OUT / name))
        ffmpeg(*source, "-frames:v", "1", *h264, str(OUT / "one-frame.mp4"))
        ffmpeg("-f", "lavfi", "-i", "sine=duration=0.3", "-c:a", "aac", str(OUT / "sound-only.mp4"))

        # A picture with a known top, stored on its side and turned upright by the container's matrix.
        upright = Path(folder) / "upright.png"
        quadrants().resize((96, 64)).save(upright)
        side = Path(folder) / "side.mp4"
        ffmpeg("-loop", "1", "-framerate", "10", "-i", str(upright), "-frames:v", "4", "-vf", "transpose=cclock", *h264, str(side))
        ffmpeg("-i", str(side), "-c", "copy", "-metadata:s:v:0", "rotate=270", str(OUT / "turned.mp4"))


def folders() -> None:
    config, weights = b'{ "hidden_size": 8 }\n', bytes([0, 1, 2, 3, 250, 251])

    def entry(path: str, content: bytes, **change: object) -> dict:
        return {"path": path, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(), **change}

    def folder(name: str, *entries: dict) -> None:
        place = OUT.parent / "hub" / name
        (place / "sub folder").mkdir(parents=True, exist_ok=True)
        (place / "config.json").write_bytes(config)
        (place / "sub folder" / "weights.bin").write_bytes(weights)
        (place / "manifest.json").write_text(json.dumps({"files": entries}, indent=2) + "\n")

    folder("good", entry("config.json", config), entry("sub folder/weights.bin", weights))
    folder("short", entry("sub folder/weights.bin", weights, bytes=7))
    folder("altered", entry("sub folder/weights.bin", weights, sha256="0" * 64))
    folder("absent", entry("gone.bin", weights))
    folder("escape", entry("../good/config.json", config))
    folder("broken")
    (OUT.parent / "hub" / "broken" / "manifest.json").write_text("{ \"files\": [] } // not JSON\n")


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    folders()
    stills()
    clips()
