"""Asks an exported model the way the app does, with transformers: squash to the model's square, greedy decoding.

python -m recipe.ask --model starter --samples ../resources/samples          every question of samples.json
python -m recipe.ask --model starter --images a.jpg b.jpg --question "What changed?"
"""
import argparse
import json
import subprocess
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from transformers import LlavaForConditionalGeneration

from .sequence import REPLY, SYSTEM, Writer, pixels
from .words import COLOURS


def squash(image, size):
    return np.asarray(image.convert("RGB").resize((size, size), Image.BICUBIC))


def frames(path, count, size, width=640, height=360):
    """`count` frames at equal distances from the first to the last."""
    raw = subprocess.run(["ffmpeg", "-loglevel", "error", "-i", str(path), "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
                         check=True, capture_output=True).stdout
    every = np.frombuffer(raw, np.uint8).reshape(-1, height, width, 3)
    return [squash(Image.fromarray(every[i]), size) for i in np.linspace(0, len(every) - 1, count, dtype=int)]


def solids(size, count, elevation=25, fov=50, distance=4.6):
    """Views round the sample scene, by our own ray caster."""
    from .worlds3d import view
    objects = [{"c": c, "s": s, "x": x, "z": z, "r": r, "h": h, "a": 0.0, "rgb": COLOURS[c]} for c, s, x, z, r, h in (
        ("red", "sphere", -0.62, -0.5, 0.34, 0.34), ("blue", "box", 0.66, -0.55, 0.30, 0.30),
        ("green", "cylinder", 0.60, 0.62, 0.28, 0.34), ("yellow", "cone", -0.62, 0.6, 0.34, 0.36))]
    look = {"cx": 0, "cz": 0, "ty": 0.3, "dist": distance, "elev": np.radians(elevation), "fov": np.radians(fov), "wide": 1.0,
            "light": np.float32([0.4, 0.8, 0.45]), "ambient": 0.5, "power": 1.0, "gloss": 0, "shadow": 0, "round": False,
            "reach": 1.5, "ground": np.float32([206, 204, 200]), "sky": np.float32([232, 236, 240]), "fade": 0}
    return [view(objects, look, 2 * np.pi * k / count, size)[0] for k in range(count)]


@torch.no_grad()
def answer(model, writer, images, question, newline="\n"):
    ids = torch.tensor([writer.encode(SYSTEM + ("<image>" + newline) * len(images) + question + REPLY)])
    out = model.generate(input_ids=ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=64,
                         pixel_values=pixels(images), eos_token_id=writer.stop, pad_token_id=writer.pad)
    return writer.tokenizer.decode(out[0, ids.shape[1]:].tolist())


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--model", type=Path, required=True)
    args.add_argument("--samples", type=Path)
    args.add_argument("--images", nargs="*", default=[])
    args.add_argument("--question", action="append", default=[])
    args.add_argument("--count", type=int, default=16, help="frames of a clip")
    args.add_argument("--views", type=int, default=8)
    a = args.parse_args()
    model = LlavaForConditionalGeneration.from_pretrained(a.model, dtype=torch.float32).eval()
    size = model.config.vision_config.image_size
    writer = Writer(a.model / "tokenizer.json", (size // model.config.vision_config.patch_size) ** 2)
    jobs = []
    if a.samples:
        for sample in json.loads((a.samples / "samples.json").read_text()):
            files = [a.samples / f for f in sample["files"]]
            images = (frames(files[0], a.count, size) if sample["kind"] == "video" else
                      solids(size, a.views) if sample["kind"] == "scene" else [squash(Image.open(f), size) for f in files])
            jobs.append((sample["id"], images, [q["en"] for q in sample["questions"]] + a.question))
    else:
        jobs.append(("", [squash(Image.open(f), size) for f in a.images], a.question))
    for name, images, asked in jobs:
        for question in asked:
            print(f"{name:9} {question:60} {answer(model, writer, images, question)}", flush=True)


if __name__ == "__main__":
    main()
