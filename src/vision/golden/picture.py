# SPDX-License-Identifier: Apache-2.0
"""The pictures that make_golden.py and make_crops.py measure. preprocess.test.ts draws the same, so only hashes are stored."""
import numpy as np
from PIL import Image


def picture(w, h):
    """A hash of each byte's place (hard edges and noise), softened on the left half by a gradient."""
    i = np.arange(w * h * 3, dtype=np.uint64)
    v = (i * 2654435761 + 12345) & 0xFFFFFFFF
    v ^= v >> 15
    v = (v * 2246822519) & 0xFFFFFFFF
    v ^= v >> 13
    noise = (v & 255).astype(np.int64)
    x = ((i // 3) % w).astype(np.int64)
    data = np.where(x * 2 < w, (noise >> 3) + (x * 400) // w, noise)
    return Image.fromarray(data.astype(np.uint8).reshape(h, w, 3))
