# SPDX-License-Identifier: Apache-2.0
"""Ray-casts views around a ground with one to four solids, and stores a pool of such scenes for training.

A solid is a dict {c, s, x, z, r, h, a, rgb}: colour, kind, place on the ground, radius, half height, rotation, pixel colour.

python -m training.data.raycast --out pool.npz --scenes 3000
"""
import argparse
import multiprocessing
import random
import time

import numpy as np

from .draw import shade
from .words import SOLIDS, pairs

VIEWS = 8
TRAIN_PAIRS = pairs(SOLIDS)
HELD_PAIRS = pairs(SOLIDS, held=True)


def hit(obj, origin, ray):
    """Where rays meet a solid. origin [3] or [N, 3], ray [N, 3] -> distance [N] (inf on a miss), normal [N, 3]."""
    cos, sin = np.cos(obj["a"]), np.sin(obj["a"])
    turn = np.array([[cos, 0, -sin], [0, 1, 0], [sin, 0, cos]], np.float32)
    o = (origin - np.array([obj["x"], obj["h"], obj["z"]], np.float32)) @ turn.T
    o = np.broadcast_to(o, ray.shape).astype(np.float32)
    d = ray @ turn.T
    r, h = obj["r"], obj["h"]
    best = np.full(len(d), np.inf, np.float32)
    normal = np.zeros_like(d)

    def take(t, ok, n):
        ok = ok & (t > 1e-3) & (t < best)
        best[ok] = t[ok]
        normal[ok] = n[ok]

    safe = np.where(abs(d) < 1e-6, 1e-6, d)
    if obj["s"] == "sphere":
        b, c = (o * d).sum(1), (o * o).sum(1) - r * r
        disc = b * b - c
        t = -b - np.sqrt(np.maximum(disc, 0))
        take(t, disc > 0, (o + t[:, None] * d) / r)
    elif obj["s"] == "box":
        half = np.array([r, h, r], np.float32)
        near = np.minimum((-half - o) / safe, (half - o) / safe)
        far = np.maximum((-half - o) / safe, (half - o) / safe).min(1)
        axis = near.argmax(1)
        n = np.zeros_like(d)
        rows = np.arange(len(d))
        n[rows, axis] = -np.sign(d[rows, axis])
        take(near.max(1), near.max(1) < far, n)
    else:
        k = r / (2 * h) if obj["s"] == "cone" else 0.0      # a cone's radius shrinks to nothing at the top
        w = (r / 2 - k * o[:, 1]) if k else np.full(len(d), r, np.float32)
        qa = d[:, 0] ** 2 + d[:, 2] ** 2 - (k * d[:, 1]) ** 2
        qb = o[:, 0] * d[:, 0] + o[:, 2] * d[:, 2] + k * w * d[:, 1]
        qc = o[:, 0] ** 2 + o[:, 2] ** 2 - w ** 2
        disc = qb * qb - qa * qc
        root = np.sqrt(np.maximum(disc, 0))
        qa = np.where(abs(qa) < 1e-9, 1e-9, qa)
        for t in ((-qb - root) / qa, (-qb + root) / qa):
            p = o + t[:, None] * d
            n = np.stack([p[:, 0], k * np.hypot(p[:, 0], p[:, 2]), p[:, 2]], 1)
            n /= np.maximum(np.linalg.norm(n, axis=1, keepdims=True), 1e-6)
            take(t, (disc > 0) & (abs(p[:, 1]) < h) & ((n * d).sum(1) < 0), n)
        for y, up in ((h, 1), (-h, -1)):
            if k and up > 0:
                continue
            t = (y - o[:, 1]) / safe[:, 1]
            p = o + t[:, None] * d
            take(t, p[:, 0] ** 2 + p[:, 2] ** 2 < r * r, np.broadcast_to(np.float32([0, up, 0]), d.shape))
    return best, normal @ turn


def view(objects, style, angle, size):
    """One view. Returns image uint8 [S, S, 3], places [K, 3] (x, y, radius in 0..1), ids int8 [2S, 2S] (-1 nothing)."""
    s = size * 2
    target = np.float32([style["cx"], style["ty"], style["cz"]])
    flat = style["dist"] * np.cos(style["elev"])
    eye = target + np.float32([flat * np.cos(angle), style["dist"] * np.sin(style["elev"]), flat * np.sin(angle)])
    f = (target - eye) / np.linalg.norm(target - eye)
    right = np.cross(f, [0, 1, 0]).astype(np.float32)
    right /= np.linalg.norm(right)
    up = np.cross(right, f)
    k = np.tan(style["fov"] / 2)
    grid = ((np.arange(s, dtype=np.float32) + 0.5) / s * 2 - 1) * k
    rays = f + grid[None, :, None] * right * style["wide"] - grid[:, None, None] * up
    rays = (rays / np.linalg.norm(rays, axis=-1, keepdims=True)).astype(np.float32)
    light = style["light"]

    # sky and ground
    t = -eye[1] / np.where(rays[..., 1] < -1e-4, rays[..., 1], -1e-4)
    px, pz = eye[0] + t * rays[..., 0], eye[2] + t * rays[..., 2]
    if style["round"]:
        on_ground = (rays[..., 1] < -1e-4) & (np.hypot(px, pz) < style["reach"])
    else:
        on_ground = (rays[..., 1] < -1e-4) & (np.maximum(abs(px), abs(pz)) < style["reach"])
    lit = style["ambient"] + (1 - style["ambient"]) * light[1] * style["power"]
    sky = style["sky"] + style["fade"] * np.linspace(-1, 1, s, dtype=np.float32)[:, None, None]
    image = np.where(on_ground[..., None], style["ground"] * lit, np.broadcast_to(sky, rays.shape)).astype(np.float32)
    depth = np.where(on_ground, t, 1e9).astype(np.float32)
    ids = np.full((s, s), -1, np.int8)
    if style["shadow"]:
        for obj in objects:
            # ground points near the shadow's axis are tested exactly
            ox, oz = obj["x"] + light[0] / light[1] * -obj["h"], obj["z"] + light[2] / light[1] * -obj["h"]
            near = on_ground & (np.hypot(px - ox, pz - oz) < (obj["r"] + obj["h"]) * 2.2)
            if near.any():
                points = np.stack([px[near], np.full(near.sum(), 1e-3, np.float32), pz[near]], 1)
                dark = np.isfinite(hit(obj, points, np.broadcast_to(light, points.shape))[0])
                part = image[near]
                part[dark] = style["ground"] * (lit * (1 - style["shadow"]))
                image[near] = part

    places = np.zeros((len(objects), 3), np.float32)
    for i, obj in enumerate(objects):
        centre = np.float32([obj["x"], obj["h"], obj["z"]]) - eye
        ahead = centre @ f
        x, y = centre @ right / ahead / k / style["wide"], -(centre @ up) / ahead / k
        bound = np.hypot(obj["r"] * (1.42 if obj["s"] == "box" else 1), obj["h"]) / ahead / k * 1.15
        places[i] = (x + 1) / 2, (y + 1) / 2, bound / 2.6
        x0, x1 = (max(0, int((x - bound / style["wide"] + 1) / 2 * s)), min(s, int((x + bound / style["wide"] + 1) / 2 * s) + 2))
        y0, y1 = max(0, int((y - bound + 1) / 2 * s)), min(s, int((y + bound + 1) / 2 * s) + 2)
        if x1 <= x0 or y1 <= y0:
            continue
        part = rays[y0:y1, x0:x1]
        flat_rays = part.reshape(-1, 3)
        distance, normal = hit(obj, eye, flat_rays)
        front = distance < depth[y0:y1, x0:x1].reshape(-1)
        diffuse = np.maximum(normal @ light, 0) * style["power"]
        half = light - flat_rays
        half /= np.linalg.norm(half, axis=1, keepdims=True)
        shine = np.maximum((normal * half).sum(1), 0) ** 30 * style["gloss"] * 255
        colour = np.float32(obj["rgb"]) * (style["ambient"] + (1 - style["ambient"]) * diffuse)[:, None] + shine[:, None]
        window = image[y0:y1, x0:x1].reshape(-1, 3)
        window[front] = colour[front]
        image[y0:y1, x0:x1] = window.reshape(part.shape)
        for array, value in ((depth, distance), (ids, np.full(len(front), i, np.int8))):
            window = array[y0:y1, x0:x1].reshape(-1)
            window[front] = value[front]
            array[y0:y1, x0:x1] = window.reshape(part.shape[:2])
    image = image.reshape(size, 2, size, 2, 3).mean((1, 3))
    return np.clip(image, 0, 255).astype(np.uint8), places, ids


def tone(rng, low, high, spread=14):
    base = rng.uniform(low, high)
    return np.clip(np.float32([base + rng.uniform(-spread, spread) for _ in range(3)]), 0, 255)


def make_style(rng, objects):
    """Camera, light and background of one scene; all views share it."""
    height, swing = rng.uniform(0.5, 1.2), rng.uniform(0, 6.28)
    light = np.float32([np.cos(swing) * height, 1, np.sin(swing) * height])
    fov = np.radians(rng.uniform(40, 60))
    extent = rng.uniform(1.35, 2.2)
    return {
        "cx": rng.uniform(-0.15, 0.15), "cz": rng.uniform(-0.15, 0.15), "ty": rng.uniform(0.1, 0.45),
        "dist": extent / np.sin(fov / 2) * rng.uniform(0.9, 1.15), "elev": np.radians(rng.uniform(10, 38)), "fov": fov,
        "wide": rng.choice([1.0, 1.0, 4 / 3, 16 / 9]), "light": light / np.linalg.norm(light),
        "ambient": rng.uniform(0.35, 0.65), "power": rng.uniform(0.9, 1.25), "gloss": rng.choice([0, 0, 0.2, 0.4]),
        "shadow": rng.choice([0, 0, 0.3, 0.5]), "round": rng.random() < 0.3, "reach": rng.choice([1.5, 1.5, 1.8, 2.5, 40]),
        "ground": tone(rng, 120, 235), "sky": tone(rng, 20, 80) if rng.random() < 0.3 else tone(rng, 140, 250),
        "fade": rng.uniform(-20, 20), "start": rng.uniform(0, 6.28),
    }


def make_scene(rng, held=False):
    """One to four solids of different colours that stand apart."""
    objects = []
    for _ in range(rng.randint(1, 4)):
        for _ in range(60):
            colour, kind = rng.choice(HELD_PAIRS) if held and rng.random() < 0.5 else rng.choice(TRAIN_PAIRS)
            r = rng.uniform(0.24, 0.42)
            h = r if kind == "sphere" else r * rng.uniform(0.8, 1.3)
            x, z = rng.uniform(-1.1, 1.1), rng.uniform(-1.1, 1.1)
            if all(np.hypot(x - o["x"], z - o["z"]) > (r + o["r"]) * 1.35 and o["c"] != colour for o in objects):
                objects.append({"c": colour, "s": kind, "x": x, "z": z, "r": r, "h": h,
                                "a": rng.uniform(0, 6.28), "rgb": shade(rng, colour)})
                break
    return objects


def make_pool(scenes, size=96, seed=0, held=False, grid=6):
    """Pool arrays: images [N, 8, S, S, 3], names [N, 4, 2] (colour, kind; -1 none), cells [N, 8, grid*grid] (object
    that fills most of a patch, -1 none), places [N, 8, 4, 3]."""
    from .words import COLOUR_NAMES, KINDS
    rng = random.Random(seed)
    images = np.zeros((scenes, VIEWS, size, size, 3), np.uint8)
    names = np.full((scenes, 4, 2), -1, np.int8)
    cells = np.full((scenes, VIEWS, grid * grid), -1, np.int8)
    places = np.zeros((scenes, VIEWS, 4, 3), np.float32)
    step = 2 * size // grid
    for n in range(scenes):
        objects = make_scene(rng, held)
        style = make_style(rng, objects)
        for i, o in enumerate(objects):
            names[n, i] = COLOUR_NAMES.index(o["c"]), KINDS.index(o["s"])
        for v in range(VIEWS):
            image, where, ids = view(objects, style, style["start"] + v * 2 * np.pi / VIEWS, size)
            images[n, v] = image
            places[n, v, :len(objects)] = where
            block = ids.reshape(grid, step, grid, step).transpose(0, 2, 1, 3).reshape(grid * grid, -1)
            share = np.stack([(block == i).mean(1) for i in range(len(objects))])
            cells[n, v] = np.where(share.max(0) > 0.2, share.argmax(0), -1)
    return {"images": images, "names": names, "cells": cells, "places": places}


PART = 500      # scenes that one process makes at a time


def make_pools(scenes, seed, held, grid):
    """The same as make_pool, by all cores."""
    jobs = [(min(PART, scenes - at), 96, seed + 100 * at, held, grid) for at in range(0, scenes, PART)]
    with multiprocessing.Pool() as cores:
        parts = cores.starmap(make_pool, jobs)
    return {k: np.concatenate([part[k] for part in parts]) for k in parts[0]}


def load_pools(files):
    """Pools one after another; "ends" says where each of them ends."""
    pools = [np.load(file) for file in files]
    return {"names": np.concatenate([p["names"] for p in pools]), "images": np.concatenate([p["images"] for p in pools]),
            "ends": np.cumsum([len(p["names"]) for p in pools]).tolist(), "seen": np.concatenate([seen(p) for p in pools])}


def seen(pool):
    """Whether each object is certainly visible in each view: bool [N, 8, 4]. Views of `capture` have no labels: there only a
    single object is certain."""
    if "cells" in pool:
        return np.stack([(pool["cells"] == k).any(-1) for k in range(4)], -1)
    lonely = (pool["names"][:, :, 0] >= 0).sum(1) == 1
    return np.broadcast_to(lonely[:, None, None] & (np.arange(4) == 0), (len(lonely), VIEWS, 4))


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--out", required=True)
    args.add_argument("--scenes", type=int, default=3000)
    args.add_argument("--seed", type=int, default=0)
    args.add_argument("--held", action="store_true")
    args.add_argument("--grid", type=int, default=6, help="patches along a side, of the model that the pool is for")
    a = args.parse_args()
    start = time.time()
    np.savez(a.out, **make_pools(a.scenes, a.seed, a.held, a.grid))
    print(f"{a.scenes} scenes in {time.time() - start:.0f} s")


if __name__ == "__main__":
    main()
