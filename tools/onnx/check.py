"""Compares an exported folder with the model it was made from, in ONNX Runtime and in PyTorch:

    python tools/onnx/check.py --model public/models/tiny --onnx out/tiny-onnx

Prints the largest differences of image features and logits, and whether 64 greedy tokens are the same. Needs torch,
transformers and onnxruntime; nothing else of the project does.
"""

import argparse
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
import transformers

TOKENS = 64


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--onnx", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(f"torch {torch.__version__}, transformers {transformers.__version__}, onnxruntime {onnxruntime.__version__}")
    torch.manual_seed(given.seed)
    model = transformers.AutoModelForImageTextToText.from_pretrained(given.model, dtype=torch.float32).eval()
    config = model.config
    sessions = {}
    for name in ("vision_encoder", "embed_tokens", "decoder_model_merged"):
        path = given.onnx / "onnx" / f"{name}.onnx"
        onnx.checker.check_model(str(path), full_check=True)
        sessions[name] = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])

    size = config.vision_config.image_size
    pixels = torch.rand(1, 2, 3, size, size) * 2 - 1
    mask = torch.ones(1, 2, size, size, dtype=torch.bool)
    # The second picture is padding.
    mask[:, 1] = False
    pixels[:, 1] = 0
    features = sessions["vision_encoder"].run(
        None, {"pixel_values": pixels.numpy(), "pixel_attention_mask": mask.numpy()}
    )[0]
    with torch.no_grad():
        expected = model.model.get_image_features(pixels, mask)
    expected = getattr(expected, "pooler_output", expected)
    expected = torch.cat(list(expected)) if isinstance(expected, (list, tuple)) else expected
    report("image features", features, expected.reshape(features.shape).numpy())

    per_picture = features.shape[1]
    prompt = torch.randint(10, config.text_config.vocab_size, (1, per_picture + 12))
    prompt[0, 3 : 3 + per_picture] = config.image_token_id
    with torch.no_grad():
        logits = model(input_ids=prompt, pixel_values=pixels, pixel_attention_mask=mask).logits.numpy()
        chosen = model.generate(
            input_ids=prompt,
            attention_mask=torch.ones_like(prompt),
            pixel_values=pixels,
            pixel_attention_mask=mask,
            do_sample=False,
            max_new_tokens=TOKENS,
            eos_token_id=-1,
        )[0, prompt.shape[1] :].tolist()

    embeds = sessions["embed_tokens"].run(None, {"input_ids": prompt.numpy()})[0]
    embeds[0, 3 : 3 + per_picture] = features[0]
    text = config.text_config
    past = np.zeros((1, text.num_key_value_heads, 0, text.head_dim), np.float32)
    caches = {f"past_key_values.{i}.{part}": past for i in range(text.num_hidden_layers) for part in ("key", "value")}
    ours, position = [], 0
    for step in range(TOKENS):
        length = embeds.shape[1]
        out = sessions["decoder_model_merged"].run(
            None,
            {
                "inputs_embeds": embeds,
                "attention_mask": np.ones((1, position + length), np.int64),
                "position_ids": np.arange(position, position + length)[None],
                "num_logits_to_keep": np.array(0 if step == 0 else 1),
                **caches,
            },
        )
        names = [output.name for output in sessions["decoder_model_merged"].get_outputs()]
        named = dict(zip(names, out, strict=True))
        if step == 0:
            report("logits", named["logits"], logits)
        ours.append(int(named["logits"][0, -1].argmax()))
        caches = {name.replace("present", "past_key_values"): named[name] for name in names if name != "logits"}
        position += length
        embeds = sessions["embed_tokens"].run(None, {"input_ids": np.array([[ours[-1]]])})[0]
    same = sum(a == b for a, b in zip(ours, chosen, strict=False))
    print(f"greedy tokens: {same} of {len(chosen)} the same")
    if ours != chosen:
        raise SystemExit("The greedy tokens differ.")


def report(what: str, a: np.ndarray, b: np.ndarray) -> None:
    print(f"{what}: largest difference {np.abs(a - b).max():.2e}, largest value {np.abs(b).max():.3f}")


if __name__ == "__main__":
    main()
