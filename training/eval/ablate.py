# SPDX-License-Identifier: Apache-2.0
"""How many frames and views an answer needs: the same questions about the same videos and scenes, with fewer pictures.

python -m training.eval.ablate --model models/starter --pool pool-test.npz --n 120
"""
import argparse
import random
from pathlib import Path

import numpy as np

from ..data import films, worlds
from ..data.raycast import VIEWS, load_pools
from ..data.sequence import front
from ..export import load_exported
from .score import score, wilson

FRAMES, VIEW_COUNTS = (2, 4, 8, 16), (1, 2, 4, 8)


def fewer(sample, count):
    """The sample with `count` of its pictures: frames evenly spread from the first to the last, or views evenly around the scene."""
    images = sample["images"]
    spread = np.linspace(0, len(images) - 1, count).astype(int) if sample["kind"] == "video" else np.arange(count) * len(images) // count
    return {**sample, "images": [images[i] for i in spread]}


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--model", type=Path, required=True)
    args.add_argument("--pool", required=True)
    args.add_argument("--n", type=int, default=120)
    args.add_argument("--seed", type=int, default=40_000_001)
    a = args.parse_args()
    model, tokenizer = load_exported(a.model)
    rng = random.Random(a.seed)
    np.random.seed(a.seed % 2**31)
    scenes = load_pools([a.pool])
    asked = {
        FRAMES: [rng.choice(films.film(rng, max(FRAMES))) for _ in range(a.n)],
        VIEW_COUNTS: [worlds.views(rng, scenes, VIEWS, turns=8) for _ in range(a.n)],
    }
    for counts, samples in asked.items():
        columns = [score(model, tokenizer, random.Random(0), [fewer(s, n) for s in samples], layout=front) for n in counts]
        print(f"\n| {'frames' if counts is FRAMES else 'views'} | " + " | ".join(map(str, counts)) + " |\n" + "|---" * (len(counts) + 1) + "|")
        for family in [*sorted(columns[0]), "all"]:
            cells = []
            for column in columns:
                right, total = column[family] if family != "all" else map(sum, zip(*column.values()))
                low, high = wilson(right, total)
                cells.append(f"{100 * right / total:.0f} ({100 * low:.0f} to {100 * high:.0f})")
            print(f"| {family} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
