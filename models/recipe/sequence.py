"""Turns a sample into token sequences: ChatML, both image layouts, several questions packed on one set of pictures."""
from functools import lru_cache

import numpy as np
import torch
from tokenizers import Tokenizer

from .words import ORDINALS

SYSTEM = "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n"
REPLY = "<|im_end|>\n<|im_start|>assistant\n"
NEXT = "\n<|im_start|>user\n"          # after an answer and its closing token
IGNORE = -100


class Writer:
    """Tokenises text in which every <image> stands for `tokens` image tokens."""

    def __init__(self, path, tokens):
        self.tokenizer = Tokenizer.from_file(str(path))
        self.tokens = tokens
        self.image = self.tokenizer.token_to_id("<image>")
        self.stop = self.tokenizer.token_to_id("<|im_end|>")
        self.pad = self.tokenizer.token_to_id("<|endoftext|>")
        self.chunk = lru_cache(200_000)(lambda text: tuple(self.tokenizer.encode(text, add_special_tokens=False).ids))

    def encode(self, text):
        """Text is split on <image> and each chunk is tokenised on its own."""
        ids = []
        for i, chunk in enumerate(text.split("<image>")):
            ids += [self.image] * self.tokens if i else []
            ids += self.chunk(chunk)
        return ids


def layout(rng, kind, count):
    """Where the pictures stand: (text before the question with <image>s, text after it)."""
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
    """The in-the-front layout of the published benchmark: every picture, a newline after each, then the text."""
    return "<image>\n" * count, ""


def build(writer, rng, sample, dialogue=0.25, layout=layout):
    """-> ids [L], labels [L] (already shifted), places [L], group [L].

    Usually every question is a group of its own that sees the pictures but not the other questions, at the places
    it would have if it were asked alone. Else the turns form one dialogue.
    """
    turns = sample["turns"]
    inside = turns[0][1].count("<image>") if turns else 0       # pictures that the first question holds itself; others stand before it
    before, after = layout(rng, sample["kind"], len(sample["images"]))
    if inside:
        before, after = ("<image>" + rng.choice(["\n", ""])) * (len(sample["images"]) - inside), ""
    ids, labels, places, group = [], [], [], []

    def add(tokens, learn, where, which):
        ids.extend(tokens)
        labels.extend(tokens if learn else [IGNORE] * len(tokens))
        places.extend(range(where, where + len(tokens)))
        group.extend([which] * len(tokens))
        return where + len(tokens)

    start = add(writer.encode(SYSTEM + before.rpartition("<image>")[0] + ("<image>" if "<image>" in before else "")), False, 0, 0)
    tail = before.rpartition("<image>")[2]
    together = after or inside or rng.random() < dialogue
    at = start
    for i, (_, question, answer) in enumerate(turns[:3 if dialogue else 1] if after or inside else turns):
        if together and i:
            at = add(writer.encode(NEXT + question + REPLY), False, at, 0)
        else:
            at = add(writer.encode(tail + question + after + REPLY), False, start, 0 if together else i + 1)
        at = add(list(writer.chunk(answer)) + [writer.stop], True, at, 0 if together else i + 1)
    return ids, labels[1:] + [IGNORE], places, group


def arrange(writer, rng, samples, dialogue=0.25, build=build):
    """Samples -> ids, labels, places, group [B, L] and the list of all pictures. A place of group -1 is empty."""
    rows = [build(writer, rng, s, dialogue) for s in samples]
    length = max(len(r[0]) for r in rows)
    ids = np.full((len(rows), length), writer.pad)
    labels = np.full((len(rows), length), IGNORE)
    places = np.zeros((len(rows), length), np.int64)
    group = np.full((len(rows), length), -1)
    for k, row in enumerate(rows):
        for array, values in zip((ids, labels, places, group), row):
            array[k, :len(values)] = values
    return *(torch.from_numpy(array) for array in (ids, labels, places, group)), [image for s in samples for image in s["images"]]


def mask_of(group):
    """Who may look at whom: group [B, L] -> [B, 1, L, L] of 0 and -inf. Group 0 is seen by all, the others by themselves."""
    mask = (group[:, None, :] == 0) | (group[:, None, :] == group[:, :, None])
    length = group.shape[1]
    mask &= torch.ones((length, length), dtype=torch.bool, device=group.device).tril()
    mask |= torch.eye(length, dtype=torch.bool, device=group.device)
    return torch.zeros(mask.shape, device=group.device).masked_fill_(~mask, float("-inf"))[:, None]


def collate(writer, rng, samples, dialogue=0.25, build=build):
    """Samples -> ids, labels, places [B, L], mask [B, 1, L, L] (0 or -inf), pixels [N, 3, S, S]."""
    ids, labels, places, group, images = arrange(writer, rng, samples, dialogue, build)
    return ids, labels, places, mask_of(group), pixels(images)


def pixels(images):
    """uint8 pictures [S, S, 3] -> [N, 3, S, S] in -1..1, or None."""
    if not images:
        return None
    return torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).float().div_(127.5).sub_(1).contiguous()
