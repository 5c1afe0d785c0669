# SPDX-License-Identifier: Apache-2.0
"""Makes a pool of 3D scenes whose views the app captures, with the cameras and the light of its 3D pane.

npm run build && python -m training.data.app_views --out captured.npz --scenes 300

The scenes are those of `raycast`, written as glTF. Rendered views stay in a folder beside the pool, so a run that stopped
continues.
"""
import argparse
import random
import subprocess
import time
from pathlib import Path

import numpy as np
from PIL import Image

from .meshes import glb, solid, square
from .raycast import VIEWS, make_scene, tone
from .words import COLOUR_NAMES, KINDS

ROOT = Path(__file__).parents[2]
# The app captures views of 768 pixels; resized from 384, the model's 96 pixels are almost the same, in a quarter of the time.
PIXELS = 384


def scene_file(rng, held):
    """A scene as glTF, and what is in it."""
    objects = make_scene(rng, held)
    ground = "ground", square(rng.choice([1.5, 1.6, 1.8, 2.2])), tone(rng, 120, 235), (0, 0, 0), 0
    return glb([ground, *map(solid, objects)]), objects


def render(file, out, strategy):
    """A scene's views as PNG files in a folder."""
    subprocess.run(["npm", "run", "-s", "zoetrope", "--", "views", str(file), "--strategy", strategy, "--count", str(VIEWS),
                    "--size", str(PIXELS), "--out", str(out), "--force"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--out", type=Path, required=True)
    args.add_argument("--scenes", type=int, default=600)
    args.add_argument("--size", type=int, default=96)
    args.add_argument("--seed", type=int, default=0)
    args.add_argument("--held", action="store_true")
    a = args.parse_args()
    start, work = time.time(), a.out.with_suffix("").absolute()
    work.mkdir(parents=True, exist_ok=True)
    rng = random.Random(a.seed)
    names = np.full((a.scenes, 4, 2), -1, np.int8)
    files = []
    for n in range(a.scenes):
        data, objects = scene_file(rng, a.held)
        names[n, :len(objects)] = [(COLOUR_NAMES.index(o["c"]), KINDS.index(o["s"])) for o in objects]
        files.append(work / f"{n:05d}.glb")
        files[-1].write_bytes(data)
    # Mostly the app's default ring; some from anywhere on the hemisphere.
    for n, file in enumerate(files):
        if not (work / file.stem / f"view-{VIEWS - 1:03d}.png").exists():
            render(file, work / file.stem, "hemisphere" if n // 24 % 4 == 3 else "ring")
        if n % 20 == 19:
            print(f"{n + 1} of {a.scenes} scenes, {time.time() - start:.0f} s", flush=True)
    images = np.stack([[np.asarray(Image.open(work / file.stem / f"view-{v:03d}.png").convert("RGB").resize((a.size, a.size), Image.BICUBIC))
                        for v in range(VIEWS)] for file in files])
    np.savez(a.out, images=images, names=names)


if __name__ == "__main__":
    main()
