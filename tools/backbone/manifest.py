"""List a folder's files with sizes and SHA-256: `python -m tools.backbone.manifest public/models/tiny`.

The page fetches what the manifest lists and refuses what differs. Notes for people (*.md) and the
manifest itself are not listed.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

from .arguments import refuse


def write_manifest(folder: Path) -> int:
    """Returns the total of the listed files in bytes."""
    files = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".md" and path.name != "manifest.json":
            data = path.read_bytes()
            files.append({"path": path.relative_to(folder).as_posix(), "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()})
    (folder / "manifest.json").write_text(json.dumps({"files": files}, indent=1) + "\n")
    return sum(f["bytes"] for f in files)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        if not Path(name).is_dir():
            refuse(f"{name}: there is no such folder.")
        print(name, write_manifest(Path(name)), "bytes")
