# SPDX-License-Identifier: Apache-2.0
"""Pictures unlike anything in the synthetic worlds, about which the model says so: photographs and screenshots from folders,
noise, gradients, stripes, test cards.

python -m training.data.outside --out outside.npy --folders FOLDER ...

makes a pool of pieces of the pictures found there. None is kept in the repository: any few hundred photographs will do.
Without such a pool only generated pictures are used.
"""
import argparse
import random
from pathlib import Path

import numpy as np
from PIL import Image

from .draw import clutter

PIECE = 144         # a stored piece is larger than the model's square, so that frames and views can wander in it


def pieces(files, n, rng):
    """uint8 [n, PIECE, PIECE, 3]: pictures whole, or a part of them, squashed to a square; every file equally often."""
    made = []
    while len(made) < n:
        for file in rng.sample(files, len(files)):
            try:
                with Image.open(file) as opened:
                    opened.draft("RGB", (1024, 1024))
                    image = opened.convert("RGBA")
            except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
                continue
            width, height = image.size
            if min(width, height) < 60:
                continue
            image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
            for _ in range(max(1, n // len(files))):
                if rng.random() < 0.6:
                    share = rng.uniform(0.3, 1)
                    w, h = max(48, int(width * share)), max(48, int(height * share * rng.uniform(0.7, 1.0)))
                    x, y = rng.randint(0, max(0, width - w)), rng.randint(0, max(0, height - h))
                    part = image.crop((x, y, min(width, x + w), min(height, y + h)))
                else:
                    part = image
                made.append(np.asarray(part.resize((PIECE, PIECE), Image.BICUBIC)))
    rng.shuffle(made)
    return np.stack(made[:n])


def noise(dice, size):
    grain = dice.choice([1, 1, 2, 4, 8])
    many = -(-size // grain)
    small = dice.normal(dice.uniform(60, 200), dice.uniform(20, 90), (many, many, dice.choice([1, 3])))
    return np.repeat(np.repeat(small, grain, 0), grain, 1)[:size, :size]


def gradient(dice, size):
    """A gradient between two colours, or a single colour."""
    gx, gy = np.meshgrid(np.linspace(-1, 1, size), np.linspace(-1, 1, size))
    turn = dice.uniform(0, 6.28)
    way = np.hypot(gx, gy) if dice.random() < 0.2 else gx * np.cos(turn) + gy * np.sin(turn)
    at = np.clip(way * dice.uniform(0.2, 1) + 0.5, 0, 1)[..., None]
    one, two = dice.uniform(0, 255, 3), dice.uniform(0, 255, 3)
    return one * (1 - at) + (one if dice.random() < 0.15 else two) * at


def stripes(dice, size):
    """Bars, checks and test cards."""
    many = dice.integers(2, 14, 2)
    tall = 1 if dice.random() < 0.5 else many[1]
    grid = dice.uniform(0, 255, (tall, many[0], 3)) if dice.random() < 0.6 else (np.indices((tall, many[0])).sum(0) % 2 * 255.0)[..., None]
    image = np.asarray(Image.fromarray(np.broadcast_to(grid, (tall, many[0], 3)).astype(np.uint8)).resize((size, size), Image.NEAREST), np.float64)
    return image.transpose(1, 0, 2) if dice.random() < 0.3 else image


def page(dice, size):
    """Imitates a screen full of text: rows of dark dashes in boxes."""
    image = np.full((size, size, 3), dice.choice([250, 240, 30, 45]), np.float64)
    ink = 255 - image[0, 0] + dice.normal(0, 10, 3)
    for _ in range(dice.integers(0, 4)):
        x, y, w, h = dice.integers(0, size, 4)
        image[y:y + h // 2, x:x + w] = dice.uniform(0, 255, 3)
    step = dice.integers(3, 9)
    for y in range(dice.integers(0, 12), size - 2, step):
        x = dice.integers(2, 24)
        while x < size * dice.uniform(0.4, 1):
            w = dice.integers(2, 14)
            image[y:y + max(1, step // 2), x:x + w] += (ink - image[y:y + max(1, step // 2), x:x + w]) * dice.uniform(0.3, 1)
            x += w + dice.integers(1, 4)
    return image


def made_up(rng, count, size):
    """`count` pictures [S, S, 3] of one generated motif, similar to each other as frames and views are."""
    if rng.random() < 0.4:
        return clutter(rng, count, size)
    dice = np.random.default_rng(rng.randrange(2**32))
    draw = dice.choice([noise, gradient, gradient, stripes, page])
    whole = np.broadcast_to(draw(dice, 3 * size // 2), (3 * size // 2, 3 * size // 2, 3))
    return wander(rng, np.clip(whole, 0, 255).astype(np.uint8), count, size)


def wander(rng, piece, count, size):
    """`count` windows of a piece, each shifted slightly; a single picture may be the whole piece."""
    if count == 1 and rng.random() < 0.6:
        return [np.asarray(Image.fromarray(piece).resize((size, size), Image.BICUBIC))]
    free = piece.shape[0] - size
    (x0, y0), (x1, y1) = ((rng.randint(0, free), rng.randint(0, free)) for _ in "ab")
    ways = np.linspace(0, 1, count)
    return [np.ascontiguousarray(piece[y:y + size, x:x + size]) for x, y in ((int(x0 + (x1 - x0) * t), int(y0 + (y1 - y0) * t)) for t in ways)]


def pictures(rng, pool, count, kind, size):
    """Pictures from outside: two thirds from the pool, the others generated. Several pictures of a set show different things."""
    if kind == "multi" and count > 1 and rng.random() < 0.7:
        return [pictures(rng, pool, 1, "single", size)[0] for _ in range(count)]
    if pool is None or rng.random() < 0.35:
        return made_up(rng, count, size)
    shown = wander(rng, pool[rng.randrange(len(pool))], count, size)
    if rng.random() < 0.12:
        shown = [np.repeat(s.mean(-1, keepdims=True), 3, -1).astype(np.uint8) for s in shown]
    return shown


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--out", required=True)
    args.add_argument("--folders", type=Path, nargs="+", required=True)
    args.add_argument("--n", type=int, default=4000)
    args.add_argument("--seed", type=int, default=0)
    a = args.parse_args()
    files = sorted(f for folder in a.folders for f in folder.rglob("*") if f.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif"))
    if not files:
        raise SystemExit("no pictures in these folders")
    np.save(a.out, pieces(files, a.n, random.Random(a.seed)))
    print(f"{a.n} pieces of {len(files)} files")


if __name__ == "__main__":
    main()
