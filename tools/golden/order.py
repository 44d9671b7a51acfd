"""`python tools/golden/order.py` writes tests/golden/order.json: permutations and batches by tools/continue/order.py,
which the page's src/train/order.ts must give too (and the other way round). Standard library only."""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools" / "continue"))

from order import DataOrder, Stream, permutation  # noqa: E402

KEYS = ([0], [1, 0, 0], [1, 2147483647, 3], [2, -5], [3, 7, -2147483648])
CASES = ((1, 0, 1, 1), (2, 5, 3, 1), (7, 3, 2, 2), (16, 0, 4, 2), (53, 2147483647, 4, 16), (1000, 12, 4, 4))

golden = {
    "streams": [{"key": key, "next": [stream.next() for _ in range(6)]} for key in KEYS for stream in [Stream(*key)]],
    "permutations": [{"n": n, "key": [1, seed, epoch], "order": permutation(n, 1, seed, epoch)} for n in (1, 2, 3, 40) for seed in (0, 9) for epoch in (0, 1)],
    "orders": [{"count": c, "seed": s, "batch": b, "accumulation": a,
                "indices": [DataOrder(c, s, b, a).indices(step, micro) for step in (0, 1, 17, 400) for micro in sorted({0, a - 1})]} for c, s, b, a in CASES],
}
(ROOT / "tests" / "golden" / "order.json").write_text(json.dumps(golden) + "\n")
