"""Makes the small files in tests/fixtures: pictures and clips whose every pixel is known (data), folders with right and
wrong manifests (hub). No camera, no face.

    python tools/fixtures.py

Needs Pillow and ffmpeg (libx264, libvpx, libxvid). The results are committed, so tests need neither.
"""

import hashlib
import json
import random
import re
import struct
import subprocess
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw

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


def numbered(index: int, edge: int, busy: bool = False) -> Image.Image:
    """
    A frame that says its number: eight stripes of its bits, the highest left, white is 1; red and blue below.
    `busy`: with a band that changes in every frame, so that no coded picture is next to empty.
    """
    image = Image.new("RGB", (edge, edge))
    draw = ImageDraw.Draw(image)
    stripe, low = edge // 8, edge * 5 // 8
    for bit in range(8):
        if index >> (7 - bit) & 1:
            draw.rectangle((bit * stripe, 0, (bit + 1) * stripe - 1, low - 1), fill="white")
    draw.rectangle((0, low, edge // 2 - 1, edge - 1), fill="red")
    draw.rectangle((edge // 2, low, edge - 1, edge - 1), fill="blue")
    if busy:
        choose = random.Random(index)
        for x in range(0, edge, 4):
            draw.rectangle((x, low - 8, x + 3, low - 1), fill=tuple(choose.randrange(256) for _ in range(3)))
    return image


def without_empty(file: Path) -> None:
    """Takes the empty packets out of an AVI file: FFmpeg writes them for the delay of an encoder's B-frames."""
    data = file.read_bytes()
    movi = data.index(b"movi")
    head = bytearray(data[: movi - 8])
    packets, index, at = b"", b"", movi + 4
    flags = {}
    idx1 = data.index(b"idx1", movi) + 8
    for entry in range(idx1, len(data), 16):
        _, flag, offset, _ = struct.unpack("<4s3I", data[entry : entry + 16])
        flags[offset] = flag
    frames = 0
    while data[at : at + 4] == b"00dc":
        size = struct.unpack("<I", data[at + 4 : at + 8])[0]
        whole = 8 + size + (size & 1)
        if size > 0:
            index += struct.pack("<4s3I", b"00dc", flags[at - movi], 4 + len(packets), size)
            packets += data[at : at + whole]
            frames += 1
        at += whole
    head[48:52] = struct.pack("<I", frames)
    strh = head.index(b"strh") + 8
    head[strh + 32 : strh + 36] = struct.pack("<I", frames)
    body = bytes(head[12:]) + b"LIST" + struct.pack("<I", 4 + len(packets)) + b"movi" + packets
    body += b"idx1" + struct.pack("<I", len(index)) + index
    file.write_bytes(b"RIFF" + struct.pack("<I", 4 + len(body)) + b"AVI " + body)


def counted() -> None:
    """Clips that count their frames, in the containers and codecs of the public sets and of old capture programs."""
    exact = ["-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-an"]
    with tempfile.TemporaryDirectory() as folder:
        for edge in (32, 64):
            for index in range(40):
                numbered(index, edge).save(Path(folder) / f"{edge}-{index:02}.png")
                numbered(index, edge, True).save(Path(folder) / f"busy-{edge}-{index:02}.png")
        source = ["-framerate", "20", "-i", f"{folder}/64-%02d.png", *exact]
        small = ["-framerate", "20", "-i", f"{folder}/32-%02d.png", *exact, "-frames:v", "12"]
        h264 = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-crf", "24", "-g", "15", "-bf", "2", "-threads", "1"]
        mjpeg = ["-c:v", "mjpeg", "-q:v", "8", "-huffman", "default", "-pix_fmt", "yuvj420p"]
        mpeg4 = ["-c:v", "mpeg4", "-q:v", "5", "-g", "15", "-threads", "1"]
        # Its B-frames make the packed bitstream of DivX and Xvid.
        xvid = ["-c:v", "libxvid", "-q:v", "5", "-g", "15"]
        for name, options in {
            "count-h264.mp4": h264,
            "count-h264.mov": h264,
            "count-h264.avi": h264,
            "count-h264-plain.avi": [*h264, "-bf", "0"],
            "count-mjpeg.mov": mjpeg,
            "count-mjpeg.avi": mjpeg,
            "count-mjpeg.mkv": mjpeg,
            "count-xvid.avi": [*mpeg4, "-vtag", "xvid"],
            "count-fmp4-b.avi": [*mpeg4, "-bf", "2", "-vtag", "FMP4"],
            "count-packed.avi": [*xvid, "-bf", "2", "-vtag", "XVID"],
            "count-qpel.avi": [*mpeg4, "-bf", "2", "-flags:v", "+qpel+mv4+bitexact", "-mbd", "2", "-vtag", "DX50"],
            "count-mp4v.mp4": [*mpeg4, "-bf", "2"],
            "count-mp4v.mov": mpeg4,
        }.items():
            busy = ["-framerate", "20", "-i", f"{folder}/busy-64-%02d.png", *exact]
            ffmpeg(*(busy if re.search("-b|packed|qpel", name) else source), *options, str(OUT / name))
        ffmpeg("-i", str(OUT / "count-mp4v.mov"), *exact, "-c", "copy", str(OUT / "count-mp4v.mkv"))
        ffmpeg(*small, "-c:v", "rawvideo", "-pix_fmt", "rgb24", str(OUT / "count-rgb.mov"))
        without_empty(OUT / "count-packed.avi")
        ffmpeg(*small, "-c:v", "rawvideo", "-pix_fmt", "bgr24", str(OUT / "count-rgb.avi"))
        ffmpeg(*small, "-c:v", "rawvideo", "-pix_fmt", "yuyv422", "-vtag", "YUY2", str(OUT / "count-yuy2.avi"))
        ffmpeg("-i", str(OUT / "count-h264.mov"), *exact, "-c", "copy", "-metadata:s:v:0", "rotate=180", str(OUT / "count-turned.mov"))
        # Named, not decoded.
        ffmpeg(*small, "-c:v", "cinepak", str(OUT / "cinepak.avi"))
        ffmpeg("-i", str(OUT / "count-rgb.avi"), *exact, "-c:v", "ffv1", "-frames:v", "2", str(OUT / "ffv1.mkv"))
        ffmpeg(*small, "-c:v", "prores_ks", "-profile:v", "0", "-frames:v", "2", str(OUT / "prores.mov"))

        # What FFmpeg itself makes of them, by its plain C code: a hash of each frame's planes, in the order of showing.
        planes = {}
        for name in ("count-xvid.avi", "count-fmp4-b.avi", "count-packed.avi", "count-qpel.avi", "count-mp4v.mp4"):
            file = OUT / name
            if name == "count-packed.avi":
                # FFmpeg's decoder loses a B-frame that lies packed in the last packet.
                file = Path(folder) / name
                ffmpeg("-i", str(OUT / name), "-c", "copy", "-bsf:v", "mpeg4_unpack_bframes", str(file))
            hashes = subprocess.run(
                ["ffmpeg", "-v", "error", "-cpuflags", "0", "-flags:v", "+bitexact", "-i", str(file), "-fps_mode", "passthrough",
                 "-pix_fmt", "yuv420p", "-f", "framehash", "-hash", "sha256", "-"], check=True, capture_output=True, text=True)
            planes[name] = re.findall(r"[0-9a-f]{64}", hashes.stdout)
        (OUT / "mpeg4-planes.json").write_text(json.dumps(planes, indent=1) + "\n")


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
    counted()
