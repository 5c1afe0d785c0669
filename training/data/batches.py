# SPDX-License-Identifier: Apache-2.0
"""What a batch of question-answer training holds: `make_batch` makes samples of one kind, `Batches` draws kinds by the
stage's mix and turns samples into tensors."""
import random

import numpy as np
import torch

from . import choices, draw_batch, films, inline, outside, worlds
from .draw import SIZE
from .raycast import load_pools
from .sequence import PromptTokenizer, arrange
from .turns import FIND, PLACES, ask_at, ask_count_of, ask_position, chat, framed


def videos(rng, pool, frames, most, **how):
    """A video and its reverse. With eight frames or more, half are video files whose frames the app took, if the pool has any."""
    clips = pool.get("clips")
    if clips and frames >= 8 and rng.random() < 0.5:
        return films.clip(rng, clips, frames, how.get("often", 1))
    return films.film(rng, frames, most, **how)


def make_batch(rng, kind, pool, scale):
    """Samples of one kind: about the same amount of work whatever the kind, `scale` times as many. Digits in a kind are the
    largest number of shapes (single5), or pictures and largest number of shapes (pick3x2, film8x2)."""
    def times(count):
        return range(max(1, int(count * scale)))

    if kind.startswith("single"):
        return [worlds.single(rng, int(kind[6:])) for _ in times(18)]
    if kind == "where":             # one or two shapes, and only questions about places
        return [worlds.single(rng, 2, describe=0, makers=[ask_position, ask_at]) for _ in times(16)]
    if kind.startswith("place"):
        return [worlds.single(rng, int(kind[5:]), turns=8, describe=0, makers=PLACES, often=0.1) for _ in times(14)]
    if kind.startswith("find"):     # is there, how many of: both answers equally often
        return [worlds.single(rng, int(kind[4:]), turns=12, describe=0, makers=FIND, often=0.6) for _ in times(12)]
    if kind.startswith("count"):
        return [worlds.single(rng, int(kind[5:]), turns=10, describe=1, makers=[ask_count_of], often=0.8) for _ in times(14)]
    if kind.startswith("pick"):     # which picture: pictures x most shapes in each
        count, most = map(int, kind[4:].split("x"))
        return [worlds.several(rng, most, count=count, often=5) for _ in times(24 / count)]
    if kind.startswith("whose"):
        count, most = map(int, kind[5:].split("x"))
        samples = [worlds.several(rng, most, count=count, often=14) for _ in times(22 / count)]
        for s in samples:
            s["turns"] = [turn for turn in s["turns"] if turn[0] == "which"][:14] or s["turns"][:1]
        return samples
    if kind.startswith("differ"):
        return [s for _ in times(8) for s in worlds.change_pair(rng, int(kind[6:]))]
    if kind.startswith("event"):    # appear, disappear, move or stay: what happens to which
        frames, most = map(int, kind[5:].split("x"))
        samples = [s for _ in times({2: 8, 4: 6, 8: 4, 16: 2}[frames] * 1.2)
                   for s in videos(rng, pool, frames, most, whats=("move", "move", "change", "change", "two", "none"), often=4)]
        for s in samples:
            s["turns"] = [turn for turn in s["turns"] if turn[0] in ("appear", "event", "does_move", "mover", "story", "start_end")]
        return samples
    if kind == "tell":              # the longest answers, for which all of every picture is read
        samples = make_batch(rng, rng.choice(["single5", "several", "several", "change", "film8x3", "film8x3", "film16x3", "views", "views"]), pool, scale * 2)
        for s in samples:
            s["turns"] = [turn for turn in s["turns"] if turn[0].removeprefix("3d_") in ("describe", "detail", "video_describe")]
        return [s for s in samples if s["turns"]] or make_batch(rng, kind, pool, scale)
    if kind == "several":
        return [worlds.several(rng) for _ in times(8)]
    if kind == "change":
        return [s for _ in times(9) for s in worlds.change_pair(rng)]
    if kind == "views":
        count = rng.choice([4, 4, 4, 8])
        return [worlds.views(rng, pool, count) for _ in times(40 / count)]
    if kind.startswith("way"):      # films in which something moves, and questions about just that
        samples = make_batch(rng, "film" + kind[3:], pool, scale * 1.5)
        for s in samples:
            s["turns"] = [turn for turn in s["turns"] if turn[0] in ("direction", "story", "start_end", "event", "mover")]
        return [s for s in samples if any(turn[0] == "direction" for turn in s["turns"])] or make_batch(rng, kind, pool, scale)
    if kind.startswith("film"):
        frames, most = map(int, kind[4:].split("x"))
        return [s for _ in times({2: 7, 4: 5, 8: 4, 16: 2}[frames]) for s in videos(rng, pool, frames, most)]
    if kind == "outside":           # pictures that the worlds have nothing to do with
        count, media = rng.choice([(1, "single"), (1, "single"), (1, "single"), (2, "multi"), (3, "multi"), (8, "video"), (16, "video"), (4, "views"), (8, "views")])
        return [worlds.outside(rng, outside.pictures(rng, pool.get("outside"), count, media, SIZE), media, pool) for _ in times(20 / count ** 0.7)]
    if kind == "blank":
        return [worlds.blank(rng, pool) for _ in times(32)]
    if kind == "written":           # the pictures stand inside the question
        media = rng.choice(["change"] * 5 + ["several", "several", "among", "single1", "single4", "film8x2", "event4x2", "views"])
        if media == "among":
            return [s for s in (inline.among(rng, *worlds.several_scenes(rng)) for _ in times(16)) if s]
        return [inline.written(rng, s) for s in make_batch(rng, media, pool, scale * (1.6 if media == "change" else 1.3)) if s["turns"]]
    if kind.startswith("choose"):
        return [worlds.single(rng, int(kind[6:]), turns=12, describe=0, makers=choices.HURRIED, often=0.6) for _ in times(12)]
    if kind.startswith("hurry"):    # films, and what hurried people ask of them
        frames, most = map(int, kind[5:].split("x"))
        samples = [s for _ in times({8: 4, 16: 2}[frames]) for s in videos(rng, pool, frames, most, often=4)]
        for s in samples:
            s["turns"] = [turn for turn in s["turns"] if turn[0] in ("either", "verify_way", "premise", "absent", "beyond")] or s["turns"][:1]
        return samples
    if kind.startswith("many"):     # five pictures to eight
        most, shapes = map(int, kind[4:].split("x"))
        return [worlds.several(rng, shapes, count=rng.randint(5, most), often=6) for _ in times(5)]
    if kind.startswith("long"):     # many more frames than two dozen
        frames, most = map(int, kind[4:].split("x"))
        return films.film(rng, frames, most, often=2)[:1 if frames > 40 else 2]
    if kind == "manners":           # the same with pictures
        samples = make_batch(rng, rng.choice(["single3", "several", "film2x2", "views"]), pool, scale)
        for s in samples:
            s["turns"] = [chat(rng) for _ in range(4)]
        return samples
    if kind == "chat":
        return [{"kind": "chat", "images": [], "turns": [chat(rng)]} for _ in times(32)]
    raise ValueError(f"there is no kind of batch {kind}")


def with_chat(rng, samples):
    """Questions in the way people ask them, and sometimes one about something outside the synthetic world."""
    for s in samples:
        s["turns"] = [(family, question if "<image>" in question else framed(rng, s["kind"], question), answer)
                      for family, question, answer in s["turns"]]
        if s["images"] and rng.random() < 0.12 and not any(turn[0] == "outside" for turn in s["turns"]):
            s["turns"] = s["turns"] + [chat(rng)]
    return samples


class Batches(torch.utils.data.IterableDataset):
    """Endless (kind, samples without pictures, ids, labels, positions, group [B, L], pictures) by a config's mix.

    `progress` is a shared number from 0 to 1 that chooses the part of config.plan. Worker processes do not draw: the
    pictures they return are drawn on the device (`draw_batch`).
    """

    def __init__(self, config, tokens, rank, progress):
        self.config, self.tokens, self.rank, self.progress = config, tokens, rank, progress

    def __iter__(self):
        c, worker = self.config, torch.utils.data.get_worker_info()
        seed = c.seed * 100 + self.rank + (10_000 * (worker.id + 1) if worker else 0)
        rng = random.Random(seed)
        np.random.seed(seed)
        stored, clips = load_pools(c.pool), dict(np.load(c.clips)) if c.clips else None
        if worker:
            torch.set_num_threads(1)
            draw_batch.defer()
            stored["images"] = draw_batch.StoredImages("views", stored["images"].shape)
            clips = clips and {**clips, "images": draw_batch.StoredImages("clips", clips["images"].shape)}
        pool = {**stored, "clips": clips, "outside": np.load(c.outside, mmap_mode="r") if c.outside else None}
        tokenizer = PromptTokenizer(c.tokenizer, self.tokens)
        while True:
            mix = [m for start, m in c.plan if self.progress.value >= start][-1]
            kind = rng.choices(list(mix), list(mix.values()))[0]
            samples = with_chat(rng, make_batch(rng, kind, pool, c.scale))
            if c.blind:
                samples = [{**s, "images": []} for s in samples]
            *tensors, images = arrange(tokenizer, rng, samples)
            yield kind, [{"turns": s["turns"]} for s in samples], *tensors, images
