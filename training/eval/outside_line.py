# SPDX-License-Identifier: Apache-2.0
"""Writes outside.json of an exported folder: a linear classifier on the mean of a picture's features, by which the app warns of
pictures from outside the synthetic worlds. It is set so that it warns of one in 200 pictures of the worlds themselves.

python -m training.eval.outside_line --model models/starter --pool pool.npz captured.npz --clips clips.npz --outside outside.npy
"""
import argparse
import json
import random
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from ..data import films, outside, worlds
from ..data.draw import SIZE
from ..data.raycast import load_pools
from ..data.sequence import pixels
from ..export import load_exported

FALSE = 0.005       # the share of the worlds' pictures that may be warned of


def of_worlds(rng, n, pool, clips):
    """n pictures of all worlds, about equally many of each."""
    made = []
    while len(made) < n:
        made += worlds.single(rng)["images"] + worlds.several(rng)["images"][:1]
        made.append(rng.choice(worlds.change_pair(rng)[0]["images"]))
        made.append(rng.choice(films.film(rng, 8)[0]["images"]))
        made += [rng.choice(worlds.views(rng, pool, 8)["images"]) for _ in "ab"]
        if clips:
            made.append(rng.choice(films.clip(rng, clips)[0]["images"]))
    return made[:n]


@torch.no_grad()
def means(model, images):
    """uint8 pictures [S, S, 3] -> [N, width], the mean over each picture's tokens."""
    return torch.cat([model.features(pixels(images[i:i + 64])).float().mean(1) for i in range(0, len(images), 64)])


def fit(inside, out):
    """Features [N, width] of both kinds -> weights [width] and a bias, by logistic regression."""
    x, y = torch.cat([inside, out]), torch.cat([torch.zeros(len(inside)), torch.ones(len(out))])
    middle, spread = x.mean(0), x.std(0) + 1e-6
    line = torch.zeros(x.shape[1] + 1, requires_grad=True)
    solver = torch.optim.LBFGS([line], max_iter=300)

    def loss():
        solver.zero_grad()
        value = F.binary_cross_entropy_with_logits((x - middle) / spread @ line[:-1] + line[-1], y) + 1e-3 * line[:-1].square().sum()
        value.backward()
        return value

    solver.step(loss)
    line = line.detach()
    weights = line[:-1] / spread
    return weights, float(line[-1] - weights @ middle)


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--model", type=Path, required=True)
    args.add_argument("--pool", nargs="+", required=True)
    args.add_argument("--clips")
    args.add_argument("--outside", required=True)
    args.add_argument("--test", help="pieces of other pictures from outside, to be counted only")
    args.add_argument("--n", type=int, default=3000)
    args.add_argument("--seed", type=int, default=7)
    a = args.parse_args()
    model, _ = load_exported(a.model)
    rng = random.Random(a.seed)
    np.random.seed(a.seed)
    pool, clips = load_pools(a.pool), dict(np.load(a.clips)) if a.clips else None
    strange = np.load(a.outside, mmap_mode="r")
    weights, _ = fit(means(model, of_worlds(rng, a.n, pool, clips)),
                     means(model, [outside.pictures(rng, strange, 1, "single", SIZE)[0] for _ in range(a.n)]))
    bias = -float(torch.quantile(means(model, of_worlds(rng, a.n, pool, clips)) @ weights, 1 - FALSE))
    (a.model / "outside.json").write_text(json.dumps({"weights": [round(w, 6) for w in weights.tolist()], "bias": round(bias, 6)}) + "\n")
    print(f"false: {(means(model, of_worlds(rng, a.n, pool, clips)) @ weights + bias > 0).float().mean():.4f} of {a.n} new pictures of the worlds")
    if a.test:
        pieces = [outside.wander(rng, piece, 1, SIZE)[0] for piece in np.load(a.test)]
        print(f"found: {(means(model, pieces) @ weights + bias > 0).float().mean():.4f} of {len(pieces)} pieces of pictures from outside")


if __name__ == "__main__":
    main()
