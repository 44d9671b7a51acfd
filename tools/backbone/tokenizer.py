"""Byte-level BPE with SmolVLM's special tokens, trained on the generated texts only."""

from __future__ import annotations

import json
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

from .model import IMAGE_TOKENS, IMAGE_SIZE, PATCH, SCALE

SPECIAL = (
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<end_of_utterance>", "<fake_token_around_image>", "<global-img>", "<image>",
    "<|pad|>", "<|unk|>",
)
VOCABULARY = 1024
# The conversation as the real SmolVLM lays it out: one turn a line, the picture before the question.
CHAT_TEMPLATE = (
    "<|im_start|>{% for message in messages %}{{ message['role'] | capitalize }}"
    "{% if message['content'][0]['type'] == 'image' %}{{ ':' }}{% else %}{{ ': ' }}{% endif %}"
    "{% for part in message['content'] %}{% if part['type'] == 'text' %}{{ part['text'] }}"
    "{% elif part['type'] == 'image' %}{{ '<image>' }}{% endif %}{% endfor %}<end_of_utterance>\n"
    "{% endfor %}{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}"
)


def train(texts: list[tuple[str, str]]) -> Tokenizer:
    """From (question, answer) pairs: captions of scenes, and texts in the words of the face set."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=VOCABULARY, special_tokens=[AddedToken(t, special=True, normalized=False) for t in SPECIAL],
                                  initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), show_progress=False)
    tokenizer.train_from_iterator((t for q, a in texts for t in ("User:" + q, "\nAssistant: " + a)), trainer)
    return tokenizer


def ids(tokenizer: Tokenizer) -> dict[str, int]:
    return {"image": tokenizer.token_to_id("<image>"), "pad": tokenizer.token_to_id("<|pad|>"),
            "bos": tokenizer.token_to_id("<|im_start|>"), "eos": tokenizer.token_to_id("<end_of_utterance>")}


def image_prefix() -> str:
    return "<|im_start|>User:<fake_token_around_image><global-img>" + "<image>" * IMAGE_TOKENS + "<fake_token_around_image>"


def prompt(question: str, picture: bool) -> str:
    return (image_prefix() if picture else "<|im_start|>User: ") + question + "<end_of_utterance>\nAssistant:"


def save(tokenizer: Tokenizer, folder: Path) -> None:
    """Writes the tokenizer and processor files of a Hugging Face folder."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))

    def write(name: str, value: object) -> None:
        (folder / name).write_text(json.dumps(value, indent=2) + "\n")

    table = {tokenizer.token_to_id(t): {"content": t, "lstrip": False, "normalized": False, "rstrip": False, "single_word": False, "special": True} for t in SPECIAL}
    write("tokenizer_config.json", {
        "add_prefix_space": False, "added_tokens_decoder": {str(k): table[k] for k in sorted(table)},
        "additional_special_tokens": ["<fake_token_around_image>", "<image>", "<global-img>", "<end_of_utterance>"],
        "bos_token": "<|im_start|>", "eos_token": "<end_of_utterance>", "pad_token": "<|pad|>", "unk_token": "<|endoftext|>",
        "clean_up_tokenization_spaces": False, "model_max_length": 512, "truncation_side": "left", "processor_class": "Idefics3Processor",
        "tokenizer_class": "PreTrainedTokenizerFast", "chat_template": CHAT_TEMPLATE,
    })
    write("chat_template.json", {"chat_template": CHAT_TEMPLATE})
    write("preprocessor_config.json", {
        "do_convert_rgb": True, "do_image_splitting": False, "do_normalize": True, "do_pad": True, "do_rescale": True, "do_resize": True,
        "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5], "image_processor_type": "Idefics3ImageProcessor",
        "max_image_size": {"longest_edge": IMAGE_SIZE}, "processor_class": "Idefics3Processor", "resample": 2,
        "rescale_factor": 1 / 255, "size": {"longest_edge": IMAGE_SIZE},
    })
    write("processor_config.json", {"image_seq_len": (IMAGE_SIZE // PATCH // SCALE) ** 2, "processor_class": "Idefics3Processor"})
