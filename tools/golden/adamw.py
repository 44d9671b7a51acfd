"""Writes tests/golden/adamw.json: PyTorch's AdamW with global-norm clipping over a few tiny tensors.

    python tools/golden/adamw.py > tests/golden/adamw.json

Each step holds the gradients that were given, the global norm before clipping (torch's clip_grad_norm_), the
learning rate, and the parameters afterwards. Needs torch only.
"""
import json

import torch

SHAPES = {"lora_A": (2, 3), "bias": (4,)}
CONFIG = {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weightDecay": 0.01, "clip": 1.0}
RATES = [1e-2, 5e-3, 1e-2, 1e-2, 2e-3]


def main() -> None:
    torch.manual_seed(7)
    parameters = {name: torch.nn.Parameter(torch.randn(shape)) for name, shape in SHAPES.items()}
    optimiser = torch.optim.AdamW(
        parameters.values(),
        lr=RATES[0],
        betas=(CONFIG["beta1"], CONFIG["beta2"]),
        eps=CONFIG["epsilon"],
        weight_decay=CONFIG["weightDecay"],
    )
    plain = lambda tensors: {k: v.detach().flatten().tolist() for k, v in tensors.items()}  # noqa: E731
    golden = {"shapes": SHAPES, "config": CONFIG, "initial": plain(parameters), "steps": []}
    for index, rate in enumerate(RATES):
        # The scales straddle the clipping limit; the last step has a zero gradient, where only decay and momentum act.
        scale = [0.1, 3.0, 0.5, 20.0, 0.0][index]
        for parameter in parameters.values():
            parameter.grad = torch.randn(parameter.shape) * scale
        gradients = plain({k: p.grad for k, p in parameters.items()})
        norm = torch.nn.utils.clip_grad_norm_(parameters.values(), CONFIG["clip"])
        for group in optimiser.param_groups:
            group["lr"] = rate
        optimiser.step()
        golden["steps"].append(
            {"learningRate": rate, "gradients": gradients, "norm": norm.item(), "parameters": plain(parameters)}
        )
    print(json.dumps(golden, indent=1))


if __name__ == "__main__":
    main()
