"""Throw-away linear classifiers that teach the vision tower to see: attributes of a scene, and what lies where in it."""

from __future__ import annotations

import torch
from torch.nn.functional import avg_pool2d, cross_entropy, pad

from .model import IMAGE_SIZE, PATCH

GRID = 4
SIDE = IMAGE_SIZE // PATCH
# Where in the picture an attribute shows; what is not named here is read from the whole picture only.
SHOWS = {
    "skin": ["skin", "ear", "neck"], "hair": ["hair"], "hairStyle": ["hair"], "beard": ["lips"], "age": ["skin"],
    "expression": ["lips", "mouth"], "eyewear": ["eye", "eyewear"], "facing": ["skin", "eye"], "shading": ["skin"],
    "light": ["skin"], "texture": ["skin"], "finish": ["skin"], "backdrop": ["backdrop"], "backdropColour": ["backdrop"],
}
EVERYWHERE = ("kind", "surface", "cast", "focus", "contrast", "tones")


class AttributeHeads(torch.nn.Module):
    """
    Readings of the last layer [batch, 64, width]: the mean over all patches (what the live/spoof head will read), means
    over a 4 x 4 grid (where things are), and single patches: which parts of the scene lie there, in which colour, and
    the attributes that show there. Each has one linear layer.
    """

    def __init__(self, attributes: dict[str, list[str]], parts: list[str], width: int) -> None:
        super().__init__()
        self.names = list(attributes)
        self.parts, self.colours = len(parts), len(attributes["colour"]) + 1
        sizes = [len(values) for values in attributes.values()]
        self.whole = torch.nn.Linear(width, sum(sizes))
        self.grid = torch.nn.Linear(width * GRID * GRID, sum(sizes))
        self.cell = torch.nn.Linear(width, sum(sizes))
        self.part = torch.nn.Linear(width, self.parts)
        self.colour = torch.nn.Linear(width, self.colours)
        shows = torch.zeros(len(parts), len(sizes))
        for i, name in enumerate(attributes):
            for part in parts if name in EVERYWHERE else SHOWS.get(name, []):
                shows[parts.index(part), i] = 1
        self.register_buffer("shows", shows, persistent=False)
        # All attributes in one [attributes, widest] table, a dead column (-inf) where one has fewer values.
        table = torch.full((len(sizes), max(sizes)), sum(sizes))
        for row, size, start in zip(table, sizes, torch.tensor([0] + sizes).cumsum(0)):
            row[:size] = torch.arange(start, start + size)
        self.register_buffer("table", table, persistent=False)
        # Where something is cannot be read from a mean over the picture.
        placed = torch.tensor([name.lower().endswith(("place", "place2")) for name in self.names])
        self.register_buffer("placed", placed, persistent=False)

    def loss(self, features: torch.Tensor, codes: torch.Tensor) -> tuple[torch.Tensor, float, torch.Tensor]:
        """
        Mean cross-entropy over the whole's and the grid's readings, the grid's alone, and the grid's hits
        [attributes, 2] (right, seen). `codes` [batch, attributes], -1 where the scene has no such attribute.
        """
        map_ = features.transpose(1, 2).unflatten(2, (SIDE, SIDE))
        whole, grid = (pad(logits, (0, 1), value=-torch.inf)[:, self.table] for logits in
                       (self.whole(features.mean(1)), self.grid(avg_pool2d(map_, SIDE // GRID).flatten(1))))
        seen = codes >= 0
        hits = torch.stack([((grid.argmax(-1) == codes) & seen).sum(0), seen.sum(0)], 1)
        whole_seen = seen & ~self.placed
        grid_loss = cross_entropy(grid[seen], codes[seen])
        return (cross_entropy(whole[whole_seen], codes[whole_seen]) + grid_loss) / 2, grid_loss.item(), hits

    def cell_loss(self, features: torch.Tensor, codes: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
        """Mean over the three readings of single patches; `places` is [batch, 2, 64, 64], see `shards.Scenes`."""
        parts, colours = shares(places[:, 0], self.parts), shares(places[:, 1], self.colours)
        read = features.flatten(0, 1)
        known = codes.repeat_interleave(SIDE * SIDE, 0)
        seen = (known >= 0) & (parts @ self.shows > 0.4)
        # Few of the attributes show in one patch: gather only those that do.
        row, attribute = seen.nonzero(as_tuple=True)
        logits = pad(self.cell(read), (0, 1), value=-torch.inf)[row[:, None], self.table[attribute]]
        return (cross_entropy(self.part(read), parts) + cross_entropy(self.colour(read), colours)
                + cross_entropy(logits, known[seen])) / 3


def shares(maps: torch.Tensor, kinds: int) -> torch.Tensor:
    """How much of each patch each kind covers, [batch * 64, kinds], from maps of kinds [batch, 64, 64]."""
    step = maps.shape[-1] // SIDE
    cells = maps.unflatten(1, (SIDE, step)).unflatten(3, (SIDE, step)).transpose(2, 3).reshape(-1, step * step).long()
    counts = torch.bincount((cells + kinds * torch.arange(len(cells))[:, None]).flatten(), minlength=len(cells) * kinds)
    return counts.view(-1, kinds) / (step * step)
