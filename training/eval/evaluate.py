# SPDX-License-Identifier: Apache-2.0
"""Measures an exported model on held-out seeds: exact match per family of questions, with controls, as JSON and as a table.

python -m training.eval.evaluate --model models/starter --pool pool-test.npz --held-pool pool-held.npz --captured captured-test.npz \\
    --held-captured captured-held.npz --clips clips-test.npz --held-clips clips-held.npz --out models/starter/figures.json
"""
import argparse
import json
import random
from pathlib import Path

import numpy as np
import torch

from ..data import films, outside, turns, worlds
from ..data.draw import SIZE
from ..data.raycast import VIEWS, load_pools
from ..data.sequence import front, layout
from ..export import load_exported
from ..model import load
from .people import PEOPLE
from .score import refusals, score, wilson

GREY = 0.42     # about the mean of the training pictures, in -1..1


# Numbers of pictures from outside in one question, and their kind.
OUTSIDE = [(1, "single"), (1, "single"), (2, "multi"), (8, "video"), (16, "video"), (4, "views")]


def grey(pixels, samples):
    return torch.full_like(pixels, GREY)


def swapped(pixels, samples):
    """Every question gets the pictures of another sample in the batch."""
    counts = [len(s["images"]) for s in samples]
    if len(set(counts)) > 1:
        return torch.roll(pixels, max(counts), 0)
    return torch.roll(pixels.view(len(counts), counts[0], *pixels.shape[1:]), 1, 0).reshape(pixels.shape)


def shuffled(rng):
    """Puts the frames of each video in random order."""
    def change(pixels, samples):
        at, order = 0, []
        for s in samples:
            part = list(range(at, at + len(s["images"])))
            rng.shuffle(part)
            order += part
            at += len(part)
        return pixels[order]
    return change


def make(rng, n, pool, captured, clips, held, strange=None):
    """The test samples of every world: {world: [samples]}. The app took the views of `captured` and the frames of `clips`;
    `strange` holds pieces of pictures from outside."""
    def first(pairs):
        return [p[0] if rng.random() < 0.5 else p[1] for p in pairs]

    made = {
        "single": [worlds.single(rng, 5, held, turns=8, describe=1.0) for _ in range(n)],
        "several": [worlds.several(rng, held=held) for _ in range(n)],
        "change": first(worlds.change_pair(rng, held=held) for _ in range(n)),
        "video of 8": first(films.film(rng, 8, held=held) for _ in range(n)),
        "video of 16": first(films.film(rng, 16, held=held) for _ in range(n)),
        "views of 4": [worlds.views(rng, pool, 4, turns=8) for _ in range(n)],
        "views of 8": [worlds.views(rng, pool, VIEWS, turns=8) for _ in range(n)],
        "chat": [{"kind": "chat", "images": s["images"], "turns": [turns.chat(rng)]}
                 for s in [worlds.single(rng) if rng.random() < 0.5 else {"images": []} for _ in range(n)]],
    }
    made |= {world: [one(rng, pool, held) for _ in range(max(1, round(n * min(1, share))))] for world, (share, one) in PEOPLE.items()}
    if not held:
        made["outside"] = [worlds.outside(rng, outside.pictures(rng, strange, count, kind, SIZE), kind, pool)
                           for count, kind in (rng.choice(OUTSIDE) for _ in range(n))]
    if captured:
        made["captured, 4 views"] = [worlds.views(rng, captured, 4, turns=8) for _ in range(n)]
        made["captured, 8 views"] = [worlds.views(rng, captured, VIEWS, turns=8) for _ in range(n)]
    if clips:
        made["clips, 8 frames"] = first(films.clip(rng, clips, 8) for _ in range(n))
        made["clips, 15 frames"] = first(films.clip(rng, clips, 15) for _ in range(n))
    return made


def table(results):
    """The figures as a Markdown table."""
    lines = ["| world | family | asked | right (95 %) | interleaved | new pairs | grey pictures | other pictures | trained blind | frames shuffled |",
             "|---|---|---|---|---|---|---|---|---|---|"]

    def percent(entry):
        return f"{100 * entry[0] / entry[1]:.0f}" if entry and entry[1] else ""

    for world, columns in results.items():
        for family, (right, asked) in sorted(columns["right"].items()):
            low, high = wilson(right, asked)
            cells = [world, family, str(asked), f"**{100 * right / asked:.1f}** ({100 * low:.0f} to {100 * high:.0f})"]
            cells += [percent(columns.get(c, {}).get(family)) for c in ("mixed", "held", "grey", "swapped", "blind", "shuffled")]
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def pool(file):
    return load_pools([file]) if file else None


def clips(file):
    return dict(np.load(file)) if file else None


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--model", type=Path, required=True)
    args.add_argument("--pool", required=True)
    args.add_argument("--held-pool", required=True)
    args.add_argument("--captured", help="pool of `capture`")
    args.add_argument("--held-captured")
    args.add_argument("--clips", help="pool of `clips`")
    args.add_argument("--held-clips")
    args.add_argument("--outside", help="pieces of pictures from outside that were not trained on, of `outside`")
    args.add_argument("--out", type=Path)
    args.add_argument("--n", type=int, default=300)
    args.add_argument("--seed", type=int, default=20_000_001)
    args.add_argument("--worlds", nargs="*", default=[], help="only worlds whose name begins so; the others' figures stay")
    args.add_argument("--blind", help="checkpoint of `train --blind`: the same questions, learnt without any picture")
    args.add_argument("--quick", action="store_true", help="only the main figure and the picture-swapping control")
    a = args.parse_args()
    model, tokenizer = load_exported(a.model)
    rng = random.Random(a.seed)
    np.random.seed(a.seed % 2**31)
    seen = make(rng, a.n, pool(a.pool), pool(a.captured), clips(a.clips), held=False, strange=np.load(a.outside) if a.outside else None)
    new = {} if a.quick else make(rng, a.n // 2, pool(a.held_pool), pool(a.held_captured), clips(a.held_clips), held=True)
    blind = load(a.blind)[0].eval() if a.blind else None
    before = json.loads(a.out.read_text()) if a.out and a.out.exists() else {}
    results = {}
    for world, samples in seen.items():
        if a.worlds and not any(world.startswith(w) for w in a.worlds):
            continue
        row = results[world] = {"right": score(model, tokenizer, rng, samples, layout=front)}
        if world != "chat":
            row["swapped"] = score(model, tokenizer, rng, samples, swapped, layout=front)
        if not a.quick and world != "chat":
            row["mixed"] = score(model, tokenizer, rng, samples, layout=layout)
            row["held"] = score(model, tokenizer, rng, new.get(world, []), layout=front)
            row["grey"] = score(model, tokenizer, rng, samples, grey, layout=front)
        if blind and world != "chat" and world not in PEOPLE:
            row["blind"] = score(blind, tokenizer, rng, [{**s, "images": []} for s in samples], layout=front)
        elif "blind" in before.get(world, {}):
            row["blind"] = before[world]["blind"]       # of other seeds: measured once is enough
        if world.startswith(("video", "clips")):
            row["shuffled"] = score(model, tokenizer, rng, samples, shuffled(rng), layout=front)
        if world not in ("chat", "outside"):
            row["refused"] = {"all": refusals(model, tokenizer, rng, samples, layout=front)}
        print(world, row.get("refused"), {k: f"{100 * v[0] / v[1]:.0f}" for k, v in sorted(row["right"].items())}, flush=True)
    print(table(results))
    if a.out:
        kept = before if a.worlds else {}
        results = {world: results.get(world) or kept.get(world) for world in seen if world in results or world in kept}
        a.out.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
