"""Muon (Jordan et al. 2024) for the layers' matrices, AdamW for everything else; steps taken in float32."""

from __future__ import annotations

import copy

import torch


class Muon:
    """
    Momentum whose matrix is replaced by the nearest orthogonal one (five Newton-Schulz steps), scaled to the size of
    AdamW's updates so that one rate fits both. Matrices of one shape are orthogonalised together: there are many
    small ones, and one at a time costs more than the products.
    """

    def __init__(self, groups: list[tuple[list[torch.nn.Parameter], float]], decay: float) -> None:
        self.decay = decay
        self.momentum = {p: torch.zeros_like(p) for parameters, _ in groups for p in parameters}
        self.shapes: dict[tuple[int, ...], list[tuple[torch.nn.Parameter, float]]] = {}
        for parameters, share in groups:
            for p in parameters:
                self.shapes.setdefault(tuple(sorted(p.shape)), []).append((p, share))

    @torch.no_grad()
    def step(self, rate: float) -> None:
        for group in self.shapes.values():
            group = [(p, share) for p, share in group if p.grad is not None]
            if not group:
                continue
            x = torch.stack([self._wanted(p) for p, _ in group])
            x = (x / (x.flatten(1).norm(dim=1)[:, None, None] + 1e-7)).bfloat16()
            for _ in range(5):
                square = x @ x.transpose(1, 2)
                x = 3.4445 * x + (-4.7750 * square + 2.0315 * (square @ square)) @ x
            for (p, share), update in zip(group, x.float()):
                lr = rate * share
                update = update if update.shape == p.shape else update.T
                p.mul_(1 - lr * self.decay).add_(update, alpha=-lr * 0.2 * max(p.shape) ** 0.5)

    def _wanted(self, p: torch.nn.Parameter) -> torch.Tensor:
        """Nesterov's momentum, laid on its long side."""
        momentum = self.momentum[p].lerp_(p.grad, 0.05)
        wanted = p.grad.lerp(momentum, 0.95)
        return wanted if wanted.shape[0] <= wanted.shape[1] else wanted.T


class Optimiser:
    """`groups`: (named parameters, share of the rate)."""

    def __init__(self, groups: list[tuple[list[tuple[str, torch.nn.Parameter]], float]], decay: float) -> None:
        matrices, others = [], []
        for named, share in groups:
            chosen = [p for n, p in named if p.ndim == 2 and "layers." in n]
            known = {id(p) for p in chosen}
            matrices.append((chosen, share))
            others.append({"params": [p for _, p in named if id(p) not in known], "share": share})
        self.muon = Muon(matrices, decay)
        self.adam = torch.optim.AdamW([g for g in others if g["params"]], lr=0, weight_decay=decay, betas=(0.9, 0.98))
        self.parameters = [p for named, _ in groups for _, p in named]

    def zero_grad(self) -> None:
        for p in self.parameters:
            p.grad = None

    def step(self, rate: float) -> None:
        """Gradients are clipped to a norm of 1 first."""
        torch.nn.utils.clip_grad_norm_([p for p in self.parameters if p.grad is not None], 1.0)
        self.muon.step(rate)
        for group in self.adam.param_groups:
            group["lr"] = rate * group["share"]
        self.adam.step()


class Working:
    """A bfloat16 copy of modules for the forward and backward pass; the float32 modules are what is optimised."""

    def __init__(self, *modules: torch.nn.Module) -> None:
        self.copies = [copy.deepcopy(module).bfloat16() for module in modules]
        self.pairs = [(p, q) for a, b in zip(modules, self.copies) for p, q in zip(a.parameters(), b.parameters())]

    def hand_back(self) -> None:
        """The copy's gradients become the modules' own."""
        for p, q in self.pairs:
            p.grad = None if q.grad is None else q.grad.float()
            q.grad = None

    @torch.no_grad()
    def refresh(self) -> None:
        for p, q in self.pairs:
            q.copy_(p)
