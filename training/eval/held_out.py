# SPDX-License-Identifier: Apache-2.0
"""Makes the frozen question set of `npm run bench -- worlds`: M4-Instruct JSON, with the pictures of each sample side by side in one
file. A picture is named by its place there (a media fragment: a.jpg#xywh=96,0,96,96). Deterministic.

python -m training.eval.held_out --pool pool-test.npz --held-pool pool-held.npz --out bench/data/worlds --n 40

The set stays as it is when training gets new wordings. `--add` extends it: `captured` adds worlds whose views the app took
(`--pool captured-test.npz --held-pool captured-held.npz`), `people` the questions of `people`.
"""
import argparse
import json
import random
from pathlib import Path

import numpy as np
from PIL import Image

from ..data import films, turns, worlds
from ..data.questions import wordings
from ..data.raycast import VIEWS, load_pools
from .people import PEOPLE

# world: (share of --n, how its samples are made)
WORLDS = {
    "single": (2.0, lambda rng, pool, held: worlds.single(rng, 5, held, turns=8, describe=1.0)),
    "several": (1.0, lambda rng, pool, held: worlds.several(rng, held=held)),
    "change": (1.5, lambda rng, pool, held: rng.choice(worlds.change_pair(rng, held=held))),
    "video of 8": (1.0, lambda rng, pool, held: rng.choice(films.film(rng, 8, held=held))),
    "video of 16": (0.5, lambda rng, pool, held: rng.choice(films.film(rng, 16, held=held))),
    "views of 4": (1.0, lambda rng, pool, held: worlds.views(rng, pool, 4, turns=8)),
    "views of 8": (0.5, lambda rng, pool, held: worlds.views(rng, pool, VIEWS, turns=8)),
    "chat": (2.0, lambda rng, pool, held: {"kind": "chat", "images": worlds.single(rng)["images"] * (rng.random() < 0.5),
                                           "turns": [turns.chat(rng)]}),
    "captured, 4 views": (1.0, lambda rng, pool, held: worlds.views(rng, pool, 4, turns=8)),
    "captured, 8 views": (0.5, lambda rng, pool, held: worlds.views(rng, pool, VIEWS, turns=8)),
}


def sample(world, seed, pool, held, new):
    """One sample of a world. `new` asks in wordings that were never trained."""
    rng = random.Random(seed)
    np.random.seed(seed % 2**32)
    with wordings.use(wordings.UNSEEN if new else wordings.TRAINED):
        return PEOPLE[world][1](rng, pool, held, new) if world in PEOPLE else WORLDS[world][1](rng, pool, held)


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--pool", required=True)
    args.add_argument("--held-pool", required=True)
    args.add_argument("--out", type=Path, required=True)
    args.add_argument("--n", type=int, default=40, help="samples of a world, about")
    args.add_argument("--seed", type=int, default=31_000_001)
    args.add_argument("--add", choices=["captured", "people"], help="adds these worlds to the set that is there")
    args.add_argument("--quality", type=int, default=85, help="of the JPEG files")
    a = args.parse_args()
    pools = {False: load_pools([a.pool]), True: load_pools([a.held_pool])}
    a.out.mkdir(parents=True, exist_ok=True)
    records = json.loads((a.out / "m4.json").read_text()) if a.add else []
    for w, (world, (share, _)) in enumerate({**WORLDS, **PEOPLE}.items()):
        if ("people" if world in PEOPLE else "captured" if world.startswith("captured") else None) != a.add:
            continue
        drawn = {}      # seed -> its pictures: other wordings take other random numbers, which may lead to other pictures
        for split in ("seen", "new pairs", "new wordings"):
            if world == "chat" and split == "new pairs":
                continue
            for k in range(max(1, round(a.n * share * (1 if split == "seen" else 0.5)))):
                held = split == "new pairs"
                seed = a.seed + 100_000 * w + k + 50_000 * held
                made = sample(world, seed, pools[held], held, split == "new wordings")
                files, count = [], len(made["images"])
                if count:
                    strip, size = np.concatenate(made["images"], 1), made["images"][0].shape[0]
                    name = f"{seed}.jpg" if np.array_equal(drawn.setdefault(seed, strip), strip) else f"{seed}-new.jpg"
                    Image.fromarray(strip).save(a.out / name, quality=a.quality, optimize=True)
                    files = [f"{name}#xywh={size * i},0,{size},{size}" for i in range(count)]
                talk = []
                for i, (_, question, answer) in enumerate(made["turns"]):
                    in_front = count * (i == 0 and "<image>" not in question)
                    talk += [{"from": "human", "value": "<image>\n" * in_front + question}, {"from": "gpt", "value": answer}]
                records.append({"sample_id": len(records), "conversations": talk, "image": files, "choice_list": None,
                                "metadata": {"dataset": "zoetrope-worlds", "split": split, "question_type": "open-ended",
                                             "world": world, "families": [t[0] for t in made["turns"]]}})
    (a.out / "m4.json").write_text("[\n" + ",\n".join(json.dumps(r) for r in records) + "\n]\n")
    print(len(records), "samples,", sum(len(r["metadata"]["families"]) for r in records), "questions,",
          sum(f.stat().st_size for f in a.out.iterdir()) // 1000, "kB")


if __name__ == "__main__":
    main()
