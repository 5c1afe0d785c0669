# SPDX-License-Identifier: Apache-2.0
"""Asks an exported model as the app does, with transformers: pictures squashed to the model's square, greedy decoding.

python -m training.eval.ask --model models/starter --samples resources/samples          every question of samples.json
python -m training.eval.ask --model models/starter --images a.jpg b.jpg --question "What changed?"
"""
import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from transformers import LlavaForConditionalGeneration

from ..data.app_views import render
from ..data.sequence import REPLY, SYSTEM, PromptTokenizer, pixels


def squash(image, size):
    return np.asarray(image.convert("RGB").resize((size, size), Image.BICUBIC))


def frames(path, count, size, width=640, height=360):
    """`count` frames at equal distances from the first to the last."""
    raw = subprocess.run(["ffmpeg", "-loglevel", "error", "-i", str(path), "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
                         check=True, capture_output=True).stdout
    every = np.frombuffer(raw, np.uint8).reshape(-1, height, width, 3)
    return [squash(Image.fromarray(every[i]), size) for i in np.linspace(0, len(every) - 1, count, dtype=int)]


def views(path, size):
    """Eight views around a scene, captured by the app (needs `npm run build`)."""
    with tempfile.TemporaryDirectory() as folder:
        render(path, Path(folder), "ring")
        return [squash(Image.open(f), size) for f in sorted(Path(folder).glob("*.png"))]


@torch.no_grad()
def answer(model, tokenizer, images, question, newline="\n"):
    ids = torch.tensor([tokenizer.encode(SYSTEM + ("<image>" + newline) * len(images) + question + REPLY)])
    out = model.generate(input_ids=ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=64,
                         pixel_values=pixels(images), eos_token_id=tokenizer.end_id, pad_token_id=tokenizer.pad_id)
    return tokenizer.bpe.decode(out[0, ids.shape[1]:].tolist())


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--model", type=Path, required=True)
    args.add_argument("--samples", type=Path)
    args.add_argument("--images", nargs="*", default=[])
    args.add_argument("--question", action="append", default=[])
    args.add_argument("--count", type=int, default=16, help="frames of a clip")
    a = args.parse_args()
    model = LlavaForConditionalGeneration.from_pretrained(a.model, dtype=torch.float32).eval()
    size = model.config.vision_config.image_size
    tokenizer = PromptTokenizer(a.model / "tokenizer.json", (size // model.config.vision_config.patch_size) ** 2)
    jobs = []
    if a.samples:
        for sample in json.loads((a.samples / "samples.json").read_text()):
            files = [a.samples / f for f in sample["files"]]
            images = (frames(files[0], a.count, size) if sample["kind"] == "video" else
                      views(files[0].absolute(), size) if sample["kind"] == "scene" else [squash(Image.open(f), size) for f in files])
            jobs.append((sample["id"], images, [q["en"] for q in sample["questions"]] + a.question))
    else:
        jobs.append(("", [squash(Image.open(f), size) for f in a.images], a.question))
    for name, images, asked in jobs:
        for question in asked:
            print(f"{name:9} {question:60} {answer(model, tokenizer, images, question)}", flush=True)


if __name__ == "__main__":
    main()
