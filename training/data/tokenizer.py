# SPDX-License-Identifier: Apache-2.0
"""Trains a byte-level BPE tokenizer on the questions and answers of the synthetic worlds, and writes the tokenizer files.

python -m training.data.tokenizer --out models/starter
"""
import argparse
import json
import random
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from . import draw, films, questions, turns, worlds
from .template import CHAT_TEMPLATE
from .words import KINDS

SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<image>"]
QWEN2 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
VOCAB = 3072


def texts(rng, samples=1500):
    """Questions and answers of every world, every wording, and the words of chat."""
    draw.Style.picture = lambda self, objects: None     # the words only: no pictures are drawn
    for _ in range(samples):
        for sample in [worlds.single(rng), worlds.several(rng), *worlds.change_pair(rng), *films.film(rng, 2)]:
            for _, question, answer in sample["turns"]:
                yield question
                yield answer
        for _ in range(3):
            yield from turns.chat(rng)[1:]
    for wordings in questions.ASK.values():
        for media in questions.MEDIA.values():
            for text in wordings:
                for kind in KINDS:
                    yield text.format(x=kind, y=kind, m=rng.choice(media))
    for thing in questions.THINGS:
        yield from [f"the {thing}", f"{thing} {thing}s", f"What is the {thing}?"] * 2
    yield from questions.OTHER * 3
    yield from ["system\nYou are a helpful assistant.", "user\n", "assistant\n", "Image 1: ", "Picture 2: ", "View 3: ", "Frame 4: "] * 9


def train(out: Path):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(QWEN2), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=VOCAB, special_tokens=[AddedToken(t, normalized=False, special=True) for t in SPECIAL],
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    tokenizer.train_from_iterator(texts(random.Random(0)), trainer)
    out.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(out / "tokenizer.json"))
    config = {"tokenizer_class": "Qwen2Tokenizer", "add_bos_token": False, "add_prefix_space": False, "bos_token": None,
              "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>", "unk_token": None, "errors": "replace",
              "additional_special_tokens": ["<|im_start|>", "<|im_end|>", "<image>"], "model_max_length": 4096,
              "clean_up_tokenization_spaces": False, "split_special_tokens": False,
              "added_tokens_decoder": {str(i): {"content": t, "lstrip": False, "normalized": False, "rstrip": False,
                                                "single_word": False, "special": True} for i, t in enumerate(SPECIAL)},
              "chat_template": CHAT_TEMPLATE}
    (out / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")
    special = {"eos_token": "<|im_end|>", "pad_token": "<|endoftext|>",
               "additional_special_tokens": ["<|im_start|>", "<|im_end|>", "<image>"]}
    (out / "special_tokens_map.json").write_text(json.dumps(special, indent=2) + "\n")
    return tokenizer


if __name__ == "__main__":
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--out", type=Path, required=True)
    made = train(args.parse_args().out)
    print(made.get_vocab_size(), "tokens;", made.encode("What color is the red circle? The stranger quokka.").tokens)
