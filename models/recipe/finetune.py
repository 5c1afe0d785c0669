"""Trains a LLaVA-Interleave checkpoint (Hugging Face layout) on M4-Instruct annotations, both picture layouts mixed.

python -m recipe.finetune --start llava-interleave-qwen-0.5b-hf --annotations m4_instruct_annotations.json --images folder --out tuned

The vision tower stays as it is (--tower trains it too). A run that stopped goes on from OUT/training.pt; a loss that is
no number stops the run with the step and the batch in OUT/nan.json. OUT loads with LlavaForConditionalGeneration.
"""
import argparse
import json
import math
import os
import random
import shutil
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from tokenizers import Tokenizer
from transformers import LlavaForConditionalGeneration

from .m4 import in_front, read
from .sequence import IGNORE, NEXT, REPLY, SYSTEM

BESIDE = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "preprocessor_config.json",
          "processor_config.json", "generation_config.json", "chat_template.json", "chat_template.jinja", "vocab.json",
          "merges.txt", "added_tokens.json")


class NotANumber(RuntimeError):
    pass


class Reader:
    """Samples -> tokens and pixels, as the checkpoint's own configuration says."""

    def __init__(self, start: Path, config, longest):
        self.tokenizer = Tokenizer.from_file(str(start / "tokenizer.json"))
        vision = config.vision_config
        self.tokens = (vision.image_size // vision.patch_size) ** 2
        self.image = getattr(config, "image_token_id", None) or config.image_token_index
        self.stop = self.tokenizer.token_to_id("<|im_end|>")
        self.longest = longest or config.text_config.max_position_embeddings
        shape = json.loads((start / "preprocessor_config.json").read_text())
        self.size = shape["size"]["width"], shape["size"]["height"]
        self.mean, self.std = (torch.tensor(shape[k]).view(3, 1, 1) for k in ("image_mean", "image_std"))

    def encode(self, text):
        ids = []
        for i, chunk in enumerate(text.split("<image>")):
            ids += [self.image] * self.tokens if i else []
            ids += self.tokenizer.encode(chunk, add_special_tokens=False).ids
        return ids

    def build(self, sample, front=False):
        """-> ids and labels; only answers and their closing tokens are learnt."""
        ids, labels = [], []
        for i, (question, answer) in enumerate(sample["turns"]):
            asked = self.encode((NEXT if i else SYSTEM) + (in_front(question) if front else question) + REPLY)
            said = self.tokenizer.encode(answer, add_special_tokens=False).ids + [self.stop]
            ids += asked + said
            labels += [IGNORE] * len(asked) + said
        return ids, labels

    def fits(self, sample):
        length = max(len(self.build(sample, front)[0]) for front in (False, True))
        return f"{length} tokens, and {self.longest} is the most" if length > self.longest else None

    def pixels(self, sample):
        pictures = []
        for path in sample["images"]:
            with Image.open(path) as image:
                array = np.asarray(image.convert("RGB").resize(self.size, Image.BICUBIC))
            pictures.append((torch.from_numpy(array.copy()).permute(2, 0, 1).float() / 255 - self.mean) / self.std)
        return pictures

    def batch(self, samples, rng, pad, device):
        rows = [self.build(s, rng.random() < 0.5) for s in samples]
        length = max(len(ids) for ids, _ in rows)
        ids, labels = torch.full((len(rows), length), pad), torch.full((len(rows), length), IGNORE)
        for k, (tokens, learnt) in enumerate(rows):
            ids[k, :len(tokens)], labels[k, :len(learnt)] = torch.tensor(tokens), torch.tensor(learnt)
        attention = torch.zeros_like(ids)
        for k, (tokens, _) in enumerate(rows):
            attention[k, :len(tokens)] = 1
        pictures = [p for s in samples for p in self.pixels(s)]
        extra = {"pixel_values": torch.stack(pictures).to(device)} if pictures else {}
        return {"input_ids": ids.to(device), "labels": labels.to(device), "attention_mask": attention.to(device), **extra}


def keep(out: Path, start: Path, model, optimizer, step, rng):
    """Weights, then what is needed to go on: written whole, then moved into place."""
    part = out / "part"
    shutil.rmtree(part, ignore_errors=True)
    model.save_pretrained(part)
    for name in BESIDE:
        if (start / name).exists():
            shutil.copyfile(start / name, part / name)
    torch.save({"step": step, "optimizer": optimizer.state_dict(), "rng": rng.getstate()}, part / "training.pt")
    for file in part.iterdir():
        os.replace(file, out / file.name)
    part.rmdir()


def main(argv=None):
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--start", type=Path, required=True)
    args.add_argument("--annotations", type=Path, required=True)
    args.add_argument("--images", type=Path, required=True)
    args.add_argument("--out", type=Path, required=True)
    args.add_argument("--steps", type=int, default=1000)
    args.add_argument("--batch", type=int, default=4)
    args.add_argument("--rate", type=float, default=1e-5)
    args.add_argument("--tower", action="store_true", help="train the vision tower too")
    args.add_argument("--longest", type=int, help="tokens of a sample; default: the model's context")
    args.add_argument("--minutes-between", type=float, default=5, help="checkpoints")
    args.add_argument("--seed", type=int, default=0)
    a = args.parse_args(argv)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    resumed = torch.load(a.out / "training.pt", weights_only=False) if (a.out / "training.pt").exists() else None
    model = LlavaForConditionalGeneration.from_pretrained(a.out if resumed else a.start, dtype=torch.float32).to(device)
    reader = Reader(a.start, model.config, a.longest)
    samples = read(a.annotations, a.images, reader.fits)
    for name, weights in model.named_parameters():
        if "vision_tower" in name and not a.tower:
            weights.requires_grad_(False)
    learnt = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learnt, a.rate, betas=(0.9, 0.98), weight_decay=0.05)
    rng, step = random.Random(a.seed), 0
    if resumed:
        optimizer.load_state_dict(resumed["optimizer"])
        rng.setstate(resumed["rng"])
        step = resumed["step"]
        print(f"goes on from step {step}", flush=True)
    a.out.mkdir(parents=True, exist_ok=True)
    pad = model.config.text_config.pad_token_id or 0
    model.train()
    kept, losses = time.time(), []
    while step < a.steps:
        chosen = rng.sample(samples, min(a.batch, len(samples)))
        batch = reader.batch(chosen, rng, pad, device)
        with torch.autocast(device, torch.bfloat16):
            loss = model(**batch).loss
        value = loss.item()
        if not math.isfinite(value):
            (a.out / "nan.json").write_text(json.dumps({"step": step, "samples": [s["name"] for s in chosen]}) + "\n")
            raise NotANumber(f"the loss is no number at step {step}; its samples are named in {a.out / 'nan.json'}")
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learnt, 1.0)
        for group in optimizer.param_groups:
            group["lr"] = a.rate * min(1, (step + 1) / 20) * (0.5 + 0.5 * math.cos(math.pi * step / a.steps))
        optimizer.step()
        step += 1
        losses.append(value)
        if step % 10 == 0 or step == a.steps:
            print(f"step {step} of {a.steps}  loss {np.mean(losses[-10:]):.4f}", flush=True)
        if time.time() - kept > 60 * a.minutes_between:
            keep(a.out, a.start, model, optimizer, step, rng)
            kept = time.time()
    keep(a.out, a.start, model, optimizer, step, rng)
    return losses


if __name__ == "__main__":
    main()
