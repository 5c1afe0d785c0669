"""Trains the model in stages by the clock; every stage continues from the one before.

torchrun --nproc_per_node 2 -m recipe.train --stage single --tower tower.pt --out single.pt --minutes 25 ...     on a CPU
python -m recipe.train --device cuda --workers 14 --size M --scale 12 --stage single ...                          on a GPU
"""
import argparse
import json
import math
import multiprocessing
import os
import random
import time
from collections import defaultdict

import numpy as np
import torch
import torch.nn as nn

from . import choices, outside, paint, worlds, written
from .model import SIZES, Llava, load, save
from .score import show, tally
from .sequence import Writer, arrange, mask_of, pixels
from .team import Team
from .worlds3d import read_pools

# stage: (tower's share of the learning rate, [(from this share of the time, {kind of batch: weight})])
# One or two shapes, two to eight pictures, one thing to learn in each kind; then all of it as it comes.
LIFT = {"find1": 1, "find2": 1.5, "find3": 2, "place1": 0.7, "place2": 2, "pick2x1": 4.5, "pick3x1": 1, "pick2x2": 1, "differ1": 2, "differ2": 2.5,
        "event2x1": 0.7, "event4x1": 1.5, "event4x2": 2.5, "event8x1": 1, "single5": 2.5, "views": 2, "way8x2": 1, "manners": 0.3, "chat": 0.1}
# In which picture: this came last and only with many questions of its kind in a row.
WHOSE = {"whose2x1": 6, "whose3x1": 1, "single5": 1, "differ2": 1, "views": 0.5, "event4x2": 0.5}
WHOLE = {"single5": 5, "find3": 1.2, "place2": 1.5, "several": 3, "pick2x1": 1.5, "whose2x1": 1, "change": 2.5, "differ1": 0.8, "differ2": 1.8,
         "event4x2": 1, "event8x2": 1.5, "film8x3": 3, "film16x3": 1.2, "views": 4.5, "manners": 0.3, "chat": 0.2}
# All of it, with more of what takes longest to learn.
REST = {**WHOLE, "find3": 0.5, "find5": 2, "several": 4, "change": 3.5, "differ1": 0.5, "event8x2": 2, "event8x3": 1.5, "place2": 0.5, "place4": 1.5,
        "whose2x1": 0.3, "pick2x1": 0.3, "pick2x3": 1.2, "pick3x2": 1.2, "views": 5, "count5": 1.2, "manners": 0.4, "strange": 1}
# Films, changes and lists are what is still weakest then.
LAST = {**REST, "single5": 3.5, "find5": 1, "place4": 0.7, "several": 5, "change": 5, "event8x3": 2.5, "film16x3": 1.6, "count5": 2, "tell": 6}
# What people ask beyond that: pictures inside the question, one or the other, what is not there, pictures from outside, long films.
ASKED = {**LAST, "written": 11, "choose5": 4, "outside": 6, "strange": 0, "long24x3": 0.8, "long32x2": 0.8, "long48x2": 0.7, "long64x2": 0.7,
         "many8x2": 2.5, "hurry8x3": 2, "hurry16x3": 0.7, "tell": 7, "blank": 0.3, "views": 5.5}
STAGES = {
    "asked": (0.0, [(0.0, ASKED)]),
    "rest": (0.0, [(0.0, REST)]),
    "last": (0.0, [(0.0, LAST)]),
    "lift": (0.2, [(0.0, LIFT), (0.38, WHOSE), (0.5, LIFT), (0.6, WHOLE)]),
    "single": (0.0, [(0.0, {"single1": 1}), (0.12, {"single1": 1, "single2": 2, "where": 1}), (0.35, {"single2": 1, "single3": 2, "where": 1}),
                     (0.65, {"single3": 1, "single5": 3, "where": 1, "views": 1, "several": 1})]),
    "motion": (0.15, [(0.0, {"single5": 4, "where": 1, "views": 2, "several": 1, "change": 1, "way2x1": 4, "way4x1": 5, "way8x1": 3, "chat": 0.2}),
                      (0.6, {"single5": 5, "views": 3, "several": 2, "change": 2, "way4x2": 2, "way8x2": 4, "way16x2": 2, "chat": 0.3})]),
}


def films(rng, pool, frames, most, **how):
    """Of eight frames and more, half are clips that the app has sampled, if there are any."""
    clips = pool.get("clips")
    if clips and frames >= 8 and rng.random() < 0.5:
        return worlds.clip(rng, clips, frames, how.get("often", 1))
    return worlds.film(rng, frames, most, **how)


def make_batch(rng, kind, pool, scale):
    """Samples of one kind, about the same work whatever the kind. The digits in a kind are the most shapes of a picture
    (single5), or the frames of a film and its most shapes (film8x2)."""
    def times(count):
        return range(max(1, int(count * scale)))

    if kind.startswith("single"):
        return [worlds.single(rng, int(kind[6:])) for _ in times(18)]
    if kind == "where":             # one or two shapes, and only questions about places
        return [worlds.single(rng, 2, describe=0, makers=[worlds.ask_position, worlds.ask_at]) for _ in times(16)]
    if kind.startswith("place"):
        return [worlds.single(rng, int(kind[5:]), turns=8, describe=0, makers=worlds.PLACES, often=0.1) for _ in times(14)]
    if kind.startswith("find"):     # is there, how many of: both answers equally often
        return [worlds.single(rng, int(kind[4:]), turns=12, describe=0, makers=worlds.FIND, often=0.6) for _ in times(12)]
    if kind.startswith("count"):
        return [worlds.single(rng, int(kind[5:]), turns=10, describe=1, makers=[worlds.ask_count_of], often=0.8) for _ in times(14)]
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
                   for s in films(rng, pool, frames, most, whats=("move", "move", "change", "change", "two", "none"), often=4)]
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
        return [s for _ in times({2: 7, 4: 5, 8: 4, 16: 2}[frames]) for s in films(rng, pool, frames, most)]
    if kind == "outside":           # pictures that the worlds have nothing to do with
        count, media = rng.choice([(1, "single"), (1, "single"), (1, "single"), (2, "multi"), (3, "multi"), (8, "video"), (16, "video"), (4, "views"), (8, "views")])
        return [worlds.outside(rng, outside.pictures(rng, pool.get("outside"), count, media, worlds.SIZE), media, pool) for _ in times(20 / count ** 0.7)]
    if kind == "blank":
        return [worlds.blank(rng, pool) for _ in times(32)]
    if kind == "written":           # the pictures stand inside the question
        media = rng.choice(["change"] * 5 + ["several", "several", "among", "single1", "single4", "film8x2", "event4x2", "views"])
        if media == "among":
            return [s for s in (written.among(rng, *worlds.several_scenes(rng)) for _ in times(16)) if s]
        return [written.written(rng, s) for s in make_batch(rng, media, pool, scale * (1.6 if media == "change" else 1.3)) if s["turns"]]
    if kind.startswith("choose"):
        return [worlds.single(rng, int(kind[6:]), turns=12, describe=0, makers=choices.HURRIED, often=0.6) for _ in times(12)]
    if kind.startswith("hurry"):    # films, and what hurried people ask of them
        frames, most = map(int, kind[5:].split("x"))
        samples = [s for _ in times({8: 4, 16: 2}[frames]) for s in films(rng, pool, frames, most, often=4)]
        for s in samples:
            s["turns"] = [turn for turn in s["turns"] if turn[0] in ("either", "verify_way", "premise", "absent", "beyond")] or s["turns"][:1]
        return samples
    if kind.startswith("many"):     # five pictures to eight
        most, shapes = map(int, kind[4:].split("x"))
        return [worlds.several(rng, shapes, count=rng.randint(5, most), often=6) for _ in times(5)]
    if kind.startswith("long"):     # many more frames than two dozen
        frames, most = map(int, kind[4:].split("x"))
        return worlds.film(rng, frames, most, often=2)[:1 if frames > 40 else 2]
    if kind == "manners":           # the same with pictures
        samples = make_batch(rng, rng.choice(["single3", "several", "film2x2", "views"]), pool, scale)
        for s in samples:
            s["turns"] = [worlds.chat(rng) for _ in range(4)]
        return samples
    return [{"kind": "chat", "images": [], "turns": [worlds.chat(rng)]} for _ in times(32)]


def with_chat(rng, samples):
    """Questions as people put them, and now and then one from outside the world."""
    for s in samples:
        s["turns"] = [(family, question if "<image>" in question else worlds.framed(rng, s["kind"], question), answer)
                      for family, question, answer in s["turns"]]
        if s["images"] and rng.random() < 0.12 and not any(turn[0] == "outside" for turn in s["turns"]):
            s["turns"] = s["turns"] + [worlds.chat(rng)]
    return samples


class Batches(torch.utils.data.IterableDataset):
    """(kind, samples without pictures, ids, labels, places, group, pictures), without end, by the stage's plan."""

    def __init__(self, a, tokens, rank, done):
        self.a, self.tokens, self.rank, self.done = a, tokens, rank, done

    def __iter__(self):
        a, worker = self.a, torch.utils.data.get_worker_info()
        seed = a.seed * 100 + self.rank + (10_000 * (worker.id + 1) if worker else 0)
        rng = random.Random(seed)
        np.random.seed(seed)
        stored = read_pools(a.pool)
        if worker:
            torch.set_num_threads(1)
            paint.defer()
        clips = dict(np.load(a.clips)) if a.clips else None
        if worker:
            stored["images"] = paint.Stored("views", stored["images"].shape)
            clips = clips and {**clips, "images": paint.Stored("clips", clips["images"].shape)}
        pool = {**stored, "clips": clips, "outside": np.load(a.outside, mmap_mode="r") if a.outside else None}
        writer = Writer(a.tokenizer, self.tokens)
        while True:
            mix = [m for at, m in STAGES[a.stage][1] if self.done.value >= at][-1]
            kind = a.only or rng.choices(list(mix), list(mix.values()))[0]
            samples = with_chat(rng, make_batch(rng, kind, pool, a.scale))
            if a.blind:
                samples = [{**s, "images": []} for s in samples]
            *tensors, images = arrange(writer, rng, samples)
            yield kind, [{"turns": s["turns"]} for s in samples], *tensors, images


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--stage", choices=STAGES, required=True)
    args.add_argument("--minutes", type=float, required=True)
    args.add_argument("--out", required=True)
    args.add_argument("--init", help="checkpoint of the stage before")
    args.add_argument("--tower", help="pretrained tower, for the first stage")
    args.add_argument("--pool", required=True, nargs="+", help="views, of `worlds3d` and of `capture`: each in equal parts")
    args.add_argument("--clips", help="films that the app has sampled, of `clips`")
    args.add_argument("--outside", help="pictures that the worlds have nothing to do with, of `outside`")
    args.add_argument("--tokenizer", required=True)
    args.add_argument("--size", choices=SIZES, default="S")
    args.add_argument("--device", default="cpu")
    args.add_argument("--workers", type=int, default=0, help="processes that throw the dice; the device then draws the pictures")
    args.add_argument("--blind", action="store_true", help="no pictures at all: what the questions alone give away")
    args.add_argument("--rate", type=float, default=1e-3)
    args.add_argument("--optimizer", choices=["muon", "adamw"], default="muon")
    args.add_argument("--scale", type=float, default=1.0, help="batch size factor of each process")
    args.add_argument("--fall", type=float, default=0.4, help="the share of the time in which the rate comes down")
    args.add_argument("--seed", type=int, default=1)
    args.add_argument("--compile", action="store_true", help="a quarter faster, after a minute or two")
    args.add_argument("--only", help="one kind of batch instead of the stage's mix")
    a = args.parse_args()
    team = Team()
    torch.manual_seed(a.seed)
    size = SIZES[a.size]
    share = STAGES[a.stage][0]
    started, resumed = 0.0, None
    if os.path.exists(a.out):
        model, resumed = load(a.out)
        started = resumed["done"] * a.minutes
    elif a.init:
        model, _ = load(a.init)
    else:
        model = Llava(size, Writer(a.tokenizer, size.tokens).image)
        if a.tower:
            stored = torch.load(a.tower, map_location="cpu")
            model.vision_tower.load_state_dict(stored["tower"])
            aligned = {k.partition(".")[2]: v for k, v in stored["heads"].items() if k.startswith("projector.")}
            model.multi_modal_projector.load_state_dict(aligned)
            model.language_model.model.embed_tokens.weight.data.copy_(stored["heads"]["words.weight"])
    model.to(a.device)
    clock = multiprocessing.Value("d", started / a.minutes)
    batches = torch.utils.data.DataLoader(Batches(a, model.z.tokens, team.rank, clock), batch_size=None, num_workers=a.workers)
    draw = paint.Painter(model.z.image, a.device, read_pools(a.pool), a.clips and np.load(a.clips)) if a.workers else pixels
    if share == 0:
        model.vision_tower.requires_grad_(False)
    parameters = [p for p in model.parameters() if p.requires_grad]
    tower = [p for p in model.vision_tower.parameters() if p.requires_grad]
    text = list(model.multi_modal_projector.parameters()) + list(model.language_model.parameters())
    matrices = [p for n, p in model.language_model.named_parameters() if p.ndim == 2 and "embed" not in n]
    if a.optimizer == "adamw":
        matrices = []
    rest = [p for p in text if not any(p is m for m in matrices)]
    optimizers = [torch.optim.AdamW([{"params": rest, "share": 1.0}] + ([{"params": tower, "share": share}] if tower else []),
                                    a.rate, betas=(0.9, 0.98), weight_decay=0.05)]
    if matrices:
        # Muon's step costs much: each process does its part. Its momentum is not kept, as it is back within some steps.
        optimizers.append(torch.optim.Muon([{"params": matrices[team.rank::team.size], "share": 1.0}], lr=a.rate, weight_decay=0.05,
                                           momentum=0.95, adjust_lr_fn="match_rms_adamw"))
    if resumed:
        optimizers[0].load_state_dict(resumed["optimizer"])
    if a.compile:
        for layer in model.language_model.model.layers[:-1]:
            layer.compile(dynamic=True)
    counts = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    begin, step, done, seen, losses, checked, kept = time.time(), 50 if resumed else 0, started / a.minutes, 0, {}, time.time(), time.time()

    def keep():
        save(a.out + ".part", model, done=done, optimizer=optimizers[0].state_dict())
        os.replace(a.out + ".part", a.out)

    for kind, samples, *tensors, images in batches:
        if done >= 1:
            break
        ids, labels, places, group = (t.to(a.device) for t in tensors)
        with torch.autocast(a.device, torch.bfloat16):
            loss, good = model.loss(ids, draw(images) if images else None, labels, places, mask_of(group))
        value = loss.item()
        if not math.isfinite(value):
            with open(a.out + ".nan.json", "w") as file:
                json.dump({"step": step, "kind": kind, "turns": [s["turns"] for s in samples]}, file)
            raise SystemExit(f"the loss is no longer a number at step {step} (its batch: {a.out}.nan.json): "
                             f"lower --rate and continue from {a.out}")
        tally(counts[kind], samples, labels, good)
        for p in parameters:
            p.grad = None
        loss.backward()
        done = team.average(parameters, (started + (time.time() - begin) / 60) / a.minutes)
        clock.value = done
        nn.utils.clip_grad_norm_(parameters, 1.0)
        rate = a.rate * min(1, (step + 1) / 100) * min(1, 0.02 + (1 - min(1, done)) / a.fall)     # hold, then come down
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate * group["share"]
            optimizer.step()
        team.spread(matrices)
        step, seen = step + 1, seen + len(samples) * team.size
        losses[kind] = 0.95 * losses.get(kind, value) + 0.05 * value
        if team.rank == 0:
            if step % 20 == 0:
                print(f"{a.stage} {100 * done:.0f} %  {(time.time() - begin) / 60:.1f} min  step {step}  seen {seen}  rate {rate:.1e}  "
                      + "  ".join(f"{k} {v:.3f}" for k, v in sorted(losses.items())), flush=True)
            if time.time() - checked > 240:
                checked = time.time()
                for k, result in sorted(counts.items()):
                    print(f"  {k}: {show(result)}", flush=True)
                counts.clear()
            if time.time() - kept > 120:
                kept = time.time()
                keep()
    if team.rank == 0:
        keep()


if __name__ == "__main__":
    main()
