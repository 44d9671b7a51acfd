"""Token ids from Python for 500 strings and three tokenizers.

`python tools/golden/token_ids.py` writes tests/golden/tokenizers/: two byte-level BPE tokenizers with thousands of
merges, trained on names of Unicode characters and on the captions of the embedded demo (one splits as SmolVLM's does,
digit by digit; one normalises and splits as Qwen2's does), and `strings.json` with the ids that they and the embedded
backbone's tokenizer give. Everything is seeded; nothing is downloaded.
"""

from __future__ import annotations

import json
import random
import unicodedata
from pathlib import Path

import tokenizers
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast
from transformers.models.qwen2.tokenization_qwen2 import PRETOKENIZE_REGEX

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "tests" / "golden" / "tokenizers"
SEED, COUNT = 5, 500
SMOLVLM_SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<end_of_utterance>", "<fake_token_around_image>", "<global-img>", "<image>", "<row_1_col_1>")
QWEN_SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<image>", "<video>")
BLOCKS = ((0x20, 0x7E), (0xA0, 0x24F), (0x370, 0x3FF), (0x400, 0x4FF), (0x5D0, 0x5EA), (0x620, 0x64A), (0x904, 0x939), (0xE01, 0xE2E), (0x1E00, 0x1EFF),
          (0x2010, 0x205E), (0x2190, 0x21FF), (0x3041, 0x30FE), (0x4E00, 0x5200), (0xAC00, 0xAD00), (0x1F300, 0x1F64F), (0x1F900, 0x1F9FF))
EMOJI = ("👍🏽", "👩‍👩‍👧", "🏳️‍🌈", "🇩🇪🇫🇷", "❤️", "1️⃣", "🙂", "🧑🏿‍🚀")
SPACES = (" ", "  ", "\n", "\n\n", "\t", "\r\n", "\u00a0", "\u2003", "\u3000", "\u200b", " \n ", "   \n\n\n")
PIECES = ("don't", "I'LL", "we've", "it's", "O'Brien's", "naïve", "cafe\u0301", "e\u0301\u0327", "ﬁne", "Å", "\u1e9b\u0323", "ſ", "İstanbul", "ß", "日本語", "한국어", "עברית", "हिन्दी", "ภาษาไทย",
          "3.14159", "1,000,000", "0xFF", "2026-11-27", "12345678901234567890123456789012345", "½", "²³", "٣٤٥", "Ⅷ", "https://example.org/a?b=c&d=%20", "a_b-c", "{x: [1, 2]}",
          "<tag/>", "\\n", "…", "“quoted”", "—", "$5.00", "50 %", "C++", "#hash", "@name", "'s", "'", "''", "\x00", "\x7f", "\ufeff", "\ufffd")


def captions() -> list[str]:
    folder = ROOT / "public" / "demo"
    found = []
    for file in sorted(folder.rglob("*.json*")) + sorted(folder.rglob("*.csv")):
        found += file.read_text(encoding="utf-8").splitlines()[:400]
    return found


def corpus() -> list[str]:
    names = [unicodedata.name(chr(c)).lower() for first, last in BLOCKS for c in range(first, last + 1) if unicodedata.name(chr(c), "")]
    rng = random.Random(SEED)
    runs = ["".join(chr(rng.randint(first, last)) for _ in range(8)) for first, last in BLOCKS for _ in range(30)]
    return names + runs + captions()


def train(tokenizer: Tokenizer, special: tuple[str, ...], size: int, first: bool, texts: list[str]) -> Tokenizer:
    added = [AddedToken(t, special=True, normalized=False) for t in special]
    trainer = trainers.BpeTrainer(vocab_size=size, special_tokens=added if first else [], show_progress=False,
                                  initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.add_special_tokens(added)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def smolvlm(texts: list[str]) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    return train(tokenizer, SMOLVLM_SPECIAL, 3000, True, texts)


def qwen2(texts: list[str]) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(PRETOKENIZE_REGEX), behavior="isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    return train(tokenizer, QWEN_SPECIAL, 3000, False, texts)


def strings(texts: list[str]) -> list[str]:
    rng = random.Random(SEED + 1)
    special = sorted({*SMOLVLM_SPECIAL, *QWEN_SPECIAL})
    made = ["", " ", "\n", *PIECES, *EMOJI, *SPACES, *special,
            "<|im_start|>User:<fake_token_around_image><global-img>" + "<image>" * 64 + "<fake_token_around_image>Is this face live?<end_of_utterance>\nAssistant:",
            "<|im_start|>user " + "<image>" * 730 + "\nIs this face live?<|im_end|><|im_start|>assistant\n"]

    def piece() -> str:
        kind = rng.random()
        if kind < 0.3:
            return rng.choice(texts)[: rng.randint(1, 60)]
        if kind < 0.45:
            first, last = rng.choice(BLOCKS)
            return "".join(chr(rng.randint(first, last)) for _ in range(rng.randint(1, 8)))
        if kind < 0.55:
            return "".join(rng.choice("0123456789") for _ in range(rng.randint(1, 30)))
        if kind < 0.65:
            return rng.choice(EMOJI)
        if kind < 0.72:
            return rng.choice(special)
        if kind < 0.78:
            # Characters apart that NFC puts together, and in an order that it changes.
            return "".join(rng.choice("aeiouAEIOUnc") + "".join(rng.sample("\u0300\u0301\u0302\u0303\u0308\u0323\u0327", rng.randint(1, 3))) for _ in range(rng.randint(1, 4)))
        return rng.choice(PIECES)

    while len(made) < COUNT:
        made.append("".join(piece() + (rng.choice(SPACES) if rng.random() < 0.7 else "") for _ in range(rng.randint(1, 7))))
    return made[:COUNT]


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    texts = corpus()
    of = {"smolvlm": smolvlm(texts), "qwen2": qwen2(texts), "embedded": Tokenizer.from_file(str(ROOT / "public" / "models" / "tiny" / "tokenizer.json"))}
    for name in ("smolvlm", "qwen2"):
        (OUT / name).mkdir(exist_ok=True)
        of[name].save(str(OUT / name / "tokenizer.json"), pretty=False)
    made = strings(texts)
    ids = {}
    for name, tokenizer in of.items():
        # Through the class that transformers puts around it, as a processor does.
        fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, clean_up_tokenization_spaces=False)
        ids[name] = [fast(s, add_special_tokens=False)["input_ids"] for s in made]
    decoded = {name: [tokenizer.decode(i, skip_special_tokens=True) for i in ids[name]] for name, tokenizer in of.items()}
    same = [all(decoded[name][i] == made[i] for name in of) for i in range(COUNT)]
    (OUT / "strings.json").write_text(json.dumps({
        "seed": SEED, "tokenizers": tokenizers.__version__, "strings": made, "ids": ids,
        # Where ids do not give the string back (special tokens, NFC), what they give.
        "decoded": {name: {i: text for i, text in enumerate(all_) if text != made[i]} for name, all_ in decoded.items()},
    }, ensure_ascii=True, separators=(",", ":")) + "\n")
    print({name: (t.get_vocab_size(), sum(map(len, ids[name]))) for name, t in of.items()}, sum(same), sum(p.stat().st_size for p in OUT.rglob("*") if p.is_file()))


if __name__ == "__main__":
    main()
