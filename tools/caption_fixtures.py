"""Makes the Parquet files in tests/fixtures/data: the columns of the public caption set with sentences of our own, as
pyarrow writes them (`image` is a group of columns, empty, as in the release).

    python tools/caption_fixtures.py

Needs pyarrow (26.0.1 wrote what is committed). The results are committed, so tests need nothing.
"""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

OUT = Path(__file__).parent.parent / "tests" / "fixtures" / "data"
VIDEOS = [
    ("MSU-MFSD", "real_client002_android_SD_scene01", 0, None),
    ("CASIA", "3_NM_7", 1, "replay"),
    ("IDIAP", "real_client001_session01_webcam_authenticate_adverse_1", 0, None),
    ("OULU-NPU", "1_1_01_2", 1, "printed_photo"),
]
SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("source", pa.string()),
        ("original_dir", pa.string()),
        ("image", pa.struct([("bytes", pa.binary()), ("path", pa.string())])),
        ("spoof", pa.int32()),
        ("attack_type", pa.string()),
        ("gpt_caption_holistic", pa.string()),
        ("prompt", pa.string()),
    ]
)


def rows() -> list[dict]:
    return [
        {
            "id": f"{source}_{name}_{frame}",
            "source": source,
            "original_dir": name,
            "image": None,
            "spoof": spoof,
            "attack_type": attack,
            "gpt_caption_holistic": f"Caption {frame} of {name}: an even light – the face is {'a spoof' if spoof else 'live'}.",
            "prompt": "Describe the face.",
        }
        for source, name, spoof, attack in VIDEOS
        for frame in (1, 2)
    ]


def main() -> None:
    table = pa.Table.from_pylist(rows(), schema=SCHEMA)
    for codec in ("zstd", "snappy"):
        pq.write_table(table, OUT / f"captions-{codec}.parquet", compression=codec)


if __name__ == "__main__":
    main()
