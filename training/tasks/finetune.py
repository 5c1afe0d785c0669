# SPDX-License-Identifier: Apache-2.0
"""Trains any LLaVA-Interleave checkpoint in the Hugging Face layout on M4-Instruct annotations, on the answers only.
The result is a folder that LlavaForConditionalGeneration loads, with training.pt beside the weights for a run that stopped."""
import json
import multiprocessing
import os
import random
import shutil
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from tokenizers import Tokenizer
from transformers import LlavaForConditionalGeneration

from ..data.annotations import in_front, read
from ..data.sequence import IGNORE, NEXT, REPLY, SYSTEM
from ..optimizer import Group

# Files that are copied from the folder the run started from.
COPIED = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "preprocessor_config.json",
          "processor_config.json", "generation_config.json", "chat_template.json", "chat_template.jinja", "vocab.json",
          "merges.txt", "added_tokens.json")


class Processor:
    """Samples -> tokens and pixels, as the checkpoint's own configuration says."""

    def __init__(self, folder: Path, config, max_tokens=0):
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        vision = config.vision_config
        self.tokens = (vision.image_size // vision.patch_size) ** 2
        self.image_id = getattr(config, "image_token_id", None) or config.image_token_index
        self.end_id = self.tokenizer.token_to_id("<|im_end|>")
        self.pad_id = config.text_config.pad_token_id or 0
        self.max_tokens = max_tokens or config.text_config.max_position_embeddings
        settings = json.loads((folder / "preprocessor_config.json").read_text())
        self.size = settings["size"]["width"], settings["size"]["height"]
        self.mean, self.std = (torch.tensor(settings[k]).view(3, 1, 1) for k in ("image_mean", "image_std"))

    def encode(self, text):
        ids = []
        for i, part in enumerate(text.split("<image>")):
            ids += [self.image_id] * self.tokens if i else []
            ids += self.tokenizer.encode(part, add_special_tokens=False).ids
        return ids

    def build(self, sample, front=False):
        """-> ids and labels, both [L]; only answers and their closing tokens have labels."""
        ids, labels = [], []
        for i, (question, answer) in enumerate(sample["turns"]):
            prompt = self.encode((NEXT if i else SYSTEM) + (in_front(question) if front else question) + REPLY)
            reply = self.tokenizer.encode(answer, add_special_tokens=False).ids + [self.end_id]
            ids += prompt + reply
            labels += [IGNORE] * len(prompt) + reply
        return ids, labels

    def fits(self, sample):
        """None, or why the sample is too long."""
        length = max(len(self.build(sample, front)[0]) for front in (False, True))
        return f"{length} tokens, and {self.max_tokens} is the most" if length > self.max_tokens else None

    def pixels(self, sample):
        """[3, H, W] of each picture."""
        pictures = []
        for path in sample["images"]:
            with Image.open(path) as image:
                array = np.asarray(image.convert("RGB").resize(self.size, Image.BICUBIC))
            pictures.append((torch.from_numpy(array.copy()).permute(2, 0, 1).float() / 255 - self.mean) / self.std)
        return pictures

    def batch(self, samples, rng, front_share=0.5):
        """-> arguments of LlavaForConditionalGeneration: ids, labels and attention [B, L], pixels [N, 3, H, W]."""
        rows = [self.build(s, rng.random() < front_share) for s in samples]
        length = max(len(ids) for ids, _ in rows)
        ids, labels = torch.full((len(rows), length), self.pad_id), torch.full((len(rows), length), IGNORE)
        attention = torch.zeros_like(ids)
        for k, (tokens, targets) in enumerate(rows):
            ids[k, :len(tokens)], labels[k, :len(targets)] = torch.tensor(tokens), torch.tensor(targets)
            attention[k, :len(tokens)] = 1
        pictures = [p for s in samples for p in self.pixels(s)]
        return {"input_ids": ids, "labels": labels, "attention_mask": attention,
                **({"pixel_values": torch.stack(pictures)} if pictures else {})}


class Task:
    def __init__(self, c, distributed):
        for option in ("init", "annotations", "images"):
            if not getattr(c, option):
                raise SystemExit(f"fine-tuning needs --{option}")
        self.c, self.out, self.start = c, Path(c.out), Path(c.init)
        stopped = self.out / "training.pt"
        self.resumed = torch.load(stopped, weights_only=False) if stopped.exists() else None
        self.model = LlavaForConditionalGeneration.from_pretrained(self.out if self.resumed else self.start, dtype=torch.float32).to(c.device)
        self.processor = Processor(self.start, self.model.config, c.max_tokens)
        self.samples = read(Path(c.annotations), Path(c.images), self.processor.fits)
        for name, weights in self.model.named_parameters():
            if "vision_tower" in name and not c.train_tower:
                weights.requires_grad_(False)
        self.groups = [Group([p for p in self.model.parameters() if p.requires_grad])]
        self.progress = multiprocessing.Value("d", 0.0)
        self.rng = random.Random(c.seed + 1000 * distributed.rank)
        if self.resumed:
            self.rng.setstate(self.resumed["rng"])
        self.losses = []
        self.model.train()

    def batches(self):
        while True:
            samples = self.rng.sample(self.samples, min(self.c.batch, len(self.samples)))
            yield samples, self.processor.batch(samples, self.rng, self.c.front_share)

    def loss(self, batch):
        loss = self.model(**{k: v.to(self.c.device) for k, v in batch[1].items()}).loss
        self.losses = [*self.losses[-9:], loss.item()]
        return loss

    def describe(self, batch):
        return {"samples": [s["name"] for s in batch[0]]}

    def log(self):
        return f"loss {np.mean(self.losses):.4f}"

    def save(self, state):
        """Weights, then what is needed to continue: each file complete, then renamed into place."""
        part = self.out / "part"
        shutil.rmtree(part, ignore_errors=True)
        self.model.save_pretrained(part)
        for name in COPIED:
            if (self.start / name).exists():
                shutil.copyfile(self.start / name, part / name)
        torch.save({**state, "rng": self.rng.getstate()}, part / "training.pt")
        for file in sorted(part.iterdir(), key=lambda file: file.name == "training.pt"):
            os.replace(file, self.out / file.name)
        part.rmdir()
