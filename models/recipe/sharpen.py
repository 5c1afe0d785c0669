"""Between the stages: the eye of a trained model learns on from labels for every patch, and stays near what its language
model is used to. Questions alone teach it slowly, and one shape in fifteen misnamed is a list of five wrong every third time.

torchrun --nproc_per_node 2 -m recipe.sharpen --model lift.pt --pool pool.npz --out sharp.pt
"""
import argparse
import math
import os
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from . import paint
from .model import load, save
from .pretrain import BINS, Pictures, labelled
from .sequence import pixels as draw_here
from .team import Team
from .words import COLOUR_NAMES, KINDS, SHAPES

NEAR = 2.0      # what a change of a picture token costs, in units of its own square
SOLID = 0.45    # the share of views of 3D scenes: solids are the harder ones


class Readers(nn.Module):
    """The projector's output [B, T, D] -> scores of kinds (0 is nothing), colours, x bins and y bins [B, T, n]."""

    def __init__(self, width):
        super().__init__()
        self.parts = [1 + len(KINDS), len(COLOUR_NAMES), BINS, BINS]
        self.norm, self.read = nn.LayerNorm(width), nn.Linear(width, sum(self.parts))

    def forward(self, out):
        return self.read(self.norm(out)).float().split(self.parts, -1)


def mirrored(images, labels, which):
    """Pictures [N, 3, S, S] and labels [N, T, 4], those of `which` [N] as in a mirror: every shape is its own mirror image."""
    grid = math.isqrt(labels.shape[1])
    other = labels.unflatten(1, (grid, grid)).flip(2).flatten(1, 2)
    other[..., 2] = torch.where(other[..., 0] > 0, BINS - 1 - other[..., 2], 0)
    return torch.where(which[:, None, None, None], images.flip(3), images), torch.where(which[:, None, None], other, labels)


def varied(images, labels):
    """The same under another light, and half of it as in a mirror."""
    light = torch.empty(len(images), device=images.device).uniform_(0.9, 1.08)
    images = ((images + 1) * light[:, None, None, None] - 1).clamp(-1, 1)
    return mirrored(images, labels, torch.rand(len(images), device=images.device) < 0.5)


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--model", required=True)
    args.add_argument("--pool", required=True, nargs="+")
    args.add_argument("--out", required=True)
    args.add_argument("--minutes", type=float, default=20)
    args.add_argument("--device", default="cpu")
    args.add_argument("--workers", type=int, default=0)
    args.add_argument("--batch", type=int, default=48)
    args.add_argument("--rate", type=float, default=1e-3)
    args.add_argument("--seed", type=int, default=1)
    a = args.parse_args()
    if os.path.exists(a.out):
        print(f"{a.out} is there already")
        return
    team = Team()
    torch.manual_seed(a.seed + team.rank)
    part = a.out + ".part"
    before = load(a.model)[0].to(a.device)
    model, kept = load(part if os.path.exists(part) else a.model)
    model.to(a.device)
    readers = Readers(model.z.width).to(a.device)
    if "readers" in kept:
        readers.load_state_dict(kept["readers"])
    team.spread([*readers.parameters()])
    started = kept["minutes"] if "readers" in kept else 0.0
    pool = labelled(a.pool)
    data = Pictures(pool, model.z, a.batch, a.seed * 100 + team.rank, SOLID)
    draw = paint.Painter(model.z.image, a.device, pool) if a.workers else draw_here
    eye = [p for part in (model.vision_tower, model.multi_modal_projector) for p in part.parameters() if p.requires_grad]
    matrices = [p for n, p in model.vision_tower.named_parameters() if p.ndim == 2 and "layers" in n]
    rest = [p for p in eye if not any(p is m for m in matrices)]
    # (optimizer, its rate, the steps it takes to get there): the readers come first, the eye follows
    plan = [(torch.optim.AdamW(readers.parameters(), betas=(0.9, 0.98)), 2 * a.rate, 50),
            (torch.optim.AdamW(rest, betas=(0.9, 0.98), weight_decay=0.05), a.rate, 400),
            (torch.optim.Muon(matrices[team.rank::team.size], weight_decay=0.05, momentum=0.95, adjust_lr_fn="match_rms_adamw"), a.rate, 400)]
    for layer in model.vision_tower.vision_model.encoder.layers if a.device == "cpu" else []:
        layer.compile()
    parameters = [*readers.parameters(), *eye]
    start, step, done, right, saved = time.time(), 0, started / a.minutes, np.zeros((2, 4)), time.time()
    for images, labels in torch.utils.data.DataLoader(data, batch_size=None, num_workers=a.workers):
        if done >= 1:
            break
        images, labels = varied(draw(images), labels.to(a.device))
        with torch.autocast(a.device, torch.bfloat16):
            with torch.no_grad():
                wanted = before.features(images).float()
            out = model.features(images).float()
            kind, colour, x, y = scores = readers(out)
        there = labels[..., 0] > 0
        truth = labels[there]
        moved = ((out - wanted).square().sum(-1) / wanted.square().sum(-1)).mean()
        loss = (F.cross_entropy(kind.flatten(0, 1), labels[..., 0].flatten()) + F.cross_entropy(kind[there], truth[:, 0])
                + F.cross_entropy(colour[there], truth[:, 1]) + 0.3 * F.cross_entropy(x[there], truth[:, 2])
                + 0.3 * F.cross_entropy(y[there], truth[:, 3]) + NEAR * moved)
        if not math.isfinite(loss.item()):
            raise SystemExit(f"the loss is no longer a number at step {step}: lower --rate")
        for p in parameters:
            p.grad = None
        loss.backward()
        done = team.average(parameters, (started + (time.time() - start) / 60) / a.minutes)
        nn.utils.clip_grad_norm_(parameters, 1.0)
        fall = 0.02 + 0.98 * (1 + math.cos(math.pi * min(1, done))) / 2
        for optimizer, rate, steps in plan:
            for group in optimizer.param_groups:
                group["lr"] = rate * fall * min(1, (step + 1) / steps)
            optimizer.step()
        team.spread(matrices)
        step += 1
        solid = labels[..., 0] > len(SHAPES)
        for row, among in enumerate((there & ~solid, there & solid)):
            if among.any():
                right[row] += 0.03 * (np.array([(s.argmax(-1) == labels[..., i])[among].float().mean().item()
                                                for i, s in enumerate(scores)]) - right[row])
        if step % 50 == 0 and team.rank == 0:
            print(f"{(time.time() - start) / 60:.1f} min  {step * a.batch * team.size} pictures  loss {loss.item():.3f}  moved {moved.item():.3f}  "
                  + "  ".join(f"{name}: kind {r[0]:.3f} colour {r[1]:.3f} x {r[2]:.3f} y {r[3]:.3f}"
                              for name, r in zip(("flat", "solid"), right)), flush=True)
        if time.time() - saved > 120 and team.rank == 0:
            save(part, model, readers=readers.state_dict(), minutes=done * a.minutes)
            saved = time.time()
    if team.rank == 0:
        save(part, model)
        os.replace(part, a.out)


if __name__ == "__main__":
    main()
