# SPDX-License-Identifier: Apache-2.0
"""Writes golden.json: what transformers' SigLIP processor (the Pillow one) makes of known pictures.

    pip install torch==2.13.0 transformers==5.23.0 pillow==12.3.0 numpy
    python make_golden.py

Pillow 13 resizes columns before rows when that is less work (tall pictures made smaller), which changes last bits.
The published model and its results come from the years of Pillow 9 and 10: rows first, always, and so do we.

Only hashes and a few values are stored: preprocess.test.ts draws the same pictures.
"""
import hashlib, json, os
import numpy as np
from PIL import Image
from picture import picture
from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil

SIZES = [(1, 1), (2, 3), (7, 5), (33, 200), (383, 385), (384, 384), (384, 100), (97, 384), (640, 480), (1919, 1081), (500, 3), (769, 1300), (3000, 500)]
TARGETS = [((640, 360), (97, 61)), ((31, 17), (64, 113)), ((100, 100), (100, 37)), ((100, 100), (37, 100)), ((2500, 9), (3, 9)), ((5, 4), (1, 1))]


def square(img, colour):
    """LLaVA's expand2square."""
    w, h = img.size
    if w == h:
        return img
    side = max(w, h)
    out = Image.new(img.mode, (side, side), colour)
    out.paste(img, ((side - w) // 2, (side - h) // 2))
    return out


def sha(a):
    return hashlib.sha256(np.ascontiguousarray(a).tobytes()).hexdigest()


def values(processor, img):
    a = processor(images=img, return_tensors="np")["pixel_values"][0]
    assert a.dtype == np.float32 and a.shape[0] == 3
    f = a.reshape(-1)
    return {"sha256": sha(a), "first": float(f[0]), "middle": float(f[f.size // 2 + 7]), "last": float(f[-1])}


siglip = SiglipImageProcessorPil(size={"height": 384, "width": 384}, image_mean=[0.5] * 3, image_std=[0.5] * 3)
clip = SiglipImageProcessorPil(
    size={"height": 336, "width": 224},
    image_mean=[0.48145466, 0.4578275, 0.40821073],
    image_std=[0.26862954, 0.26130258, 0.27577711],
)
golden = {"resize": [], "pixels": []}
for (w, h), (tw, th) in [(s, (384, 384)) for s in SIZES] + TARGETS:
    out = np.asarray(picture(w, h).resize((tw, th), Image.BICUBIC))
    golden["resize"].append({"from": [w, h], "to": [tw, th], "sha256": sha(out), "first": out[0, 0].tolist()})
for w, h in SIZES:
    img = picture(w, h)
    golden["pixels"].append({
        "from": [w, h],
        "squash": values(siglip, img),
        "pad": values(siglip, square(img, (127, 127, 127))),
        "clip": values(clip, img),
    })
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden.json"), "w") as f:
    json.dump(golden, f, indent=1)
    f.write("\n")
