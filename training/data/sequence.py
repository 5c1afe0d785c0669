# SPDX-License-Identifier: Apache-2.0
"""Turns samples into token sequences: ChatML, pictures in front or between the text, several questions packed on one set of pictures."""
from functools import lru_cache

import numpy as np
import torch
from tokenizers import Tokenizer

from .words import ORDINALS

SYSTEM = "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n"
REPLY = "<|im_end|>\n<|im_start|>assistant\n"
NEXT = "\n<|im_start|>user\n"          # after an answer and its closing token
IGNORE = -100


class PromptTokenizer:
    """Tokenises text in which every <image> stands for `tokens` image tokens."""

    def __init__(self, path, tokens):
        self.bpe = Tokenizer.from_file(str(path))
        self.tokens = tokens
        self.image_id = self.bpe.token_to_id("<image>")
        self.end_id = self.bpe.token_to_id("<|im_end|>")
        self.pad_id = self.bpe.token_to_id("<|endoftext|>")
        self.encode_text = lru_cache(200_000)(lambda text: tuple(self.bpe.encode(text, add_special_tokens=False).ids))

    def encode(self, text):
        """Text is split on <image> and each chunk is tokenised on its own."""
        ids = []
        for i, chunk in enumerate(text.split("<image>")):
            ids += [self.image_id] * self.tokens if i else []
            ids += self.encode_text(chunk)
        return ids


def layout(rng, kind, count):
    """A random placement of `count` pictures: (text before the question with <image>s, text after it)."""
    if count == 0:
        return "", ""
    way = rng.random()
    if way < 0.35:
        return "<image>\n" * count, ""
    if way < 0.55:
        return "<image>" * count + rng.choice(["\n", "\n", "", " "]), ""
    if way < 0.70:
        return "", "\n<image>" * count if rng.random() < 0.5 else rng.choice(["\n", " ", ""]) + "<image>" * count
    if count == 1:
        return rng.choice(["Look at this: <image>\n", "Here is a picture: <image>\n", "<image> ", "Image: <image>\n", "Picture 1: <image>\n"]), ""
    if kind == "multi" and way < 0.8 and count <= len(ORDINALS):
        noun = rng.choice(["picture", "image", "photo"])
        line = rng.choice(["Here is the {} {}: <image>", "The {} {}: <image>", "This is the {} {} <image>"])
        return "".join(line.format(ORDINALS[i], noun) + rng.choice(["\n", " "]) for i in range(count)), ""
    if count > 8:
        return "<image>\n" * count, ""
    noun = rng.choice({"multi": ["Image", "Picture", "Photo"], "video": ["Frame", "Frame", "Image"], "views": ["View", "View", "Image"]}
                      .get(kind, ["Image"]))
    gap = rng.choice(["\n", "\n", " "])
    return "".join(f"{noun} {i + 1}: <image>{gap}" for i in range(count)), ""


def front(rng, kind, count):
    """The placement of the published benchmark: all pictures in front, a newline after each."""
    return "<image>\n" * count, ""


def build(tokenizer, rng, sample, dialogue=0.25, layout=layout):
    """-> ids [L], labels [L] (already shifted), positions [L], group [L].

    Usually each question is a group of its own, which attends to the pictures but not to other questions, at the positions it
    would have if asked alone. With probability `dialogue` the turns form one dialogue instead.
    """
    turns = sample["turns"]
    inside = turns[0][1].count("<image>") if turns else 0       # pictures that the first question holds itself; others stand before it
    before, after = layout(rng, sample["kind"], len(sample["images"]))
    if inside:
        before, after = ("<image>" + rng.choice(["\n", ""])) * (len(sample["images"]) - inside), ""
    ids, labels, positions, group = [], [], [], []

    def add(tokens, learn, where, which):
        ids.extend(tokens)
        labels.extend(tokens if learn else [IGNORE] * len(tokens))
        positions.extend(range(where, where + len(tokens)))
        group.extend([which] * len(tokens))
        return where + len(tokens)

    start = add(tokenizer.encode(SYSTEM + before.rpartition("<image>")[0] + ("<image>" if "<image>" in before else "")), False, 0, 0)
    tail = before.rpartition("<image>")[2]
    together = after or inside or rng.random() < dialogue
    at = start
    for i, (_, question, answer) in enumerate(turns[:3 if dialogue else 1] if after or inside else turns):
        if together and i:
            at = add(tokenizer.encode(NEXT + question + REPLY), False, at, 0)
        else:
            at = add(tokenizer.encode(tail + question + after + REPLY), False, start, 0 if together else i + 1)
        at = add(list(tokenizer.encode_text(answer)) + [tokenizer.end_id], True, at, 0 if together else i + 1)
    return ids, labels[1:] + [IGNORE], positions, group


def arrange(tokenizer, rng, samples, dialogue=0.25, build=build):
    """Samples -> ids, labels, positions, group [B, L] and the list of all pictures. Group -1 is padding."""
    rows = [build(tokenizer, rng, s, dialogue) for s in samples]
    length = max(len(r[0]) for r in rows)
    ids = np.full((len(rows), length), tokenizer.pad_id)
    labels = np.full((len(rows), length), IGNORE)
    positions = np.zeros((len(rows), length), np.int64)
    group = np.full((len(rows), length), -1)
    for k, row in enumerate(rows):
        for array, values in zip((ids, labels, positions, group), row):
            array[k, :len(values)] = values
    return *(torch.from_numpy(array) for array in (ids, labels, positions, group)), [image for s in samples for image in s["images"]]


def mask_of(group):
    """Attention mask: group [B, L] -> [B, 1, L, L] of 0 and -inf. All attend to group 0; other groups only to themselves."""
    mask = (group[:, None, :] == 0) | (group[:, None, :] == group[:, :, None])
    length = group.shape[1]
    mask &= torch.ones((length, length), dtype=torch.bool, device=group.device).tril()
    mask |= torch.eye(length, dtype=torch.bool, device=group.device)
    return torch.zeros(mask.shape, device=group.device).masked_fill_(~mask, float("-inf"))[:, None]


def collate(tokenizer, rng, samples, dialogue=0.25, build=build):
    """Samples -> ids, labels, positions [B, L], mask [B, 1, L, L] (0 or -inf), pixels [N, 3, S, S]."""
    ids, labels, positions, group, images = arrange(tokenizer, rng, samples, dialogue, build)
    return ids, labels, positions, mask_of(group), pixels(images)


def pixels(images):
    """uint8 pictures [S, S, 3] -> [N, 3, S, S] in -1..1, or None."""
    if not images:
        return None
    return torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).float().div_(127.5).sub_(1).contiguous()
