# SPDX-License-Identifier: Apache-2.0
"""Makes a pool of videos: films of the synthetic worlds as H.264 files, with the frames that the app takes of them.

npm run build && python -m training.data.app_clips --out clips.npz --clips 300

The files stay in a folder beside the pool, so a run that stopped continues. Needs ffmpeg.
"""
import argparse
import json
import random
import subprocess
import time
from pathlib import Path

import numpy as np
from PIL import Image

from .draw import SIZE, Style
from .films import plot, shown

ROOT = Path(__file__).parents[2]
# When the app takes 8 frames evenly, it gets every second one of the 15 that it takes otherwise.
FRAMES = 15
LENGTH, RATE = 61, 12
SIDE = 256      # the root of a frame's pixels


class Camera(Style):
    """A style at the size of a video file, before frames are squashed to the model's square."""

    def __init__(self, rng):
        super().__init__(rng, SIZE)
        self.width, self.height = (2 * round(SIDE * self.aspect ** side / 2) for side in (0.5, -0.5))
        self.back = np.stack([np.asarray(Image.fromarray(c).resize((self.width, self.height), Image.BICUBIC)) for c in np.moveaxis(self.back, 2, 0)], 2)
        self.soft *= SIDE / SIZE


def record(file, camera, objects, events, order, quality):
    """Writes the film as an H.264 file."""
    command = ["ffmpeg", "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{camera.width}x{camera.height}", "-r", str(RATE),
               "-i", "-", "-c:v", "libx264", "-preset", "veryfast", "-crf", str(quality), "-pix_fmt", "yuv420p", "-threads", "1", str(file)]
    frames = b"".join(camera.picture(shown(objects, events, order, f / (LENGTH - 1))).tobytes() for f in range(LENGTH))
    subprocess.run(command, input=frames, check=True)


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--out", type=Path, required=True)
    args.add_argument("--clips", type=int, default=300)
    args.add_argument("--seed", type=int, default=0)
    args.add_argument("--held", action="store_true")
    a = args.parse_args()
    start, work = time.time(), a.out.with_suffix("").absolute()
    work.mkdir(parents=True, exist_ok=True)
    plots, images = [], []
    for n in range(a.clips):
        rng = random.Random(a.seed * 100_000 + n)
        np.random.seed(rng.randrange(2**31))
        camera = Camera(rng)
        objects, events, order = plot(rng, camera, held=a.held)
        file, out = work / f"{n:05d}.mp4", work / f"{n:05d}"
        if not (out.is_dir() and len(list(out.iterdir())) == FRAMES):
            record(file, camera, objects, events, order, rng.choice([18, 23, 28, 32]))
            subprocess.run(["node", "out/main/cli.js", "frames", str(file), "--count", str(FRAMES), "--out", str(out), "--force"],
                           cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        images.append([np.asarray(Image.open(f).convert("RGB").resize((SIZE, SIZE), Image.BICUBIC)) for f in sorted(out.iterdir())])
        plots.append(json.dumps([objects, events]))
        if n % 20 == 19:
            print(f"{n + 1} of {a.clips} clips, {time.time() - start:.0f} s", flush=True)
    np.savez(a.out, images=np.stack(images), plots=np.array(plots))


if __name__ == "__main__":
    main()
