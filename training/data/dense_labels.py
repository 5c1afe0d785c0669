# SPDX-License-Identifier: Apache-2.0
"""Single pictures with labels for every patch: the kind of object in it, its colour, and the place of its centre."""
import math
import random

import numpy as np
import torch

from . import draw, draw_batch
from .raycast import VIEWS
from .words import COLOUR_NAMES, KINDS

BINS = 16       # of a place: x and y in sixteenths of the picture


def flat_sample(rng, size, grid):
    """A flat picture with its labels: uint8 [S, S, 3], int64 [T, 4] = kind, colour, x bin, y bin (kind 0 = nothing)."""
    style = draw.Style(rng, size)
    objects = draw.scene(rng, rng.randint(1, 5), style.aspect)
    cell = (np.arange(grid) + 0.5) / grid
    gx, gy = np.meshgrid(cell, cell)
    labels = np.zeros((grid * grid, 4), np.int64)
    nearest = np.full(grid * grid, 9.0)
    for o in objects:
        rx, ry = o["r"] / style.aspect ** 0.5, o["r"] * style.aspect ** 0.5
        # distance of the patch from the centre, in units of the shape's radius or half a patch, whichever is larger
        away = np.hypot((gx - o["x"]) / max(rx, 0.6 / grid), (gy - o["y"]) / max(ry, 0.6 / grid)).ravel()
        inside = (away < 1) | ((abs(gx - o["x"]) <= 0.5 / grid) & (abs(gy - o["y"]) <= 0.5 / grid)).ravel()
        here = inside & (away < nearest)
        nearest[here] = away[here]
        labels[here] = (1 + KINDS.index(o["s"]), COLOUR_NAMES.index(o["c"]),
                        min(BINS - 1, int(o["x"] * BINS)), min(BINS - 1, int(o["y"] * BINS)))
    return style.picture(objects), labels


def solid_sample(rng, pool):
    """A view of a pooled 3D scene with the same kind of labels."""
    n, v = rng.randrange(len(pool["names"])), rng.randrange(VIEWS)
    cells = pool["cells"][n, v].astype(np.int64)
    labels = np.zeros((len(cells), 4), np.int64)
    for i, (colour, kind) in enumerate(pool["names"][n]):
        if kind >= 0:
            x, y, _ = np.clip(pool["places"][n, v, i], 0, 0.999)
            labels[cells == i] = 1 + kind, colour, int(x * BINS), int(y * BINS)
    return pool["images"][n, v], labels


def load_labelled(files):
    """Pools of `raycast`, joined."""
    pools = [np.load(file) for file in files]
    return {k: np.concatenate([p[k] for p in pools]) for k in ("images", "names", "cells", "places")}


class LabelledPictures(torch.utils.data.IterableDataset):
    """Endless (a batch of pictures, labels [B, T, 4]); `share` of the pictures are views of 3D scenes."""

    def __init__(self, pool, size, batch, seed, share=0.25):
        self.pool, self.size, self.batch, self.seed, self.share = pool, size, batch, seed, share

    def __iter__(self):
        worker = torch.utils.data.get_worker_info()
        seed = self.seed + (1000 * (worker.id + 1) if worker else 0)
        rng, pool = random.Random(seed), self.pool
        np.random.seed(seed)
        if worker:
            torch.set_num_threads(1)
            draw_batch.defer()
            pool = {**pool, "images": draw_batch.StoredImages("views", pool["images"].shape)}
        grid = self.size.image // self.size.patch
        while True:
            samples = [solid_sample(rng, pool) if rng.random() < self.share else flat_sample(rng, self.size.image, grid)
                       for _ in range(self.batch)]
            yield [s[0] for s in samples], torch.from_numpy(np.stack([s[1] for s in samples]))


def mirrored(images, labels, which):
    """Pictures [N, 3, S, S] and labels [N, T, 4], flipped left to right where `which` [N] is true. Every shape is symmetric."""
    grid = math.isqrt(labels.shape[1])
    other = labels.unflatten(1, (grid, grid)).flip(2).flatten(1, 2)
    other[..., 2] = torch.where(other[..., 0] > 0, BINS - 1 - other[..., 2], 0)
    return torch.where(which[:, None, None, None], images.flip(3), images), torch.where(which[:, None, None], other, labels)


def augmented(images, labels):
    """Pictures [N, 3, S, S] and labels [N, T, 4] at a random brightness each, half of them flipped left to right."""
    light = torch.empty(len(images), device=images.device).uniform_(0.9, 1.08)
    images = ((images + 1) * light[:, None, None, None] - 1).clamp(-1, 1)
    return mirrored(images, labels, torch.rand(len(images), device=images.device) < 0.5)
