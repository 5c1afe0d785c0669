# SPDX-License-Identifier: Apache-2.0
"""Draws flat shapes with NumPy. A shape is a dict {c, s, x, y, r, t, rgb}: colour, shape, centre (0..1), radius, rotation in
radians, pixel colour.

The radius is a fraction of sqrt(width * height). `aspect` is width / height of the picture before it was squashed to a square:
a 640x360 clip is drawn directly at 96x96 with aspect 16/9, so its circles are narrow.
"""
import random
from functools import lru_cache

import numpy as np
from PIL import Image

from .words import COLOURS, SHAPES, pairs

SIZE = 96           # side of a picture of the training data, in pixels
TRAIN_PAIRS = pairs(SHAPES)
HELD_PAIRS = pairs(SHAPES, held=True)


def distance(shape, x, y):
    """Signed distance-like field of a unit shape (negative inside); x, y arrays of one shape, y downwards."""
    if shape == "circle":
        return np.hypot(x, y) - 1
    if shape == "square":
        return np.maximum(abs(x), abs(y)) - 0.85
    if shape == "diamond":
        return (abs(x) * 1.35 + abs(y) * 0.95) / 1.65 - 0.6
    if shape == "triangle":
        return np.maximum(abs(x) * 0.87 - (y + 1) * 0.45, y - 0.75)
    if shape == "star":
        corner = np.abs(np.mod(np.arctan2(x, -y) / (2 * np.pi) * 5 + 0.5, 1) - 0.5) * 2
        return np.hypot(x, y) - (1.08 - 0.68 * np.sqrt(corner + 0.02))
    if shape == "cross":
        ax, ay = abs(x), abs(y)
        return np.minimum(np.maximum(ax - 0.32, ay - 1), np.maximum(ax - 1, ay - 0.32))
    if shape == "ring":
        return abs(np.hypot(x, y) - 0.75) - 0.25
    if shape == "heart":
        u, v = x * 1.15, -y * 1.15 + 0.1
        d = (u * u + v * v - 0.8) ** 3 - 1.4 * u * u * v ** 3
        return np.sign(d) * np.abs(d) ** (1 / 3) * 0.6
    raise ValueError(shape)


def paint(image, obj, aspect, soft=1.0, shadow=0.0):
    """Paints one shape into image [H, W, 3] (float32 0..255) in place, touching only its own square."""
    height, width = image.shape[:2]
    rx, ry = obj["r"] * width / aspect ** 0.5, obj["r"] * height * aspect ** 0.5
    cx, cy = obj["x"] * width, obj["y"] * height
    reach = 1.25
    x0, x1 = max(0, int(cx - rx * reach - 2)), min(width, int(cx + rx * reach + 3))
    y0, y1 = max(0, int(cy - ry * reach - 2)), min(height, int(cy + ry * reach + 3))
    if x1 <= x0 or y1 <= y0:
        return
    gx = ((np.arange(x0, x1, dtype=np.float32) + 0.5 - cx) / rx)[None, :]
    gy = ((np.arange(y0, y1, dtype=np.float32) + 0.5 - cy) / ry)[:, None]
    cos, sin = np.cos(obj["t"], dtype=np.float32), np.sin(obj["t"], dtype=np.float32)
    scale = np.float32((rx * ry) ** 0.5 / soft)
    patch = image[y0:y1, x0:x1]
    if shadow:
        sx, sy = gx - 0.12, gy - 0.16
        dark = np.clip(0.5 - distance(obj["s"], sx * cos + sy * sin, sy * cos - sx * sin) * scale * 0.3, 0, 1)
        patch *= 1 - shadow * dark[..., None]
    mask = np.clip(0.5 - distance(obj["s"], gx * cos + gy * sin, gy * cos - gx * sin) * scale, 0, 1)[..., None]
    patch += (np.asarray(obj["rgb"], np.float32) - patch) * mask


def background(rng, width, height):
    """A light to middling, little saturated background [H, W, 3] float32: plain, gradient, two-tone or mottled."""
    def tone():
        base = rng.uniform(135, 252)
        return np.clip([base + rng.uniform(-22, 22) for _ in range(3)], 100, 255).astype(np.float32)

    kind = rng.choice(["plain", "plain", "gradient", "gradient", "split", "mottled", "mottled"])
    one = tone()
    two = np.clip(one + np.float32([rng.uniform(-45, 45)] * 3) + np.float32([rng.uniform(-12, 12) for _ in range(3)]), 95, 255)
    gx, gy = np.meshgrid(np.linspace(0, 1, width, dtype=np.float32), np.linspace(0, 1, height, dtype=np.float32))
    if kind == "plain":
        weight = np.zeros_like(gx)
    elif kind == "gradient":
        angle = rng.uniform(0, 6.28)
        weight = np.clip(((gx - 0.5) * np.cos(angle) + (gy - 0.5) * np.sin(angle)) + 0.5, 0, 1)
    elif kind == "split":
        weight = np.clip((gy - rng.uniform(0.25, 0.75)) * height / 2 + 0.5, 0, 1)
    else:
        n = rng.choice([3, 5, 9])
        small = np.array([[rng.random() for _ in range(n)] for _ in range(n)], np.float32)
        weight = np.asarray(Image.fromarray(small).resize((width, height), Image.BICUBIC))
    weight = np.clip(weight, 0, 1)[..., None].astype(np.float32)
    return one * (1 - weight) + two * weight


@lru_cache
def backgrounds(size):
    """The 500 backgrounds [S, S, 3] float32 that training pictures are drawn on."""
    fixed = random.Random(7)
    return [background(fixed, size, size) for _ in range(500)]


class Style:
    """What all pictures of one sample share: aspect, background, edge softness, shadow, noise, light."""

    def __init__(self, rng: random.Random, size: int):
        self.size = size
        self.back = rng.choice(backgrounds(size))
        self.aspect = rng.choice([1, 1, 1, 4 / 3, 4 / 3, 16 / 9, 16 / 9, 16 / 9, 3 / 4])
        self.soft = rng.uniform(0.8, 1.7)
        self.shadow = rng.uniform(0.1, 0.35) if rng.random() < 0.3 else 0
        self.noise = rng.uniform(0, 5) if rng.random() < 0.4 else 0
        self.light = rng.uniform(0.88, 1.06)

    def picture(self, objects):
        """uint8 [S, S, 3] of the shapes on this style's background."""
        image = self.back.copy()
        for obj in objects:
            paint(image, obj, self.aspect, self.soft, self.shadow)
        image *= self.light
        if self.noise:
            image += np.random.standard_normal(image.shape).astype(np.float32) * self.noise
        return np.clip(image, 0, 255).astype(np.uint8)


def shape_at(rng, others, pair, aspect, rmin=0.075, rmax=0.15, margin=0.01):
    """A shape of the (colour, shape) pair at a free place, or None when there is no room."""
    colour, shape = pair
    for _ in range(50):
        r = rng.uniform(rmin, rmax)
        rx, ry = r / aspect ** 0.5 + margin, r * aspect ** 0.5 + margin
        x, y = rng.uniform(rx, 1 - rx), rng.uniform(ry, 1 - ry)
        if all(np.hypot((x - o["x"]) * aspect ** 0.5, (y - o["y"]) / aspect ** 0.5) > r + o["r"] + 0.012 for o in others):
            turn = rng.uniform(-0.25, 0.25) if shape != "diamond" else rng.uniform(-0.12, 0.12)
            return {"c": colour, "s": shape, "x": x, "y": y, "r": r, "t": turn, "rgb": shade(rng, colour)}
    return None


def shade(rng, colour):
    """The colour as a camera might see it."""
    return tuple(min(255, max(0, v + rng.uniform(-18, 18))) for v in COLOURS[colour])


def pick_pair(rng, held=False):
    """A random pair; the held-out test draws from the held-out pairs half of the time."""
    return rng.choice(HELD_PAIRS) if held and rng.random() < 0.5 else rng.choice(TRAIN_PAIRS)


def scene(rng, count, aspect, held=False, pairs_first=(), **place):
    """`count` shapes that do not overlap; the first ones have the given pairs."""
    objects = []
    for i in range(count):
        pair = pairs_first[i] if i < len(pairs_first) else pick_pair(rng, held)
        obj = shape_at(rng, objects, pair, aspect, **place)
        if obj:
            objects.append(obj)
    return objects


def clutter(rng, count, size):
    """Pictures [S, S, 3] without objects of the synthetic worlds, similar to each other as frames and views are: layers of
    coloured noise under random soft patches and bars. Such pictures count as from outside."""
    def stretched(small):
        return np.asarray(Image.fromarray(small.astype(np.uint8)).resize((2 * size, 2 * size), Image.BICUBIC), np.float32)

    dice = np.random.default_rng(rng.randrange(2**32))
    contrast = rng.uniform(0.2, 1)
    whole = 128 + contrast * sum((stretched(dice.integers(0, 256, (n, n, 3))) - 128) * rng.uniform(0.2, 1) for n in (2, 4, 9, 20, 45))
    gx, gy = np.meshgrid(np.arange(2 * size), np.arange(2 * size))
    for _ in range(rng.choice([0, 6, 20, 40])):
        x, y, turn = rng.uniform(0, 2 * size), rng.uniform(0, 2 * size), rng.uniform(0, 3.14)
        long, wide = rng.uniform(3, 60), rng.uniform(1, 25)
        u, v = (gx - x) * np.cos(turn) + (gy - y) * np.sin(turn), (gy - y) * np.cos(turn) - (gx - x) * np.sin(turn)
        away = np.hypot(u / long, v / wide) if rng.random() < 0.6 else np.maximum(abs(u) / long, abs(v) / wide)
        cover = np.clip((1 - away) * rng.uniform(1, 12), 0, rng.uniform(0.4, 1))[..., None]
        whole = whole * (1 - cover) + dice.uniform(0, 255, 3) * cover
    if rng.random() < 0.2:
        whole = np.repeat(whole.mean(-1, keepdims=True), 3, -1)
    step, at = [rng.uniform(-0.9, 0.9) * size / max(count, 2) for _ in "xy"], (size / 2, size / 2)
    corners = [[int(np.clip(a + d * (i - count / 2), 0, size)) for a, d in zip(at, step)] for i in range(count)]
    return [np.clip(whole[y:y + size, x:x + size] + dice.normal(0, rng.uniform(0, 6), (size, size, 3)), 0, 255).astype(np.uint8) for x, y in corners]
