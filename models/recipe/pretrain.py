"""Stage 0: the tower learns to say, for every patch, which kind of thing lies there, its colour and its place.

The kind, colour and rough place are said in words: the projector's output must point at the words' own (tied)
embeddings, so that the language model later finds pictures already written in its vocabulary.

torchrun --nproc_per_node 2 -m recipe.pretrain --pool pool.npz --out tower.pt --minutes 12
"""
import argparse
import math
import random
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from . import draw2d, paint
from .model import SIZES, Projector, Tower
from .sequence import Writer, pixels as draw_here
from .team import Team
from .words import COLOUR_NAMES, KINDS
from .worlds3d import VIEWS

BINS = 16
WORDS = [["<|endoftext|>"] + [" " + k for k in KINDS], [" " + c for c in COLOUR_NAMES],
         [" left", " center", " right"], [" top", " center", " bottom"]]
SHARPNESS = 80.0    # scores are dot products of short vectors: this makes them sharp
LENGTH = 2.0        # of a picture token: a few word embeddings. Were it much longer, no layer could add anything to it


class Heads(nn.Module):
    """Tower features [B, T, D] -> scores of kinds, colours, columns, rows [B, T, n] and of fine x and y [B, T, BINS]."""

    def __init__(self, size, writer):
        super().__init__()
        self.projector = Projector(size)
        for layer in (self.projector.linear_1, self.projector.linear_2):
            nn.init.normal_(layer.weight, 0, 0.03)
            nn.init.zeros_(layer.bias)
        self.words = nn.Embedding(size.vocab, size.width)
        nn.init.normal_(self.words.weight, 0, 0.02)
        self.fine = nn.Linear(size.width, 2 * BINS)
        self.ids = []
        for group in WORDS:
            tokens = [writer.chunk(w) for w in group]
            assert all(len(t) == 1 for t in tokens), tokens
            self.ids.append(torch.tensor([t[0] for t in tokens]))

    def forward(self, features):
        """Also remembers the mean length of the projector's output, which training keeps near LENGTH."""
        out = self.projector(features)
        self.length = out.float().norm(dim=-1)
        scores = [F.linear(out, self.words.weight[ids.to(out.device)]) * SHARPNESS for ids in self.ids]
        return [s.float() for s in [*scores, *self.fine(out * SHARPNESS ** 0.5).split(BINS, -1)]]


def flat_sample(rng, size, grid):
    """A flat picture with its labels: uint8 [S, S, 3], int64 [T, 4] = kind, colour, x bin, y bin (kind 0 = nothing)."""
    look = draw2d.Look(rng, size)
    objects = draw2d.scene(rng, rng.randint(1, 5), look.aspect)
    cell = (np.arange(grid) + 0.5) / grid
    gx, gy = np.meshgrid(cell, cell)
    labels = np.zeros((grid * grid, 4), np.int64)
    nearest = np.full(grid * grid, 9.0)
    for o in objects:
        rx, ry = o["r"] / look.aspect ** 0.5, o["r"] * look.aspect ** 0.5
        # distance from the patch to the centre, in units of the shape's radius or half a patch, whichever is larger
        away = np.hypot((gx - o["x"]) / max(rx, 0.6 / grid), (gy - o["y"]) / max(ry, 0.6 / grid)).ravel()
        inside = (away < 1) | ((abs(gx - o["x"]) <= 0.5 / grid) & (abs(gy - o["y"]) <= 0.5 / grid)).ravel()
        here = inside & (away < nearest)
        nearest[here] = away[here]
        labels[here] = (1 + KINDS.index(o["s"]), COLOUR_NAMES.index(o["c"]),
                        min(BINS - 1, int(o["x"] * BINS)), min(BINS - 1, int(o["y"] * BINS)))
    return look.picture(objects), labels


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


def labelled(files):
    """The pools of `worlds3d`, one after another."""
    pools = [np.load(file) for file in files]
    return {k: np.concatenate([p[k] for p in pools]) for k in ("images", "names", "cells", "places")}


class Pictures(torch.utils.data.IterableDataset):
    """(a batch of pictures, labels [B, T, 4]), without end; of each batch this share are views of 3D scenes."""

    def __init__(self, pool, size, batch, seed, share=0.25):
        self.pool, self.size, self.batch, self.seed, self.share = pool, size, batch, seed, share

    def __iter__(self):
        worker = torch.utils.data.get_worker_info()
        seed = self.seed + (1000 * (worker.id + 1) if worker else 0)
        rng, pool = random.Random(seed), self.pool
        np.random.seed(seed)
        if worker:
            torch.set_num_threads(1)
            paint.defer()
            pool = {**pool, "images": paint.Stored("views", pool["images"].shape)}
        grid = self.size.image // self.size.patch
        while True:
            samples = [solid_sample(rng, pool) if rng.random() < self.share else flat_sample(rng, self.size.image, grid)
                       for _ in range(self.batch)]
            yield [s[0] for s in samples], torch.from_numpy(np.stack([s[1] for s in samples]))


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--pool", required=True, nargs="+")
    args.add_argument("--out", required=True)
    args.add_argument("--tokenizer", required=True)
    args.add_argument("--minutes", type=float, default=12)
    args.add_argument("--size", choices=SIZES, default="S")
    args.add_argument("--device", default="cpu")
    args.add_argument("--workers", type=int, default=0)
    args.add_argument("--batch", type=int, default=32)
    args.add_argument("--rate", type=float, default=1.5e-3)
    args.add_argument("--optimizer", choices=["muon", "adamw"], default="muon")
    args.add_argument("--init", help="start from the weights of an earlier run (OUT.part holds those of one that stopped)")
    a = args.parse_args()
    team = Team()
    torch.manual_seed(0)
    size = SIZES[a.size]
    tower = Tower(size)
    for m in tower.modules():
        if isinstance(m, (nn.Linear, nn.Conv2d)):
            nn.init.normal_(m.weight, 0, 0.03)
            nn.init.zeros_(m.bias)
    heads = Heads(size, Writer(a.tokenizer, size.tokens))
    tower.to(a.device), heads.to(a.device)
    pool = labelled(a.pool)
    pictures = torch.utils.data.DataLoader(Pictures(pool, size, a.batch, team.rank), batch_size=None, num_workers=a.workers)
    draw = paint.Painter(size.image, a.device, pool) if a.workers else draw_here
    parameters = [p for p in [*tower.parameters(), *heads.parameters()] if p.requires_grad]
    if a.init:
        stored = torch.load(a.init, map_location=a.device)
        tower.load_state_dict(stored["tower"])
        heads.load_state_dict(stored["heads"])
    matrices = [p for n, p in tower.named_parameters() if p.ndim == 2 and "layers" in n] if a.optimizer == "muon" else []
    rest = [p for p in parameters if not any(p is m for m in matrices)]
    optimizers = [torch.optim.AdamW(rest, a.rate, betas=(0.9, 0.98), weight_decay=0.05)]
    if matrices:
        optimizers.append(torch.optim.Muon(matrices, lr=a.rate, weight_decay=0.05, momentum=0.95, adjust_lr_fn="match_rms_adamw"))
    start, step, done, right = time.time(), 0, 0.0, np.zeros(4)
    for images, labels in pictures:
        if done >= 1:
            break
        labels = labels.to(a.device)
        rate = a.rate * min(1, (step + 1) / 100) * (0.03 + 0.97 * (1 + math.cos(math.pi * done)) / 2)
        with torch.autocast(a.device, torch.bfloat16):
            kind, colour, column, row, x, y = heads(tower(draw(images)))
        there = labels[..., 0] > 0
        truth = labels[there]
        loss = 2 * F.cross_entropy(kind.flatten(0, 1), labels[..., 0].flatten()) + F.cross_entropy(colour[there], truth[:, 1])
        for out, want in ((column, truth[:, 2] * 3 // BINS), (row, truth[:, 3] * 3 // BINS), (x, truth[:, 2]), (y, truth[:, 3])):
            loss = loss + 0.5 * F.cross_entropy(out[there], want)
        loss = loss + 0.1 * (heads.length / LENGTH - 1).square().mean()
        if not math.isfinite(loss.item()):
            raise SystemExit(f"the loss is no longer a number at step {step}: lower --rate")
        for q in parameters:
            q.grad = None
        loss.backward()
        done = team.average(parameters, (time.time() - start) / 60 / a.minutes)
        nn.utils.clip_grad_norm_(parameters, 1.0)
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate
            optimizer.step()
        step += 1
        right = 0.95 * right + 0.05 * np.array([(o.argmax(-1) == labels[..., i])[there].float().mean().item()
                                               for i, o in enumerate((kind, colour, x, y))])
        if step % 50 == 0 and team.rank == 0:
            print(f"{(time.time() - start) / 60:.1f} min  {step * a.batch * team.size} pictures  loss {loss.item():.3f}  "
                  f"kind {right[0]:.3f}  colour {right[1]:.3f}  x {right[2]:.3f}  y {right[3]:.3f}", flush=True)
        if step % 500 == 0 and team.rank == 0:
            torch.save({"tower": tower.state_dict(), "heads": heads.state_dict()}, a.out + ".part")
    if team.rank == 0:
        torch.save({"tower": tower.state_dict(), "heads": heads.state_dict()}, a.out)


if __name__ == "__main__":
    main()
