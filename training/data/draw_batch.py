# SPDX-License-Identifier: Apache-2.0
"""Draws many flat pictures at once with torch, on whatever device: the same pictures as `draw`, so that a GPU makes its own data.

Worker processes only choose what to draw: after `defer`, Style.picture returns an Undrawn and a pool a reference (its name, row, column).
"""
from dataclasses import dataclass

import numpy as np
import torch

from .draw import Style, backgrounds
from .words import SHAPES


@dataclass
class Undrawn:
    """A picture that is not yet drawn. shapes [n, 9] float32: kind, x, y, radius, turn, red, green, blue, 0."""
    back: int
    aspect: float
    soft: float
    shadow: float
    light: float
    noise: float
    shapes: np.ndarray


class StoredImages:
    """Replaces a pool's images: gives references to pictures instead of the pictures."""

    def __init__(self, name, shape):
        self.name, self.shape = name, shape

    def __getitem__(self, key):
        return self.name, *key


def defer():
    """Makes `Style.picture` return Undrawn from now on, in this process."""
    def picture(self, objects):
        backs = backgrounds(self.size)
        at = next(i for i, back in enumerate(backs) if back is self.back)
        rows = [(SHAPES.index(o["s"]), o["x"], o["y"], o["r"], o["t"], *o["rgb"], 0) for o in objects]
        return Undrawn(at, self.aspect, self.soft, self.shadow, self.light, self.noise, np.float32(rows).reshape(-1, 9))

    Style.picture = picture


def distance(kind, x, y):
    """draw.distance for tensors x, y of one kind of shape."""
    shape = SHAPES[kind]
    if shape == "circle":
        return torch.hypot(x, y) - 1
    if shape == "square":
        return torch.maximum(x.abs(), y.abs()) - 0.85
    if shape == "diamond":
        return (x.abs() * 1.35 + y.abs() * 0.95) / 1.65 - 0.6
    if shape == "triangle":
        return torch.maximum(x.abs() * 0.87 - (y + 1) * 0.45, y - 0.75)
    if shape == "star":
        corner = (torch.remainder(torch.atan2(x, -y) / (2 * torch.pi) * 5 + 0.5, 1) - 0.5).abs() * 2
        return torch.hypot(x, y) - (1.08 - 0.68 * (corner + 0.02).sqrt())
    if shape == "cross":
        return torch.minimum(torch.maximum(x.abs() - 0.32, y.abs() - 1), torch.maximum(x.abs() - 1, y.abs() - 0.32))
    if shape == "ring":
        return (torch.hypot(x, y) - 0.75).abs() - 0.25
    u, v = x * 1.15, -y * 1.15 + 0.1
    d = (u * u + v * v - 0.8) ** 3 - 1.4 * u * u * v ** 3
    return d.sign() * d.abs() ** (1 / 3) * 0.6


def draw(flats, backs, seed=None):
    """Undrawn pictures and backgrounds [n, S, S, 3] float on the device -> [N, S, S, 3] float 0..255. Noise only with a seed."""
    device, size = backs.device, backs.shape[1]

    def column(values):
        return torch.tensor(values, dtype=torch.float32, device=device).view(-1, 1, 1)

    image = backs[torch.tensor([f.back for f in flats], device=device)].clone()
    aspect, soft, shadow = (column([getattr(f, k) for f in flats]) for k in ("aspect", "soft", "shadow"))
    most = max((len(f.shapes) for f in flats), default=0)
    table = np.zeros((len(flats), most, 9), np.float32)
    table[..., 0] = -1
    for i, f in enumerate(flats):
        table[i, :len(f.shapes)] = f.shapes
    table = torch.from_numpy(table).to(device)
    grid = torch.arange(size, device=device) + 0.5
    for k in range(most):
        kind = table[:, k, 0].long()
        for shape in kind[kind >= 0].unique().tolist():
            who = (kind == shape).nonzero().flatten()
            _, x, y, r, turn, *rgb, _ = table[who, k].view(len(who), 9, 1, 1).unbind(1)
            rx, ry = r * size / aspect[who].sqrt(), r * size * aspect[who].sqrt()
            gx, gy = (grid.view(1, 1, -1) - x * size) / rx, (grid.view(1, -1, 1) - y * size) / ry
            inside = (gx.abs() <= 1.25 + 2 / rx) & (gy.abs() <= 1.25 + 2 / ry)
            cos, sin, scale = turn.cos(), turn.sin(), (rx * ry).sqrt() / soft[who]
            sx, sy = gx - 0.12, gy - 0.16
            dark = (0.5 - distance(shape, sx * cos + sy * sin, sy * cos - sx * sin) * scale * 0.3).clamp(0, 1) * inside
            part = image[who] * (1 - shadow[who] * dark)[..., None]
            mask = ((0.5 - distance(shape, gx * cos + gy * sin, gy * cos - gx * sin) * scale).clamp(0, 1) * inside)[..., None]
            image[who] = part + (torch.cat(rgb, -1)[:, :, None, :].view(len(who), 1, 1, 3) - part) * mask
    image *= column([f.light for f in flats])[..., None]
    if seed is not None:
        generator = torch.Generator(device).manual_seed(seed)
        image += torch.randn(image.shape, generator=generator, device=device) * column([f.noise for f in flats])[..., None]
    return image.clamp(0, 255)


class BatchDrawer:
    """Undrawn pictures, views and frames of clips, in any order -> pixels [N, 3, S, S] in -1..1 on the device."""

    def __init__(self, size, device, pool=None, clips=None):
        self.backs = torch.from_numpy(np.stack(backgrounds(size))).to(device)
        pools = {"views": pool, "clips": clips}
        self.stored = {name: torch.from_numpy(p["images"]).to(device) for name, p in pools.items() if p is not None}
        self.step = 0

    def __call__(self, images):
        self.step += 1
        out = torch.empty((len(images), *self.backs.shape[1:]), device=self.backs.device)
        flat = [i for i, image in enumerate(images) if isinstance(image, Undrawn)]
        if flat:
            out[flat] = draw([images[i] for i in flat], self.backs, self.step)
        for name, stored in self.stored.items():
            seen = [i for i, image in enumerate(images) if isinstance(image, tuple) and image[0] == name]
            if seen:
                n, v = torch.tensor([images[i][1:] for i in seen], device=out.device).unbind(1)
                out[seen] = stored[n, v].float()
        for i, image in enumerate(images):
            if isinstance(image, np.ndarray):
                out[i] = torch.from_numpy(image).to(out.device)
            elif not isinstance(image, (Undrawn, tuple)):
                raise TypeError(f"{type(image).__name__} is no picture")
        return out.permute(0, 3, 1, 2).div(127.5).sub(1).contiguous()
